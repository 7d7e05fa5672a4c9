//! Messages of Media Streams and ConversationRelay, as a WebSocket of the program's own carries them.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
    ptr,
};

use ringback::{
    Error, Result,
    streams::{
        media::{self, FromTwilio as FromStream},
        relay::{self, FromTwilio as FromRelay},
    },
};
use serde_json::Value;

use crate::{
    boundary::{Texts, bytes, free, optional_text, place, read, run, text},
    document::{Document, put},
    error::ringback_error,
};

/// A message of Twilio's that was read, or one for Twilio; threads may share it.
pub struct ringback_stream_message {
    /// Its event or type.
    name: String,
    json: Value,
    payload: Vec<u8>,
    texts: Texts,
}

type Place<'a> = Option<&'a mut MaybeUninit<Box<ringback_stream_message>>>;

impl ringback_stream_message {
    /// A message of JSON that is known to be one.
    fn new(key: &str, json: &str, payload: &[u8]) -> Result<Box<Self>> {
        let json: Value = serde_json::from_str(json).map_err(|cause| {
            Error::new(ringback::ErrorKind::Internal, "a message of a stream is not JSON").with_source(cause)
        })?;
        let name = json[key].as_str().unwrap_or_default().to_owned();
        Ok(Box::new(Self { name, json, payload: payload.to_owned(), texts: Texts::default() }))
    }

    fn document(&self) -> Document<'_> {
        Document { json: &self.json, texts: &self.texts }
    }
}

/// The text of a message as a WebSocket gives it.
fn message_text<'a>(message: *const c_void, length: usize) -> Result<&'a str> {
    let message = bytes(message, length, "text")?;
    str::from_utf8(message).map_err(|cause| Error::invalid_argument("text is not UTF-8").with_source(cause))
}

/// Reads a message of a media stream; what is none, or longer than a megabyte, is an error of the kind DECODE.
///
/// text needs no NUL at its end.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_parse_media(
    text: *const c_void,
    text_length: usize,
    message: Option<&mut MaybeUninit<Box<ringback_stream_message>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (place, text) = (place(message, "message")?, message_text(text, text_length)?);
        let payload = match FromStream::parse(text)? {
            FromStream::Media(media) => media.payload,
            _ => Vec::new(),
        };
        place.write(ringback_stream_message::new("event", text, &payload)?);
        Ok(())
    })
}

/// Reads a message of ConversationRelay; what is none, or longer than a megabyte, is an error of the kind DECODE.
///
/// text needs no NUL at its end.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_parse_relay(
    text: *const c_void,
    text_length: usize,
    message: Option<&mut MaybeUninit<Box<ringback_stream_message>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (place, text) = (place(message, "message")?, message_text(text, text_length)?);
        FromRelay::parse(text)?;
        place.write(ringback_stream_message::new("type", text, &[])?);
        Ok(())
    })
}

/// Makes a message for C.
fn make(message: Place<'_>, key: &str, write: impl FnOnce() -> Result<String>) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(message, "message")?;
        place.write(ringback_stream_message::new(key, &write()?, &[])?);
        Ok(())
    })
}

/// Makes the message that plays audio: µ-law of any length, without the header of a file.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_new_media(
    stream_sid: *const c_char,
    payload: *const c_void,
    payload_length: usize,
    message: Option<&mut MaybeUninit<Box<ringback_stream_message>>>,
) -> Option<Box<ringback_error>> {
    make(message, "event", || {
        Ok(media::media(text(stream_sid, "stream_sid")?, bytes(payload, payload_length, "payload")?))
    })
}

/// Makes the message that asks for a mark when what was sent before has been played.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_new_mark(
    stream_sid: *const c_char,
    name: *const c_char,
    message: Option<&mut MaybeUninit<Box<ringback_stream_message>>>,
) -> Option<Box<ringback_error>> {
    make(message, "event", || Ok(media::mark(text(stream_sid, "stream_sid")?, text(name, "name")?)))
}

/// Makes the message that forgets what was not played yet; its marks come back at once.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_new_clear(
    stream_sid: *const c_char,
    message: Option<&mut MaybeUninit<Box<ringback_stream_message>>>,
) -> Option<Box<ringback_error>> {
    make(message, "event", || Ok(media::clear(text(stream_sid, "stream_sid")?)))
}

/// Makes the message that has text spoken by ConversationRelay; last is false where more of the answer follows.
///
/// lang may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_new_text(
    token: *const c_char,
    last: bool,
    lang: *const c_char,
    message: Option<&mut MaybeUninit<Box<ringback_stream_message>>>,
) -> Option<Box<ringback_error>> {
    make(message, "type", || {
        let lang = optional_text(lang, "lang")?.map(str::to_owned);
        let token = text(token, "token")?.to_owned();
        Ok(relay::Text { token, last, lang, ..relay::Text::default() }.to_json())
    })
}

/// Makes the message that ends a session of ConversationRelay; handoff_data may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_new_end(
    handoff_data: *const c_char,
    message: Option<&mut MaybeUninit<Box<ringback_stream_message>>>,
) -> Option<Box<ringback_error>> {
    make(message, "type", || {
        let handoff_data = optional_text(handoff_data, "handoff_data")?.map(str::to_owned);
        Ok(relay::End { handoff_data }.to_json())
    })
}

/// Gives the event or the type of the message, such as "media" or "prompt".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_get_name(message: Option<&ringback_stream_message>) -> *const c_char {
    read(ptr::null(), || {
        let message = message?;
        Some(message.texts.give("name", || Some(message.name.clone())))
    })
}

/// Gives a text by its JSON key, or NULL if it is not there; a slash goes deeper, as in "start/callSid".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_get_text(
    message: Option<&ringback_stream_message>,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || message?.document().text(key))
}

/// Writes a whole number by its JSON key, also one that came as text, and gives whether it is there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_get_integer(
    message: Option<&ringback_stream_message>,
    key: *const c_char,
    value: Option<&mut MaybeUninit<i64>>,
) -> bool {
    read(false, || Some(put(value, message?.document().integer(key))))
}

/// Writes a truth value by its JSON key, and gives whether it is there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_get_boolean(
    message: Option<&ringback_stream_message>,
    key: *const c_char,
    value: Option<&mut MaybeUninit<bool>>,
) -> bool {
    read(false, || Some(put(value, message?.document().boolean(key))))
}

/// Gives the value of a key as JSON, or for a NULL key the whole message, as it is sent; NULL if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_get_json(
    message: Option<&ringback_stream_message>,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || message?.document().json(key))
}

/// Gives the audio of a message that was read, µ-law, and writes its length; NULL and 0 if it has none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_get_payload(
    message: Option<&ringback_stream_message>,
    length: Option<&mut MaybeUninit<usize>>,
) -> *const u8 {
    let payload = read([].as_slice(), || Some(message?.payload.as_slice()));
    if let Some(length) = length {
        length.write(payload.len());
    }
    if payload.is_empty() { ptr::null() } else { payload.as_ptr() }
}

/// Frees the message, its payload and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_stream_message_free(message: Option<Box<ringback_stream_message>>) {
    free(message);
}
