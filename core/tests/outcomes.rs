//! What a send says of itself, against what an independent journal of the server saw.

mod support;

use std::time::{Duration, Instant};

use ringback::{ErrorKind, Outcome, Value, blocking, messaging::CreateMessage, messaging::FetchMessage, params};
use support::{Act, Server};

const CREATED: Act = Act::Answer(201, r#"{"sid":"SM1","status":"queued"}"#, "");

fn message() -> CreateMessage {
    CreateMessage::new("+15551234567").from("+15557654321").body("hello & good-bye")
}

#[tokio::test]
async fn a_message_goes_out_as_twilio_wants_it() {
    let server = Server::start([CREATED]).await;
    let sent = server.client().send(message().media_url(["https://a.example/1.png", "https://a.example/2.png"])).await;
    assert_eq!(sent.unwrap().sid, "SM1");
    let request = server.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /2010-04-01/accounts/ac00000000000000000000000000000001/messages.json http/1.1"));
    assert!(head.contains("host: api.twilio.com"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
    assert!(head.contains("authorization: basic "), "{head}");
    assert_eq!(
        body,
        "To=%2B15551234567&From=%2B15557654321&Body=hello+%26+good-bye\
         &MediaUrl=https%3A%2F%2Fa.example%2F1.png&MediaUrl=https%3A%2F%2Fa.example%2F2.png"
    );
}

#[tokio::test]
async fn every_fate_of_a_create_has_its_outcome_and_none_is_repeated_on_a_guess() {
    let cut = "HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{\"sid\":".to_owned();
    let cases = [
        ("read and closed", Act::ReadAndClose, ErrorKind::Transport, Outcome::Unknown),
        ("bad head", Act::Raw("HTTP/9 nonsense\r\n\r\n".to_owned()), ErrorKind::Transport, Outcome::Unknown),
        ("only 1xx", Act::Raw("HTTP/1.1 100 Continue\r\n\r\n".to_owned()), ErrorKind::Transport, Outcome::Unknown),
        ("accepted, cut", Act::Raw(cut), ErrorKind::Transport, Outcome::Sent),
        ("accepted, not JSON", Act::Answer(201, "<html>", ""), ErrorKind::Decode, Outcome::Sent),
        ("redirect", Act::Answer(307, "", "location: http://127.0.0.1:9/\r\n"), ErrorKind::Rejected, Outcome::Unknown),
        ("400", Act::Answer(400, r#"{"code":21211,"message":"no"}"#, ""), ErrorKind::Rejected, Outcome::NotSent),
        ("401", Act::Answer(401, r#"{"code":20003}"#, ""), ErrorKind::Authentication, Outcome::NotSent),
        ("408", Act::Answer(408, "", ""), ErrorKind::Rejected, Outcome::Unknown),
        ("500", Act::Answer(500, "oops", ""), ErrorKind::Server, Outcome::Unknown),
        ("503", Act::Answer(503, "", "retry-after: 0\r\n"), ErrorKind::Server, Outcome::Unknown),
    ];
    for (name, act, kind, outcome) in cases {
        let server = Server::start([act]).await;
        let error = server.client().send(message()).await.expect_err(name);
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{name}: {error}");
        assert_eq!(server.requests().len(), 1, "{name}: a create was repeated");
        assert_eq!(error.method(), Some("POST"), "{name}");
    }
}

#[tokio::test]
async fn what_provably_was_not_sent_is_called_so_and_may_be_repeated() {
    // nobody listens
    let server = Server::start([CREATED]).await;
    let refused = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let error = server.settings().base_url(refused).build().unwrap().send(message()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent), "{error:?}");

    // the service says that it did nothing
    let server = Server::start([Act::Answer(429, "", "retry-after: 0\r\n"), CREATED]).await;
    assert_eq!(server.client().send(message()).await.unwrap().sid, "SM1");
    assert_eq!(server.requests().len(), 2);

    // and goes on saying so
    let server = Server::start([Act::Answer(429, r#"{"code":20429}"#, "retry-after: 0\r\n")]).await;
    let error = server.client().send(message()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::RateLimited, Outcome::NotSent));
    assert_eq!(server.requests().len(), 3, "two repeats unless set otherwise");
}

#[tokio::test]
async fn a_client_that_repeats_everything_is_caught_by_the_same_journal() {
    // the control: without the rule, two messages were accepted
    let server = Server::start([Act::ReadAndClose, CREATED]).await;
    let client = server.settings().max_retries(0).build().unwrap();
    let mut tries = 0;
    while client.send(message()).await.is_err() {
        tries += 1;
    }
    assert_eq!((tries, server.requests().len()), (1, 2));
}

#[tokio::test]
async fn a_fetch_is_repeated_within_its_budget() {
    let busy = || Act::Answer(503, "", "retry-after: 0\r\n");
    let server = Server::start([busy(), Act::ReadAndClose, Act::Answer(200, r#"{"sid":"SM1"}"#, "")]).await;
    assert_eq!(server.client().send(FetchMessage::new("SM1")).await.unwrap().sid, "SM1");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_later_refusal_does_not_hide_that_an_earlier_try_may_have_been_carried_out() {
    let gone = || Act::Answer(404, r#"{"code":20404}"#, "");
    let server = Server::start([Act::ReadAndClose, gone()]).await;
    let error = server.client().execute("messages.delete", params! { "Sid" => "SM1" }).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NotFound, Outcome::Unknown), "{error}");
    // the control: without an earlier try the same answer proves it
    let server = Server::start([gone()]).await;
    let error = server.client().execute("messages.delete", params! { "Sid" => "SM1" }).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NotFound, Outcome::NotSent), "{error}");
}

#[tokio::test]
async fn a_refusal_whose_reason_does_not_arrive_is_still_one() {
    let stalled = "HTTP/1.1 400 Bad\r\ncontent-length: 500\r\n\r\n{\"code\":".to_owned();
    let server = Server::start([Act::Raw(stalled)]).await;
    let error = server.client().send(message()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Rejected, Outcome::NotSent), "{error}");
}

#[tokio::test]
async fn a_form_without_parameters_says_its_length() {
    let server = Server::start([CREATED]).await;
    server.client().execute("tokens.create", params! {}).await.unwrap();
    assert!(server.requests()[0].to_ascii_lowercase().contains("content-length: 0\r\n"), "{:?}", server.requests());
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let server = Server::start([Act::Silence]).await;
    let client = server.settings().timeout(Duration::from_millis(200)).build().unwrap();
    let begun = Instant::now();
    let error = client.send(message()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::TimedOut, Outcome::Unknown));
    assert!(begun.elapsed() < Duration::from_secs(4));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn the_blocking_client_notices_a_connection_that_was_closed_while_it_rested() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // answers, and closes the connection that the client would like to keep
    let once = "HTTP/1.1 201 Created\r\ncontent-length: 13\r\n\r\n{\"sid\":\"SM1\"}".to_owned();
    let server = runtime.block_on(Server::start([Act::Raw(once)]));
    let client = blocking::Client::build(server.settings()).unwrap();
    for sent in 1..=20 {
        assert_eq!(client.send(message()).unwrap().sid, "SM1");
        let begun = Instant::now();
        while server.closed() < sent {
            assert!(begun.elapsed() < Duration::from_secs(10), "the server did not close its connection");
            std::thread::yield_now();
        }
    }
    assert_eq!(server.connections(), 20);
}

#[test]
fn the_blocking_client_keeps_its_connection_and_can_be_interrupted() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start([CREATED]));
    let client = blocking::Client::build(server.settings()).unwrap();
    for _ in 0..5 {
        client.send(message()).unwrap();
    }
    assert_eq!(server.connections(), 1);

    let server = runtime.block_on(Server::start([Act::Silence]));
    let client = blocking::Client::build(server.settings()).unwrap();
    let operation = ringback::api::find("messages.create").unwrap();
    let error = client.exchange(operation, &params! { "To" => "+1" }, &mut || false).unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Interrupted, Outcome::Unknown));
}

#[tokio::test]
async fn the_blocking_client_says_that_it_cannot_wait_inside_async_code() {
    let server = Server::start([CREATED]).await;
    let client = blocking::Client::build(server.settings()).unwrap();
    assert_eq!(client.send(message()).unwrap_err().kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_cut_off() {
    let long = format!("HTTP/1.1 201 Created\r\n\r\n{{\"sid\":\"{}\"}}", "x".repeat(100_000));
    let server = Server::start([Act::Raw(long)]).await;
    let client = server.settings().largest_body(10_000).build().unwrap();
    let error = client.send(message()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Sent), "{error}");
}

#[tokio::test]
async fn wrong_arguments_are_named_and_never_sent() {
    let server = Server::start([CREATED]).await;
    let client = server.client();
    for (operation, params, says) in [
        ("messages.crate", params! {}, "did you mean messages.create?"),
        ("messages.create", params! { "Too" => "+1" }, "did you mean To?"),
        ("messages.create", params! { "Body" => "x" }, "To is required"),
        ("messages.create", params! { "To" => "+1", "to" => "+2" }, "To is given twice"),
        ("messages.list", params! { "PageSize" => 1, "page_size" => 2 }, "PageSize is given twice"),
        ("messages.create", params! { "To" => "+1", "Body" => "a\0b" }, "Body holds the control character U+0000"),
        ("messages.create", params! { "To" => ["+1", "+2"] }, "To takes one value, not a list"),
        ("messages.create", params! { "To" => 15_551_234_567_i64 }, "To takes text, not a whole number"),
        ("messages.create", params! { "To" => "+1", "Attempt" => true }, "Attempt takes a whole number"),
        ("messages.fetch", params! {}, "Sid is required"),
        ("messages.fetch", params! { "Sid" => ".." }, "Sid must not be empty, '.' or '..'"),
        ("messages.fetch", params! { "Sid" => "" }, "Sid must not be empty"),
        ("messages.fetch", params! { "Sid" => "a\nb" }, "Sid holds a control character"),
    ] {
        let error = client.execute(operation, params).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::InvalidArgument, Outcome::NotSent));
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(server.requests().is_empty());
    // a family of numbered parameters is one row, and one form can have a parameter of the path's name
    let siprec = params! { "CallSid" => "CA1", "Parameter#.Name" => "x" };
    let error = client.execute("calls.siprec.create", siprec).await.unwrap_err();
    assert!(error.to_string().contains("needs a number from 1"), "{error}");
    assert!(server.requests().is_empty());
    let siprec = params! { "CallSid" => "CA1", "Parameter7.Name" => "x", "parameter8_name" => "y" };
    client.execute("calls.siprec.create", siprec).await.unwrap();
    assert!(server.requests()[0].ends_with("\r\n\r\nParameter7.Name=x&Parameter8.Name=y"), "{:?}", server.requests());
    let moved = params! { "Sid" => "PN1", "{AccountSid}" => "AC1", "AccountSid" => "AC2" };
    client.execute("incoming_phone_numbers.update", moved).await.unwrap();
    assert!(server.requests()[1].contains("/Accounts/AC1/IncomingPhoneNumbers/PN1.json"));
    assert!(server.requests()[1].ends_with("\r\n\r\nAccountSid=AC2"));
    let pictures = params! { "To" => "+1", "MediaUrl" => serde_json::json!(["http://a", "http://b"]) };
    client.execute("messages.create", pictures).await.unwrap();
    assert!(server.requests()[2].ends_with("MediaUrl=http%3A%2F%2Fa&MediaUrl=http%3A%2F%2Fb"));
    // in a name, what a path cannot hold is encoded, and stays in its segment
    let _ = client.execute("lookups.v2.phone_numbers.fetch", params! { "PhoneNumber" => "a/../b?c#d%" }).await;
    assert!(
        server.requests()[3].contains("/v2/PhoneNumbers/a%2F..%2Fb%3Fc%23d%25 HTTP/1.1"),
        "{:?}",
        server.requests()
    );
    // no identifier has it
    for sid in ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a%2Fb", "a\nb", "a\u{0}b"] {
        let error = client.execute("messages.fetch", params! { "Sid" => sid }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{sid:?}");
        assert!(error.to_string().starts_with("Sid "), "{error}");
    }
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_json_body_is_sent_as_it_is_given() {
    let server = Server::start([Act::Answer(200, "{}", "")]).await;
    let client = server.client();
    let sent = |at: usize| server.requests()[at].split("\r\n\r\n").nth(1).unwrap_or_default().to_owned();
    let content = serde_json::json!({ "language": "en", "types": { "twilio/text": { "body": "hi" } } });
    client.execute("content.v1.contents.create", params! { "ContentCreateRequest" => content.clone() }).await.unwrap();
    assert_eq!(sent(0), content.to_string());
    assert!(server.requests()[0].to_ascii_lowercase().contains("content-type: application/json\r\n"));
    // languages without JSON of their own give its text
    let text = params! { "content_create_request" => content.to_string() };
    client.execute("content.v1.contents.create", text).await.unwrap();
    assert_eq!(sent(1), content.to_string());
    client.execute("flex_api.v1.configuration.update", params! {}).await.unwrap();
    assert_eq!(sent(2), "{}");
    for wrong in [Value::from("{\"language\":"), Value::from(1)] {
        let error = client.execute("content.v1.contents.create", params! { "ContentCreateRequest" => wrong }).await;
        let error = error.unwrap_err();
        assert!(error.to_string().starts_with("ContentCreateRequest takes JSON"), "{error}");
    }
    let error = client.execute("content.v1.contents.create", params! {}).await.unwrap_err();
    assert!(error.to_string().starts_with("ContentCreateRequest is required"), "{error}");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn no_error_holds_the_secret_the_body_or_the_query() {
    let server = Server::start([Act::Answer(500, "", "")]).await;
    let client = server.client();
    let mut texts = Vec::new();
    for error in [
        client.send(message()).await.unwrap_err(),
        client.execute("messages.list", params! { "To" => "+15551112222" }).await.unwrap_err(),
    ] {
        texts.push(format!("{error} {error:?} {error:#?}"));
    }
    texts.push(format!("{client:?} {:?}", server.settings()));
    for text in texts {
        for secret in ["s3cret-token", "hello", "5551112222", "Basic"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
