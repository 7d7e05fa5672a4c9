//! What became of sends that were reported unknown: by the list, and by the correlation id of a callback.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ringback::{
    Client, ErrorKind, Outcome, Params, Reconciliation, correlation_id, messaging::CreateMessage, params,
    webhook::RequestValidator,
};
use ringback_emulator::{Emulator, Options};
use serde_json::{Value, json};

use crate::application::Application;

const FROM: &str = "+15557654321";
const TO: &str = "+15551234567";

fn start() -> Emulator {
    Emulator::start(Options::default()).unwrap()
}

/// A short time-out, so that absence is certain after half of it.
fn client(emulator: &Emulator) -> Client {
    emulator.client().timeout(Duration::from_secs(2)).build().unwrap()
}

fn fault(emulator: &Emulator, when: &str) {
    let body = json!({ "match": { "operation": "messages.create" }, "fault": { "reset": when }, "times": 1 });
    let (status, answer) = emulator.control("POST", "/_emulator/faults", Some(body)).unwrap();
    assert_eq!(status, 200, "{answer}");
}

fn order() -> CreateMessage {
    CreateMessage::new(TO).from(FROM).body("Your order has shipped")
}

/// Sends with a fault, and gives when the send was begun.
async fn lose(emulator: &Emulator, client: &Client, when: &str, request: CreateMessage) -> Timestamp {
    fault(emulator, when);
    let error = client.send(request).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    error.begun_at().unwrap()
}

async fn newest(client: &Client) -> String {
    let page = client.pages("messages.list", Params::new()).unwrap().next().await.unwrap().unwrap();
    page.records()[0]["sid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_message_that_went_is_found_and_one_that_did_not_is_absent() {
    let emulator = start();
    let client = client(&emulator);
    let at = lose(&emulator, &client, "before", order()).await;
    assert_eq!(client.reconcile(order(), at, &[]).await.unwrap(), Reconciliation::Absent);
    let at = lose(&emulator, &client, "after", order()).await;
    let Reconciliation::Found(message) = client.reconcile(order(), at, &[]).await.unwrap() else { panic!("lost") };
    assert_eq!((message.sid, message.body.as_deref()), (newest(&client).await, Some("Your order has shipped")));
    // by parameters, and in the spelling of Python
    let params = params! { "to" => "+1 (555) 123-4567", "from_" => FROM, "body" => "Your order has shipped" };
    let Reconciliation::Found(message) = client.reconcile(params, at, &[]).await.unwrap() else { panic!("lost") };
    assert_eq!(message["sid"], newest(&client).await);
}

#[tokio::test]
async fn equal_messages_are_ambiguous_until_the_caller_says_which_it_knows() {
    let emulator = start();
    let client = client(&emulator);
    let first = client.send(order()).await.unwrap().sid;
    let at = lose(&emulator, &client, "after", order()).await;
    let second = newest(&client).await;
    let Reconciliation::Ambiguous(candidates) = client.reconcile(order(), at, &[]).await.unwrap() else {
        panic!("two equal messages were told apart")
    };
    let mut sids: Vec<_> = candidates.into_iter().map(|message| message.sid).collect();
    sids.sort();
    let mut both = vec![first.clone(), second.clone()];
    both.sort();
    assert_eq!(sids, both);
    let Reconciliation::Found(message) = client.reconcile(order(), at, &[&first]).await.unwrap() else {
        panic!("lost")
    };
    assert_eq!(message.sid, second);
}

#[tokio::test]
async fn services_schedules_templates_and_channels_are_reconciled() {
    let emulator = start();
    let client = client(&emulator);
    let service = format!("MG{}", "0".repeat(32));
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    let by_service = || CreateMessage::new(TO).messaging_service_sid(&service).body("by a service");
    let scheduled = || by_service().body("later").schedule_type("fixed").send_at(later);
    let whatsapp = || CreateMessage::new("whatsapp:+15551234567").from("whatsapp:+15557654321").body("hello");
    for request in [&by_service, &scheduled, &whatsapp] as [&dyn Fn() -> CreateMessage; 3] {
        let at = lose(&emulator, &client, "after", request()).await;
        let Reconciliation::Found(message) = client.reconcile(request(), at, &[]).await.unwrap() else {
            panic!("lost")
        };
        assert_eq!(message.sid, newest(&client).await);
    }
    // what a template becomes is not known, so another one may be it
    let template = || {
        CreateMessage::new("whatsapp:+15551234568")
            .from("whatsapp:+15557654321")
            .content_sid(format!("HX{}", "0".repeat(32)))
            .content_variables(r#"{"1":"Ada"}"#)
    };
    let at = lose(&emulator, &client, "after", template()).await;
    let Reconciliation::Ambiguous(candidates) = client.reconcile(template(), at, &[]).await.unwrap() else {
        panic!("a template was certain")
    };
    assert_eq!(candidates.len(), 1);
}

#[tokio::test]
async fn a_message_is_found_on_a_later_page_and_by_a_clock_that_is_wrong() {
    let emulator = start();
    let client = client(&emulator);
    let ahead = json!({ "advance": 7200 });
    emulator.control("POST", "/_emulator/clock", Some(ahead)).unwrap();
    let at = lose(&emulator, &client, "after", order()).await;
    let sid = newest(&client).await;
    for number in 0..250 {
        client.send(CreateMessage::new(TO).from(FROM).body(format!("{number}"))).await.unwrap();
    }
    let Reconciliation::Found(message) = client.reconcile(order(), at, &[]).await.unwrap() else { panic!("lost") };
    assert_eq!(message.sid, sid);
}

#[tokio::test]
async fn an_error_of_the_look_leaves_the_message_unknown() {
    let emulator = start();
    let stranger = emulator.client().auth_token("another").build().unwrap();
    client(&emulator).send(order()).await.unwrap();
    let error = stranger.reconcile(order(), Timestamp::now(), &[]).await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some(401), Outcome::Unknown));
    let error = client(&emulator).reconcile(params! { "To" => TO }, Timestamp::now(), &[]).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert_eq!(error.message(), "reconciling needs From or MessagingServiceSid");
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    let error = client(&emulator).reconcile(order(), later, &[]).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidArgument, Outcome::Unknown), "{error}");
}

