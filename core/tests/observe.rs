//! What calls say of themselves: spans by OpenTelemetry's names, records for metrics, and never a secret.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ringback::{ErrorKind, Outcome, blocking, messaging::CreateMessage, messaging::ListMessages, params};
use support::{Act, Server};
use tracing::{Subscriber, field::Visit, span};
use tracing_subscriber::{Layer, layer::Context, prelude::*, registry::LookupSpan};

const SID: &str = "AC00000000000000000000000000000001";
const CREATED: Act = Act::Answer(201, r#"{"sid":"SM1","status":"queued"}"#, "twilio-request-id: RQ1\r\n");
/// What must not be found in any span, event or log line: the token, in clear and in the header, and body and query.
const SECRETS: [&str; 6] =
    ["s3cret-token", "czNjcmV0", "the-body-text", "the-query-text", "+15557654321", "15557654321"];

fn message() -> CreateMessage {
    CreateMessage::new("+15551234567").from("+15557654321").body("the-body-text")
}

/// Everything that was said, and what each span had at its end.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    spans: Vec<(String, BTreeMap<String, String>)>,
    events: Vec<BTreeMap<String, String>>,
    /// Every line as a formatter would print it.
    lines: Vec<String>,
}

impl Said {
    fn spans(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let heard = self.0.lock().unwrap();
        heard.spans.iter().filter(|(known, _)| known == name).map(|(_, fields)| fields.clone()).collect()
    }

    fn events(&self, message: &str) -> Vec<BTreeMap<String, String>> {
        self.0.lock().unwrap().events.iter().filter(|event| event["message"] == message).cloned().collect()
    }

    fn find(&self, texts: &[&str]) -> Vec<String> {
        let heard = self.0.lock().unwrap();
        heard.lines.iter().filter(|line| texts.iter().any(|text| line.contains(text))).cloned().collect()
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

/// Leads what is said on a thread to the test that listens there.
struct Ears;

thread_local! {
    static LISTENING: RefCell<Option<Said>> = const { RefCell::new(None) };
}

impl Ears {
    fn hear(change: impl FnOnce(&mut Heard)) {
        if let Some(said) = LISTENING.with_borrow(Clone::clone) {
            change(&mut said.0.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Ears {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        Self::hear(|heard| heard.lines.push(format!("{:?}", fields.0)));
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        let fields = extensions.get_mut::<Fields>().unwrap();
        values.record(fields);
        Self::hear(|heard| heard.lines.push(format!("{:?}", fields.0)));
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        fields.0.entry("message".to_owned()).or_default();
        Self::hear(|heard| {
            heard.lines.push(format!("{} {:?}", event.metadata().target(), fields.0));
            heard.events.push(fields.0);
        });
    }

    fn on_close(&self, id: span::Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let mut fields = span.extensions_mut().remove::<Fields>().unwrap().0;
        if let Some(parent) = span.parent() {
            fields.insert("parent".to_owned(), parent.name().to_owned());
        }
        Self::hear(|heard| heard.spans.push((span.name().to_owned(), fields)));
    }
}

/// Listens on this thread to everything at the level TRACE.
///
/// One subscriber serves the whole program: several that come and go beside each other would miss each other's spans.
fn listen() -> Said {
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Ears));
    let said = Said::default();
    LISTENING.set(Some(said.clone()));
    said
}

/// What the libraries below say through `log`, in all tests of this program together.
static LOGGED: Logged = Logged(Mutex::new(Vec::new()));

struct Logged(Mutex<Vec<String>>);

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

impl Logged {
    fn listen() -> &'static Self {
        let _ = log::set_logger(&LOGGED);
        log::set_max_level(log::LevelFilter::Trace);
        &LOGGED
    }

    fn find(&self, texts: &[&str]) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|line| texts.iter().any(|text| line.contains(text))).cloned().collect()
    }
}

/// A record, kept.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    operation: &'static str,
    path: String,
    status: Option<u16>,
    outcome: Outcome,
    error_kind: Option<ErrorKind>,
    attempts: u32,
    request_id: Option<String>,
}

type Records = Arc<Mutex<Vec<Kept>>>;

fn keep(settings: ringback::ClientBuilder) -> (Records, ringback::ClientBuilder) {
    let records = Records::default();
    let kept = Arc::clone(&records);
    let settings = settings.on_call(move |record| {
        assert!(record.duration > Duration::ZERO);
        kept.lock().unwrap().push(Kept {
            operation: record.operation,
            path: record.path.to_owned(),
            status: record.status,
            outcome: record.outcome,
            error_kind: record.error_kind,
            attempts: record.attempts,
            request_id: record.request_id.map(str::to_owned),
        });
    });
    (records, settings)
}

fn taken(records: &Records) -> Vec<Kept> {
    std::mem::take(&mut records.lock().unwrap())
}

