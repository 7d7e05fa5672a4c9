//! What is repeated and when: one layer, within one deadline and one budget.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crate::{Error, ErrorKind, Outcome};

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// What a server may ask us to wait; more is a mistake of the server. A wish beyond the deadline ends the call.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 3600);

/// Whether a request that met this error may be sent again without doing anything twice.
pub(crate) fn is_safe(is_repeatable: bool, error: &Error) -> bool {
    match error.kind() {
        ErrorKind::RateLimited => true, // Twilio acts on no request that it answers 429
        ErrorKind::Transport | ErrorKind::TimedOut if error.status().is_none() => {
            is_repeatable || error.outcome() == Outcome::NotSent
        }
        ErrorKind::Server => is_repeatable,
        ErrorKind::Rejected => is_repeatable && error.status() == Some(408),
        _ => false,
    }
}

/// How long to wait before try number `attempt` (from 1): what the server asks, else exponential with full jitter.
pub(crate) fn wait(attempt: u32, asked: Option<Duration>) -> Duration {
    if let Some(asked) = asked.filter(|asked| *asked <= LONGEST_ASKED) {
        return asked;
    }
    let longest = FIRST_WAIT.saturating_mul(1 << attempt.min(16)).min(LONGEST_WAIT);
    longest.mul_f64(fastrand::f64())
}

/// A bucket of tokens, so that an outage multiplies traffic by at most 1.2 in the long run.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    // a first try earns a fifth of a repeat; a quiet client may repeat ten times at once
    const EARNED: u32 = 1;
    const COST: u32 = 5;
    const MOST: u32 = 10 * Self::COST;

    pub(crate) const fn new() -> Self {
        Self(AtomicU32::new(Self::MOST))
    }

    /// Notes a first try.
    pub(crate) fn earn(&self) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
            (tokens < Self::MOST).then_some(tokens + Self::EARNED)
        });
    }

    /// Takes what one repeat costs, if it is there.
    pub(crate) fn spend(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(Self::COST)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_repeatable(operation: &str) -> bool {
        crate::api::find(operation).unwrap().repeatable
    }

    #[test]
    fn a_create_is_repeated_only_if_it_provably_was_not_sent() {
        let create = is_repeatable("messages.create");
        let fetch = is_repeatable("messages.fetch");
        let lost = |outcome| Error::new(ErrorKind::Transport, "lost").with_outcome(outcome);
        assert!(is_safe(create, &lost(Outcome::NotSent)));
        assert!(!is_safe(create, &lost(Outcome::Unknown)));
        assert!(is_safe(fetch, &lost(Outcome::Unknown)));
        for (status, again, again_fetch) in [
            (400, false, false),
            (404, false, false),
            (408, false, true),
            (429, true, true),
            (500, false, true),
            (503, false, true),
            (302, false, false),
        ] {
            let error = Error::of_answer(status, b"");
            assert_eq!(is_safe(create, &error), again, "create, {status}");
            assert_eq!(is_safe(fetch, &error), again_fetch, "fetch, {status}");
        }
    }

    #[test]
    fn an_accepted_request_is_never_repeated() {
        let cut = Error::new(ErrorKind::Transport, "cut").with_outcome(Outcome::Sent).with_status(201);
        assert!(!is_safe(is_repeatable("messages.create"), &cut));
    }

    #[test]
    fn waits_grow_and_absurd_wishes_are_ignored() {
        assert_eq!(wait(1, Some(Duration::from_secs(3))), Duration::from_secs(3));
        assert!(wait(1, Some(Duration::from_secs(86_401))) <= FIRST_WAIT * 2);
        assert!((1..40).all(|attempt| wait(attempt, None) <= LONGEST_WAIT));
    }

    #[test]
    fn an_outage_cannot_multiply_traffic() {
        let budget = Budget::new();
        let mut repeats = 0;
        for _ in 0..1000 {
            budget.earn();
            while budget.spend() {
                repeats += 1;
            }
        }
        assert!(repeats <= 200 + 10, "{repeats} repeats of 1000 requests");
    }
}
