//! What the numbering plans of countries say of a number, from the metadata of the crate `phonenumber`.

use phonenumber::{Mode, PhoneNumber, country};

use super::E164;
use crate::{Error, Result};

/// The longest text that is looked at; no number that people write is longer.
const LONGEST: usize = 64;

/// With the feature `phonenumber`.
impl E164 {
    /// Reads a number as people of a country write it, the country given by its two letters of ISO 3166, such as `DE`.
    ///
    /// # Errors
    /// `InvalidArgument` if the plan of the country has no such number, or there is no such country.
    pub fn parse_in(text: &str, country: &str) -> Result<Self> {
        let id: country::Id = country.parse().map_err(|_| {
            Error::invalid_argument("the country is not known; write two capital letters of ISO 3166, as in DE")
        })?;
        let wrong = || Error::invalid_argument(format!("the number is none of the country {}", id.as_ref()));
        // only these go on: letters, extensions and URIs are not numbers that Twilio takes
        let is_written = |character: char| matches!(character, '0'..='9' | '+' | ' ' | '-' | '.' | '/' | '(' | ')');
        if text.len() > LONGEST || !text.chars().all(is_written) {
            return Err(wrong());
        }
        let plain: String = text.chars().filter(|character| matches!(character, '0'..='9' | '+')).collect();
        let number = phonenumber::parse(Some(id), plain).ok().filter(phonenumber::is_valid).ok_or_else(wrong)?;
        Self::parse(&number.format().mode(Mode::E164).to_string())
    }

    fn planned(&self) -> Option<PhoneNumber> {
        phonenumber::parse(None, self.as_str()).ok()
    }

    /// Whether the plan of its country has such numbers; nothing says that it is in use.
    pub fn is_valid(&self) -> bool {
        self.planned().is_some_and(|number| phonenumber::is_valid(&number))
    }

    /// The country that it belongs to, by its two letters of ISO 3166, such as [`message_prices`] takes.
    ///
    /// [`message_prices`]: crate::Client::message_prices
    pub fn country(&self) -> Option<String> {
        let number = self.planned()?;
        number.country().id().map(|id| id.as_ref().to_owned())
    }

    /// The number as it is written in its country, if its plan is known.
    pub fn national(&self) -> Option<String> {
        self.planned().map(|number| number.format().mode(Mode::National).to_string())
    }

    /// The number as it is written abroad, with spaces, if its plan is known.
    pub fn international(&self) -> Option<String> {
        self.planned().map(|number| number.format().mode(Mode::International).to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_their_countries_write_them() {
        for (text, country, number) in [
            ("(202) 555-0123", "US", "+12025550123"),
            ("0151 12345678", "DE", "+4915112345678"),
            ("020 7946 0958", "GB", "+442079460958"),
            ("+49 151 12345678", "DE", "+4915112345678"),
        ] {
            let read = E164::parse_in(text, country).unwrap();
            assert_eq!(read.as_str(), number, "{text}");
            assert_eq!((read.is_valid(), read.country().as_deref()), (true, Some(country)), "{text}");
        }
        let number = E164::parse("+12025550123").unwrap();
        assert_eq!(number.national().as_deref(), Some("(202) 555-0123"));
        assert_eq!(number.international().as_deref(), Some("+1 202-555-0123"));
    }

    #[test]
    fn what_no_plan_has_is_refused() {
        for (text, country) in [("12", "DE"), ("(555) FLOWERS", "US"), ("202 555 0123", "XX"), ("202 555 0123", "us ")]
        {
            assert!(E164::parse_in(text, country).is_err(), "{text}");
        }
        let number = E164::parse("+999123456").unwrap();
        assert_eq!((number.is_valid(), number.country()), (false, None));
    }

    proptest! {
        #[test]
        fn whatever_strangers_write_is_read_or_refused(text in "\\PC{0,24}|[0-9+() -]{0,24}", digits in "[1-9][0-9]{1,14}") {
            for country in ["US", "DE", "GB", "BR", "NZ", "CI"] {
                let _ = E164::parse_in(&text, country).map(|number| number.is_valid());
            }
            let number = E164::parse(&format!("+{digits}")).unwrap();
            let _ = (number.is_valid(), number.country(), number.national(), number.international());
        }
    }
}
