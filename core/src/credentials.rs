//! Who the client is: an account with its token, or an API key of it.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, Result};

/// An account and the secret that it signs in with; nothing prints the secret.
#[derive(Clone)]
pub(crate) struct Credentials {
    account_sid: String,
    basic: Basic,
}

/// What a request is signed with.
#[derive(Clone)]
enum Basic {
    /// User and secret, as the header holds them.
    Known(SecretString),
    /// Nothing: why it is so, which a request is told.
    Missing(String),
}

/// What the caller gave, before the environment is asked.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub(crate) account_sid: Option<String>,
    pub(crate) auth_token: Option<SecretString>,
    pub(crate) api_key: Option<String>,
    pub(crate) api_secret: Option<SecretString>,
}

impl Given {
    /// Settles who signs in: what the caller gave beats `environment`, a whole API key beats a token of the same rank.
    pub(crate) fn settle(self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Credentials> {
        let secret = |name: &str| environment(name).map(SecretString::from);
        let account_sid = self
            .account_sid
            .or_else(|| environment("TWILIO_ACCOUNT_SID"))
            .ok_or_else(|| missing("account_sid", "TWILIO_ACCOUNT_SID"))?;
        let (user, password, setting) = if let Some(key) = self.api_key {
            let secret = self.api_secret.or_else(|| secret("TWILIO_API_SECRET"));
            (key, secret.ok_or_else(|| missing("api_secret", "TWILIO_API_SECRET"))?, "api_secret")
        } else if let Some(token) = self.auth_token {
            (account_sid.clone(), token, "auth_token")
        } else if let Some((key, secret)) =
            environment("TWILIO_API_KEY").zip(self.api_secret.or_else(|| secret("TWILIO_API_SECRET")))
        {
            (key, secret, "api_secret")
        } else {
            let token = secret("TWILIO_AUTH_TOKEN").ok_or_else(|| missing("auth_token", "TWILIO_AUTH_TOKEN"))?;
            (account_sid.clone(), token, "auth_token")
        };
        check("account_sid", &account_sid)?;
        check("api_key", &user)?;
        check(setting, password.expose_secret())?;
        let basic = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
        Ok(Credentials { account_sid, basic: Basic::Known(SecretString::from(basic)) })
    }
}

impl Credentials {
    /// The account that requests are made for.
    pub(crate) fn account_sid(&self) -> &str {
        &self.account_sid
    }

    /// No credentials: a request of ours fails for this reason, and an HTTP client of the caller's own gets none.
    pub(crate) fn missing(account_sid: Option<String>, why: &Error) -> Self {
        Self { account_sid: account_sid.unwrap_or_default(), basic: Basic::Missing(why.message().to_owned()) }
    }

    /// Whether there are credentials.
    pub(crate) fn check(&self) -> Result<()> {
        self.basic().map(drop)
    }

    fn basic(&self) -> Result<&str> {
        match &self.basic {
            Basic::Known(basic) => Ok(basic.expose_secret()),
            Basic::Missing(why) => Err(Error::configuration(why.clone())),
        }
    }

    /// The `Authorization` header; only the transport asks for it, once the host is known to be ours.
    pub(crate) fn authorization(&self) -> Result<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("Basic {}", self.basic()?))
            .map_err(|_| Error::configuration("the credentials cannot be written into a header"))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// User and secret, for an HTTP client that the caller trusts with them instead of ours.
    pub(crate) fn sign_in(&self) -> Option<(String, String)> {
        let pair = String::from_utf8(STANDARD.decode(self.basic().ok()?).ok()?).ok()?;
        let (user, secret) = pair.split_once(':')?;
        Some((user.to_owned(), secret.to_owned()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("account_sid", &self.account_sid).finish_non_exhaustive()
    }
}

fn missing(setting: &str, variable: &str) -> Error {
    Error::configuration(format!("{setting} is not set: give it to the client or set {variable}"))
}

/// A line break in a secret is a mistake of copying, which the service would only call a wrong token.
fn check(setting: &str, value: &str) -> Result<()> {
    if value.is_empty() {
        return Err(Error::configuration(format!("{setting} is empty")));
    }
    if value.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        return Err(Error::configuration(format!("{setting} holds a space or a control character")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SID: &str = "AC00000000000000000000000000000000";

    fn given(account: bool, token: Option<&str>, key: Option<&str>) -> Given {
        Given {
            account_sid: account.then(|| SID.to_owned()),
            auth_token: token.map(SecretString::from),
            api_key: key.map(str::to_owned),
            api_secret: None,
        }
    }

    fn user(credentials: &Credentials) -> String {
        String::from_utf8(STANDARD.decode(credentials.basic().unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn a_missing_setting_is_named_with_its_variable() {
        let error = given(false, None, None).settle(&|_| None).unwrap_err();
        assert_eq!(error.to_string(), "account_sid is not set: give it to the client or set TWILIO_ACCOUNT_SID");
        let error = given(true, None, None).settle(&|_| None).unwrap_err();
        assert!(error.to_string().contains("TWILIO_AUTH_TOKEN"), "{error}");
        let error = given(true, None, Some("SK1")).settle(&|_| None).unwrap_err();
        assert!(error.to_string().contains("TWILIO_API_SECRET"), "{error}");
    }

    #[test]
    fn an_explicit_token_beats_a_key_of_the_environment() {
        let environment = |name: &str| name.starts_with("TWILIO_API").then(|| "k".to_owned());
        assert_eq!(user(&given(true, Some("t"), None).settle(&environment).unwrap()), format!("{SID}:t"));
        assert_eq!(user(&given(true, None, None).settle(&environment).unwrap()), "k:k");
    }

    #[test]
    fn secrets_are_not_printed_and_must_be_whole() {
        let credentials = given(true, Some("hunter2"), None).settle(&|_| None).unwrap();
        assert!(!format!("{credentials:?}").contains("hunter2"));
        assert!(Credentials::missing(None, &missing("auth_token", "TWILIO_AUTH_TOKEN")).sign_in().is_none());
        assert!(given(true, Some("hunter2\n"), None).settle(&|_| None).is_err());
        assert!(given(true, Some(""), None).settle(&|_| None).is_err());
    }
}
