//! How far a request has come, and so what is true of it when nobody waits for it any more.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use crate::{Error, ErrorKind, Outcome, correlation::Mark};

/// How far a request has come; shared with whoever must tell its outcome when nobody waits for it any more.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Steps>);

#[derive(Debug, Default)]
struct Steps {
    /// The number of the try under way, whether the request was given up, and how far the try has come.
    state: AtomicU32,
    /// Whether an earlier try may have been acted on.
    in_doubt: AtomicBool,
    /// What tells the call from others, once it is begun.
    mark: Mutex<Option<Mark>>,
}

/// One step of a try, which begins with none; none is taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Begun = 1,
    Refused = 2,
    Accepted = 3,
}

const STEP: u32 = 0x7f;
const GIVEN_UP: u32 = 0x80;
const TRY: u32 = !(STEP | GIVEN_UP);
const ONE_TRY: u32 = 0x100;

const fn of(state: u32) -> Outcome {
    const ACCEPTED: u32 = Step::Accepted as u32;
    const BEGUN: u32 = Step::Begun as u32;
    match state & STEP {
        ACCEPTED => Outcome::Sent,
        BEGUN => Outcome::Unknown,
        _ => Outcome::NotSent,
    }
}

impl Progress {
    /// What is true of the request at this moment.
    pub fn outcome(&self) -> Outcome {
        self.of_all_tries(of(self.0.state.load(Ordering::Acquire)))
    }

    /// Gives the request up and says what is true of it for good.
    ///
    /// Looking alone would not do: a connection on another thread may take the request a moment later. From here on it
    /// gets no byte of a body that it has not asked for yet, in this try or another.
    pub fn abandon(&self) -> Outcome {
        self.of_all_tries(of(self.change(|state| state | GIVEN_UP)))
    }

    /// Of a call that can decide nothing, however it ends.
    #[doc(hidden)]
    #[must_use]
    pub fn in_doubt() -> Self {
        let progress = Self::default();
        progress.0.in_doubt.store(true, Ordering::Release);
        progress
    }

    /// The error of a caller that stopped waiting, with the outcome that [`Self::abandon`] gave.
    #[doc(hidden)]
    pub fn interrupted(&self, outcome: Outcome) -> Error {
        Error::new(ErrorKind::Interrupted, "the caller stopped waiting").with_outcome(outcome).with_mark(self.mark())
    }

    /// What tells the call from others; `None` until it is begun.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.0.mark.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says which call this is, from when it is begun.
    pub(crate) fn set_mark(&self, mark: Mark) {
        *self.0.mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(mark);
    }

    /// Ends the try under way and says what is true of the request for good, unless there is another try.
    pub(crate) fn abandon_try(&self) -> Outcome {
        let ended =
            |state: u32| if state & STEP == 0 { (state & TRY).wrapping_add(ONE_TRY) | state & GIVEN_UP } else { state };
        self.of_all_tries(of(self.change(ended)))
    }

    /// The outcome of all tries, from that of the last one.
    pub(crate) fn of_all_tries(&self, last: Outcome) -> Outcome {
        if last == Outcome::NotSent && self.0.in_doubt.load(Ordering::Acquire) { Outcome::Unknown } else { last }
    }

    /// The try under way, for the body that witnesses it.
    pub(crate) fn current(&self) -> Try {
        Try { progress: self.clone(), number: self.0.state.load(Ordering::Acquire) & TRY }
    }

    /// Notes a step of the try under way, also while its body is still being read out.
    pub(crate) fn reach(&self, step: Step) {
        self.change(|state| state & !STEP | (state & STEP).max(step as u32));
    }

    /// Forgets the request before, where one tells of several.
    pub(crate) fn clear(&self) {
        self.0.in_doubt.store(false, Ordering::Release);
        self.change(|state| (state & TRY).wrapping_add(ONE_TRY));
    }

    /// Makes room for another try after one that ended so.
    pub(crate) fn restart(&self, ended: Outcome) {
        if ended != Outcome::NotSent {
            self.0.in_doubt.store(true, Ordering::Release);
        }
        self.change(|state| (state & TRY).wrapping_add(ONE_TRY) | state & GIVEN_UP);
    }

    /// Changes the state and gives the one before.
    fn change(&self, to: impl Fn(u32) -> u32) -> u32 {
        self.0
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| Some(to(state)))
            .unwrap_or_else(std::convert::identity)
    }
}

/// One try of a request; what belongs to an earlier one has no say any more.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    progress: Progress,
    number: u32,
}

impl Try {
    /// Notes that the connection asked for the body; false if the try was given up, and then nothing may leave.
    pub(crate) fn begin(&self) -> bool {
        let begun = |state: u32| {
            if self.may_leave(state) { state & !STEP | (state & STEP).max(Step::Begun as u32) } else { state }
        };
        self.may_leave(self.progress.change(begun))
    }

    pub(crate) fn is_given_up(&self) -> bool {
        !self.may_leave(self.progress.0.state.load(Ordering::Acquire))
    }

    /// A try that had begun when it was given up may have arrived, so the rest of it may follow.
    const fn may_leave(&self, state: u32) -> bool {
        state & TRY == self.number && (state & GIVEN_UP == 0 || state & STEP != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_was_given_up_before_it_left_never_leaves() {
        let progress = Progress::default();
        let body = progress.current();
        assert_eq!(progress.abandon(), Outcome::NotSent);
        assert!(!body.begin() && body.is_given_up());
        assert_eq!(progress.outcome(), Outcome::NotSent);
        assert!(!progress.current().begin(), "nor does another try of it");
        progress.restart(Outcome::NotSent);
        assert!(!progress.current().begin(), "nor one after a wait");
        // the control: one that had begun may have arrived, and goes on
        progress.clear();
        let body = progress.current();
        assert!(body.begin());
        assert_eq!(progress.abandon(), Outcome::Unknown);
        assert!(body.begin());
    }

    #[test]
    fn an_earlier_try_has_no_say_in_a_later_one() {
        let progress = Progress::default();
        let first = progress.current();
        progress.restart(Outcome::NotSent);
        assert!(!first.begin());
        assert_eq!(progress.outcome(), Outcome::NotSent);
        progress.restart(Outcome::Unknown);
        assert_eq!(progress.outcome(), Outcome::Unknown, "an earlier doubt stays");
        progress.clear();
        assert_eq!(progress.outcome(), Outcome::NotSent);
    }

    #[test]
    fn no_step_is_taken_back() {
        let progress = Progress::default();
        let body = progress.current();
        progress.reach(Step::Accepted);
        assert!(body.begin(), "the rest of a form may be read out after its answer");
        assert_eq!(progress.outcome(), Outcome::Sent);
        progress.restart(Outcome::NotSent);
        progress.reach(Step::Refused);
        progress.reach(Step::Begun);
        assert_eq!(progress.outcome(), Outcome::NotSent);
    }
}
