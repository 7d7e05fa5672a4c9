//! Capability tokens of the older browser client: scopes in a claim of text.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Algorithm, check_sid,
    jws::{self, Claims, Key},
    lifetime::{Lifetime, lifetime_settings},
};
use crate::Result;

const EVENTS: &str = "/2010-04-01/Events";
/// What a query of the official Python package escapes.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b' ');

/// What the browser client may do, and with which parameters.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Scope {
    /// `client` or `stream`.
    pub service: String,
    /// What is allowed there.
    pub privilege: String,
    /// By which parameters; they are written in the order of their names.
    pub params: Vec<(String, String)>,
}

impl Scope {
    fn new(service: &str, privilege: &str, params: &[(&str, &str)]) -> Self {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { service: service.to_owned(), privilege: privilege.to_owned(), params }
    }
}

/// The scope as the claim holds it.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut params = self.params.clone();
        params.sort();
        let mark = if params.is_empty() { "" } else { "?" };
        write!(f, "scope:{}:{}{mark}{}", self.service, self.privilege, query(&params))
    }
}

/// Writes pairs as the query of a URL.
#[doc(hidden)]
pub fn query(pairs: &[(String, String)]) -> String {
    let escaped = |text: &str| utf8_percent_encode(text, ESCAPED).to_string().replace(' ', "+");
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The claims of a capability token besides those that every token has.
///
/// Who may be called may call under the same name: it goes into the scope that is named `outgoing`.
#[doc(hidden)]
pub fn capability_claims(scopes: Vec<(String, Scope)>, client_name: Option<&str>) -> Claims {
    let written = scopes.into_iter().map(|(name, mut scope)| {
        if let Some(client_name) = client_name.filter(|_| name == "outgoing") {
            scope.params.retain(|(name, _)| name != "clientName");
            scope.params.push(("clientName".to_owned(), client_name.to_owned()));
        }
        scope.to_string()
    });
    let mut claims = Claims::new();
    claims.insert("scope".to_owned(), written.collect::<Vec<_>>().join(" ").into());
    claims
}

/// A capability token for the older browser client, which the auth token of the account signs.
#[derive(Clone)]
#[must_use]
pub struct ClientCapabilityToken {
    account_sid: String,
    auth_token: SecretString,
    client_name: Option<String>,
    scopes: Vec<(String, Scope)>,
    lifetime: Lifetime,
}

lifetime_settings!(ClientCapabilityToken);

impl ClientCapabilityToken {
    /// Takes the account and its auth token.
    pub fn new(account_sid: impl Into<String>, auth_token: impl Into<String>) -> Self {
        Self {
            account_sid: account_sid.into(),
            auth_token: SecretString::from(auth_token.into()),
            client_name: None,
            scopes: Vec::new(),
            lifetime: Lifetime::default(),
        }
    }

    /// Allows calls out through an application, which is given the parameters.
    pub fn allow_client_outgoing(self, application_sid: &str, params: &[(&str, &str)]) -> Self {
        let scope = Scope::new("client", "outgoing", &[("appSid", application_sid)]);
        self.allow("outgoing", scope, "appParams", params)
    }

    /// Allows calls that come in for a name.
    pub fn allow_client_incoming(mut self, client_name: impl Into<String>) -> Self {
        let client_name = client_name.into();
        let scope = Scope::new("client", "incoming", &[("clientName", &client_name)]);
        self.client_name = Some(client_name);
        self.allow("incoming", scope, "", &[])
    }

    /// Allows to follow events, of which the filters let through some.
    pub fn allow_event_stream(self, filters: &[(&str, &str)]) -> Self {
        let scope = Scope::new("stream", "subscribe", &[("path", EVENTS)]);
        self.allow("events", scope, "params", filters)
    }

    fn allow(mut self, name: &str, mut scope: Scope, key: &str, params: &[(&str, &str)]) -> Self {
        if !params.is_empty() {
            let pairs: Vec<_> = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            scope.params.push((key.to_owned(), query(&pairs)));
        }
        match self.scopes.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = scope,
            None => self.scopes.push((name.to_owned(), scope)),
        }
        self
    }

    /// Writes and signs the token.
    ///
    /// # Errors
    /// `InvalidArgument` if the account is none or its token is empty.
    pub fn to_jwt(&self) -> Result<String> {
        check_sid("account_sid", "an account", "AC", &self.account_sid)?;
        let mut claims = capability_claims(self.scopes.clone(), self.client_name.as_deref());
        self.lifetime.registered(self.lifetime.now(), &self.account_sid, None)?.add_to(&mut claims);
        let algorithm = Algorithm::Hs256;
        jws::sign(
            &jws::Header::of(algorithm),
            &claims,
            &Key::new(self.auth_token.expose_secret(), algorithm)?,
            algorithm,
        )
    }
}

/// Tells whose token it is, and nothing of what signs it.
impl fmt::Debug for ClientCapabilityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCapabilityToken")
            .field("account_sid", &self.account_sid)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
