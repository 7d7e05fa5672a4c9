//! How far a message or a call has come, whatever the order in which its callbacks come.
//!
//! ```
//! use ringback::webhook::ladder::{LadderStep, MessageLadder};
//!
//! let mut ladder = MessageLadder::new(10_000);
//! assert_eq!(ladder.climb("SM1", "sent"), LadderStep::Advance);
//! assert_eq!(ladder.climb("SM1", "delivered"), LadderStep::Advance);
//! assert_eq!(ladder.climb("SM1", "sent"), LadderStep::Late); // leave the order in the database as it is
//! assert_eq!(ladder.status("SM1"), Some("delivered"));
//! ```

mod tracker;

pub use tracker::{CallLadder, MessageLadder};

/// What the status of a callback is to the status that was known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
#[non_exhaustive]
pub enum LadderStep {
    /// Something new has happened.
    Advance = 1,
    /// It tells of what was before, and came too late.
    Late = 2,
    /// It tells what is known already.
    Repeated = 3,
    /// Both cannot be true, such as delivered after failed; what was known first stays.
    Contradiction = 4,
    /// The status is none of those that are known here; what was known stays.
    Unknown = 5,
}

impl LadderStep {
    /// Every step, in the order of their numbers.
    pub const ALL: &'static [Self] =
        &[Self::Advance, Self::Late, Self::Repeated, Self::Contradiction, Self::Unknown];

    /// The step in `snake_case`, as Python and logs show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Advance => "advance",
            Self::Late => "late",
            Self::Repeated => "repeated",
            Self::Contradiction => "contradiction",
            Self::Unknown => "unknown",
        }
    }
}

impl std::fmt::Display for LadderStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rung of a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rung {
    /// How far it has come on the way that ends well.
    Height(u8),
    /// An end that is not on that way.
    End {
        /// The greatest height from which it can be reached.
        from: u8,
        /// The greatest height that was passed before it, as late callbacks may tell.
        passed: u8,
    },
}

/// The rungs of a ladder by status; each status stands once.
type Ladder = &'static [(&'static str, Rung)];

const fn end(from: u8, passed: u8) -> Rung {
    Rung::End { from, passed }
}

/// Of messages: `sending` is rarely told, and `delivered` may be lost before `read`.
///
/// A message that arrives has rungs of its own, far above: it never becomes one that is sent.
const MESSAGES: Ladder = &[
    ("accepted", Rung::Height(1)),
    ("scheduled", Rung::Height(1)),
    ("queued", Rung::Height(2)),
    ("sending", Rung::Height(3)),
    ("sent", Rung::Height(4)),
    ("partially_delivered", Rung::Height(5)),
    ("delivered", Rung::Height(6)),
    ("read", Rung::Height(7)),
    ("failed", end(5, 5)),
    ("undelivered", end(5, 5)),
    ("canceled", end(3, 3)),
];

/// Of messages that arrive.
const ARRIVALS: Ladder = &[("receiving", Rung::Height(1)), ("received", Rung::Height(2))];

const CALLS: Ladder = &[
    ("queued", Rung::Height(1)),
    ("initiated", Rung::Height(2)),
    ("ringing", Rung::Height(3)),
    ("in-progress", Rung::Height(4)),
    ("completed", Rung::Height(5)),
    ("busy", end(3, 3)),
    ("no-answer", end(3, 3)),
    ("canceled", end(3, 3)),
    ("failed", end(4, 4)),
];

/// The ladder of a status and its rung, with the text as it stands there.
fn find(ladders: &[Ladder], status: &str) -> Option<(usize, &'static str, Rung)> {
    ladders.iter().enumerate().find_map(|(number, ladder)| {
        ladder.iter().find(|(known, _)| *known == status).map(|(known, rung)| (number, *known, *rung))
    })
}

const OF_MESSAGES: &[Ladder] = &[MESSAGES, ARRIVALS];
const OF_CALLS: &[Ladder] = &[CALLS];

/// What a status is to the last known one of the same message.
pub fn message_step(last: Option<&str>, next: &str) -> LadderStep {
    step(OF_MESSAGES, last, next)
}

/// What a status is to the last known one of the same call, by its numbers where both have one.
///
/// `SequenceNumber` counts the callbacks of a call, and so tells which of two was sent first.
pub fn call_step(last: Option<(&str, Option<i64>)>, next: (&str, Option<i64>)) -> LadderStep {
    let by_status = step(OF_CALLS, last.map(|(status, _)| status), next.0);
    match (last, next, by_status) {
        // a status that cannot follow is told after the other all the same
        (Some((_, Some(before))), (_, Some(number)), LadderStep::Late) if number > before => LadderStep::Contradiction,
        (Some((_, Some(before))), (_, Some(number)), LadderStep::Advance) if number < before => {
            LadderStep::Contradiction
        }
        _ => by_status,
    }
}

fn step(ladders: &[Ladder], last: Option<&str>, next: &str) -> LadderStep {
    let Some((ladder, _, next_rung)) = find(ladders, next) else { return LadderStep::Unknown };
    let Some((last_ladder, last_status, last_rung)) = last.and_then(|last| find(ladders, last)) else {
        return LadderStep::Advance;
    };
    if last_status == next {
        return LadderStep::Repeated;
    }
    if ladder != last_ladder {
        return LadderStep::Contradiction;
    }
    match (last_rung, next_rung) {
        (Rung::Height(before), Rung::Height(now)) if now > before => LadderStep::Advance,
        // two names of one rung, as accepted and scheduled, exclude each other no more than a late callback does
        (Rung::Height(_), Rung::Height(_)) => LadderStep::Late,
        (Rung::Height(before), Rung::End { from, .. }) if before <= from => LadderStep::Advance,
        (Rung::End { passed, .. }, Rung::Height(now)) if now <= passed => LadderStep::Late,
        _ => LadderStep::Contradiction,
    }
}
