//! A JSON object that was checked as a whole, and whose values are read when they are asked for.
//!
//! Most of an answer is never looked at: finding where its values stand costs a third of building them.

use std::{collections::BTreeMap, fmt, ops::Range};

use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// A JSON object, or any other JSON that then is read as a whole.
#[derive(Clone, Debug)]
pub struct Document {
    text: Bytes,
    /// Where its keys and values stand; none if it is no object with keys that stand there as they are.
    fields: Option<Box<[Field]>>,
}

#[derive(Clone, Debug)]
struct Field {
    key: Range<u32>,
    value: Range<u32>,
}

type Failed = serde_json::Error;

impl Document {
    /// Checks JSON and finds its values.
    pub(crate) fn read(text: Bytes) -> Result<Self, Failed> {
        let fields = match fields_of(&text) {
            Ok(fields) => Some(fields),
            Err(_) => {
                serde_json::from_slice::<Value>(&text)?;
                None
            }
        };
        Ok(Self { text, fields })
    }

    /// Checks the JSON of a page and finds its records, which are the array of this key, and its other values.
    pub(crate) fn read_page(text: Bytes, key: &str) -> Result<(Self, Option<Vec<Self>>), Failed> {
        let seed = PageOf { text: &text, key };
        let mut reader = serde_json::Deserializer::from_slice(&text);
        if let Ok((fields, records)) = seed.deserialize(&mut reader).and_then(|page| reader.end().map(|()| page)) {
            return Ok((Self { fields: Some(fields), text }, records));
        }
        // what is unusual in form takes more time, and says what is wrong with it
        let page = Self::read(text)?;
        let values: BTreeMap<String, &RawValue> = serde_json::from_slice(&page.text).unwrap_or_default();
        let records = values.get(key).and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
        let of = |record: &RawValue| Self::read(Bytes::copy_from_slice(record.get().as_bytes()));
        let records = records.map(|records| records.into_iter().map(of).collect()).transpose()?;
        Ok((page, records))
    }

    /// The JSON as it came.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// A value by its key, read now; the last one if there are several.
    pub fn get(&self, key: &str) -> Option<Value> {
        match &self.fields {
            Some(fields) => {
                let field = fields.iter().rev().find(|field| self.at(&field.key) == key.as_bytes())?;
                serde_json::from_slice(self.at(&field.value)).ok()
            }
            None => self.value().get_mut(key).map(Value::take),
        }
    }

    /// A text by its key that stands in the JSON as it is, without escapes.
    pub(crate) fn plain_text(&self, key: &str) -> Option<&str> {
        let field = self.fields.as_ref()?.iter().rev().find(|field| self.at(&field.key) == key.as_bytes())?;
        match self.at(&field.value) {
            [b'"', text @ .., b'"'] if !text.contains(&b'\\') => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// The whole of it, read now.
    pub fn value(&self) -> Value {
        // it was checked when it came
        serde_json::from_slice(&self.text).unwrap_or_default()
    }

    fn at(&self, range: &Range<u32>) -> &[u8] {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        let text = Bytes::from(value.to_string());
        Self { fields: fields_of(&text).ok(), text }
    }
}

/// Where a part of a text stands in it.
fn range(text: &[u8], part: &str) -> Option<Range<u32>> {
    let start = u32::try_from(part.as_ptr().addr().checked_sub(text.as_ptr().addr())?).ok()?;
    let end = start.checked_add(u32::try_from(part.len()).ok()?)?;
    (end as usize <= text.len()).then_some(start..end)
}

/// Checks what finding a value leaves unchecked: escapes, the size of numbers, and all inside of lists and objects.
fn check(raw: &str) -> Result<(), Failed> {
    let is_plain = match raw.as_bytes() {
        [b'"', ..] => !raw.contains("\\u"),
        [b'{' | b'[', ..] => false,
        [b'-' | b'0'..=b'9', ..] => raw.len() < 18 && raw.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()),
        _ => true, // true, false and null
    };
    if is_plain { Ok(()) } else { serde_json::from_str::<Value>(raw).map(drop) }
}

/// Finds the fields of an object in a text.
struct Fields<'a> {
    text: &'a [u8],
}

fn fields_of(text: &[u8]) -> Result<Box<[Field]>, Failed> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let fields = Fields { text }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(fields)
}

impl Fields<'_> {
    fn field<'de, A: MapAccess<'de>>(&self, key: &str, map: &mut A) -> Result<Field, A::Error> {
        let raw: &RawValue = map.next_value()?;
        check(raw.get()).map_err(A::Error::custom)?;
        let found = range(self.text, key).zip(range(self.text, raw.get()));
        let (key, value) = found.ok_or_else(|| A::Error::custom("the text is too long"))?;
        Ok(Field { key, value })
    }
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Box<[Field]>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Box<[Field]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(24);
        while let Some(Key(key)) = map.next_key()? {
            fields.push(self.field(key, &mut map)?);
        }
        Ok(fields.into_boxed_slice())
    }
}

/// A key that stands in the text as it is; one with escapes is an error, which leads to the slower way.
struct Key<'de>(&'de str);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        <&'de str>::deserialize(reader).map(Self)
    }
}

/// Finds the fields of a page, and the fields of each record in the array of a key.
struct PageOf<'a> {
    text: &'a [u8],
    key: &'a str,
}

