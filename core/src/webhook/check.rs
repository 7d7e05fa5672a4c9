//! One check of one request: what was signed, in each form that counts, by each secret that may have signed it.

use super::{
    MAX_PARAMETERS, MAX_TEXT, MAX_URL, RequestValidator, Secret,
    candidates::Candidates,
    form,
    request::{Request, Sent, Signing},
    signature::Signature,
};

/// A signature that may be one, and the secrets that it may be of.
pub(super) struct Check<'a> {
    secrets: &'a [Secret],
    /// The id of the shared key that the request names.
    key: Option<&'a str>,
    signature: Signature,
}

impl<'a> Check<'a> {
    /// Nothing if the signature cannot be one, or its algorithm is unknown.
    pub(super) fn new(validator: &'a RequestValidator, signing: Signing<'a>, signature: &str) -> Option<Self> {
        let (algorithm, key) = match signing {
            Signing::Algorithm(algorithm) => (algorithm, None),
            Signing::Settings(settings) => (settings.algorithm()?, settings.key()),
        };
        Some(Self { secrets: &validator.secrets, key, signature: Signature::read(signature, algorithm)? })
    }

    /// Whether the request is Twilio's, by whatever it was handed on with.
    pub(super) fn request(&self, request: &Request<'_>) -> bool {
        match request.sent {
            Sent::Params(params) => self.params(request.url, params),
            Sent::Body(body) => self.raw(request.url, body, request.content_type),
        }
    }

    /// Whether the request is Twilio's, from its raw body.
    pub(super) fn raw(&self, url: &str, body: &[u8], content_type: Option<&str>) -> bool {
        // a hash in the URL is never ignored, else the body of a signed request could be left out
        let hashed = url.len() <= MAX_URL && !form::body_hashes(url).is_empty();
        let is_form = match content_type.map(form::is_form) {
            Some(is_form) => is_form,
            None => !hashed,
        };
        match (is_form || body.is_empty(), hashed) {
            (true, false) => form::decode(body).is_some_and(|params| self.params(url, &params)),
            (_, true) if self.body(url, body) => true,
            (true, true) => {
                form::holds(url, body) && form::decode(body).is_some_and(|params| self.params(url, &params))
            }
            (false, _) => false,
        }
    }

    /// Whether the request is Twilio's, from its decoded parameters.
    pub(super) fn params<N: AsRef<str>, V: AsRef<str>>(&self, url: &str, params: &[(N, V)]) -> bool {
        if url.len() > MAX_URL || params.len() > MAX_PARAMETERS {
            return false;
        }
        // a signed URL with the hash of a body says nothing of a request whose body was not looked at
        let text = form::signed_text(params);
        if text.is_empty() && !form::body_hashes(url).is_empty() {
            return false;
        }
        self.text(url, &text)
    }

    /// Whether the request is Twilio's, from a body that is no form.
    pub(super) fn body(&self, url: &str, body: &[u8]) -> bool {
        url.len() <= MAX_URL && form::holds(url, body) && self.text(url, b"")
    }

    /// Whether one of the secrets signs some form of the URL, and this text behind it, so.
    ///
    /// It ends with the first that does: when that is tells which form was signed, and nothing of a secret.
    pub(super) fn text(&self, url: &str, text: &[u8]) -> bool {
        // each form and each secret costs a hash of it
        if text.len() > MAX_TEXT {
            return false;
        }
        // nearly always the URL was signed as it is
        if self.signed(&[url.as_bytes(), text]) {
            return true;
        }
        let in_some_form = |url: &str| {
            Candidates::of(url).any(|pieces| {
                let [scheme, user, host, port, target] = pieces.map(str::as_bytes);
                self.signed(&[scheme, user, host, port, target, text])
            })
        };
        if in_some_form(url) {
            return true;
        }
        // a scheme in capitals is only ever one that somebody wrote into settings
        match url.split_once("://") {
            Some((scheme, rest)) if scheme.bytes().any(|letter| letter.is_ascii_uppercase()) => {
                in_some_form(&format!("{}://{rest}", scheme.to_ascii_lowercase()))
            }
            _ => false,
        }
    }

    fn signed(&self, pieces: &[&[u8]]) -> bool {
        self.secrets().any(|secret| secret.key.signed(pieces, &self.signature))
    }

    /// The secrets without an id, and the one that the request names.
    fn secrets(&self) -> impl Iterator<Item = &'a Secret> {
        self.secrets.iter().filter(|secret| secret.id.is_none() || secret.id.as_deref() == self.key)
    }
}
