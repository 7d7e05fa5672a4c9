//! What is made once in a process and kept.

use pyo3::{PyTypeCheck, prelude::*, sync::PyOnceLock};

/// A place for it where no thread waits for another one that makes it.
///
/// That wait would never end in a child that was forked while another thread of the parent, since it imports a module, had
/// let go of the interpreter.
pub(crate) trait Once<T> {
    /// What stands here. It is made now if this is the first time; where two threads make it, the first stays.
    fn kept(&self, py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> PyResult<&T>;
}

impl<T> Once<T> for PyOnceLock<T> {
    #[expect(clippy::disallowed_methods, reason = "what was made is only put there")]
    fn kept(&self, py: Python<'_>, make: impl FnOnce() -> PyResult<T>) -> PyResult<&T> {
        match self.get(py) {
            Some(kept) => Ok(kept),
            None => {
                let made = make()?;
                Ok(self.get_or_init(py, || made))
            }
        }
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
