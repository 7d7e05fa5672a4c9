//! How many requests may begin in a second: a bucket of tokens.

use std::{
    num::NonZeroU32,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::{Error, Result};

/// The slowest pace: one request an hour.
const SLOWEST: f64 = 1.0 / 3600.0;
const FASTEST: f64 = 1e6;
/// What may begin at once is what this much time brings: timers are no finer than a millisecond.
const BURST: f64 = 0.01;

/// The pace of a batch; the time is the runtime's, which tests can stop.
pub(super) struct Pace {
    bucket: RateLimiter<NotKeyed, InMemoryState, Runtime, NoOpMiddleware<Duration>>,
    clock: Runtime,
    next: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone)]
struct Runtime(Instant);

impl Clock for Runtime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Pace {
    pub(super) fn check(per_second: Option<f64>) -> Result<()> {
        match per_second {
            Some(rate) if !(SLOWEST..=FASTEST).contains(&rate) => Err(Error::invalid_argument(
                "per_second must be more than 0 (one an hour at least) and at most a million",
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn new(per_second: f64) -> Result<Self> {
        Self::check(Some(per_second))?;
        let none = || Error::invalid_argument("per_second must be more than 0");
        let quota = Quota::with_period(Duration::from_secs_f64(1.0 / per_second)).ok_or_else(none)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be from 0 to 10,000")]
        let burst = NonZeroU32::new((per_second * BURST) as u32).unwrap_or(NonZeroU32::MIN);
        let clock = Runtime(Instant::now());
        let bucket = RateLimiter::direct_with_clock(quota.allow_burst(burst), clock.clone());
        Ok(Self { bucket, clock, next: None })
    }

    /// Takes a token, or waits until there may be one.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(next) = &mut self.next {
                if next.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                self.next = None;
            }
            match self.bucket.check() {
                Ok(()) => return Poll::Ready(()),
                Err(later) => {
                    let wait = later.wait_time_from(self.clock.now());
                    self.next = Some(Box::pin(sleep_until(Instant::now() + wait)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn as_many_begin_in_a_second_as_were_asked_for() {
        for (rate, seconds, expected) in
            [(10.0, 10.0, 100), (0.5, 20.0, 10), (2000.0, 2.0, 4000), (64_000.0, 0.5, 32_000)]
        {
            let mut pace = Pace::new(rate).unwrap();
            let begun = Instant::now();
            let mut count = 0;
            while begun.elapsed().as_secs_f64() < seconds {
                poll_fn(|context| pace.poll(context)).await;
                count += 1;
            }
            let most = f64::from(expected) * 1.03 + 2.0;
            let least = f64::from(expected) * 0.9; // timers are rounded up to milliseconds
            assert!((least..most).contains(&f64::from(count)), "{count} at {rate} a second in {seconds} s");
        }
    }

    #[test]
    fn a_pace_that_cannot_be_kept_is_refused() {
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
            assert!(Pace::check(Some(wrong)).is_err(), "{wrong}");
        }
        assert!(Pace::check(None).is_ok());
    }
}
