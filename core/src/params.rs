//! What a caller hands to an operation: names and values.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

/// A value for a parameter; the row of the parameter says how it is written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing: the parameter is left out.
    Unset,
    /// Text, sent as it is.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Float(f64),
    /// A decimal number.
    Decimal(Decimal),
    /// A day.
    Date(Date),
    /// A moment, sent in UTC to the second.
    DateTime(Timestamp),
    /// Several values; the parameter is repeated on the wire.
    List(Vec<Value>),
    /// JSON.
    Json(serde_json::Value),
}

/// Parameters of a call, in the order in which they were given.
///
/// Names are Twilio's (`StatusCallback`) or Python's (`status_callback`); in braces (`{AccountSid}`) a name means the
/// path, where the form has one of the same name. [`params!`](crate::params!) makes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    entries: Vec<(Cow<'static, str>, Value)>,
}

impl Params {
    /// No parameters yet.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Sets a parameter, in place of an earlier value of it.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> &mut Self {
        let name = name.into();
        let value = value.into();
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((name, value)),
        }
        self
    }

    /// Adds a value to a parameter that may be repeated.
    pub fn add(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> &mut Self {
        let name = name.into();
        let value = value.into();
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            None => self.entries.push((name, Value::List(vec![value]))),
            Some((_, Value::List(values))) => values.push(value),
            Some((_, first)) => *first = Value::List(vec![std::mem::replace(first, Value::Unset), value]),
        }
        self
    }

    /// Takes a parameter out, by the name under which it was given.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.entries.iter().position(|(known, _)| known == name)?;
        Some(self.entries.remove(at).1)
    }

    /// The value of a parameter, by the name under which it was given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Names and values, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<N: Into<Cow<'static, str>>, V: Into<Value>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut params = Self::new();
        for (name, value) in entries {
            params.set(name, value);
        }
        params
    }
}

/// Makes [`Params`]: `params! { "To" => "+15551234567", "MediaUrl" => ["https://example.com/a.png"] }`.
#[macro_export]
macro_rules! params {
    () => { $crate::Params::new() };
    ($($name:expr => $value:expr),+ $(,)?) => {{
        let mut params = $crate::Params::new();
        $(params.set($name, $value);)+
        params
    }};
}

macro_rules! value_from {
    ($($type:ty => |$value:ident| $made:expr),+ $(,)?) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        })+
    };
}

value_from! {
    &str => |text| Self::Text(text.to_owned()),
    &String => |text| Self::Text(text.clone()),
    String => |text| Self::Text(text),
    Cow<'_, str> => |text| Self::Text(text.into_owned()),
    bool => |flag| Self::Boolean(flag),
    u8 => |number| Self::Integer(number.into()),
    u16 => |number| Self::Integer(number.into()),
    i32 => |number| Self::Integer(number.into()),
    u32 => |number| Self::Integer(number.into()),
    i64 => |number| Self::Integer(number),
    f64 => |number| Self::Float(number),
    Decimal => |number| Self::Decimal(number),
    Date => |date| Self::Date(date),
    Timestamp => |moment| Self::DateTime(moment),
    serde_json::Value => |json| Self::Json(json),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unset, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self> + Clone> From<&[T]> for Value {
    fn from(values: &[T]) -> Self {
        Self::List(values.iter().cloned().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(values: [T; N]) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}
