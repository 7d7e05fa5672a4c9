//! Why a request is refused: what would have fitted, what is wrong about it, and what to do.

mod body;
mod search;
mod texts;
mod urls;

use std::fmt;

use super::{
    Algorithm, MAX_URL, Request, RequestValidator, SignatureSettings,
    check::Check,
    form,
    request::{Sent, Signing},
    secret::Shape,
};

/// What is wrong with a request, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReasonKind {
    /// There is no signature.
    SignatureMissing,
    /// What is there cannot be a signature.
    SignatureMalformed,
    /// The request names an algorithm that is not known here.
    AlgorithmUnknown,
    /// It was signed by another algorithm than was asked for.
    AlgorithmMismatch,
    /// It was signed with a shared key that the validator does not have.
    SharedKeyUnknown,
    /// The secret does not look like one that Twilio signs with.
    SecretShape,
    /// The URL is none, or too long.
    UrlMalformed,
    /// Another scheme was signed.
    Scheme,
    /// Another host was signed.
    Host,
    /// Another port was signed.
    Port,
    /// Another path was signed.
    Path,
    /// The path was signed with, or without, the slash at its end.
    TrailingSlash,
    /// Another query was signed.
    Query,
    /// The URL was signed in another encoding.
    Encoding,
    /// The body is missing: it was read before, or never handed on.
    BodyMissing,
    /// The body is not the one whose hash was signed.
    BodyChanged,
    /// The URL does not hold the hash of the body.
    BodyHashMissing,
    /// The content type is not that of the body.
    ContentType,
    /// Parameters that were signed are missing.
    ParametersMissing,
    /// Parameters were added that were not signed.
    ParametersAdded,
    /// Values of parameters were changed.
    ParametersChanged,
    /// Nothing that was tried fits.
    Unexplained,
}

impl ReasonKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::SignatureMissing,
        Self::SignatureMalformed,
        Self::AlgorithmUnknown,
        Self::AlgorithmMismatch,
        Self::SharedKeyUnknown,
        Self::SecretShape,
        Self::UrlMalformed,
        Self::Scheme,
        Self::Host,
        Self::Port,
        Self::Path,
        Self::TrailingSlash,
        Self::Query,
        Self::Encoding,
        Self::BodyMissing,
        Self::BodyChanged,
        Self::BodyHashMissing,
        Self::ContentType,
        Self::ParametersMissing,
        Self::ParametersAdded,
        Self::ParametersChanged,
        Self::Unexplained,
    ];

    /// The kind in `snake_case`, as Python, C and the command show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignatureMissing => "signature_missing",
            Self::SignatureMalformed => "signature_malformed",
            Self::AlgorithmUnknown => "algorithm_unknown",
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::SharedKeyUnknown => "shared_key_unknown",
            Self::SecretShape => "secret_shape",
            Self::UrlMalformed => "url_malformed",
            Self::Scheme => "scheme",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::TrailingSlash => "trailing_slash",
            Self::Query => "query",
            Self::Encoding => "encoding",
            Self::BodyMissing => "body_missing",
            Self::BodyChanged => "body_changed",
            Self::BodyHashMissing => "body_hash_missing",
            Self::ContentType => "content_type",
            Self::ParametersMissing => "parameters_missing",
            Self::ParametersAdded => "parameters_added",
            Self::ParametersChanged => "parameters_changed",
            Self::Unexplained => "unexplained",
        }
    }
}

impl fmt::Display for ReasonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    kind: ReasonKind,
    problem: String,
    remedy: String,
    is_proven: bool,
}

impl Reason {
    fn proven(kind: ReasonKind, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind, problem: problem.into(), remedy: remedy.into(), is_proven: true }
    }

    fn likely(kind: ReasonKind, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { is_proven: false, ..Self::proven(kind, problem, remedy) }
    }

    /// What is wrong, for programs.
    pub fn kind(&self) -> ReasonKind {
        self.kind
    }

    /// What is wrong, in a sentence.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to do, in a sentence.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Whether this was found out, and is not only likely.
    pub fn is_proven(&self) -> bool {
        self.is_proven
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.kind, self.problem, self.remedy)
    }
}

