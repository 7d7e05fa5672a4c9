//! Public key client validation: a token in each request that proves that nobody changed it on the way.

use std::{collections::BTreeMap, fmt, sync::Arc};

use http::HeaderValue;

use super::{
    Algorithm, check_sid,
    jws::{self, Claims, Key},
    lifetime::Lifetime,
};
use crate::{Error, Result, webhook::body_sha256};

/// How long a request may be on its way.
const TTL: std::time::Duration = std::time::Duration::from_secs(300);
/// The headers that are signed, in the order of their names.
const SIGNED: [&str; 2] = ["authorization", "host"];

/// Signs requests of a client with the private key whose public half Twilio knows.
///
/// A client of an API key takes it by
/// [`ClientBuilder::client_validation`](crate::ClientBuilder::client_validation).
#[derive(Clone)]
pub struct ClientValidation(Arc<Inner>);

struct Inner {
    account_sid: String,
    api_key_sid: String,
    credential_sid: String,
    key: Key,
}

impl ClientValidation {
    /// The header that holds the token, in the small letters of HTTP/2.
    pub const HEADER: &'static str = "twilio-client-validation";

    /// Takes the account, its API key, the sid of the public key (`CR`), and the private key: RSA in PEM.
    ///
    /// # Errors
    /// `InvalidArgument` for a sid of another kind, `Configuration` if the key cannot be used.
    pub fn new(
        account_sid: impl Into<String>,
        api_key_sid: impl Into<String>,
        credential_sid: impl Into<String>,
        private_key: &str,
    ) -> Result<Self> {
        let (account_sid, api_key_sid, credential_sid) =
            (account_sid.into(), api_key_sid.into(), credential_sid.into());
        check_sid("account_sid", "an account", "AC", &account_sid)?;
        check_sid("api_key_sid", "an API key", "SK", &api_key_sid)?;
        check_sid("credential_sid", "a public key", "CR", &credential_sid)?;
        let key = Key::new(private_key, Algorithm::Rs256)?;
        Ok(Self(Arc::new(Inner { account_sid, api_key_sid, credential_sid, key })))
    }

    /// The token for a request that is sent now.
    ///
    /// # Errors
    /// `Configuration` if the key cannot sign.
    pub(crate) fn sign(&self, request: &Canonical<'_>) -> Result<String> {
        self.sign_at(request, None)
    }

    fn sign_at(&self, request: &Canonical<'_>, issued_at: Option<jiff::Timestamp>) -> Result<String> {
        let Inner { account_sid, api_key_sid, credential_sid, key } = &*self.0;
        let lifetime = Lifetime { ttl: TTL, issued_at, ..Lifetime::default() };
        let mut claims = request.claims();
        lifetime.registered(lifetime.now(), api_key_sid, Some(account_sid))?.add_to(&mut claims);
        let mut header = jws::claims(&jws::Header::of(Algorithm::Rs256));
        header.extend(validation_headers(credential_sid));
        jws::sign(&header, &claims, key, Algorithm::Rs256)
    }

    /// The header for a request of whom `authorization` tells, to a host, with its path, query and body.
    ///
    /// # Errors
    /// `Configuration` if the key cannot sign.
    #[doc(hidden)]
    pub fn header(
        &self,
        method: &str,
        host: &str,
        (path, query): (&str, &str),
        authorization: &str,
        body: &[u8],
    ) -> Result<HeaderValue> {
        let headers = [("authorization", authorization), ("host", host)];
        let token = self.sign(&Canonical { method, path, query, headers: &headers, signed: &SIGNED, body })?;
        // Base64 and dots
        HeaderValue::try_from(token).map_err(|cause| Error::configuration("a token is no header").with_source(cause))
    }
}

/// Tells whose requests are signed, and nothing of the key.
impl fmt::Debug for ClientValidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientValidation")
            .field("account_sid", &self.0.account_sid)
            .field("api_key_sid", &self.0.api_key_sid)
            .field("credential_sid", &self.0.credential_sid)
            .finish_non_exhaustive()
    }
}

/// The header of such a token besides what every token has.
#[doc(hidden)]
pub fn validation_headers(credential_sid: &str) -> Claims {
    [("cty", "twilio-pkrv;v=1"), ("kid", credential_sid)]
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into_iter()
        .collect()
}

/// What of a request is signed.
#[doc(hidden)]
pub struct Canonical<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path as it is sent.
    pub path: &'a str,
    /// The query as it is sent.
    pub query: &'a str,
    /// The headers, of which one may stand there several times.
    pub headers: &'a [(&'a str, &'a str)],
    /// The names of those that are signed, in small letters.
    pub signed: &'a [&'a str],
    /// The body as it is sent.
    pub body: &'a [u8],
}

impl Canonical<'_> {
    /// The names of the signed headers, and the hash of the request.
    pub fn claims(&self) -> Claims {
        let mut headers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, value) in self.headers {
            headers.entry(name.to_lowercase()).or_default().push(value);
        }
        let mut signed = self.signed.to_vec();
        signed.sort_unstable();
        let mut query: Vec<&str> = self.query.split('&').collect();
        query.sort_unstable();

        let mut lines = vec![self.method.to_owned(), self.path.to_owned(), query.join("&")];
        for name in &signed {
            if let Some(values) = headers.get_mut(*name) {
                values.sort_unstable();
                lines.push(format!("{name}:{}", values.join(",")));
            }
        }
        let names = signed.join(";");
        lines.extend([String::new(), names.clone()]);
        // of no body there is no hash
        lines.push(if self.body.is_empty() { String::new() } else { body_sha256(self.body) });
        let mut claims = Claims::new();
        claims.insert("hrh".to_owned(), names.into());
        claims.insert("rqh".to_owned(), body_sha256(lines.join("\n").as_bytes()).into());
        claims
    }
}
