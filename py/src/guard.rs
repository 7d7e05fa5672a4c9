//! The guard of webhooks for the adapters of web frameworks in `ringback/webhooks`.

use futures_util::FutureExt as _;
use pyo3::{
    exceptions::PyBaseException,
    prelude::*,
    types::{PyBytes, PyString},
};
use ringback::webhook;

use crate::{
    errors,
    idempotency::{self, Raised, ReplayGuard},
};

/// Looks at requests as the settings of an adapter say.
#[pyclass(frozen, module = "ringback")]
pub(crate) struct WebhookGuard {
    guard: webhook::Guard,
    /// Whether each request brings its own tokens.
    by_account: bool,
    /// What the store of its replay guard raised.
    raised: Raised,
}

#[pymethods]
impl WebhookGuard {
    /// With `auth_tokens`, or the token of the environment, unless the tokens come `by_account`.
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "this is how an argument comes out of Python")]
    #[pyo3(signature = (auth_tokens, *, by_account, public_url, trusted_proxies, max_body, replay_guard=None))]
    fn new(
        py: Python<'_>,
        auth_tokens: Option<Vec<String>>,
        by_account: bool,
        public_url: Option<&str>,
        trusted_proxies: Option<Vec<String>>,
        max_body: Option<usize>,
        replay_guard: Option<Bound<'_, ReplayGuard>>,
    ) -> PyResult<Self> {
        let raised = Raised::default();
        let made = || {
            let guard = match auth_tokens {
                Some(tokens) => webhook::Guard::new(webhook::RequestValidator::with_tokens(tokens)?),
                None if by_account => webhook::Guard::by_account(|_| None),
                None => webhook::Guard::from_env()?,
            };
            let guard = guard.public_url(webhook::PublicUrl::of_settings(public_url, trusted_proxies.as_deref())?);
            let guard = match &replay_guard {
                Some(replay_guard) => guard.replay_guard(replay_guard.get().core(py, &raised)),
                None => guard,
            };
            Ok(match max_body {
                Some(bytes) => guard.max_body(bytes),
                None => guard,
            })
        };
        let guard = made().map_err(|error: ringback::Error| errors::raised(py, &error))?;
        Ok(Self { guard, by_account, raised })
    }

    #[getter]
    fn max_body(&self) -> usize {
        self.guard.get_max_body()
    }

    /// Looks at a request without its body; the URL comes from the settings unless a function of the user gave it.
    #[expect(clippy::needless_pass_by_value, reason = "this is how an argument comes out of Python")]
    #[pyo3(signature = (method, scheme, target, peer, headers, url=None))]
    fn admit<'py>(
        slf: &Bound<'py, Self>,
        method: &str,
        scheme: &str,
        target: &[u8],
        peer: Option<&str>,
        headers: Vec<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)>,
        url: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let head = webhook::Head::new(method, scheme, target)
            .with_peer(webhook::Peer::read(peer))
            .with_headers(headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())));
        let guard = &slf.get().guard;
        let admitted = match url {
            Some(url) => guard.admit_as(&head, url.to_owned()),
            None => guard.admit(&head),
        };
        match admitted {
            Ok(admission) => {
                Admission { guard: slf.clone().unbind(), admission }.into_pyobject(py).map(Bound::into_any)
            }
            Err(refusal) => Refusal::from(refusal).into_pyobject(py).map(Bound::into_any),
        }
    }
}

/// A request whose head is in order.
#[pyclass(frozen, module = "ringback")]
pub(crate) struct Admission {
    guard: Py<WebhookGuard>,
    admission: webhook::Admission,
}

#[pymethods]
impl Admission {
    /// The URL that Twilio was told, as far as it is known.
    #[getter]
    fn url(&self) -> &str {
        self.admission.url()
    }

