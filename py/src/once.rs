//! What is made once in a process and kept.
//!
//! PyO3's own ways to do that let go of the interpreter while a place is marked as being filled. In a child that another
//! thread forks at that moment nobody will ever fill it, and who asks for it waits for ever. What only PyO3 can make is made
//! before a fork.

use pyo3::{
    PyTypeCheck,
    exceptions::PyRuntimeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDate, PyDateTime, PyDict, PyMapping, PyString, PyTzInfo},
};

use crate::{batch, bridge, classes, domain, twiml};

/// Asks Python to tell of forks, where it knows them.
pub(crate) fn watch_forks(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let Ok(register) = py.import("os")?.getattr("register_at_fork") else { return Ok(()) };
    let arguments = PyDict::new(py);
    arguments.set_item("before", wrap_pyfunction!(before_fork, module)?)?;
    register.call((), Some(&arguments)).map(drop)
}

/// Waits for other threads that make a type or import a module of this package, so that none is half made in the child.
#[pyfunction]
fn before_fork(py: Python<'_>) -> PyResult<()> {
    py.get_type::<batch::Upcoming>();
    py.get_type::<bridge::Call>();
    py.get_type::<bridge::Drain>();
    py.get_type::<bridge::Ready>();
    py.get_type::<classes::Nested>();
    py.get_type::<domain::Opener>();
    py.get_type::<twiml::Row>();
    py.get_type::<twiml::Verbs>();
    py.get_type::<PyDate>();
    py.get_type::<PyDateTime>();
    py.get_type::<PyMapping>();
    py.get_type::<PyTzInfo>();
    let modules = py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
    for name in modules.keys().iter().filter_map(|name| name.extract::<String>().ok()) {
        if name == "ringback" || name.starts_with("ringback.") {
            py.import(name)?;
        }
    }
    Ok(())
}

/// A place where no thread waits for another one.
pub(crate) trait Once<T> {
    /// What stands here. It is made now if this is the first time; where two threads make it, the first stays.
    fn kept(&self, py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> PyResult<&T>;
}

impl<T> Once<T> for PyOnceLock<T> {
    fn kept(&self, py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> PyResult<&T> {
        if self.get(py).is_none() {
            let made = make()?;
            let _ = self.set(py, made);
        }
        self.get(py).ok_or_else(|| PyRuntimeError::new_err("what was made is gone"))
    }
}

/// A place for what a module of Python holds.
pub(crate) trait Import<T> {
    /// What the module holds by this name, which is looked up the first time.
    fn imported<'py>(&self, py: Python<'py>, module: &str, name: &str) -> PyResult<&Bound<'py, T>>;
}

impl<T: PyTypeCheck> Import<T> for PyOnceLock<Py<T>> {
    fn imported<'py>(&self, py: Python<'py>, module: &str, name: &str) -> PyResult<&Bound<'py, T>> {
        let found = || Ok(py.import(module)?.getattr(name)?.cast_into::<T>()?.unbind());
        Ok(self.kept(py, found)?.bind(py))
    }
}

/// A text that Python makes once: `intern!(py, "name")`.
macro_rules! intern {
    ($py:expr, $text:expr) => {{
        static TEXT: pyo3::sync::PyOnceLock<pyo3::Py<pyo3::types::PyString>> = pyo3::sync::PyOnceLock::new();
        $crate::once::interned($py, &TEXT, $text)
    }};
}
pub(crate) use intern;

/// The text that stands here, now if not before.
pub(crate) fn interned<'py>(
    py: Python<'py>,
    place: &'py PyOnceLock<Py<PyString>>,
    text: &str,
) -> &'py Bound<'py, PyString> {
    loop {
        if let Some(kept) = place.get(py) {
            return kept.bind(py);
        }
        let _ = place.set(py, PyString::intern(py, text).unbind());
    }
}
