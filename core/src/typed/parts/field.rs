//! Reading what an answer holds: a value that does not fit its type is left out, so that no odd date fails a success.

use std::{borrow::Cow, fmt, marker::PhantomData};

use jiff::{Timestamp, civil::Date, fmt::rfc2822};
use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde_json::Value as Json;

/// A type that a property may have, from each form in which JSON may bring it.
pub(crate) trait Field: Sized {
    fn of_text(_: &str) -> Option<Self> {
        None
    }

    fn of_integer(_: i64) -> Option<Self> {
        None
    }

    fn of_float(_: f64) -> Option<Self> {
        None
    }

    fn of_boolean(_: bool) -> Option<Self> {
        None
    }

    fn of_sequence<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Option<Self>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn of_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl Field for String {
    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn of_integer(number: i64) -> Option<Self> {
        Some(number.to_string())
    }

    fn of_float(number: f64) -> Option<Self> {
        Some(number.to_string())
    }

    fn of_boolean(flag: bool) -> Option<Self> {
        Some(flag.to_string())
    }
}

impl Field for bool {
    fn of_boolean(flag: bool) -> Option<Self> {
        Some(flag)
    }

    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Field for i64 {
    fn of_integer(number: i64) -> Option<Self> {
        Some(number)
    }

    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Field for f64 {
    fn of_float(number: f64) -> Option<Self> {
        Some(number)
    }

    #[expect(clippy::cast_precision_loss, reason = "the property is declared as a floating-point number")]
    fn of_integer(number: i64) -> Option<Self> {
        Some(number as Self)
    }

    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Field for Decimal {
    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn of_integer(number: i64) -> Option<Self> {
        Some(number.into())
    }

    fn of_float(number: f64) -> Option<Self> {
        // the shortest text that means this number is what stood in the answer
        number.to_string().parse().ok()
    }
}

impl Field for Timestamp {
    fn of_text(text: &str) -> Option<Self> {
        let mail = || rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
        // a moment of RFC 2822 mostly opens with the name of its day, and a failed reading costs more than a look
        if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
            mail()
        } else {
            text.parse().ok().or_else(mail)
        }
    }
}

impl Field for Date {
    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Field for Json {
    fn of_text(text: &str) -> Option<Self> {
        Some(text.into())
    }

    fn of_integer(number: i64) -> Option<Self> {
        Some(number.into())
    }

    fn of_float(number: f64) -> Option<Self> {
        Some(number.into())
    }

    fn of_boolean(flag: bool) -> Option<Self> {
        Some(flag.into())
    }

    fn of_sequence<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Option<Self>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Some(Self::Array(list)))
    }

    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Option<Self>, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }
}

impl<T: Field> Field for Vec<T> {
    fn of_sequence<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Option<Self>, A::Error> {
        let mut list = Self::new();
        while let Some(Lenient(item)) = items.next_element()? {
            list.extend(item);
        }
        Ok(Some(list))
    }
}

/// A value that fits its type, or nothing.
struct Lenient<T>(Option<T>);

impl<'de, T: Field> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientVisitor(PhantomData)).map(Self)
    }
}

struct LenientVisitor<T>(PhantomData<T>);

impl<'de, T: Field> Visitor<'de> for LenientVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<T>, E> {
        Ok(T::of_text(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Option<T>, E> {
        Ok(T::of_integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Option<T>, E> {
        Ok(i64::try_from(number).ok().and_then(T::of_integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Option<T>, E> {
        Ok(T::of_float(number))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Option<T>, E> {
        Ok(T::of_boolean(flag))
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Option<T>, A::Error> {
        T::of_sequence(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::of_map(map)
    }
}

/// A place in a resource that the value of a key goes to.
pub(crate) trait Slot {
    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error>;
}

impl<T: Field> Slot for Option<T> {
    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        *self = map.next_value::<Lenient<T>>()?.0;
        Ok(())
    }
}

impl Slot for String {
    fn read<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        *self = map.next_value::<Lenient<Self>>()?.0.unwrap_or_default();
        Ok(())
    }
}

/// A resource that is filled key by key.
pub(crate) trait Fill: Sized {
    fn fill<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error>;
}

/// Fills a resource from an object; `null` leaves it empty.
pub(crate) struct Reader<T>(pub(crate) T);

impl<'de, T: Fill> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(self.0)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<T, A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            self.0.fill(&key.0, &mut map)?;
        }
        Ok(self.0)
    }
}

/// A key of an object, borrowed from the body where it can be.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor).map(Self)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }

    fn visit_string<E>(self, key: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key))
    }
}
