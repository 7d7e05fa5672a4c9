//! An answer, and what it says.

use std::{ffi::c_char, mem::MaybeUninit, ptr};

use ringback::Response;
use serde_json::Value;

use crate::{
    boundary::{Texts, free, read},
    document::{Document, put},
};

/// An answer that says yes: its status and its JSON; threads may share it.
pub struct ringback_response {
    answer: Answer,
    texts: Texts,
}

enum Answer {
    Api(Box<Response>),
    Json(u16, Value),
}

impl From<Response> for ringback_response {
    fn from(response: Response) -> Self {
        Self { answer: Answer::Api(Box::new(response)), texts: Texts::default() }
    }
}

impl ringback_response {
    /// An answer that did not come from the API.
    pub(crate) fn of_json(status: u16, json: Value) -> Self {
        Self { answer: Answer::Json(status, json), texts: Texts::default() }
    }

    fn document(&self) -> Option<Document<'_>> {
        let json = match &self.answer {
            Answer::Api(response) => response.json().ok()?,
            Answer::Json(_, json) => json,
        };
        Some(Document { json, texts: &self.texts })
    }
}

/// Gives a text by its JSON key, or NULL if it is not there; a slash goes deeper, as in "subresource_uris/media".
///
/// Numbers and truth values are given as they stand in JSON.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_response_get_text(
    response: Option<&ringback_response>,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || response?.document()?.text(key))
}

/// Writes a whole number by its JSON key, and gives whether it is there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_response_get_integer(
    response: Option<&ringback_response>,
    key: *const c_char,
    value: Option<&mut MaybeUninit<i64>>,
) -> bool {
    read(false, || Some(put(value, response?.document()?.integer(key))))
}

/// Writes a truth value by its JSON key, and gives whether it is there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_response_get_boolean(
    response: Option<&ringback_response>,
    key: *const c_char,
    value: Option<&mut MaybeUninit<bool>>,
) -> bool {
    read(false, || Some(put(value, response?.document()?.boolean(key))))
}

/// Gives the value of a key as JSON, or the whole body for a NULL key; NULL if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_response_get_json(
    response: Option<&ringback_response>,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || response?.document()?.json(key))
}

/// Gives the HTTP status, such as 201.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_response_get_status(response: Option<&ringback_response>) -> u16 {
    read(0, || match &response?.answer {
        Answer::Api(response) => Some(response.status()),
        Answer::Json(status, _) => Some(*status),
    })
}

/// Gives Twilio's name for the request, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_response_get_request_id(response: Option<&ringback_response>) -> *const c_char {
    read(ptr::null(), || {
        let response = response?;
        let Answer::Api(answer) = &response.answer else { return None };
        Some(response.texts.give("request_id", || answer.request_id().map(str::to_owned)))
    })
}

/// Frees the answer and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_response_free(response: Option<Box<ringback_response>>) {
    free(response);
}
