//! What stands before the handlers of webhooks: a request is admitted by its head, and then checked with its body.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;

use super::{
    HEADERS, MAX_PARAMETERS, PublicUrl, Refusal, ReplayGuard, Request, RequestValidator, SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER, Sighting, form,
    head::Head,
    idempotency::{IDEMPOTENCY_HEADER, Store, StoreFuture},
};
use crate::{Error, Result};

/// How large a body may be unless told otherwise, in bytes; Twilio sends a few kB.
pub const MAX_BODY: usize = 256 * 1024;

/// How often a refusal is explained at most: an explanation costs as much as hundreds of checks.
const EXPLAINED_EVERY: Duration = Duration::from_secs(1);

/// The parameter that names the account.
const ACCOUNT: &str = "AccountSid";

/// Finds the token of an account.
type TokenOf = dyn Fn(Option<&str>) -> Option<RequestValidator> + Send + Sync;

/// A replay guard over any store.
trait Sees: Send + Sync {
    fn see<'a>(&'a self, checked: &'a Checked) -> StoreFuture<'a, Sighting>;
}

impl<S: Store> Sees for ReplayGuard<S> {
    fn see<'a>(&'a self, checked: &'a Checked) -> StoreFuture<'a, Sighting> {
        Box::pin(Self::see(self, &checked.0.signature, checked.idempotency_token()))
    }
}

#[derive(Clone)]
enum Tokens {
    Fixed(Arc<RequestValidator>),
    ByAccount(Arc<TokenOf>),
}

/// Checks whole requests, in any web framework: first what [`admit`](Self::admit) sees, then the body.
#[derive(Clone)]
pub struct Guard {
    tokens: Tokens,
    public_url: PublicUrl,
    max_body: usize,
    replay_guard: Option<Arc<dyn Sees>>,
    /// When a refusal was explained last.
    explained: Arc<Mutex<Option<Instant>>>,
}

impl Guard {
    /// A guard that checks with this validator.
    pub fn new(validator: RequestValidator) -> Self {
        Self::with(Tokens::Fixed(Arc::new(validator)))
    }

    /// A guard with the token in `TWILIO_AUTH_TOKEN`; without one it is a `Configuration` error.
    pub fn from_env() -> Result<Self> {
        let token = std::env::var("TWILIO_AUTH_TOKEN")
            .map_err(|_| Error::configuration("auth_token is not set: give it or set TWILIO_AUTH_TOKEN"))?;
        RequestValidator::new(token).map(Self::new)
    }

    /// A guard for several accounts: the function gives the validator of an account, or nothing to refuse.
    ///
    /// It is asked before anything is known to be true. `None` asks for a request that names no account, such as JSON.
    pub fn by_account(find: impl Fn(Option<&str>) -> Option<RequestValidator> + Send + Sync + 'static) -> Self {
        Self::with(Tokens::ByAccount(Arc::new(find)))
    }

    fn with(tokens: Tokens) -> Self {
        Self {
            tokens,
            public_url: PublicUrl::default(),
            max_body: MAX_BODY,
            replay_guard: None,
            explained: Arc::default(),
        }
    }

    /// The same with another way to know the URL that Twilio was told.
    #[must_use]
    pub fn public_url(mut self, public_url: PublicUrl) -> Self {
        self.public_url = public_url;
        self
    }

