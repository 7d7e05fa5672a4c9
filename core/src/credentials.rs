//! Who the client is: an account with its token, an API key of it, or an OAuth app.

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::{
    Client, Error, Result,
    access_token::{ClientCredentials, Token},
    token::ClientValidation,
};

/// An account and the secret that it signs in with; nothing prints the secret.
#[derive(Clone)]
pub(crate) struct Credentials {
    account_sid: String,
    way: Way,
    /// What proves besides that a request was not changed.
    validation: Option<ClientValidation>,
}

/// How the client signs in.
#[derive(Clone)]
enum Way {
    /// By user and secret, as the header holds them.
    Basic(SecretString),
    /// By a token that an OAuth app is worth.
    Token(Arc<ClientCredentials>),
    /// Not at all: why it is so, which a request is told.
    Missing(String),
}

/// What one request is signed with.
pub(crate) enum Signature<'a> {
    /// The user and the secret of the client, and what signs the request besides.
    Basic(&'a SecretString, Option<&'a ClientValidation>),
    /// A token that is good for a while.
    Token(Arc<Token>),
    /// Nothing, for a request whose form says who asks.
    Nobody,
}

/// What the caller gave, before the environment is asked.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub(crate) account_sid: Option<String>,
    pub(crate) auth_token: Option<SecretString>,
    pub(crate) api_key: Option<String>,
    pub(crate) api_secret: Option<SecretString>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<SecretString>,
    pub(crate) validation: Option<ClientValidation>,
    /// Whether an HTTP client of the caller's own sends, which signs by user and secret only.
    pub(crate) only_basic: bool,
    /// Whether client credentials may stand alone; what names an account in its path then says so.
    pub(crate) may_lack_account: bool,
}

impl Given {
    /// Settles who signs in: what the caller gave beats `environment`.
    ///
    /// Of the same rank, client credentials beat a whole API key, and an API key beats a token.
    pub(crate) fn settle(self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Credentials> {
        let account_sid = self.account_sid.clone().or_else(|| environment("TWILIO_ACCOUNT_SID"));
        let client = self.client(environment)?.map(|client| Way::Token(Arc::new(client)));
        let (account_sid, client) = match (account_sid, client) {
            (None, Some(way)) if self.may_lack_account && self.validation.is_none() => {
                return Ok(Credentials { account_sid: String::new(), way, validation: None });
            }
            (account_sid, client) => (account_sid.ok_or_else(|| missing("account_sid", "TWILIO_ACCOUNT_SID"))?, client),
        };
        check("account_sid", &account_sid)?;
        if self.validation.is_some() && (self.only_basic || client.is_some()) {
            return Err(Error::configuration(
                "client_validation needs an API key, and the library's own connections instead of an http_client",
            ));
        }
        if let Some(way) = client {
            return Ok(Credentials { account_sid, way, validation: None });
        }
        let secret = |name: &str| environment(name).map(SecretString::from);
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
        check("api_key", &user)?;
        check(setting, password.expose_secret())?;
        let basic = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
        Ok(Credentials { account_sid, way: Way::Basic(SecretString::from(basic)), validation: self.validation })
    }

    /// The client credentials, if they are what signs in.
    fn client(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Option<ClientCredentials>> {
        let is_given = self.client_id.is_some() || self.client_secret.is_some();
        if self.only_basic && is_given {
            return Err(Error::configuration(
                "client_id needs the library's own connections: give a credential_provider beside an http_client",
            ));
        }
        let is_basic = self.only_basic || self.api_key.is_some() || self.auth_token.is_some();
        if !is_given && is_basic {
            return Ok(None);
        }
        let id = self.client_id.clone().or_else(|| environment("TWILIO_CLIENT_ID"));
        let secret = self.client_secret.clone();
        let secret = secret.or_else(|| environment("TWILIO_CLIENT_SECRET").map(SecretString::from));
        let (id, secret) = match (id, secret) {
            (Some(id), Some(secret)) => (id, secret),
            _ if !is_given => return Ok(None),
            (None, _) => return Err(missing("client_id", "TWILIO_CLIENT_ID")),
            (_, None) => return Err(missing("client_secret", "TWILIO_CLIENT_SECRET")),
        };
        check("client_id", &id)?;
        check("client_secret", secret.expose_secret())?;
        Ok(Some(ClientCredentials::new(id, secret)))
    }
}

impl Credentials {
    /// The account that requests are made for.
    pub(crate) fn account_sid(&self) -> &str {
        &self.account_sid
    }

    /// No credentials: a request of ours fails for this reason, and an HTTP client of the caller's own gets none.
    pub(crate) fn missing(account_sid: Option<String>, why: &Error) -> Self {
        let way = Way::Missing(why.message().to_owned());
        Self { account_sid: account_sid.unwrap_or_default(), way, validation: None }
    }

    /// Whether there are credentials.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.way {
            Way::Basic(_) | Way::Token(_) => Ok(()),
            Way::Missing(why) => Err(Error::configuration(why.clone())),
        }
    }

