//! What a call says of itself: spans and events for `tracing`, and a record for whoever counts calls.
//!
//! A span of the call holds one span for each try, as OpenTelemetry's conventions for HTTP clients ask, with their names.
//! No query, no header and no body comes here.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;
use tracing::{Span, field};
use url::Url;

use crate::{
    Error, ErrorKind, Outcome, Progress, Response, Result, endpoint::Endpoint, operation::Operation,
    request::WireRequest,
};

/// A call that is over; see [`ClientBuilder::on_call`](crate::ClientBuilder::on_call).
///
/// A list makes one call a page. A call whose arguments were refused was never made and has no record.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallRecord<'a> {
    /// The long name of the operation, such as `api.v2010.accounts.messages.create`.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path without its query; it holds sids, and for a few operations a phone number.
    pub path: &'a str,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// Whether Twilio acted.
    pub outcome: Outcome,
    /// What went wrong, if anything did; `Interrupted` if the caller stopped waiting.
    pub error_kind: Option<ErrorKind>,
    /// How long the call took, repeats and the waits between them included.
    pub duration: Duration,
    /// How often the request was tried.
    pub attempts: u32,
    /// Twilio's name for the request, if it gave one.
    pub request_id: Option<&'a str>,
}

impl<'a> CallRecord<'a> {
    /// The record of a request that another HTTP client sent, once.
    #[doc(hidden)]
    pub fn of_other_client(
        operation: &'static Operation,
        path: &'a str,
        duration: Duration,
        met: &'a Result<Response>,
    ) -> Self {
        let (status, request_id) = seen(met);
        Self {
            operation: operation.name,
            method: operation.method.as_str(),
            path,
            status,
            outcome: met.as_ref().map_or_else(Error::outcome, |_| Outcome::Sent),
            error_kind: met.as_ref().err().map(Error::kind),
            duration,
            attempts: 1,
            request_id,
        }
    }
}

/// The status and Twilio's name for the request, as far as an answer came.
fn seen(met: &Result<Response>) -> (Option<u16>, Option<&str>) {
    match met {
        Ok(response) => (Some(response.status()), response.request_id()),
        Err(error) => (error.status(), error.request_id()),
    }
}