#[test]
fn the_blocking_client_reconciles_too() {
    let emulator = start();
    let client = ringback::blocking::Client::build(emulator.client()).unwrap();
    fault(&emulator, "after");
    let error = client.send(order()).unwrap_err();
    let found = client.reconcile(order(), error.begun_at().unwrap(), &[]).unwrap();
    assert!(matches!(found, Reconciliation::Found(_)), "{found:?}");
}

#[tokio::test]
async fn a_callback_with_the_correlation_id_proves_that_the_message_went() {
    let emulator = start();
    let application = Application::start();
    let client = emulator.client().correlate_callbacks(true).build().unwrap();
    let callback = application.at("/status?order=%2f1#rc=2");
    fault(&emulator, "after");
    let error = client.send(order().status_callback(&callback)).await.unwrap_err();
    let id = error.correlation_id().unwrap().to_owned();
    let hook = application.wait("/status", 1).remove(0).unwrap();
    assert_eq!(correlation_id(&hook.url), Some(id));
    assert_eq!(hook.get("MessageSid"), newest(&client).await);
    assert!(hook.url.starts_with(&application.at("/status?order=%2f1&")), "{}", hook.url);
    // Twilio signs the URL with its query
    let validator = RequestValidator::new(Emulator::AUTH_TOKEN).unwrap();
    let signature = hook.headers["x-twilio-signature"].to_str().unwrap();
    let form: Vec<_> = hook.params.iter().filter(|(name, _)| !hook.url.contains(name.as_str())).cloned().collect();
    assert!(hook.is_signed && validator.validate_form(&hook.url, &form, signature));
    assert!(!validator.validate_form(&application.at("/status?order=%2f1"), &form, signature));

    // of a message that did not go there is none, and each send has another
    fault(&emulator, "before");
    let error = client.send(order().status_callback(&callback)).await.unwrap_err();
    assert_ne!(correlation_id(&hook.url).as_deref(), error.correlation_id());
    // the control: without the setting nothing is changed
    let plain = emulator.client().build().unwrap();
    fault(&emulator, "after");
    let error = plain.send(order().body("plain").status_callback(application.at("/plain"))).await.unwrap_err();
    assert_eq!(error.correlation_id(), None);
    assert_eq!(application.wait("/plain", 1)[0].url, application.at("/plain"));
}

