//! The front door: whose request it is by Host and Origin, before any route sees it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, Uri, header};
use serde_json::json;

use crate::world::Shared;

/// Where a request is meant to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To the emulator itself: the page and the control surface.
    Emulator,
    /// To a product of Twilio, named by its host.
    Twilio { product: String, host: String },
}

/// Lets a request through if its Host is a loopback name with our port or one of Twilio's, and no foreign page sent it.
pub(crate) async fn check(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    match destination(request.uri(), request.headers(), shared.port) {
        Ok(destination) => {
            request.extensions_mut().insert(destination);
            next.run(request).await
        }
        Err(why) => (StatusCode::FORBIDDEN, axum::Json(json!({ "error": why }))).into_response(),
    }
}

/// Reads Host, Origin and what a browser says of a request's source.
fn destination(uri: &Uri, headers: &HeaderMap, port: u16) -> Result<Destination, String> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map_err(|_| "the Host header is not readable")?,
        (None, _) => return Err("the Host header is missing".into()),
        (Some(_), Some(_)) => return Err("there is more than one Host header".into()),
    };
    let destination = of_host(host, port)?;
    // through a proxy the target is a whole URL; it must agree with Host, so that no check looks at the wrong one
    if let Some(authority) = uri.authority()
        && of_host(authority.as_str(), port)? != destination
    {
        return Err("the Host header and the address of the request differ".into());
    }
    foreign(headers, uri.path(), port).map_or(Ok(destination), Err)
}

fn of_host(host: &str, port: u16) -> Result<Destination, String> {
    let wrong = || format!("{host} is neither this emulator nor one of Twilio's hosts");
    let lower = host.to_ascii_lowercase();
    let (name, given) = match lower.rsplit_once(':') {
        Some((name, given)) if !given.ends_with(']') => (name, Some(given.parse::<u16>().map_err(|_| wrong())?)),
        _ => (lower.as_str(), None),
    };
    if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
        return if given.unwrap_or(80) == port { Ok(Destination::Emulator) } else { Err(wrong()) };
    }
    let labels = name.strip_suffix(".twilio.com").ok_or_else(wrong)?;
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // product[.edge][.region]
    let is_ours = labels.split('.').all(is_label) && labels.split('.').count() <= 3;
    if !is_ours || given.is_some_and(|given| given != 443 && given != 80 && given != port) {
        return Err(wrong());
    }
    let product = labels.split('.').next().unwrap_or_default().to_owned();
    Ok(Destination::Twilio { product, host: name.to_owned() })
}

/// Why a request comes from a foreign page, if it does.
fn foreign(headers: &HeaderMap, path: &str, port: u16) -> Option<String> {
    for origin in headers.get_all(header::ORIGIN) {
        let own = origin.to_str().is_ok_and(|origin| {
            let host = origin.strip_prefix("http://");
            host.is_some_and(|host| matches!(of_host(host, port), Ok(Destination::Emulator)))
        });
        if !own {
            return Some("requests from other pages are refused".into());
        }
    }
    // browsers say so even where they send no Origin; a link to the page itself may be followed
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    let is_link = path == "/" && headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    match site {
        Some("cross-site" | "same-site") if !is_link => Some("requests from other pages are refused".into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_the_emulator_or_twilio_or_refused() {
        for own in ["127.0.0.1:4010", "localhost:4010", "LOCALHOST:4010", "[::1]:4010"] {
            assert_eq!(of_host(own, 4010), Ok(Destination::Emulator), "{own}");
        }
        for (host, product) in [
            ("api.twilio.com", "api"),
            ("verify.twilio.com:443", "verify"),
            ("api.dublin.ie1.twilio.com", "api"),
            ("API.Twilio.com", "api"),
        ] {
            let Ok(Destination::Twilio { product: found, .. }) = of_host(host, 4010) else { panic!("{host}") };
            assert_eq!(found, product, "{host}");
        }
        for foreign in [
            "",
            "evil.com",
            "evil.com:4010",
            "127.0.0.1",
            "127.0.0.1:4011",
            "localhost:99999",
            "localhost.evil.com:4010",
            "twilio.com",
            ".twilio.com",
            "eviltwilio.com",
            "api.twilio.com.evil.com",
            "api.twilio.com:8443",
            "a.b.c.d.twilio.com",
            "a_b.twilio.com",
            "user@api.twilio.com",
            "127.0.0.1:4010@evil.com",
            "[::1",
            "[::1]:",
        ] {
            assert!(of_host(foreign, 4010).is_err(), "{foreign}");
        }
    }
}
