//! Messages over real sockets: made, followed to delivery, answered.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
};

use crate::application::{Application, start, until};
use axum::{http::StatusCode, response::IntoResponse};
use ringback::{ErrorKind, params};
use serde_json::Value;

fn status(client: &ringback::blocking::Client, sid: &str) -> String {
    let message = client.execute("messages.fetch", params! { "Sid" => sid }).unwrap();
    message.json().unwrap()["status"].as_str().unwrap().to_owned()
}

#[test]
fn a_message_is_made_and_followed_to_delivered() {
    let (_emulator, client) = start();
    let application = Application::start();
    let message = client
        .execute(
            "messages.create",
            params! {
                "To" => "+15551234567", "From" => "+15557654321", "Body" => "Your order has shipped",
                "StatusCallback" => application.at("/status?order=1"),
            },
        )
        .unwrap();
    assert_eq!(message.status(), 201);
    let message = message.json().unwrap().clone();
    assert_eq!(message["status"], "queued");
    assert_eq!(message["num_segments"], "1");
    assert_eq!(message["date_sent"], Value::Null);
    let sid = message["sid"].as_str().unwrap();
    assert!(sid.starts_with("SM") && sid.len() == 34);

    let hooks = application.wait("/status", 2);
    let statuses: Vec<&str> = hooks.iter().map(|hook| hook.get("MessageStatus")).collect();
    assert_eq!(statuses, ["sent", "delivered"]);
    for hook in &hooks {
        assert!(hook.is_signed && hook.method == "POST");
        assert_eq!((hook.get("MessageSid"), hook.get("order")), (sid, "1"));
        assert_eq!(hook.headers["user-agent"], "TwilioProxy/1.1");
        assert!(hook.headers.contains_key("i-twilio-idempotency-token"));
    }
    assert_eq!(status(&client, sid), "delivered");
}

#[test]
fn the_callbacks_on_one_message_arrive_one_after_the_other() {
    let (emulator, client) = start();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let create =
        params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x", "StatusCallback" => url.as_str() };
    let sid = client.execute("messages.create", create).unwrap()["sid"].as_str().unwrap().to_owned();
    let receive = |wanted: &str| {
        let (mut stream, _) = listener.accept().unwrap();
        let mut text = Vec::new();
        while !String::from_utf8_lossy(&text).contains(&format!("MessageStatus={wanted}")) {
            let mut part = [0; 4096];
            let length = stream.read(&mut part).unwrap();
            assert_ne!(length, 0, "not {wanted} but {}", String::from_utf8_lossy(&text));
            text.extend_from_slice(&part[..length]);
        }
        stream
    };
    let answer = |mut stream: TcpStream| stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    let first = receive("sent");
    until("the end of the message", || (status(&client, &sid) == "delivered").then_some(()));
    emulator.events(0).unwrap(); // by now, the second callback would have connected if it did not wait
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    listener.set_nonblocking(false).unwrap();
    answer(first);
    answer(receive("delivered"));
}

#[test]
fn frozen_time_holds_a_message_until_it_is_moved() {
    let (emulator, client) = start();
    emulator.freeze().unwrap();
    let create = params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x" };
    let sid = client.execute("messages.create", create).unwrap()["sid"].as_str().unwrap().to_owned();
    assert_eq!(status(&client, &sid), "queued");
    emulator.advance(0.04).unwrap();
    assert_eq!(status(&client, &sid), "sending");
    emulator.advance(1.0).unwrap();
    assert_eq!(status(&client, &sid), "delivered");
}

