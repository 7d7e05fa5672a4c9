//! The clients, and the way from them to the resources: `client.verify.v2.services`.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyList, PyString, PyTuple},
};
use ringback::{
    ClientBuilder, Error, blocking, names,
    operation::{Attach, Version as Row},
};

use crate::{
    arguments,
    bridge::{PerProcess, Ready},
    errors,
    node::Node,
    resource::{self, dir, keep, no_attribute},
    shape::{self, Face, account, capitalised, domains, mount, top_level},
};

/// The settings of a client and its connections; all objects of the client share it.
pub(crate) struct Handle {
    face: Face,
    /// Never used for a call: connections are made from it in each process.
    settings: ringback::Client,
    doors: PerProcess<Mutex<Option<Door>>>,
}

/// A client of the core.
#[derive(Clone)]
pub(crate) enum Door {
    Blocking(blocking::Client),
    Async(ringback::Client),
}

impl Handle {
    fn new(face: Face, settings: ringback::Client) -> ringback::Result<Self> {
        let door = open(face, &settings)?;
        Ok(Self { face, settings, doors: PerProcess::new(Mutex::new(Some(door))) })
    }

    /// The client of this process.
    pub(crate) fn door(&self, py: Python<'_>) -> PyResult<Door> {
        let place = self.doors.get(|| Ok(Mutex::new(Some(open(self.face, &self.settings)?))));
        let place = place.map_err(|error| errors::raised(py, &error))?;
        let door = place.lock().unwrap_or_else(PoisonError::into_inner).clone();
        door.ok_or_else(|| errors::raised(py, &Error::configuration("the client is closed")))
    }

    /// Drops the connections once no call uses them.
    fn close(&self) {
        if let Some(door) = self.doors.current() {
            let door = door.lock().unwrap_or_else(PoisonError::into_inner).take();
            drop(door);
        }
    }
}

fn open(face: Face, settings: &ringback::Client) -> ringback::Result<Door> {
    Ok(match face {
        Face::Sync => Door::Blocking(blocking::Client::from(settings.clone())),
        Face::Async => Door::Async(settings.with_own_connections()?),
    })
}

/// What a client is made of; set once by `__init__`, so that subclasses may have one of their own.
struct Account {
    handle: OnceLock<Arc<Handle>>,
}

/// The names of the arguments in the order of the official library, whose first three may be given by position.
const POSITIONS: [&str; 4] = ["username", "password", "account_sid", "region"];
const SETTINGS: [&str; 12] = [
    "account_sid",
    "auth_token",
    "api_key",
    "api_secret",
    "region",
    "edge",
    "base_url",
    "timeout",
    "max_retries",
    "username",
    "password",
    "largest_body",
];

impl Account {
    const fn new() -> Self {
        Self { handle: OnceLock::new() }
    }

    fn handle(&self, py: Python<'_>) -> PyResult<&Arc<Handle>> {
        self.handle.get().ok_or_else(|| errors::raised(py, &Error::configuration("the client was not initialised")))
    }

    fn init(&self, face: Face, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let py = args.py();
        let settings = settings(args, kwargs)?;
        let handle = settings.build().and_then(|client| Handle::new(face, client));
        let _ = self.handle.set(Arc::new(handle.map_err(|error| errors::raised(py, &error))?));
        Ok(())
    }