    /// The same with another limit for bodies, in bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The same with a guard that tells of requests that were seen before, which [`see`](Self::see) asks.
    #[must_use]
    pub fn replay_guard<S: Store + 'static>(mut self, guard: ReplayGuard<S>) -> Self {
        self.replay_guard = Some(Arc::new(guard));
        self
    }

    /// How large a body may be, in bytes.
    pub fn get_max_body(&self) -> usize {
        self.max_body
    }

    /// Looks at a request before its body is read: most of what strangers send ends here.
    pub fn admit(&self, head: &Head<'_>) -> Result<Admission, Refusal> {
        self.admit_by(head, || self.public_url.of(head).map_err(Refusal::UnknownUrl))
    }

    /// The same for a request whose URL the caller knows.
    pub fn admit_as(&self, head: &Head<'_>, url: impl Into<String>) -> Result<Admission, Refusal> {
        self.admit_by(head, || Ok(url.into()))
    }

    fn admit_by(&self, head: &Head<'_>, url: impl FnOnce() -> Result<String, Refusal>) -> Result<Admission, Refusal> {
        // the length is looked at first, so that a body that is too large is never called anything else
        let lengths = head.values("content-length").map(|length| std::str::from_utf8(length).ok()?.trim().parse().ok());
        for length in lengths {
            if length.is_none_or(|length: u64| length > self.max_body as u64) {
                return Err(Refusal::TooLarge);
            }
        }
        // which of two would be meant?
        let is_single = |name| head.values(name).count() < 2;
        if head.header(SIGNATURE_HEADER).is_none() || !is_single(SIGNATURE_SETTINGS_HEADER) {
            return Err(Refusal::Unsigned);
        }
        let url = url()?;
        if url.contains('#') || head.target.contains(&b'#') {
            // a fragment is never signed, and whoever parses the URL would take it for a part of the query
            return Err(Refusal::UnknownUrl("its URL has a fragment"));
        }
        let known = HEADERS.iter().filter_map(|name| Some((*name, head.header(name)?.to_owned())));
        Ok(Admission {
            url,
            headers: known.collect(),
            is_socket: head.is_socket,
            is_query: head.is_socket || matches!(head.method, "GET" | "HEAD"),
            hint: self.public_url.hint(head),
        })
    }

    /// Checks the body of an admitted request.
    pub fn check(&self, admission: &Admission, body: Bytes) -> Result<Checked, Refusal> {
        match &self.tokens {
            Tokens::Fixed(validator) => self.check_by(validator, admission, body),
            Tokens::ByAccount(find) => {
                let validator = find(self.account(admission, &body)?.as_deref()).ok_or(Refusal::NoToken)?;
                self.check_by(&validator, admission, body)
            }
        }
    }

    /// The account that a request claims to come from, for finding the token to check it with.
    ///
    /// Every parameter that names an account must name the same one: whoever owns one account could sign a request for
    /// it, which a handler would then take for another account's.
    pub fn account(&self, admission: &Admission, body: &[u8]) -> Result<Option<String>, Refusal> {
        self.limit(body)?;
        let mut found: Option<String> = None;
        let form = admission.form(body)?;
        for (name, account) in form.into_iter().chain(admission.query()?) {
            if name != ACCOUNT {
                continue;
            }
            let is_one = account.len() == 34
                && account.starts_with("AC")
                && account.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && found.as_ref().is_none_or(|found| *found == account);
            if !is_one {
                return Err(Refusal::Account);
            }
            found = Some(account);
        }
        Ok(found)
    }

    /// Checks the body with a validator of the caller's choice, who found it by [`account`](Self::account).
    pub fn check_by(
        &self,
        validator: &RequestValidator,
        admission: &Admission,
        body: Bytes,
    ) -> Result<Checked, Refusal> {
        self.limit(&body)?;
        let request = admission.request(&body);
        if !validator.validate_request(&request) {
            return Err(Refusal::Forged(self.explain(validator, &request, admission.hint)));
        }
        let params = if admission.is_query && body.is_empty() { admission.query()? } else { admission.form(&body)? };
        let header = |name| admission.header(name).map(str::to_owned);
        Ok(Checked(Arc::new(Genuine {
            url: admission.url.clone(),
            params,
            body,
            signature: header(SIGNATURE_HEADER).unwrap_or_default(),
            idempotency_token: header(IDEMPOTENCY_HEADER),
            is_socket: admission.is_socket,
            sighting: None,
        })))
    }

    /// Asks the replay guard, if there is one: who only repeats a genuine request is refused.
    ///
    /// What Twilio tries again comes through with [`Sighting::Retried`]: only its handler can answer as it did before.
    /// Handshakes of WebSockets are not asked for: Twilio signs their URL alone, which is the same for every call.
    pub async fn see(&self, checked: Checked) -> Result<Checked, Refusal> {
        let Some(replay_guard) = self.replay_guard.as_ref().filter(|_| !checked.0.is_socket) else {
            return Ok(checked);
        };
        match replay_guard.see(&checked).await {
            Ok(Sighting::Repeated) => Err(Refusal::Repeated),
            Ok(sighting) => Ok(Checked(Arc::new(Genuine { sighting: Some(sighting), ..(*checked.0).clone() }))),
            Err(_) => Err(Refusal::Unseen),
        }
    }

    /// What a person should know of a signature that does not fit; now and then, since anybody can send such requests.
    fn explain(&self, validator: &RequestValidator, request: &Request<'_>, hint: Option<&str>) -> String {
        let is_due = {
            let mut last = self.explained.lock().unwrap_or_else(PoisonError::into_inner);
            let is_due = last.is_none_or(|last| last.elapsed() >= EXPLAINED_EVERY);
            if is_due {
                *last = Some(Instant::now());
            }
            is_due
        };
        let explanation = is_due.then(|| validator.explain(request));
        let reasons = explanation.iter().flat_map(|explanation| explanation.reasons());
        let reasons = reasons.map(|reason| format!("{} ({})", reason.problem(), reason.remedy()));
        let text = hint.map(str::to_owned).into_iter().chain(reasons).collect::<Vec<_>>().join("; ");
        // what a stranger sent must not start a line of its own in a log
        text.replace(|letter: char| letter.is_control(), " ")
    }

    fn limit(&self, body: &[u8]) -> Result<(), Refusal> {
        if body.len() > self.max_body { Err(Refusal::TooLarge) } else { Ok(()) }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("public_url", &self.public_url)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}

