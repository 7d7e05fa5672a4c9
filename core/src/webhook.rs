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

mod algorithm;
mod candidates;
mod check;
mod explain;
#[cfg(feature = "axum")]
mod extract;
mod form;
mod forwarded;
mod guard;
mod handshake;
mod head;
pub mod idempotency;
pub mod ladder;
#[cfg(feature = "axum")]
mod layer;
pub mod payload;
mod proxies;
mod public_url;
mod refusal;
mod replay;
mod request;
mod secret;
mod signature;

pub use algorithm::{Algorithm, SignatureSettings};
pub use explain::{Explanation, Reason, ReasonKind};
#[cfg(feature = "axum")]
pub use extract::{Unchecked, Webhook};
pub use form::{MAX_PARAMETERS, body_sha256, decode_form};
pub use guard::{Admission, Checked, Guard, MAX_BODY};
pub use head::{HEADERS, Head, Peer, encode_target};
#[cfg(feature = "axum")]
pub use layer::{WebhookLayer, WebhookService};
pub use payload::{CloudEvent, Event, Payload};
pub use proxies::Proxies;
pub use public_url::PublicUrl;
pub use refusal::Refusal;
pub use replay::{ReplayGuard, Sighting};
pub use request::Request;

use self::{check::Check, request::Signing, secret::Secret};
use crate::{Error, Result};

/// The header that holds the signature.
pub const SIGNATURE_HEADER: &str = "X-Twilio-Signature";

/// The header that names the algorithm and the shared key, where no auth token signed.
pub const SIGNATURE_SETTINGS_HEADER: &str = "X-Twilio-Webhooks-Signature-Settings";

/// The parameter of the URL that holds the hash of a body that is no form.
const BODY_HASH: &str = "bodySHA256";

/// The longest URL that is looked at, in bytes.
const MAX_URL: usize = 16 * 1024;

/// The longest names and values of parameters together that are looked at, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// Checks signatures with the account's token, or with shared keys.
///
/// It accepts what the official libraries accept: URLs with and without port, user and password, or another encoding.
/// It never fails for what a stranger sent: that is refused. Threads may share it.
pub struct RequestValidator {
    secrets: Vec<Secret>,
}

impl RequestValidator {
    /// A validator for the primary token of an account; an empty token is a `Configuration` error.
    pub fn new(auth_token: impl Into<String>) -> Result<Self> {
        Self::with_tokens([auth_token])
    }

    /// A validator that accepts any of several tokens, for the time of their rotation.
    pub fn with_tokens<T: Into<String>>(auth_tokens: impl IntoIterator<Item = T>) -> Result<Self> {
        Self::of(auth_tokens.into_iter().map(|token| Secret::new(None, &token.into())))
    }

    /// A validator for shared keys, by their ids: each counts only where a request names it.
    pub fn with_shared_keys<I: Into<String>, S: Into<String>>(keys: impl IntoIterator<Item = (I, S)>) -> Result<Self> {
        Self::of(keys.into_iter().map(|(id, secret)| Secret::new(Some(id.into()), &secret.into())))
    }

    /// Lets the validator accept another token besides.
    pub fn add_token(&mut self, auth_token: &str) -> Result<()> {
        self.secrets.push(Secret::new(None, auth_token)?);
        Ok(())
    }

    /// Lets the validator accept a shared key besides, where a request names its id.
    pub fn add_shared_key(&mut self, id: impl Into<String>, secret: &str) -> Result<()> {
        self.secrets.push(Secret::new(Some(id.into()), secret)?);
        Ok(())
    }

    fn of(secrets: impl Iterator<Item = Result<Secret>>) -> Result<Self> {
        let secrets: Vec<_> = secrets.collect::<Result<_>>()?;
        match secrets.is_empty() {
            true => Err(Error::configuration("there is no auth token to check signatures with: give one")),
            false => Ok(Self { secrets }),
        }
    }

    /// Whether the request is Twilio's: what a server should call.
    ///
    /// A form is decoded and its parameters checked. Any other body must have its hash in the URL. Without a body, as in
    /// a GET or the handshake of a WebSocket, the URL alone was signed. Without a content type, a body whose hash is not
    /// in the URL is read as a form. Without the header of the settings, an auth token signed by HMAC-SHA1.
    pub fn validate_request(&self, request: &Request<'_>) -> bool {
        let check = request.signature.and_then(|signature| Check::new(self, request.signing, signature));
        check.is_some_and(|check| check.request(request))
    }

    /// Why a request is refused: for developers, and for logs.
    ///
    /// It tries what proxies and frameworks do to requests, in bounded time, and says what would have fitted. It is never a
    /// way to accept a request, and tells nothing of the secret or of the signature that was expected.
    pub fn explain(&self, request: &Request<'_>) -> Explanation {
        explain::explain(self, request)
    }

    /// Whether the request is Twilio's, from its raw body: [`validate_request`](Self::validate_request) in short.
    pub fn validate(&self, url: &str, body: &[u8], content_type: Option<&str>, signature: &str) -> bool {
        self.check(signature).is_some_and(|check| check.raw(url, body, content_type))
    }

    /// Whether the request is Twilio's, from its decoded parameters; a GET has none besides its URL.
    pub fn validate_form<N: AsRef<str>, V: AsRef<str>>(&self, url: &str, params: &[(N, V)], signature: &str) -> bool {
        self.check(signature).is_some_and(|check| check.params(url, params))
    }

    /// Whether the request is Twilio's, from a body that is no form: JSON.
    ///
    /// The URL must hold the hash of the body, `bodySHA256`, besides being signed.
    pub fn validate_body(&self, url: &str, body: &[u8], signature: &str) -> bool {
        self.check(signature).is_some_and(|check| check.body(url, body))
    }

    /// The signature that Twilio would send: for the emulator, and for tests of webhooks.
    ///
    /// The URL is signed as it is given, with the first token or key.
    pub fn compute_signature<N: AsRef<str>, V: AsRef<str>>(&self, url: &str, params: &[(N, V)]) -> String {
        self.compute_signature_with(Algorithm::HmacSha1, url, params)
    }

    /// The signature that Twilio would send if it signed by this algorithm.
    pub fn compute_signature_with<N: AsRef<str>, V: AsRef<str>>(
        &self,
        algorithm: Algorithm,
        url: &str,
        params: &[(N, V)],
    ) -> String {
        let text = form::signed_text(params);
        let sign = |secret: &Secret| secret.key.sign(&[url.as_bytes(), &text], algorithm);
        self.secrets.first().map_or_else(String::new, sign)
    }

    fn check<'a>(&'a self, signature: &str) -> Option<Check<'a>> {
        Check::new(self, Signing::Algorithm(Algorithm::HmacSha1), signature)
    }
}

/// Tells how many secrets there are, and nothing of them.
impl std::fmt::Debug for RequestValidator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestValidator").field("secrets", &self.secrets.len()).finish()
    }
}
