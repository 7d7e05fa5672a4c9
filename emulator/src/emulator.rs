//! The emulator as a value: started, driven by a test, stopped.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use ringback::{ClientBuilder, Error, ErrorKind, Result, blocking};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Handle},
    sync::oneshot,
};

use crate::{control, serve, world::Shared};

/// How long unfinished work may hold up the end.
const LAST_WAIT: Duration = Duration::from_millis(200);

/// How an emulator is started.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
}

impl Options {
    /// The same options with another port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}

/// A running emulator; it stops when it is dropped.
pub struct Emulator {
    shared: Arc<Shared>,
    url: String,
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the emulator's thread tells once it listens.
struct Started {
    shared: Arc<Shared>,
    handle: Handle,
}

impl Emulator {
    /// The account that [`Emulator::client`] uses.
    pub const ACCOUNT_SID: &'static str = "AC00000000000000000000000000000001";
    /// The token of that account.
    pub const AUTH_TOKEN: &'static str = "0123456789abcdef0123456789abcdef";

    /// Starts an emulator on a thread of its own, and returns once it listens.
    ///
    /// # Errors
    /// `Configuration` if the port is in use; `Internal` if the system gives no thread or no socket.
    #[expect(clippy::needless_pass_by_value, reason = "options are made for one start, and will hold more than a port")]
    pub fn start(options: Options) -> Result<Self> {
        let Options { port } = options;
        let (stop, stopped) = oneshot::channel();
        let (started, ready) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("ringback-emulator".into())
            .spawn(move || run(port, stopped, &started))
            .map_err(|cause| internal("the system gave no thread", cause))?;
        let told = ready.recv().map_err(|cause| internal("the emulator's thread ended early", cause))?;
        let Started { shared, handle } = told?;
        let url = format!("http://127.0.0.1:{}", shared.port);
        Ok(Self { shared, url, handle, stop: Some(stop), thread: Some(thread) })
    }

    /// Its address, such as `http://127.0.0.1:4010`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// The settings of a client that talks to it.
    pub fn client(&self) -> ClientBuilder {
        ringback::Client::builder().base_url(&self.url).account_sid(Self::ACCOUNT_SID).auth_token(Self::AUTH_TOKEN)
    }

