//! Access tokens: who a phone or a browser is, and what it may do for a while.

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;

use super::{
    Algorithm, Grant, check_sid,
    jws::{self, Claims, Key},
    lifetime::{Lifetime, Registered, lifetime_settings},
    says_something,
};
use crate::{Error, Result};

/// The longest life that Twilio believes.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// An access token, which an API key of the account signs.
///
/// It is checked when it is written: a token that Twilio would refuse is an error here.
#[derive(Clone)]
#[must_use]
pub struct AccessToken {
    account_sid: String,
    api_key_sid: String,
    secret: SecretString,
    identity: Option<String>,
    region: Option<String>,
    grants: Vec<Grant>,
    algorithm: Algorithm,
    lifetime: Lifetime,
}

lifetime_settings!(AccessToken);

impl AccessToken {
    /// Takes the account, an API key of it, and the secret of that key; the account's auth token is none.
    pub fn new(
        account_sid: impl Into<String>,
        api_key_sid: impl Into<String>,
        api_key_secret: impl Into<String>,
    ) -> Self {
        Self {
            account_sid: account_sid.into(),
            api_key_sid: api_key_sid.into(),
            secret: SecretString::from(api_key_secret.into()),
            identity: None,
            region: None,
            grants: Vec::new(),
            algorithm: Algorithm::default(),
            lifetime: Lifetime::default(),
        }
    }

    /// Who holds the token: the name that others reach them by.
    pub fn identity(mut self, identity: impl Into<String>) -> Self {
        self.identity = Some(identity.into());
        self
    }

    /// Where the API key is, such as `ie1`, if that is not `us1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Allows something; a later grant of the same key stands in its place.
    pub fn grant(mut self, grant: impl Into<Grant>) -> Self {
        self.grants.push(grant.into());
        self
    }

    /// Signs with HMAC of another hash.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Writes and signs the token.
    ///
    /// # Errors
    /// `InvalidArgument` if Twilio would refuse it: a sid of another kind, an empty secret, a life of more than a day.
    pub fn to_jwt(&self) -> Result<String> {
        let now = self.lifetime.now();
        let registered = self.lifetime.registered(now, &self.api_key_sid, Some(&self.account_sid))?;
        check_access(&self.account_sid, &self.api_key_sid, registered.expires_at, now)?;
        AccessParts {
            api_key_sid: &self.api_key_sid,
            now,
            identity: self.identity.as_deref().map(Value::from),
            grants: self.grants.iter().cloned().map(Grant::into_parts).collect(),
            region: self.region.as_deref(),
            registered,
        }
        .sign(self.secret.expose_secret(), self.algorithm)
    }
}

/// What an access token is written from.
#[doc(hidden)]
pub struct AccessParts<'a> {
    /// The API key that signs.
    pub api_key_sid: &'a str,
    /// When the token is made, in seconds since 1970.
    pub now: i64,
    /// Who holds it: a text, usually.
    pub identity: Option<Value>,
    /// What is allowed, by the keys of grants.
    pub grants: Claims,
    /// Where the API key is.
    pub region: Option<&'a str>,
    /// Who made it for whom, and when it is valid.
    pub registered: Registered<'a>,
}

impl AccessParts<'_> {
    /// Writes and signs the token.
    ///
    /// # Errors
    /// `InvalidArgument` if it cannot be signed so.
    pub fn sign(self, secret: &str, algorithm: Algorithm) -> Result<String> {
        if algorithm == Algorithm::Rs256 {
            return Err(Error::invalid_argument("an access token is signed with HS256, HS384 or HS512"));
        }
        let header = Both { first: AccessHeader::new(self.region), second: jws::Header::of(algorithm) };
        let first = AccessClaims::new(self.api_key_sid, self.now, self.identity, self.grants);
        let claims = Both { first, second: self.registered };
        jws::sign(&header, &claims, &Key::new(secret, algorithm)?, algorithm)
    }
}

/// Tells whose token it is and what it allows, and nothing of the secret.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("account_sid", &self.account_sid)
            .field("api_key_sid", &self.api_key_sid)
            .field("identity", &self.identity)
            .field("grants", &self.grants)
            .finish_non_exhaustive()
    }
}

