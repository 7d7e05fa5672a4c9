//! Lists: all at once, record by record, or page by page.

mod page;
mod records;

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyList, PyString},
};
use ringback::{Document, Pages, Params, blocking, operation::Operation};

pub(crate) use self::{
    page::Page,
    records::{AsyncRecords, Records},
};
use crate::{
    arguments,
    bridge::{self, Call, Finish},
    custom,
    handle::Door,
    info::Info,
    resource::{self, Place},
    shape::Face,
};

/// What is asked of a list, and in which form the answer is wanted.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) place: Place,
    pub(crate) operation: &'static Operation,
    pub(crate) way: Face,
    pub(crate) with_info: bool,
}

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

    pub(crate) fn limit(&self) -> Option<usize> {
        self.limit
    }

    pub(crate) fn target_url(&self) -> Option<&str> {
        self.target_url.as_deref()
    }

    /// How many records a page should have; a page is no larger than what is read.
    pub(crate) fn size(&self) -> Option<usize> {
        self.page_size.or(self.limit)
    }
}

/// Where a walk through a list is.
enum Cursor {
    Blocking(blocking::Pages),
    Async(Pages),
}

impl Ask {
    /// Stands before the first page.
    fn start(&self, py: Python<'_>, mut params: Params, walk: &Walk) -> PyResult<Cursor> {
        if let Some(number) = &walk.page_number {
            params.set("Page", number.as_str());
        }
        if let Some(token) = &walk.page_token {
            params.set("PageToken", token.as_str());
        }
        let size = walk.size();
        let handle = &self.place.handle;
        let raised = |error| handle.errors.raised(py, &error, Some(self.operation));
        // the two clients have the same words, but no type in common
        macro_rules! pages {
            ($client:expr) => {{
                let mut pages = $client.pages(self.operation, params).map_err(raised)?;
                if let Some(size) = size {
                    pages = pages.page_size(size);
                }
                match &walk.target_url {
                    Some(url) => pages.starting_at(url),
                    None => pages,
                }
            }};
        }
        Ok(match handle.door(py, self.way)? {
            Door::Blocking(client) => Cursor::Blocking(pages!(client)),
            Door::Async(client) => Cursor::Async(pages!(client)),
        })
    }

    /// The status and headers of a page, if they are wanted.
    fn info(&self, page: Option<&ringback::Page>) -> Option<Info> {
        page.filter(|_| self.with_info).map(|page| Info::of(page.response()))
    }

    /// Waits for what the blocking pages do.
    fn wait<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut dyn FnMut() -> bool) -> ringback::Result<T> + Send,
    ) -> PyResult<T> {
        bridge::wait(py, &self.place.handle, self.operation, work)
    }

    /// Gives something to await.
    fn call(
        &self,
        py: Python<'_>,
        progress: ringback::Progress,
        work: impl Future<Output = ringback::Result<Finish>> + Send + 'static,
    ) -> PyResult<Py<PyAny>> {
        Call::make(py, self.place.handle.clone(), self.operation, Box::pin(work), progress)
    }
}

/// The records of one page, as many as the limit leaves; they count against it.
fn cut(mut records: Vec<Document>, left: &mut Option<usize>) -> Vec<Document> {
    if let Some(left) = left {
        records.truncate(*left);
        *left -= records.len();
    }
    records
}

/// What a walk has read so far.
struct Read {
    ask: Ask,
    records: Vec<Document>,
    first: Option<Info>,
    left: Option<usize>,
    pages: usize,
}

impl Read {
    fn is_full(&self) -> bool {
        self.left == Some(0)
    }

    fn take(&mut self, page: ringback::Page) {
        if self.pages == 0 {
            self.first = self.ask.info(Some(&page));
        }
        self.pages += 1;
        self.records.extend(cut(page.into_documents(), &mut self.left));
    }

    fn give(self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let list = PyList::empty(py);
        for record in self.records {
            list.append(one(py, &self.ask.place, record)?)?;
        }
        Info::perhaps_around(self.first, py, list.into_any().unbind())
    }
}

/// Reads a whole list.
pub(crate) fn list(py: Python<'_>, ask: &Ask, params: Params, walk: &Walk) -> PyResult<Py<PyAny>> {
    let cursor = ask.start(py, params, walk)?;
    let mut read = Read { ask: ask.clone(), records: Vec::new(), first: None, left: walk.limit, pages: 0 };
    match cursor {
        Cursor::Blocking(mut pages) => {
            let read = ask.wait(py, |go_on| {
                while !read.is_full()
                    && let Some(page) = pages.next_while(go_on)
                {
                    read.take(page?);
                }
                Ok(read)
            })?;
            read.give(py)
        }
        Cursor::Async(mut pages) => ask.call(py, pages.progress(), async move {
            while !read.is_full()
                && let Some(page) = pages.next().await
            {
                read.take(page?);
            }
            Ok(Box::new(move |py: Python<'_>| read.give(py)) as Finish)
        }),
    }
}

/// Reads one page.
pub(crate) fn page(py: Python<'_>, ask: Ask, params: Params, walk: &Walk) -> PyResult<Py<PyAny>> {
    let handle = ask.place.handle.clone();
    if let (Some(custom), Some(url)) = (&handle.custom, walk.target_url()) {
        return custom::page(py, custom, ask, url);
    }
    match ask.start(py, params, walk)? {
        Cursor::Blocking(mut pages) => {
            let page = ask.wait(py, |go_on| pages.next_while(go_on).transpose())?;
            Page::make(py, &ask, page)
        }
        Cursor::Async(mut pages) => ask.clone().call(py, pages.progress(), async move {
            let page = pages.next().await.transpose()?;
            Ok(Box::new(move |py: Python<'_>| Page::make(py, &ask, page)) as Finish)
        }),
    }
}

/// Starts a walk record by record; the first page is fetched with the first record.
pub(crate) fn stream(py: Python<'_>, ask: Ask, params: Params, walk: &Walk) -> PyResult<Py<PyAny>> {
    match ask.start(py, params, walk)? {
        Cursor::Blocking(pages) => Records::make(py, ask.place, ask.operation, pages, None, walk.limit),
        Cursor::Async(pages) => AsyncRecords::make(py, ask.place, ask.operation, pages, None, walk.limit),
    }
}

/// Starts a walk record by record with its first page, whose status and headers may be wanted.
pub(crate) fn started_stream(py: Python<'_>, ask: Ask, params: Params, walk: &Walk) -> PyResult<Py<PyAny>> {
    let limit = walk.limit;
    let beside = |py: Python<'_>, info: Option<Info>, stream| match info {
        Some(info) => info.beside(py, stream),
        None => Ok(stream),
    };
    match ask.start(py, params, walk)? {
        Cursor::Blocking(mut pages) => {
            let page = ask.wait(py, |go_on| pages.next_while(go_on).transpose())?;
            let info = ask.info(page.as_ref());
            beside(py, info, Records::make(py, ask.place, ask.operation, pages, page, limit)?)
        }
        Cursor::Async(mut pages) => ask.clone().call(py, pages.progress(), async move {
            let page = pages.next().await.transpose()?;
            let info = ask.info(page.as_ref());
            Ok(Box::new(move |py: Python<'_>| {
                beside(py, info, AsyncRecords::make(py, ask.place, ask.operation, pages, page, limit)?)
            }) as Finish)
        }),
    }
}

fn one(py: Python<'_>, place: &Place, record: Document) -> PyResult<Py<PyAny>> {
    resource::instance(py, place.node, place.handle.clone(), place.values.clone(), record)
}
