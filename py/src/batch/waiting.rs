//! The results of a batch for `for`, and by their places.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use pyo3::{
    exceptions::{PyException, PyTypeError, PyValueError},
    prelude::*,
    types::PyList,
};

use super::source::{Next, Source, never_read};
use crate::{
    bridge::{self, PerProcess},
    once::intern,
};

/// How long a wait may last before signals are looked for.
const TICK: Duration = Duration::from_millis(100);

/// The results of `create_many`, each a resource or the error that it met; nothing is sent before they are read.
///
/// They are read once, by iterating, or kept by `list(results)` or by asking for one by its place.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Results {
    /// Taken out while it is read, so that no lock is held meanwhile.
    source: PerProcess<Mutex<Option<Source>>>,
    total: Option<usize>,
    wants_stop: Arc<AtomicBool>,
    kept: Mutex<Option<Py<PyList>>>,
}

impl Results {
    pub(super) fn make(py: Python<'_>, source: Source) -> PyResult<Py<PyAny>> {
        let (total, wants_stop) = (source.total, Arc::clone(&source.wants_stop));
        let source = PerProcess::new(Mutex::new(Some(source)));
        Ok(Py::new(py, Self { source, total, wants_stop, kept: Mutex::default() })?.into_any())
    }

    fn lock(&self) -> PyResult<MutexGuard<'_, Option<Source>>> {
        let source = self.source.current().ok_or_else(of_parent)?;
        Ok(source.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Source) -> PyResult<T>) -> PyResult<T> {
        let busy = || PyValueError::new_err("another thread is reading these results");
        let mut source = self.lock()?.take().ok_or_else(busy)?;
        let result = work(&mut source);
        *self.lock()? = Some(source);
        result
    }

    /// All results that are left, in a list that stays.
    fn kept<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let this = slf.get();
        let kept = this.kept.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|list| list.bind(py).clone());
        let list = match kept {
            Some(list) => list,
            None if this.with(|source| Ok(source.is_begun()))? => {
                return Err(PyTypeError::new_err("the results are being read one by one: list(results) keeps them"));
            }
            None => {
                // kept before it is filled: what breaks off in between, such as Ctrl-C, loses none of it
                let list = PyList::empty(py);
                *this.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(list.clone().unbind());
                list
            }
        };
        while let Some(result) = this.next(slf)? {
            list.append(result)?;
        }
        Ok(list)
    }

    fn next(&self, slf: &Bound<'_, Self>) -> PyResult<Option<Py<PyAny>>> {
        let py = slf.py();
        self.with(|source| {
            let raised = loop {
                match source.next(py) {
                    Ok(Next::Told(result)) => return Ok(Some(result)),
                    Ok(Next::End) => return Ok(None),
                    Ok(Next::Wait) => {}
                    Err(raised) if raised.is_instance_of::<PyException>(py) => return Err(raised),
                    Err(raised) => break raised, // Ctrl-C in the caller's own iterable
                }
                bridge::detached(py, || source.reader().wait(TICK))?;
                if let Err(raised) = py.check_signals() {
                    break raised;
                }
            };
            source.stop();
            let _ = raised.value(py).setattr(intern!(py, "results"), slf); // a class with slots goes without
            Err(raised)
        })
    }
}

#[pymethods]
impl Results {
    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let is_kept = slf.get().kept.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if is_kept { Ok(Self::kept(slf)?.try_iter()?.into_any()) } else { Ok(slf.clone().into_any()) }
    }

    fn __next__(slf: &Bound<'_, Self>) -> PyResult<Option<Py<PyAny>>> {
        slf.get().next(slf)
    }

    fn __len__(&self) -> PyResult<usize> {
        self.total.ok_or_else(|| PyTypeError::new_err("the requests came without a length, so the results have none"))
    }

    const fn __bool__(&self) -> bool {
        true
    }

    fn __getitem__<'py>(slf: &Bound<'py, Self>, place: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::kept(slf)?.as_any().get_item(place)
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

    /// The number from 0 of the request that the last result belongs to; `None` before the first.
    #[getter]
    fn index(&self) -> PyResult<Option<usize>> {
        self.with(|source| Ok(source.index))
    }

    fn __repr__(&self) -> &'static str {
        "<results of create_many>"
    }
}

impl Drop for Results {
    fn drop(&mut self) {
        let unread = self.source.current().is_some_and(|source| {
            let source = source.lock().unwrap_or_else(PoisonError::into_inner);
            source.as_ref().is_some_and(|source| !source.is_begun())
        });
        if unread {
            never_read("create_many");
        }
    }
}

/// The error of a child that reads what its parent sends.
pub(super) fn of_parent() -> PyErr {
    PyValueError::new_err("these results belong to the process that this one was forked from")
}
