//! How many text messages a text takes, and why.

use std::{
    ffi::{CString, c_char},
    mem::MaybeUninit,
    ptr,
};

use ringback::text::{E164, Encoding, Segments, Unencodable};

use crate::{
    boundary::{Texts, free, owned, place, read, run, text},
    error::ringback_error,
};

/// The text messages that a text is cut into; threads may share them.
pub struct ringback_segments {
    segments: Segments<'static>,
    unencodable: Vec<Unencodable>,
    /// The text that was cut.
    body: CString,
    texts: Texts,
}

impl ringback_segments {
    fn of(text: &str, smart_encoded: bool) -> Segments<'_> {
        if smart_encoded { Segments::of_smart_encoded(text) } else { Segments::of(text) }
    }
}

/// Writes how many segments a text takes, each of which is paid for; with smart_encoded as for a message that is sent with
/// SmartEncoded.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_text_count_segments(
    body: *const c_char,
    smart_encoded: bool,
    count: Option<&mut MaybeUninit<usize>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(count, "count")?;
        place.write(ringback_segments::of(text(body, "body")?, smart_encoded).count());
        Ok(())
    })
}

/// Checks that a number is in E.164, such as "+15551234567"; the error says what to do about one that is not.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_text_check_e164(number: *const c_char) -> Option<Box<ringback_error>> {
    run(|| E164::parse(text(number, "number")?).map(drop))
}

/// Cuts a text into segments; with smart_encoded as for a message that is sent with SmartEncoded.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_new(
    body: *const c_char,
    smart_encoded: bool,
    segments: Option<&mut MaybeUninit<Box<ringback_segments>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(segments, "segments")?;
        let segments = ringback_segments::of(text(body, "body")?, smart_encoded).into_owned();
        let unencodable = segments.unencodable().collect();
        let body = owned(segments.text().to_owned());
        place.write(Box::new(ringback_segments { segments, unencodable, body, texts: Texts::default() }));
        Ok(())
    })
}

/// Gives the whole text, after smart encoding where that was asked for.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_body(segments: Option<&ringback_segments>) -> *const c_char {
    read(ptr::null(), || Some(segments?.body.as_ptr()))
}

/// Gives the encoding; RINGBACK_ENCODING_GSM7 if segments is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_encoding(segments: Option<&ringback_segments>) -> Encoding {
    read(Encoding::Gsm7, || Some(segments?.segments.encoding()))
}

/// Gives how many segments there are, each of which is paid for; an empty text is one.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_count(segments: Option<&ringback_segments>) -> usize {
    read(0, || Some(segments?.segments.count()))
}

/// Gives how many characters a reader sees.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_characters(segments: Option<&ringback_segments>) -> usize {
    read(0, || Some(segments?.segments.characters()))
}

/// Gives how many units the text takes: of 7 bits in GSM-7, of 16 bits in UCS-2.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_units(segments: Option<&ringback_segments>) -> usize {
    read(0, || Some(segments?.segments.units()))
}

/// Gives how many units are left in the last segment.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_room(segments: Option<&ringback_segments>) -> usize {
    read(0, || Some(segments?.segments.room()))
}

/// Gives whether Twilio refuses the text because it is longer than 1,600 UTF-16 units.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_is_too_long(segments: Option<&ringback_segments>) -> bool {
    read(false, || Some(segments?.segments.is_too_long()))
}

/// Gives the text of one segment, or NULL behind the last.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_text(segments: Option<&ringback_segments>, index: usize) -> *const c_char {
    read(ptr::null(), || {
        let segments = segments?;
        let text = segments.segments.get(index)?;
        Some(segments.texts.give(&format!("text {index}"), || Some(text.to_owned())))
    })
}

/// Gives how many characters there are that GSM-7 does not have, each of which makes the text UCS-2.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_unencodable_count(segments: Option<&ringback_segments>) -> usize {
    read(0, || Some(segments?.unencodable.len()))
}

/// Gives one of these characters, in the order of the text, or NULL behind the last.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_unencodable(
    segments: Option<&ringback_segments>,
    index: usize,
) -> *const c_char {
    read(ptr::null(), || {
        let segments = segments?;
        let character = segments.unencodable.get(index)?.character;
        Some(segments.texts.give(&format!("character {character}"), || Some(character.to_string())))
    })
}

/// Gives where one of these characters starts in the text, in bytes; 0 behind the last.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_unencodable_offset(
    segments: Option<&ringback_segments>,
    index: usize,
) -> usize {
    read(0, || Some(segments?.unencodable.get(index)?.offset))
}

/// Gives what smart encoding writes instead of one of these characters, "" if it leaves it out, NULL if it keeps it.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_get_look_alike(
    segments: Option<&ringback_segments>,
    index: usize,
) -> *const c_char {
    read(ptr::null(), || {
        let segments = segments?;
        let look_alike = segments.unencodable.get(index)?.look_alike?;
        Some(segments.texts.give(&format!("look-alike {look_alike}"), || Some(look_alike.to_owned())))
    })
}

/// Frees the segments and every text that they gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_segments_free(segments: Option<Box<ringback_segments>>) {
    free(segments);
}
