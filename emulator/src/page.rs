//! The page for people.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::header;

use crate::world::Shared;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Says in a few words what runs here.
pub(crate) fn show(shared: &Arc<Shared>) -> Response {
    let page = include_str!("page.html").replace("{port}", &shared.port.to_string());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, page).into_response()
}