/// A request whose head is in order; whether it is genuine shows with the body.
pub struct Admission {
    url: String,
    /// Those that are looked at, where they were sent once.
    headers: Vec<(&'static str, String)>,
    /// Whether the parameters stand in the URL.
    is_query: bool,
    /// Whether it is the handshake of a WebSocket.
    is_socket: bool,
    /// What to say when the signature does not fit.
    hint: Option<&'static str>,
}

impl Admission {
    /// The URL that Twilio was told, as far as it is known.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The request as the validator takes it.
    fn request<'a>(&'a self, body: &'a [u8]) -> Request<'a> {
        let request = Request::new(&self.url).body(body);
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    /// The parameters in the URL.
    fn query(&self) -> Result<Vec<(String, String)>, Refusal> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        form::decode(query.as_bytes()).ok_or_else(too_many)
    }

    /// The parameters in the body, if it is a form.
    fn form(&self, body: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
        let is_form =
            self.header("content-type").map_or_else(|| form::body_hashes(&self.url).is_empty(), form::is_form);
        if is_form { form::decode(body).ok_or_else(too_many) } else { Ok(Vec::new()) }
    }
}

fn too_many() -> Refusal {
    Refusal::Forged(format!("it has more than {MAX_PARAMETERS} parameters"))
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission").finish_non_exhaustive()
    }
}

/// A request that is Twilio's.
#[derive(Clone)]
pub struct Checked(Arc<Genuine>);

#[derive(Clone)]
struct Genuine {
    url: String,
    params: Vec<(String, String)>,
    body: Bytes,
    signature: String,
    is_socket: bool,
    sighting: Option<Sighting>,
    idempotency_token: Option<String>,
}

impl Checked {
    /// The URL that Twilio was told.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The parameters in the order sent: those of the form, or of the URL for a GET and the handshake of a WebSocket.
    pub fn params(&self) -> &[(String, String)] {
        &self.0.params
    }

    /// The value of a parameter; the first, if there are several.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params().iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The raw body.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Whether it was seen before, if the guard has a replay guard that was asked.
    pub fn sighting(&self) -> Option<Sighting> {
        self.0.sighting
    }

    /// What stays the same when Twilio sends this webhook again; it is not signed.
    pub fn idempotency_token(&self) -> Option<&str> {
        self.0.idempotency_token.as_deref()
    }
}

/// Tells nothing of what was sent.
impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").finish_non_exhaustive()
    }
}
