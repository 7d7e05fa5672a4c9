//! What the tests share: an emulator, a client, and an application that gets webhooks.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use ringback::webhook::{RequestValidator, decode_form};
use ringback_emulator::{Emulator, Options};

/// A webhook that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Its whole address, query included.
    pub(crate) url: String,
    pub(crate) params: Vec<(String, String)>,
    /// What the emulator sent, without the application's own query where there is a body.
    pub(crate) sent: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) is_signed: bool,
}

impl Hook {
    /// A parameter, or nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// What the application answers on a path.
pub(crate) type Answer = Box<dyn Fn(&Hook) -> Response + Send + Sync>;

#[derive(Default)]
struct Inner {
    hooks: Mutex<Vec<Hook>>,
    answers: Mutex<Vec<(String, Answer)>>,
}

/// An application on a thread of its own.
#[derive(Clone)]
pub(crate) struct Application {
    pub(crate) url: String,
    inner: Arc<Inner>,
}

impl Application {
    /// Starts one that answers every path with 204.
    pub(crate) fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let (told, port) = std::sync::mpsc::channel();
        let state = Arc::clone(&inner);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap().port()).unwrap();
                axum::serve(listener, Router::new().fallback(receive).with_state(state)).await.unwrap();
            });
        });
        Self { url: format!("http://127.0.0.1:{}", port.recv().unwrap()), inner }
    }

    /// The address of a path of it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Sets what it answers on a path.
    pub(crate) fn answer(&self, path: &str, answer: impl Fn(&Hook) -> Response + Send + Sync + 'static) {
        self.inner.answers.lock().unwrap().insert(0, (path.to_owned(), Box::new(answer)));
    }

    /// Lets it answer TwiML on a path.
    pub(crate) fn twiml(&self, path: &str, verbs: &str) {
        let document = format!("<Response>{verbs}</Response>");
        self.answer(path, move |_| ([(header::CONTENT_TYPE, "text/xml")], document.clone()).into_response());
    }

    /// The webhooks on a path so far.
    pub(crate) fn hooks(&self, path: &str) -> Vec<Hook> {
        let hooks = self.inner.hooks.lock().unwrap().clone();
        hooks.iter().for_each(crate::payloads::check); // whatever the test is about
        hooks.into_iter().filter(|hook| hook.path == path).collect()
    }

    /// Waits until so many webhooks arrived on a path.
    pub(crate) fn wait(&self, path: &str, count: usize) -> VecDeque<Hook> {
        until(&format!("{count} webhooks on {path}"), || {
            Some(self.hooks(path)).filter(|hooks| hooks.len() >= count).map(VecDeque::from)
        })
    }
}

async fn receive(
    State(inner): State<Arc<Inner>>,
    uri: Uri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let url = format!("http://{}{uri}", text("host"));
    let validator = RequestValidator::new(Emulator::AUTH_TOKEN).unwrap();
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_signed = validator.validate(&url, &body, content_type, &text("x-twilio-signature"));
    let mut params = decode_form(uri.query().unwrap_or_default().as_bytes());
    let sent = if body.is_empty() { params.clone() } else { decode_form(&body) };
    params.extend(decode_form(&body));
    let hook = Hook { method: method.to_string(), path: uri.path().to_owned(), url, params, sent, headers, is_signed };
    inner.hooks.lock().unwrap().push(hook.clone());
    let answers = inner.answers.lock().unwrap();
    match answers.iter().find(|(path, _)| *path == hook.path) {
        Some((_, answer)) => answer(&hook),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// Waits for a condition, for ten seconds at most.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// An emulator and a client of it.
pub(crate) fn start() -> (Emulator, ringback::blocking::Client) {
    let emulator = Emulator::start(Options::default()).unwrap();
    let client = ringback::blocking::Client::build(emulator.client()).unwrap();
    (emulator, client)
}
