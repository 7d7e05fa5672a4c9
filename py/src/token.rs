//! Tokens: Python's dicts and texts in, and what the core makes of them out.

use std::borrow::Cow;

use jiff::Timestamp;
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyBytes, PyDict, PyList, PyString, PyTuple},
};
use ringback::{
    Error,
    token::{self, Algorithm, Claims, Decoded, Decoder, Grant, Permission, Places, Registered, Scope},
};
use serde_json::Value;

use crate::{
    arguments::{self, Nulls},
    errors,
    once::{Once, intern},
    values,
};

/// Signs a client's requests with a private key whose public half Twilio knows.
#[pyclass(frozen, module = "ringback.tokens")]
pub(crate) struct ClientValidation(token::ClientValidation);

#[pymethods]
impl ClientValidation {
    #[new]
    #[pyo3(signature = (account_sid, api_key_sid, credential_sid, private_key))]
    fn new(
        py: Python<'_>,
        account_sid: &str,
        api_key_sid: &str,
        credential_sid: &str,
        private_key: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let key = key_of(private_key)?;
        let made = token::ClientValidation::new(account_sid, api_key_sid, credential_sid, &key);
        made.map(Self).map_err(|error| errors::raised(py, &error))
    }

    /// The header for a request that is sent now: its name and its value.
    #[expect(clippy::needless_pass_by_value, reason = "this is how an argument comes out of Python")]
    #[pyo3(signature = (method, host, target, authorization, body))]
    fn header(
        &self,
        py: Python<'_>,
        method: &str,
        host: &str,
        target: (String, String),
        authorization: &str,
        body: &[u8],
    ) -> PyResult<(&'static str, String)> {
        let value = self.0.header(method, host, (&target.0, &target.1), authorization, body);
        let value = value.map_err(|error| errors::raised(py, &error))?;
        Ok((token::ClientValidation::HEADER, value.to_str().unwrap_or_default().to_owned()))
    }

    fn __repr__(&self) -> &'static str {
        "<ClientValidation>"
    }
}

impl ClientValidation {
    /// What a client of the core takes.
    pub(crate) fn core(&self) -> token::ClientValidation {
        self.0.clone()
    }
}

/// Signs a token of any header and claims.
#[pyfunction]
#[pyo3(signature = (headers, payload, key, algorithm))]
pub(crate) fn token_encode(
    headers: &Bound<'_, PyAny>,
    payload: &Bound<'_, PyAny>,
    key: &Bound<'_, PyAny>,
    algorithm: &str,
) -> PyResult<String> {
    let py = headers.py();
    let (headers, payload) = (object("headers", headers)?, object("payload", payload)?);
    let key = key_of(key)?;
    let made = Algorithm::from_name(algorithm).and_then(|algorithm| token::encode(headers, &payload, &key, algorithm));
    made.map_err(|error| errors::raised(py, &error))
}

/// Reads a token by a key and an algorithm: its header and its claims; without a key nobody vouches for them.
#[pyfunction]
#[pyo3(signature = (jwt, key, algorithm, leeway, now=None))]
pub(crate) fn token_decode<'py>(
    py: Python<'py>,
    jwt: &Bound<'py, PyAny>,
    key: Option<&Bound<'py, PyAny>>,
    algorithm: &str,
    leeway: u64,
    now: Option<i64>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let raised = |error: Error| errors::raised(py, &error);
    let algorithm = Algorithm::from_name(algorithm).map_err(raised)?;
    let jwt = jwt.cast::<PyString>().map_err(|_| errors::invalid_argument(py, "a token must be text"))?;
    let jwt = &arguments::text_of("a token", jwt)?;
    let now = match now {
        Some(now) => moment(py, now)?,
        None => Timestamp::now(),
    };
    let decoded = match key {
        None => Decoder::read_unverified(jwt, algorithm, now),
        Some(key) => Decoder::new(&key_of(key)?, algorithm)
            .and_then(|decoder| decoder.leeway(std::time::Duration::from_secs(leeway)).at(now).decode(jwt)),
    };
    let Decoded { header, claims } = decoded.map_err(raised)?;
    Ok((values::json(py, &header.into())?, values::json(py, &claims.into())?))
}