/// Why a request is refused.
///
/// No verdict: whether to act on a request is asked of `validate_request` alone. Its texts are for whoever runs the server;
/// don't send them to whoever sent the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    reasons: Vec<Reason>,
}

impl Explanation {
    /// What is wrong, the surest first; nothing if the signature fits.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }
}

/// A line for each reason.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reasons.is_empty() {
            return f.write_str("the signature fits");
        }
        for (index, reason) in self.reasons.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{reason}")?;
        }
        Ok(())
    }
}

/// What the server is told to do about a URL in most cases.
const PUBLIC_URL: &str = "check against the address that Twilio was told, to the letter";

pub(super) fn explain(validator: &RequestValidator, request: &Request<'_>) -> Explanation {
    let reasons = match validator.validate_request(request) {
        true => Vec::new(),
        false => reasons(validator, request),
    };
    Explanation { reasons }
}

fn reasons(validator: &RequestValidator, request: &Request<'_>) -> Vec<Reason> {
    let Some(signature) = request.signature.filter(|signature| !signature.trim().is_empty()) else {
        return vec![Reason::proven(
            ReasonKind::SignatureMissing,
            "the request has no X-Twilio-Signature",
            "refuse it, unless a proxy before the server drops the header: then let it pass that on",
        )];
    };
    if let Some(reason) = unknown_signer(validator, request.signing) {
        return vec![reason];
    }
    if request.url.len() > MAX_URL {
        let remedy = format!("refuse it: no URL of Twilio's is longer than {MAX_URL} bytes");
        return vec![Reason::proven(ReasonKind::UrlMalformed, "the URL is too long", remedy)];
    }
    let Some(check) = Check::new(validator, request.signing, signature) else {
        return vec![no_signature(validator, request, signature)];
    };
    let mut reasons = search::search(&check, request, validator.secrets.len());
    if reasons.is_empty() {
        if let Some(reason) = body::missing(request) {
            reasons.push(reason);
        }
        reasons.extend(shapes(validator, request));
        reasons.push(unexplained(request));
    }
    reasons
}

/// An algorithm or a shared key that nothing can be checked with.
fn unknown_signer(validator: &RequestValidator, signing: Signing<'_>) -> Option<Reason> {
    let Signing::Settings(settings) = signing else { return None };
    if settings.algorithm().is_none() {
        let problem =
            format!("the request names the algorithm {}, which is not known", shown(settings.algorithm_name()));
        return Some(Reason::proven(
            ReasonKind::AlgorithmUnknown,
            problem,
            "refuse it; if Twilio signs so by now, a newer version is needed",
        ));
    }
    let has_key = validator.secrets.iter().any(|secret| secret.id.is_none() || secret.id.as_deref() == settings.key());
    (!has_key).then(|| {
        let problem = match settings.key() {
            Some(key) => {
                format!("the request was signed with the shared key {}, which the validator lacks", shown(key))
            }
            None => "the request names no shared key, and the validator has no auth token".to_owned(),
        };
        Reason::proven(ReasonKind::SharedKeyUnknown, problem, "give the validator that key, or the auth token")
    })
}

