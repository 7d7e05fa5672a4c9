//! What went wrong, and whether Twilio may have acted on it.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use crate::correlation::Mark;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong; every kind has one class in Python and one constant in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client's settings are missing or contradict each other.
    Configuration = 1,
    /// An argument cannot be sent: it is missing, of the wrong type, or holds what the wire forbids.
    InvalidArgument = 2,
    /// The request or its answer was lost on the way.
    Transport = 3,
    /// The deadline of the call passed.
    TimedOut = 4,
    /// HTTP 401: the credentials are wrong.
    Authentication = 5,
    /// HTTP 403: the credentials do not allow this.
    PermissionDenied = 6,
    /// HTTP 404 or 410: there is no such resource.
    NotFound = 7,
    /// HTTP 429: too many requests; nothing was done.
    RateLimited = 8,
    /// Any other answer that says no.
    Rejected = 9,
    /// HTTP 5xx: the service failed and may have acted.
    Server = 10,
    /// An answer came that could not be understood.
    Decode = 11,
    /// The caller stopped waiting.
    Interrupted = 12,
    /// A defect of this library.
    Internal = 13,
}

impl ErrorKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Configuration,
        Self::InvalidArgument,
        Self::Transport,
        Self::TimedOut,
        Self::Authentication,
        Self::PermissionDenied,
        Self::NotFound,
        Self::RateLimited,
        Self::Rejected,
        Self::Server,
        Self::Decode,
        Self::Interrupted,
        Self::Internal,
    ];

    /// The kind in `snake_case`, as Python and logs show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::InvalidArgument => "invalid_argument",
            Self::Transport => "transport",
            Self::TimedOut => "timed_out",
            Self::Authentication => "authentication",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Rejected => "rejected",
            Self::Server => "server",
            Self::Decode => "decode",
            Self::Interrupted => "interrupted",
            Self::Internal => "internal",
        }
    }

    /// The kind of a final HTTP status that is not a success.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Authentication,
            403 => Self::PermissionDenied,
            404 | 410 => Self::NotFound,
            429 => Self::RateLimited,
            500..=599 => Self::Server,
            _ => Self::Rejected,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether Twilio acted on a request: what decides if repeating it is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub enum Outcome {
    /// Provably nothing was done: the request never left, or the answer says so.
    NotSent = 1,
    /// The service accepted the request.
    Sent = 2,
    /// The request may have been carried out; only looking can tell.
    Unknown = 3,
}

