//! The records of a list one by one, for `for` and for `async for`.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use pyo3::{
    exceptions::{PyStopAsyncIteration, PyValueError},
    prelude::*,
};
use ringback::{Document, Pages, blocking, operation::Operation};

use super::{cut, one};
use crate::{
    bridge::{self, Call, Finish, Ready},
    resource::Place,
};

/// What a walk record by record has, and where it goes on.
struct State<P> {
    /// Taken out while a page is fetched, so that no lock is held meanwhile.
    pages: Option<P>,
    ready: VecDeque<Document>,
    left: Option<usize>,
    ended: bool,
}

/// What the next step of a walk is.
enum Step<P> {
    Record(Document),
    Fetch(P),
    End,
}

impl<P> State<P> {
    /// Stands before the first page, or behind it if it was fetched already.
    fn new(pages: P, first: Option<ringback::Page>, limit: Option<usize>) -> Mutex<Self> {
        let mut state = Self { pages: None, ready: VecDeque::new(), left: limit, ended: false };
        match first {
            Some(page) => state.take(pages, Some(page.into_documents())),
            None => state.pages = Some(pages),
        }
        Mutex::new(state)
    }

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
    fn take(&mut self, pages: P, page: Option<Vec<Document>>) {
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
    operation: &'static Operation,
    state: Mutex<State<blocking::Pages>>,
}

impl Records {
    pub(super) fn make(
        py: Python<'_>,
        place: Place,
        operation: &'static Operation,
        pages: blocking::Pages,
        first: Option<ringback::Page>,
        limit: Option<usize>,
    ) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, Self { place, operation, state: State::new(pages, first, limit) })?.into_any())
    }
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
                    let fetch = |go_on: &mut dyn FnMut() -> bool| pages.next_while(go_on).transpose();
                    let page = bridge::wait(py, &self.place.handle, self.operation, fetch);
                    let (records, failure) = match page {
                        Ok(page) => (page.map(ringback::Page::into_documents), None),
                        Err(failure) => (None, Some(failure)),
                    };
                    lock(&self.state).take(pages, records);
                    if let Some(failure) = failure {
                        return Err(failure);
                    }
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

impl AsyncRecords {
    pub(super) fn make(
        py: Python<'_>,
        place: Place,
        operation: &'static Operation,
        pages: Pages,
        first: Option<ringback::Page>,
        limit: Option<usize>,
    ) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, Self { place, operation, state: State::new(pages, first, limit) })?.into_any())
    }
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
                            Some(Ok(page)) if page.is_empty() => continue,
                            Some(Ok(page)) => {
                                let records = page.into_documents();
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
                            let stream = stream.bind(py).get();
                            lock(&stream.state).take(pages, None);
                            let errors = &stream.place.handle.errors;
                            Err(error.map_or_else(
                                || PyStopAsyncIteration::new_err(()),
                                |error| errors.raised(py, &error, Some(stream.operation)),
                            ))
                        }) as Finish);
                    }
                };
                Call::make(py, this.place.handle.clone(), this.operation, Box::pin(work), progress)
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