/// The claims that every token has.
#[pyfunction]
#[pyo3(signature = (issuer, subject, not_before, expires_at))]
pub(crate) fn token_registered<'py>(
    py: Python<'py>,
    issuer: Option<&str>,
    subject: Option<&str>,
    not_before: Option<i64>,
    expires_at: i64,
) -> PyResult<Bound<'py, PyAny>> {
    let mut claims = Claims::new();
    Registered { issuer, subject, not_before, expires_at }.add_to(&mut claims);
    values::json(py, &claims.into())
}

/// The claims of an access token besides those that every token has.
#[pyfunction]
#[pyo3(signature = (signing_key_sid, now, identity, grants))]
pub(crate) fn access_token_claims<'py>(
    py: Python<'py>,
    signing_key_sid: &str,
    now: i64,
    identity: &Bound<'py, PyAny>,
    grants: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let identity = arguments::json("identity", identity, Nulls::Kept, 0)?;
    let claims = token::access_claims(signing_key_sid, now, identity, object("grants", grants)?);
    values::json(py, &claims.into())
}

/// The header of an access token besides what every token has.
#[pyfunction]
#[pyo3(signature = (region))]
pub(crate) fn access_token_headers<'py>(py: Python<'py>, region: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
    values::json(py, &token::access_headers(region).into())
}

/// Refuses an access token that Twilio would refuse.
#[pyfunction]
#[pyo3(signature = (account_sid, signing_key_sid, expires_at, now))]
pub(crate) fn access_token_check(
    py: Python<'_>,
    account_sid: &str,
    signing_key_sid: &str,
    expires_at: i64,
    now: i64,
) -> PyResult<()> {
    token::check_access(account_sid, signing_key_sid, expires_at, now).map_err(|error| errors::raised(py, &error))
}

/// Writes and signs an access token from the attributes of its object.
#[pyfunction]
#[pyo3(signature = (token, now, not_before, expires_at))]
pub(crate) fn access_token_jwt(
    token: &Bound<'_, PyAny>,
    now: i64,
    not_before: Option<i64>,
    expires_at: i64,
) -> PyResult<String> {
    let py = token.py();
    let raised = |error: Error| errors::raised(py, &error);
    let key = token.getattr(intern!(py, "secret_key"))?;
    if !key.is_truthy()? {
        return Err(errors::invalid_argument(py, "a token is signed with a key, and none was given"));
    }
    let account = token.getattr(intern!(py, "account_sid"))?;
    let api_key = token.getattr(intern!(py, "signing_key_sid"))?;
    let api_key_sid = &text(&api_key)?;
    if token.getattr(intern!(py, "_refuses"))?.is_truthy()? {
        token::check_access(&text(&account)?, api_key_sid, expires_at, now).map_err(raised)?;
    }
    let mut grants = Claims::new();
    for grant in token.getattr(intern!(py, "grants"))?.try_iter()? {
        let (key, value) = grant_parts(&grant?)?;
        grants.insert(key, value);
    }
    let identity = arguments::json("identity", &token.getattr(intern!(py, "identity"))?, Nulls::Kept, 0)?;
    let region = token.getattr(intern!(py, "region"))?;
    let (issuer, subject) = (token.getattr(intern!(py, "issuer"))?, token.getattr(intern!(py, "subject"))?);
    let (issuer, subject) = (optional_text(&issuer)?, optional_text(&subject)?);
    let algorithm = token.getattr(intern!(py, "algorithm"))?;
    let algorithm = Algorithm::from_name(&text(&algorithm)?).map_err(raised)?;
    let parts = token::AccessParts {
        api_key_sid,
        now,
        identity,
        grants,
        region: region.cast::<PyString>().ok().map(|region| region.to_str()).transpose()?,
        registered: Registered { issuer: issuer.as_deref(), subject: subject.as_deref(), not_before, expires_at },
    };
    parts.sign(&key_of(&key)?, algorithm).map_err(raised)
}