/// Refuses what Twilio would refuse.
///
/// # Errors
/// `InvalidArgument` that says why.
#[doc(hidden)]
pub fn check_access(account_sid: &str, api_key_sid: &str, expires_at: i64, now: i64) -> Result<()> {
    check_sid("account_sid", "an account", "AC", account_sid)?;
    check_sid("signing_key_sid", "an API key", "SK", api_key_sid)?;
    let life = expires_at.checked_sub(now).and_then(|life| u64::try_from(life).ok()).map(Duration::from_secs);
    match life {
        Some(life) if !life.is_zero() && life <= LONGEST => Ok(()),
        _ => Err(Error::invalid_argument(
            "ttl must be more than 0 and at most 86400 seconds, a day: Twilio refuses other access tokens (code 20104)",
        )),
    }
}

/// What two structs say, in one object.
#[derive(Serialize)]
struct Both<A, B> {
    #[serde(flatten)]
    first: A,
    #[serde(flatten)]
    second: B,
}

/// The claims of an access token besides those that every token has.
#[derive(Serialize)]
struct AccessClaims {
    jti: String,
    grants: Claims,
}

impl AccessClaims {
    fn new(api_key_sid: &str, now: i64, identity: Option<Value>, mut grants: Claims) -> Self {
        if let Some(identity) = identity.filter(says_something) {
            grants.insert("identity".to_owned(), identity);
        }
        Self { jti: format!("{api_key_sid}-{now}"), grants }
    }
}

/// The header of an access token besides what every token has.
#[derive(Serialize)]
struct AccessHeader<'a> {
    cty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    twr: Option<&'a str>,
}

impl<'a> AccessHeader<'a> {
    fn new(region: Option<&'a str>) -> Self {
        Self { cty: "twilio-fpa;v=1", twr: region.filter(|region| !region.is_empty()) }
    }
}

/// The claims of an access token besides those that every token has.
#[doc(hidden)]
pub fn access_claims(api_key_sid: &str, now: i64, identity: Option<Value>, grants: Claims) -> Claims {
    jws::claims(&AccessClaims::new(api_key_sid, now, identity, grants))
}

/// The header of an access token besides what every token has.
#[doc(hidden)]
pub fn access_headers(region: Option<&str>) -> Claims {
    jws::claims(&AccessHeader::new(region))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{VideoGrant, decode};

    fn token() -> AccessToken {
        AccessToken::new("AC1", "SK1", "hunter2").identity("alice").grant(VideoGrant::new().room("r"))
    }

    #[test]
    fn what_twilio_would_refuse_is_an_error() {
        let told = |token: AccessToken| token.to_jwt().unwrap_err().to_string();
        assert!(told(token().ttl(Duration::from_secs(86_401))).contains("20104"));
        assert!(told(token().ttl(Duration::ZERO)).contains("20104"));
        assert!(told(token().ttl(Duration::MAX)).contains("ttl"));
        assert!(told(token().valid_until(jiff::Timestamp::MIN)).contains("20104"));
        assert!(told(token().algorithm(Algorithm::Rs256)).contains("HS256"));
        assert!(told(AccessToken::new("SK1", "SK1", "s")).starts_with("account_sid"));
        assert!(told(AccessToken::new("AC1", "AC1", "s")).starts_with("signing_key_sid"));
        assert!(told(AccessToken::new("AC1", "SK1", "")).contains("secret"));
        assert!(token().ttl(LONGEST).to_jwt().is_ok());
    }

    #[test]
    fn nothing_prints_the_secret_and_every_hash_verifies() {
        assert!(!format!("{:?}", token()).contains("hunter2"));
        for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
            let jwt = token().algorithm(algorithm).to_jwt().unwrap();
            let decoded = decode(&jwt, "hunter2", algorithm).unwrap();
            assert_eq!(decoded.claims["grants"]["identity"], "alice");
            assert!(decode(&jwt, "hunter3", algorithm).is_err(), "control: another secret");
        }
    }
}
