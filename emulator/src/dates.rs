//! How Twilio writes moments: one way in v2010, another everywhere else.

use jiff::Timestamp;

use crate::clock::Moment;

/// The last second that can be written, near the end of the year 9999.
pub(crate) fn last() -> Moment {
    Timestamp::MAX.as_second() * 1000 // a count of milliseconds is not taken past its start
}

/// What comes after the last moment is written as it.
fn timestamp(moment: Moment) -> Timestamp {
    Timestamp::from_millisecond(moment.min(last())).unwrap_or_default()
}

/// `Thu, 24 Aug 2023 05:01:45 +0000`, as v2010 and webhooks write it.
pub(crate) fn rfc2822(moment: Moment) -> String {
    timestamp(moment).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// `Thu, 24 Aug 2023 05:01:45 GMT`, as HTTP writes it.
pub(crate) fn http(moment: Moment) -> String {
    timestamp(moment).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `2023-08-24T05:01:45Z`, as every other product writes it.
pub(crate) fn iso(moment: Moment) -> String {
    timestamp(moment).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2023-08-24T05:01:45.123Z`, as the event log writes it.
pub(crate) fn precise(moment: Moment) -> String {
    timestamp(moment).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// `2023-08-24`, by which lists are filtered.
pub(crate) fn day(moment: Moment) -> String {
    timestamp(moment).strftime("%Y-%m-%d").to_string()
}

/// `YYMMDDhhmm`, as carriers report a delivery.
pub(crate) fn carrier(moment: Moment) -> String {
    timestamp(moment).strftime("%y%m%d%H%M").to_string()
}

/// Reads a moment that a caller wrote in ISO 8601.
pub(crate) fn parse(text: &str) -> Option<Moment> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_twilio_writes_them() {
        let moment = parse("2023-08-24T05:01:45.123Z").unwrap();
        assert_eq!(rfc2822(moment), "Thu, 24 Aug 2023 05:01:45 +0000");
        assert_eq!(iso(moment), "2023-08-24T05:01:45Z");
        assert_eq!(precise(moment), "2023-08-24T05:01:45.123Z");
        assert_eq!(day(moment), "2023-08-24");
        assert_eq!(carrier(moment), "2308240501");
        assert_eq!(parse("yesterday"), None);
        assert_eq!((day(last()), day(Moment::MAX)), ("9999-12-30".to_owned(), "9999-12-30".to_owned()));
    }
}
