//! Who reads a batch that goes on by itself: when a request is wanted, when a result is there, and when to wait.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use super::{Driven, Entry, Finished, InOrder, Manner, interrupted};
use crate::{Outcome, Response, Result};

/// Reads the results of a batch, in order or as they come, and says when it wants the next request.
///
/// What languages do differently, which is to fetch a request and to wait, is left to its owner.
pub struct Reader {
    batch: Driven,
    manner: Manner,
    /// Results that wait for their turn, where it is kept.
    order: Option<InOrder<Result<Response>>>,
    ready: VecDeque<Finished>,
    pushed: usize,
    /// The requests that have not come back.
    outstanding: BTreeSet<usize>,
    /// Whether the requests are all here, and whether one was asked for since the last result.
    is_exhausted: bool,
    asked: bool,
}

/// What the owner of a [`Reader`] does next.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once, and a box would cost every result one")]
pub enum Step {
    /// Fetches the next request and gives it to [`Reader::push`], or says that there is none by [`Reader::exhaust`].
    Fetch,
    /// Hands out a result with the number of its request.
    Tell(usize, Result<Response>),
    /// Waits for news of the batch.
    Wait,
    /// Is at the end.
    End,
}

impl Reader {
    /// Reads a batch from its start.
    pub fn new(batch: Driven, manner: Manner, in_order: bool) -> Self {
        Self {
            batch,
            manner,
            order: in_order.then(InOrder::default),
            ready: VecDeque::new(),
            pushed: 0,
            outstanding: BTreeSet::new(),
            is_exhausted: false,
            asked: false,
        }
    }

    /// What is to be done now.
    pub fn step(&mut self) -> Step {
        // one in for one out keeps the batch full while results are at hand
        if !self.asked && self.has_room() {
            self.asked = true;
            return Step::Fetch;
        }
        if let Some((index, result)) = self.next_ready() {
            self.asked = false;
            return Step::Tell(index, result);
        }
        if self.has_room() {
            Step::Fetch
        } else if self.outstanding.is_empty() {
            Step::End
        } else {
            Step::Wait
        }
    }

    fn has_room(&self) -> bool {
        let lead = self.order.as_ref().map_or(0, |order| self.pushed - order.next_index());
        // what waits in the batch is at hand when something ends while its owner is busy
        let most = self.manner.concurrency.saturating_mul(2);
        !self.is_exhausted && self.outstanding.len() < most && lead < self.manner.longest_lead()
    }

    fn next_ready(&mut self) -> Option<Finished> {
        if self.ready.is_empty() {
            self.ready = match self.batch.take() {
                Some(results) => results,
                // a result for each that went with a runtime that is gone
                None => self.outstanding.iter().map(|index| (*index, Err(interrupted(Outcome::Unknown)))).collect(),
            };
            for (index, _) in &self.ready {
                self.outstanding.remove(index);
            }
        }
        let Some(order) = &mut self.order else { return self.ready.pop_front() };
        for (index, result) in self.ready.drain(..) {
            order.insert(index, result);
        }
        let index = order.next_index();
        order.pop().map(|result| (index, result))
    }

    /// From here on gives results as they come.
    pub fn forget_order(&mut self) {
        if let Some(order) = self.order.take() {
            self.ready.extend(order.into_results());
        }
    }

    /// Hands over the request that was asked for.
    pub fn push(&mut self, entry: Entry) {
        self.outstanding.insert(self.pushed);
        self.pushed += 1;
        self.batch.push(entry);
    }

    /// Notes that there are no further requests.
    pub fn exhaust(&mut self) {
        self.is_exhausted = true;
    }

    /// How many requests were handed over.
    pub fn pushed(&self) -> usize {
        self.pushed
    }

    /// Begins no further request, drops what is under way, and asks for none any more.
    pub fn stop(&mut self) {
        self.is_exhausted = true;
        self.batch.stop();
    }

    /// Waits for news, at most so long.
    pub fn wait(&mut self, longest: Duration) {
        self.batch.wait(longest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, Params, api};

    /// Pushes requests of which none is ever answered, and takes the runtime away.
    fn lost(in_order: bool) -> Vec<(usize, Outcome)> {
        let client =
            Client::builder().account_sid("AC1").auth_token("t").base_url("http://127.0.0.1:9").build().unwrap();
        let (batch, drive) = Driven::new(client, Manner::default(), None).unwrap();
        let mut reader = Reader::new(batch, Manner::default(), in_order);
        let operation = api::find("messages.create").unwrap();
        let mut told = Vec::new();
        let mut drive = Some(drive);
        loop {
            match reader.step() {
                Step::Fetch if reader.pushed() < 5 => reader.push(Ok((operation, Params::new()))),
                Step::Fetch => reader.exhaust(),
                Step::Tell(index, result) => told.push((index, result.unwrap_err().outcome())),
                Step::Wait => drop(drive.take()),
                Step::End => return told,
            }
        }
    }

    #[test]
    fn what_goes_with_a_lost_runtime_has_one_result_each() {
        let expected: Vec<_> = (0..5).map(|index| (index, Outcome::Unknown)).collect();
        assert_eq!(lost(true), expected);
        assert_eq!(lost(false), expected);
    }
}
