//! Lists: all at once, record by record, or page by page.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use pyo3::{
    exceptions::{PyRuntimeError, PyStopAsyncIteration, PyTypeError, PyValueError},
    prelude::*,
    types::{PyList, PyString},
};
use ringback::{Pages, Params, blocking, operation::Operation};
use serde_json::Value;

use crate::{
    arguments,
    bridge::{self, Call, Finish, Ready},
    client::Door,
    errors,
    resource::{self, Place, Source},
    shape::Role,
};

/// What steers the walk through a list, besides its filters.
#[derive(Default)]
pub(crate) struct Walk {
    limit: Option<usize>,
    page_size: Option<usize>,
    page_token: Option<String>,
    page_number: Option<String>,
    target_url: Option<String>,
}

impl Walk {
    pub(crate) fn set(&mut self, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if value.is_none() || value.is(arguments::unset(value.py())?) {
            return Ok(());
        }
        let count = || {
            let wrong = |_| PyTypeError::new_err(format!("{name} takes a whole number that is not negative"));
            value.extract::<usize>().map_err(wrong)
        };
        match name {
            // as in the official library, a limit of 0 is none
            "limit" => self.limit = Some(count()?).filter(|limit| *limit > 0),
            "page_size" => self.page_size = Some(count()?).filter(|size| *size > 0),
            "page_number" => self.page_number = Some(count()?.to_string()),
            "page_token" => self.page_token = Some(arguments::text_of("PageToken", value.cast::<PyString>()?)?),
            _ => self.target_url = Some(arguments::text_of("target_url", value.cast::<PyString>()?)?),
        }
        Ok(())
    }

    fn start(
        &self,
        py: Python<'_>,
        place: &Place,
        operation: &'static Operation,
        mut params: Params,
    ) -> PyResult<Cursor> {
        if let Some(number) = &self.page_number {
            params.set("Page", number.as_str());
        }
        if let Some(token) = &self.page_token {
            params.set("PageToken", token.as_str());
        }
        let size = self.page_size.or(self.limit);
        let raised = |error| errors::raised(py, &error);
        Ok(match place.handle.door(py)? {
            Door::Blocking(client) => {
                let mut pages = client.pages(operation, params).map_err(raised)?;
                if let Some(size) = size {
                    pages = pages.page_size(size);
                }
                Cursor::Blocking(match &self.target_url {
                    Some(url) => pages.starting_at(url),
                    None => pages,
                })
            }
            Door::Async(client) => {
                let mut pages = client.pages(operation, params).map_err(raised)?;
                if let Some(size) = size {
                    pages = pages.page_size(size);
                }
                Cursor::Async(match &self.target_url {
                    Some(url) => pages.starting_at(url),
                    None => pages,
                })
            }
        })
    }
}

/// Where a walk through a list is.
enum Cursor {
    Blocking(blocking::Pages),
    Async(Pages),
}

/// The records of one page, and whether the limit leaves any after them.
fn cut(records: Vec<Value>, left: &mut Option<usize>) -> Vec<Value> {
    let mut records = records;
    if let Some(left) = left {
        records.truncate(*left);
        *left -= records.len();
    }
    records
}

/// Starts a walk record by record.
pub(crate) fn stream(
    py: Python<'_>,
    place: Place,
    operation: &'static Operation,
    params: Params,
    walk: &Walk,
) -> PyResult<Py<PyAny>> {
    let state =
        |pages| Mutex::new(State { pages: Some(pages), ready: VecDeque::new(), left: walk.limit, ended: false });
    Ok(match walk.start(py, &place, operation, params)? {
        Cursor::Blocking(pages) => Py::new(py, Records { place, state: state(pages) })?.into_any(),
        Cursor::Async(pages) => {
            let state =
                Mutex::new(State { pages: Some(pages), ready: VecDeque::new(), left: walk.limit, ended: false });
            Py::new(py, AsyncRecords { place, operation, state })?.into_any()
        }
    })
}

