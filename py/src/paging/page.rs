//! One page of a list, and the way to the pages beside it.

use std::{
    collections::VecDeque,
    sync::{Mutex, OnceLock, PoisonError},
};

use pyo3::{exceptions::PyRuntimeError, prelude::*};

use super::{Ask, Walk, one, page};
use ringback::Document;

use crate::{
    bridge::Ready,
    info::Info,
    shape::{Face, Role},
};

/// One page of a list; iterating gives its instances.
#[pyclass(frozen, subclass, module = "ringback._ringback")]
pub(crate) struct Page(OnceLock<Inner>);

struct Inner {
    ask: Ask,
    records: Mutex<VecDeque<Document>>,
    next: Option<String>,
    previous: Option<String>,
}

impl Page {
    pub(crate) fn make(py: Python<'_>, ask: &Ask, page: Option<ringback::Page>) -> PyResult<Py<PyAny>> {
        let info = ask.info(page.as_ref());
        let class = ask.place.node.class(py, Role::Page)?;
        let object = class.call0()?;
        let absolute = |url: &str| match url.strip_prefix('/') {
            Some(path) => format!("https://{}.twilio.com/{path}", ask.operation.product()),
            None => url.to_owned(),
        };
        let next = page.as_ref().and_then(|page| page.next_url()).map(absolute);
        let previous = page.as_ref().and_then(|page| page.previous_url()).map(absolute);
        let records = page.map(ringback::Page::into_documents).unwrap_or_default();
        let ask = Ask { with_info: false, ..ask.clone() };
        let inner = Inner { ask, records: Mutex::new(records.into()), next, previous };
        let _ = object.cast::<Self>()?.get().0.set(inner);
        Info::perhaps_around(info, py, object.unbind())
    }

    fn inner(&self) -> PyResult<&Inner> {
        self.0.get().ok_or_else(|| PyRuntimeError::new_err("a page comes from the method page of a list"))
    }

    /// The page at an address; awaited if the class is, or if the method says so.
    fn follow(&self, py: Python<'_>, url: Option<&str>, way: Option<Face>) -> PyResult<Py<PyAny>> {
        let ask = &self.inner()?.ask;
        let way = way.unwrap_or(ask.place.node.face);
        let Some(url) = url else {
            return if way == Face::Sync { Ok(py.None()) } else { Ready::make(py, Some(py.None())) };
        };
        let walk = Walk { target_url: Some(url.to_owned()), ..Walk::default() };
        page(py, Ask { way, ..ask.clone() }, ask.place.params(ask.operation), &walk)
    }
}

#[pymethods]
impl Page {
    #[new]
    fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The address of the next page.
    #[getter]
    fn next_page_url(&self) -> PyResult<Option<&str>> {
        Ok(self.inner()?.next.as_deref())
    }

    /// The address of the page before.
    #[getter]
    fn previous_page_url(&self) -> PyResult<Option<&str>> {
        Ok(self.inner()?.previous.as_deref())
    }

    /// The next page, or `None` after the last.
    fn next_page(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.follow(py, self.inner()?.next.as_deref(), None)
    }

    /// The page before, or `None` before the first.
    fn previous_page(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.follow(py, self.inner()?.previous.as_deref(), None)
    }

    /// The next page, awaited.
    fn next_page_async(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.follow(py, self.inner()?.next.as_deref(), Some(Face::Async))
    }

    /// The page before, awaited.
    fn previous_page_async(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.follow(py, self.inner()?.previous.as_deref(), Some(Face::Async))
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let inner = self.inner()?;
        let record = inner.records.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        record.map(|record| one(py, &inner.ask.place, record)).transpose()
    }

    fn __repr__(&self) -> String {
        self.0
            .get()
            .map_or_else(|| "<Page>".to_owned(), |inner| format!("<{}>", inner.ask.place.node.title(Role::Page)))
    }
}
