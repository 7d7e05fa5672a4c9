//! Every list of the API as one stream, whatever its style of paging.

use std::{
    collections::VecDeque,
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    sync::OnceLock,
    task::{Context, Poll},
};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Client, Document, Error, ErrorKind, Outcome, Params, Progress, Response, Result, endpoint,
    operation::{Operation, Standard},
    request::WireRequest,
};

/// Where a version of the newer standard takes the token of a page.
const PAGE_TOKEN: &str = "pageToken";

/// One page of a list.
#[derive(Debug)]
pub struct Page {
    records: Vec<Document>,
    /// The same as values, once they were asked for.
    values: OnceLock<Vec<Value>>,
    next: Option<String>,
    previous: Option<String>,
    response: Response,
}

impl Page {
    /// The most records that Twilio gives on one page; asking for more is an error (20007).
    pub const LARGEST: usize = 1000;

    /// The name under which an operation takes the size of its pages, if it has pages.
    #[doc(hidden)]
    pub fn size_name(operation: &'static Operation) -> Option<&'static str> {
        match operation.resource.version.standard {
            Standard::V0 => Some("PageSize"),
            Standard::V1 => operation.parameter("page_size").map(|row| row.name.as_str()),
        }
    }

    /// Reads a page in any style: `meta` with absolute URLs or with tokens, or `next_page_uri` beside the records.
    pub(crate) fn new(request: &WireRequest, response: Response) -> Result<Self> {
        let operation = request.operation;
        let (page, mut records) = response.page(operation.records.as_deref().unwrap_or_default())?;
        let meta = page.get("meta").filter(Value::is_object);
        // what the page says of itself beats what its row says
        let key = meta.as_ref().and_then(|meta| meta.get("key")).and_then(Value::as_str);
        if let Some(key) = key.filter(|key| Some(*key) != operation.records.as_deref())
            && let (_, Some(named)) = response.page(key)?
        {
            records = Some(named);
        }
        let meta = meta.as_ref();
        let link = |in_meta: &str, beside: &str| {
            let url = match meta.and_then(|meta| meta.get(in_meta)) {
                Some(url) => url.clone(),
                None => page.get(beside)?,
            };
            Some(url.as_str()?.to_owned()).filter(|url| !url.is_empty())
        };
        // the page of a token is the same request with it
        let token = |in_meta: &str| {
            let meta = meta.filter(|_| operation.resource.version.standard == Standard::V1)?;
            let token = meta.get(in_meta)?.as_str().filter(|token| !token.is_empty())?;
            Some(request.path_with(PAGE_TOKEN, token))
        };
        let next = link("next_page_url", "next_page_uri").or_else(|| token("nextToken"));
        let previous = link("previous_page_url", "previous_page_uri").or_else(|| token("previousToken"));
        let records = records.ok_or_else(|| {
            Error::new(ErrorKind::Decode, format!("the page of {operation} holds no records"))
                .with_outcome(Outcome::Sent)
                .with_status(response.status())
        })?;
        Ok(Self { records, values: OnceLock::new(), next, previous, response })
    }

    /// The records as JSON.
    pub fn records(&self) -> &[Value] {
        self.values.get_or_init(|| self.records.iter().map(Document::value).collect())
    }

    /// The records as JSON, taken out of the page.
    pub fn into_records(self) -> Vec<Value> {
        self.values.into_inner().unwrap_or_else(|| self.records.iter().map(Document::value).collect())
    }

    /// The records, each to be read when it is asked for its values.
    #[doc(hidden)]
    pub fn into_documents(self) -> Vec<Document> {
        self.records
    }

    /// How many records there are.
    #[doc(hidden)]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    #[doc(hidden)]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The address of the next page, if there is one; only its path and query are ever used.
    pub fn next_url(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// The address of the page before, if there is one.
    pub fn previous_url(&self) -> Option<&str> {
        self.previous.as_deref()
    }

    /// The answer that the page came in.
    pub fn response(&self) -> &Response {
        &self.response
    }
}

/// The pages of a list, each fetched when it is asked for.
#[derive(Debug)]
pub struct Pages {
    client: Client,
    operation: &'static Operation,
    params: Params,
    next: Next,
    progress: Progress,
}

#[derive(Debug)]
enum Next {
    First,
    At(String),
    End,
}

impl Pages {
    pub(crate) fn new(client: Client, operation: &'static Operation, params: Params) -> Self {
        Self { client, operation, params, next: Next::First, progress: Progress::default() }
    }

    /// The same list from a page whose address an earlier answer gave; its origin is not followed.
    #[must_use]
    pub fn starting_at(mut self, url: &str) -> Self {
        self.next = Next::At(url.to_owned());
        self
    }

    /// The same list with so many records a page, at most 1,000; a list without pages stays as it is.
    #[must_use]
    pub fn page_size(mut self, records: usize) -> Self {
        if let Some(name) = Page::size_name(self.operation) {
            self.params.remove("page_size");
            self.params.set(name, i64::try_from(records.clamp(1, Page::LARGEST)).unwrap_or(50));
        }
        self
    }

    fn has_page_size(&self) -> bool {
        Page::size_name(self.operation)
            .is_some_and(|name| [name, "page_size"].iter().any(|name| self.params.get(name).is_some()))
    }

    /// Goes on with the connections of another copy of the client, which lives on another runtime.
    pub(crate) fn use_connections_of(&mut self, client: Client) {
        self.client = client;
    }

    /// How far the page that is being fetched has come; bindings ask it when they stop waiting.
    #[doc(hidden)]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Fetches the next page; `None` after the last.
    ///
    /// # Errors
    /// As [`Client::execute`]; after an error the list ends.
    pub async fn next(&mut self) -> Option<Result<Page>> {
        let request = match &self.next {
            Next::End => return None,
            Next::First => WireRequest::new(self.operation, &self.params, self.client.account_sid()),
            Next::At(url) => endpoint::path_and_query(url)
                .map(|path| WireRequest::of_page(self.operation, path))
                .ok_or_else(|| Error::new(ErrorKind::Decode, "the address of the next page is not a URL")),
        };
        let page = self.fetch(request).await;
        // only now: a fetch that is given up half-way leaves the list where it was
        self.next = Next::End;
        Some(page.map(|(page, next)| {
            self.next = next;
            page
        }))
    }

    async fn fetch(&self, request: Result<WireRequest>) -> Result<(Page, Next)> {
        let request = request?;
        self.progress.clear();
        let read = |response| Page::new(&request, response);
        let page = self.client.dispatch(&request, &self.progress, read).await?;
        let next = match page.next_url() {
            // a page that names itself as the next would never end
            Some(url) if endpoint::path_and_query(url).is_none_or(|path| path != request.path) => {
                Next::At(url.to_owned())
            }
            _ => Next::End,
        };
        Ok((page, next))
    }
}

/// The records of a list, each page fetched when its first record is asked for.
///
/// It is a [`Stream`], and [`Records::next`] reads it without any trait in scope.
#[must_use]
pub struct Records<T> {
    state: State,
    ready: VecDeque<Document>,
    remaining: Option<usize>,
    item: PhantomData<fn() -> T>,
}

type Fetched = (Pages, Option<Result<Page>>);

enum State {
    Idle(Pages),
    Loading(Pin<Box<dyn Future<Output = Fetched> + Send>>),
    End,
}

impl<T: DeserializeOwned> Records<T> {
    pub(crate) fn new(pages: Pages) -> Self {
        Self { state: State::Idle(pages), ready: VecDeque::new(), remaining: None, item: PhantomData }
    }

    /// The same list, ending after so many records; pages are then no larger than needed.
    pub fn limit(mut self, records: usize) -> Self {
        self.remaining = Some(records);
        self.with_pages(|pages| if pages.has_page_size() { pages } else { pages.page_size(records) })
    }

    /// The same list with so many records a page, at most 1,000.
    pub fn page_size(self, records: usize) -> Self {
        self.with_pages(|pages| pages.page_size(records))
    }

    /// Goes on with the connections of another copy of the client, which lives on another runtime.
    pub(crate) fn use_connections_of(&mut self, client: Client) {
        if let State::Idle(pages) = &mut self.state {
            pages.use_connections_of(client);
        }
    }

    fn with_pages(mut self, change: impl FnOnce(Pages) -> Pages) -> Self {
        self.state = match self.state {
            State::Idle(pages) => State::Idle(change(pages)),
            other => other,
        };
        self
    }

    /// The next record; `None` after the last, and after an error.
    ///
    /// # Errors
    /// As [`Client::execute`].
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Reads all that is left into a vector.
    ///
    /// # Errors
    /// The first error that a page met.
    pub async fn collect(mut self) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while let Some(record) = self.next().await {
            all.push(record?);
        }
        Ok(all)
    }
}

impl<T: DeserializeOwned> Stream for Records<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if self.remaining == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(record) = self.ready.pop_front() {
                self.remaining = self.remaining.map(|left| left - 1);
                return Poll::Ready(Some(serde_json::from_slice(record.text()).map_err(|cause| {
                    Error::new(ErrorKind::Decode, "a record of the page is not the JSON expected")
                        .with_source(cause)
                        .with_outcome(Outcome::Sent)
                })));
            }
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Poll::Ready(None),
                State::Idle(mut pages) => {
                    self.state = State::Loading(Box::pin(async move {
                        let page = pages.next().await;
                        (pages, page)
                    }));
                }
                State::Loading(mut future) => {
                    let Poll::Ready((pages, page)) = future.as_mut().poll(context) else {
                        self.state = State::Loading(future);
                        return Poll::Pending;
                    };
                    match page {
                        None => return Poll::Ready(None),
                        Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                        Some(Ok(page)) => {
                            self.ready = page.into_documents().into();
                            self.state = State::Idle(pages);
                        }
                    }
                }
            }
        }
    }
}
