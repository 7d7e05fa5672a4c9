//! The verbs that need no file of their own.

use serde_json::json;

use super::{Activity, Go, busy, dial, gather, heard, record, request, resolve, warn};
use crate::{
    calls::{self, Key, Status},
    egress::Method,
    messages,
    twiml::Element,
    world::World,
};

/// How many milliseconds a word takes: faster than anybody speaks, so that nobody waits for it.
const WORD: i64 = 50;
/// How many milliseconds a sound takes; the emulator does not fetch it.
const SOUND: i64 = 200;
/// How many milliseconds a tone takes.
const TONE: i64 = 50;
/// The longest text of `<Say>`.
const LONGEST_TEXT: usize = 4096;
/// How often something is repeated that is to be repeated for ever.
const FOR_EVER: i64 = 1000;

/// Does what a verb says.
pub(super) fn execute(world: &mut World, key: &Key, verb: &Element) -> Go {
    match verb.name.as_str() {
        "Say" | "Play" | "Pause" => match speak(world, key, verb) {
            Some(milliseconds) => busy(world, key, Activity::Speaking, milliseconds),
            None => Go::On,
        },
        "Gather" => gather::begin(world, key, verb),
        "Record" => record::begin(world, key, verb),
        "Dial" => dial::begin(world, key, verb),
        "Redirect" => redirect(world, key, verb),
        "Hangup" => {
            calls::end(world, key, Status::Completed);
            Go::Wait
        }
        "Reject" => {
            reject(world, key, verb);
            Go::Wait
        }
        "Sms" | "Message" => {
            sms(world, key, verb);
            Go::On
        }
        other => {
            warn(world, key, 12200, &format!("<{other}> is not a verb that the emulator runs; it is skipped"));
            Go::On
        }
    }
}

/// Says, plays or pauses, and gives how long that takes; nothing if there is nothing to do.
pub(super) fn speak(world: &mut World, key: &Key, verb: &Element) -> Option<i64> {
    let times = match verb.attribute("loop").map(str::parse::<i64>) {
        Some(Ok(0)) => FOR_EVER,
        Some(Ok(times @ 1..)) => times.min(FOR_EVER),
        _ => 1,
    };
    let once = match verb.name.as_str() {
        "Say" => {
            let text = verb.spoken();
            if text.is_empty() {
                warn(world, key, 13520, "the text of <Say> is empty");
                return None;
            }
            if text.chars().count() > LONGEST_TEXT {
                warn(world, key, 13521, "the text of <Say> is longer than 4096 characters");
                return None;
            }
            let words = i64::try_from(text.split_whitespace().count()).unwrap_or(1);
            heard(world, key, json!({ "verb": "Say", "text": text, "loop": times }));
            words * WORD
        }
        "Play" => match verb.attribute("digits") {
            Some(digits) => {
                heard(world, key, json!({ "verb": "Play", "text": format!("tones {digits}") }));
                i64::try_from(digits.len()).unwrap_or(1) * TONE
            }
            None => {
                let Some(url) = resolve(world, key, Some(verb.text())).filter(|_| !verb.text().is_empty()) else {
                    warn(world, key, 11100, "the URL of <Play> is not a URL");
                    return None;
                };
                heard(world, key, json!({ "verb": "Play", "url": url, "loop": times }));
                SOUND
            }
        },
        "Pause" => {
            let seconds = verb.attribute("length").map_or(Ok(1), str::parse::<i64>);
            return match seconds {
                Ok(seconds @ 0..=86_400) => Some(seconds * 1000),
                _ => {
                    warn(world, key, 13910, "the length of <Pause> is not a number of seconds");
                    Some(1000)
                }
            };
        }
        other => {
            warn(world, key, 13320, &format!("<{other}> cannot stand here; it is skipped"));
            return None;
        }
    };
    Some(once.max(1) * times)
}

fn redirect(world: &mut World, key: &Key, verb: &Element) -> Go {
    let method = Method::parse(verb.attribute("method")).unwrap_or(Method::Post);
    match resolve(world, key, Some(verb.text())) {
        Some(url) => request(world, key, url, method, Vec::new(), None),
        None => super::fail(world, key, 11100, "the URL of <Redirect> is not a URL"),
    }
    Go::Wait
}

/// Declines a call that came in; one that was answered is hung up.
fn reject(world: &mut World, key: &Key, verb: &Element) {
    let is_ringing = world.call(key).is_some_and(|call| call.status == Status::Ringing);
    let status = match (is_ringing, verb.attribute("reason")) {
        (false, _) => Status::Completed,
        (true, Some("busy")) => Status::Busy,
        (true, _) => Status::NoAnswer,
    };
    calls::end(world, key, status);
}

fn sms(world: &mut World, key: &Key, verb: &Element) {
    let Some(call) = world.call(key) else { return };
    // the account's number is the one that was called, or the one that calls
    let (person, number) = match call.direction {
        "inbound" => (call.from.clone(), call.to.clone()),
        _ => (call.to.clone(), call.from.clone()),
    };
    let method = Method::parse(verb.attribute("method")).unwrap_or(Method::Post);
    let url = verb.attribute("statusCallback").map(str::to_owned);
    let callback = url.and_then(|url| resolve(world, key, Some(&url))).map(|url| (url, method));
    let from = verb.attribute("from").unwrap_or(&number);
    let to = verb.attribute("to").unwrap_or(&person);
    match messages::send_from_call(world, &key.account, from, to, verb.spoken(), callback) {
        Ok(sid) => world.trace(key, "message", json!({ "sid": sid, "to": to, "from": from })),
        Err(code) => warn(world, key, code, "the message of <Sms> cannot be sent"),
    }
}
