//! Who may open a WebSocket.

use http::HeaderMap;

use crate::webhook::{RequestValidator, SIGNATURE_HEADER};

/// Whether the headers of a handshake are Twilio's; a server answers 403 where they are not, before it upgrades.
///
/// The URL is as in [`RequestValidator::validate_handshake`].
pub fn validate_handshake(validator: &RequestValidator, url: &str, headers: &HeaderMap) -> bool {
    let mut signatures = headers.get_all(SIGNATURE_HEADER).iter();
    match (signatures.next(), signatures.next()) {
        (Some(signature), None) => {
            signature.to_str().is_ok_and(|signature| validator.validate_handshake(url, signature))
        }
        _ => false, // none, or several of which a proxy may have seen another one
    }
}
