//! What is made once in a process and kept.
//!
//! PyO3's own ways to do that let go of the interpreter while a place is marked as being filled. In a child that another
//! thread forks at that moment nobody will ever fill it, and who asks for it waits for ever.

use pyo3::{PyTypeCheck, exceptions::PyRuntimeError, prelude::*, sync::PyOnceLock, types::PyString};

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
