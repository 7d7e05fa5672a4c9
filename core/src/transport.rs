//! Bytes: sends one request once, and knows whether it may have been acted on.

use std::{path::Path, sync::Arc, time::Duration};

use http::{
    HeaderName, HeaderValue,
    header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT},
};
use reqwest::Proxy;
use rustls::ClientConfig;
use tokio::time::Instant;

use crate::{
    Error, ErrorKind, Outcome, Progress, Response, Result,
    body::{self, Witness},
    credentials::Signature,
    endpoint::Endpoint,
    observe,
    operation::Method,
    progress::Step,
    request::WireRequest,
    response,
    route::Route,
    tls,
    token::ClientValidation,
};

/// How long a connection may stay unused; shorter than servers keep theirs, so that a send rarely meets a closed one.
const IDLE: Duration = Duration::from_secs(20);
const CONNECT: Duration = Duration::from_secs(10);
/// How often a shared HTTP/2 connection with requests under way is asked whether it still lives, and how long that waits.
const PING: Duration = Duration::from_secs(5);
const MOST_HEADERS: usize = 128;
/// How long the reason of a refusal may take to arrive, once its status said that it is one.
const REASON: Duration = Duration::from_secs(2);

/// The connections of one client.
#[derive(Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    user_agent: HeaderValue,
    largest_body: usize,
    way: Arc<Way>,
}

/// How hosts are reached: whose certificates are believed, and through which proxy.
pub(crate) struct Way {
    tls: ClientConfig,
    route: Route,
}

impl Way {
    pub(crate) fn new(endpoint: &Endpoint, ca_file: Option<&Path>, proxy: Option<&str>) -> Result<Self> {
        let mut tls = tls::config(ca_file)?;
        // HTTP/2 has one place for the host, and with a base URL it must differ from the one that is connected to
        let protocols: &[&[u8]] = if endpoint.is_custom() { &[b"http/1.1"] } else { &[b"h2", b"http/1.1"] };
        tls.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(Self { tls, route: Route::new(endpoint, proxy)? })
    }
}

/// Who we say we are, and whose program it is.
pub(crate) fn user_agent(extensions: &[String]) -> String {
    let us = format!("ringback/{} ({} {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    extensions.iter().fold(us, |agent, extension| format!("{agent} {extension}"))
}

impl Transport {
    pub(crate) fn new(endpoint: &Endpoint, way: Arc<Way>, largest_body: usize, user_agent: &str) -> Result<Self> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(way.tls.clone())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .http1_max_headers(MOST_HEADERS)
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PING)
            .referer(false)
            .tcp_nodelay(true);
        if endpoint.is_custom() {
            builder = builder.http1_only();
        }
        builder = match &way.route {
            Route::Environment => builder,
            Route::Direct => builder.no_proxy(),
            Route::Through(proxy) => builder.proxy(Proxy::clone(proxy)),
        };
        Ok(Self {
            http: builder
                .build()
                .map_err(|cause| Error::configuration("the HTTP client cannot be set up").with_source(cause))?,
            user_agent: HeaderValue::try_from(user_agent)
                .map_err(|_| Error::configuration("user_agent_extensions must be visible ASCII text"))?,
            largest_body,
            way,
        })
    }

    /// The same connections with another limit to the body of an answer.
    pub(crate) fn reading_at_most(&self, bytes: usize) -> Self {
        Self { largest_body: bytes, ..self.clone() }
    }

    /// How hosts are reached, for other connections of the same client.
    pub(crate) fn way(&self) -> Arc<Way> {
        Arc::clone(&self.way)
    }

    /// Sends a request once and reads the whole answer; an answer that says no is an error.
    pub(crate) async fn exchange(
        &self,
        request: &WireRequest,
        endpoint: &Endpoint,
        signature: &Signature<'_>,
        deadline: Instant,
        progress: &Progress,
    ) -> Result<Response> {
        let built = self.build(request, endpoint, signature, progress)?;
        let answer = match tokio::time::timeout_at(deadline, self.http.execute(built)).await {
            Err(_) => {
                return Err(
                    Error::new(ErrorKind::TimedOut, "no answer before the deadline").with_outcome(progress.abandon())
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
            Outcome::Sent => progress.reach(Step::Accepted),
            Outcome::NotSent => progress.reach(Step::Refused),
            Outcome::Unknown => {}
        }
        let (request_id, asked) = (response::request_id(answer.headers()), response::retry_after(answer.headers()));
        let until = if success { deadline } else { deadline.min(Instant::now() + REASON) };
        let read = tokio::time::timeout_at(until, body::read(answer, self.largest_body)).await;
        if !success {
            // the status alone decides; a body that did not arrive only leaves the reason unsaid
            let body = read.ok().and_then(Result::ok).map(|(body, _)| body).unwrap_or_default();
            return Err(Error::of_answer(status, &body).with_answer_headers(request_id, asked));
        }
        let read =
            read.unwrap_or_else(|_| Err(Error::new(ErrorKind::TimedOut, "the answer took longer than the deadline")));
        let (body, headers) = read.map_err(|error| {
            error.with_status(status).with_answer_headers(request_id, None).with_outcome(Outcome::Sent)
        })?;
        Ok(Response::new(status, headers, body))
    }

    /// The one place where credentials meet a request: only for a host that is ours.
    fn build(
        &self,
        request: &WireRequest,
        endpoint: &Endpoint,
        signature: &Signature<'_>,
        progress: &Progress,
    ) -> Result<reqwest::Request> {
        let product = request.operation.product();
        let url = endpoint.url(product, &request.path)?;
        let has_body = !matches!(request.operation.method, Method::Get | Method::Delete);
        let mut built = reqwest::Request::new(method(request.operation.method), url);
        let headers = built.headers_mut();
        if let Some(authorization) = signature.authorization()? {
            headers.insert(AUTHORIZATION, authorization);
        }
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
        if request.operation.method == Method::Get {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip")); // lists are long, other answers are not
        }
        if let Some(validation) = signature.validation() {
            let body: &[u8] = if has_body { &request.body } else { &[] };
            sign(validation, &mut built, &endpoint.host(product), body)?;
        }
        // also one without a body gets an empty one, which can tell whether it left
        *built.body_mut() = Some(reqwest::Body::wrap(Witness::new(request.body.clone(), has_body, progress.current())));
        Ok(built)
    }
}

/// Signs a request as it is about to leave; its headers are written.
fn sign(validation: &ClientValidation, built: &mut reqwest::Request, host: &str, body: &[u8]) -> Result<()> {
    let authorization = built.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let target = (built.url().path(), built.url().query().unwrap_or_default());
    let value = validation.header(built.method().as_str(), host, target, authorization, body)?;
    built.headers_mut().insert(HeaderName::from_static(ClientValidation::HEADER), value);
    Ok(())
}

/// The error of a request that got no final status.
fn lost(cause: reqwest::Error, progress: &Progress) -> Error {
    // what the witness says is the proof, and not what the error says of itself
    let outcome = progress.abandon_try();
    let text = match tls::refusal(&cause) {
        Some(refusal) if cause.is_connect() => refusal,
        _ if cause.is_connect() => "the connection could not be made",
        _ if outcome == Outcome::NotSent => "the connection broke before the request was sent",
        _ => "the connection broke before an answer came",
    };
    let kind = if cause.is_timeout() { ErrorKind::TimedOut } else { ErrorKind::Transport };
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
