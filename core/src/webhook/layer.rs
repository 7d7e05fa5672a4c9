//! The guard as a tower layer: the service behind it gets Twilio's requests only.

use std::{
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, OriginalUri},
    http::{HeaderMap, Request, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    Guard, Refusal,
    head::{Head, Peer},
};

/// How long a body may take; Twilio itself gives a webhook up after 15 seconds.
const READ_WITHIN: Duration = Duration::from_secs(15);

/// Lets Twilio's requests through and answers all others itself, with an empty body.
///
/// A request that comes through has its body back and [`Checked`](super::Checked) among its extensions; why another was
/// refused is a `tracing` event. The path that is checked is the one before any router took a part away. Serve with
/// `into_make_service_with_connect_info::<SocketAddr>()` where [`PublicUrl::behind`](super::PublicUrl::behind) is used.
///
/// ```
/// use axum::{Router, routing::post};
/// use ringback::webhook::{Checked, Guard, PublicUrl, RequestValidator, WebhookLayer};
///
/// let guard = Guard::new(RequestValidator::new("12345")?).public_url(PublicUrl::fixed("https://example.com")?);
/// let app: Router = Router::new()
///     .route("/sms", post(|checked: Checked| async move { checked.param("Body").unwrap_or_default().to_owned() }))
///     .layer(WebhookLayer::new(guard));
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct WebhookLayer(Arc<Guard>);

impl WebhookLayer {
    /// A layer of this guard.
    pub fn new(guard: Guard) -> Self {
        Self(Arc::new(guard))
    }
}

impl<S> Layer<S> for WebhookLayer {
    type Service = WebhookService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        WebhookService { guard: Arc::clone(&self.0), inner }
    }
}

/// What [`WebhookLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct WebhookService<S> {
    guard: Arc<Guard>,
    inner: S,
}

impl<S> Service<Request<Body>> for WebhookService<S>
where
    S: Service<Request<Body>> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // the one that was polled ready is the one to call
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match check(&guard, &parts, body).await {
                Ok((checked, body)) => {
                    parts.extensions.insert(checked);
                    Ok(inner.call(Request::from_parts(parts, Body::from(body))).await?.into_response())
                }
                Err(refusal) => Ok(refuse(&parts, &refusal)),
            }
        })
    }
}

async fn check(guard: &Guard, parts: &Parts, body: Body) -> Result<(super::Checked, Bytes), Refusal> {
    let admission = guard.admit(&head(parts))?;
    let body = tokio::time::timeout(READ_WITHIN, Limited::new(body, guard.get_max_body()).collect()).await;
    let body = body
        .map_err(|_| Refusal::Unreadable)?
        .map_err(|error| if error.is::<LengthLimitError>() { Refusal::TooLarge } else { Refusal::Unreadable })?;
    let body = body.to_bytes();
    let checked = guard.check(&admission, body.clone())?;
    Ok((guard.see(checked).await?, body))
}

/// What the guard looks at.
fn head(parts: &Parts) -> Head<'_> {
    let uri = uri(parts);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    Head::new(parts.method.as_str(), uri.scheme_str().unwrap_or("http"), target(uri).as_bytes())
        .with_authority(uri.authority().map(|authority| authority.as_str()))
        .with_peer(peer.map_or(Peer::Unknown, |ConnectInfo(address)| Peer::from(address.ip())))
        .with_headers(parts.headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes())))
        .with_socket(is_handshake(&parts.headers))
}

/// The address that was asked for, before routers took parts of it away.
fn uri(parts: &Parts) -> &Uri {
    parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri)
}

fn target(uri: &Uri) -> &str {
    uri.path_and_query().map_or("", |target| target.as_str())
}

/// Whether a request asks for a WebSocket.
fn is_handshake(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Says why to whoever reads the log, and nothing to whoever asked.
fn refuse(parts: &Parts, refusal: &Refusal) -> Response {
    tracing::warn!(
        target: "ringback::webhook",
        kind = refusal.kind(),
        status = refusal.status(),
        method = parts.method.as_str(),
        path = uri(parts).path(),
        "refused a webhook: {refusal}"
    );
    StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN).into_response()
}

/// The programs of the page on frameworks, which run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/frameworks.md")]
mod frameworks {}
