//! JSON whose values C asks for one by one: the body of an answer, or a record of a page.

use std::{ffi::c_char, mem::MaybeUninit};

use ringback::Fields;
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
        let text = match self.json.value(key)? {
            Value::String(text) => text.clone(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
            scalar => scalar.to_string(),
        };
        Some(self.texts.give(&format!("text {key}"), || Some(text)))
    }

    /// A whole number, also one that came as text.
    pub(crate) fn integer(self, key: *const c_char) -> Option<i64> {
        self.json.integer(text(key, "key").ok()?)
    }

    /// A truth value.
    pub(crate) fn boolean(self, key: *const c_char) -> Option<bool> {
        self.json.boolean(text(key, "key").ok()?)
    }

    /// A value as JSON, or the whole for a NULL key.
    pub(crate) fn json(self, key: *const c_char) -> Option<*const c_char> {
        let (name, value) = match optional_text(key, "key").ok()? {
            Some(key) => (format!("json {key}"), self.json.value(key)?),
            None => ("json".to_owned(), Some(self.json).filter(|json| !json.is_null())?),
        };
        Some(self.texts.give(&name, || Some(value.to_string())))
    }
}

/// Writes a value that is there, and says whether it is.
pub(crate) fn put<T>(place: Option<&mut MaybeUninit<T>>, value: Option<T>) -> bool {
    let Some(value) = value else { return false };
    if let Some(place) = place {
        place.write(value);
    }
    true
}