/// A grant by its key, and what it says; a class that says something of its own is asked.
fn grant_parts(grant: &Bound<'_, PyAny>) -> PyResult<(String, Value)> {
    let py = grant.py();
    let is_standard = grant.getattr_opt(intern!(py, "_is_standard"))?;
    if is_standard.is_some_and(|flag| flag.is_truthy().unwrap_or(false)) {
        let key = text(&grant.getattr(intern!(py, "_KEY"))?)?.into_owned();
        let value = standard_grant(&key, grant)?;
        return Ok((key, value));
    }
    let key = text(&grant.getattr(intern!(py, "key"))?)?.into_owned();
    let payload = grant.call_method0(intern!(py, "to_payload"))?;
    let value = arguments::json("the payload of a grant", &payload, Nulls::Kept, 0)?;
    Ok((key, value.unwrap_or_default()))
}

/// What a grant says, from the attributes of its object.
#[pyfunction]
#[pyo3(signature = (key, grant))]
pub(crate) fn grant_payload<'py>(py: Python<'py>, key: &str, grant: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    values::json(py, &standard_grant(key, grant)?)
}

fn standard_grant(key: &str, grant: &Bound<'_, PyAny>) -> PyResult<Value> {
    let py = grant.py();
    let raised = |error: Error| errors::raised(py, &error);
    let mut fields = Claims::new();
    for name in Grant::fields_of(key).map_err(raised)? {
        let value = grant.getattr(attribute(py, name)?)?;
        if let Some(value) = arguments::json(name, &value, Nulls::Kept, 0)? {
            fields.insert((*name).to_owned(), value);
        }
    }
    Ok(Grant::of_fields(key, fields).map_err(raised)?.into_parts().1)
}

/// The name of a field of a grant as Python's text, which is made once.
fn attribute<'py>(py: Python<'py>, name: &'static str) -> PyResult<&'py Bound<'py, PyString>> {
    static NAMES: PyOnceLock<Vec<(&'static str, Py<PyString>)>> = PyOnceLock::new();
    let interned = |name: &'static str| (name, PyString::intern(py, name).unbind());
    let names = NAMES.kept(py, || Ok(Grant::fields_of_all().map(interned).collect()))?;
    let known = names.iter().find(|(known, _)| *known == name);
    known.map(|(_, text)| text.bind(py)).ok_or_else(|| errors::invalid_argument(py, "a grant has no such field"))
}

/// A scope as the claim of a capability token holds it.
#[pyfunction]
#[pyo3(signature = (service, privilege, params))]
pub(crate) fn scope_text(service: String, privilege: String, params: &Bound<'_, PyDict>) -> PyResult<String> {
    Ok(Scope { service, privilege, params: pairs(params)? }.to_string())
}

/// The query of what a scope is given besides.
#[pyfunction]
#[pyo3(signature = (params))]
pub(crate) fn scope_query(params: &Bound<'_, PyDict>) -> PyResult<String> {
    Ok(token::query(&pairs(params)?))
}

/// The claims of a capability token besides those that every token has, from its scopes by name.
#[pyfunction]
#[pyo3(signature = (scopes, client_name))]
pub(crate) fn capability_claims<'py>(
    py: Python<'py>,
    scopes: Vec<(String, String, String, Bound<'py, PyDict>)>,
    client_name: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let read = |(name, service, privilege, params): (_, _, _, Bound<'_, PyDict>)| {
        Ok((name, Scope { service, privilege, params: pairs(&params)? }))
    };
    let scopes = scopes.into_iter().map(read).collect::<PyResult<Vec<_>>>()?;
    values::json(py, &token::capability_claims(scopes, client_name).into())
}

/// What a permission of TaskRouter allows.
#[pyfunction]
#[pyo3(signature = (permission, workspace, resource, account_sid, channel))]
pub(crate) fn task_router_policies<'py>(
    py: Python<'py>,
    permission: &str,
    workspace: &str,
    resource: &str,
    account_sid: &str,
    channel: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let permission = Permission::ALL.iter().find(|known| known.as_str() == permission);
    let permission = permission.ok_or_else(|| errors::invalid_argument(py, "there is no such permission"))?;
    let policies = permission.policies(&Places { workspace, resource, account_sid, channel });
    values::json(py, &policies.into_iter().map(Value::from).collect())
}

