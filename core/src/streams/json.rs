//! How messages are read: within a size, and tolerant of what Twilio may write in another way one day.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, Visitor},
};
use serde_json::{Value, value::RawValue};

use crate::{Error, ErrorKind, Outcome, Result};

/// The longest message that is read, in bytes; Twilio's have some 300.
pub const MAX_MESSAGE: usize = 1 << 20;

/// Base64 with or without its padding.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A message of a name that is not known here.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// Its `event` or `type`.
    pub name: String,
    /// All of it.
    pub json: Value,
}

impl Unknown {
    pub(super) fn read(name: &str, text: &str) -> Result<Self> {
        Ok(Self { name: name.to_owned(), json: read(name, text)? })
    }
}

/// A message that was not written by Twilio, or is not whole.
pub(super) fn unreadable(message: String) -> Error {
    // reading a message changes nothing anywhere
    Error::new(ErrorKind::Decode, message).with_outcome(Outcome::NotSent)
}

/// Refuses what is too long to be a message.
pub(super) fn check_size(text: &str) -> Result<()> {
    if text.len() <= MAX_MESSAGE {
        return Ok(());
    }
    Err(unreadable(format!("a message of {} bytes is longer than the {MAX_MESSAGE} that are read", text.len())))
}

/// Reads the whole of a message of this name.
pub(super) fn read<'a, T: Deserialize<'a>>(name: &str, text: &'a str) -> Result<T> {
    serde_json::from_str(text).map_err(|cause| unlike_twilio(name, cause))
}

/// Reads a part of a message of this name, which must be there.
pub(super) fn part<T: DeserializeOwned>(name: &str, key: &str, raw: Option<&RawValue>) -> Result<T> {
    let raw = raw.ok_or_else(|| unreadable(format!("{} lacks {key}", described(name))))?;
    read(name, raw.get())
}

/// Reads a part of a message of this name, or gives its default.
pub(super) fn optional<T: DeserializeOwned + Default>(name: &str, raw: Option<&RawValue>) -> Result<T> {
    raw.map_or_else(|| Ok(T::default()), |raw| read(name, raw.get()))
}

fn unlike_twilio(name: &str, cause: serde_json::Error) -> Error {
    unreadable(format!("{} is not JSON as Twilio writes it", described(name))).with_source(cause)
}

/// A stranger chose the name, and may have chosen a long one.
fn described(name: &str) -> Cow<'_, str> {
    match name {
        "" => Cow::Borrowed("a message of a stream"),
        name if name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Cow::Owned(format!("the message {name}"))
        }
        _ => Cow::Borrowed("a message of a name that is not known"),
    }
}

/// A text; a number or a truth value as it stands in JSON, and `null` as nothing.
#[derive(Debug, Default)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Texts;
        impl Visitor<'_> for Texts {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
                Ok(Text::default())
            }
        }
        reader.deserialize_any(Texts)
    }
}

/// A whole number that is not negative; Twilio writes most of them as texts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Number(pub(super) u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl Visitor<'_> for Numbers {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number that is not negative")
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
                Ok(Number(value))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
                match value.is_finite() && value >= 0.0 {
                    // a fraction of a millisecond says nothing
                    true => Ok(Number(value as u64)),
                    false => Err(E::invalid_value(de::Unexpected::Float(value), &self)),
                }
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
                match (text.parse(), text.parse()) {
                    (Ok(number), _) => Ok(Number(number)),
                    (_, Ok(number)) => self.visit_f64(number),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_unit<E: de::Error>(self) -> Result<Number, E> {
                Ok(Number::default())
            }
        }
        reader.deserialize_any(Numbers)
    }
}

/// Bytes in Base64.
#[derive(Debug)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct InBase64;
        impl Visitor<'_> for InBase64 {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes in Base64")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Bytes, E> {
                BASE64.decode(text).map(Bytes).map_err(E::custom)
            }
        }
        reader.deserialize_str(InBase64)
    }
}

/// For a field that is a text.
pub(super) fn text<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    Text::deserialize(reader).map(|text| text.0)
}

/// For a field that is a text or is left out.
pub(super) fn optional_text<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    Option::<Text>::deserialize(reader).map(|text| text.map(|text| text.0))
}

/// For a field that is a text, or says nothing by being empty or left out.
pub(super) fn said_text<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    optional_text(reader).map(|text| text.filter(|text| !text.is_empty()))
}

/// For a field that is a number.
pub(super) fn number<'de, D: Deserializer<'de>>(reader: D) -> Result<u64, D::Error> {
    Number::deserialize(reader).map(|number| number.0)
}

/// For a field that holds texts by their names.
pub(super) fn texts<'de, D: Deserializer<'de>>(reader: D) -> Result<BTreeMap<String, String>, D::Error> {
    let texts = Option::<BTreeMap<String, Text>>::deserialize(reader)?.unwrap_or_default();
    Ok(texts.into_iter().map(|(name, text)| (name, text.0)).collect())
}
