//! Bytes: sends one request once, and knows whether it may have been acted on.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderName, HeaderValue,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT},
};
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

use crate::{
    Error, ErrorKind, Outcome, Response, Result, credentials::Credentials, endpoint::Endpoint, observe,
    operation::Method, request::WireRequest, response, tls,
};

/// How long a connection may stay unused; shorter than servers keep theirs, so that a send rarely meets a closed one.
const IDLE: Duration = Duration::from_secs(20);
const CONNECT: Duration = Duration::from_secs(10);
const MOST_HEADERS: usize = 128;
/// How long the reason of a refusal may take to arrive, once its status said that it is one.
const REASON: Duration = Duration::from_secs(2);

/// The connections of one client.
#[derive(Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    user_agent: HeaderValue,
    largest_body: usize,
}

/// How far a request has come; shared with whoever must tell its outcome when nobody waits for it any more.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Steps>);

#[derive(Debug, Default)]
struct Steps {
    /// How far the try under way has come.
    step: AtomicU8,
    /// Whether an earlier try may have been acted on.
    in_doubt: AtomicBool,
}

impl Progress {
    const BEGUN: u8 = 1;
    const REFUSED: u8 = 2;
    const ACCEPTED: u8 = 3;

    /// What would be true of the request if it were abandoned now.
    pub fn outcome(&self) -> Outcome {
        self.of_all_tries(match self.0.step.load(Ordering::Acquire) {
            Self::ACCEPTED => Outcome::Sent,
            Self::BEGUN => Outcome::Unknown,
            _ => Outcome::NotSent,
        })
    }

    /// The outcome of all tries, from that of the last one.
    pub(crate) fn of_all_tries(&self, last: Outcome) -> Outcome {
        if last == Outcome::NotSent && self.0.in_doubt.load(Ordering::Acquire) { Outcome::Unknown } else { last }
    }

    /// Notes a step; none is taken back, also not by a body that is still being read out after its answer.
    fn reach(&self, step: u8) {
        self.0.step.fetch_max(step, Ordering::AcqRel);
    }

    /// Forgets the request before, where one tells of several.
    pub(crate) fn clear(&self) {
        self.0.in_doubt.store(false, Ordering::Release);
        self.0.step.store(0, Ordering::Release);
    }

    /// Makes room for another try after one that ended so.
    pub(crate) fn restart(&self, ended: Outcome) {
        if ended != Outcome::NotSent {
            self.0.in_doubt.store(true, Ordering::Release);
        }
        self.0.step.store(0, Ordering::Release);
    }
}

