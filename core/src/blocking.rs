//! The same door without async: the calling thread does the work itself, so a send costs no switch of threads.

mod background;
mod send_all;

use std::{
    process,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Handle, Runtime};

use self::background::Background;
pub use self::send_all::{AsCompleted, SendAll};
use crate::{
    Error, ErrorKind, Params, Progress, Reconcile, Reconciliation, Response, Result,
    batch::{Driven, Manner},
    client::{ClientBuilder, IntoOperation},
    operation::Operation,
    paging,
    typed::{ListRequest, Request},
};

/// How many idle lanes are kept: as many threads at once keep their connections.
const MOST_IDLE_LANES: usize = 64;

/// A client that waits for every answer; clones share their connections, and threads may share a client.
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    lanes: Arc<Lanes>,
}

/// The lanes that no call is using, of the process that made them.
///
/// After `fork` they are shared with the parent, down to its event queue, so a child makes its own and never touches them.
#[derive(Debug)]
struct Lanes {
    process: u32,
    idle: Mutex<Vec<Lane>>,
    /// Where batches run, once there was one.
    background: Mutex<Option<Background>>,
    of_child: OnceLock<Box<Lanes>>,
}

/// A runtime that runs on the thread of the call, with connections that live on it.
#[derive(Debug)]
struct Lane {
    runtime: Option<Runtime>,
    client: crate::Client,
}

impl Client {
    /// Makes a client from the environment; see [`crate::Client::from_env`].
    ///
    /// # Errors
    /// `Configuration`, naming the setting and the variable that is missing.
    pub fn from_env() -> Result<Self> {
        Self::build(ClientBuilder::default())
    }

    /// Makes a client of an account with its auth token.
    ///
    /// # Errors
    /// `Configuration`, naming the setting that cannot be used.
    pub fn new(account_sid: impl Into<String>, auth_token: impl Into<String>) -> Result<Self> {
        Self::build(ClientBuilder::default().account_sid(account_sid).auth_token(auth_token))
    }

    /// Makes a client of these settings.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn build(settings: ClientBuilder) -> Result<Self> {
        Ok(Self { client: settings.build()?, lanes: Arc::new(Lanes::new()) })
    }

    /// The account that requests are made for.
    pub fn account_sid(&self) -> &str {
        self.client.account_sid()
    }

    /// Calls an operation by its name; see [`crate::Client::execute`].
    ///
    /// # Errors
    /// As [`crate::Client::execute`].
    pub fn execute(&self, operation: impl IntoOperation, params: Params) -> Result<Response> {
        self.wait(async |client| client.execute(operation, params).await)
    }

    /// Sends a typed request.
    ///
    /// # Errors
    /// As [`crate::Client::execute`].
    pub fn send<R: Request>(&self, request: R) -> Result<R::Output> {
        self.wait(async |client| client.send(request).await)
    }

    /// Finds out whether a message was sent whose send ended `unknown`; see [`crate::Client::reconcile`].
    ///
    /// # Errors
    /// As [`crate::Client::reconcile`].
    pub fn reconcile<R: Reconcile>(
        &self,
        request: R,
        at: Timestamp,
        known: &[&str],
    ) -> Result<Reconciliation<R::Message>> {
        self.wait(async |client| client.reconcile(request, at, known).await)
    }

    /// The same with parameters; bindings look for signals in `go_on`, which is asked ten times a second.
    ///
    /// # Errors
    /// As [`crate::Client::reconcile`], and `Interrupted` if `go_on` said no.
    #[doc(hidden)]
    pub fn reconcile_params(
        &self,
        params: &Params,
        at: Timestamp,
        known: &[String],
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Reconciliation> {
        let progress = Progress::in_doubt();
        self.wait_while(&progress, go_on, async |client| client.reconcile_params(params, at, known).await)
    }

    /// Walks a list, page by page as it is read.
    pub fn list<R: ListRequest>(&self, request: R) -> Records<R::Output> {
        Records { client: self.clone(), records: self.client.list(request) }
    }

    /// Walks a list by the name of its operation, page by page.
    ///
    /// # Errors
    /// `InvalidArgument` if the operation is not known or is no list.
    pub fn pages(&self, operation: impl IntoOperation, params: Params) -> Result<Pages> {
        Ok(Pages { client: self.clone(), pages: self.client.pages(operation, params)? })
    }

    /// Calls an operation and asks `go_on` ten times a second whether to keep waiting; bindings look for signals in it.
    ///
    /// # Errors
    /// As [`crate::Client::execute`], and `Interrupted` with the outcome so far if `go_on` said no.
    #[doc(hidden)]
    pub fn exchange(
        &self,
        operation: &'static Operation,
        params: &Params,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Response> {
        let progress = Progress::default();
        self.wait_while(&progress, go_on, async |client| client.execute_watched(operation, params, &progress).await)
    }

    /// Starts a batch, which goes on by itself; bindings read its results as their language does.
    ///
    /// # Errors
    /// `InvalidArgument` for a manner that cannot be kept to, `Internal` if the system gives no thread.
    #[doc(hidden)]
    pub fn batch(&self, manner: Manner, wake: Option<Box<dyn Fn() + Send + Sync>>) -> Result<Driven> {
        let mut background = self.lanes.of_this_process().background.lock().unwrap_or_else(PoisonError::into_inner);
        let background = match &mut *background {
            Some(background) => background,
            none => none.insert(Background::new(self.client.with_own_connections()?)?),
        };
        let (driven, drive) = Driven::new(background.client(), manner, wake)?;
        background.run(Box::pin(drive))?;
        Ok(driven)
    }

    fn wait_while<T>(
        &self,
        progress: &Progress,
        go_on: &mut dyn FnMut() -> bool,
        work: impl AsyncFnOnce(crate::Client) -> Result<T>,
    ) -> Result<T> {
        self.wait(async |client| {
            tokio::select! {
                biased;
                answer = work(client) => answer,
                () = until_stopped(go_on) => {
                    Err(progress.interrupted(progress.abandon()))
                }
            }
        })
    }

    /// Runs a future of a client on this thread.
    fn wait<T>(&self, work: impl AsyncFnOnce(crate::Client) -> Result<T>) -> Result<T> {
        if Handle::try_current().is_ok() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the blocking client cannot wait on a thread of an async runtime: use ringback::Client there",
            ));
        }
        let lanes = self.lanes.of_this_process();
        let mut lane = lanes.take().map_or_else(|| Lane::new(&self.client), Ok)?;
        let result = lane.run(work)?;
        lanes.give_back(lane);
        result
    }
}

