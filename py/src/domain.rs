//! The way from a client to the resources: `client.verify.v2.services`.

use std::{
    ffi::CString,
    sync::{Arc, OnceLock},
};

use pyo3::{
    exceptions::PyDeprecationWarning,
    prelude::*,
    types::{PyDict, PyList, PyTuple},
};
use ringback::operation::Version as Row;

use crate::{
    arguments,
    handle::Handle,
    node::Node,
    resource::{self, Place, dir, keep, no_attribute},
    shape::{self, Role, account, capitalised, mount, top_level},
    short_names::{ShortName, short_names},
};

/// The name by which the version of accounts has the client's own.
const OWN_ACCOUNT: &str = "account";

/// A product of Twilio's: `client.verify`.
#[pyclass(frozen, dict, module = "ringback._ringback")]
pub(crate) struct Domain {
    name: &'static str,
    handle: Arc<Handle>,
    short_names: OnceLock<Vec<ShortName>>,
}

impl Domain {
    pub(crate) fn new(name: &'static str, handle: Arc<Handle>) -> Self {
        Self { name, handle, short_names: OnceLock::new() }
    }

    fn versions(&self) -> impl Iterator<Item = (&'static str, &'static Row)> {
        shape::versions(self.name)
    }

    fn short_names(&self) -> &[ShortName] {
        self.short_names.get_or_init(|| short_names(self.name))
    }

    /// The version that has the client's own account, if it is one of this domain's.
    fn version_of_account(&self) -> Option<&'static str> {
        self.versions().find(|(_, row)| has_account(row)).map(|(version, _)| version)
    }

    /// Every name that leads on from here.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let own = self.version_of_account().map(|_| OWN_ACCOUNT);
        let short = self.short_names().iter().map(ShortName::name);
        self.versions().map(|(version, _)| version).chain(own).chain(short)
    }

    /// What a short name stands for; a client that warns does so each time, as the official library does.
    fn short(slf: &Bound<'_, Self>, short: &ShortName) -> PyResult<Py<PyAny>> {
        let mut place = slf.as_any().clone();
        for part in short.through {
            place = place.getattr(*part)?;
        }
        let value = place.getattr(short.name())?.unbind();
        if !slf.get().handle.warns || !short.is_deprecated {
            return keep(slf.as_any(), short.name(), value);
        }
        let (name, through) = (short.name(), short.through.last().copied().unwrap_or_default());
        let text = CString::new(format!("{name} is deprecated. Use {through}.{name} instead.")).unwrap_or_default();
        PyErr::warn(slf.py(), &slf.py().get_type::<PyDeprecationWarning>(), &text, 1)?;
        Ok(value)
    }
}

#[pymethods]
impl Domain {
    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        let this = slf.get();
        if let Some((_, row)) = this.versions().find(|(version, _)| *version == name) {
            let version = Version { row, handle: Arc::clone(&this.handle) };
            return keep(slf.as_any(), name, Py::new(slf.py(), version)?.into_any());
        }
        if let Some(short) = this.short_names().iter().find(|short| short.name() == name) {
            return Self::short(slf, short);
        }
        match this.version_of_account() {
            Some(version) if name == OWN_ACCOUNT => {
                keep(slf.as_any(), name, slf.as_any().getattr(version)?.getattr(OWN_ACCOUNT)?.unbind())
            }
            _ => Err(no_attribute(slf.as_any(), name, this.names())),
        }
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        dir(slf.as_any(), slf.get().names().map(str::to_owned))
    }

    fn __repr__(&self) -> String {
        format!("<Twilio.{}>", capitalised(self.name))
    }
}

/// A version of a product: `client.verify.v2`.
#[pyclass(frozen, dict, module = "ringback._ringback")]
pub(crate) struct Version {
    row: &'static Row,
    handle: Arc<Handle>,
}

/// Whether a version has the client's own account.
fn has_account(version: &'static Row) -> bool {
    account().is_some_and(|account| std::ptr::eq(account.version, version))
}

impl Version {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        top_level(self.row).map(mount).chain(has_account(self.row).then_some(OWN_ACCOUNT))
    }
}

#[pymethods]
impl Version {
    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        let this = slf.get();
        let py = slf.py();
        if let Some(row) = top_level(this.row).find(|row| mount(row) == name) {
            let node = Node::of(row, this.handle.face);
            let handle = Arc::clone(&this.handle);
            let found = if row.list_parameters.is_empty() {
                resource::list(py, node, handle, Arc::from([]))?
            } else {
                Py::new(py, Opener { node, handle })?.into_any()
            };
            return keep(slf.as_any(), name, found);
        }
        match account() {
            Some(row) if name == OWN_ACCOUNT && has_account(this.row) => {
                let accounts = slf.as_any().getattr(mount(row))?;
                keep(slf.as_any(), name, accounts.call1((this.handle.settings.account_sid(),))?.unbind())
            }
            _ => Err(no_attribute(slf.as_any(), name, this.names())),
        }
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        dir(slf.as_any(), slf.get().names().map(str::to_owned))
    }

    fn __repr__(&self) -> String {
        let (domain, version) = self.row.name.split_once('.').unwrap_or_default();
        format!("<Twilio.{}.{}>", capitalised(domain), capitalised(version))
    }
}

/// A resource of a version whose path begins with parameters: `client.insights.v2.inbound(report_id)`.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Opener {
    node: &'static Node,
    handle: Arc<Handle>,
}

#[pymethods]
impl Opener {
    /// The list under these parameters, or one instance of it if its identifier is given too.
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__(&self, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Py<PyAny>> {
        let py = args.py();
        let Self { node, handle } = self;
        let (wanted, required) = shape::opener_arguments(node.row);
        let values = arguments::path_values(mount(node.row), &wanted, required, args, kwargs)?;
        if values.len() == node.row.list_parameters.len() {
            return resource::list(py, node, Arc::clone(handle), values.into());
        }
        resource::context(py, Place { node, handle: Arc::clone(handle), values: values.into() })
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        mount(self.node.row)
    }

    #[getter]
    fn __signature__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (wanted, required) = shape::opener_arguments(self.node.row);
        let names = PyList::new(py, wanted.iter().map(|(_, name)| name.as_str()))?;
        py.import("ringback._values")?.getattr("signature")?.call1((names, required))
    }

    fn __repr__(&self) -> String {
        format!("<opener of {}>", self.node.title(Role::List))
    }
}