/// Who we say we are, and whose program it is.
pub(crate) fn user_agent(extensions: &[String]) -> String {
    let us = format!("ringback/{} ({} {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    extensions.iter().fold(us, |agent, extension| format!("{agent} {extension}"))
}

impl Transport {
    pub(crate) fn new(endpoint: &Endpoint, largest_body: usize, user_agent: &str) -> Result<Self> {
        let broken = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Error::configuration("the HTTP client cannot be set up").with_source(cause)
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config().map_err(|cause| broken(cause.into()))?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .http1_max_headers(MOST_HEADERS)
            .referer(false)
            .tcp_nodelay(true);
        if endpoint.is_custom() {
            // HTTP/2 has one place for the host, and here it must differ from the one that is connected to
            builder = builder.http1_only();
        }
        if endpoint.is_loopback() {
            builder = builder.no_proxy(); // what stays on this machine carries credentials unencrypted
        }
        Ok(Self {
            http: builder.build().map_err(|cause| broken(cause.into()))?,
            user_agent: HeaderValue::try_from(user_agent)
                .map_err(|_| Error::configuration("user_agent_extensions must be visible ASCII text"))?,
            largest_body,
        })
    }

    /// Sends a request once and reads the whole answer; an answer that says no is an error.
    pub(crate) async fn exchange(
        &self,
        request: &WireRequest,
        endpoint: &Endpoint,
        credentials: &Credentials,
        deadline: Instant,
        progress: &Progress,
    ) -> Result<Response> {
        let built = self.build(request, endpoint, credentials, progress)?;
        let answer = match tokio::time::timeout_at(deadline, self.http.execute(built)).await {
            Err(_) => {
                return Err(
                    Error::new(ErrorKind::TimedOut, "no answer before the deadline").with_outcome(progress.outcome())
                );
            }
            Ok(Err(cause)) => return Err(lost(cause, progress)),
            Ok(Ok(answer)) => answer,
        };
        observe::answered(answer.version());
        let status = answer.status().as_u16();
        // a few rows promise a redirect, whose body and Location say where the thing itself is
        let success = (200..300).contains(&status) || status == request.operation.status;
        match if success { Outcome::Sent } else { Outcome::of_status(status) } {
            Outcome::Sent => progress.reach(Progress::ACCEPTED),
            Outcome::NotSent => progress.reach(Progress::REFUSED),
            Outcome::Unknown => {}
        }
        let headers = answer.headers().clone();
        let until = if success { deadline } else { deadline.min(Instant::now() + REASON) };
        let body = tokio::time::timeout_at(until, self.read(answer)).await;
        if !success {
            // the status alone decides; a body that did not arrive only leaves the reason unsaid
            let body = body.ok().and_then(Result::ok).unwrap_or_default();
            return Err(Error::of_answer(status, &body)
                .with_answer_headers(response::request_id(&headers), response::retry_after(&headers)));
        }
        let body =
            body.unwrap_or_else(|_| Err(Error::new(ErrorKind::TimedOut, "the answer took longer than the deadline")));
        let body = body.map_err(|error| {
            error
                .with_status(status)
                .with_answer_headers(response::request_id(&headers), None)
                .with_outcome(Outcome::Sent)
        })?;
        Ok(Response::new(status, headers, body))
    }

    /// The one place where credentials meet a request: only for a host that is ours.
    fn build(
        &self,
        request: &WireRequest,
        endpoint: &Endpoint,
        credentials: &Credentials,
        progress: &Progress,
    ) -> Result<reqwest::Request> {
        let product = request.operation.product();
        let url = endpoint.url(product, &request.path)?;
        let has_body = !matches!(request.operation.method, Method::Get | Method::Delete);
        let mut built = reqwest::Request::new(method(request.operation.method), url);
        let headers = built.headers_mut();
        headers.insert(AUTHORIZATION, credentials.authorization()?);
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if endpoint.is_custom() {
            let host = endpoint.host(product);
            headers
                .insert(HOST, HeaderValue::try_from(host).map_err(|_| Error::configuration("the host is not valid"))?);
        }
        for (name, value) in &request.headers {
            let value = HeaderValue::try_from(value.as_bytes())
                .map_err(|_| Error::invalid_argument(format!("{name} cannot be written into a header")))?;
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Error::invalid_argument(format!("{name} is not a header")))?;
            headers.insert(name, value);
        }
        if let Some(content_type) = request.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if has_body && request.body.is_empty() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0")); // some proxies want it said
        }
        if !has_body {
            progress.reach(Progress::BEGUN); // nothing of it can witness that it stayed here
        } else {
            *built.body_mut() = Some(reqwest::Body::wrap(Witness::new(request.body.clone(), progress.clone())));
        }
        Ok(built)
    }

    async fn read(&self, mut answer: reqwest::Response) -> Result<Bytes> {
        let too_big =
            || Error::new(ErrorKind::Decode, format!("the answer is larger than {} bytes", self.largest_body));
        let expected = answer.content_length().unwrap_or(0);
        if expected > self.largest_body as u64 {
            return Err(too_big());
        }
        let mut whole = BytesMut::new();
        let mut first = None;
        let broken = |cause: reqwest::Error| {
            Error::new(ErrorKind::Transport, "the connection broke while the answer was read")
                .with_source(cause.without_url())
        };
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if whole.len() + first.as_ref().map_or(0, Bytes::len) + chunk.len() > self.largest_body {
                return Err(too_big());
            }
            // most answers are one chunk, which then needs no copy
            match first.take() {
                None if whole.is_empty() => first = Some(chunk),
                earlier => {
                    whole.extend_from_slice(&earlier.unwrap_or_default());
                    whole.extend_from_slice(&chunk);
                }
            }
        }
        Ok(first.unwrap_or_else(|| whole.freeze()))
    }
}

/// The error of a request that got no final status.
fn lost(cause: reqwest::Error, progress: &Progress) -> Error {
    let text = if cause.is_connect() {
        "the connection could not be made"
    } else if progress.outcome() == Outcome::NotSent {
        "the connection broke before the request was sent"
    } else {
        "the connection broke before an answer came"
    };
    let kind = if cause.is_timeout() { ErrorKind::TimedOut } else { ErrorKind::Transport };
    let outcome = if cause.is_connect() { Outcome::NotSent } else { progress.outcome() };
    Error::new(kind, text).with_source(cause.without_url()).with_outcome(outcome)
}

const fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}

/// A body that notes when the connection first asks for it.
///
/// A form that was never read out of us cannot have been accepted, whatever became of the head: this is the proof
/// behind `not_sent`, on HTTP/1 and HTTP/2 alike. An empty body may never be asked for, so it counts as begun.
struct Witness {
    data: Option<Bytes>,
    progress: Progress,
}

impl Witness {
    fn new(data: Bytes, progress: Progress) -> Self {
        if data.is_empty() {
            progress.reach(Progress::BEGUN);
        }
        Self { data: Some(data).filter(|data| !data.is_empty()), progress }
    }
}

impl http_body::Body for Witness {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Self::Error>>> {
        self.progress.reach(Progress::BEGUN);
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}
