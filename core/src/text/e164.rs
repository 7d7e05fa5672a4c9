//! Phone numbers as Twilio wants them: a plus sign, the country code and the number.

use std::{fmt, str::FromStr};

use crate::{Error, Result};

/// The most digits that E.164 allows.
const MOST_DIGITS: usize = 15;

/// A phone number in E.164, such as `+15551234567`: a plus sign and 2 to 15 digits, the first of them not 0.
///
/// Nothing says that it is in use, nor that its length is right for its country; Twilio's Lookup does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct E164(String);

impl E164 {
    /// Reads a number that is in E.164 already, and changes nothing.
    ///
    /// # Errors
    /// `InvalidArgument`, which says what is wrong; it shows the right form only if just separators are in the way, since
    /// no country code is ever guessed.
    pub fn parse(text: &str) -> Result<Self> {
        match digits(text) {
            Some(digits) if is_number(digits) => Ok(Self(text.to_owned())),
            _ => Err(Error::invalid_argument(format!("the number is not in E.164: {}", advice(text)))),
        }
    }

    /// Reads a number as Twilio's messages and calls do: without spaces, hyphens, dots and brackets, and with +1 in front
    /// of one that is written as in the United States and Canada.
    pub fn as_twilio_reads(text: &str) -> Option<Self> {
        let mut number = String::with_capacity(MOST_DIGITS + 1);
        for (at, character) in text.trim().char_indices() {
            match character {
                '+' if at == 0 => number.push('+'),
                '0'..='9' if number.len() > MOST_DIGITS => return None,
                '0'..='9' => number.push(character),
                ' ' | '-' | '.' | '(' | ')' => {}
                _ => return None,
            }
        }
        if let Some(digits) = digits(&number) {
            return is_number(digits).then_some(Self(number));
        }
        let national = if number.len() == 11 { number.strip_prefix('1')? } else { &number };
        is_north_american(national).then(|| Self(format!("+1{national}")))
    }

    /// The number with its plus sign.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without its plus sign.
    pub fn digits(&self) -> &str {
        digits(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for E164 {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl AsRef<str> for E164 {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<E164> for String {
    fn from(number: E164) -> Self {
        number.0
    }
}

fn digits(text: &str) -> Option<&str> {
    text.strip_prefix('+')
}

fn is_number(digits: &str) -> bool {
    (2..=MOST_DIGITS).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Ten digits whose area code and exchange both start with 2 to 9, as the North American numbering plan has it.
fn is_north_american(digits: &str) -> bool {
    let starts = |at: usize| matches!(digits.as_bytes().get(at), Some(b'2'..=b'9'));
    digits.len() == 10 && starts(0) && starts(3)
}

/// What something is called, and how it is told.
type Separator = (&'static str, fn(char) -> bool);

/// What people write between digits.
const SEPARATORS: [Separator; 6] = [
    ("spaces", char::is_whitespace),
    ("hyphens", |character| matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')),
    ("dots", |character| character == '.'),
    ("slashes", |character| character == '/'),
    ("brackets", |character| matches!(character, '(' | ')' | '[' | ']')),
    // what comes along when a number is copied from a page or an address book
    (
        "invisible characters",
        |character| matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'),
    ),
];

/// What to do about a text that is no number in E.164.
fn advice(text: &str) -> String {
    const EXAMPLE: &str = "as in +15551234567";
    let mut found = [false; SEPARATORS.len()];
    let mut plain = String::new();
    let mut count = 0;
    for character in text.chars() {
        match SEPARATORS.iter().position(|(_, is_separator)| is_separator(character)) {
            Some(at) => found[at] = true,
            None if plain.chars().count() <= MOST_DIGITS + 1 => plain.push(character),
            None => {}
        }
        count += usize::from(character.is_ascii_digit());
    }
    if plain.is_empty() {
        return format!("it is empty; write a plus sign, the country code and the number, {EXAMPLE}");
    }
    let Some(digits) = digits(&plain) else {
        return match text.split_once(':') {
            Some(_) => "it is the address of a channel; leave out what stands before the colon".to_owned(),
            None if plain.starts_with("00") => "write a plus sign instead of 00".to_owned(),
            None => format!("write a plus sign and the country code in front of the number, {EXAMPLE}"),
        };
    };
    let foreign = text.chars().find(|character| {
        !matches!(character, '+' | '0'..='9') && !SEPARATORS.iter().any(|(_, is_separator)| is_separator(*character))
    });
    if let Some(character) = foreign {
        return format!("it holds {character:?}; write the digits 0 to 9");
    }
    if digits.starts_with('0') {
        return format!("no country code starts with 0; write the one of the country, {EXAMPLE}");
    }
    if text.contains("(0)") || text.contains("[0]") {
        return "leave out the 0 in brackets, which is dialled within the country only".to_owned();
    }
    if digits.contains('+') {
        return format!("it holds two plus signs; write one number, {EXAMPLE}");
    }
    if count > MOST_DIGITS {
        return format!("it has {count} digits; at most {MOST_DIGITS} are allowed");
    }
    if count < 2 {
        return format!("it is too short; write the country code and the number, {EXAMPLE}");
    }
    let names: Vec<&str> =
        SEPARATORS.iter().zip(found).filter(|(_, is_found)| *is_found).map(|((name, _), _)| *name).collect();
    let names = match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    };
    format!("remove the {names}: {plain}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../tests/vectors/addresses.json")).unwrap()
    }

    #[test]
    fn numbers_are_accepted_as_they_are_or_refused_with_advice() {
        let vectors = vectors();
        for number in vectors["numbers"]["accepted"].as_array().unwrap() {
            let number = number.as_str().unwrap();
            assert_eq!(E164::parse(number).unwrap().as_str(), number);
        }
        for case in vectors["numbers"]["refused"].as_array().unwrap() {
            let error = E164::parse(case[0].as_str().unwrap()).unwrap_err();
            let advice = format!("the number is not in E.164: {}", case[1].as_str().unwrap());
            assert_eq!(error.to_string(), advice, "{case}");
        }
    }

    #[test]
    fn numbers_are_read_as_twilio_reads_them() {
        for case in vectors()["numbers"]["as_twilio_reads"].as_array().unwrap() {
            let number = E164::as_twilio_reads(case[0].as_str().unwrap());
            assert_eq!(number.as_ref().map(E164::as_str), case[1].as_str(), "{case}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_a_plus_sign_and_digits(text in "\\PC{0,30}|[+(]?[0-9 ().+-]{0,24}") {
            for number in [E164::parse(&text).ok(), E164::as_twilio_reads(&text)].into_iter().flatten() {
                prop_assert!(is_number(number.digits()));
                prop_assert_eq!(E164::parse(number.as_str()).unwrap(), number);
            }
            if let Err(error) = E164::parse(&text) {
                let error = error.to_string();
                prop_assert!(error.len() < 200);
                // advice that shows a number can be followed
                if let Some((_, number)) = error.rsplit_once(": +") {
                    let advised = format!("+{number}");
                    prop_assert!(E164::parse(&advised).is_ok());
                }
            }
        }
    }
}