/// The same settings without async; the connections are new ones.
impl From<crate::Client> for Client {
    fn from(client: crate::Client) -> Self {
        Self { client, lanes: Arc::new(Lanes::new()) }
    }
}

async fn until_stopped(go_on: &mut dyn FnMut() -> bool) {
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if !go_on() {
            return;
        }
    }
}

impl Lanes {
    fn new() -> Self {
        Self { process: process::id(), idle: Mutex::default(), background: Mutex::default(), of_child: OnceLock::new() }
    }

    fn of_this_process(&self) -> &Self {
        if self.process == process::id() {
            return self;
        }
        self.of_child.get_or_init(|| Box::new(Self::new())).of_this_process()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Lane>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Lane> {
        self.idle().pop()
    }

    fn give_back(&self, lane: Lane) {
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE_LANES {
            idle.push(lane);
        }
    }
}

impl Lane {
    fn new(client: &crate::Client) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().on_thread_start(block_signals).build();
        let runtime = runtime.map_err(|cause| {
            Error::new(ErrorKind::Internal, "the operating system gave no event queue").with_source(cause)
        })?;
        Ok(Self { runtime: Some(runtime), client: client.with_own_connections()? })
    }

    fn run<T>(&mut self, work: impl AsyncFnOnce(crate::Client) -> Result<T>) -> Result<Result<T>> {
        let runtime = self.runtime.as_ref().ok_or_else(|| Error::new(ErrorKind::Internal, "the lane is closed"))?;
        let client = self.client.clone();
        Ok(runtime.block_on(async {
            // Nobody drove this runtime since its last call: let it first notice the connections that were closed
            // meanwhile, or the request would be written into one of them.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            work(client).await
        }))
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        if self.process != process::id() {
            // closing them would take the parent's connections out of its event queue
            std::mem::forget(std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner)));
            std::mem::forget(self.background.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // an ordinary drop panics inside async code
        }
    }
}

/// Keeps the signals of the host program away from a thread of the library's own; called on it as it starts.
#[doc(hidden)]
pub fn block_signals() {
    #[cfg(unix)]
    {
        let _ = nix::sys::signal::SigSet::all().thread_block();
    }
}

/// The records of a list, each page fetched when its first record is asked for.
#[must_use]
pub struct Records<T> {
    client: Client,
    records: paging::Records<T>,
}

impl<T: DeserializeOwned> Records<T> {
    /// The same list, ending after so many records.
    pub fn limit(self, records: usize) -> Self {
        Self { client: self.client, records: self.records.limit(records) }
    }

    /// The same list with so many records a page, at most 1,000.
    pub fn page_size(self, records: usize) -> Self {
        Self { client: self.client, records: self.records.page_size(records) }
    }
}

impl<T: DeserializeOwned> Iterator for Records<T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        let Self { client, records } = self;
        let next = client.wait(async |client| {
            records.use_connections_of(client);
            records.next().await.transpose()
        });
        next.transpose()
    }
}

/// The pages of a list, each fetched when it is asked for.
#[derive(Debug)]
pub struct Pages {
    client: Client,
    pages: paging::Pages,
}

impl Pages {
    /// The same list from a page whose address an earlier answer gave.
    #[must_use]
    pub fn starting_at(self, url: &str) -> Self {
        Self { client: self.client, pages: self.pages.starting_at(url) }
    }

    /// The same list with so many records a page, at most 1,000.
    #[must_use]
    pub fn page_size(self, records: usize) -> Self {
        Self { client: self.client, pages: self.pages.page_size(records) }
    }
}

impl Pages {
    /// Fetches the next page and asks `go_on` ten times a second whether to keep waiting; `None` after the last.
    ///
    /// # Errors
    /// As [`crate::Client::execute`], and `Interrupted` if `go_on` said no.
    #[doc(hidden)]
    pub fn next_while(&mut self, go_on: &mut dyn FnMut() -> bool) -> Option<Result<paging::Page>> {
        let Self { client, pages } = self;
        let next = client.wait_while(&pages.progress(), go_on, async |client| {
            pages.use_connections_of(client);
            pages.next().await.transpose()
        });
        next.transpose()
    }
}

impl Iterator for Pages {
    type Item = Result<paging::Page>;

    fn next(&mut self) -> Option<Result<paging::Page>> {
        self.next_while(&mut || true)
    }
}
