//! How the texts of fields are read.

use std::fmt;

use jiff::{Timestamp, fmt::rfc2822};
use rust_decimal::Decimal;

use super::table::{Choices, Form};
use crate::{Error, ErrorKind, Result, typed::Json};

/// What a field says, as its form is read.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// Text.
    Text(&'a str),
    /// An integer.
    Integer(i64),
    /// A decimal number.
    Decimal(Decimal),
    /// A truth.
    Boolean(bool),
    /// A moment.
    Moment(Timestamp),
    /// JSON that nobody has looked at.
    Json(&'a str),
    /// A text of an open enum: the name of the enum's type, and whether it knows the text.
    Choice {
        /// The text.
        text: &'a str,
        /// The name of the enum's type.
        class: &'static str,
        /// Whether the enum knows the text.
        is_known: bool,
    },
}

/// Reads a text that is not empty; nothing if it is not of this form.
pub(super) fn read(form: Form, text: &str) -> Option<FieldValue<'_>> {
    match form {
        Form::Text => Some(FieldValue::Text(text)),
        Form::Integer => integer(text).map(FieldValue::Integer),
        Form::Decimal => decimal(text).map(FieldValue::Decimal),
        Form::Boolean => boolean(text).map(FieldValue::Boolean),
        Form::Moment => moment(text).map(FieldValue::Moment),
        Form::Json => Some(FieldValue::Json(text)),
        Form::Choice(Choices { class, texts, .. }) => {
            Some(FieldValue::Choice { text, class, is_known: texts.contains(&text) })
        }
    }
}

pub(super) fn integer(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A moment in the years of our era, which every language can hold.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    const FIRST: Timestamp = Timestamp::constant(-62_135_596_800, 0); // the year 1
    // a day of the week that does not fit the date is no reason to lose the date
    const RFC_2822: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let text = text.trim();
    let moment = match text.as_bytes().get(4) {
        Some(b'-') => text.parse().ok(),
        _ => RFC_2822.parse_timestamp(text).ok(),
    };
    moment.filter(|moment| *moment >= FIRST)
}

/// JSON inside a field, which is read when somebody asks for its value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JsonText(String);

impl JsonText {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text as it came.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What the text says.
    ///
    /// # Errors
    /// `Decode` if it is no JSON.
    pub fn value(&self) -> Result<Json> {
        serde_json::from_str(&self.0)
            .map_err(|cause| Error::new(ErrorKind::Decode, "the field is not JSON").with_source(cause))
    }
}

/// Tells how long it is: what it says may be about people.
impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_twilio_writes_them_anywhere() {
        let expected: Timestamp = "2017-06-01T20:48:32Z".parse().unwrap();
        for text in [
            "Thu, 1 Jun 2017 20:48:32 +0000",
            "Thu, 01 Jun 2017 20:48:32 +0000",
            "Mon, 01 Jun 2017 20:48:32 +0000",
            "Thu, 01 Jun 2017 22:48:32 +0200",
            "2017-06-01T20:48:32Z",
            " 2017-06-01T20:48:32.000Z",
        ] {
            assert_eq!(moment(text), Some(expected), "{text}");
        }
        for text in ["", "yesterday", "2017", "-000001-01-01T00:00:00Z", "2017-13-01T00:00:00Z", "1506121530"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_and_truths_are_read_or_left_alone() {
        assert_eq!((integer("12"), integer("-1"), integer(" 7 ")), (Some(12), Some(-1), Some(7)));
        assert_eq!((integer("abc"), integer("1.5"), integer("9223372036854775808")), (None, None, None));
        assert_eq!(decimal("0.9"), Some(Decimal::new(9, 1)));
        assert_eq!((decimal("1e-2"), decimal("NaN"), decimal("")), (Some(Decimal::new(1, 2)), None, None));
        assert_eq!((boolean("true"), boolean("False"), boolean("1")), (Some(true), Some(false), None));
    }
}
