//! What signatures are checked with: a key, and what can be said of it without telling it.

use super::signature::Key;
use crate::{Error, Result};

/// An auth token, or a shared key with its id.
pub(super) struct Secret {
    pub(super) id: Option<String>,
    pub(super) key: Key,
    pub(super) shape: Shape,
}

impl Secret {
    /// An empty secret is a `Configuration` error: anybody can sign with one.
    pub(super) fn new(id: Option<String>, secret: &str) -> Result<Self> {
        if secret.trim().is_empty() {
            return Err(Error::configuration(match id {
                None => "the auth token that signatures are checked with is empty",
                Some(_) => "a shared key that signatures are checked with is empty",
            }));
        }
        if id.as_ref().is_some_and(|id| id.trim().is_empty()) {
            return Err(Error::configuration("the id of a shared key that signatures are checked with is empty"));
        }
        let shape = Shape::of(secret);
        Ok(Self { id, key: Key::new(secret)?, shape })
    }
}

/// What a secret looks like, as far as that may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// 32 hexadecimal digits, as Twilio makes auth tokens.
    AuthToken,
    /// The sid of an account, which is no secret.
    AccountSid,
    /// The sid of an API key.
    ApiKeySid,
    /// 32 letters and digits that are not all hexadecimal, as Twilio makes secrets of API keys.
    ApiKeySecret,
    /// White space before or behind it.
    Spaced,
    /// Anything else.
    Other,
}

impl Shape {
    fn of(secret: &str) -> Self {
        let is_sid = |prefix| secret.strip_prefix(prefix).is_some_and(|rest| rest.len() == 32 && is_hexadecimal(rest));
        if secret.trim() != secret {
            Self::Spaced
        } else if is_sid("AC") {
            Self::AccountSid
        } else if is_sid("SK") {
            Self::ApiKeySid
        } else if secret.len() == 32 && is_hexadecimal(secret) {
            Self::AuthToken
        } else if secret.len() == 32 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Self::ApiKeySecret
        } else {
            Self::Other
        }
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
