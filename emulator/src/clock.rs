//! Time that tests can freeze and move, and the queue of what is due.

use std::{
    cmp::Ordering,
    collections::BinaryHeap,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// A moment of the emulator's clock in milliseconds since 1970.
pub(crate) type Moment = i64;

/// The emulator's clock: real time plus what tests added, or one frozen moment.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    origin: Moment,
    offset: i64,
    frozen: Option<Moment>,
}

impl Clock {
    /// A clock that runs from the present moment on.
    pub(crate) fn new() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let origin = i64::try_from(since_1970.as_millis()).unwrap_or_default();
        Self { started: Instant::now(), origin, offset: 0, frozen: None }
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Moment {
        self.frozen.unwrap_or_else(|| {
            let elapsed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
            self.origin.saturating_add(self.offset).saturating_add(elapsed)
        })
    }

    /// Whether time stands still.
    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Stops time at the present moment.
    pub(crate) fn freeze(&mut self) {
        self.frozen = Some(self.now());
    }

    /// Lets time run on from where it stands.
    pub(crate) fn thaw(&mut self) {
        if let Some(moment) = self.frozen.take() {
            self.offset += moment - self.now();
        }
    }

    /// Moves frozen time forward to a moment; it never goes back.
    pub(crate) fn move_to(&mut self, moment: Moment) {
        if let Some(frozen) = &mut self.frozen {
            *frozen = moment.max(*frozen);
        }
    }
}

/// What is due when, in the order of time and then of entry.
#[derive(Debug)]
pub(crate) struct Schedule<T> {
    heap: BinaryHeap<Entry<T>>,
    entered: u64,
}

#[derive(Debug)]
struct Entry<T> {
    due: Moment,
    number: u64,
    task: T,
}

impl<T> Schedule<T> {
    /// Nothing is due.
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), entered: 0 }
    }

    /// Enters a task for a moment.
    pub(crate) fn enter(&mut self, due: Moment, task: T) {
        self.entered += 1;
        self.heap.push(Entry { due, number: self.entered, task });
    }

    /// When the next task is due.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.heap.peek().map(|entry| entry.due)
    }

    /// Takes the next task if its moment has come.
    pub(crate) fn take_due(&mut self, now: Moment) -> Option<T> {
        if self.next_due()? > now {
            return None;
        }
        self.heap.pop().map(|entry| entry.task)
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        // the heap gives the greatest first, and the earliest is wanted
        other.due.cmp(&self.due).then(other.number.cmp(&self.number))
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_come_in_the_order_of_time_and_then_of_entry() {
        let mut schedule = Schedule::new();
        for (due, task) in [(20, "third"), (10, "first"), (10, "second")] {
            schedule.enter(due, task);
        }
        assert_eq!(schedule.take_due(9), None);
        assert_eq!(schedule.take_due(10), Some("first"));
        assert_eq!(schedule.take_due(15), Some("second"));
        assert_eq!(schedule.take_due(15), None);
        assert_eq!(schedule.take_due(20), Some("third"));
        assert_eq!(schedule.next_due(), None);
    }

    #[test]
    fn a_frozen_clock_stands_still_and_runs_on_from_there() {
        let mut clock = Clock::new();
        clock.freeze();
        let moment = clock.now();
        clock.move_to(moment + 60_000);
        assert_eq!(clock.now(), moment + 60_000);
        clock.move_to(moment);
        assert_eq!(clock.now(), moment + 60_000, "time never goes back");
        clock.thaw();
        assert!(clock.now() >= moment + 60_000 && !clock.is_frozen());
    }
}
