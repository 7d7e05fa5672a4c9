//! What the emulator sends is what the core's table of webhooks says, field by field.

use std::collections::BTreeSet;

use ringback::{
    params,
    webhook::{Event, payload::PayloadKind},
};
use serde_json::json;

use crate::application::{Application, Hook, start};

/// Fails where a webhook is of no known kind, or holds what its kind does not.
pub(crate) fn check(hook: &Hook) {
    let event = Event::read(&hook.sent);
    let received = event.received();
    assert_ne!(event.kind(), PayloadKind::Unknown, "{}: {:?}", hook.path, hook.sent);
    // what the application's own URL holds is no field of Twilio's
    let is_own = |name: &str| hook.url.contains(&format!("?{name}=")) || hook.url.contains("ringback_correlation_id");
    let unknown: Vec<&str> = received.extra().map(|(name, _)| name).filter(|name| !is_own(name)).collect();
    assert!(unknown.is_empty(), "{}: {} has no {unknown:?}", hook.path, event.kind());
    assert!(received.problems().is_empty(), "{}: {:?} in {:?}", hook.path, received.problems(), hook.sent);
}

/// The kinds of the webhooks on a path.
fn kinds(application: &Application, path: &str, count: usize) -> BTreeSet<PayloadKind> {
    application.wait(path, count).iter().map(|hook| Event::read(&hook.sent).kind()).collect()
}

fn only(kind: PayloadKind) -> BTreeSet<PayloadKind> {
    BTreeSet::from([kind])
}

#[test]
fn webhooks_of_messages_are_read_as_what_they_are() {
    let (emulator, client) = start();
    let application = Application::start();
    for (number, method) in [("+15557654321", "POST"), ("+15557654322", "GET")] {
        let create = params! { "PhoneNumber" => number, "SmsUrl" => application.at("/sms"), "SmsMethod" => method };
        client.execute("incoming_phone_numbers.create", create).unwrap();
        for message in [
            json!({ "from": "+15551234567", "to": number, "body": "hello", "media_url": ["http://a.example/1.jpg"] }),
            json!({ "from": "whatsapp:+15551234567", "to": format!("whatsapp:{number}"), "body": "hi", "profile_name": "Ana" }),
        ] {
            let (status, answer) = emulator.control("POST", "/_emulator/messages", Some(message)).unwrap();
            assert!(status < 300, "{answer}");
        }
    }
    assert_eq!(kinds(&application, "/sms", 4), only(PayloadKind::IncomingMessage));
    for to in ["+15551234567", "whatsapp:+15551234567"] {
        let from = to.replace("+15551234567", "+15557654321");
        let create =
            params! { "To" => to, "From" => from, "Body" => "x", "StatusCallback" => application.at("/status") };
        client.execute("messages.create", create).unwrap();
    }
    assert_eq!(kinds(&application, "/status", 4), only(PayloadKind::MessageStatus));
}

#[test]
fn webhooks_of_calls_are_read_as_what_they_are() {
    let (emulator, client) = start();
    let application = Application::start();
    application.twiml("/menu", "<Gather action=\"/keys\" numDigits=\"1\" input=\"dtmf speech\"/>");
    application.twiml("/keys", "<Record action=\"/recorded\" recordingStatusCallback=\"/recording\"/>");
    application.twiml("/recorded", "<Dial action=\"/dialed\"><Number>+15550000001</Number></Dial>");
    application.twiml("/dialed", "<Hangup/>");
    emulator.freeze().unwrap();
    let create = params! {
        "To" => "+15551234567", "From" => "+15557654321", "Url" => application.at("/menu"),
        "StatusCallback" => application.at("/status"),
        "StatusCallbackEvent" => vec!["initiated", "ringing", "answered", "completed"],
    };
    let call = client.execute("calls.create", create.clone()).unwrap();
    let sid = call["sid"].as_str().unwrap().to_owned();
    emulator.answer(&sid).unwrap();
    emulator.digits(&sid, "1").unwrap();
    emulator.speech(&sid, "call me back").unwrap();
    emulator.digits(&sid, "#").unwrap();
    emulator.advance(1.0).unwrap();
    let legs = client.execute("calls.list", params! { "ParentCallSid" => sid.as_str() }).unwrap();
    let leg = legs["calls"][0]["sid"].as_str().unwrap().to_owned();
    emulator.answer(&leg).unwrap();
    emulator.hangup(&leg).unwrap();
    assert_eq!(kinds(&application, "/menu", 1), only(PayloadKind::VoiceRequest));
    assert_eq!(kinds(&application, "/keys", 1), only(PayloadKind::GatherAction));
    assert_eq!(kinds(&application, "/recorded", 1), only(PayloadKind::RecordAction));
    assert_eq!(kinds(&application, "/recording", 1), only(PayloadKind::RecordingStatus));
    assert_eq!(kinds(&application, "/dialed", 1), only(PayloadKind::DialAction));
    assert_eq!(kinds(&application, "/status", 4), only(PayloadKind::CallStatus));

    let busy = client.execute("calls.create", create).unwrap()["sid"].as_str().unwrap().to_owned();
    emulator.advance(1.0).unwrap();
    emulator.busy(&busy).unwrap();
    assert_eq!(kinds(&application, "/status", 7), only(PayloadKind::CallStatus));
}
