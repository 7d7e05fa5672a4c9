//! Calls over real sockets: made, answered, led through menus, ended.

use crate::application::{Application, start};
use ringback::{blocking::Client, params};
use ringback_emulator::Emulator;
use serde_json::Value;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn status(client: &Client, sid: &str) -> String {
    text(&client.execute("calls.fetch", params! { "Sid" => sid }).unwrap()["status"])
}

fn call(client: &Client, application: &Application) -> String {
    let call = client
        .execute(
            "calls.create",
            params! {
                "To" => "+15551234567", "From" => "+15557654321", "Url" => application.at("/menu"),
                "StatusCallback" => application.at("/status"),
                "StatusCallbackEvent" => vec!["initiated", "ringing", "answered", "completed"],
            },
        )
        .unwrap();
    assert_eq!((call.status(), &call["status"]), (201, &"queued".into()));
    text(&call["sid"])
}

fn heard(emulator: &Emulator, sid: &str) -> Vec<String> {
    emulator.trace(sid).unwrap()["heard"].as_array().unwrap().iter().map(text).collect()
}

#[test]
fn a_call_is_answered_its_menu_used_and_its_progress_reported() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml(
        "/menu",
        "<Gather numDigits=\"1\" action=\"/chosen\"><Say>Press one</Say></Gather><Say>Nobody there</Say>",
    );
    application.twiml("/chosen", "<Say>You pressed one</Say><Hangup/>");
    emulator.freeze().unwrap();
    let sid = call(&client, &application);
    emulator.advance(1.0).unwrap();
    assert_eq!(status(&client, &sid), "ringing");
    emulator.answer(&sid).unwrap();
    assert_eq!(status(&client, &sid), "in-progress");
    emulator.advance(3.0).unwrap();
    emulator.digits(&sid, "1").unwrap();
    emulator.advance(3.0).unwrap();
    assert_eq!(status(&client, &sid), "completed");
    assert_eq!(heard(&emulator, &sid), ["Press one", "You pressed one"]);

    let menu = application.wait("/menu", 1)[0].clone();
    assert!(menu.is_signed);
    assert_eq!((menu.get("CallSid"), menu.get("CallStatus")), (sid.as_str(), "in-progress"));
    assert_eq!((menu.get("Direction"), menu.get("ApiVersion")), ("outbound-api", "2010-04-01"));
    assert_eq!(application.wait("/chosen", 1)[0].get("Digits"), "1");
    let reports = application.wait("/status", 4);
    let seen: Vec<(&str, &str)> =
        reports.iter().map(|hook| (hook.get("CallStatus"), hook.get("SequenceNumber"))).collect();
    assert_eq!(seen, [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]);
    assert!(reports.iter().all(|hook| hook.is_signed && hook.get("CallbackSource") == "call-progress-events"));
    assert!(reports[3].get("CallDuration").parse::<u32>().unwrap() >= 3);
}

#[test]
fn a_menu_without_input_falls_to_the_next_verb() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml("/menu", "<Gather timeout=\"3\"><Say>Press something</Say></Gather><Say>Goodbye</Say>");
    emulator.freeze().unwrap();
    let sid = call(&client, &application);
    emulator.answer(&sid).unwrap();
    emulator.advance(2.0).unwrap();
    assert_eq!(heard(&emulator, &sid), ["Press something"]);
    emulator.advance(2.0).unwrap();
    assert_eq!(heard(&emulator, &sid), ["Press something", "Goodbye"]);
    assert_eq!(status(&client, &sid), "completed");
    assert_eq!(application.hooks("/menu").len(), 1);
}

#[test]
fn keys_end_by_the_finishing_key_or_by_time() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml("/menu", "<Gather action=\"/keys\" input=\"dtmf speech\"/>");
    application.twiml("/keys", "<Gather action=\"/keys\" input=\"dtmf speech\"/>");
    emulator.freeze().unwrap();
    let sid = call(&client, &application);
    emulator.answer(&sid).unwrap();
    emulator.digits(&sid, "12#").unwrap();
    emulator.digits(&sid, "34").unwrap();
    emulator.advance(4.9).unwrap();
    assert_eq!(application.hooks("/keys").len(), 1);
    emulator.advance(0.2).unwrap();
    emulator.speech(&sid, "talk to a person").unwrap();
    let hooks = application.wait("/keys", 3);
    assert_eq!((hooks[0].get("Digits"), hooks[1].get("Digits")), ("12", "34"));
    assert_eq!((hooks[2].get("SpeechResult"), hooks[2].get("Digits")), ("talk to a person", ""));
    assert!(!hooks[2].get("Confidence").is_empty());
    emulator.hangup(&sid).unwrap();
    assert_eq!(status(&client, &sid), "completed");
}