impl Outcome {
    /// The outcome in `snake_case`, as Python and logs show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome that a final HTTP status proves.
    ///
    /// Twilio processes no request that it answers 429, and may have carried out one that it answers 5xx; a 408 or a
    /// redirect says nothing of what happened behind it.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Sent,
            408 => Self::Unknown,
            400..=499 => Self::NotSent,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error with its kind, its outcome, and, where Twilio answered, what Twilio said.
///
/// No text of it holds a query, a header, a body or a secret.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    message: Cow<'static, str>,
    status: Option<u16>,
    code: Option<i64>,
    more_info: Option<String>,
    details: Option<serde_json::Value>,
    problem: Option<serde_json::Value>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    method: Option<&'static str>,
    uri: Option<String>,
    mark: Option<Mark>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Makes an error of a request that was not sent.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            outcome: Outcome::NotSent,
            message: message.into(),
            status: None,
            code: None,
            more_info: None,
            details: None,
            problem: None,
            request_id: None,
            retry_after: None,
            method: None,
            uri: None,
            mark: None,
            source: None,
        }))
    }

    /// Makes an `InvalidArgument` that names the parameter in Twilio's spelling.
    pub fn invalid_argument(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    /// Makes a `Configuration` error.
    pub fn configuration(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// Makes the error of an HTTP answer that says no, from its status and its body.
    ///
    /// Reads Twilio's `{code, message, more_info, details}`, RFC 9457 problems (`title`, `detail`) and the
    /// `{httpStatusCode, params}` form; a body that is none of these leaves the status to speak.
    pub(crate) fn of_answer(status: u16, body: &[u8]) -> Self {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |key: &str| body.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
        let message = text("message").or_else(|| text("detail")).or_else(|| text("title"));
        let code = body.get("code").and_then(|code| match code {
            serde_json::Value::Number(number) => number.as_i64(),
            serde_json::Value::String(text) => text.parse().ok(),
            _ => None,
        });
        let mut error = Self::new(
            ErrorKind::of_status(status),
            message.map_or_else(|| Cow::from(format!("the service answered HTTP {status}")), Cow::from),
        )
        .with_outcome(Outcome::of_status(status));
        error.0.status = Some(status);
        error.0.code = code;
        error.0.more_info = text("more_info");
        error.0.problem = problem(&body);
        error.0.details = ["details", "errors", "params"].iter().find_map(|key| body.get(*key)).cloned();
        error
    }

    /// The same error with another outcome.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    /// The same error with the cause of it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error once more, for another who waited for the same thing; its cause stays with the first.
    pub(crate) fn repeated(&self) -> Self {
        let error = &*self.0;
        Self(Box::new(Inner {
            kind: error.kind,
            outcome: error.outcome,
            message: error.message.clone(),
            status: error.status,
            code: error.code,
            more_info: error.more_info.clone(),
            details: error.details.clone(),
            problem: error.problem.clone(),
            request_id: error.request_id.clone(),
            retry_after: error.retry_after,
            method: error.method,
            uri: error.uri.clone(),
            mark: error.mark.clone(),
            source: None,
        }))
    }

    /// The same error in other words, without what else the service said.
    pub(crate) fn reworded(mut self, message: String) -> Self {
        self.0.message = message.into();
        self.0.details = None;
        self.0.problem = None;
        self.0.more_info = None;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The same error with the request that met it, unless it is known already.
    pub(crate) fn with_request(mut self, method: &'static str, path: &str) -> Self {
        if self.0.method.is_some() {
            return self;
        }
        self.0.method = Some(method);
        // a query may hold what the user looked for: a phone number, an address
        self.0.uri = Some(path.split('?').next().unwrap_or_default().to_owned());
        self
    }

    pub(crate) fn with_answer_headers(mut self, request_id: Option<String>, retry_after: Option<Duration>) -> Self {
        self.0.request_id = request_id;
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_mark(mut self, mark: Option<Mark>) -> Self {
        self.0.mark = mark.or(self.0.mark);
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether Twilio acted on the request.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// One sentence: Twilio's own words where Twilio answered.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, if an answer came.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Twilio's error code, such as 21211, if the answer held one.
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// The address of Twilio's page on this code.
    pub fn more_info(&self) -> Option<&str> {
        self.0.more_info.as_deref()
    }

    /// What else Twilio said of it.
    pub fn details(&self) -> Option<&serde_json::Value> {
        self.0.details.as_ref()
    }

    /// What an RFC 9457 problem says besides code and status: `type`, `title`, `detail`, `instance`, `errors`.
    pub fn problem(&self) -> Option<&serde_json::Value> {
        self.0.problem.as_ref()
    }

    /// Twilio's name for the request (`Twilio-Request-Id`), which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long Twilio asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The HTTP method of the request.
    pub fn method(&self) -> Option<&'static str> {
        self.0.method
    }

    /// The path of the request, without its query.
    pub fn uri(&self) -> Option<&str> {
        self.0.uri.as_deref()
    }

    /// When the call was begun, by the clock of this machine; what [`Client::reconcile`](crate::Client::reconcile) takes.
    pub fn begun_at(&self) -> Option<jiff::Timestamp> {
        self.0.mark.as_ref().map(|mark| mark.begun_at)
    }

    /// The id that the status callbacks of this call carry; see
    /// [`ClientBuilder::correlate_callbacks`](crate::ClientBuilder::correlate_callbacks).
    pub fn correlation_id(&self) -> Option<&str> {
        self.0.mark.as_ref()?.correlation_id.as_deref()
    }

    /// What usually mends an error with this code, where that is known.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self.0.code? {
            20003 => "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or the API key and its secret",
            20404 => "check the sid, and that it belongs to this account; a verification is gone once it has ended",
            20429 => "nothing was done: send fewer requests at once",
            21211 | 21217 => {
                "write the number in E.164: a plus sign, the country code and the number, as in +15551234567"
            }
            21212 | 21606 => "From must be a number or sender of this account, in E.164 where it is a number",
            21408 => "allow this country under geographic permissions in Twilio's console",
            21602 => "give Body, MediaUrl or ContentSid",
            21603 => "give From or MessagingServiceSid",
            21608 | 21219 => "a trial account reaches verified numbers only",
            21610 => "this person said STOP and must write START first",
            60200 => "the message names the parameter; To is E.164 for every channel but email",
            60202 => "five codes were tried: wait until the verification ends, then start a new one",
            60203 => "five codes were sent: wait ten minutes",
            63016 => {
                "outside the 24 hours since the person's last message, WhatsApp takes templates only: give ContentSid"
            }
            _ => return None,
        })
    }
}

/// The members of an RFC 9457 problem, if the body has those that Twilio gives every problem.
fn problem(body: &serde_json::Value) -> Option<serde_json::Value> {
    let is_problem = ["type", "title", "status", "code"].iter().all(|key| body.get(key).is_some());
    let member = |key: &str| Some((key.to_owned(), body.get(key)?.clone()));
    let members = ["type", "title", "detail", "instance", "errors"].into_iter().filter_map(member);
    is_problem.then(|| serde_json::Value::Object(members.collect()))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match (self.0.status, self.0.code) {
            (Some(status), Some(code)) => write!(f, " (HTTP {status}, code {code})")?,
            (Some(status), None) => write!(f, " (HTTP {status})")?,
            _ => {}
        }
        self.hint().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("outcome", &self.0.outcome)
            .field("message", &self.0.message)
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("request_id", &self.0.request_id)
            .field("method", &self.0.method)
            .field("uri", &self.0.uri)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
