//! JSON whose values C asks for one by one: the body of an answer, or a record of a page.

use std::{ffi::c_char, mem::MaybeUninit};

use serde_json::Value;

use crate::boundary::{Texts, optional_text, text};

/// JSON beside the texts that were given out of it.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a> {
    pub(crate) json: &'a Value,
    pub(crate) texts: &'a Texts,
}

impl Document<'_> {
    /// A text; numbers and truth values as they stand in JSON.
    pub(crate) fn text(self, key: *const c_char) -> Option<*const c_char> {
        let key = text(key, "key").ok()?;
        let text = match self.get(key)? {
            Value::String(text) => text.clone(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
            scalar => scalar.to_string(),
        };
        Some(self.texts.give(&format!("text {key}"), || Some(text)))
    }

    /// A whole number, also one that came as text.
    pub(crate) fn integer(self, key: *const c_char) -> Option<i64> {
        match self.get(text(key, "key").ok()?)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A truth value.
    pub(crate) fn boolean(self, key: *const c_char) -> Option<bool> {
        self.get(text(key, "key").ok()?)?.as_bool()
    }

    /// A value as JSON, or the whole for a NULL key.
    pub(crate) fn json(self, key: *const c_char) -> Option<*const c_char> {
        let (name, value) = match optional_text(key, "key").ok()? {
            Some(key) => (format!("json {key}"), self.get(key)?),
            None => ("json".to_owned(), Some(self.json).filter(|json| !json.is_null())?),
        };
        Some(self.texts.give(&name, || Some(value.to_string())))
    }

    /// A value by its key; a slash goes deeper.
    fn get(&self, key: &str) -> Option<&Value> {
        self.json.get(key).or_else(|| self.json.pointer(&format!("/{key}")))
    }
}

/// Writes a value that is there, and says whether it is.
pub(crate) fn put<T>(place: Option<&mut MaybeUninit<T>>, value: Option<T>) -> bool {
    let Some((place, value)) = place.zip(value) else { return false };
    place.write(value);
    true
}