#[tokio::test]
async fn repeats_of_a_call_have_the_same_correlation_id() {
    let emulator = start();
    let client = emulator.client().correlate_callbacks(true).build().unwrap();
    let refuse = json!({ "match": { "operation": "messages.create" }, "fault": { "status": 429, "retry_after": 0 } });
    emulator.control("POST", "/_emulator/faults", Some(refuse)).unwrap();
    let error = client.send(order().status_callback("http://127.0.0.1:9/s")).await.unwrap_err();
    assert!(error.correlation_id().is_some() && error.outcome() == Outcome::NotSent);
    emulator.control("DELETE", "/_emulator/faults", None).unwrap();
    fault(&emulator, "after");
    let error = client.send(order().status_callback("http://127.0.0.1:9/s")).await.unwrap_err();
    let (_, events) = emulator.control("GET", "/_emulator/events", None).unwrap();
    let events = events["events"].as_array().unwrap();
    let mut sent =
        events.iter().filter_map(|event| event["parameters"]["StatusCallback"].as_str().and_then(correlation_id));
    assert_eq!(sent.next_back().as_deref(), error.correlation_id());
}

/// A send of the series: what was sent, and what came of it.
struct Send {
    params: Params,
    /// When it was begun, by the emulator's clock.
    at: Timestamp,
    /// The sid that the emulator gave it, if it was accepted.
    sid: Option<String>,
    is_known: bool,
}

fn text<'a>(params: &'a Params, name: &str) -> &'a str {
    match params.get(name) {
        Some(ringback::Value::Text(text)) => text,
        _ => "",
    }
}

fn is_equal(left: &Send, right: &Send) -> bool {
    ["To", "From", "MessagingServiceSid", "Body"]
        .iter()
        .all(|name| text(&left.params, name) == text(&right.params, name))
}

fn clock(emulator: &Emulator, body: Value) -> Timestamp {
    let (status, clock) = emulator.control("POST", "/_emulator/clock", Some(body)).unwrap();
    assert_eq!(status, 200, "{clock}");
    clock["now"].as_str().unwrap().parse().unwrap()
}

/// Sends a random series of messages, some of which are lost before or after they are accepted.
async fn series(emulator: &Emulator, client: &Client, seed: u64, length: usize) -> Vec<Send> {
    let mut random = fastrand::Rng::with_seed(seed);
    let service = format!("MG{}", "0".repeat(32));
    let mut sends = Vec::new();
    clock(emulator, json!({ "freeze": true }));
    for _ in 0..length {
        let ahead = [0.0, 1.0, 40.0, 200.0][random.usize(0..4)];
        let at = clock(emulator, json!({ "advance": ahead, "freeze": true }));
        let mut params = params! {
            "To" => *random.choice(&[TO, "+15551234568"]).unwrap(),
            "Body" => *random.choice(&["shipped", "shipped!", "shipped today", "späť"]).unwrap(),
        };
        match random.usize(0..3) {
            0 => params.set("MessagingServiceSid", service.as_str()),
            1 => params.set("From", "+15557654322"),
            _ => params.set("From", FROM),
        };
        let fate = random.usize(0..4);
        if fate < 2 {
            fault(emulator, ["before", "after"][fate]);
        }
        let sent = client.execute("messages.create", params.clone()).await;
        let (sid, is_known) = match sent {
            Ok(message) => (message.text("sid").map(str::to_owned), true),
            Err(error) => {
                assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
                let sid = if fate == 1 { Some(newest(client).await) } else { None };
                (sid, false)
            }
        };
        sends.push(Send { params, at, sid, is_known });
    }
    sends
}

