//! Where a message or a call comes from or goes to: a number, an address of a channel, a client, or a sender.

use std::{fmt, str::FromStr};

use super::E164;
use crate::{Error, Result};

/// What an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
#[non_exhaustive]
pub enum AddressKind {
    /// A phone number in E.164.
    Phone = 1,
    /// `whatsapp:` and a phone number in E.164.
    Whatsapp = 2,
    /// `messenger:` and the id of a page or a person.
    Messenger = 3,
    /// `rcs:` and a sender or a phone number.
    Rcs = 4,
    /// `client:` and the identity of an app or browser that takes calls.
    Client = 5,
    /// `sip:` or `sips:` and the rest of a SIP address.
    Sip = 6,
    /// `sim:` and the sid of a SIM.
    Sim = 7,
    /// A short code: 3 to 8 digits; a sender.
    ShortCode = 8,
    /// An alphanumeric sender: at most 11 letters, digits, spaces and `+ - _ &`, at least one of them a letter.
    Name = 9,
}

impl AddressKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Phone,
        Self::Whatsapp,
        Self::Messenger,
        Self::Rcs,
        Self::Client,
        Self::Sip,
        Self::Sim,
        Self::ShortCode,
        Self::Name,
    ];

    /// What stands in front of the colon, and what an address then is.
    const PREFIXES: [(&'static str, Self); 7] = [
        ("whatsapp", Self::Whatsapp),
        ("messenger", Self::Messenger),
        ("rcs", Self::Rcs),
        ("client", Self::Client),
        ("sip", Self::Sip),
        ("sips", Self::Sip),
        ("sim", Self::Sim),
    ];

    /// The kind in `snake_case`, as Python and logs show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Whatsapp => "whatsapp",
            Self::Messenger => "messenger",
            Self::Rcs => "rcs",
            Self::Client => "client",
            Self::Sip => "sip",
            Self::Sim => "sim",
            Self::ShortCode => "short_code",
            Self::Name => "name",
        }
    }

    /// Whether it can only be in `From`: nothing can be sent to it.
    pub const fn is_sender_only(self) -> bool {
        matches!(self, Self::ShortCode | Self::Name | Self::Sim)
    }
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An address in the form in which Twilio takes and answers it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    kind: AddressKind,
    text: String,
    /// Where the value starts, behind the prefix of a channel.
    value: usize,
}

impl Address {
    /// The longest name of an alphanumeric sender.
    pub const LONGEST_NAME: usize = 11;
    const LONGEST_VALUE: usize = 256;

    /// Reads an address that is in its right form already, and changes nothing.
    ///
    /// # Errors
    /// `InvalidArgument`, which says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        Self::read(text, E164::parse)
    }

    /// Reads an address as Twilio does: its number as [`E164::as_twilio_reads`].
    pub fn as_twilio_reads(text: &str) -> Option<Self> {
        let number = |text: &str| E164::as_twilio_reads(text).ok_or_else(|| Error::invalid_argument("no number"));
        Self::read(text.trim(), number).ok()
    }

    /// The address of a number in WhatsApp.
    pub fn whatsapp(number: &E164) -> Self {
        Self::in_channel("whatsapp", AddressKind::Whatsapp, number.as_str())
    }

    fn read(text: &str, number: impl Fn(&str) -> Result<E164>) -> Result<Self> {
        if let Some((prefix, value)) = text.split_once(':') {
            let known = AddressKind::PREFIXES.iter().find(|(known, _)| *known == prefix);
            let (prefix, kind) = *known.ok_or_else(|| {
                let known: Vec<&str> = AddressKind::PREFIXES.iter().map(|(known, _)| *known).collect();
                wrong(&format!("no channel is known by what stands before the colon; known are {}", known.join(", ")))
            })?;
            if kind == AddressKind::Whatsapp {
                return Ok(Self::in_channel(prefix, kind, number(value)?.as_str()));
            }
            check_value(kind, value)?;
            return Ok(Self::in_channel(prefix, kind, value));
        }
        let kind = match () {
            () if is_short_code(text) => AddressKind::ShortCode,
            () if is_name(text) => AddressKind::Name,
            () => return number(text).map(Self::from).map_err(|error| of_no_number(text).unwrap_or(error)),
        };
        Ok(Self { kind, text: text.to_owned(), value: 0 })
    }

    fn in_channel(prefix: &str, kind: AddressKind, value: &str) -> Self {
        Self { kind, text: format!("{prefix}:{value}"), value: prefix.len() + 1 }
    }

    /// What it is.
    pub fn kind(&self) -> AddressKind {
        self.kind
    }

    /// The address as Twilio takes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address without the name of its channel.
    pub fn value(&self) -> &str {
        self.text.get(self.value..).unwrap_or_default()
    }

    /// The number in it, of a phone, WhatsApp or RCS.
    pub fn number(&self) -> Option<E164> {
        let may_be = matches!(self.kind, AddressKind::Phone | AddressKind::Whatsapp | AddressKind::Rcs);
        may_be.then(|| E164::parse(self.value()).ok()).flatten()
    }
}