#[test]
fn wrong_messages_are_refused_with_twilios_codes() {
    let (_emulator, client) = start();
    let (to, from) = ("+15551234567", "+15557654321");
    let url = "http://127.0.0.1/x";
    let many = vec![url; 11];
    for (params, code) in [
        (params! { "To" => "", "From" => from, "Body" => "x" }, 21604),
        (params! { "To" => to, "Body" => "x" }, 21603),
        (params! { "To" => to, "From" => from }, 21602),
        (params! { "To" => to, "From" => from, "Body" => "" }, 21602),
        (params! { "To" => "12", "From" => from, "Body" => "x" }, 21211),
        (params! { "To" => to, "From" => "+1", "Body" => "x" }, 21212),
        (params! { "To" => to, "From" => to, "Body" => "x" }, 21211),
        (params! { "To" => to, "From" => from, "Body" => "x".repeat(1601) }, 21617),
        (params! { "To" => to, "From" => from, "Body" => "😀".repeat(801) }, 21617),
        (params! { "To" => to, "From" => from, "MediaUrl" => many }, 21623),
        (params! { "To" => format!("whatsapp:{to}"), "From" => from, "Body" => "x" }, 21910),
        (params! { "To" => to, "From" => from, "Body" => "x", "ContentVariables" => "{}" }, 21654),
        (params! { "To" => to, "From" => from, "ContentSid" => "HX1" }, 21655),
        (params! { "To" => to, "From" => from, "Body" => "x", "StatusCallback" => "nowhere" }, 21609),
        (params! { "To" => to, "From" => from, "Body" => "x", "ValidityPeriod" => 0 }, 21624),
        (params! { "To" => to, "From" => from, "Body" => "x", "ScheduleType" => "fixed" }, 35111),
        (params! { "To" => "+15005550009", "From" => from, "Body" => "x" }, 21614),
        (params! { "To" => to, "From" => "+15005550007", "Body" => "x" }, 21606),
    ] {
        let error = client.execute("messages.create", params.clone()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some(code)), "{params:?}: {error}");
        assert!(error.request_id().is_some_and(|id| id.starts_with("RQ")));
        assert_eq!(error.more_info(), Some(format!("https://www.twilio.com/docs/errors/{code}").as_str()));
    }
    let right = params! { "To" => to, "From" => from, "Body" => "x".repeat(1600), "MediaUrl" => vec![url; 10] };
    let right = client.execute("messages.create", right).unwrap();
    assert!(right["sid"].as_str().unwrap().starts_with("MM"));
    assert_eq!((&right["num_media"], &right["num_segments"]), (&"10".into(), &"11".into()));
}

#[test]
fn a_service_accepts_schedules_and_cancels() {
    let (emulator, client) = start();
    emulator.freeze().unwrap();
    let service = "MG00000000000000000000000000000001";
    let now = params! { "To" => "+15551234567", "MessagingServiceSid" => service, "Body" => "x" };
    let message = client.execute("messages.create", now.clone()).unwrap();
    assert_eq!(
        (&message["status"], &message["from"], &message["num_segments"]),
        (&"accepted".into(), &Value::Null, &"0".into())
    );
    let later = |seconds: i64| {
        let moment = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
        let mut params = now.clone();
        params.set("ScheduleType", "fixed").set("SendAt", moment);
        params
    };
    for seconds in [60, 36 * 86_400] {
        assert_eq!(client.execute("messages.create", later(seconds)).unwrap_err().code(), Some(35114));
    }
    let first = client.execute("messages.create", later(3600)).unwrap()["sid"].as_str().unwrap().to_owned();
    let second = client.execute("messages.create", later(3600)).unwrap()["sid"].as_str().unwrap().to_owned();
    let cancel = params! { "Sid" => first.as_str(), "Status" => "canceled" };
    assert_eq!(client.execute("messages.update", cancel.clone()).unwrap()["status"], "canceled");
    emulator.advance(3590.0).unwrap();
    assert_eq!(status(&client, &second), "scheduled");
    emulator.advance(20.0).unwrap();
    assert_eq!((status(&client, &first).as_str(), status(&client, &second).as_str()), ("canceled", "delivered"));
    assert_eq!(client.execute("messages.update", cancel).unwrap_err().code(), Some(30409));
}

#[test]
fn a_service_sends_from_the_number_that_the_caller_names() {
    let (emulator, client) = start();
    let (oldest, named) = ("+15557654320", "+15557654321");
    for number in [oldest, named] {
        client.execute("incoming_phone_numbers.create", params! { "PhoneNumber" => number }).unwrap();
    }
    emulator.freeze().unwrap();
    let service = "MG00000000000000000000000000000001";
    let create = || {
        let both = params! { "To" => "+15551234567", "From" => named, "MessagingServiceSid" => service, "Body" => "x" };
        let message = client.execute("messages.create", both).unwrap();
        assert_eq!((&message["status"], &message["from"]), (&"accepted".into(), &Value::Null));
        message["sid"].as_str().unwrap().to_owned()
    };
    let end = |sid: &str| {
        emulator.advance(1.0).unwrap();
        let message = client.execute("messages.fetch", params! { "Sid" => sid }).unwrap();
        assert_eq!((&message["from"], &message["messaging_service_sid"]), (&named.into(), &service.into()));
        (message["status"].as_str().unwrap().to_owned(), message["error_code"].as_i64())
    };
    assert_eq!(end(&create()), ("delivered".into(), None));
    // only a STOP to the number that sends it stops it
    emulator.receive_message("+15551234567", oldest, "STOP").unwrap();
    let second = create();
    assert_eq!(end(&second), ("delivered".into(), None));
    let third = create();
    emulator.receive_message("+15551234567", named, "STOP").unwrap();
    assert_eq!(end(&third), ("failed".into(), Some(21610)));
}