    /// Calls the control surface without HTTP: `control("POST", "/_emulator/reset", None)`.
    ///
    /// The answer is the HTTP status and the JSON body that the route would give.
    ///
    /// # Errors
    /// `Internal` if the emulator no longer runs.
    pub fn control(&self, method: &str, path: &str, body: Option<Value>) -> Result<(u16, Value)> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let Some(call) = path.strip_prefix("/_emulator/") else {
            return Ok((404, json!({ "error": format!("{path} is not under /_emulator/") })));
        };
        let (method, call, query) = (method.to_ascii_uppercase(), call.to_owned(), query.to_owned());
        let shared = Arc::clone(&self.shared);
        let (answer, answered) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            let done = control::handle(&shared, &method, &call, &query, body.unwrap_or_default()).await;
            let _ = answer.send(done); // the caller may be gone
        });
        answered.recv().map_err(|cause| internal("the emulator no longer runs", cause))
    }

    /// As [`Emulator::control`], with every status but 2xx an error.
    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value> {
        let (status, answer) = self.control(method, path, body)?;
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        let why = answer.get("error").and_then(Value::as_str).unwrap_or("the emulator refused").to_owned();
        Err(Error::new(if status == 404 { ErrorKind::NotFound } else { ErrorKind::InvalidArgument }, why))
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// As [`Emulator::control`]; so do all that follow, and `InvalidArgument` or `NotFound` for what is refused.
    pub fn reset(&self) -> Result<()> {
        self.ask("POST", "/_emulator/reset", None).map(drop)
    }

    /// Lets a message arrive from the outside world; gives the message.
    ///
    /// # Errors
    /// `NotFound` if no account owns the number.
    pub fn receive_message(&self, from: &str, to: &str, body: &str) -> Result<Value> {
        self.ask("POST", "/_emulator/messages", Some(json!({ "from": from, "to": to, "body": body })))
    }

    /// Lets a call arrive; gives the call.
    ///
    /// # Errors
    /// `NotFound` if no account owns the number.
    pub fn receive_call(&self, from: &str, to: &str) -> Result<Value> {
        self.ask("POST", "/_emulator/calls", Some(json!({ "from": from, "to": to })))
    }

    /// The person at the other end picks up.
    ///
    /// # Errors
    /// `InvalidArgument` if the call does not ring.
    pub fn answer(&self, sid: &str) -> Result<Value> {
        self.ask("POST", &format!("/_emulator/calls/{sid}/answer"), None)
    }

    /// The line of the person at the other end is busy.
    ///
    /// # Errors
    /// `InvalidArgument` if the call does not ring.
    pub fn busy(&self, sid: &str) -> Result<Value> {
        self.ask("POST", &format!("/_emulator/calls/{sid}/busy"), None)
    }

    /// Nobody picks up.
    ///
    /// # Errors
    /// `InvalidArgument` if the call does not ring.
    pub fn no_answer(&self, sid: &str) -> Result<Value> {
        self.ask("POST", &format!("/_emulator/calls/{sid}/no-answer"), None)
    }

    /// The person at the other end presses keys.
    ///
    /// # Errors
    /// `InvalidArgument` if the call is not in progress or these are no keys.
    pub fn digits(&self, sid: &str, digits: &str) -> Result<Value> {
        self.ask("POST", &format!("/_emulator/calls/{sid}/digits"), Some(json!({ "digits": digits })))
    }

    /// The person at the other end speaks.
    ///
    /// # Errors
    /// `InvalidArgument` if the call is not in progress.
    pub fn speech(&self, sid: &str, text: &str) -> Result<Value> {
        self.ask("POST", &format!("/_emulator/calls/{sid}/speech"), Some(json!({ "text": text })))
    }

    /// The person at the other end hangs up.
    ///
    /// # Errors
    /// `InvalidArgument` if the call is over.
    pub fn hangup(&self, sid: &str) -> Result<Value> {
        self.ask("POST", &format!("/_emulator/calls/{sid}/hangup"), None)
    }

    /// What happened in a call: every verb, what was heard, every request.
    ///
    /// # Errors
    /// `NotFound` if there is no such call.
    pub fn trace(&self, sid: &str) -> Result<Value> {
        self.ask("GET", &format!("/_emulator/calls/{sid}/trace"), None)
    }

    /// Open verifications with their codes, of one recipient or of all.
    ///
    /// # Errors
    /// As [`Emulator::control`].
    pub fn verifications(&self, to: Option<&str>) -> Result<Value> {
        let written = |to: &str| form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>();
        let query = to.map(|to| format!("?to={}", written(to))).unwrap_or_default();
        self.ask("GET", &format!("/_emulator/verifications{query}"), None)
    }

    /// What happened after the event with this id; 0 is before the first.
    ///
    /// # Errors
    /// As [`Emulator::control`].
    pub fn events(&self, since: u64) -> Result<Value> {
        self.ask("GET", &format!("/_emulator/events?since={since}"), None)
    }

    /// Moves time forward, and returns when everything that fell due is done.
    ///
    /// # Errors
    /// `InvalidArgument` for a negative time, for more than ten years, and for what leads past the year 9999.
    pub fn advance(&self, seconds: f64) -> Result<()> {
        self.ask("POST", "/_emulator/clock", Some(json!({ "advance": seconds }))).map(drop)
    }

    /// Stops time until it is moved or runs again.
    ///
    /// # Errors
    /// As [`Emulator::control`].
    pub fn freeze(&self) -> Result<()> {
        self.ask("POST", "/_emulator/clock", Some(json!({ "freeze": true }))).map(drop)
    }

    /// Stops the emulator.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("url", &self.url).finish_non_exhaustive()
    }
}

fn internal(what: &'static str, cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Internal, what).with_source(cause)
}

/// The life of the emulator's thread.
fn run(port: u16, stopped: oneshot::Receiver<()>, started: &mpsc::SyncSender<Result<Started>>) {
    blocking::block_signals();
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            let _ = started.send(Err(internal("the operating system gave no event queue", cause)));
            return;
        }
    };
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(cause) => {
                let why = format!("the emulator cannot listen on {address}: {cause}");
                let _ = started.send(Err(Error::configuration(why).with_source(cause)));
                return;
            }
        };
        let port = listener.local_addr().map_or(port, |address| address.port());
        let shared = Shared::new(port);
        let told = started.send(Ok(Started { shared: Arc::clone(&shared), handle: Handle::current() }));
        if told.is_err() {
            return;
        }
        tokio::select! {
            _ = stopped => {}
            () = Arc::clone(&shared).drive() => {}
            () = serve::serve(listener, shared) => {}
        }
    });
    runtime.shutdown_timeout(LAST_WAIT);
}
