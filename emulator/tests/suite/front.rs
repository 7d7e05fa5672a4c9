//! The front door over real sockets: hosts, origins, credentials, faults, and where webhooks never go.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::application::{Application, start, until};
use ringback::{ErrorKind, Outcome, params};
use ringback_emulator::{Emulator, Options};
use serde_json::{Value, json};

/// Sends a request as it stands and gives status and body.
fn raw(emulator: &Emulator, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", emulator.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, answer.split_once("\r\n\r\n").map_or_else(String::new, |(_, body)| body.to_owned()))
}

fn get(emulator: &Emulator, path: &str, host: &str, more: &str) -> u16 {
    raw(emulator, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n")).0
}

#[test]
fn only_own_and_twilios_hosts_are_served_and_no_foreign_page() {
    let (emulator, _client) = start();
    let own = format!("127.0.0.1:{}", emulator.port());
    let localhost = format!("localhost:{}", emulator.port());
    let routes = ["/", "/_emulator/events", "/_emulator/verifications", "/nothing"];
    for path in routes {
        for host in ["evil.com", "127.0.0.1", "127.0.0.1:1", "twilio.com.evil.com", "localhost.evil.com", ""] {
            assert_eq!(get(&emulator, path, host, ""), 403, "{host} {path}");
        }
        for origin in ["http://evil.com", "null", "http://localhost:3000", "https://127.0.0.1:1", ""] {
            assert_eq!(get(&emulator, path, &own, &format!("Origin: {origin}\r\n")), 403, "{origin} {path}");
        }
        assert_eq!(get(&emulator, path, &own, "Sec-Fetch-Site: cross-site\r\n"), 403);
        // the control of it: the same requests from here
        assert_ne!(get(&emulator, path, &own, ""), 403);
        assert_ne!(get(&emulator, path, &localhost, &format!("Origin: http://{localhost}\r\n")), 403);
    }
    let foreign = get(&emulator, "/2010-04-01/Accounts.json", "api.twilio.com", "Origin: https://evil.com\r\n");
    assert_eq!((foreign, get(&emulator, "/2010-04-01/Accounts.json", "api.twilio.com", "")), (403, 401));
    let two = format!("GET / HTTP/1.1\r\nHost: {own}\r\nHost: api.twilio.com\r\nConnection: close\r\n\r\n");
    assert_eq!(raw(&emulator, &two).0, 403);
    let differing = format!("GET http://evil.com/ HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n");
    assert_eq!(raw(&emulator, &differing).0, 403);
    let none = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(&emulator, none).0, 403);
}

#[test]
fn a_refused_request_changes_nothing() {
    let (emulator, client) = start();
    client.execute("verify.v2.services.create", params! { "FriendlyName" => "kept" }).unwrap();
    let own = format!("127.0.0.1:{}", emulator.port());
    let reset = |more: &str| {
        let request = format!(
            "POST /_emulator/reset HTTP/1.1\r\nHost: {own}\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n"
        );
        raw(&emulator, &request).0
    };
    let services =
        || client.execute("verify.v2.services.list", params! {}).unwrap()["services"].as_array().unwrap().len();
    assert_eq!(reset("Origin: http://evil.com\r\n"), 403);
    assert_eq!(services(), 1);
    assert_eq!(reset(""), 200);
    assert_eq!(services(), 0);
}

#[test]
fn the_page_has_a_strict_policy() {
    let (emulator, _client) = start();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        emulator.url().trim_start_matches("http://")
    );
    let mut stream = TcpStream::connect(("127.0.0.1", emulator.port())).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("content-security-policy: default-src 'none'") && !answer.contains("unsafe-"));
}

#[test]
fn an_account_keeps_the_token_of_its_first_use() {
    let (emulator, client) = start();
    let balance = |settings: ringback::ClientBuilder| {
        let client = ringback::blocking::Client::build(settings).unwrap();
        client.execute("balance.fetch", params! {}).map(|_| ()).map_err(|error| (error.kind(), error.code()))
    };
    let refused = Err((ErrorKind::Authentication, Some(20003)));
    client.execute("balance.fetch", params! {}).unwrap();
    assert_eq!(balance(emulator.client().auth_token("another")), refused);
    assert_eq!(
        balance(emulator.client().account_sid("AC00000000000000000000000000000002").auth_token("another")),
        Ok(())
    );
    let key = client.execute("new_keys.create", params! {}).unwrap();
    let (sid, secret) = (key["sid"].as_str().unwrap(), key["secret"].as_str().unwrap());
    assert_eq!(balance(emulator.client().api_key(sid).api_secret(secret)), Ok(()));
    assert_eq!(balance(emulator.client().api_key(sid).api_secret("another")), refused);
    let other = "AC00000000000000000000000000000002";
    let error = client.execute("messages.list", params! { "AccountSid" => other }).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some(20404)));
    let part = client.execute("accounts.create", params! { "FriendlyName" => "part" });
    let part =
        part.or_else(|_| client.execute("api.v2010.accounts.create", params! { "FriendlyName" => "part" })).unwrap();
    let part = part["sid"].as_str().unwrap();
    client.execute("messages.list", params! { "AccountSid" => part }).unwrap();
}