/// The claims of a token of TaskRouter besides those that every token has.
#[pyfunction]
#[pyo3(signature = (account_sid, workspace_sid, channel, policies))]
pub(crate) fn task_router_claims<'py>(
    py: Python<'py>,
    account_sid: &str,
    workspace_sid: &str,
    channel: &str,
    policies: &Bound<'py, PyList>,
) -> PyResult<Bound<'py, PyAny>> {
    let policies = match arguments::json("policies", policies, Nulls::Kept, 0)? {
        Some(Value::Array(policies)) => policies,
        _ => Vec::new(),
    };
    values::json(py, &token::channel_claims(account_sid, workspace_sid, channel, policies).into())
}

/// The header of a token that validates a request, besides what every token has.
#[pyfunction]
#[pyo3(signature = (credential_sid))]
pub(crate) fn validation_headers<'py>(py: Python<'py>, credential_sid: &str) -> PyResult<Bound<'py, PyAny>> {
    values::json(py, &token::validation_headers(credential_sid).into())
}

/// The signed headers and the hash of a request.
#[expect(clippy::needless_pass_by_value, reason = "this is how an argument comes out of Python")]
#[pyfunction]
#[pyo3(signature = (target, headers, signed, body))]
pub(crate) fn validation_claims<'py>(
    py: Python<'py>,
    target: (String, String, String),
    headers: Vec<(String, String)>,
    signed: Vec<String>,
    body: &[u8],
) -> PyResult<Bound<'py, PyAny>> {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let signed: Vec<&str> = signed.iter().map(String::as_str).collect();
    let (method, path, query) = (&target.0, &target.1, &target.2);
    let request = token::Canonical { method, path, query, headers: &headers, signed: &signed, body };
    values::json(py, &request.claims().into())
}

/// A dict as claims.
fn object(name: &str, given: &Bound<'_, PyAny>) -> PyResult<Claims> {
    match arguments::json(name, given, Nulls::Kept, 0)? {
        Some(Value::Object(object)) => Ok(object),
        _ => Err(errors::invalid_argument(given.py(), format!("{name} must be a dict"))),
    }
}

/// An attribute that must be text.
fn text<'a>(given: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    given.cast::<PyString>()?.to_cow()
}

/// An attribute that may be left out.
fn optional_text<'a>(given: &'a Bound<'_, PyAny>) -> PyResult<Option<Cow<'a, str>>> {
    if given.is_none() { Ok(None) } else { text(given).map(Some) }
}

/// A key as text, which may be given as bytes.
fn key_of(given: &Bound<'_, PyAny>) -> PyResult<String> {
    let wrong = || errors::invalid_argument(given.py(), "the key of a token must be text");
    match given.cast::<PyBytes>() {
        Ok(bytes) => std::str::from_utf8(bytes.as_bytes()).map(str::to_owned).map_err(|_| wrong()),
        Err(_) => match given.cast::<PyString>() {
            Ok(text) => arguments::text_of("the key of a token", text),
            Err(_) => Err(wrong()),
        },
    }
}

fn moment(py: Python<'_>, seconds: i64) -> PyResult<Timestamp> {
    Timestamp::from_second(seconds).map_err(|_| errors::invalid_argument(py, "now is a moment that no clock shows"))
}

/// The pairs of a dict as texts, several for a list.
fn pairs(params: &Bound<'_, PyDict>) -> PyResult<Vec<(String, String)>> {
    let text = |value: &Bound<'_, PyAny>| Ok::<_, PyErr>(value.str()?.to_str()?.to_owned());
    let mut pairs = Vec::with_capacity(params.len());
    for (name, value) in params {
        let name = text(&name)?;
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            for value in value.try_iter()? {
                pairs.push((name.clone(), text(&value?)?));
            }
        } else {
            pairs.push((name, text(&value)?));
        }
    }
    Ok(pairs)
}
