//! Whether a webhook is Twilio's.

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyDict, PyList, PyMapping, PyString, PyTuple},
};
use ringback::webhook;

use crate::{arguments, errors};

/// Checks the signatures of webhooks with the account's token.
#[pyclass(frozen, subclass, module = "ringback")]
pub(crate) struct RequestValidator(pub(crate) webhook::RequestValidator);

/// What a request was sent with.
enum Sent<'py> {
    Form(Vec<(Bound<'py, PyString>, Bound<'py, PyString>)>),
    Body(Vec<u8>),
}

#[pymethods]
impl RequestValidator {
    #[new]
    #[pyo3(signature = (token))]
    fn new(token: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = token.py();
        let tokens = match token.cast::<PyString>() {
            Ok(token) => vec![arguments::text_of("token", token)?],
            Err(_) => token.extract::<Vec<String>>()?,
        };
        webhook::RequestValidator::with_tokens(tokens).map(Self).map_err(|error| errors::raised(py, &error))
    }

    /// Whether the request is Twilio's; `params` are its form as a dict or multidict, or its raw body.
    ///
    /// What a stranger sent never raises: it is refused.
    #[pyo3(signature = (uri, params, signature))]
    fn validate(
        &self,
        uri: &Bound<'_, PyAny>,
        params: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let (Some(uri), Some(signature)) = (readable(uri), readable(signature)) else { return Ok(false) };
        let (Ok(uri), Ok(signature)) = (uri.to_str(), signature.to_str()) else { return Ok(false) };
        Ok(match sent(params)? {
            Some(Sent::Form(pairs)) => match borrowed(&pairs) {
                Some(pairs) => self.0.validate_form(uri, &pairs, signature),
                None => false,
            },
            Some(Sent::Body(body)) => self.0.validate(uri, &body, None, signature),
            None => false,
        })
    }

    /// The signature that Twilio would send.
    #[pyo3(signature = (uri, params))]
    fn compute_signature(&self, uri: &str, params: &Bound<'_, PyAny>) -> PyResult<String> {
        let not_signed = || PyTypeError::new_err("params must be a mapping of texts");
        match sent(params)?.ok_or_else(not_signed)? {
            Sent::Form(pairs) => Ok(self.0.compute_signature(uri, &borrowed(&pairs).ok_or_else(not_signed)?)),
            // a body that is no form is not signed itself: its hash stands in the URL
            Sent::Body(_) => Ok(self.0.compute_signature::<&str, &str>(uri, &[])),
        }
    }

    fn __repr__(&self) -> &'static str {
        "<RequestValidator>"
    }
}

/// Text that is valid; anything else can be no URL and no signature.
fn readable<'py>(given: &Bound<'py, PyAny>) -> Option<Bound<'py, PyString>> {
    match given.cast::<PyString>() {
        Ok(text) => Some(text.clone()),
        Err(_) => given.str().ok(), // the URL types of frameworks
    }
}

fn borrowed<'a>(pairs: &'a [(Bound<'_, PyString>, Bound<'_, PyString>)]) -> Option<Vec<(&'a str, &'a str)>> {
    pairs.iter().map(|(name, value)| Some((name.to_str().ok()?, value.to_str().ok()?))).collect()
}

/// Reads a form in the shapes that frameworks give it, or a body; nothing if it is not text.
fn sent<'py>(given: &Bound<'py, PyAny>) -> PyResult<Option<Sent<'py>>> {
    if given.is_none() {
        return Ok(Some(Sent::Form(Vec::new())));
    }
    if let Ok(body) = given.cast::<PyBytes>() {
        return Ok(Some(Sent::Body(body.as_bytes().to_vec())));
    }
    if let Ok(body) = given.cast::<PyString>() {
        return Ok(body.to_str().ok().map(|body| Sent::Body(body.as_bytes().to_vec())));
    }
    let mut pairs = Vec::new();
    if given.is_exact_instance_of::<PyDict>()
        && let Ok(dict) = given.cast::<PyDict>()
    {
        for (name, value) in dict {
            if !push(&mut pairs, &name, &value) {
                return Ok(None);
            }
        }
        return Ok(Some(Sent::Form(pairs)));
    }
    // Django and Werkzeug, Starlette, and aiohttp; all of them are mappings besides, which show one value of many
    for (keys, all) in [("lists", None), ("multi_items", None), ("keys", Some("getall"))] {
        if !given.hasattr(keys)? || !all.map_or(Ok(true), |all| given.hasattr(all))? {
            continue;
        }
        for item in given.call_method0(keys)?.try_iter()? {
            let item = item?;
            let (name, value) = match all {
                Some(all) => (item.clone(), given.call_method1(all, (item,))?),
                None => item.extract()?,
            };
            if !push(&mut pairs, &name, &value) {
                return Ok(None);
            }
        }
        return Ok(Some(Sent::Form(pairs)));
    }
    let Ok(mapping) = given.cast::<PyMapping>() else {
        return Err(PyTypeError::new_err("params must be a mapping, text or bytes"));
    };
    for item in mapping.items()?.iter() {
        let (name, value) = item.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>()?;
        if !push(&mut pairs, &name, &value) {
            return Ok(None);
        }
    }
    Ok(Some(Sent::Form(pairs)))
}

/// Adds a value, or each of several; no if it is no text.
fn push<'py>(
    pairs: &mut Vec<(Bound<'py, PyString>, Bound<'py, PyString>)>,
    name: &Bound<'py, PyAny>,
    value: &Bound<'py, PyAny>,
) -> bool {
    let Ok(name) = name.cast::<PyString>() else { return false };
    if let Ok(value) = value.cast::<PyString>() {
        pairs.push((name.clone(), value.clone()));
        return true;
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let Ok(values) = value.try_iter() else { return false };
        return values.flatten().all(|value| push(pairs, name.as_any(), &value));
    }
    match value.str() {
        Ok(value) => {
            pairs.push((name.clone(), value));
            true
        }
        Err(_) => false,
    }
}
