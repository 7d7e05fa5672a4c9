//! `messages.reconcile`, and the correlation ids of callbacks.

use jiff::Timestamp;
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDateTime, PyList, PyTzInfoAccess},
};
use ringback::{Params, Progress, Reconciliation, operation::Operation};

use crate::{
    arguments,
    bridge::{self, Call, Finish},
    errors,
    handle::Door,
    once::{Import, intern},
    resource::{self, Place},
    shape::Face,
};

/// What `reconcile` takes besides the parameters of the message.
#[derive(Default)]
pub(crate) struct Sought {
    at: Option<Timestamp>,
    known: Vec<String>,
}

impl Sought {
    /// Takes an argument that is no parameter.
    pub(crate) fn set(&mut self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        match name {
            "at" => self.at = Some(moment(value)?),
            _ if value.is_none() => {}
            _ => self.known = value.extract().map_err(|_| PyTypeError::new_err("known takes a list of sids"))?,
        }
        Ok(())
    }
}

/// A moment with a zone, or that of an exception which tells when its call was begun.
fn moment(given: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    let py = given.py();
    let begun = match given.is_instance_of::<PyDateTime>() {
        true => given.clone(),
        false => given.getattr_opt(intern!(py, "begun_at"))?.unwrap_or_else(|| py.None().into_bound(py)),
    };
    let Ok(moment) = begun.cast::<PyDateTime>() else {
        let text = "at takes a datetime, or the error of the send if that was begun";
        return Err(errors::invalid_argument(py, text));
    };
    if moment.get_tzinfo().is_none() {
        // read as UTC it would be hours away, and the message there would be missed
        let text = "at needs a time zone, as datetime.now(timezone.utc) has one";
        return Err(errors::invalid_argument(py, text));
    }
    arguments::date_time("at", moment)
}

/// Looks for the message.
pub(crate) fn reconcile(
    py: Python<'_>,
    place: Place,
    way: Face,
    operation: &'static Operation,
    params: Params,
    sought: Sought,
) -> PyResult<Py<PyAny>> {
    let Sought { at, known } = sought;
    let at = at.unwrap_or_default();
    if place.handle.custom.is_some() {
        let error = ringback::Error::configuration("reconcile needs the library's own connections, not an http_client");
        return Err(place.handle.errors.raised(py, &error, Some(operation)));
    }
    match place.handle.door(py, way)? {
        Door::Blocking(client) => {
            let work = |go_on: &mut dyn FnMut() -> bool| client.reconcile_params(&params, at, &known, go_on);
            let found = bridge::wait(py, &place.handle, operation, work)?;
            finish(py, &place, found)
        }
        Door::Async(client) => {
            let handle = place.handle.clone();
            let work = async move {
                let found = client.reconcile_params(&params, at, &known).await?;
                Ok(Box::new(move |py: Python<'_>| finish(py, &place, found)) as Finish)
            };
            Call::make(py, handle, operation, Box::pin(work), Progress::in_doubt())
        }
    }
}

/// An error of `reconcile` leaves the message as it was, whatever it says of itself.
pub(crate) fn undecided(py: Python<'_>, error: PyErr) -> PyErr {
    let _ = error.value(py).setattr(intern!(py, "outcome"), ringback::Outcome::Unknown.as_str());
    error
}

fn finish(py: Python<'_>, place: &Place, found: Reconciliation) -> PyResult<Py<PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let verdict = found.verdict().as_str();
    let Place { node, handle, values } = place;
    let candidates = found.into_candidates().into_iter();
    let candidates = candidates
        .map(|json| resource::instance(py, node, handle.clone(), values.clone(), json.into()))
        .collect::<PyResult<Vec<_>>>()?;
    let class = CLASS.imported(py, "ringback._reconciliation", "Reconciliation")?;
    Ok(class.call1((verdict, PyList::new(py, candidates)?))?.unbind())
}

/// The correlation id in the URL that a callback was sent to, or `None`.
#[pyfunction]
pub(crate) fn correlation_id(url: &str) -> Option<String> {
    ringback::correlation_id(url)
}
