//! What a method `…_with_http_info` gives besides its data: the status and the headers of the answer.

use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyTuple},
};
use ringback::Response;

use crate::once::Import;

/// The status and the headers of an answer.
pub(crate) struct Info {
    status: u16,
    headers: Headers,
}

enum Headers {
    /// Those that we read.
    Read(Vec<(String, String)>),
    /// Those that an HTTP client of the caller's own gave, as they are.
    Given(Py<PyDict>),
}

impl Info {
    pub(crate) fn of(response: &Response) -> Self {
        let headers = response.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { status: response.status(), headers: Headers::Read(headers) }
    }

    pub(crate) fn given(status: u16, headers: Py<PyDict>) -> Self {
        Self { status, headers: Headers::Given(headers) }
    }

    /// The data with it, as an `ApiResponse`.
    fn around(self, py: Python<'_>, data: Py<PyAny>) -> PyResult<Py<PyAny>> {
        static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let headers = self.headers(py)?;
        Ok(CLASS.imported(py, "ringback._responses", "ApiResponse")?.call1((data, self.status, headers))?.unbind())
    }

    /// The data with it if it is wanted, else the data alone.
    pub(crate) fn perhaps_around(info: Option<Self>, py: Python<'_>, data: Py<PyAny>) -> PyResult<Py<PyAny>> {
        match info {
            Some(info) => info.around(py, data),
            None => Ok(data),
        }
    }

    /// The data with it, as a tuple, which is what a stream has.
    pub(crate) fn beside(self, py: Python<'_>, data: Py<PyAny>) -> PyResult<Py<PyAny>> {
        let headers = self.headers(py)?;
        Ok((data, self.status, headers).into_pyobject(py)?.into_any().unbind())
    }

    /// The headers by their names in any case; a repeated one holds its values with commas between them.
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let read = match &self.headers {
            Headers::Read(read) => read,
            Headers::Given(given) => return Ok(given.bind(py).clone().into_any()),
        };
        let headers = PyDict::new(py);
        for (name, value) in read {
            let joined = match headers.get_item(name)? {
                Some(known) => format!("{}, {value}", known.extract::<String>()?),
                None => value.clone(),
            };
            headers.set_item(name, joined)?;
        }
        CLASS.imported(py, "ringback._responses", "Headers")?.call1(PyTuple::new(py, [headers])?)
    }
}
