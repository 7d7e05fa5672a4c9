//! Webhooks whose kind is recognised, and how far messages and calls have come.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
    ptr,
};

use ringback::webhook::{
    Event, Payload,
    idempotency::event_key,
    ladder::{CallLadder, LadderStep, MessageLadder, call_step, message_step},
    payload::{Media, PayloadKind, Received},
};

use crate::{
    boundary::{Texts, bytes, free, optional_text, place, read, run, text},
    document::put,
    error::ringback_error,
};

/// A webhook whose kind was recognised by its fields; threads may share it.
///
/// Fields go by their names in Twilio's spelling. Where a name stands twice, the first counts.
pub struct ringback_payload {
    received: Received,
    media: Vec<Media>,
    texts: Texts,
}

impl ringback_payload {
    pub(crate) fn of(event: &Event) -> Box<Self> {
        let received = event.received().clone();
        Box::new(Self { media: received.media(), received, texts: Texts::default() })
    }

    /// A text by what it is and which of them it is.
    fn text(&self, what: &str, name: &str, make: impl FnOnce() -> Option<String>) -> *const c_char {
        self.texts.give(&format!("{what} {name}"), make)
    }
}

/// Reads the body of a webhook; what is of no known kind is RINGBACK_PAYLOAD_KIND_UNKNOWN and no error.
///
/// Check the signature first, by ringback_webhook_validate.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_read(
    body: *const c_void,
    body_length: usize,
    payload: Option<&mut MaybeUninit<Box<ringback_payload>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let event = Event::read_form(bytes(body, body_length, "body")?)?;
        place(payload, "payload")?.write(ringback_payload::of(&event));
        Ok(())
    })
}

/// Reads the query of the URL that a webhook was sent to by GET.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_read_url(
    url: *const c_char,
    payload: Option<&mut MaybeUninit<Box<ringback_payload>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let event = Event::read_query(text(url, "url")?)?;
        place(payload, "payload")?.write(ringback_payload::of(&event));
        Ok(())
    })
}

/// Gives the kind.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_kind(payload: Option<&ringback_payload>) -> PayloadKind {
    read(PayloadKind::Unknown, || Some(payload?.received.kind()))
}

/// Gives the kind as a word, such as "IncomingMessage".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_kind_name(payload: Option<&ringback_payload>) -> *const c_char {
    read(ptr::null(), || {
        let payload = payload?;
        Some(payload.text("kind", "", || Some(payload.received.kind().to_string())))
    })
}

/// Gives the text of a field such as "From", also an empty one, or NULL if it is not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_text(payload: Option<&ringback_payload>, name: *const c_char) -> *const c_char {
    read(ptr::null(), || {
        let (payload, name) = (payload?, text(name, "name").ok()?);
        Some(payload.text("field", name, || payload.received.get(name).map(str::to_owned)))
    })
}

/// Writes the whole number that a field holds, and gives whether it holds one.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_integer(
    payload: Option<&ringback_payload>,
    name: *const c_char,
    value: Option<&mut MaybeUninit<i64>>,
) -> bool {
    read(false, || Some(put(value, payload?.received.integer(text(name, "name").ok()?))))
}

/// Writes the truth value that a field holds, and gives whether it holds one.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_boolean(
    payload: Option<&ringback_payload>,
    name: *const c_char,
    value: Option<&mut MaybeUninit<bool>>,
) -> bool {
    read(false, || Some(put(value, payload?.received.boolean(text(name, "name").ok()?))))
}

/// Writes the moment that a field holds in seconds since 1970, and gives whether it holds one.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_moment(
    payload: Option<&ringback_payload>,
    name: *const c_char,
    value: Option<&mut MaybeUninit<f64>>,
) -> bool {
    read(false, || {
        let moment = payload?.received.moment(text(name, "name").ok()?);
        Some(put(value, moment.map(|moment| moment.as_duration().as_secs_f64())))
    })
}

/// Gives how many media are there, whatever NumMedia says.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_media_count(payload: Option<&ringback_payload>) -> usize {
    read(0, || Some(payload?.media.len()))
}

/// Gives where a medium can be fetched with the account's credentials, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_media_url(payload: Option<&ringback_payload>, index: usize) -> *const c_char {
    read(ptr::null(), || {
        let payload = payload?;
        let media = payload.media.get(index)?;
        Some(payload.text("url", &index.to_string(), || Some(media.url.clone())))
    })
}

/// Gives what a medium is, such as "image/jpeg", or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_media_type(payload: Option<&ringback_payload>, index: usize) -> *const c_char {
    read(ptr::null(), || {
        let payload = payload?;
        let media = payload.media.get(index)?;
        Some(payload.text("type", &index.to_string(), || media.content_type.clone()))
    })
}

/// Gives how many fields came, in the order in which the two functions below walk them.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_field_count(payload: Option<&ringback_payload>) -> usize {
    read(0, || Some(payload?.received.iter().len()))
}

/// Gives the name of a field by its place, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_field_name(payload: Option<&ringback_payload>, index: usize) -> *const c_char {
    read(ptr::null(), || {
        let payload = payload?;
        let (name, _) = payload.received.iter().nth(index)?;
        Some(payload.text("name", &index.to_string(), || Some(name.to_owned())))
    })
}