#[test]
fn lists_are_paged_filtered_and_newest_first() {
    let (_emulator, client) = start();
    for number in 0..25 {
        let to = if number % 5 == 0 { "+15550000005" } else { "+15551234567" };
        let create = params! { "To" => to, "From" => "+15557654321", "Body" => number.to_string() };
        client.execute("messages.create", create).unwrap();
    }
    let bodies = |params: ringback::Params, size: usize| -> Vec<String> {
        let pages = client.pages("messages.list", params).unwrap().page_size(size);
        let records = pages.flat_map(|page| page.unwrap().into_records());
        records.map(|record| record["body"].as_str().unwrap().to_owned()).collect()
    };
    let all: Vec<String> = (0..25).rev().map(|number| number.to_string()).collect();
    for size in [1, 7, 25, 1000] {
        assert_eq!(bodies(params! {}, size), all, "{size} a page");
    }
    assert_eq!(bodies(params! { "To" => "+15550000005" }, 2), ["20", "15", "10", "5", "0"]);
    assert_eq!(bodies(params! { "From" => "+15550000000" }, 2), [""; 0]);
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    assert_eq!(bodies(params! { "DateSent>" => today.as_str() }, 50).len(), 25);
    assert_eq!(bodies(params! { "DateSent<" => "2020-01-01" }, 50).len(), 0);
    let far = client.execute("messages.list", params! { "PageSize" => 1, "Page" => u64::MAX.to_string() }).unwrap();
    assert_eq!(far["messages"].as_array().map(Vec::len), Some(0));
    let error = client.execute("messages.list", params! { "PageSize" => 1001 }).unwrap_err();
    assert_eq!(error.code(), Some(20007));
}

#[test]
fn a_message_is_redacted_and_deleted_once_it_is_final() {
    let (emulator, client) = start();
    emulator.freeze().unwrap();
    let create = params! {
        "To" => "+15551234567", "From" => "+15557654321", "Body" => "secret", "MediaUrl" => vec!["http://127.0.0.1/a.png"],
    };
    let sid = client.execute("messages.create", create).unwrap()["sid"].as_str().unwrap().to_owned();
    let own = params! { "Sid" => sid.as_str() };
    assert_eq!(client.execute("messages.delete", own.clone()).unwrap_err().code(), Some(20009));
    let media = client.execute("messages.media.list", params! { "MessageSid" => sid.as_str() }).unwrap();
    let media = media["media_list"][0].clone();
    assert_eq!((&media["content_type"], &media["parent_sid"]), (&"image/png".into(), &sid.as_str().into()));
    let one = params! { "MessageSid" => sid.as_str(), "Sid" => media["sid"].as_str().unwrap() };
    assert_eq!(client.execute("messages.media.fetch", one).unwrap()["sid"], media["sid"]);
    emulator.advance(1.0).unwrap();
    let redact = params! { "Sid" => sid.as_str(), "Body" => "" };
    assert_eq!(client.execute("messages.update", redact).unwrap()["body"], "");
    assert_eq!(client.execute("messages.delete", own.clone()).unwrap().status(), 204);
    for operation in ["messages.fetch", "messages.delete"] {
        let error = client.execute(operation, own.clone()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some(20404)));
    }
}

#[test]
fn an_inbound_message_is_announced_and_its_twiml_obeyed() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml(
        "/sms",
        "<Message statusCallback=\"/status\">Hello <Body>you &amp; me</Body></Message><Message><Body>second</Body></Message>",
    );
    let error = emulator.receive_message("+15551234567", "+15557654321", "hi").unwrap_err();
    assert!(error.message().contains("incoming_phone_numbers.create"), "{error}");
    let number = params! { "PhoneNumber" => "+15557654321", "SmsUrl" => application.at("/sms") };
    client.execute("incoming_phone_numbers.create", number).unwrap();

    let inbound = emulator.receive_message("+15551234567", "+15557654321", "hi there").unwrap();
    assert_eq!((&inbound["direction"], &inbound["status"]), (&"inbound".into(), &"received".into()));
    let hook = application.wait("/sms", 1)[0].clone();
    assert!(hook.is_signed);
    for (name, value) in [
        ("Body", "hi there"),
        ("From", "+15551234567"),
        ("To", "+15557654321"),
        ("NumMedia", "0"),
        ("SmsStatus", "received"),
        ("MessageSid", inbound["sid"].as_str().unwrap()),
        ("AccountSid", ringback_emulator::Emulator::ACCOUNT_SID),
    ] {
        assert_eq!(hook.get(name), value, "{name}");
    }
    let page = client.execute("messages.list", params! { "To" => "+15551234567" }).unwrap();
    let replies = page["messages"].as_array().unwrap();
    assert_eq!(replies.len(), 2);
    assert_eq!((&replies[1]["direction"], &replies[1]["from"]), (&"outbound-reply".into(), &"+15557654321".into()));
    assert_eq!(replies[1]["body"], "Hello you & me");
    assert_eq!(application.wait("/status", 2)[1].get("MessageStatus"), "delivered");
}