impl From<E164> for Address {
    fn from(number: E164) -> Self {
        Self { kind: AddressKind::Phone, text: number.into(), value: 0 }
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.text
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

fn wrong(why: &str) -> Error {
    Error::invalid_argument(format!("the address cannot be used: {why}"))
}

fn is_short_code(text: &str) -> bool {
    (3..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    text.len() <= Address::LONGEST_NAME && has_letter(text) && text.bytes().all(is_of_name)
}

fn has_letter(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" +-_&".contains(&byte)
}

/// Why a text is no sender, if a number cannot have been meant.
fn of_no_number(text: &str) -> Option<Error> {
    if !has_letter(text) || text.starts_with('+') {
        return None;
    }
    Some(match text.bytes().all(is_of_name) {
        true => wrong("the name of a sender has at most 11 characters"),
        false => wrong("the name of a sender may hold letters from A to Z, digits, spaces and + - _ & only"),
    })
}

fn check_value(kind: AddressKind, value: &str) -> Result<()> {
    let is_plain = |character: char| !character.is_whitespace() && !character.is_control();
    if value.is_empty() {
        return Err(wrong("nothing stands behind the colon"));
    }
    if value.len() > Address::LONGEST_VALUE {
        return Err(wrong("what stands behind the colon is longer than 256 bytes"));
    }
    if !value.chars().all(is_plain) {
        return Err(wrong("a space or control character stands behind the colon"));
    }
    let host = value.rsplit_once('@').map_or(value, |(_, host)| host);
    if kind == AddressKind::Sip && (host.is_empty() || host.starts_with([':', ';', '?'])) {
        return Err(wrong("a SIP address needs a host, as in sip:user@example.com"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn addresses_are_told_apart_as_the_vectors_say() {
        let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/addresses.json")).unwrap();
        let mut seen = Vec::new();
        for case in vectors["addresses"]["accepted"].as_array().unwrap() {
            let text = case[0].as_str().unwrap();
            let address = Address::parse(text).unwrap();
            assert_eq!(
                (address.kind().as_str(), address.value()),
                (case[1].as_str().unwrap(), case[2].as_str().unwrap())
            );
            assert_eq!(address.to_string(), text);
            seen.push(address.kind());
        }
        for case in vectors["addresses"]["refused"].as_array().unwrap() {
            let error = Address::parse(case[0].as_str().unwrap()).unwrap_err().to_string();
            assert!(error.contains(case[1].as_str().unwrap()), "{case}: {error}");
        }
        assert!(AddressKind::ALL.iter().all(|kind| seen.contains(kind)));
    }

    #[test]
    fn a_number_gets_its_address_in_whatsapp() {
        let number = E164::parse("+15551234567").unwrap();
        let address = Address::whatsapp(&number);
        assert_eq!(address.as_str(), "whatsapp:+15551234567");
        assert_eq!(address.number(), Some(number));
        assert_eq!(Address::as_twilio_reads(" whatsapp:+1 (555) 123-4567"), Some(address));
        assert_eq!(Address::as_twilio_reads("(202) 555-0123").unwrap().as_str(), "+12025550123");
    }

    proptest! {
        #[test]
        fn an_address_that_was_accepted_reads_the_same_again(text in "((whatsapp|rcs|sip|client):)?(\\PC{0,20}|\\+?[0-9 ]{0,16})") {
            for address in [Address::parse(&text).ok(), Address::as_twilio_reads(&text)].into_iter().flatten() {
                prop_assert_eq!(Address::parse(address.as_str()).unwrap(), address);
            }
        }
    }
}