/// The sids of what may honestly be taken for a send: accepted, equal to it, made near it, and not known already.
fn expected(sends: &[Send], lost: &Send) -> Vec<String> {
    let near = |other: &Send| {
        let after = other.at.duration_since(lost.at);
        after >= SignedDuration::from_secs(-5) && after <= SignedDuration::from_secs(62)
    };
    let fitting = sends.iter().filter(|other| !other.is_known && is_equal(other, lost) && near(other));
    let mut sids: Vec<_> = fitting.filter_map(|other| other.sid.clone()).collect();
    sids.sort();
    sids
}

/// How often an answer is wrong: a message missed, or one taken for another.
fn wrong(sends: &[Send], answers: &[Vec<String>]) -> usize {
    let lost = sends.iter().filter(|send| !send.is_known);
    let mut wrong = 0;
    for (send, answer) in lost.zip(answers) {
        let mut answer = answer.clone();
        answer.sort();
        wrong += usize::from(answer != expected(sends, send));
    }
    wrong
}

#[tokio::test]
async fn over_a_random_series_nothing_is_missed_and_nothing_taken_for_something_else() {
    let mut lost = 0;
    let mut naive_wrong = [0, 0];
    for seed in 0..6 {
        let emulator = start();
        let client = client(&emulator);
        let sends = series(&emulator, &client, seed, 60).await;
        let known: Vec<&str> =
            sends.iter().filter(|send| send.is_known).filter_map(|send| send.sid.as_deref()).collect();
        // by the clock of this machine, which the emulator's has left
        let now = clock(&emulator, json!({ "freeze": true }));
        let skew = now.duration_since(Timestamp::now());
        let unknown: Vec<_> = sends.iter().filter(|send| !send.is_known).collect();
        let looks = unknown.iter().map(|send| client.reconcile(send.params.clone(), send.at - skew, &known));
        let mut answers = Vec::new();
        for (found, send) in futures_util::future::join_all(looks).await.into_iter().zip(&unknown) {
            let found = found.unwrap();
            let verdict = found.verdict().as_str();
            let sids: Vec<_> =
                found.into_candidates().iter().map(|message| message["sid"].as_str().unwrap().to_owned()).collect();
            if let Some(sid) = &send.sid {
                assert!(sids.contains(sid), "seed {seed}: an accepted message was {verdict}");
            }
            assert_eq!(verdict, ["absent", "found", "ambiguous"][sids.len().min(2)]);
            answers.push(sids);
        }
        assert_eq!(wrong(&sends, &answers), 0, "seed {seed}");
        lost += answers.len();

        // the controls: a matcher that leaves out the time, or the text
        let mut all = client.records("messages.list", Params::new()).unwrap();
        let mut records = Vec::new();
        while let Some(record) = all.next().await {
            records.push(record.unwrap());
        }
        for (control, naive_wrong) in naive_wrong.iter_mut().enumerate() {
            let naive = |send: &&Send| {
                let fits = |record: &&Value| {
                    let made = jiff::fmt::rfc2822::parse(record["date_created"].as_str().unwrap()).unwrap().timestamp();
                    let after = made.duration_since(send.at).as_secs();
                    let same =
                        |name: &str, key: &str| record[key].as_str().unwrap_or_default() == text(&send.params, name);
                    let is_near = (-5..=62).contains(&after);
                    let service = text(&send.params, "MessagingServiceSid");
                    same("To", "to")
                        && same("MessagingServiceSid", "messaging_service_sid")
                        && (!service.is_empty() || same("From", "from"))
                        && (control == 0 || is_near)
                        && (control == 1 || same("Body", "body"))
                        && !known.contains(&record["sid"].as_str().unwrap())
                };
                records.iter().filter(fits).map(|record| record["sid"].as_str().unwrap().to_owned()).collect()
            };
            let answers: Vec<Vec<String>> = unknown.iter().map(naive).collect();
            *naive_wrong += wrong(&sends, &answers);
        }
    }
    assert!(lost > 100, "only {lost} sends were lost");
    assert!(naive_wrong.iter().all(|wrong| *wrong > 0), "{naive_wrong:?}: the series tells nothing");
}
