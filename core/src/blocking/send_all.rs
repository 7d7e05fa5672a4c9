//! Batches of typed requests, as iterators of their results.

use std::{iter::Fuse, time::Duration};

use super::Client;
use crate::{
    Error, Response, Result,
    batch::{Manner, Reader, Step},
    operation::Operation,
    typed::Request,
};

/// The results of many requests, in the order of the requests.
///
/// What has begun goes on while the results are not read; nothing is sent before the first is asked for.
#[must_use = "nothing is sent before the results are read"]
pub struct SendAll<I: Iterator>(Source<I>);

/// The results of many requests as they come, each with the number of its request from 0.
#[must_use = "nothing is sent before the results are read"]
pub struct AsCompleted<I: Iterator>(Source<I>);

/// Where requests come from, and the batch that they go to.
struct Source<I: Iterator> {
    client: Client,
    requests: Fuse<I>,
    manner: Manner,
    in_order: bool,
    /// Started when the first result is asked for.
    reader: Option<Reader>,
    /// How many requests were refused because the batch could not start.
    refused: usize,
}

impl Client {
    /// Sends many requests, 64 at once unless told otherwise; see [`crate::Client::send_all`].
    pub fn send_all<R: Request, I: IntoIterator<Item = R>>(&self, requests: I) -> SendAll<I::IntoIter> {
        SendAll(Source {
            client: self.clone(),
            requests: requests.into_iter().fuse(),
            manner: Manner::default(),
            in_order: true,
            reader: None,
            refused: 0,
        })
    }
}

impl<R: Request, I: Iterator<Item = R>> Source<I> {
    fn next(&mut self) -> Option<(usize, Result<R::Output>)> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => match self.client.batch(self.manner, None) {
                Ok(batch) => none.insert(Reader::new(batch, self.manner, self.in_order)),
                Err(wrong) => return self.refuse(wrong),
            },
        };
        loop {
            match reader.step() {
                Step::Fetch => match self.requests.next() {
                    Some(request) => {
                        let operation: &'static Operation = request.operation();
                        reader.push(Ok((operation, request.into_params())));
                    }
                    None => reader.exhaust(),
                },
                Step::Tell(index, result) => return Some((index, decode::<R>(result))),
                Step::Wait => reader.wait(Duration::from_secs(3600)),
                Step::End => return None,
            }
        }
    }

    /// The result of a request for which there is no batch.
    fn refuse(&mut self, wrong: Error) -> Option<(usize, Result<R::Output>)> {
        self.requests.next()?;
        self.refused += 1;
        Some((self.refused - 1, Err(wrong)))
    }
}

impl<I: Iterator> Source<I> {
    fn stop(&mut self) {
        if let Some(reader) = &mut self.reader {
            reader.stop();
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
            self.0.manner.concurrency = requests;
            self
        }

        /// How many requests may begin in a second; as many as there can be unless set. Repeats are not counted.
        ///
        /// A number that is not positive makes each request fail with `InvalidArgument`.
        pub fn per_second(mut self, requests: f64) -> Self {
            self.0.manner.per_second = Some(requests);
            self
        }

        /// Begins no further request and drops what is under way; see [`crate::SendAll::stop`].
        pub fn stop(&mut self) {
            self.0.stop();
        }
    };
}

impl<I: Iterator> SendAll<I> {
    manner!();

    /// The same results as they come, each with the number of its request.
    pub fn as_completed(mut self) -> AsCompleted<I> {
        self.0.in_order = false;
        if let Some(reader) = &mut self.0.reader {
            reader.forget_order();
        }
        AsCompleted(self.0)
    }
}

impl<I: Iterator> AsCompleted<I> {
    manner!();
}

impl<R: Request, I: Iterator<Item = R>> Iterator for SendAll<I> {
    type Item = Result<R::Output>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(_, result)| result)
    }
}

impl<R: Request, I: Iterator<Item = R>> Iterator for AsCompleted<I> {
    type Item = (usize, Result<R::Output>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}