/// What the user wants to be told of every call.
#[derive(Clone)]
pub(crate) struct OnCall(Arc<dyn Fn(&CallRecord<'_>) + Send + Sync>);

impl OnCall {
    pub(crate) fn new(tell: impl Fn(&CallRecord<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Tells it; a panic there has been reported by the panic hook, and changes nothing here.
    fn tell(&self, record: &CallRecord<'_>) {
        let _ = catch_unwind(AssertUnwindSafe(|| (self.0)(record)));
    }
}

/// Follows one call from its first try to its end; dropped before, the call was abandoned.
pub(crate) struct Watch<'a> {
    on_call: Option<&'a OnCall>,
    request: &'a WireRequest,
    progress: &'a Progress,
    begun: Instant,
    attempts: u32,
    status: Option<u16>,
    request_id: Option<String>,
    span: Span,
    /// The span of the try under way.
    attempt: Span,
    is_over: bool,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(
        on_call: Option<&'a OnCall>,
        request: &'a WireRequest,
        progress: &'a Progress,
        begun: Instant,
    ) -> Self {
        let span = tracing::info_span!(
            target: "ringback",
            "call",
            otel.name = request.operation.name,
            otel.kind = "internal",
            otel.status_code = field::Empty,
            twilio.operation = request.operation.name,
            twilio.request_id = field::Empty,
            ringback.outcome = field::Empty,
            ringback.attempts = field::Empty,
            "error.type" = field::Empty,
        );
        let (status, request_id) = (None, None);
        let attempt = Span::none();
        Self { on_call, request, progress, begun, attempts: 0, status, request_id, span, attempt, is_over: false }
    }

    /// The span that the call runs in.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Begins a try; gives the span that it runs in.
    pub(crate) fn begin(&mut self, endpoint: &Endpoint) -> Span {
        let row = self.request.operation;
        let url = || endpoint.url(row.product(), self.request.bare_path()).ok();
        self.attempt = tracing::info_span!(
            target: "ringback",
            parent: &self.span,
            "attempt",
            otel.name = format_args!("{} {}", row.method.as_str(), row.path),
            otel.kind = "client",
            otel.status_code = field::Empty,
            http.request.method = row.method.as_str(),
            http.request.resend_count = (self.attempts > 0).then_some(self.attempts),
            http.response.status_code = field::Empty,
            network.protocol.version = field::Empty,
            server.address = url().as_ref().and_then(Url::host_str),
            server.port = url().as_ref().and_then(Url::port_or_known_default),
            url.full = url().as_ref().map(Url::as_str),
            url.template = &*row.path,
            twilio.operation = row.name,
            twilio.request_id = field::Empty,
            "error.type" = field::Empty,
        );
        self.attempts += 1;
        self.attempt.clone()
    }

    /// Notes what a try met.
    pub(crate) fn end(&mut self, met: &Result<Response>) {
        let attempt = std::mem::replace(&mut self.attempt, Span::none());
        let (status, request_id) = seen(met);
        self.status = status;
        if self.on_call.is_some() || !self.span.is_disabled() {
            self.request_id = request_id.map(str::to_owned);
        }
        if attempt.is_disabled() {
            return;
        }
        attempt.record("http.response.status_code", status);
        attempt.record("twilio.request_id", request_id);
        match met {
            Ok(_) => {}
            // a status that says no is the type of the error, as the conventions have it
            Err(error) => match error.status().filter(|status| *status >= 400) {
                Some(status) => fail(&attempt, status),
                None => fail(&attempt, error.kind().as_str()),
            },
        }
    }

    /// Says that the request is sent again, after how long a wait and why.
    pub(crate) fn repeat(&self, wait: Duration, error: &Error) {
        tracing::info!(
            target: "ringback",
            parent: &self.span,
            wait_ms = wait.as_secs_f64() * 1000.0,
            error.kind = error.kind().as_str(),
            http.response.status_code = error.status(),
            ringback.attempts = self.attempts,
            "the request will be sent again",
        );
    }

    /// Ends the call with what it came to.
    pub(crate) fn finish<T>(mut self, result: &Result<T>) {
        let (outcome, error_kind) = match result {
            Ok(_) => (Outcome::Sent, None),
            Err(error) => (error.outcome(), Some(error.kind())),
        };
        self.tell(outcome, error_kind);
    }

    fn tell(&mut self, outcome: Outcome, error_kind: Option<ErrorKind>) {
        self.is_over = true;
        let record = CallRecord {
            operation: self.request.operation.name,
            method: self.request.operation.method.as_str(),
            path: self.request.bare_path(),
            status: self.status,
            outcome,
            error_kind,
            duration: self.begun.elapsed(),
            attempts: self.attempts,
            request_id: self.request_id.as_deref(),
        };
        if !self.span.is_disabled() {
            self.span.record("ringback.outcome", outcome.as_str());
            self.span.record("ringback.attempts", self.attempts);
            self.span.record("twilio.request_id", record.request_id);
            if let Some(kind) = error_kind {
                fail(&self.span, kind.as_str());
            }
        }
        tracing::debug!(
            target: "ringback",
            parent: &self.span,
            duration_ms = record.duration.as_secs_f64() * 1000.0,
            http.request.method = record.method,
            url.path = record.path,
            http.response.status_code = record.status,
            ringback.outcome = outcome.as_str(),
            ringback.attempts = record.attempts,
            error.kind = error_kind.map(ErrorKind::as_str),
            twilio.request_id = record.request_id,
            "the call is over",
        );
        if let Some(on_call) = self.on_call {
            on_call.tell(&record);
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if !self.attempt.is_disabled() {
            fail(&self.attempt, ErrorKind::Interrupted.as_str());
        }
        self.tell(self.progress.abandon(), Some(ErrorKind::Interrupted));
    }
}

fn fail(span: &Span, what: impl field::Value) {
    span.record("error.type", what);
    span.record("otel.status_code", "ERROR");
}

/// Notes in the span of the try which HTTP the answer speaks.
pub(crate) fn answered(version: http::Version) {
    let version = match version {
        http::Version::HTTP_10 => "1.0",
        http::Version::HTTP_2 => "2",
        _ => "1.1",
    };
    Span::current().record("network.protocol.version", version);
}
