//! A webhook as a server received it: what is checked, and what is explained.

use super::{Algorithm, SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, SignatureSettings};

/// What came besides the URL.
#[derive(Clone, Copy)]
pub(super) enum Sent<'a> {
    /// The parameters of a form, decoded.
    Params(&'a [(&'a str, &'a str)]),
    /// The raw body.
    Body(&'a [u8]),
}

/// Which algorithm a request says that it was signed with.
#[derive(Clone, Copy)]
pub(super) enum Signing<'a> {
    Settings(SignatureSettings<'a>),
    Algorithm(Algorithm),
}

/// A request as it was received: its public URL, its headers, and its body or the parameters of its form.
///
/// ```
/// use ringback::webhook::{Request, RequestValidator};
///
/// let validator = RequestValidator::new("12345")?;
/// let request = Request::new("https://example.com/sms")
///     .header("Content-Type", "application/x-www-form-urlencoded")
///     .header("X-Twilio-Signature", "dDVN20iYKqhKjEvfDiBp0dOFFrY=")
///     .body(b"From=%2B15550001111&Body=caf%C3%A9+%F0%9F%98%80");
/// assert!(validator.validate_request(&request));
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone)]
pub struct Request<'a> {
    pub(super) url: &'a str,
    pub(super) sent: Sent<'a>,
    pub(super) content_type: Option<&'a str>,
    pub(super) signature: Option<&'a str>,
    pub(super) signing: Signing<'a>,
    /// What may tell of proxies.
    pub(super) headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Request<'a> {
    /// A request without a body to a URL: the public one, as Twilio was told it.
    pub fn new(url: &'a str) -> Self {
        Self {
            url,
            sent: Sent::Body(&[]),
            content_type: None,
            signature: None,
            signing: Signing::Algorithm(Algorithm::HmacSha1),
            headers: Vec::new(),
        }
    }

    /// Sets the raw body.
    #[must_use]
    pub fn body(mut self, body: &'a [u8]) -> Self {
        self.sent = Sent::Body(body);
        self
    }

    /// Sets the parameters of the form, decoded, instead of a body.
    #[must_use]
    pub fn params(mut self, params: &'a [(&'a str, &'a str)]) -> Self {
        self.sent = Sent::Params(params);
        self
    }

    /// Adds a header that was received; the signature, its settings and the content type are read from here too.
    ///
    /// The first counts where a header came twice. Hand on all of them, so that an explanation can tell of proxies.
    #[must_use]
    pub fn header(mut self, name: &'a str, value: &'a str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is(SIGNATURE_HEADER) {
            self.signature.get_or_insert(value);
        } else if is("Content-Type") {
            self.content_type.get_or_insert(value);
        } else if is(SIGNATURE_SETTINGS_HEADER) {
            if let Signing::Algorithm(_) = self.signing {
                self.signing = Signing::Settings(SignatureSettings::read(value));
            }
        } else {
            self.headers.push((name, value));
        }
        self
    }

    /// Sets the value of the header `X-Twilio-Signature`.
    #[must_use]
    pub fn signature(mut self, signature: &'a str) -> Self {
        self.signature = Some(signature);
        self
    }

    /// Sets the value of the header `Content-Type`.
    #[must_use]
    pub fn content_type(mut self, content_type: &'a str) -> Self {
        self.content_type = Some(content_type);
        self
    }

    /// Sets the value of the header `X-Twilio-Webhooks-Signature-Settings`, which names the algorithm and the shared key.
    #[must_use]
    pub fn signature_settings(mut self, header: &'a str) -> Self {
        self.signing = Signing::Settings(SignatureSettings::read(header));
        self
    }

    /// Sets the algorithm where it is known without the header.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.signing = Signing::Algorithm(algorithm);
        self
    }

    /// The first value of a header that says neither signature nor content type.
    pub(super) fn other_header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// Tells how much there is, and nothing of what people wrote.
impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (params, body) = match self.sent {
            Sent::Params(params) => (Some(params.len()), None),
            Sent::Body(body) => (None, Some(body.len())),
        };
        f.debug_struct("Request")
            .field("params", &params)
            .field("body_length", &body)
            .field("content_type", &self.content_type)
            .field("is_signed", &self.signature.is_some())
            .finish_non_exhaustive()
    }
}