#[tokio::test]
async fn a_call_has_a_span_and_each_try_has_one_by_opentelemetrys_names() {
    let said = listen();
    let busy = Act::Answer(429, r#"{"code":20429}"#, "retry-after: 0\r\ntwilio-request-id: RQ0\r\n");
    let server = Server::start([busy, CREATED]).await;
    server.client().send(message()).await.unwrap();
    let tries = said.spans("attempt");
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    let path = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
    let full = format!("{}/2010-04-01/Accounts/{SID}/Messages.json", server.url);
    let common = [
        ("otel.name", format!("POST {path}")),
        ("otel.kind", "client".to_owned()),
        ("http.request.method", "POST".to_owned()),
        ("server.address", "127.0.0.1".to_owned()),
        ("server.port", port),
        ("url.full", full),
        ("url.template", path.to_owned()),
        ("network.protocol.version", "1.1".to_owned()),
        ("twilio.operation", "api.v2010.accounts.messages.create".to_owned()),
        ("parent", "call".to_owned()),
    ];
    let with = |more: &[(&str, &str)]| {
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        common.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).chain(more).collect::<BTreeMap<_, _>>()
    };
    let first = [
        ("http.response.status_code", "429"),
        ("error.type", "429"),
        ("otel.status_code", "ERROR"),
        ("twilio.request_id", "RQ0"),
    ];
    let second =
        [("http.response.status_code", "201"), ("http.request.resend_count", "1"), ("twilio.request_id", "RQ1")];
    assert_eq!(tries, [with(&first), with(&second)]);
    let calls = said.spans("call");
    assert_eq!(calls.len(), 1);
    for (name, value) in [
        ("otel.name", "api.v2010.accounts.messages.create"),
        ("otel.kind", "internal"),
        ("ringback.outcome", "sent"),
        ("ringback.attempts", "2"),
        ("twilio.request_id", "RQ1"),
    ] {
        assert_eq!(calls[0].get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!calls[0].contains_key("error.type") && !calls[0].contains_key("otel.status_code"));
    let repeats = said.events("the request will be sent again");
    assert_eq!(repeats.len(), 1);
    assert_eq!((&*repeats[0]["error.kind"], &*repeats[0]["http.response.status_code"]), ("rate_limited", "429"));
    assert!(repeats[0].contains_key("wait_ms"));
}

#[tokio::test]
async fn spans_of_what_failed_say_how() {
    let said = listen();
    let server = Server::start([Act::ReadAndClose]).await;
    server.client().send(message()).await.unwrap_err();
    let fields = |fields: &BTreeMap<String, String>, name: &str| fields.get(name).cloned().unwrap_or_default();
    let (call, attempt) = (said.spans("call").remove(0), said.spans("attempt").remove(0));
    assert_eq!(fields(&call, "ringback.outcome"), "unknown");
    for span in [&call, &attempt] {
        assert_eq!(
            (fields(span, "error.type").as_str(), fields(span, "otel.status_code").as_str()),
            ("transport", "ERROR")
        );
    }
    assert_eq!(fields(&attempt, "http.response.status_code"), "");

    // a call that nobody waits for any more has an end too
    let said = listen();
    let server = Server::start([Act::Silence]).await;
    let client = server.client();
    let waited = tokio::time::timeout(Duration::from_millis(100), client.send(message()));
    assert!(waited.await.is_err());
    let (call, attempt) = (said.spans("call").remove(0), said.spans("attempt").remove(0));
    assert_eq!(fields(&call, "ringback.outcome"), "unknown");
    assert_eq!(
        (fields(&call, "error.type"), fields(&attempt, "error.type")),
        ("interrupted".into(), "interrupted".into())
    );
}

#[tokio::test]
async fn nothing_that_is_said_at_any_level_holds_a_secret_a_query_or_a_body() {
    let logged = Logged::listen();
    let said = listen();
    let server = Server::start([
        CREATED,
        Act::Answer(400, r#"{"code":21211,"message":"the-body-text is no number"}"#, ""),
        Act::ReadAndClose,
        Act::Raw("HTTP/9 the-body-text\r\n\r\n".to_owned()),
        Act::Answer(201, "the-body-text", ""),
        Act::Answer(200, r#"{"messages":[]}"#, ""),
    ])
    .await;
    let client = server.client();
    for _ in 0..5 {
        let _ = client.send(message()).await;
    }
    let listed = client.execute("messages.list", params! { "To" => "the-query-text" }).await;
    listed.unwrap();
    assert_eq!((said.spans("call").len(), server.requests().len()), (6, 6));
    assert!(server.requests()[5].contains("?To=the-query-text "));
    assert_eq!(said.find(&SECRETS), [""; 0]);
    assert_eq!(logged.find(&SECRETS), [""; 0]);
    assert!(!logged.find(&["connect"]).is_empty(), "the libraries below were not heard at all");

    // the control: what prints them is found by the same search
    tracing::trace!(form = "To=%2B15551234567&Body=the-body-text", "sends");
    log::trace!("sends the-body-text");
    assert_eq!((said.find(&SECRETS).len(), logged.find(&SECRETS).len()), (1, 1));
}

#[tokio::test]
async fn a_record_of_every_call_comes_once_with_what_it_came_to() {
    let cases = [
        (CREATED, Some(201), Outcome::Sent, None, Some("RQ1")),
        (Act::Answer(400, r#"{"code":21211}"#, ""), Some(400), Outcome::NotSent, Some(ErrorKind::Rejected), None),
        (
            Act::Answer(503, "", "twilio-request-id: RQ9\r\n"),
            Some(503),
            Outcome::Unknown,
            Some(ErrorKind::Server),
            Some("RQ9"),
        ),
        (Act::ReadAndClose, None, Outcome::Unknown, Some(ErrorKind::Transport), None),
        (Act::Answer(201, "<html>", ""), Some(201), Outcome::Sent, Some(ErrorKind::Decode), None),
    ];
    for (act, status, outcome, error_kind, request_id) in cases {
        let server = Server::start([act]).await;
        let (records, settings) = keep(server.settings());
        let sent = settings.build().unwrap().send(message()).await;
        assert_eq!(sent.as_ref().err().map(ringback::Error::kind), error_kind);
        let expected = Kept {
            operation: "api.v2010.accounts.messages.create",
            path: format!("/2010-04-01/Accounts/{SID}/Messages.json"),
            status,
            outcome,
            error_kind,
            attempts: 1,
            request_id: request_id.map(str::to_owned),
        };
        assert_eq!(taken(&records), [expected]);
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_has_a_record_and_one_that_was_never_made_has_none() {
    let server = Server::start([Act::Silence]).await;
    let (records, settings) = keep(server.settings());
    let client = settings.build().unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(100), client.send(message())).await.is_err());
    let record = taken(&records).remove(0);
    assert_eq!(
        (record.outcome, record.error_kind, record.attempts),
        (Outcome::Unknown, Some(ErrorKind::Interrupted), 1)
    );
    client.execute("messages.create", params! { "Body" => "x" }).await.unwrap_err();
    assert_eq!(taken(&records), []);
}

#[tokio::test]
async fn repeats_are_counted_in_the_record_of_their_call() {
    let busy = || Act::Answer(429, "", "retry-after: 0\r\n");
    let server = Server::start([busy(), busy(), CREATED]).await;
    let (records, settings) = keep(server.settings());
    settings.build().unwrap().send(message()).await.unwrap();
    let records = taken(&records);
    assert_eq!((records.len(), records[0].attempts, records[0].outcome), (1, 3, Outcome::Sent));
}

#[tokio::test]
async fn every_page_of_a_list_is_a_call() {
    let first = r#"{"messages":[{"sid":"SM1"}],"next_page_uri":"/2010-04-01/Accounts/AC1/Messages.json?PageToken=the-query-text"}"#;
    let server = Server::start([Act::Answer(200, first, ""), Act::Answer(200, r#"{"messages":[]}"#, "")]).await;
    let (records, settings) = keep(server.settings());
    let found = settings.build().unwrap().list(ListMessages::new()).collect().await.unwrap();
    assert_eq!(found.len(), 1);
    let paths: Vec<String> = taken(&records).into_iter().map(|record| record.path).collect();
    let own = format!("/2010-04-01/Accounts/{SID}/Messages.json");
    assert_eq!(paths, [own, "/2010-04-01/Accounts/AC1/Messages.json".to_owned()]);
}

#[tokio::test]
async fn every_request_of_a_batch_is_a_call() {
    let server = Server::start([CREATED]).await;
    let (records, settings) = keep(server.settings());
    let mut results = settings.build().unwrap().send_all((0..20).map(|_| message()));
    while let Some(result) = results.next().await {
        result.unwrap();
    }
    assert_eq!(taken(&records).len(), 20);
}

#[test]
fn the_blocking_client_tells_of_its_calls_on_the_calling_thread() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start([CREATED, Act::Silence]));
    let (records, settings) = keep(server.settings());
    let threads = Arc::new(Mutex::new(Vec::new()));
    let client = blocking::Client::build(settings).unwrap();
    client.send(message()).unwrap();
    assert_eq!(taken(&records).len(), 1);
    // interrupted
    let operation = ringback::api::find("messages.create").unwrap();
    client.exchange(operation, &params! { "To" => "+1" }, &mut || false).unwrap_err();
    let record = taken(&records).remove(0);
    assert_eq!((record.outcome, record.error_kind), (Outcome::Unknown, Some(ErrorKind::Interrupted)));

    let server = runtime.block_on(Server::start([CREATED]));
    let seen = Arc::clone(&threads);
    let settings = server.settings().on_call(move |_| seen.lock().unwrap().push(std::thread::current().id()));
    blocking::Client::build(settings).unwrap().send(message()).unwrap();
    assert_eq!(*threads.lock().unwrap(), [std::thread::current().id()]);
}

#[tokio::test]
async fn a_function_that_panics_does_not_break_the_call() {
    let server = Server::start([CREATED]).await;
    let client = server.settings().on_call(|_| panic!("a test's own panic")).build().unwrap();
    assert_eq!(client.send(message()).await.unwrap().sid, "SM1");
    assert_eq!(client.send(message()).await.unwrap().sid, "SM1");
}
