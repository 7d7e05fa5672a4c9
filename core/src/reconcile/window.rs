//! The time in which Twilio made the message that is sought, by Twilio's clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use serde_json::Value as Json;

/// How far `date_created` may lie before the moment of the send: both it and `Date` are cut to the second.
const EARLIEST: SignedDuration = SignedDuration::from_secs(5);
/// The same where no `Date` tells how far the clocks differ.
const EARLIEST_UNTOLD: SignedDuration = SignedDuration::from_secs(60);
/// How long after the last moment of the call its request may still be accepted.
const LATEST: SignedDuration = SignedDuration::from_secs(60);

#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    from: Timestamp,
    until: Timestamp,
}

impl Window {
    /// The window of a send that was begun at a moment of this machine's clock and may have lasted as long as `timeout`.
    pub(super) fn new(at: Timestamp, timeout: Duration, skew: Option<SignedDuration>) -> Self {
        let at = at.saturating_add(skew.unwrap_or_default()).unwrap_or(at);
        let earliest = if skew.is_some() { EARLIEST } else { EARLIEST_UNTOLD };
        let timeout = super::jiff_duration(timeout);
        let until = at.saturating_add(timeout).and_then(|end| end.saturating_add(LATEST));
        Self { from: at.saturating_sub(earliest).unwrap_or(at), until: until.unwrap_or(Timestamp::MAX) }
    }

    pub(super) fn contains(&self, moment: Timestamp) -> bool {
        (self.from..=self.until).contains(&moment)
    }

    /// Whether everything that a list has after this record was made before the window.
    ///
    /// Twilio lists by the time of sending, the newest first, and nothing is sent before it is made.
    pub(super) fn is_before_all(&self, record: Option<&Json>) -> bool {
        let date = |key: &str| moment(record?.get(key)?.as_str()?);
        date("date_sent").or_else(|| date("date_created")).is_some_and(|date| date < self.from)
    }
}

/// Reads a moment as v2010 and HTTP write it.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(text).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_moves_the_window() {
        let at = moment("Thu, 24 Aug 2023 05:00:00 +0000").unwrap();
        let within = |skew, text| Window::new(at, Duration::from_secs(30), skew).contains(moment(text).unwrap());
        let hour = Some(SignedDuration::from_hours(1));
        assert!(within(Some(SignedDuration::ZERO), "Thu, 24 Aug 2023 04:59:55 GMT"));
        assert!(!within(Some(SignedDuration::ZERO), "Thu, 24 Aug 2023 04:59:54 GMT"));
        assert!(within(Some(SignedDuration::ZERO), "Thu, 24 Aug 2023 05:01:30 +0000"));
        assert!(!within(Some(SignedDuration::ZERO), "Thu, 24 Aug 2023 05:01:31 +0000"));
        assert!(within(hour, "Thu, 24 Aug 2023 06:00:01 +0000") && !within(hour, "Thu, 24 Aug 2023 05:00:01 +0000"));
        assert!(within(None, "Thu, 24 Aug 2023 04:59:00 GMT") && !within(None, "Thu, 24 Aug 2023 04:58:59 GMT"));
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        for at in [Timestamp::MIN, Timestamp::MAX] {
            assert!(Window::new(at, Duration::MAX, Some(SignedDuration::MAX)).contains(Timestamp::MAX));
        }
    }
}