    /// The account that the request claims to come from, for finding its token; a refusal if it claims several.
    fn account<'py>(&self, py: Python<'py>, body: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        match self.guard.get().guard.account(&self.admission, body) {
            Ok(Some(account)) => Ok(PyString::new(py, &account).into_any()),
            Ok(None) => Ok(py.None().into_bound(py)),
            Err(refusal) => Refusal::from(refusal).into_pyobject(py).map(Bound::into_any),
        }
    }

    /// Checks the body, and asks the replay guard: the checked request, or the refusal.
    #[pyo3(signature = (body, auth_tokens=None))]
    fn check<'py>(
        &self,
        py: Python<'py>,
        body: &Bound<'py, PyBytes>,
        auth_tokens: Option<Vec<String>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let WebhookGuard { guard, by_account, raised } = self.guard.get();
        let bytes = bytes::Bytes::copy_from_slice(body.as_bytes());
        let checked = match auth_tokens {
            Some(tokens) if *by_account => {
                // an empty token would let anybody in
                match webhook::RequestValidator::with_tokens(tokens) {
                    Ok(validator) => guard.check_by(&validator, &self.admission, bytes),
                    Err(error) => return Err(errors::raised(py, &error)),
                }
            }
            _ => guard.check(&self.admission, bytes),
        };
        // stores of Python answer at once
        let seen =
            checked.and_then(|checked| guard.see(checked).now_or_never().unwrap_or(Err(webhook::Refusal::Unseen)));
        match seen {
            Ok(checked) => {
                CheckedRequest { checked, body: body.clone().unbind() }.into_pyobject(py).map(Bound::into_any)
            }
            Err(refusal) => {
                let cause = (refusal == webhook::Refusal::Unseen).then(|| idempotency::take(raised)).flatten();
                Refusal { refusal, cause }.into_pyobject(py).map(Bound::into_any)
            }
        }
    }
}

/// Why a request is refused; only whoever reads the log is told.
#[pyclass(frozen, module = "ringback.webhooks", name = "Refusal")]
pub(crate) struct Refusal {
    refusal: webhook::Refusal,
    /// What the store of the replay guard raised.
    cause: Option<PyErr>,
}

impl From<webhook::Refusal> for Refusal {
    fn from(refusal: webhook::Refusal) -> Self {
        Self { refusal, cause: None }
    }
}

#[pymethods]
impl Refusal {
    /// A refusal that an adapter meets itself: of a body that it cannot read, of a function that gives nothing.
    #[new]
    fn new(kind: &str) -> PyResult<Self> {
        let refusal = match kind {
            "no_length" => webhook::Refusal::NoLength,
            "too_large" => webhook::Refusal::TooLarge,
            "unreadable" => webhook::Refusal::Unreadable,
            "unknown_url" => webhook::Refusal::UnknownUrl("public_url gives no URL for it"),
            "no_token" => webhook::Refusal::NoToken,
            _ => return Err(pyo3::exceptions::PyValueError::new_err("there is no such refusal")),
        };
        Ok(refusal.into())
    }

    /// The HTTP status to answer.
    #[getter]
    fn status(&self) -> u16 {
        self.refusal.status()
    }

    #[getter]
    fn kind(&self) -> &'static str {
        self.refusal.kind()
    }

    /// What the store of the replay guard raised, if that is why.
    #[getter]
    fn cause<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBaseException>> {
        self.cause.as_ref().map(|cause| cause.value(py).clone())
    }

    fn __str__(&self) -> String {
        self.refusal.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Refusal {}>", self.refusal.kind())
    }
}

/// A request that is Twilio's.
#[pyclass(frozen, module = "ringback.webhooks", name = "CheckedRequest")]
pub(crate) struct CheckedRequest {
    checked: webhook::Checked,
    body: Py<PyBytes>,
}

#[pymethods]
impl CheckedRequest {
    /// The URL that Twilio was told.
    #[getter]
    fn url(&self) -> &str {
        self.checked.url()
    }

    /// Names and values in the order sent: of the form, or of the URL for a GET and the handshake of a WebSocket.
    #[getter]
    fn params(&self) -> Vec<(String, String)> {
        self.checked.params().to_vec()
    }

    /// The raw body.
    #[getter]
    fn body(&self, py: Python<'_>) -> Py<PyBytes> {
        self.body.clone_ref(py)
    }

    /// What stays the same when Twilio sends this webhook again; it is not signed.
    #[getter]
    fn idempotency_token(&self) -> Option<&str> {
        self.checked.idempotency_token()
    }

    /// "fresh" or "retried" if a replay guard was asked; what Twilio tries again is answered as before.
    #[getter]
    fn sighting(&self) -> Option<&'static str> {
        self.checked.sighting().map(webhook::Sighting::as_str)
    }

    /// The value of a parameter; the first, if there are several.
    #[pyo3(signature = (name, default=None))]
    fn get<'py>(&self, name: &str, default: Option<Bound<'py, PyAny>>, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.checked.param(name).map(|value| PyString::new(py, value).into_any()).or(default)
    }

    fn __repr__(&self) -> &'static str {
        "<CheckedRequest>" // nothing of what was sent
    }
}

/// The headers that are looked at, in small letters.
#[pyfunction]
pub(crate) fn webhook_headers() -> Vec<&'static str> {
    webhook::HEADERS.to_vec()
}

/// The target of a request whose server keeps only the decoded path.
#[pyfunction]
pub(crate) fn encode_target<'py>(py: Python<'py>, path: &[u8], query: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &webhook::encode_target(path, query))
}
