//! Events of an event stream, which Twilio posts as JSON.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
    ptr,
};

use ringback::webhook::payload::CloudEvent;

use crate::{
    boundary::{Texts, bytes, free, given, place, read, run, text},
    document::{Document, put},
    error::ringback_error,
    payload::ringback_payload,
};

/// The events of one request of an event stream, by their places from 0; threads may share them.
///
/// The same event may come more than once, and in any order; its source and id together are its own.
pub struct ringback_cloud_events {
    events: Vec<Posted>,
}

struct Posted {
    event: CloudEvent,
    texts: Texts,
}

impl ringback_cloud_events {
    fn document(&self, index: usize) -> Option<Document<'_>> {
        let Posted { event, texts } = self.events.get(index)?;
        Some(Document { json: &event.data, texts })
    }
}

/// Reads the body of a request: a JSON array of CloudEvents, or one.
///
/// Check the signature first, by ringback_webhook_validate over the raw body.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_read(
    body: *const c_void,
    body_length: usize,
    events: Option<&mut MaybeUninit<Box<ringback_cloud_events>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(events, "events")?;
        let events = CloudEvent::read_all(bytes(body, body_length, "body")?)?;
        let events = events.into_iter().map(|event| Posted { event, texts: Texts::default() }).collect();
        place.write(Box::new(ringback_cloud_events { events }));
        Ok(())
    })
}

/// Gives how many events there are.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_get_count(events: Option<&ringback_cloud_events>) -> usize {
    read(0, || Some(events?.events.len()))
}

/// Gives an attribute of an event, such as "type", "id", "source" or "subject", or NULL if it is not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_get_attribute(
    events: Option<&ringback_cloud_events>,
    index: usize,
    name: *const c_char,
) -> *const c_char {
    read(ptr::null(), || {
        let Posted { event, texts } = events?.events.get(index)?;
        let name = text(name, "name").ok()?;
        Some(texts.give(&format!("attribute {name}"), || event.attribute(name).map(Into::into)))
    })
}

/// Writes when an event happened in seconds since 1970, and gives whether that is known.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_get_time(
    events: Option<&ringback_cloud_events>,
    index: usize,
    value: Option<&mut MaybeUninit<f64>>,
) -> bool {
    read(false, || {
        let time = events?.events.get(index)?.event.time;
        Some(put(value, time.map(|time| time.as_duration().as_secs_f64())))
    })
}

/// Gives a text of the data of an event, such as "messageSid", numbers and truth values as they stand, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_get_text(
    events: Option<&ringback_cloud_events>,
    index: usize,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || events?.document(index)?.text(key))
}

/// Writes a whole number of the data of an event, and gives whether there is one.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_get_integer(
    events: Option<&ringback_cloud_events>,
    index: usize,
    key: *const c_char,
    value: Option<&mut MaybeUninit<i64>>,
) -> bool {
    read(false, || Some(put(value, events?.document(index)?.integer(key))))
}

/// Gives a value of the data of an event as JSON, or all of it for a NULL key; NULL if it is not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_get_json(
    events: Option<&ringback_cloud_events>,
    index: usize,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || events?.document(index)?.json(key))
}

/// Makes the payload of the webhook that would have told the same, or writes NULL: only messages have one.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_get_payload(
    events: Option<&ringback_cloud_events>,
    index: usize,
    payload: Option<&mut MaybeUninit<Option<Box<ringback_payload>>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let event = given(events, "events")?.events.get(index).and_then(|posted| posted.event.payload());
        place(payload, "payload")?.write(event.map(|event| ringback_payload::of(&event)));
        Ok(())
    })
}

/// Frees the events and every text that they gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_cloud_events_free(events: Option<Box<ringback_cloud_events>>) {
    free(events);
}
