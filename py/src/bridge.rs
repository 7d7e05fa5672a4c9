//! The one place that knows the GIL, Ctrl-C, fork, interpreter exit and awaiting, and where sync and async differ.

mod call;
mod inbox;
mod signals;

use std::sync::Arc;

use pyo3::prelude::*;
use ringback::{Error, ErrorKind, Outcome, Params, Progress, Response, operation::Operation};

pub(crate) use ringback::PerProcess;

pub(crate) use self::{
    call::{Bell, Call, Finish, Ready, spawn, thrown, warn},
    inbox::Drain,
    signals::watch_exit,
};
use crate::{
    errors,
    handle::{Door, Handle},
    shape::Face,
};

/// Sends a request; `finish` makes of its answer what the caller gets, now or when it is awaited.
pub(crate) fn exchange(
    py: Python<'_>,
    handle: &Arc<Handle>,
    way: Face,
    operation: &'static Operation,
    params: Params,
    finish: impl FnOnce(Python<'_>, Response) -> PyResult<Py<PyAny>> + Send + 'static,
) -> PyResult<Py<PyAny>> {
    match handle.door(py, way)? {
        Door::Blocking(client) => {
            let work = |go_on: &mut dyn FnMut() -> bool| client.exchange(operation, &params, go_on);
            let response = wait(py, handle, operation, work)?;
            finish(py, response)
        }
        Door::Async(client) => {
            let progress = Progress::default();
            let watched = progress.clone();
            let work = async move {
                let response = client.execute_watched(operation, &params, &progress).await?;
                Ok(Box::new(move |py: Python<'_>| finish(py, response)) as Finish)
            };
            Call::make(py, Arc::clone(handle), operation, Box::pin(work), watched)
        }
    }
}

/// Waits without the GIL, and looks for signals ten times a second.
///
/// What a signal handler raises (`KeyboardInterrupt`) carries the outcome of the request as its cause.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    handle: &Handle,
    operation: &'static Operation,
    work: impl FnOnce(&mut dyn FnMut() -> bool) -> ringback::Result<T> + Send,
) -> PyResult<T> {
    watch_exit(py)?;
    let mut raised = None;
    let watch = handle.observer.watch(py);
    let result = py.detach(|| {
        let result = watch.during(|| work(&mut || signals::go_on(&mut raised)));
        signals::stay_out_if_exiting();
        result
    });
    handle.observer.tell(py, &watch);
    match (raised, result) {
        (None, result) => result.map_err(|error| handle.errors.raised(py, &error, Some(operation))),
        (Some(signal), result) => {
            let sent = || Error::new(ErrorKind::Interrupted, "the caller stopped waiting").with_outcome(Outcome::Sent);
            Err(errors::interrupted(py, signal, &result.err().unwrap_or_else(sent)))
        }
    }
}

/// Runs what touches no Python and cannot be interrupted, without the GIL.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    watch_exit(py)?;
    Ok(py.detach(|| {
        let result = work();
        signals::stay_out_if_exiting();
        result
    }))
}

/// The error of an operating system that gives no thread or no socket.
fn no_resource(what: &'static str, cause: std::io::Error) -> Error {
    Error::new(ErrorKind::Internal, what).with_source(cause)
}
