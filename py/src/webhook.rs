//! Whether a webhook is Twilio's, and why it is not.

mod explanation;
mod sent;

use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyString},
};
use ringback::webhook::{self, Algorithm, Request};

pub(crate) use self::explanation::{Explanation, Reason};
pub(crate) use self::sent::{Read, Sent};
use crate::{arguments, errors};

/// Checks the signatures of webhooks with the account's token, or with shared keys.
#[pyclass(frozen, subclass, module = "ringback")]
pub(crate) struct RequestValidator(pub(crate) webhook::RequestValidator);

#[pymethods]
impl RequestValidator {
    #[new]
    #[pyo3(signature = (token=None, *, shared_keys=None))]
    fn new(
        py: Python<'_>,
        token: Option<&Bound<'_, PyAny>>,
        shared_keys: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let raised = |error| errors::raised(py, &error);
        let keys = shared_keys.map(|keys| keys.extract::<std::collections::HashMap<String, String>>()).transpose()?;
        let mut keys = keys.unwrap_or_default().into_iter();
        let tokens = match token.filter(|token| !token.is_none()) {
            None => None,
            Some(token) => Some(match token.cast::<PyString>() {
                Ok(token) => vec![arguments::text_of("token", token)?],
                Err(_) => token.extract::<Vec<String>>()?,
            }),
        };
        let made = match tokens {
            Some(tokens) => webhook::RequestValidator::with_tokens(tokens),
            None => webhook::RequestValidator::with_shared_keys(keys.by_ref().take(1)),
        };
        let mut validator = made.map_err(raised)?;
        for (id, key) in keys {
            validator.add_shared_key(id, &key).map_err(raised)?;
        }
        Ok(Self(validator))
    }

    /// Whether the request is Twilio's; `params` are its form as a dict or multidict, or its raw body.
    ///
    /// `settings` is the header X-Twilio-Webhooks-Signature-Settings, or `algorithm` what it names. What a stranger sent
    /// never raises: it is refused.
    #[pyo3(signature = (uri, params, signature, algorithm=None, *, settings=None))]
    fn validate(
        &self,
        uri: &Bound<'_, PyAny>,
        params: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
        algorithm: Option<&Bound<'_, PyAny>>,
        settings: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let (uri, signature) = (Text::of(uri), Text::of(signature));
        let (Some(uri), Some(signature)) = (uri.read(), signature.read()) else { return Ok(false) };
        let settings = settings.filter(|given| !given.is_none()).map(Text::of);
        let signing = match (&settings, algorithm.filter(|given| !given.is_none())) {
            (Some(settings), _) => match settings.read() {
                Some(header) => Signing::Settings(header),
                None => return Ok(false),
            },
            (None, None) => Signing::Algorithm(Algorithm::HmacSha1),
            (None, Some(name)) => match self::algorithm(name) {
                Some(algorithm) => Signing::Algorithm(algorithm),
                None => return Ok(false),
            },
        };
        let Some(sent) = Sent::of(params)? else { return Ok(false) };
        Ok(sent.read(|sent| self.0.validate_request(&signing.request(uri, signature, sent))).unwrap_or(false))
    }

    /// Why the request is refused; never a way to accept it.
    #[pyo3(signature = (uri, params, signature, *, headers=None, content_type=None, algorithm=None, settings=None))]
    #[expect(clippy::too_many_arguments, reason = "each is one thing of a request, and named in Python")]
    fn explain(
        &self,
        uri: &Bound<'_, PyAny>,
        params: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
        headers: Option<&Bound<'_, PyAny>>,
        content_type: Option<&Bound<'_, PyAny>>,
        algorithm: Option<&Bound<'_, PyAny>>,
        settings: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Explanation> {
        explanation::explain(&self.0, uri, params, signature, headers, [content_type, algorithm, settings])
    }

    /// The signature that Twilio would send.
    #[pyo3(signature = (uri, params, algorithm=None))]
    fn compute_signature(
        &self,
        uri: &str,
        params: &Bound<'_, PyAny>,
        algorithm: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let py = params.py();
        let algorithm = match algorithm.filter(|given| !given.is_none()) {
            None => Algorithm::HmacSha1,
            Some(name) => self::algorithm(name).ok_or_else(|| {
                let known: Vec<_> = Algorithm::ALL.iter().map(|known| known.as_str()).collect();
                errors::invalid_argument(py, format!("algorithm is none that is known: choose {}", known.join(" or ")))
            })?,
        };
        Sent::of(params)?
            .and_then(|sent| {
                sent.read(|sent| match sent {
                    Read::Params(params) => self.0.compute_signature_with(algorithm, uri, params),
                    // a body that is no form is not signed itself: its hash stands in the URL
                    Read::Body(_) => self.0.compute_signature_with::<&str, &str>(algorithm, uri, &[]),
                })
            })
            .ok_or_else(|| pyo3::exceptions::PyTypeError::new_err("params must be a mapping of texts"))
    }

    fn __repr__(&self) -> &'static str {
        "<RequestValidator>"
    }
}

/// Which algorithm was asked for, or what the request says of it.
#[derive(Clone, Copy)]
enum Signing<'a> {
    Algorithm(Algorithm),
    Settings(&'a str),
}

impl<'a> Signing<'a> {
    /// A request that is signed so.
    fn request(self, uri: &'a str, signature: &'a str, sent: Read<'a>) -> Request<'a> {
        let request = sent.request(uri).signature(signature);
        match self {
            Self::Algorithm(algorithm) => request.algorithm(algorithm),
            Self::Settings(header) => request.signature_settings(header),
        }
    }
}

fn algorithm(name: &Bound<'_, PyAny>) -> Option<Algorithm> {
    Algorithm::find(Text::of(name).read()?)
}

/// The name of the algorithm in the header of the settings, as it was sent.
#[pyfunction]
pub(crate) fn signature_algorithm(settings: &str) -> String {
    webhook::SignatureSettings::read(settings).algorithm_name().to_owned()
}

/// The names of all algorithms that are known.
#[pyfunction]
pub(crate) fn signature_algorithms() -> Vec<&'static str> {
    Algorithm::ALL.iter().map(|known| known.as_str()).collect()
}

/// Text in one of the shapes in which frameworks give it.
enum Text<'a, 'py> {
    Given(&'a Bound<'py, PyString>),
    /// Headers of ASGI.
    Bytes(&'a Bound<'py, PyBytes>),
    /// The URL types of frameworks.
    Made(Bound<'py, PyString>),
    Nothing,
}

impl<'a, 'py> Text<'a, 'py> {
    fn of(given: &'a Bound<'py, PyAny>) -> Self {
        if let Ok(text) = given.cast::<PyString>() {
            return Self::Given(text);
        }
        if given.is_none() {
            return Self::Nothing;
        }
        match given.cast::<PyBytes>() {
            Ok(bytes) => Self::Bytes(bytes),
            Err(_) => given.str().map_or(Self::Nothing, Self::Made),
        }
    }

    /// Nothing if it is not valid: it can be no URL and no signature then.
    fn read(&self) -> Option<&str> {
        match self {
            Self::Given(text) => text.to_str().ok(),
            Self::Bytes(bytes) => std::str::from_utf8(bytes.as_bytes()).ok(),
            Self::Made(text) => text.to_str().ok(),
            Self::Nothing => None,
        }
    }
}
