//! Webhooks: whether a request really comes from Twilio.
//!
//! ```
//! use ringback::webhook::RequestValidator;
//!
//! let validator = RequestValidator::new("12345")?;
//! let url = "https://example.com/sms"; // as Twilio was told it, not as a proxy passed it on
//! let params = [("From", "+15550001111"), ("Body", "café 😀")];
//! assert!(validator.validate_form(url, &params, "dDVN20iYKqhKjEvfDiBp0dOFFrY="));
//! assert!(!validator.validate_form(url, &params[..1], "dDVN20iYKqhKjEvfDiBp0dOFFrY="));
//! # Ok::<(), ringback::Error>(())
//! ```

mod candidates;
#[cfg(feature = "axum")]
mod extract;
mod form;
mod forwarded;
mod guard;
mod head;
#[cfg(feature = "axum")]
mod layer;
mod proxies;
mod public_url;
mod refusal;
mod signature;

use secrecy::SecretString;

#[cfg(feature = "axum")]
pub use extract::{Unchecked, Webhook};
pub use form::{MAX_PARAMETERS, body_sha256, decode_form};
pub use guard::{Admission, Checked, Guard, MAX_BODY};
pub use head::{HEADERS, Head, Peer, encode_target};
#[cfg(feature = "axum")]
pub use layer::{WebhookLayer, WebhookService};
pub use proxies::Proxies;
pub use public_url::PublicUrl;
pub use refusal::Refusal;

use self::{
    candidates::Candidates,
    signature::{Signature, Signed},
};
use crate::{Error, Result};

/// The header that holds the signature.
pub const SIGNATURE_HEADER: &str = "X-Twilio-Signature";

/// The parameter of the URL that holds the hash of a body that is no form.
const BODY_HASH: &str = "bodySHA256";

/// The longest URL that is looked at, in bytes.
const MAX_URL: usize = 16 * 1024;

/// Checks signatures with the account's token.
///
/// It accepts what the official libraries accept: URLs with and without port, user and password, or another encoding.
/// It never fails for what a stranger sent: that is refused.
pub struct RequestValidator {
    tokens: Vec<SecretString>,
}

impl RequestValidator {
    /// A validator for the primary token of an account; an empty token is a `Configuration` error.
    pub fn new(auth_token: impl Into<String>) -> Result<Self> {
        Self::with_tokens([auth_token])
    }

    /// A validator that accepts any of several tokens, for the time of their rotation.
    pub fn with_tokens<T: Into<String>>(auth_tokens: impl IntoIterator<Item = T>) -> Result<Self> {
        let tokens: Vec<String> = auth_tokens.into_iter().map(Into::into).collect();
        // anybody can sign with an empty token
        if tokens.is_empty() || tokens.iter().any(|token| token.trim().is_empty()) {
            return Err(Error::configuration("the auth token that signatures are checked with is empty"));
        }
        Ok(Self { tokens: tokens.into_iter().map(SecretString::from).collect() })
    }

    /// Whether the request is Twilio's, from its raw body: what a server should call.
    ///
    /// A form is decoded and its parameters checked. Any other body must have its hash in the URL. Without a body, as in
    /// a GET or the handshake of a WebSocket, the URL alone was signed. Without a content type, a body whose hash is not
    /// in the URL is read as a form.
    pub fn validate(&self, url: &str, body: &[u8], content_type: Option<&str>, signature: &str) -> bool {
        // a hash in the URL is never ignored, else the body of a signed request could be left out
        let hashed = url.len() <= MAX_URL && !form::body_hashes(url).is_empty();
        let is_form = match content_type.map(form::is_form) {
            Some(is_form) => is_form,
            None => !hashed,
        };
        match (is_form || body.is_empty(), hashed) {
            (true, false) => form::decode(body).is_some_and(|params| self.validate_form(url, &params, signature)),
            (_, true) if self.validate_body(url, body, signature) => true,
            (true, true) => {
                form::holds(url, body)
                    && form::decode(body).is_some_and(|params| self.validate_form(url, &params, signature))
            }
            (false, _) => false,
        }
    }

    /// Whether the request is Twilio's, from its decoded parameters; a GET has none besides its URL.
    pub fn validate_form<N: AsRef<str>, V: AsRef<str>>(&self, url: &str, params: &[(N, V)], signature: &str) -> bool {
        let Some(signature) = Signature::read(signature) else { return false };
        if url.len() > MAX_URL || params.len() > MAX_PARAMETERS {
            return false;
        }
        // a signed URL with the hash of a body says nothing of a request whose body was not looked at
        if params.is_empty() && !form::body_hashes(url).is_empty() {
            return false;
        }
        self.matches(url, &form::signed_text(params), &signature)
    }

    /// Whether the request is Twilio's, from a body that is no form: JSON.
    ///
    /// The URL must hold the hash of the body, `bodySHA256`, besides being signed.
    pub fn validate_body(&self, url: &str, body: &[u8], signature: &str) -> bool {
        let Some(signature) = Signature::read(signature) else { return false };
        url.len() <= MAX_URL && form::holds(url, body) && self.matches(url, "", &signature)
    }

    /// The signature that Twilio would send: for the emulator, and for tests of webhooks.
    ///
    /// The URL is signed as it is given.
    pub fn compute_signature<N: AsRef<str>, V: AsRef<str>>(&self, url: &str, params: &[(N, V)]) -> String {
        let text = form::signed_text(params);
        self.tokens.first().map_or_else(String::new, |token| Signed::new(token).sign(&[url, &text]))
    }

    /// Whether any token signs any form of the URL so; every one is tried, whichever fits.
    fn matches(&self, url: &str, params: &str, signature: &Signature) -> bool {
        let candidates = Candidates::of(url);
        let mut found = subtle::Choice::from(0);
        for token in &self.tokens {
            let signed = Signed::new(token);
            candidates.each(|pieces| found |= signed.matches(pieces, params, signature));
        }
        found.into()
    }
}

/// Tells how many tokens there are, and nothing of them.
impl std::fmt::Debug for RequestValidator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestValidator").field("tokens", &self.tokens.len()).finish()
    }
}

/// A payload that is read from the parameters of a request.
pub trait Payload: Sized {
    /// Reads it; an error only if the request is not of that kind.
    fn read(params: &[(String, String)]) -> Result<Self>;
}