#[test]
fn webhooks_go_to_this_machine_only() {
    let (emulator, client) = start();
    let application = Application::start();
    let port = emulator.port();
    let own = format!("http://127.0.0.1:{port}/_emulator/reset");
    application.answer("/away", |_| {
        use axum::{http::StatusCode, response::IntoResponse};
        (StatusCode::TEMPORARY_REDIRECT, [("location", "http://169.254.169.254/latest/meta-data")]).into_response()
    });
    let away = application.at("/away");
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://0.0.0.0:1/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        own.as_str(),
        away.as_str(),
    ] {
        let since = emulator.events(0).unwrap()["last"].as_u64().unwrap();
        let create =
            params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x", "StatusCallback" => url };
        client.execute("messages.create", create).unwrap();
        let code = until(&format!("the refusal of {url}"), || {
            let events = emulator.events(since).unwrap();
            events["events"]
                .as_array()
                .unwrap()
                .iter()
                .find(|event| event["type"] == "warning")
                .map(|event| event["code"].clone())
        });
        assert_eq!(code, 11205, "{url}");
    }
    // the control of it: an address that is allowed is called
    let create = params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x", "StatusCallback" => application.at("/ok") };
    client.execute("messages.create", create).unwrap();
    application.wait("/ok", 2);
}

#[test]
fn faults_are_what_was_asked_for() {
    let (emulator, _client) = start();
    let client = ringback::blocking::Client::build(emulator.client().max_retries(0)).unwrap();
    let application = Application::start();
    let fault = |body: Value| {
        let (status, answer) = emulator.control("POST", "/_emulator/faults", Some(body)).unwrap();
        (status, answer["error"].as_str().unwrap_or_default().to_owned())
    };
    let send = || {
        let create = params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x", "StatusCallback" => application.at("/status") };
        client.execute("messages.create", create)
    };
    let count = || {
        let messages = emulator.control("GET", "/_emulator/messages", None).unwrap().1;
        messages["messages"].as_array().unwrap().len()
    };
    let once = |what: Value| fault(json!({ "match": { "operation": "messages.create" }, "fault": what, "times": 1 }));

    assert_eq!(once(json!({ "status": 429, "retry_after": 3 })).0, 200);
    let error = send().unwrap_err();
    assert_eq!(
        (error.code(), error.outcome(), error.retry_after()),
        (Some(20429), Outcome::NotSent, Some(Duration::from_secs(3)))
    );
    once(json!({ "reset": "before" }));
    assert_eq!((send().unwrap_err().outcome(), count()), (Outcome::Unknown, 0));
    once(json!({ "reset": "after" }));
    assert_eq!((send().unwrap_err().outcome(), count()), (Outcome::Unknown, 1));
    application.wait("/status", 2);

    fault(
        json!({ "fault": { "callback": "repeated" }, "match": { "parameters": { "MessageStatus": "sent" } }, "times": 1 }),
    );
    fault(json!({ "fault": { "delivery": 30003 }, "times": 1 }));
    let sid = send().unwrap()["sid"].as_str().unwrap().to_owned();
    let hooks = application.wait("/status", 5);
    let mut seen: Vec<&str> = hooks.iter().skip(2).map(|hook| hook.get("MessageStatus")).collect();
    seen.sort_unstable();
    assert_eq!(seen, ["sent", "sent", "undelivered"]);
    let message = client.execute("messages.fetch", params! { "Sid" => sid.as_str() }).unwrap();
    assert_eq!((&message["status"], &message["error_code"]), (&"undelivered".into(), &30003.into()));

    for (body, names) in [
        (json!({ "fault": {} }), "exactly one"),
        (json!({ "fault": { "status": 200 } }), "fault.status"),
        (json!({ "fault": { "reset": "never" } }), "fault.reset"),
        (json!({ "fault": { "status": 500 }, "match": { "colour": 1 } }), "match.colour"),
        (json!([]), "match and fault"),
    ] {
        let (status, error) = fault(body);
        assert!(status == 400 && error.contains(names), "{status} {error}");
    }
}

#[test]
fn events_tell_all_and_webhooks_are_replayed() {
    let (emulator, client) = start();
    let application = Application::start();
    let create = params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x", "StatusCallback" => application.at("/status") };
    client.execute("messages.create", create).unwrap();
    application.wait("/status", 2);
    let webhook = until("the log of a webhook", || {
        let events = emulator.events(0).unwrap();
        let events = events["events"].as_array().unwrap().clone();
        let ids: Vec<u64> = events.iter().map(|event| event["id"].as_u64().unwrap()).collect();
        assert!(ids.is_sorted() && ids.first() == Some(&1));
        assert!(
            events
                .iter()
                .any(|event| event["type"] == "request" && event["operation"] == "api.v2010.accounts.messages.create")
        );
        assert!(!events.iter().any(|event| event.to_string().contains(Emulator::AUTH_TOKEN)));
        events.into_iter().find(|event| event["type"] == "webhook")
    });
    assert_eq!((&webhook["status"], &webhook["parameters"]["MessageStatus"]), (&204.into(), &"sent".into()));
    let replay = format!("/_emulator/events/{}/replay", webhook["id"]);
    assert_eq!(emulator.control("POST", &replay, None).unwrap().0, 200);
    assert!(application.wait("/status", 3)[2].is_signed);
    assert_eq!(emulator.control("POST", "/_emulator/events/1/replay", None).unwrap().0, 400);
    assert_eq!(emulator.control("POST", "/_emulator/events/999999/replay", None).unwrap().0, 404);
}

