//! What handlers of axum ask for: the checked request, or its typed payload.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};

use super::{Checked, Payload};

/// The typed payload of a request that [`WebhookLayer`](super::WebhookLayer) let through.
///
/// Without the layer every request ends with HTTP 500, so a forgotten layer cannot let a forger in.
#[derive(Clone, Copy, Debug)]
pub struct Webhook<T>(pub T);

/// Why a handler did not run.
#[derive(Debug)]
pub struct Unchecked(StatusCode);

impl IntoResponse for Unchecked {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl<S: Sync> FromRequestParts<S> for Checked {
    type Rejection = Unchecked;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Unchecked> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!(
                target: "ringback::webhook",
                path = parts.uri.path(),
                "a webhook was not checked, so its handler does not run: add a WebhookLayer to its route"
            );
            Unchecked(StatusCode::INTERNAL_SERVER_ERROR)
        })
    }
}

impl<S: Sync, T: Payload> FromRequestParts<S> for Webhook<T> {
    type Rejection = Unchecked;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Unchecked> {
        let checked = Checked::from_request_parts(parts, state).await?;
        T::read(checked.params()).map(Self).map_err(|error| {
            tracing::warn!(
                target: "ringback::webhook",
                path = parts.uri.path(),
                "a genuine webhook is of another kind than its handler takes: {error}"
            );
            Unchecked(StatusCode::BAD_REQUEST)
        })
    }
}