/// What is there instead of a signature of the algorithm.
fn no_signature(validator: &RequestValidator, request: &Request<'_>, signature: &str) -> Reason {
    let (asked, other) = match request.signing {
        Signing::Settings(settings) => (settings.algorithm().unwrap_or_default(), settings.key()),
        Signing::Algorithm(algorithm) => (algorithm, None),
    };
    let fits = |text: &str, algorithm: Algorithm| {
        let key = other.map(|key| format!("key={key},algorithm={algorithm}"));
        let settings = match &key {
            Some(key) => Signing::Settings(SignatureSettings::read(key)),
            None => Signing::Algorithm(algorithm),
        };
        Check::new(validator, settings, text).is_some_and(|check| check.request(request))
    };
    for algorithm in Algorithm::ALL.iter().copied().filter(|algorithm| *algorithm != asked) {
        if Check::new(validator, Signing::Algorithm(algorithm), signature).is_some() {
            let problem = format!("the signature is as long as one of {algorithm}, but is checked as {asked}");
            let remedy = "hand on the header X-Twilio-Webhooks-Signature-Settings, and the secret that it names";
            let make = if fits(signature, algorithm) { Reason::proven } else { Reason::likely };
            return make(ReasonKind::AlgorithmMismatch, problem, remedy);
        }
    }
    // a signature is short: what is longer is not worth mending
    if signature.len() <= 200 {
        let unescaped = percent_encoding::percent_decode_str(signature).decode_utf8_lossy();
        let bare = unescaped.trim().trim_matches(['"', '\'']).replace([' ', '-'], "+").replace('_', "/");
        if fits(&bare, asked) {
            return Reason::proven(
                ReasonKind::SignatureMalformed,
                "the signature fits, but came with quotes, spaces or escapes that are not its own",
                "hand on the value of the header as it came",
            );
        }
    }
    Reason::proven(
        ReasonKind::SignatureMalformed,
        format!("the signature is no hash of {asked} in Base64"),
        "hand on the value of X-Twilio-Signature as it came; if it came so, refuse it",
    )
}

/// Secrets that do not look like what Twilio signs with.
fn shapes(validator: &RequestValidator, request: &Request<'_>) -> Vec<Reason> {
    let is_sha1 = match request.signing {
        Signing::Settings(settings) => settings.algorithm() == Some(Algorithm::HmacSha1),
        Signing::Algorithm(algorithm) => algorithm == Algorithm::HmacSha1,
    };
    let mut told: Vec<Shape> = Vec::new();
    for secret in validator.secrets.iter().filter(|secret| secret.id.is_none()) {
        let tells = match secret.shape {
            Shape::AuthToken => false,
            Shape::Other | Shape::ApiKeySecret => is_sha1,
            Shape::AccountSid | Shape::ApiKeySid | Shape::Spaced => true,
        };
        if tells && !told.contains(&secret.shape) {
            told.push(secret.shape);
        }
    }
    let reason = |shape: &Shape| {
        let problem = match shape {
            Shape::AccountSid => "the secret is the sid of an account, which signs nothing",
            Shape::ApiKeySid => "the secret is the sid of an API key, which signs nothing",
            Shape::ApiKeySecret => "the secret looks like that of an API key, which signs no webhooks",
            Shape::Spaced => "there is white space before or behind the secret",
            Shape::AuthToken | Shape::Other => "the secret is not 32 hexadecimal digits, as an auth token is",
        };
        Reason::likely(ReasonKind::SecretShape, problem, "give the primary auth token of the account, as it is")
    };
    told.iter().map(reason).collect()
}

fn unexplained(request: &Request<'_>) -> Reason {
    let decoded;
    let account = match request.sent {
        Sent::Params(params) => params.iter().find(|(name, _)| *name == "AccountSid").map(|(_, value)| *value),
        Sent::Body(body) => {
            decoded = form::decode(body).unwrap_or_default();
            decoded.iter().find(|(name, _)| name == "AccountSid").map(|(_, value)| value.as_str())
        }
    };
    let account = match account.filter(|sid| sid.len() == 34 && sid.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        Some(sid) => format!("account {sid}"),
        None => "account that the webhook belongs to".to_owned(),
    };
    Reason::likely(
        ReasonKind::Unexplained,
        "no form of the URL and of the parameters that was tried fits the signature",
        format!(
            "if the request is Twilio's, take the primary auth token of the {account}, not that of another or an API \
             key, and {PUBLIC_URL}"
        ),
    )
}

/// A text of a stranger's, short and on one line.
fn shown(text: &str) -> String {
    let short: String = text.chars().take(100).collect();
    format!("{short:?}")
}

#[cfg(test)]
mod tests;
