//! What a request was sent with, in the shapes in which frameworks give it.

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyByteArray, PyBytes, PyDict, PyList, PyMapping, PyString, PyTuple},
};
use ringback::webhook::Request;
use smallvec::SmallVec;

/// Names and values, beside each other on the stack for most requests.
type Pairs<'py> = SmallVec<[(Bound<'py, PyString>, Bound<'py, PyString>); 24]>;

/// A form or a body, as Python holds it.
#[expect(
    clippy::large_enum_variant,
    reason = "the large one is what nearly every check has, and an allocation costs more"
)]
pub(crate) enum Sent<'a, 'py> {
    Form(Pairs<'py>),
    Body(&'a Bound<'py, PyBytes>),
    Text(&'a Bound<'py, PyString>),
    Copied(Vec<u8>),
}

/// The same, readable.
#[derive(Clone, Copy)]
pub(crate) enum Read<'a> {
    Params(&'a [(&'a str, &'a str)]),
    Body(&'a [u8]),
}

impl<'a> Read<'a> {
    /// A request that was sent with it.
    pub(crate) fn request(self, uri: &'a str) -> Request<'a> {
        match self {
            Self::Params(params) => Request::new(uri).params(params),
            Self::Body(body) => Request::new(uri).body(body),
        }
    }
}

impl<'a, 'py> Sent<'a, 'py> {
    /// Nothing if something in it is not text.
    pub(crate) fn of(given: &'a Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        if given.is_exact_instance_of::<PyDict>()
            && let Ok(dict) = given.cast::<PyDict>()
        {
            let mut pairs = Pairs::new();
            let is_text = dict.iter().all(|(name, value)| push(&mut pairs, name, value));
            return Ok(is_text.then_some(Self::Form(pairs)));
        }
        if given.is_none() {
            return Ok(Some(Self::Form(Pairs::new())));
        }
        if let Ok(body) = given.cast::<PyBytes>() {
            return Ok(Some(Self::Body(body)));
        }
        if let Ok(body) = given.cast::<PyString>() {
            return Ok(Some(Self::Text(body)));
        }
        if let Ok(body) = given.cast::<PyByteArray>() {
            return Ok(Some(Self::Copied(body.to_vec())));
        }
        Ok(multiple(given)?.map(Self::Form))
    }

    /// Hands it on; nothing if a text is not valid.
    pub(crate) fn read<T>(&self, with: impl FnOnce(Read<'_>) -> T) -> Option<T> {
        match self {
            Self::Form(pairs) => {
                let mut params: SmallVec<[(&str, &str); 24]> = SmallVec::with_capacity(pairs.len());
                for (name, value) in pairs {
                    params.push((name.to_str().ok()?, value.to_str().ok()?));
                }
                Some(with(Read::Params(&params)))
            }
            Self::Body(body) => Some(with(Read::Body(body.as_bytes()))),
            Self::Text(body) => Some(with(Read::Body(body.to_str().ok()?.as_bytes()))),
            Self::Copied(body) => Some(with(Read::Body(body))),
        }
    }
}

/// A form in which a name may have several values, or pairs; nothing if something in it is not text.
fn multiple<'py>(given: &Bound<'py, PyAny>) -> PyResult<Option<Pairs<'py>>> {
    let mut pairs = Pairs::new();
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
            if !push(&mut pairs, name, value) {
                return Ok(None);
            }
        }
        return Ok(Some(pairs));
    }
    let items = match given.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() => given.clone(),
        Err(_) => return Err(PyTypeError::new_err("params must be a mapping, pairs, text or bytes")),
    };
    for item in items.try_iter()? {
        let (name, value) = item?.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>()?;
        if !push(&mut pairs, name, value) {
            return Ok(None);
        }
    }
    Ok(Some(pairs))
}

/// Adds a value, or each of several; no if it is no text.
fn push<'py>(pairs: &mut Pairs<'py>, name: Bound<'py, PyAny>, value: Bound<'py, PyAny>) -> bool {
    let Ok(name) = name.cast_into::<PyString>() else { return false };
    let value = match value.cast_into::<PyString>() {
        Ok(value) => {
            pairs.push((name, value));
            return true;
        }
        Err(other) => other.into_inner(),
    };
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let Ok(mut values) = value.try_iter() else { return false };
        return values.all(|value| value.is_ok_and(|value| push(pairs, name.clone().into_any(), value)));
    }
    match value.str() {
        Ok(value) => {
            pairs.push((name, value));
            true
        }
        Err(_) => false,
    }
}
