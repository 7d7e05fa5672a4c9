//! The emulator and the command inside the Python process.

use std::{
    ffi::OsString,
    sync::{Arc, Mutex, PoisonError},
};

use pyo3::prelude::*;
use ringback::{Error, Result};
use ringback_emulator::{Emulator, Options};

use crate::{
    arguments,
    bridge::{self, PerProcess},
    errors, values,
};

/// A running emulator; `ringback.Emulator` is its face.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct NativeEmulator {
    url: String,
    running: PerProcess<Mutex<Option<Arc<Emulator>>>>,
}

impl NativeEmulator {
    /// The emulator, which may answer several threads at once: a webhook's handler may ask it meanwhile.
    fn running(&self) -> Result<Arc<Emulator>> {
        let running = self.running.current();
        let running =
            running.ok_or_else(|| Error::configuration("the emulator runs in the parent process: use its url"))?;
        let running = running.lock().unwrap_or_else(PoisonError::into_inner).clone();
        running.ok_or_else(|| Error::configuration("the emulator is stopped"))
    }
}

#[pymethods]
impl NativeEmulator {
    #[new]
    fn new(py: Python<'_>, port: u16) -> PyResult<Self> {
        let started = bridge::detached(py, || Emulator::start(Options::default().port(port)))?;
        let emulator = started.map_err(|error| errors::raised(py, &error))?;
        let url = emulator.url().to_owned();
        Ok(Self { url, running: PerProcess::new(Mutex::new(Some(Arc::new(emulator)))) })
    }

    /// The address that it listens on.
    #[getter]
    fn url(&self) -> &str {
        &self.url
    }

    /// Calls the control surface; gives the HTTP status and the JSON.
    #[pyo3(signature = (method, path, body = None))]
    fn control<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        path: &str,
        body: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(u16, Bound<'py, PyAny>)> {
        let body = body.map(|body| arguments::json("body", body, arguments::Nulls::LeftOut, 0)).transpose()?.flatten();
        let answer = bridge::detached(py, || self.running()?.control(method, path, body))?;
        let (status, json) = answer.map_err(|error| errors::raised(py, &error))?;
        Ok((status, values::json(py, &json)?))
    }

    /// The account and the token that clients of it use unless told otherwise.
    #[classattr]
    fn account() -> (&'static str, &'static str) {
        (Emulator::ACCOUNT_SID, Emulator::AUTH_TOKEN)
    }

    /// Ends it.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        bridge::detached(py, || {
            let running = self.running.current();
            drop(running.and_then(|running| running.lock().unwrap_or_else(PoisonError::into_inner).take()));
        })
    }
}

/// Runs the command `ringback`; gives its exit code.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<i32> {
    bridge::detached(py, || ringback_cli::run(arguments))
}