/// Reads a whole list.
pub(crate) fn list(
    py: Python<'_>,
    place: Place,
    operation: &'static Operation,
    params: Params,
    walk: &Walk,
) -> PyResult<Py<PyAny>> {
    let mut left = walk.limit;
    match walk.start(py, &place, operation, params)? {
        Cursor::Blocking(mut pages) => {
            let records = bridge::wait(py, |go_on| {
                let mut all = Vec::new();
                while left != Some(0)
                    && let Some(page) = pages.next_while(go_on)
                {
                    all.extend(cut(page?.into_records(), &mut left));
                }
                Ok(all)
            })?;
            instances(py, &place, records)
        }
        Cursor::Async(mut pages) => {
            let progress = pages.progress();
            let work = async move {
                let mut all = Vec::new();
                while left != Some(0)
                    && let Some(page) = pages.next().await
                {
                    all.extend(cut(page?.into_records(), &mut left));
                }
                Ok(Box::new(move |py: Python<'_>| instances(py, &place, all)) as Finish)
            };
            Call::make(py, operation.name, Box::pin(work), progress)
        }
    }
}

/// Reads one page.
pub(crate) fn page(
    py: Python<'_>,
    place: Place,
    operation: &'static Operation,
    params: Params,
    walk: &Walk,
) -> PyResult<Py<PyAny>> {
    match walk.start(py, &place, operation, params)? {
        Cursor::Blocking(mut pages) => {
            let page = bridge::wait(py, |go_on| pages.next_while(go_on).transpose())?;
            Page::make(py, place, operation, page)
        }
        Cursor::Async(mut pages) => {
            let progress = pages.progress();
            let work = async move {
                let page = pages.next().await.transpose()?;
                Ok(Box::new(move |py: Python<'_>| Page::make(py, place, operation, page)) as Finish)
            };
            Call::make(py, operation.name, Box::pin(work), progress)
        }
    }
}

fn instances(py: Python<'_>, place: &Place, records: Vec<Value>) -> PyResult<Py<PyAny>> {
    let list = PyList::empty(py);
    for record in records {
        list.append(one(py, place, record)?)?;
    }
    Ok(list.into_any().unbind())
}

fn one(py: Python<'_>, place: &Place, record: Value) -> PyResult<Py<PyAny>> {
    resource::instance(py, place.node, place.handle.clone(), place.values.clone(), Source::Record(record))
}

/// What a walk record by record has, and where it goes on.
struct State<P> {
    /// Taken out while a page is fetched, so that no lock is held meanwhile.
    pages: Option<P>,
    ready: VecDeque<Value>,
    left: Option<usize>,
    ended: bool,
}

/// What the next step of a walk is.
enum Step<P> {
    Record(Value),
    Fetch(P),
    End,
}

impl<P> State<P> {
    fn step(&mut self) -> PyResult<Step<P>> {
        if let Some(record) = self.ready.pop_front() {
            return Ok(Step::Record(record));
        }
        if self.ended || self.left == Some(0) {
            return Ok(Step::End);
        }
        let busy = || PyValueError::new_err("another task or thread is reading this list");
        self.pages.take().map(Step::Fetch).ok_or_else(busy)
    }

    /// Takes a fetched page; after an error, and after the last page, the walk is over.
    fn take(&mut self, pages: P, page: Option<Vec<Value>>) {
        match page {
            Some(records) => {
                self.ready = cut(records, &mut self.left).into();
                self.pages = Some(pages);
            }
            None => self.ended = true,
        }
    }
}

fn lock<P>(state: &Mutex<State<P>>) -> MutexGuard<'_, State<P>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The records of a list, each page fetched when its first record is asked for.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Records {
    place: Place,
    state: Mutex<State<blocking::Pages>>,
}

#[pymethods]
impl Records {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        loop {
            let step = lock(&self.state).step()?;
            match step {
                Step::Record(record) => return one(py, &self.place, record).map(Some),
                Step::End => return Ok(None),
                Step::Fetch(mut pages) => {
                    let page = bridge::wait(py, |go_on| pages.next_while(go_on).transpose());
                    let records = page.as_ref().ok().and_then(Option::as_ref).map(|page| page.records().to_vec());
                    lock(&self.state).take(pages, records);
                    page?;
                }
            }
        }
    }

    /// Ends the walk.
    fn close(&self) {
        let mut state = lock(&self.state);
        state.ready.clear();
        state.ended = true;
    }
}

/// The records of a list for `async for`.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct AsyncRecords {
    place: Place,
    operation: &'static Operation,
    state: Mutex<State<Pages>>,
}

#[pymethods]
impl AsyncRecords {
    fn __aiter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __anext__(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let this = slf.get();
        let step = lock(&this.state).step()?;
        match step {
            Step::Record(record) => Ready::make(py, Some(one(py, &this.place, record)?)),
            Step::End => Ready::make(py, None),
            Step::Fetch(mut pages) => {
                let stream = slf.clone().unbind();
                let progress = pages.progress();
                let work = async move {
                    loop {
                        let page = pages.next().await;
                        let error = match page {
                            Some(Ok(page)) if page.records().is_empty() => continue,
                            Some(Ok(page)) => {
                                let records = page.into_records();
                                return Ok(Box::new(move |py: Python<'_>| {
                                    let stream = stream.bind(py).get();
                                    let mut state = lock(&stream.state);
                                    state.take(pages, Some(records));
                                    let first = state.ready.pop_front();
                                    drop(state);
                                    let first = first.ok_or_else(|| PyStopAsyncIteration::new_err(()))?;
                                    one(py, &stream.place, first)
                                }) as Finish);
                            }
                            Some(Err(error)) => Some(error),
                            None => None,
                        };
                        return Ok(Box::new(move |py: Python<'_>| {
                            lock(&stream.bind(py).get().state).take(pages, None);
                            Err(error
                                .map_or_else(|| PyStopAsyncIteration::new_err(()), |error| errors::raised(py, &error)))
                        }) as Finish);
                    }
                };
                Call::make(py, this.operation.name, Box::pin(work), progress)
            }
        }
    }

    /// Ends the walk.
    fn aclose(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let mut state = lock(&self.state);
        state.ready.clear();
        state.ended = true;
        drop(state);
        Ready::make(py, Some(py.None()))
    }
}