/// Gives the text of a field by its place, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_field_text(payload: Option<&ringback_payload>, index: usize) -> *const c_char {
    read(ptr::null(), || {
        let payload = payload?;
        let (_, value) = payload.received.iter().nth(index)?;
        Some(payload.text("value", &index.to_string(), || Some(value.to_owned())))
    })
}

/// Gives whether a field of this name is known in this kind of webhook.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_knows_field(payload: Option<&ringback_payload>, name: *const c_char) -> bool {
    read(false, || Some(payload?.received.kind().row()?.knows(text(name, "name").ok()?)))
}

/// Gives how many fields hold a text that is not of their form, such as a CallDuration of "abc".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_problem_count(payload: Option<&ringback_payload>) -> usize {
    read(0, || Some(payload?.received.problems().len()))
}

/// Gives the name of a field whose text is not of its form, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_problem(payload: Option<&ringback_payload>, index: usize) -> *const c_char {
    read(ptr::null(), || {
        let payload = payload?;
        let name = payload.received.problems().get(index)?;
        Some(payload.text("problem", name, || Some((*name).to_owned())))
    })
}

/// Gives the key of the event that the webhook tells of, for acting once on it; NULL if the token is not UTF-8.
///
/// idempotency_token is the header I-Twilio-Idempotency-Token, or NULL. Each token has a text of its own.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_get_event_key(
    payload: Option<&ringback_payload>,
    idempotency_token: *const c_char,
) -> *const c_char {
    read(ptr::null(), || {
        let (payload, token) = (payload?, optional_text(idempotency_token, "idempotency_token").ok()?);
        let params: Vec<_> = payload.received.iter().collect();
        Some(payload.text("key", token.unwrap_or_default(), || Some(event_key(&params, token))))
    })
}

/// Frees the payload and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_payload_free(payload: Option<Box<ringback_payload>>) {
    free(payload);
}

/// The last status of the messages that were heard of last.
pub struct ringback_message_ladder {
    ladder: MessageLadder,
    texts: Texts,
}

/// Makes a ladder for as many messages; it forgets the one that was not heard of for longest.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_ladder_new(capacity: usize) -> Box<ringback_message_ladder> {
    Box::new(ringback_message_ladder { ladder: MessageLadder::new(capacity), texts: Texts::default() })
}

/// Takes the status of a callback, and gives what it is to the one before.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_ladder_climb(
    ladder: Option<&mut ringback_message_ladder>,
    sid: *const c_char,
    status: *const c_char,
) -> LadderStep {
    read(LadderStep::Unknown, || Some(ladder?.ladder.climb(text(sid, "sid").ok()?, text(status, "status").ok()?)))
}

/// Gives the status that a message has reached, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_ladder_get_status(
    ladder: Option<&ringback_message_ladder>,
    sid: *const c_char,
) -> *const c_char {
    read(ptr::null(), || {
        let ladder = ladder?;
        let status = ladder.ladder.status(text(sid, "sid").ok()?)?;
        Some(ladder.texts.give(status, || Some(status.to_owned())))
    })
}

/// Gives what a status is to the last known one of the same message, which is NULL for the first.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_ladder_compare(last: *const c_char, next: *const c_char) -> LadderStep {
    read(LadderStep::Unknown, || Some(message_step(optional_text(last, "last").ok()?, text(next, "next").ok()?)))
}

/// Frees the ladder and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_ladder_free(ladder: Option<Box<ringback_message_ladder>>) {
    free(ladder);
}

/// The last status of the calls that were heard of last.
pub struct ringback_call_ladder {
    ladder: CallLadder,
    texts: Texts,
}

/// Makes a ladder for as many calls; it forgets the one that was not heard of for longest.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_ladder_new(capacity: usize) -> Box<ringback_call_ladder> {
    Box::new(ringback_call_ladder { ladder: CallLadder::new(capacity), texts: Texts::default() })
}

/// Takes the status of a callback and its SequenceNumber, which is negative if it has none.
///
/// Gives what the status is to the one before.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_ladder_climb(
    ladder: Option<&mut ringback_call_ladder>,
    sid: *const c_char,
    status: *const c_char,
    sequence_number: i64,
) -> LadderStep {
    read(LadderStep::Unknown, || {
        let (sid, status) = (text(sid, "sid").ok()?, text(status, "status").ok()?);
        Some(ladder?.ladder.climb(sid, status, number(sequence_number)))
    })
}

/// Gives the status that a call has reached, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_ladder_get_status(
    ladder: Option<&ringback_call_ladder>,
    sid: *const c_char,
) -> *const c_char {
    read(ptr::null(), || {
        let ladder = ladder?;
        let status = ladder.ladder.status(text(sid, "sid").ok()?)?;
        Some(ladder.texts.give(status, || Some(status.to_owned())))
    })
}

/// Gives what a status and its number are to the last known ones of the same call, which are NULL and any for the first.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_ladder_compare(
    last: *const c_char,
    last_number: i64,
    next: *const c_char,
    next_number: i64,
) -> LadderStep {
    read(LadderStep::Unknown, || {
        let last = optional_text(last, "last").ok()?.map(|last| (last, number(last_number)));
        Some(call_step(last, (text(next, "next").ok()?, number(next_number))))
    })
}

/// Frees the ladder and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_ladder_free(ladder: Option<Box<ringback_call_ladder>>) {
    free(ladder);
}

fn number(given: i64) -> Option<i64> {
    (given >= 0).then_some(given)
}
