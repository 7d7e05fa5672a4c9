//! From the core's errors to Python's classes, which `ringback/errors.py` holds.

use std::error::Error as _;

use pyo3::{prelude::*, sync::PyOnceLock, types::PyDict};
use ringback::{Error, ErrorKind, operation::Operation};

use crate::{
    once::{Import, intern},
    values,
};

/// The names of all kinds, so that a test can ask for the class of each.
#[pyfunction]
pub(crate) fn error_kinds() -> Vec<&'static str> {
    ErrorKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

/// How the errors of a client become exceptions: by `ringback.errors`, or by a function that its class names.
#[derive(Default)]
pub(crate) struct Errors(Option<Py<PyAny>>);

impl Errors {
    /// The function `_make_error` of a client; `None` means our own classes.
    pub(crate) fn of(client: &Bound<'_, PyAny>) -> PyResult<Self> {
        let make = client.getattr(intern!(client.py(), "_make_error"))?;
        Ok(Self((!make.is_none()).then(|| make.unbind())))
    }

    /// The exception that an error is for this client.
    pub(crate) fn raised(&self, py: Python<'_>, error: &Error, operation: Option<&'static Operation>) -> PyErr {
        let make = self.0.as_ref().map(|make| make.bind(py));
        exception(py, make, error, operation).map_or_else(|failed| failed, PyErr::from_value)
    }
}

/// The exception that an error is where no client is concerned.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    Errors(None).raised(py, error, None)
}

/// An argument that cannot be sent.
pub(crate) fn invalid_argument(py: Python<'_>, message: impl Into<std::borrow::Cow<'static, str>>) -> PyErr {
    raised(py, &Error::invalid_argument(message))
}

/// What stopped a wait, with what is known of the request as its attributes and as its cause.
pub(crate) fn interrupted(py: Python<'_>, stopped: PyErr, error: &Error) -> PyErr {
    let value = stopped.value(py);
    // a class with slots goes without
    let _ = value.setattr(intern!(py, "outcome"), error.outcome().as_str());
    let _ = value.setattr(intern!(py, "correlation_id"), error.correlation_id());
    let _ = begun_at(py, error).and_then(|begun| value.setattr(intern!(py, "begun_at"), begun));
    if stopped.cause(py).is_none() {
        stopped.set_cause(py, Some(raised(py, error)));
    }
    stopped
}

/// When the call was begun, as a `datetime` in UTC.
fn begun_at<'py>(py: Python<'py>, error: &Error) -> PyResult<Option<Bound<'py, PyAny>>> {
    error.begun_at().map(|moment| values::timestamp(py, moment)).transpose()
}

fn exception<'py>(
    py: Python<'py>,
    make: Option<&Bound<'py, PyAny>>,
    error: &Error,
    operation: Option<&'static Operation>,
) -> PyResult<Bound<'py, PyAny>> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let fields = PyDict::new(py);
    fields.set_item("outcome", error.outcome().as_str())?;
    fields.set_item("status", error.status())?;
    fields.set_item("code", error.code())?;
    fields.set_item("more_info", error.more_info())?;
    fields.set_item("details", error.details().map(|details| values::json(py, details)).transpose()?)?;
    fields.set_item("problem", error.problem().map(|problem| values::json(py, problem)).transpose()?)?;
    fields.set_item("request_id", error.request_id())?;
    fields.set_item("retry_after", error.retry_after().map(|wait| wait.as_secs_f64()))?;
    fields.set_item("method", error.method())?;
    fields.set_item("uri", error.uri())?;
    fields.set_item("begun_at", begun_at(py, error)?)?;
    fields.set_item("correlation_id", error.correlation_id())?;
    fields.set_item("operation", operation.map(|operation| operation.name))?;
    let cause = error.source().map(ToString::to_string);
    let arguments = (error.kind().as_str(), error.message(), error.to_string(), cause);
    let make = match make {
        Some(make) => make,
        None => MAKE.imported(py, "ringback.errors", "_make")?,
    };
    make.call(arguments, Some(&fields))
}
