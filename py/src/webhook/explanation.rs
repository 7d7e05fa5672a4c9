//! Why a request is refused, as Python sees it.

use pyo3::{exceptions::PyTypeError, prelude::*, types::PyMapping};
use ringback::webhook;

use super::{Text, sent};

/// One thing that is wrong with a request.
#[pyclass(frozen, module = "ringback")]
pub(crate) struct Reason(webhook::Reason);

#[pymethods]
impl Reason {
    /// What is wrong, for programs.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind().as_str()
    }

    /// What is wrong, in a sentence.
    #[getter]
    fn problem(&self) -> &str {
        self.0.problem()
    }

    /// What to do, in a sentence.
    #[getter]
    fn remedy(&self) -> &str {
        self.0.remedy()
    }

    /// Whether this was found out, and is not only likely.
    #[getter]
    fn is_proven(&self) -> bool {
        self.0.is_proven()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Reason {}>", self.0.kind())
    }
}

/// Why a request is refused; no verdict.
#[pyclass(frozen, module = "ringback")]
pub(crate) struct Explanation(webhook::Explanation);

#[pymethods]
impl Explanation {
    /// What is wrong, the surest first; empty if the signature fits.
    #[getter]
    fn reasons(&self) -> Vec<Reason> {
        self.0.reasons().iter().cloned().map(Reason).collect()
    }

    /// The kinds of the reasons.
    #[getter]
    fn kinds(&self) -> Vec<&'static str> {
        self.0.reasons().iter().map(|reason| reason.kind().as_str()).collect()
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err("an explanation is no verdict: ask validate() whether to accept a request"))
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Explanation {}>", self.kinds().join(", "))
    }
}

/// Explains a request; `named` are its content type, algorithm and settings, where they were given.
pub(super) fn explain(
    validator: &webhook::RequestValidator,
    uri: &Bound<'_, PyAny>,
    params: &Bound<'_, PyAny>,
    signature: &Bound<'_, PyAny>,
    headers: Option<&Bound<'_, PyAny>>,
    named: [Option<&Bound<'_, PyAny>>; 3],
) -> PyResult<Explanation> {
    let [content_type, algorithm, settings] = named.map(|given| given.map_or(Text::Nothing, Text::of));
    let headers = headers.map(pairs).transpose()?.unwrap_or_default();
    let (uri, signature) = (Text::of(uri), Text::of(signature));
    let sent = sent::Sent::of(params)?;
    let make = |sent: sent::Read<'_>| {
        let mut request = sent.request(uri.read().unwrap_or_default());
        // an unknown name is one of the things to explain, and so are settings
        let named = algorithm.read().map(|name| format!("algorithm={name}"));
        if let Some(signature) = signature.read() {
            request = request.signature(signature);
        }
        if let Some(settings) = settings.read().or(named.as_deref()) {
            request = request.signature_settings(settings);
        }
        if let Some(content_type) = content_type.read() {
            request = request.content_type(content_type);
        }
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        validator.explain(&request)
    };
    let explanation = sent.as_ref().and_then(|sent| sent.read(make));
    explanation.map(Explanation).ok_or_else(|| PyTypeError::new_err("params must be texts, and valid ones"))
}

/// Headers, from a mapping or from pairs, as text.
fn pairs(headers: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let items = match headers.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) => headers.clone(),
    };
    let mut found = Vec::new();
    for item in items.try_iter()? {
        let (name, value) = item?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        if let (Some(name), Some(value)) = (Text::of(&name).read(), Text::of(&value).read()) {
            found.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(found)
}