#[test]
fn a_call_that_nobody_takes_ends_without_twiml() {
    let (emulator, client) = start();
    let application = Application::start();
    emulator.freeze().unwrap();
    let timed_out = call(&client, &application);
    let busy = call(&client, &application);
    emulator.advance(1.0).unwrap();
    emulator.busy(&busy).unwrap();
    emulator.advance(58.0).unwrap();
    assert_eq!(status(&client, &timed_out), "ringing");
    emulator.advance(2.0).unwrap();
    assert_eq!((status(&client, &timed_out), status(&client, &busy)), ("no-answer".into(), "busy".into()));
    assert!(application.hooks("/menu").is_empty());
    assert!(emulator.answer(&busy).unwrap_err().message().contains("busy, not ringing"));
    let canceled = call(&client, &application);
    client.execute("calls.update", params! { "Sid" => canceled.as_str(), "Status" => "canceled" }).unwrap();
    assert_eq!(status(&client, &canceled), "canceled");
    let again = params! { "Sid" => canceled.as_str(), "Status" => "completed" };
    assert_eq!(client.execute("calls.update", again).unwrap_err().code(), Some(21220));
}

#[test]
fn a_call_in_progress_is_redirected_and_ended() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml("/menu", "<Pause length=\"600\"/>");
    emulator.freeze().unwrap();
    let sid = call(&client, &application);
    emulator.answer(&sid).unwrap();
    let other =
        params! { "Sid" => sid.as_str(), "Twiml" => "<Response><Say>Changed</Say><Pause length=\"60\"/></Response>" };
    client.execute("calls.update", other).unwrap();
    assert_eq!(heard(&emulator, &sid), ["Changed"]);
    client.execute("calls.update", params! { "Sid" => sid.as_str(), "Status" => "completed" }).unwrap();
    emulator.advance(1000.0).unwrap();
    assert_eq!(status(&client, &sid), "completed");
}

#[test]
fn a_call_that_comes_in_is_led_by_the_numbers_voice_url() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml("/voice", "<Say>Welcome</Say><Record action=\"/recorded\"/>");
    application.twiml("/recorded", "<Sms>Thank you</Sms>");
    application.twiml("/reject", "<Reject reason=\"busy\"/>");
    for (number, path) in [("+15557654321", "/voice"), ("+15557654322", "/reject")] {
        let number = params! { "PhoneNumber" => number, "VoiceUrl" => application.at(path), "StatusCallback" => application.at("/status") };
        client.execute("incoming_phone_numbers.create", number).unwrap();
    }
    emulator.freeze().unwrap();
    let call = emulator.receive_call("+15551234567", "+15557654321").unwrap();
    let sid = text(&call["sid"]);
    assert_eq!((&call["direction"], &call["status"]), (&"inbound".into(), &"in-progress".into()));
    assert_eq!(application.wait("/voice", 1)[0].get("CallStatus"), "ringing");
    emulator.advance(1.0).unwrap();
    emulator.speech(&sid, "please call back").unwrap();
    emulator.digits(&sid, "#").unwrap();
    let recorded = application.wait("/recorded", 1)[0].clone();
    assert!(recorded.get("RecordingUrl").contains("/Recordings/RE") && recorded.get("Digits") == "#");
    let recording = params! { "Sid" => recorded.get("RecordingSid") };
    assert_eq!(client.execute("recordings.fetch", recording).unwrap()["call_sid"], sid.as_str());
    emulator.advance(1.0).unwrap();
    assert_eq!(status(&client, &sid), "completed");
    let sent = client.execute("messages.list", params! { "To" => "+15551234567" }).unwrap();
    assert_eq!(
        (&sent["messages"][0]["body"], &sent["messages"][0]["direction"]),
        (&"Thank you".into(), &"outbound-call".into())
    );
    assert_eq!(application.wait("/status", 1)[0].get("CallStatus"), "completed");

    let rejected = emulator.receive_call("+15551234567", "+15557654322").unwrap();
    assert_eq!(rejected["status"], "busy");
}

