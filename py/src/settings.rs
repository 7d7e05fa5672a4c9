//! Reading the arguments of a client: ours, or those of the official library by position.

use std::{path::PathBuf, time::Duration};

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyString, PyTuple},
};
use ringback::{ClientBuilder, Error, names};

use crate::{arguments, errors::Errors, token::ClientValidation};

/// The names of the arguments in the order of the official library, whose first three may be given by position.
const POSITIONS: [&str; 4] = ["username", "password", "account_sid", "region"];
const SETTINGS: [&str; 22] = [
    "account_sid",
    "auth_token",
    "api_key",
    "api_secret",
    "client_id",
    "client_secret",
    "region",
    "edge",
    "base_url",
    "ca_file",
    "proxy",
    "timeout",
    "max_retries",
    "username",
    "password",
    "largest_body",
    "http_client",
    "credential_provider",
    "user_agent_extensions",
    "correlate_callbacks",
    "on_call",
    "client_validation",
];

/// The arguments of a client, each by its name.
pub(crate) struct Settings<'py> {
    given: Vec<(&'static str, Bound<'py, PyAny>)>,
}

impl<'py> Settings<'py> {
    /// Reads the arguments of a client.
    pub(crate) fn read(args: &Bound<'py, PyTuple>, kwargs: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let mut given: Vec<(&'static str, Bound<'_, PyAny>)> = Vec::new();
        if args.len() > POSITIONS.len() {
            return Err(PyTypeError::new_err(format!(
                "Client() takes at most {} positional arguments",
                POSITIONS.len()
            )));
        }
        given.extend(POSITIONS.into_iter().zip(args.iter()));
        for (key, value) in kwargs.into_iter().flatten() {
            let key = key.cast::<PyString>()?.to_string_lossy().into_owned();
            let Some(name) = SETTINGS.into_iter().find(|known| *known == key) else {
                let near = names::nearest(&key, SETTINGS).map(|near| format!(". Did you mean '{near}'?"));
                let near = near.unwrap_or_default();
                return Err(PyTypeError::new_err(format!("Client() got an unexpected keyword argument '{key}'{near}")));
            };
            if given.iter().any(|(known, _)| *known == name) {
                return Err(PyTypeError::new_err(format!("Client() got multiple values for argument '{name}'")));
            }
            given.push((name, value));
        }
        Ok(Self { given })
    }

    /// What was given for a setting; `None` is nothing.
    pub(crate) fn find(&self, name: &str) -> Option<&Bound<'py, PyAny>> {
        self.given.iter().find(|(known, value)| *known == name && !value.is_none()).map(|(_, value)| value)
    }

    /// The settings of the core.
    pub(crate) fn builder(&self, errors: &Errors) -> PyResult<ClientBuilder> {
        let find = |name: &str| self.find(name);
        let text = |name: &'static str| {
            let wrong = |value: &Bound<'_, PyAny>| {
                errors.raised(value.py(), &Error::configuration(format!("{name} must be text")), None)
            };
            let read = |value: &Bound<'_, PyAny>| match value.cast::<PyString>() {
                Ok(text) => arguments::text_of(name, text),
                Err(_) => Err(wrong(value)),
            };
            find(name).map(read).transpose()
        };

        let mut builder = ClientBuilder::default();
        let username = text("username")?;
        let account = text("account_sid")?;
        let token = text("auth_token")?.or(text("password")?);
        builder = match (username, account, token) {
            // an API key, which the official library takes as a user
            (Some(user), Some(account), Some(secret)) if user != account => {
                builder.account_sid(account).api_key(user).api_secret(secret)
            }
            (user, account, token) => {
                if let Some(account) = account.or(user) {
                    builder = builder.account_sid(account);
                }
                match token {
                    Some(token) => builder.auth_token(token),
                    None => builder,
                }
            }
        };
        type Setter = fn(ClientBuilder, String) -> ClientBuilder;
        let setters: [(&'static str, Setter); 8] = [
            ("api_key", ClientBuilder::api_key),
            ("api_secret", ClientBuilder::api_secret),
            ("client_id", ClientBuilder::client_id),
            ("client_secret", ClientBuilder::client_secret),
            ("region", ClientBuilder::region),
            ("edge", ClientBuilder::edge),
            ("base_url", ClientBuilder::base_url),
            ("proxy", ClientBuilder::proxy),
        ];
        for (name, set) in setters {
            if let Some(value) = text(name)? {
                builder = set(builder, value);
            }
        }
        let wrong = |name: &str, what: &str, value: &Bound<'_, PyAny>| {
            errors.raised(value.py(), &Error::configuration(format!("{name} must be {what}")), None)
        };
        if find("http_client").is_some() {
            builder = builder.only_basic();
        }
        if let Some(value) = find("ca_file") {
            let path: PathBuf = value.extract().map_err(|_| wrong("ca_file", "the path of a file", value))?;
            builder = builder.ca_file(path);
        }
        if let Some(value) = find("timeout") {
            let seconds = value.extract::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            builder = builder.timeout(seconds.ok_or_else(|| wrong("timeout", "a number of seconds", value))?);
        }
        if let Some(value) = find("max_retries") {
            let what = "a whole number that is not negative";
            builder = builder.max_retries(value.extract().map_err(|_| wrong("max_retries", what, value))?);
        }
        if let Some(value) = find("largest_body") {
            builder =
                builder.largest_body(value.extract().map_err(|_| wrong("largest_body", "a number of bytes", value))?);
        }
        if let Some(value) = find("user_agent_extensions") {
            let what = "a list of texts";
            let texts: Vec<String> = value.extract().map_err(|_| wrong("user_agent_extensions", what, value))?;
            builder = builder.user_agent_extensions(texts);
        }
        if let Some(value) = find("client_validation") {
            let validation: PyRef<'_, ClientValidation> =
                value.extract().map_err(|_| wrong("client_validation", "a ClientValidation", value))?;
            builder = builder.client_validation(validation.core());
        }
        if let Some(value) = find("correlate_callbacks") {
            let correlate = value.extract().map_err(|_| wrong("correlate_callbacks", "true or false", value))?;
            if correlate && find("http_client").is_some() {
                return Err(wrong("correlate_callbacks", "left out where an http_client sends", value));
            }
            builder = builder.correlate_callbacks(correlate);
        }
        Ok(builder)
    }
}
