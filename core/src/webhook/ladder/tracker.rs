//! What is known of many messages or calls, for as many as there is room for.

use std::collections::{BTreeMap, HashMap};

use super::{LadderStep, OF_CALLS, OF_MESSAGES, call_step, find, message_step};

/// The longest sid that is kept, in bytes; Twilio's have 34.
const LONGEST_SID: usize = 64;

/// What is known of the things that were heard of last.
#[derive(Clone, Debug)]
struct Known {
    capacity: usize,
    /// How often anything was heard of.
    clock: u64,
    by_sid: HashMap<String, Standing>,
    /// The sids by when they were heard of last.
    by_age: BTreeMap<u64, String>,
}

#[derive(Clone, Copy, Debug)]
struct Standing {
    status: &'static str,
    sequence: Option<i64>,
    heard: u64,
}

impl Known {
    fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), clock: 0, by_sid: HashMap::new(), by_age: BTreeMap::new() }
    }

    fn get(&self, sid: &str) -> Option<Standing> {
        self.by_sid.get(sid).copied()
    }

    /// Notes that a thing was heard of, with its new standing if it has one, and forgets the one not heard of for longest.
    fn note(&mut self, sid: &str, standing: Option<(&'static str, Option<i64>)>) {
        if sid.len() > LONGEST_SID {
            return;
        }
        self.clock += 1;
        let before = self.get(sid);
        let (status, sequence) = match (standing, before) {
            (Some(standing), _) => standing,
            (None, Some(before)) => (before.status, before.sequence),
            (None, None) => return,
        };
        let age = before.and_then(|before| self.by_age.remove(&before.heard));
        if before.is_none() && self.by_sid.len() >= self.capacity {
            if let Some((_, oldest)) = self.by_age.pop_first() {
                self.by_sid.remove(&oldest);
            }
        }
        self.by_age.insert(self.clock, age.unwrap_or_else(|| sid.to_owned()));
        self.by_sid.insert(sid.to_owned(), Standing { status, sequence, heard: self.clock });
    }
}

/// The last status of the messages that were heard of last.
#[derive(Clone, Debug)]
pub struct MessageLadder(Known);

impl MessageLadder {
    /// Keeps as many messages, at least one; some 200 bytes for each.
    pub fn new(capacity: usize) -> Self {
        Self(Known::new(capacity))
    }

    /// Takes the status of a callback, and tells what it is to the one before.
    ///
    /// A message that is not known, or was forgotten, is met for the first time.
    pub fn climb(&mut self, sid: &str, status: &str) -> LadderStep {
        let step = message_step(self.status(sid), status);
        let known = find(OF_MESSAGES, status).filter(|_| step == LadderStep::Advance);
        self.0.note(sid, known.map(|(_, status, _)| (status, None)));
        step
    }

    /// The status that the message has reached.
    pub fn status(&self, sid: &str) -> Option<&'static str> {
        self.0.get(sid).map(|standing| standing.status)
    }

    /// How many messages are known.
    pub fn len(&self) -> usize {
        self.0.by_sid.len()
    }

    /// Whether nothing was heard yet.
    pub fn is_empty(&self) -> bool {
        self.0.by_sid.is_empty()
    }
}

/// The last status of the calls that were heard of last.
#[derive(Clone, Debug)]
pub struct CallLadder(Known);

impl CallLadder {
    /// Keeps as many calls, at least one; some 200 bytes for each.
    pub fn new(capacity: usize) -> Self {
        Self(Known::new(capacity))
    }

    /// Takes the status of a callback and its `SequenceNumber`, and tells what it is to the one before.
    ///
    /// A call that is not known, or was forgotten, is met for the first time.
    pub fn climb(&mut self, sid: &str, status: &str, sequence: Option<i64>) -> LadderStep {
        let last = self.0.get(sid).map(|standing| (standing.status, standing.sequence));
        let step = call_step(last, (status, sequence));
        let known = find(OF_CALLS, status).filter(|_| step == LadderStep::Advance);
        self.0.note(sid, known.map(|(_, status, _)| (status, sequence)));
        step
    }

    /// The status that the call has reached.
    pub fn status(&self, sid: &str) -> Option<&'static str> {
        self.0.get(sid).map(|standing| standing.status)
    }

    /// How many calls are known.
    pub fn len(&self) -> usize {
        self.0.by_sid.len()
    }

    /// Whether nothing was heard yet.
    pub fn is_empty(&self) -> bool {
        self.0.by_sid.is_empty()
    }
}
