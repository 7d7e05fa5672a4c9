//! Tokens: what a phone or a browser signs in to Twilio with, made and checked without asking anybody.
//!
//! ```
//! use ringback::token::{AccessToken, ChatGrant, VoiceGrant};
//!
//! let token = AccessToken::new("AC00000000000000000000000000000000", "SK00000000000000000000000000000000", "secret")
//!     .identity("alice")
//!     .grant(VoiceGrant::new().incoming_allow(true).outgoing_application_sid("AP00000000000000000000000000000000"))
//!     .grant(ChatGrant::new().service_sid("IS00000000000000000000000000000000"));
//! let jwt = token.to_jwt()?;
//! assert_eq!(jwt.split('.').count(), 3);
//! # Ok::<(), ringback::Error>(())
//! ```
//!
//! Signing is HMAC by the crates that signatures of webhooks use already, and RSA by ring, which TLS brings along: no
//! second stack of cryptography, and no private key in code whose timing tells of it (RUSTSEC-2023-0071).

mod access;
mod client_capability;
mod client_validation;
mod decode;
mod grants;
mod jws;
mod lifetime;
mod task_router;

pub use access::AccessToken;
#[doc(hidden)]
pub use access::{AccessParts, access_claims, access_headers, check_access};
pub use client_capability::ClientCapabilityToken;
#[doc(hidden)]
pub use client_capability::{Scope, capability_claims, query};
pub use client_validation::ClientValidation;
#[doc(hidden)]
pub use client_validation::{Canonical, validation_headers};
pub use decode::{Decoded, Decoder, decode};
pub use grants::{ChatGrant, Grant, PlaybackGrant, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant};
pub use jws::Algorithm;
#[doc(hidden)]
pub use jws::{Claims, encode};
#[doc(hidden)]
pub use lifetime::Registered;
pub use task_router::{Permission, TaskRouterCapabilityToken};
#[doc(hidden)]
pub use task_router::{Places, Policy, channel_claims};

use serde_json::Value;

use crate::{Error, Result};

/// Whether a value says anything; what does not is left out of a token, as the official libraries do.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// Refuses a sid of another kind, without showing what was given: it may be a secret that took its place.
fn check_sid(name: &str, kind: &str, prefix: &str, sid: &str) -> Result<()> {
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if sid.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && is_word(rest)) {
        return Ok(());
    }
    let looks_like_a_sid = |(kind, rest): (&str, &str)| {
        kind.bytes().all(|byte| byte.is_ascii_uppercase()) && rest.len() == 32 && is_word(rest)
    };
    let given = match sid.split_at_checked(2).filter(|parts| looks_like_a_sid(*parts)) {
        _ if sid.is_empty() => "nothing was given".to_owned(),
        Some((other, _)) => format!("a sid that starts with {other} was given"),
        None => "what was given is no sid".to_owned(),
    };
    Err(Error::invalid_argument(format!("{name} must be {kind}, which starts with {prefix}, but {given}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_of_another_kind_is_told_and_a_secret_in_its_place_is_not() {
        let zeros = "0".repeat(32);
        let check = |sid: &str| check_sid("account_sid", "an account", "AC", sid).map_err(|error| error.to_string());
        assert_eq!(check(&format!("AC{zeros}")), Ok(()));
        assert_eq!(check("AC123"), Ok(()), "tests of users shorten sids");
        let told = |why: &str| Err(format!("account_sid must be an account, which starts with AC, but {why}"));
        assert_eq!(check(&format!("SK{zeros}")), told("a sid that starts with SK was given"));
        assert_eq!(check(""), told("nothing was given"));
        for wrong in ["hunter2", "AC", "AC 1", "AC\n", "é", "1234567890abcdef1234567890abcdef"] {
            assert_eq!(check(wrong), told("what was given is no sid"), "{wrong}");
        }
    }
}