    /// What the next request is signed with; a token is fetched first if there is none that can be used.
    pub(crate) async fn sign(&self, client: &Client, deadline: Instant) -> Result<Signature<'_>> {
        match &self.way {
            Way::Basic(basic) => Ok(Signature::Basic(basic, self.validation.as_ref())),
            Way::Token(app) => Ok(Signature::Token(app.token(client, deadline).await?)),
            Way::Missing(why) => Err(Error::configuration(why.clone())),
        }
    }

    /// User and secret, for an HTTP client that the caller trusts with them instead of ours.
    pub(crate) fn sign_in(&self) -> Option<(String, String)> {
        let Way::Basic(basic) = &self.way else { return None };
        let pair = String::from_utf8(STANDARD.decode(basic.expose_secret()).ok()?).ok()?;
        let (user, secret) = pair.split_once(':')?;
        Some((user.to_owned(), secret.to_owned()))
    }
}

impl Signature<'_> {
    /// The `Authorization` header; only the transport asks for it, once the host is known to be ours.
    pub(crate) fn authorization(&self) -> Result<Option<HeaderValue>> {
        let mut value = match self {
            Self::Basic(basic, _) => HeaderValue::try_from(format!("Basic {}", basic.expose_secret()))
                .map_err(|_| Error::configuration("the credentials cannot be written into a header"))?,
            Self::Token(token) => token.authorization()?,
            Self::Nobody => return Ok(None),
        };
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// What signs the request itself, once it is written.
    pub(crate) fn validation(&self) -> Option<&ClientValidation> {
        match self {
            Self::Basic(_, validation) => *validation,
            Self::Token(_) | Self::Nobody => None,
        }
    }

    /// Notes that the service refused it, and says whether the next one may fare better; `pay` is asked once a token.
    pub(crate) fn refuse(&self, pay: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Token(token) => token.refuse(pay),
            Self::Basic(..) | Self::Nobody => false,
        }
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
            ..Given::default()
        }
    }

    fn user(credentials: &Credentials) -> String {
        match &credentials.way {
            Way::Basic(basic) => String::from_utf8(STANDARD.decode(basic.expose_secret()).unwrap()).unwrap(),
            Way::Token(_) => "a token".to_owned(),
            Way::Missing(why) => why.clone(),
        }
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
    fn every_way_to_sign_in_has_its_rank() {
        let everything = |name: &str| name.starts_with("TWILIO_").then(|| "k".to_owned());
        let client = |given: Given| Given { client_id: Some("OQ1".into()), client_secret: Some("s".into()), ..given };
        let token = |given: Given| user(&given.settle(&everything).unwrap());
        assert_eq!(token(given(true, None, None)), "a token", "of the environment, client credentials come first");
        assert_eq!(token(given(true, Some("t"), None)), format!("{SID}:t"), "what is given beats the environment");
        assert_eq!(token(given(true, None, Some("SK1"))), "SK1:k");
        assert_eq!(token(client(given(true, Some("t"), Some("SK1")))), "a token");
        assert_eq!(token(Given { only_basic: true, ..given(true, None, None) }), "k:k");

        let error = |given: Given, environment: &dyn Fn(&str) -> Option<String>| {
            given.settle(environment).unwrap_err().to_string()
        };
        let half = Given { client_id: Some("OQ1".into()), ..given(true, Some("t"), None) };
        assert!(error(half, &|_| None).contains("TWILIO_CLIENT_SECRET"), "half of it is a mistake");
        assert!(error(client(given(false, None, None)), &|_| None).contains("TWILIO_ACCOUNT_SID"));
        assert!(
            error(client(Given { only_basic: true, ..Given::default() }), &|_| None).contains("credential_provider")
        );
        let only_id = |name: &str| (name == "TWILIO_CLIENT_ID").then(|| "OQ1".to_owned());
        assert!(error(given(true, None, None), &only_id).contains("TWILIO_AUTH_TOKEN"), "half an environment is none");
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