#[test]
fn stop_blocks_and_start_opens_again() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml("/sms", "<Message>answer</Message>");
    let number = params! { "PhoneNumber" => "+15557654321", "SmsUrl" => application.at("/sms") };
    client.execute("incoming_phone_numbers.create", number).unwrap();
    let send = || {
        let create = params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x" };
        client.execute("messages.create", create).map_err(|error| error.code())
    };
    assert!(send().is_ok());
    emulator.receive_message("+15551234567", "+15557654321", " Stop ").unwrap();
    assert_eq!(application.hooks("/sms").len(), 1, "the application hears of it");
    assert_eq!(send().unwrap_err(), Some(21610));
    emulator.receive_message("+15551234567", "+15557654321", "START").unwrap();
    assert!(send().is_ok());
    let page = client.execute("messages.list", params! { "To" => "+15551234567" }).unwrap();
    let answers = page["messages"].as_array().unwrap().iter().filter(|message| message["body"] == "answer").count();
    assert_eq!(answers, 1, "only START is answered by the application");
}

#[test]
fn whatsapp_takes_free_text_only_in_an_open_session() {
    let (emulator, client) = start();
    let number = params! { "PhoneNumber" => "+15557654321" };
    client.execute("incoming_phone_numbers.create", number).unwrap();
    emulator.freeze().unwrap();
    let send = |template: bool| {
        let mut create = params! { "To" => "whatsapp:+15551234567", "From" => "whatsapp:+15557654321", "Body" => "x" };
        if template {
            create.set("ContentSid", "HX00000000000000000000000000000001").set("ContentVariables", "{\"1\":\"x\"}");
        }
        let sid = client.execute("messages.create", create).unwrap()["sid"].as_str().unwrap().to_owned();
        emulator.advance(1.0).unwrap();
        let message = client.execute("messages.fetch", params! { "Sid" => sid.as_str() }).unwrap();
        (message["status"].as_str().unwrap().to_owned(), message["error_code"].as_i64())
    };
    assert_eq!(send(false), ("failed".into(), Some(63016)));
    assert_eq!(send(true), ("delivered".into(), None));
    emulator.receive_message("whatsapp:+15551234567", "whatsapp:+15557654321", "hello").unwrap();
    assert_eq!(send(false), ("delivered".into(), None));
    emulator.advance(24.0 * 3600.0).unwrap();
    assert_eq!(send(false), ("failed".into(), Some(63016)));
}

#[test]
fn a_webhook_that_fails_is_noted_and_the_fallback_called() {
    let (emulator, client) = start();
    let application = Application::start();
    application.answer("/broken", |_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    application.twiml("/fallback", "<Message>sorry</Message>");
    let number = params! {
        "PhoneNumber" => "+15557654321", "SmsUrl" => application.at("/broken"), "SmsFallbackUrl" => application.at("/fallback"),
    };
    client.execute("incoming_phone_numbers.create", number).unwrap();
    emulator.receive_message("+15551234567", "+15557654321", "hi").unwrap();
    let hook = application.wait("/fallback", 1)[0].clone();
    assert_eq!((hook.get("ErrorCode"), hook.get("ErrorUrl")), ("11200", application.at("/broken").as_str()));
    until("the answer of the fallback", || {
        let page = client.execute("messages.list", params! { "To" => "+15551234567" }).unwrap();
        (page["messages"][0]["body"] == "sorry").then_some(())
    });
    let events = emulator.events(0).unwrap();
    let warning = events["events"].as_array().unwrap().iter().find(|event| event["type"] == "warning").cloned();
    assert_eq!(warning.unwrap()["code"], 11200);
}
