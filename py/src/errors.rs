//! From the core's errors to Python's classes, which `ringback/errors.py` holds.

use std::error::Error as _;

use pyo3::{intern, prelude::*, sync::PyOnceLock, types::PyDict};
use ringback::{Error, ErrorKind, Outcome};

use crate::values;

/// The names of all kinds, so that a test can ask for the class of each.
#[pyfunction]
pub(crate) fn error_kinds() -> Vec<&'static str> {
    ErrorKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

/// The exception that an error is in Python.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error).map_or_else(|failed| failed, PyErr::from_value)
}

/// An argument that cannot be sent.
pub(crate) fn invalid_argument(py: Python<'_>, message: impl Into<std::borrow::Cow<'static, str>>) -> PyErr {
    raised(py, &Error::invalid_argument(message))
}

/// What stopped a wait, with the outcome of the request as its attribute `outcome` and as its cause.
pub(crate) fn interrupted(py: Python<'_>, stopped: PyErr, outcome: Outcome) -> PyErr {
    let error = Error::new(ErrorKind::Interrupted, "the caller stopped waiting").with_outcome(outcome);
    let _ = stopped.value(py).setattr(intern!(py, "outcome"), outcome.as_str()); // a class with slots goes without
    if stopped.cause(py).is_none() {
        stopped.set_cause(py, Some(raised(py, &error)));
    }
    stopped
}

fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let fields = PyDict::new(py);
    fields.set_item("outcome", error.outcome().as_str())?;
    fields.set_item("status", error.status())?;
    fields.set_item("code", error.code())?;
    fields.set_item("more_info", error.more_info())?;
    fields.set_item("details", error.details().map(|details| values::json(py, details)).transpose()?)?;
    fields.set_item("request_id", error.request_id())?;
    fields.set_item("retry_after", error.retry_after().map(|wait| wait.as_secs_f64()))?;
    fields.set_item("method", error.method())?;
    fields.set_item("uri", error.uri())?;
    let cause = error.source().map(ToString::to_string);
    let arguments = (error.kind().as_str(), error.message(), error.to_string(), cause);
    MAKE.import(py, "ringback.errors", "_make")?.call(arguments, Some(&fields))
}
