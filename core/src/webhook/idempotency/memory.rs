//! The store in the memory of one process.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{Begun, Claim, Clock, KEEP, LEASE, Store, StoreFuture, checked};
use crate::{Error, Result};

/// How many events are remembered, if nothing else is said; each takes its key twice and some 200 bytes.
const CAPACITY: usize = 100_000;

/// Keeps events in the memory of this process, a fixed number of them at most.
///
/// When it is full of events that it must remember, it fails rather than to forget one. Threads share it.
pub struct MemoryStore {
    lease: Duration,
    keep: Duration,
    capacity: usize,
    clock: Clock,
    events: Mutex<Events>,
}

#[derive(Default)]
struct Events {
    known: HashMap<Arc<str>, Event>,
    /// What ends when, the soonest first.
    ends: BTreeSet<(Duration, Arc<str>)>,
    claims: u64,
}

/// An event that somebody acts on, or has acted on.
struct Event {
    number: u64,
    is_done: bool,
    /// When the lease ends, or the memory.
    until: Duration,
}

impl MemoryStore {
    /// A store with a lease of a minute, that remembers 100,000 events for a day.
    pub fn new() -> Self {
        let begun = Instant::now();
        Self {
            lease: LEASE,
            keep: KEEP,
            capacity: CAPACITY,
            clock: Arc::new(move || begun.elapsed()),
            events: Mutex::default(),
        }
    }

    /// Sets how long an action may take before another may begin it.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Sets how long it is remembered that an event was acted on.
    #[must_use]
    pub fn keep(mut self, keep: Duration) -> Self {
        self.keep = keep;
        self
    }

    /// Sets how many events are remembered.
    #[must_use]
    pub fn capacity(mut self, capacity: usize) -> Self {
        self.capacity = capacity;
        self
    }

    /// Sets what time it is: for tests.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Claims an event without waiting; see [`Store::begin`].
    pub fn begin_now(&self, key: &str) -> Result<Begun> {
        let key = checked(key)?;
        let now = (self.clock)(); // not under the lock, which a clock of the caller's may need
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.forget_until(now);
        if let Some(event) = events.known.get(key) {
            return Ok(if event.is_done { Begun::Done } else { Begun::InProgress });
        }
        events.claims += 1;
        let number = events.claims;
        events.insert(key, Event { number, is_done: false, until: now.saturating_add(self.lease) }, self.capacity)?;
        Ok(Begun::First(Claim::new(key, number)))
    }

    /// Notes without waiting that an event was acted on; see [`Store::finish`].
    pub fn finish_now(&self, claim: &Claim) -> Result<bool> {
        let until = (self.clock)().saturating_add(self.keep);
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if !events.may_end(claim) {
            return Ok(false);
        }
        events.remove(claim.key());
        events.insert(claim.key(), Event { number: claim.number(), is_done: true, until }, self.capacity)?;
        Ok(true)
    }

    /// Gives a claim back without waiting; see [`Store::abandon`].
    pub fn abandon_now(&self, claim: &Claim) -> Result<bool> {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let held = events.known.get(claim.key());
        let may = held.is_some_and(|event| event.number == claim.number() && !event.is_done);
        if may {
            events.remove(claim.key());
        }
        Ok(may)
    }
}

impl Events {
    /// Whether nobody else has claimed the event meanwhile.
    fn may_end(&self, claim: &Claim) -> bool {
        self.known.get(claim.key()).is_none_or(|event| event.number == claim.number())
    }

    fn forget_until(&mut self, now: Duration) {
        while let Some((until, key)) = self.ends.first()
            && *until <= now
        {
            self.known.remove(key);
            self.ends.pop_first();
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some((key, event)) = self.known.remove_entry(key) {
            self.ends.remove(&(event.until, key));
        }
    }

    fn insert(&mut self, key: &str, event: Event, capacity: usize) -> Result<()> {
        if self.known.len() >= capacity {
            return Err(Error::configuration(
                "the store of events is full: raise its capacity, or let it keep events for a shorter time",
            ));
        }
        let key: Arc<str> = Arc::from(key);
        self.ends.insert((event.until, Arc::clone(&key)));
        self.known.insert(key, event);
        Ok(())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn begin<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Begun> {
        Box::pin(std::future::ready(self.begin_now(key)))
    }

    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        Box::pin(std::future::ready(self.finish_now(claim)))
    }

    fn abandon<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        Box::pin(std::future::ready(self.abandon_now(claim)))
    }
}

/// Tells how many events there are, and nothing of them.
impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = self.events.lock().unwrap_or_else(PoisonError::into_inner).known.len();
        f.debug_struct("MemoryStore").field("events", &known).field("capacity", &self.capacity).finish()
    }
}
