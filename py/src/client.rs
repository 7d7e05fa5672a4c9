//! The clients: whose account it is, and what hangs on it.

use std::sync::{Arc, OnceLock};

use pyo3::{
    prelude::*,
    types::{PyDict, PyList, PyTuple},
};
use ringback::{Error, operation::Attach};

use crate::{
    arguments,
    bridge::{self, Ready},
    custom::{self, Custom},
    domain::Domain,
    errors::{self, Errors},
    handle::Handle,
    node::Node,
    observe::{self, Observer},
    once::intern,
    resource::{self, dir, keep, no_attribute},
    settings::Settings,
    shape::{Face, account, domains},
};

/// What a client is made of; set once by `__init__`, so that subclasses may have one of their own.
struct Account {
    handle: OnceLock<Arc<Handle>>,
}

impl Account {
    const fn new() -> Self {
        Self { handle: OnceLock::new() }
    }

    fn handle(&self, py: Python<'_>) -> PyResult<&Arc<Handle>> {
        self.handle.get().ok_or_else(|| errors::raised(py, &Error::configuration("the client was not initialised")))
    }

    fn init(
        &self,
        client: &Bound<'_, PyAny>,
        face: Face,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let py = client.py();
        // what every call needs: a module that a thread imports while the process forks stays locked in the child
        arguments::unset(py)?;
        bridge::watch_exit(py)?;
        let errors = Errors::of(client)?;
        let warns = client.getattr(intern!(py, "_warns_of_short_names"))?.is_truthy()?;
        let given = Settings::read(args, kwargs)?;
        let custom = Custom::of(&given)?;
        let observer = Observer::of(&given, &errors)?;
        let mut builder = observe::listen(given.builder(&errors)?);
        if client.getattr(intern!(py, "_may_lack_credentials"))?.is_truthy()? {
            builder = builder.may_lack_credentials();
        }
        let settings = builder.build().map_err(|error| errors.raised(py, &error, None))?;
        let _ = self.handle.set(Arc::new(Handle::new(face, settings, errors, warns, custom, observer)));
        Ok(())
    }

    /// A domain (`verify`), or a child of the account (`messages`).
    fn attribute(&self, object: &Bound<'_, PyAny>, name: &str) -> PyResult<Py<PyAny>> {
        let py = object.py();
        let handle = self.handle(py)?;
        if let Some(domain) = domains().find(|domain| *domain == name) {
            return keep(object, name, Py::new(py, Domain::new(domain, Arc::clone(handle)))?.into_any());
        }
        let account = account().map(|row| Node::of(row, handle.face));
        if let Some(child) = account.and_then(|account| account.child(Attach::Instance, name)) {
            let values = Arc::from([handle.settings.account_sid().to_owned()]);
            return keep(object, name, resource::list(py, child, Arc::clone(handle), values)?);
        }
        let children = account.into_iter().flat_map(|account| account.children(Attach::Instance));
        Err(no_attribute(object, name, children.chain(domains())))
    }

    fn dir<'py>(&self, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let face = self.handle(object.py())?.face;
        let account = account().map(|row| Node::of(row, face));
        let children = account.into_iter().flat_map(|account| account.children(Attach::Instance));
        dir(object, children.chain(domains()).map(str::to_owned))
    }

    fn repr(&self, class: &str) -> String {
        let sid = self.handle.get().map_or("", |handle| handle.settings.account_sid());
        format!("<{class} {sid}>")
    }
}

/// A client of Twilio's API: `Client(account_sid, auth_token)`, or the environment if neither is given.
///
/// Threads may share it, and it survives `fork`.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback")]
pub(crate) struct Client(Account);

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(account_sid=None, auth_token=None, *, api_key=None, api_secret=None, client_id=None, client_secret=None, region=None, edge=None, base_url=None, ca_file=None, proxy=None, timeout=None, max_retries=None, username=None, password=None, largest_body=None, http_client=None, credential_provider=None, user_agent_extensions=None, correlate_callbacks=None, on_call=None, client_validation=None)")]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Account::new())
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__(slf: &Bound<'_, Self>, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        slf.get().0.init(slf.as_any(), Face::Sync, args, kwargs)
    }

    // a subclass may name the function that makes its exceptions, which is called as `ringback.errors._make` is
    #[classattr]
    const fn _make_error() -> Option<()> {
        None
    }

    // a subclass may warn of short names as the official library does
    #[classattr]
    const fn _warns_of_short_names() -> bool {
        false
    }

    // a subclass may be made without credentials, as that of the official library
    #[classattr]
    const fn _may_lack_credentials() -> bool {
        false
    }

    /// The address of Twilio's for this client, with the headers and the user and secret that go there.
    fn _hand_over<'py>(&self, py: Python<'py>, url: &str) -> PyResult<Bound<'py, PyTuple>> {
        custom::hand_over_url(py, self.0.handle(py)?, url)
    }

    /// The account that requests are made for.
    #[getter]
    fn account_sid(&self, py: Python<'_>) -> PyResult<&str> {
        Ok(self.0.handle(py)?.settings.account_sid())
    }

    /// Drops the connections; a closed client makes no more calls.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.0.handle(py)?.close();
        Ok(())
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&self, py: Python<'_>, _error: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close(py)
    }

    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        slf.get().0.attribute(slf.as_any(), name)
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        slf.get().0.dir(slf.as_any())
    }

    fn __repr__(&self) -> String {
        self.0.repr("Client")
    }
}

/// A client of Twilio's API whose calls are awaited; the names are those of `Client`.
///
/// It can be made outside an event loop, and used in several.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback")]
pub(crate) struct AsyncClient(Account);

#[pymethods]
impl AsyncClient {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(account_sid=None, auth_token=None, *, api_key=None, api_secret=None, client_id=None, client_secret=None, region=None, edge=None, base_url=None, ca_file=None, proxy=None, timeout=None, max_retries=None, username=None, password=None, largest_body=None, http_client=None, credential_provider=None, user_agent_extensions=None, correlate_callbacks=None, on_call=None, client_validation=None)")]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Account::new())
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__(slf: &Bound<'_, Self>, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        slf.get().0.init(slf.as_any(), Face::Async, args, kwargs)
    }

    // a subclass may name the function that makes its exceptions, which is called as `ringback.errors._make` is
    #[classattr]
    const fn _make_error() -> Option<()> {
        None
    }

    // a subclass may warn of short names as the official library does
    #[classattr]
    const fn _warns_of_short_names() -> bool {
        false
    }

    // a subclass may be made without credentials, as that of the official library
    #[classattr]
    const fn _may_lack_credentials() -> bool {
        false
    }

    /// The account that requests are made for.
    #[getter]
    fn account_sid(&self, py: Python<'_>) -> PyResult<&str> {
        Ok(self.0.handle(py)?.settings.account_sid())
    }

    /// Drops the connections; a closed client makes no more calls.
    fn close(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.0.handle(py)?.close();
        Ready::make(py, Some(py.None()))
    }

    fn __aenter__(slf: Py<Self>, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ready::make(py, Some(slf.into_any()))
    }

    #[pyo3(signature = (*_error))]
    fn __aexit__(&self, py: Python<'_>, _error: &Bound<'_, PyTuple>) -> PyResult<Py<PyAny>> {
        self.close(py)
    }

    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        slf.get().0.attribute(slf.as_any(), name)
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        slf.get().0.dir(slf.as_any())
    }

    fn __repr__(&self) -> String {
        self.0.repr("AsyncClient")
    }
}