impl<'de> DeserializeSeed<'de> for PageOf<'_> {
    type Value = (Box<[Field]>, Option<Vec<Document>>);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageOf<'_> {
    type Value = (Box<[Field]>, Option<Vec<Document>>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut fields, mut records) = (Vec::new(), None);
        while let Some(Key(key)) = map.next_key()? {
            if key == self.key {
                records = Some(map.next_value_seed(Records { text: self.text })?);
            } else {
                fields.push(Fields { text: self.text }.field(key, &mut map)?);
            }
        }
        Ok((fields.into_boxed_slice(), records))
    }
}

struct Records<'a> {
    text: &'a [u8],
}

impl<'de> DeserializeSeed<'de> for Records<'_> {
    type Value = Vec<Document>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_> {
    type Value = Vec<Document>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut records = Vec::new();
        while let Some(fields) = items.next_element_seed(Fields { text: self.text })? {
            records.push(cut(self.text, fields).ok_or_else(|| A::Error::custom("a record has no place"))?);
        }
        Ok(records)
    }
}

/// The object that these fields stand in, with a text of its own: one record must not keep its whole page in memory.
fn cut(page: &[u8], mut fields: Box<[Field]>) -> Option<Document> {
    let (Some(first), Some(last)) = (fields.first(), fields.last()) else {
        return Some(Document { text: Bytes::from_static(b"{}"), fields: Some(fields) });
    };
    let before = page.get(..first.key.start as usize)?;
    let start = before.iter().rposition(|byte| *byte == b'{')?;
    let after = page.get(last.value.end as usize..)?;
    let end = last.value.end as usize + after.iter().position(|byte| *byte == b'}')? + 1;
    let moved = u32::try_from(start).ok()?;
    for field in &mut fields {
        for place in [&mut field.key, &mut field.value] {
            *place = place.start.checked_sub(moved)?..place.end.checked_sub(moved)?;
        }
    }
    Some(Document { text: Bytes::copy_from_slice(page.get(start..end)?), fields: Some(fields) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Document, Failed> {
        Document::read(Bytes::copy_from_slice(text.as_bytes()))
    }

    /// JSON of any shape, as text with spaces where there may be some.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".*", inner), 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    fn spaced(value: &Value, is_spaced: bool) -> String {
        if is_spaced { serde_json::to_string_pretty(value).unwrap() } else { value.to_string() }
    }

    proptest! {
        #[test]
        fn every_value_is_found_as_if_all_were_read(value in json(), is_spaced: bool) {
            let document = read(&spaced(&value, is_spaced)).unwrap();
            let plain: Value = serde_json::from_str(&value.to_string()).unwrap();
            prop_assert_eq!(document.value(), plain.clone());
            for (key, expected) in plain.as_object().into_iter().flatten() {
                prop_assert!(document.plain_text(key).is_none_or(|text| Some(text) == expected.as_str()));
                let found = document.get(key);
                prop_assert_eq!(found.as_ref(), Some(expected));
            }
            prop_assert_eq!(document.get("no such key \u{0}"), None);
        }

        #[test]
        fn records_are_those_of_the_page(records in prop::collection::vec(json(), 0..5), is_spaced: bool) {
            let page = serde_json::json!({ "page": 0, "records": records, "next_page_uri": "/x" });
            let text = spaced(&page, is_spaced);
            let (read, found) = Document::read_page(Bytes::from(text.clone()), "records").unwrap();
            let plain: Value = serde_json::from_str(&text).unwrap();
            let found: Vec<Value> = found.unwrap().iter().map(Document::value).collect();
            prop_assert_eq!(Value::from(found), plain["records"].clone());
            prop_assert_eq!(read.get("next_page_uri"), Some("/x".into()));
        }

        #[test]
        fn what_is_no_json_is_found_out_whatever_it_is(text in ".{0,40}") {
            prop_assert_eq!(read(&text).is_ok(), serde_json::from_str::<Value>(&text).is_ok());
        }

        #[test]
        fn a_cut_object_is_found_out(value in json(), at in 0usize..400) {
            let text = serde_json::json!({ "a": value }).to_string();
            let cut = text.char_indices().map(|(at, _)| at).nth(at).unwrap_or(0);
            prop_assert!(read(&text[..cut]).is_err());
            prop_assert!(Document::read_page(Bytes::copy_from_slice(&text.as_bytes()[..cut]), "a").is_err());
        }
    }

    #[test]
    fn what_only_a_whole_reading_would_find_wrong_is_found_wrong_at_once() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        for wrong in [
            r#"{"a": "\ud800"}"#,
            r#"{"a": 1e999}"#,
            r#"{"a": ["\udc00x"]}"#,
            r#"{"a": 01}"#,
            r#"{"a": tru}"#,
            r#"{"a": 1} x"#,
            "{\"a\": \"\n\"}",
            "",
            deep.as_str(),
        ] {
            assert!(read(wrong).is_err(), "{}", wrong.get(..40).unwrap_or(wrong));
            let page = format!("{{\"list\": [{wrong}]}}");
            let read = Document::read_page(Bytes::from(page.clone()), "list");
            assert!(read.is_err() || wrong.is_empty(), "{}", page.get(..40).unwrap_or(&page));
        }
        assert!(Document::read(Bytes::from_static(b"{\"a\": \"\xff\"}")).is_err());
        assert_eq!(read(r#"{"a": 1, "a": 2, "\u0062": 3}"#).unwrap().get("a"), Some(2.into()));
        assert_eq!(read(r#"{"a": 1, "\u0062": 3}"#).unwrap().get("b"), Some(3.into()));
        assert_eq!(read("[1]").unwrap().get("a"), None);
        assert_eq!(read(r#"{"a": 18446744073709551615}"#).unwrap().get("a"), Some(u64::MAX.into()));
    }
}
