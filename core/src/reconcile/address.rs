//! Phone numbers and addresses of channels, as Twilio answers them.

use crate::text::E164;

/// An address as a caller gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// As Twilio answers it, as far as that can be known.
    text: String,
    /// Whether it can be known.
    is_known: bool,
}

/// How well an address of an answer fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    Possible,
    Certain,
}

impl Address {
    /// Reads a number in E.164, one as it is written in North America, or the address of a channel (`whatsapp:+1…`).
    pub(super) fn new(given: &str) -> Self {
        let given = given.trim();
        if let Some((channel, rest)) = given.split_once(':') {
            let rest = E164::as_twilio_reads(rest).map_or_else(|| rest.to_owned(), String::from);
            return Self { text: format!("{}:{rest}", channel.to_ascii_lowercase()), is_known: true };
        }
        match E164::as_twilio_reads(given) {
            Some(number) => Self { text: number.into(), is_known: true },
            // a name, a short code, or a number that only Twilio can complete
            None => Self { text: given.to_owned(), is_known: given.bytes().any(|byte| byte.is_ascii_alphabetic()) },
        }
    }

    /// The text by which a list finds it.
    pub(super) fn filter(&self) -> Option<&str> {
        self.is_known.then_some(self.text.as_str())
    }

    /// The same number in a channel that a service may prefer, if it is a bare number.
    pub(super) fn in_channel(&self, channel: &str) -> Option<Self> {
        let is_number = self.text.starts_with('+');
        is_number.then(|| Self { text: format!("{channel}:{}", self.text), is_known: true })
    }

    pub(super) fn fit(&self, answered: &str) -> Fit {
        if self.text == answered {
            return Fit::Certain;
        }
        let mine = digits(&self.text);
        let mine = mine.trim_start_matches('0');
        // Twilio put the country in front of it
        let is_end = !self.is_known && mine.len() >= 6 && digits(answered).ends_with(mine);
        if is_end { Fit::Possible } else { Fit::No }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_as_twilio_answers_them() {
        for (given, answered) in [
            ("+15551234567", "+15551234567"),
            (" +1 (555) 123-4567 ", "+15551234567"),
            ("(202) 555-0123", "+12025550123"),
            ("1 202 555 0123", "+12025550123"),
            ("whatsapp:+1 555 123-4567", "whatsapp:+15551234567"),
            ("WhatsApp:+15551234567", "whatsapp:+15551234567"),
            ("messenger:12345", "messenger:12345"),
            ("ACME", "ACME"),
        ] {
            let address = Address::new(given);
            assert_eq!(address.filter(), Some(answered), "{given}");
            assert_eq!(address.fit(answered), Fit::Certain, "{given}");
            assert_eq!(address.fit("+15550000000"), Fit::No, "{given}");
        }
    }

    #[test]
    fn a_number_that_twilio_completes_is_no_filter_and_never_certain() {
        let address = Address::new("0151 1234567");
        assert_eq!((address.filter(), address.fit("+491511234567")), (None, Fit::Possible));
        assert_eq!(address.fit("+491511234568"), Fit::No);
        // a short code answers as it is
        let code = Address::new("12345");
        assert_eq!((code.filter(), code.fit("12345"), code.fit("+4912345")), (None, Fit::Certain, Fit::No));
    }
}
