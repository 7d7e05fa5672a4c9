//! The results of a batch for `async for`, or all at once when they are awaited.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use pyo3::{
    exceptions::{PyStopAsyncIteration, PyStopIteration, PyTypeError, PyValueError},
    prelude::*,
};

use super::{
    source::{Next, Source, never_read},
    waiting::of_parent,
};
use crate::bridge::{self, Bell, PerProcess, thrown};

/// The task that waits for news of a batch, if one does.
pub(super) struct Waiter(Mutex<Option<Bell>>);

impl Waiter {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::default()))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Bell>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets it go on; called where Python does not run.
    pub(super) fn wake(&self) {
        let bell = self.lock().take();
        if let Some(bell) = bell {
            bell.ring();
        }
    }
}

/// The results of `create_many`, each a resource or the error that it met; nothing is sent before they are read.
///
/// `async for` reads them one by one, and awaiting them gives a list.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct AsyncResults {
    source: PerProcess<Mutex<Source>>,
    total: Option<usize>,
    wants_stop: Arc<AtomicBool>,
    waiter: Arc<Waiter>,
}

impl AsyncResults {
    pub(super) fn make(py: Python<'_>, source: Source, waiter: Arc<Waiter>) -> PyResult<Py<PyAny>> {
        let (total, wants_stop) = (source.total, Arc::clone(&source.wants_stop));
        Ok(Py::new(py, Self { source: PerProcess::new(Mutex::new(source)), total, wants_stop, waiter })?.into_any())
    }

    /// Runs what may run the caller's own code, which may come back here: that is an error and no deadlock.
    fn with<T>(&self, work: impl FnOnce(&mut Source) -> PyResult<T>) -> PyResult<T> {
        let source = self.source.current().ok_or_else(of_parent)?;
        let busy = |_| PyValueError::new_err("another task or thread is reading these results");
        work(&mut *source.try_lock().map_err(busy)?)
    }
}

#[pymethods]
impl AsyncResults {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__(slf: Py<Self>) -> Upcoming {
        Upcoming { results: slf, waits: AtomicBool::new(false) }
    }

    fn __await__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let whole = slf.py().import("ringback._batch")?.getattr("whole")?.call1((slf,))?;
        whole.call_method0("__await__")
    }

    fn __len__(&self) -> PyResult<usize> {
        self.total.ok_or_else(|| PyTypeError::new_err("the requests came without a length, so the results have none"))
    }

    const fn __bool__(&self) -> bool {
        true
    }

    /// Begins no further request and drops what is under way.
    ///
    /// What can still be read says what became of each request that was begun.
    fn stop(&self) {
        self.wants_stop.store(true, Ordering::Release);
        // where it is being read, as in the callback for the progress, its reader stops it
        let _ = self.with(|source| {
            source.stop();
            Ok(())
        });
    }

    /// Stops, and gives what can be told at once of all that was not read.
    fn _settle(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        self.with(|source| {
            source.stop();
            let mut rest = Vec::new();
            let mut patience = 20;
            while patience > 0 {
                match source.next(py)? {
                    Next::Told(result) => rest.push(result),
                    Next::End => break,
                    Next::Wait => {
                        bridge::detached(py, || source.reader().wait(Duration::from_millis(5)))?;
                        patience -= 1;
                    }
                }
            }
            Ok(rest)
        })
    }

    /// The number from 0 of the request that the last result belongs to; `None` before the first.
    #[getter]
    fn index(&self) -> PyResult<Option<usize>> {
        self.with(|source| Ok(source.index))
    }

    fn __repr__(&self) -> &'static str {
        "<async results of create_many>"
    }
}

impl Drop for AsyncResults {
    fn drop(&mut self) {
        let unread = self.source.current().is_some_and(|source| {
            let source = source.lock().unwrap_or_else(PoisonError::into_inner);
            !source.is_begun()
        });
        if unread {
            never_read("create_many");
        }
    }
}

/// The next result, to be awaited; given up, it leaves the results where they were.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Upcoming {
    results: Py<AsyncResults>,
    waits: AtomicBool,
}

impl Upcoming {
    fn step(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let results = self.results.bind(py).get();
        if !self.waits.load(Ordering::Acquire) && results.waiter.lock().is_some() {
            return Err(PyValueError::new_err("another task is reading these results"));
        }
        match results.with(|source| source.next(py))? {
            Next::Told(result) => return Err(PyStopIteration::new_err((result,))),
            Next::End => return Err(PyStopAsyncIteration::new_err(())),
            Next::Wait => {}
        }
        // what comes from here on rings, and what came meanwhile is seen by another look
        let (bell, future) = Bell::new(py)?;
        *results.waiter.lock() = Some(bell);
        self.waits.store(true, Ordering::Release);
        let next = results.with(|source| source.next(py));
        if !matches!(next, Ok(Next::Wait)) {
            results.waiter.lock().take();
        }
        match next? {
            Next::Told(result) => Err(PyStopIteration::new_err((result,))),
            Next::End => Err(PyStopAsyncIteration::new_err(())),
            Next::Wait => Ok(future),
        }
    }
}

#[pymethods]
impl Upcoming {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.step(py)
    }

    fn send(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let _ = value;
        self.step(py)
    }

    #[pyo3(signature = (typ, val = None, tb = None))]
    fn throw(
        &self,
        typ: &Bound<'_, PyAny>,
        val: Option<&Bound<'_, PyAny>>,
        tb: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let _ = tb;
        self.close(typ.py());
        Err(thrown(typ, val)?)
    }

    fn close(&self, py: Python<'_>) {
        if self.waits.swap(false, Ordering::AcqRel) {
            self.results.bind(py).get().waiter.lock().take();
        }
    }
}