#[test]
fn a_dialed_phone_answers_and_the_call_goes_on_after_it() {
    let (emulator, client) = start();
    let application = Application::start();
    application
        .twiml("/menu", "<Dial action=\"/dialed\"><Number>+15550000001</Number><Number>+15550000002</Number></Dial>");
    application.twiml("/dialed", "<Say>Thank you</Say>");
    emulator.freeze().unwrap();
    let sid = call(&client, &application);
    emulator.answer(&sid).unwrap();
    let legs = client.execute("calls.list", params! { "ParentCallSid" => sid.as_str() }).unwrap();
    let legs: Vec<String> = legs["calls"].as_array().unwrap().iter().map(|leg| text(&leg["sid"])).collect();
    assert_eq!(legs.len(), 2);
    emulator.answer(&legs[0]).unwrap();
    assert_eq!((status(&client, &legs[0]), status(&client, &legs[1])), ("in-progress".into(), "canceled".into()));
    emulator.advance(10.0).unwrap();
    emulator.hangup(&legs[0]).unwrap();
    let dialed = application.wait("/dialed", 1)[0].clone();
    assert_eq!((dialed.get("DialCallStatus"), dialed.get("DialCallSid")), ("completed", legs[0].as_str()));
    assert_eq!((dialed.get("DialCallDuration"), dialed.get("DialBridged")), ("10", "true"));
    emulator.advance(1.0).unwrap();
    assert_eq!((heard(&emulator, &sid), status(&client, &sid)), (vec!["Thank you".to_owned()], "completed".into()));

    let second = call(&client, &application);
    emulator.answer(&second).unwrap();
    emulator.advance(31.0).unwrap();
    assert_eq!(application.wait("/dialed", 2)[1].get("DialCallStatus"), "no-answer");
}

#[test]
fn broken_twiml_ends_the_call_with_an_apology_and_a_warning() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml("/menu", "<Say>");
    emulator.freeze().unwrap();
    let sid = call(&client, &application);
    emulator.answer(&sid).unwrap();
    assert_eq!(status(&client, &sid), "completed");
    assert!(heard(&emulator, &sid)[0].contains("application error"));
    let events = emulator.events(0).unwrap();
    assert!(events["events"].as_array().unwrap().iter().any(|event| event["code"] == 12100));
}

#[test]
fn wrong_calls_are_refused_with_twilios_codes() {
    let (emulator, client) = start();
    let (to, from, url) = ("+15551234567", "+15557654321", "http://127.0.0.1/x");
    for (params, code) in [
        (params! { "To" => "", "From" => from, "Url" => url }, 21201),
        (params! { "To" => to, "From" => "", "Url" => url }, 21213),
        (params! { "To" => "12", "From" => from, "Url" => url }, 21217),
        (params! { "To" => to, "From" => "x", "Url" => url }, 21212),
        (params! { "To" => to, "From" => from }, 21205),
        (params! { "To" => to, "From" => from, "Url" => "nowhere" }, 21205),
        (params! { "To" => to, "From" => from, "Url" => url, "Method" => "PUT" }, 21209),
        (params! { "To" => to, "From" => from, "Url" => url, "Timeout" => 601 }, 21208),
        (params! { "To" => to, "From" => from, "Url" => url, "SendDigits" => "x" }, 21206),
        (params! { "To" => to, "From" => from, "Twiml" => "x".repeat(4001) }, 32018),
        (params! { "To" => "+15005550004", "From" => from, "Url" => url }, 21216),
    ] {
        let error = client.execute("calls.create", params.clone()).unwrap_err();
        assert_eq!(error.code(), Some(code), "{params:?}: {error}");
    }
    assert!(emulator.digits("CA1", "1").unwrap_err().message().contains("no call CA1"));
}

#[test]
fn numbers_of_any_size_in_twiml_end_neither_the_emulator_nor_the_wait_for_webhooks() {
    let (emulator, client) = start();
    let application = Application::start();
    emulator.freeze().unwrap();
    let largest = i64::MAX;
    for (verb, text) in [
        ("Say", "<Say loop=\"N\">hi</Say>"),
        ("Play", "<Play loop=\"N\" digits=\"1\"/>"),
        ("Pause", "<Pause length=\"N\"/>"),
        ("Record", "<Record timeout=\"N\" maxLength=\"N\"/>"),
        ("Gather", "<Gather timeout=\"N\" numDigits=\"N\"><Say loop=\"N\">hi</Say></Gather>"),
        ("Dial", "<Dial timeout=\"N\" timeLimit=\"N\">+15551234568</Dial>"),
    ] {
        let verbs = format!("{}<Pause length=\"600\"/>", text.replace('N', &largest.to_string()));
        // in an answer to the webhook, and as a step that falls due
        for document in [verbs.clone(), format!("<Say>first</Say>{verbs}")] {
            application.twiml("/menu", &document);
            let sid = call(&client, &application);
            emulator.answer(&sid).unwrap();
            emulator.advance(1.0).unwrap();
            let trace = emulator.trace(&sid).unwrap();
            let ran = trace["steps"].as_array().unwrap().iter().any(|step| step["verb"] == verb);
            assert!(ran, "{document}: {trace}");
            emulator.hangup(&sid).unwrap();
        }
    }
    let events = emulator.events(0).unwrap();
    assert!(!events["events"].as_array().unwrap().iter().any(|event| event["type"] == "bug"), "{events}");
}
