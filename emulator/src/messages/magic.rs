//! Numbers that always fail in one way, as Twilio documents them for its test credentials.

use crate::answer::Refusal;

/// The refusal for a sender's magic number.
pub(crate) fn from(number: &str) -> Option<Refusal> {
    let (code, why) = match number {
        "+15005550001" => (21212, "is not a valid phone number"),
        "+15005550007" => (21606, "is not yours or cannot send messages"),
        "+15005550008" => (21611, "has a full queue"),
        _ => return None,
    };
    Some(Refusal::bad(code, format!("The 'From' number {number} {why}.")))
}

/// The refusal for a recipient's magic number.
pub(crate) fn to(number: &str) -> Option<Refusal> {
    let (code, why) = match number {
        "+15005550001" => (21211, "is not a valid phone number"),
        "+15005550002" => (21612, "cannot be reached from this sender"),
        "+15005550003" => (21408, "is in a region that is not enabled"),
        "+15005550004" => (21610, "has opted out of your messages"),
        "+15005550009" => (21614, "is not a mobile number"),
        _ => return None,
    };
    Some(Refusal::bad(code, format!("The 'To' number {number} {why}.")))
}