#[test]
fn wrong_calls_of_the_control_surface_say_what_is_wrong() {
    let (emulator, _client) = start();
    for (method, path, body, status, names) in [
        ("POST", "messages", json!({}), 400, "from"),
        ("POST", "messages", json!({ "from": 1, "to": "x", "body": "x" }), 400, "from"),
        ("POST", "messages", json!({ "from": "x!", "to": "+15551234567", "body": "x" }), 400, "from"),
        ("POST", "messages", json!({ "from": "+15551234567", "to": "+15557654321" }), 400, "body"),
        ("POST", "calls", json!({ "from": "+15551234567" }), 400, "to"),
        ("POST", "calls/CA1/digits", json!({}), 400, "digits"),
        ("POST", "calls/CA1/dance", json!({}), 404, "dance"),
        ("POST", "clock", json!({ "advance": -1 }), 400, "advance"),
        ("POST", "clock", json!({}), 400, "advance"),
        ("GET", "events?since=x", Value::Null, 400, "since"),
        ("PUT", "reset", Value::Null, 405, "reset"),
        ("GET", "nothing", Value::Null, 404, "nothing"),
    ] {
        let (found, answer) = emulator.control(method, &format!("/_emulator/{path}"), Some(body)).unwrap();
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(found == status && error.contains(names), "{method} {path}: {found} {error}");
    }
}

#[test]
fn a_caller_that_goes_away_does_not_stop_time() {
    let (emulator, client) = start();
    let application = Application::start();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    application.answer("/slow", move |_| {
        use axum::{http::StatusCode, response::IntoResponse};
        let _ = released.lock().unwrap().recv(); // an error once the test let go, which is what is waited for
        StatusCode::NO_CONTENT.into_response()
    });
    let clock = || emulator.control("GET", "/_emulator/clock", None).unwrap().1;
    let moment = |clock: &Value| clock["now"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let begun = moment(&clock());
    let create = params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x", "StatusCallback" => application.at("/slow") };
    client.execute("messages.create", create).unwrap();

    let body = json!({ "advance": 3600 }).to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", emulator.port())).unwrap();
    let head = format!("POST /_emulator/clock HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", emulator.port());
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    application.wait("/slow", 1);
    until("the walk to begin", || clock()["frozen"].as_bool().filter(|frozen| *frozen));
    drop(stream);
    clock(); // by the time that this is answered, the closed connection was seen
    drop(release);

    let hour = jiff::SignedDuration::from_hours(1);
    until("time to run on an hour later", || {
        let clock = clock();
        (clock["frozen"] == false && moment(&clock).duration_since(begun) >= hour).then_some(())
    });
}

#[test]
fn time_ends_with_the_year_9999() {
    let (emulator, client) = start();
    let clock = |body: Value| emulator.control("POST", "/_emulator/clock", Some(body)).unwrap();
    let years = |answer: &Value| answer["now"].as_str().unwrap()[..4].parse::<u32>().unwrap();
    let ten_years = json!({ "advance": 10 * 366 * 86_400 });
    let (mut year, mut steps) = (0, 0);
    let (status, refusal) = loop {
        let (status, answer) = clock(ten_years.clone());
        if status != 200 {
            break (status, answer);
        }
        assert!(years(&answer) > year, "{answer} is not after {year}");
        (year, steps) = (years(&answer), steps + 1);
    };
    assert!(steps > 700 && year > 9980, "{steps} steps to {year}");
    assert!(status == 400 && refusal["error"].as_str().unwrap().contains("advance"), "{refusal}");
    // what is refused is not done in part
    let (status, _) = clock(json!({ "advance": 10 * 366 * 86_400, "freeze": true }));
    let now = emulator.control("GET", "/_emulator/clock", None).unwrap().1;
    assert_eq!((status, &now["frozen"], years(&now)), (400, &false.into(), year));
    let create = params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => "x" };
    let made = client.execute("messages.create", create).unwrap();
    assert!(made["date_created"].as_str().unwrap().contains(&year.to_string()), "{}", made["date_created"]);
}

#[test]
fn it_starts_and_stops_at_once_and_says_when_a_port_is_taken() {
    let begun = Instant::now();
    let first = Emulator::start(Options::default()).unwrap();
    let error = Emulator::start(Options::default().port(first.port())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let port = first.port();
    let _open = TcpStream::connect(("127.0.0.1", port)).unwrap();
    first.stop();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
