//! Batches of typed requests, as streams of their results.

use std::{
    collections::VecDeque,
    future::poll_fn,
    iter::Fuse,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use super::{Batch, InOrder, Manner};
use crate::{Client, Error, Response, Result, operation::Operation, typed::Request};

/// The results of many requests, in the order of the requests.
///
/// It is a [`Stream`], and [`SendAll::next`] reads it without any trait in scope. Nothing is sent before it is read.
/// Requests are taken from the iterator as there is room for them. An error of one is its result, and stops no other.
#[must_use = "nothing is sent before the results are read"]
pub struct SendAll<I: Iterator> {
    source: Source<I>,
    ready: InOrder<Result<Response>>,
}

/// The results of many requests as they come, each with the number of its request from 0.
#[must_use = "nothing is sent before the results are read"]
pub struct AsCompleted<I: Iterator> {
    source: Source<I>,
    /// What came before its turn while the order was kept.
    ready: VecDeque<(usize, Result<Response>)>,
}

/// Where requests come from, and the batch that they go to.
struct Source<I: Iterator> {
    client: Client,
    requests: Fuse<I>,
    manner: Manner,
    /// Made when the first result is asked for.
    batch: Option<Batch>,
    taken: usize,
    stopped: bool,
}

impl Client {
    /// Sends many requests, 64 at once unless told otherwise.
    ///
    /// ```no_run
    /// # use ringback::{Client, messaging::CreateMessage};
    /// # async fn send(client: Client, numbers: Vec<String>) {
    /// let requests = numbers.into_iter().map(|to| CreateMessage::new(to).from("+15557654321").body("We moved"));
    /// let mut results = client.send_all(requests).per_second(80.0);
    /// while let Some(result) = results.next().await {
    ///     match result {
    ///         Ok(message) => println!("{}", message.sid),
    ///         Err(error) => eprintln!("{error} ({})", error.outcome()),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn send_all<R: Request, I: IntoIterator<Item = R>>(&self, requests: I) -> SendAll<I::IntoIter> {
        let source = Source {
            client: self.clone(),
            requests: requests.into_iter().fuse(),
            manner: Manner::default(),
            batch: None,
            taken: 0,
            stopped: false,
        };
        SendAll { source, ready: InOrder::default() }
    }
}

impl<R: Request, I: Iterator<Item = R>> Source<I> {
    /// The next result of the batch; requests are read no further than `lead` ahead of what was told.
    fn poll_next(
        &mut self,
        told: usize,
        lead: usize,
        context: &mut Context<'_>,
    ) -> Poll<Option<(usize, Result<Response>)>> {
        let batch = match &mut self.batch {
            Some(batch) => batch,
            none => match Batch::new(self.client.clone(), self.manner, false) {
                Ok(batch) => none.insert(batch),
                Err(wrong) => return Poll::Ready(self.refuse(&wrong)),
            },
        };
        while !self.stopped && batch.len() < self.manner.concurrency && self.taken - told < lead {
            let Some(request) = self.requests.next() else { break };
            let operation: &'static Operation = request.operation();
            batch.push(Ok((operation, request.into_params())));
            self.taken += 1;
        }
        batch.poll_next(context)
    }

    /// The result of a request in a manner that no batch can keep to.
    fn refuse(&mut self, wrong: &Error) -> Option<(usize, Result<Response>)> {
        self.requests.next()?;
        self.taken += 1;
        Some((self.taken - 1, Err(Error::invalid_argument(wrong.message().to_owned()))))
    }

    fn stop(&mut self) {
        self.stopped = true;
        if let Some(batch) = &mut self.batch {
            batch.stop();
        }
    }
}

fn decode<R: Request>(result: Result<Response>) -> Result<R::Output> {
    R::decode(&result?)
}

macro_rules! manner {
    () => {
        /// How many requests are under way at once; 64 unless set before the first result is read.
        pub fn concurrency(mut self, requests: usize) -> Self {
            if self.source.batch.is_none() {
                self.source.manner.concurrency = requests;
            }
            self
        }

        /// How many requests may begin in a second; as many as there can be unless set. Repeats are not counted.
        ///
        /// A number that is not positive makes each request fail with `InvalidArgument`.
        pub fn per_second(mut self, requests: f64) -> Self {
            self.source.manner.per_second = Some(requests);
            self
        }

        /// Begins no further request and drops what is under way.
        ///
        /// The results of all requests that were taken can still be read: those that were dropped are `Interrupted`, with
        /// the outcome that is true of each. What is left in the iterator was not sent.
        pub fn stop(&mut self) {
            self.source.stop();
        }
    };
}

impl<R: Request, I: Iterator<Item = R>> SendAll<I> {
    manner!();

    /// The same results as they come, each with the number of its request.
    pub fn as_completed(self) -> AsCompleted<I> {
        AsCompleted { source: self.source, ready: self.ready.into_results().collect() }
    }

    /// The result of the next request; `None` after the last.
    ///
    /// # Errors
    /// As [`Client::execute`]; the results after it can still be read.
    pub async fn next(&mut self) -> Option<Result<R::Output>> {
        poll_fn(|context| self.poll_result(context)).await
    }

    fn poll_result(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R::Output>>> {
        loop {
            if let Some(result) = self.ready.pop() {
                return Poll::Ready(Some(decode::<R>(result)));
            }
            let lead = self.source.manner.longest_lead();
            match self.source.poll_next(self.ready.next_index(), lead, context) {
                Poll::Ready(Some((index, result))) => self.ready.insert(index, result),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<R: Request, I: Iterator<Item = R>> AsCompleted<I> {
    manner!();

    /// The next result with the number of its request; `None` after the last.
    pub async fn next(&mut self) -> Option<(usize, Result<R::Output>)> {
        poll_fn(|context| self.poll_result(context)).await
    }

    fn poll_result(&mut self, context: &mut Context<'_>) -> Poll<Option<(usize, Result<R::Output>)>> {
        let next = match self.ready.pop_front() {
            Some(next) => Poll::Ready(Some(next)),
            None => self.source.poll_next(0, usize::MAX, context),
        };
        next.map(|next| next.map(|(index, result)| (index, decode::<R>(result))))
    }
}

// nothing of it is ever pinned in its place: what must not move is boxed
impl<I: Iterator> Unpin for SendAll<I> {}
impl<I: Iterator> Unpin for AsCompleted<I> {}

impl<R: Request, I: Iterator<Item = R>> Stream for SendAll<I> {
    type Item = Result<R::Output>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_result(context)
    }
}

impl<R: Request, I: Iterator<Item = R>> Stream for AsCompleted<I> {
    type Item = (usize, Result<R::Output>);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_result(context)
    }
}
