//! From when to when a token is valid, and the claims that every token has: who made it, and for whom.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::jws::{self, Claims};
use crate::{Error, Result};

/// How long a token is valid unless it is said.
pub(super) const TTL: Duration = Duration::from_secs(3600);

/// When a token begins to be valid and when it ends.
#[derive(Clone, Debug)]
pub(super) struct Lifetime {
    pub(super) issued_at: Option<Timestamp>,
    pub(super) begins: Begin,
    pub(super) ttl: Duration,
    pub(super) valid_until: Option<Timestamp>,
}

/// When a token begins to be valid.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begin {
    /// When it is made.
    Now,
    /// At a moment.
    At(Timestamp),
    /// Always.
    Unsaid,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self { issued_at: None, begins: Begin::Now, ttl: TTL, valid_until: None }
    }
}

impl Lifetime {
    /// The moment that counts as now, in seconds.
    pub(super) fn now(&self) -> i64 {
        self.issued_at.unwrap_or_else(Timestamp::now).as_second()
    }

    /// The claims of a token of this issuer for this subject, made now.
    pub(super) fn registered<'a>(&self, now: i64, issuer: &'a str, subject: Option<&'a str>) -> Result<Registered<'a>> {
        let ttl = i64::try_from(self.ttl.as_secs()).ok().and_then(|ttl| now.checked_add(ttl));
        let expires_at = match self.valid_until {
            Some(moment) => moment.as_second(),
            None => ttl.ok_or_else(|| Error::invalid_argument("ttl is too long"))?,
        };
        let not_before = match self.begins {
            Begin::Now => Some(now),
            Begin::At(moment) => Some(moment.as_second()),
            Begin::Unsaid => None,
        };
        Ok(Registered { issuer: Some(issuer), subject, not_before, expires_at })
    }
}

/// The claims that every token has.
#[doc(hidden)]
#[derive(Serialize)]
pub struct Registered<'a> {
    /// Who signs: the API key, or the account.
    #[serde(rename = "iss", skip_serializing_if = "Option::is_none")]
    pub issuer: Option<&'a str>,
    /// When it ends, in seconds since 1970.
    #[serde(rename = "exp")]
    pub expires_at: i64,
    /// When it begins to be valid.
    #[serde(rename = "nbf", skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// The account, where it does not sign itself.
    #[serde(rename = "sub", skip_serializing_if = "is_nobody")]
    pub subject: Option<&'a str>,
}

fn is_nobody(subject: &Option<&str>) -> bool {
    subject.is_none_or(str::is_empty)
}

impl Registered<'_> {
    /// Adds the claims to those of a kind of token.
    pub fn add_to(&self, claims: &mut Claims) {
        claims.extend(jws::claims(self));
    }
}

/// The settings of a kind of token that say when it is valid; its `lifetime` holds them.
macro_rules! lifetime_settings {
    ($token:ty) => {
        impl $token {
            /// How long the token is valid; an hour unless set.
            pub fn ttl(mut self, ttl: std::time::Duration) -> Self {
                self.lifetime.ttl = ttl;
                self
            }

            /// When the token ends, instead of a time after it was made.
            pub fn valid_until(mut self, moment: jiff::Timestamp) -> Self {
                self.lifetime.valid_until = Some(moment);
                self
            }

            /// When the token begins to be valid; when it is made unless set.
            pub fn not_before(mut self, moment: jiff::Timestamp) -> Self {
                self.lifetime.begins = crate::token::lifetime::Begin::At(moment);
                self
            }

            /// Leaves out when the token begins to be valid, for clocks that are late.
            pub fn without_not_before(mut self) -> Self {
                self.lifetime.begins = crate::token::lifetime::Begin::Unsaid;
                self
            }

            /// When the token is made, instead of now: for tests.
            pub fn issued_at(mut self, moment: jiff::Timestamp) -> Self {
                self.lifetime.issued_at = Some(moment);
                self
            }
        }
    };
}
pub(super) use lifetime_settings;
