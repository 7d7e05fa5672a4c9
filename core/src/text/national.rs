//! Numbers as people of a country write them, by the tables that Google keeps.

use std::panic;

use phonenumber::{Mode, country};

use super::E164;
use crate::{Error, Result};

/// The longest text that is read, in bytes: no number needs as much.
const LONGEST: usize = 64;

impl E164 {
    /// Reads a number as it is written in a region, such as `020 7946 0018` in `GB`, or with a plus sign and a country code.
    ///
    /// The region is a code of two letters (ISO 3166). Nothing is guessed: it is the caller who knows where the number is
    /// from. With the feature `phonenumber`.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such region, or no number of its country is like this.
    pub fn of_region(text: &str, region: &str) -> Result<Self> {
        let wrong = || Error::invalid_argument("region takes a code of two letters, such as GB");
        let region: country::Id = region.parse().map_err(|_| wrong())?;
        let number = read(text, Some(region)).filter(phonenumber::PhoneNumber::is_valid);
        let number = number.ok_or_else(|| {
            let region = region.as_ref();
            Error::invalid_argument(format!("no number is written like this in {region}; write it as in +15551234567"))
        })?;
        Self::parse(&number.format().mode(Mode::E164).to_string())
    }

    /// Whether its length and its first digits are those of a number of its country; not whether it is in use.
    ///
    /// With the feature `phonenumber`.
    pub fn is_valid(&self) -> bool {
        read(self.as_str(), None).is_some_and(|number| number.is_valid())
    }
}

/// What the library makes of a text; its parser unwraps in places, and a stranger may have written the text.
fn read(text: &str, region: Option<country::Id>) -> Option<phonenumber::PhoneNumber> {
    if text.len() > LONGEST {
        return None;
    }
    panic::catch_unwind(|| phonenumber::parse(region, text)).ok()?.ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_their_country_writes_them() {
        for (text, region, number) in [
            ("020 7946 0018", "GB", "+442079460018"),
            ("+44 20 7946 0018", "US", "+442079460018"),
            ("(415) 867-5309", "US", "+14158675309"),
            ("030 901820", "DE", "+4930901820"),
            ("tel:+1-415-867-5309", "US", "+14158675309"),
        ] {
            assert_eq!(E164::of_region(text, region).unwrap().as_str(), number, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_there_is_refused() {
        for (text, region) in [
            ("020 7946", "GB"),
            ("555-0100", "US"),
            ("", "US"),
            ("hello", "US"),
            ("+0 20 7946 0018", "GB"),
            ("(415) 867-5309", "XX"),
            ("(415) 867-5309", ""),
        ] {
            let error = E164::of_region(text, region).unwrap_err();
            assert!(error.to_string().contains(if text.starts_with("(415)") { "region" } else { region }), "{error}");
        }
    }

    #[test]
    fn a_number_is_valid_if_its_country_has_such() {
        assert!(E164::parse("+14158675309").unwrap().is_valid());
        assert!(!E164::parse("+1415867530").unwrap().is_valid());
        assert!(!E164::parse("+99999").unwrap().is_valid());
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_a_number_or_an_error(text in "\\PC{0,40}|[+(]?[0-9 ().+;=extel:-]{0,40}", region in "[A-Z]{2}|\\PC{0,3}") {
            if let Ok(number) = E164::of_region(&text, &region) {
                prop_assert!(E164::parse(number.as_str()).is_ok());
            }
        }

        #[test]
        fn every_number_is_valid_or_not(digits in "[1-9][0-9]{1,14}") {
            E164::parse(&format!("+{digits}")).unwrap().is_valid();
        }
    }
}
