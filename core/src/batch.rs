//! Many requests through one client: so many under way, so many begun a second, and the fate of each told.

mod driven;
mod in_order;
mod pace;
mod reader;
mod stream;

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;

use self::pace::Pace;
pub use self::stream::{AsCompleted, SendAll};
#[doc(hidden)]
pub use self::{
    driven::{Driven, Finished},
    in_order::InOrder,
    reader::{Reader, Step},
};
use crate::{Client, Error, ErrorKind, Outcome, Params, Progress, Response, Result, operation::Operation};

/// How a batch goes about its requests.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(hidden)]
pub struct Manner {
    /// How many requests are under way at once; at least 1.
    pub concurrency: usize,
    /// How many requests may begin in a second; as many as there can be unless set. Repeats are not counted.
    pub per_second: Option<f64>,
}

impl Default for Manner {
    fn default() -> Self {
        Self { concurrency: 64, per_second: None }
    }
}

impl Manner {
    /// Refuses what no batch can keep to.
    ///
    /// # Errors
    /// `InvalidArgument`, naming the setting.
    pub fn check(self) -> Result<()> {
        if self.concurrency == 0 {
            return Err(Error::invalid_argument("concurrency must be at least 1"));
        }
        Pace::check(self.per_second)
    }

    /// How far the requests may be read ahead of the results where these are told in order: far enough that one slow
    /// answer does not hold the others up, and no further than memory should go.
    #[must_use]
    pub fn longest_lead(self) -> usize {
        self.concurrency.saturating_mul(16)
    }
}

/// A request of a batch, or why it cannot be one.
#[doc(hidden)]
pub type Entry = Result<(&'static Operation, Params)>;

/// The requests of a batch, each known by its number from 0.
pub(crate) struct Batch {
    client: Client,
    concurrency: usize,
    /// Whether answers are read as JSON here, or by whoever gets them.
    is_read: bool,
    pace: Option<Pace>,
    waiting: VecDeque<(usize, Entry)>,
    under_way: FuturesUnordered<UnderWay>,
    /// Results without a request.
    over: VecDeque<(usize, Error)>,
    pushed: usize,
}

struct UnderWay {
    index: usize,
    progress: Progress,
    exchange: Pin<Box<dyn Future<Output = Result<Response>> + Send>>,
}

impl Future for UnderWay {
    type Output = (usize, Result<Response>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.exchange.as_mut().poll(context).map(|result| (self.index, result))
    }
}

impl Batch {
    pub(crate) fn new(client: Client, manner: Manner, is_read: bool) -> Result<Self> {
        manner.check()?;
        Ok(Self {
            client,
            concurrency: manner.concurrency,
            is_read,
            pace: manner.per_second.map(Pace::new).transpose()?,
            waiting: VecDeque::new(),
            under_way: FuturesUnordered::new(),
            over: VecDeque::new(),
            pushed: 0,
        })
    }

    /// Takes a request; it begins when others made room and the pace allows it.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.waiting.push_back((self.pushed, entry));
        self.pushed += 1;
    }

    /// How many requests have no result yet.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len() + self.under_way.len() + self.over.len()
    }

    /// The next result, whichever request it belongs to; `None` while there is nothing to do.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<(usize, Result<Response>)>> {
        self.begin(context);
        if let Some((index, error)) = self.over.pop_front() {
            return Poll::Ready(Some((index, Err(error))));
        }
        match Pin::new(&mut self.under_way).poll_next(context) {
            Poll::Ready(Some(result)) => {
                self.begin(context); // before the result is looked at, so that the connection does not rest
                Poll::Ready(Some(result))
            }
            Poll::Ready(None) if self.waiting.is_empty() => Poll::Ready(None),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    fn begin(&mut self, context: &mut Context<'_>) {
        while self.under_way.len() < self.concurrency {
            let Some((index, entry)) = self.waiting.pop_front() else { return };
            let (operation, params) = match entry {
                Ok(request) => request,
                Err(error) => {
                    self.over.push_back((index, error));
                    continue;
                }
            };
            if self.pace.as_mut().is_some_and(|pace| pace.poll(context).is_pending()) {
                self.waiting.push_front((index, Ok((operation, params))));
                return;
            }
            let progress = Progress::default();
            let (client, watched) = (self.client.clone(), progress.clone());
            let is_read = self.is_read;
            let exchange = Box::pin(async move {
                match is_read {
                    true => client.execute_watched(operation, &params, &watched).await,
                    false => client.exchange(operation, &params, &watched).await,
                }
            });
            self.under_way.push(UnderWay { index, progress, exchange });
        }
    }

    /// Forgets the requests that did not begin.
    fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Drops what is under way and what waits; each then has a result that says what became of it.
    pub(crate) fn stop(&mut self) {
        for request in std::mem::take(&mut self.under_way) {
            let progress = &request.progress;
            let error = interrupted(progress.abandon()).with_mark(progress.mark());
            self.over.push_back((request.index, error));
        }
        for (index, entry) in std::mem::take(&mut self.waiting) {
            self.over.push_back((index, entry.err().unwrap_or_else(|| interrupted(Outcome::NotSent))));
        }
    }
}

/// The error of a request that a batch did not wait for.
#[doc(hidden)]
#[must_use]
pub fn interrupted(outcome: Outcome) -> Error {
    Error::new(ErrorKind::Interrupted, "the batch was stopped").with_outcome(outcome)
}