    /// A domain (`verify`), or a child of the account (`messages`).
    fn attribute(&self, object: &Bound<'_, PyAny>, name: &str) -> PyResult<Py<PyAny>> {
        let py = object.py();
        let handle = self.handle(py)?;
        if domains().any(|domain| domain == name) {
            let domain = Domain { name: name.to_owned(), handle: Arc::clone(handle) };
            return keep(object, name, Py::new(py, domain)?.into_any());
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

/// Reads the arguments of a client: ours, or those of the official library by position.
fn settings(args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<ClientBuilder> {
    let mut given: Vec<(&str, Bound<'_, PyAny>)> = Vec::new();
    if args.len() > POSITIONS.len() {
        return Err(PyTypeError::new_err(format!("Client() takes at most {} positional arguments", POSITIONS.len())));
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
    let find =
        |name: &str| given.iter().find(|(known, value)| *known == name && !value.is_none()).map(|(_, value)| value);
    let text = |name: &'static str| {
        let wrong = |value: &Bound<'_, PyAny>| {
            errors::raised(value.py(), &Error::configuration(format!("{name} must be text")))
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
    let setters: [(&'static str, Setter); 5] = [
        ("api_key", ClientBuilder::api_key),
        ("api_secret", ClientBuilder::api_secret),
        ("region", ClientBuilder::region),
        ("edge", ClientBuilder::edge),
        ("base_url", ClientBuilder::base_url),
    ];
    for (name, set) in setters {
        if let Some(value) = text(name)? {
            builder = set(builder, value);
        }
    }
    let wrong = |name: &str, what: &str, value: &Bound<'_, PyAny>| {
        errors::raised(value.py(), &Error::configuration(format!("{name} must be {what}")))
    };
    if let Some(value) = find("timeout") {
        let seconds = value.extract::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        builder = builder.timeout(seconds.ok_or_else(|| wrong("timeout", "a number of seconds", value))?);
    }
    if let Some(value) = find("max_retries") {
        let what = "a whole number that is not negative";
        builder = builder.max_retries(value.extract().map_err(|_| wrong("max_retries", what, value))?);
    }
    if let Some(value) = find("largest_body") {
        builder = builder.largest_body(value.extract().map_err(|_| wrong("largest_body", "a number of bytes", value))?);
    }
    Ok(builder)
}

/// A client of Twilio's API: `Client(account_sid, auth_token)`, or the environment if neither is given.
///
/// Threads may share it, and it survives `fork`.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback")]
pub(crate) struct Client(Account);

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(account_sid=None, auth_token=None, *, api_key=None, api_secret=None, region=None, edge=None, base_url=None, timeout=None, max_retries=None, username=None, password=None, largest_body=None)")]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Account::new())
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__(&self, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        self.0.init(Face::Sync, args, kwargs)
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
    #[pyo3(signature = (*_args, **_kwargs), text_signature = "(account_sid=None, auth_token=None, *, api_key=None, api_secret=None, region=None, edge=None, base_url=None, timeout=None, max_retries=None, username=None, password=None, largest_body=None)")]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(Account::new())
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__(&self, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        self.0.init(Face::Async, args, kwargs)
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

/// A product of Twilio's: `client.verify`.
#[pyclass(frozen, dict, module = "ringback._ringback")]
pub(crate) struct Domain {
    name: String,
    handle: Arc<Handle>,
}

impl Domain {
    fn versions(&self) -> impl Iterator<Item = (&'static str, &'static Row)> {
        shape::versions(&self.name)
    }
}

#[pymethods]
impl Domain {
    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        let this = slf.get();
        match this.versions().find(|(version, _)| *version == name) {
            Some((_, row)) => {
                let version = Version { row, handle: Arc::clone(&this.handle) };
                keep(slf.as_any(), name, Py::new(slf.py(), version)?.into_any())
            }
            None => Err(no_attribute(slf.as_any(), name, this.versions().map(|(version, _)| version))),
        }
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        dir(slf.as_any(), slf.get().versions().map(|(version, _)| version.to_owned()))
    }

    fn __repr__(&self) -> String {
        format!("<Twilio.{}>", capitalised(&self.name))
    }
}

/// A version of a product: `client.verify.v2`.
#[pyclass(frozen, dict, module = "ringback._ringback")]
pub(crate) struct Version {
    row: &'static Row,
    handle: Arc<Handle>,
}

#[pymethods]
impl Version {
    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        let Self { row, handle } = slf.get();
        let py = slf.py();
        if let Some(row) = top_level(row).find(|row| mount(row) == name) {
            let node = Node::of(row, handle.face);
            return keep(slf.as_any(), name, resource::list(py, node, Arc::clone(handle), Arc::from([]))?);
        }
        // the client's own account, which only this version has
        if name == "account" && account().is_some_and(|account| std::ptr::eq(account.version, *row)) {
            let accounts = slf.as_any().getattr(mount_of_account())?;
            return keep(slf.as_any(), name, accounts.call1((handle.settings.account_sid(),))?.unbind());
        }
        Err(no_attribute(slf.as_any(), name, top_level(row).map(mount)))
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        dir(slf.as_any(), top_level(slf.get().row).map(|row| mount(row).to_owned()))
    }

    fn __repr__(&self) -> String {
        let (domain, version) = self.row.name.split_once('.').unwrap_or_default();
        format!("<Twilio.{}.{}>", capitalised(domain), capitalised(version))
    }
}

fn mount_of_account() -> &'static str {
    account().map_or("", mount)
}
