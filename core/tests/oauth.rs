//! Client credentials: one token for all, renewed in time, and never shown.

mod support;

use std::{
    error::Error as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use ringback::{
    Client, ClientBuilder, Error, ErrorKind, Outcome, Progress, blocking, messaging::CreateMessage, params,
};
use support::{Service, answer};

const SECRET: &str = "client-secret-7f3a";
const NOW: Duration = Duration::ZERO;
const SENT: &str = r#"{"sid":"SM1","status":"queued"}"#;

fn message() -> CreateMessage {
    CreateMessage::new("+15551234567").from("+15557654321").body("hello")
}

fn settings(service: &Service) -> ClientBuilder {
    Client::builder()
        .account_sid("AC00000000000000000000000000000001")
        .client_credentials("OQ1", SECRET)
        .base_url(&service.url)
        .timeout(Duration::from_secs(20))
}

fn is_for_token(request: &str) -> bool {
    request.starts_with("POST /v2/token ")
}

fn token(name: &str, life: u64) -> String {
    answer(200, &format!(r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":{life}}}"#))
}

/// The number of the token that a request is signed with.
fn signed(request: &str) -> Option<usize> {
    let line = request.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization: "))?;
    line.split_once("Bearer token-")?.1.parse().ok()
}

/// A service that numbers its tokens, and accepts those from this number on.
async fn numbered(life: u64, wait: Duration) -> (Service, Arc<AtomicUsize>) {
    let (made, oldest) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let good = Arc::clone(&oldest);
    let service = Service::start(move |request| {
        if is_for_token(request) {
            return (wait, Some(token(&format!("token-{}", made.fetch_add(1, Ordering::SeqCst)), life)));
        }
        match signed(request).is_some_and(|number| number >= good.load(Ordering::SeqCst)) {
            true => (NOW, Some(answer(201, SENT))),
            false => (NOW, Some(answer(401, r#"{"code":20003,"message":"Authenticate"}"#))),
        }
    });
    (service.await, oldest)
}

async fn all(client: &Client, sends: usize) -> Vec<ringback::Result<()>> {
    let sends: Vec<_> = (0..sends)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(message()).await.map(drop) })
        })
        .collect();
    let mut results = Vec::new();
    for send in sends {
        results.push(send.await.unwrap_or_else(|cause| Err(Error::configuration(cause.to_string()))));
    }
    results
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_signs_what_follows() {
    let (service, _) = numbered(3600, NOW).await;
    let client = settings(&service).build().unwrap();
    for _ in 0..3 {
        client.send(message()).await.unwrap();
    }
    let asked = service.requests("/v2/token");
    assert_eq!(asked.len(), 1);
    let (head, body) = asked[0].split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.contains("host: oauth.twilio.com") && !head.contains("authorization"), "{head}");
    assert_eq!(body, format!("grant_type=client_credentials&client_id=OQ1&client_secret={SECRET}"));
    for sent in service.requests("/Messages.json") {
        assert_eq!(signed(&sent), Some(0), "{sent}");
        assert!(!sent.contains(SECRET));
    }
}

#[tokio::test]
async fn two_hundred_sends_fetch_one_token() {
    let (service, oldest) = numbered(3600, Duration::from_millis(50)).await;
    let client = settings(&service).build().unwrap();
    assert!(all(&client, 200).await.iter().all(Result::is_ok));
    assert_eq!(service.requests("/v2/token").len(), 1, "the first token");
    oldest.store(1, Ordering::SeqCst);
    assert!(all(&client, 200).await.iter().all(Result::is_ok), "a token that ended is renewed for everyone");
    assert_eq!(service.requests("/v2/token").len(), 2, "the second token");

    // the control: clients that share no token fetch one each, and the same journal tells
    let (service, _) = numbered(3600, Duration::from_millis(50)).await;
    for _ in 0..5 {
        settings(&service).build().unwrap().send(message()).await.unwrap();
    }
    assert_eq!(service.requests("/v2/token").len(), 5);
}

#[test]
fn threads_of_the_blocking_client_share_a_token() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (service, _) = runtime.block_on(numbered(3600, Duration::from_millis(50)));
    let client = blocking::Client::build(settings(&service)).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| client.send(message()).unwrap());
        }
    });
    assert_eq!(service.requests("/v2/token").len(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    // of a life of two seconds, the last two fifths of a second are left unused
    let (service, _) = numbered(2, NOW).await;
    let client = settings(&service).build().unwrap();
    let begun = Instant::now();
    let mut newest = 0;
    while newest < 2 {
        client.send(message()).await.unwrap();
        newest = signed(service.requests("/Messages.json").last().unwrap()).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(20), "no token is renewed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "both were renewed before their end");
    assert!(begun.elapsed() >= Duration::from_millis(3200), "and not before it was time");
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_the_token_that_still_is_good() {
    let made = AtomicUsize::new(0);
    let service = Service::start(move |request| match is_for_token(request) {
        true if made.fetch_add(1, Ordering::SeqCst) == 0 => (NOW, Some(token("token-0", 6))),
        true => (Duration::from_secs(60), None),
        false => (NOW, Some(answer(201, SENT))),
    });
    let service = service.await;
    let client = settings(&service).timeout(Duration::from_millis(400)).build().unwrap();
    let begun = Instant::now();
    while service.requests("/v2/token").len() < 2 {
        client.send(message()).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(20), "no token is renewed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    client.send(message()).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(6), "the token had not ended");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_message_goes_out_once() {
    let (service, oldest) = numbered(3600, NOW).await;
    let client = settings(&service).max_retries(0).build().unwrap();
    client.send(message()).await.unwrap();
    oldest.store(1, Ordering::SeqCst);
    client.send(message()).await.unwrap();
    let accepted = service.requests("/Messages.json").iter().filter(|sent| signed(sent) == Some(1)).count();
    assert_eq!((accepted, service.requests("/v2/token").len()), (1, 2));

    // what refuses every token is asked once more, and no oftener
    oldest.store(usize::MAX, Ordering::SeqCst);
    let before = service.requests("/Messages.json").len();
    let error = client.send(message()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Authentication, Outcome::NotSent));
    assert_eq!(service.requests("/Messages.json").len(), before + 2);
    // and a client that meets it again and again stops asking for tokens
    let before = service.requests("/v2/token").len();
    for _ in 0..100 {
        client.send(message()).await.unwrap_err();
    }
    assert!(service.requests("/v2/token").len() - before <= 31, "{}", service.requests("/v2/token").len() - before);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_error_says_why() {
    let huge = format!(r#"{{"access_token":"{}"}}"#, "a".repeat(1 << 20));
    let echo = format!(r#"{{"code":20003,"message":"{SECRET} is wrong","details":{{"secret":"{SECRET}"}}}}"#);
    let cases: [(&str, Option<String>, ErrorKind, usize); 12] = [
        ("closed", None, ErrorKind::Transport, 3),
        ("cut", Some("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{".to_owned()), ErrorKind::Transport, 1),
        ("garbage", Some(answer(200, "<html>")), ErrorKind::Decode, 1),
        ("empty", Some(answer(200, "")), ErrorKind::Decode, 1),
        ("no token", Some(answer(200, "{}")), ErrorKind::Decode, 1),
        ("not for a header", Some(answer(200, r#"{"access_token":"a\r\nX: y"}"#)), ErrorKind::Decode, 1),
        ("huge", Some(answer(200, &huge)), ErrorKind::Decode, 1),
        ("elsewhere", Some(answer(307, "")), ErrorKind::Rejected, 1),
        ("400", Some(answer(400, r#"{"message":"no such app"}"#)), ErrorKind::Rejected, 1),
        ("401", Some(answer(401, &echo)), ErrorKind::Authentication, 1),
        ("429", Some(answer(429, "")), ErrorKind::RateLimited, 3),
        ("503", Some(answer(503, "")), ErrorKind::Server, 3),
    ];
    for (name, said, kind, tries) in cases {
        let closes = name == "cut";
        let service = Service::start(move |request| match is_for_token(request) {
            true => (NOW, said.clone()),
            false => (NOW, Some(answer(201, SENT))),
        });
        let service = service.await;
        let settings = settings(&service).timeout(Duration::from_secs(if closes { 1 } else { 5 }));
        let error = settings.build().unwrap().send(message()).await.unwrap_err();
        let kind = if closes { ErrorKind::TimedOut } else { kind };
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::NotSent), "{name}: {error}");
        assert_eq!(service.requests("/v2/token").len(), tries, "{name}");
        assert!(service.requests("/Messages.json").is_empty(), "{name}: a message went out unsigned");
        assert!(error.to_string().starts_with("no access token was to be had"), "{name}: {error}");
        assert_eq!((error.method(), error.uri()), (Some("POST"), Some("/v2/token")), "{name}");
        assert!(!holds(&error, SECRET), "{name}: {error:?}");
    }
}

#[tokio::test]
async fn a_slow_token_ends_with_the_deadline_of_the_call() {
    let service = Service::start(|_| (Duration::from_secs(60), None)).await;
    let client = settings(&service).timeout(Duration::from_millis(300)).build().unwrap();
    let begun = Instant::now();
    for result in all(&client, 20).await {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::TimedOut, Outcome::NotSent), "{error}");
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn those_who_waited_share_the_error_and_the_next_one_asks_again() {
    let refused = Arc::new(Mutex::new(true));
    let says_no = Arc::clone(&refused);
    let service = Service::start(move |request| match is_for_token(request) {
        true if *says_no.lock().unwrap() => (Duration::from_millis(100), Some(answer(403, r#"{"message":"no"}"#))),
        true => (NOW, Some(token("token-0", 3600))),
        false => (NOW, Some(answer(201, SENT))),
    });
    let service = service.await;
    let client = settings(&service).build().unwrap();
    let results = all(&client, 50).await;
    assert!(results.iter().all(|result| result.as_ref().unwrap_err().kind() == ErrorKind::PermissionDenied));
    let asked = service.requests("/v2/token").len();
    assert!(asked <= 3, "{asked} requests for a token");
    *refused.lock().unwrap() = false;
    client.send(message()).await.unwrap();
}

#[tokio::test]
async fn a_send_given_up_while_its_token_is_fetched_was_not_sent_and_holds_up_nobody() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let service = Service::start(move |request| match is_for_token(request) {
        true if count.fetch_add(1, Ordering::SeqCst) == 0 => (Duration::from_secs(60), None),
        true => (NOW, Some(token("token-0", 3600))),
        false => (NOW, Some(answer(201, SENT))),
    });
    let service = service.await;
    let client = settings(&service).build().unwrap();
    let progress = Progress::default();
    let (given_up, watched) = (client.clone(), progress.clone());
    let sending = tokio::spawn(async move {
        let row = ringback::api::find("messages.create").unwrap();
        given_up.exchange(row, &params! { "To" => "+1", "From" => "+2", "Body" => "x" }, &watched).await.map(drop)
    });
    while asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    assert_eq!(progress.outcome(), Outcome::NotSent);
    client.send(message()).await.unwrap();
}

/// Whether any text of an error, or of what caused it, holds this.
fn holds(error: &Error, secret: &str) -> bool {
    let mut texts = vec![format!("{error} {error:?} {error:#?}")];
    texts.extend(error.details().map(ToString::to_string));
    texts.extend(error.problem().map(ToString::to_string));
    let mut cause = error.source();
    while let Some(inner) = cause {
        texts.push(format!("{inner} {inner:?}"));
        cause = inner.source();
    }
    texts.iter().any(|text| text.contains(secret))
}

#[tokio::test]
async fn neither_secret_nor_token_is_in_any_text() {
    let (service, oldest) = numbered(3600, NOW).await;
    let settings = settings(&service);
    let client = settings.clone().build().unwrap();
    client.send(message()).await.unwrap();
    let waiting = blocking::Client::from(client.clone());
    for text in [format!("{settings:?}"), format!("{client:#?}"), format!("{waiting:?}")] {
        assert!(!text.contains(SECRET) && !text.contains("token-"), "{text}");
    }
    oldest.store(usize::MAX, Ordering::SeqCst);
    let error = client.send(message()).await.unwrap_err();
    assert!(!holds(&error, SECRET) && !holds(&error, "token-"), "{error:?}");
    // the control: the same search finds what is planted
    let planted = std::io::Error::other(format!("refused: {SECRET}"));
    assert!(holds(&Error::configuration("x").with_source(planted), SECRET));
}