/// One page of a list; iterating gives its instances.
#[pyclass(frozen, subclass, module = "ringback._ringback")]
pub(crate) struct Page(OnceLock<Inner>);

struct Inner {
    place: Place,
    operation: &'static Operation,
    records: Mutex<VecDeque<Value>>,
    next: Option<String>,
    previous: Option<String>,
}

impl Page {
    fn make(
        py: Python<'_>,
        place: Place,
        operation: &'static Operation,
        page: Option<ringback::Page>,
    ) -> PyResult<Py<PyAny>> {
        let class = place.node.class(py, Role::Page)?;
        let object = class.call0()?;
        let url = |url: Option<&str>| url.map(str::to_owned);
        let (next, previous) =
            page.as_ref().map(|page| (url(page.next_url()), url(page.previous_url()))).unwrap_or_default();
        let records = page.map(ringback::Page::into_records).unwrap_or_default();
        let inner = Inner { place, operation, records: Mutex::new(records.into()), next, previous };
        let _ = object.cast::<Self>()?.get().0.set(inner);
        Ok(object.unbind())
    }

    fn inner(&self) -> PyResult<&Inner> {
        self.0.get().ok_or_else(|| PyRuntimeError::new_err("a page comes from the method page of a list"))
    }

    fn follow(&self, py: Python<'_>, url: Option<&str>) -> PyResult<Py<PyAny>> {
        let inner = self.inner()?;
        let place = inner.place.clone();
        let Some(url) = url else {
            return match place.handle.door(py)? {
                Door::Blocking(_) => Ok(py.None()),
                Door::Async(_) => Ready::make(py, Some(py.None())),
            };
        };
        let walk = Walk { target_url: Some(url.to_owned()), ..Walk::default() };
        let params = place.params();
        page(py, place, inner.operation, params, &walk)
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
        self.follow(py, self.inner()?.next.as_deref())
    }

    /// The page before, or `None` before the first.
    fn previous_page(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.follow(py, self.inner()?.previous.as_deref())
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let inner = self.inner()?;
        let record = inner.records.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        record.map(|record| one(py, &inner.place, record)).transpose()
    }

    fn __repr__(&self) -> String {
        self.0.get().map_or_else(|| "<Page>".to_owned(), |inner| format!("<{}>", inner.place.node.title(Role::Page)))
    }
}
