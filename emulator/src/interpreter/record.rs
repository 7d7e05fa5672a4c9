//! `<Record>`: what the person says until silence, a key or the limit.

use serde_json::{Map, Value, json};

use super::{Activity, Go, Input, busy, fail, request, resolve, run, send};
use crate::{
    calls::Key,
    clock::Moment,
    dates,
    egress::{Method, Then},
    generic, sid,
    twiml::Element,
    world::World,
};

/// The most seconds that a recording takes, and so the longest silence that can end it.
const LONGEST: i64 = 14_400;

/// A `<Record>` under way.
#[derive(Debug)]
pub(super) struct Record {
    started: Moment,
    /// How much silence ends it, in milliseconds; 0 is any.
    silence: i64,
    ends_by: Moment,
    finish_on: String,
    action: Option<String>,
    method: Method,
    callback: Option<(String, Method)>,
    said: Vec<String>,
}

/// Begins to record.
pub(super) fn begin(world: &mut World, key: &Key, verb: &Element) -> Go {
    let seconds = |name: &str, usual: i64| {
        let given = verb.attribute(name).and_then(|text| text.parse::<i64>().ok()).filter(|seconds| *seconds >= 0);
        given.unwrap_or(usual).min(LONGEST)
    };
    let now = world.now();
    let callback = verb.attribute("recordingStatusCallback").map(str::to_owned);
    let callback = callback.and_then(|url| resolve(world, key, Some(&url)));
    let method = |name: &str| Method::parse(verb.attribute(name)).unwrap_or(Method::Post);
    let record = Record {
        started: now,
        silence: seconds("timeout", 5) * 1000,
        ends_by: now + seconds("maxLength", 3600).max(1) * 1000,
        finish_on: verb.attribute("finishOnKey").unwrap_or("1234567890*#").to_owned(),
        action: verb.attribute("action").map(str::to_owned),
        method: method("method"),
        callback: callback.map(|url| (url, method("recordingStatusCallbackMethod"))),
        said: Vec::new(),
    };
    if verb.attribute("playBeep") != Some("false") {
        world.trace(key, "beep", json!({}));
    }
    go_on(world, key, record)
}

fn go_on(world: &mut World, key: &Key, record: Record) -> Go {
    let left = (record.ends_by - world.now()).max(0);
    let wait = if record.silence == 0 { left } else { left.min(record.silence) };
    busy(world, key, Activity::Recording(record), wait)
}

/// The person said something or pressed a key.
pub(super) fn on_input(world: &mut World, key: &Key, mut record: Record, input: &Input) {
    match input {
        Input::Speech(text) => record.said.push(text.clone()),
        Input::Key(digit) if record.finish_on.contains(*digit) => {
            return finish(world, key, &record, &digit.to_string());
        }
        Input::Key(_) => {}
    }
    go_on(world, key, record);
}

/// Ends the recording and asks the application how to go on.
pub(super) fn finish(world: &mut World, key: &Key, record: &Record, digits: &str) {
    if record.said.is_empty() {
        // what Twilio does with a recording of nothing is not documented; the next verb is what its users expect
        return run(world, key);
    }
    let extra = store(world, key, record, digits);
    match resolve(world, key, record.action.as_deref()) {
        Some(url) => request(world, key, url, record.method, extra, None),
        None => fail(world, key, 11100, "<Record> has no action, and its TwiML no URL"),
    }
}

/// Tells the application of a recording that a hang-up ended.
pub(super) fn report(world: &mut World, key: &Key, record: &Record) {
    let extra = store(world, key, record, "hangup");
    if let Some(url) = resolve(world, key, record.action.as_deref()) {
        send(world, key, url, record.method, extra, None, Then::Report { warning: 11200 });
    }
}

/// Stores the recording, reports it, and gives the parameters that tell of it.
fn store(world: &mut World, key: &Key, record: &Record, digits: &str) -> Vec<(String, String)> {
    let now = world.now();
    let sid = sid::make("RE");
    let seconds = ((now - record.started + 999) / 1000).to_string();
    let list = format!("/2010-04-01/Accounts/{}/Recordings", key.account);
    let url = format!("https://api.twilio.com{list}/{sid}");
    let values = json!({
        "account_sid": key.account,
        "api_version": "2010-04-01",
        "call_sid": key.sid,
        "conference_sid": Value::Null,
        "channels": 1,
        "date_created": dates::rfc2822(now),
        "date_updated": dates::rfc2822(now),
        "start_time": dates::rfc2822(record.started),
        "duration": seconds,
        "encryption_details": Value::Null,
        "error_code": Value::Null,
        "media_url": url,
        "price": Value::Null,
        "price_unit": "USD",
        "sid": sid,
        "source": "RecordVerb",
        "status": "completed",
        "subresource_uris": {},
        "uri": format!("{list}/{sid}.json"),
    });
    let values: Map<String, Value> = values.as_object().cloned().unwrap_or_default();
    for path in [list, format!("/2010-04-01/Accounts/{}/Calls/{}/Recordings", key.account, key.sid)] {
        let name = generic::key(&key.account, "api", &path);
        world.collections.table(&name).insert(&sid, values.clone());
    }
    world.trace(key, "recorded", json!({ "sid": sid, "said": record.said, "duration": seconds }));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let told = vec![pair("RecordingUrl", &url), pair("RecordingSid", &sid), pair("RecordingDuration", &seconds)];
    if let Some((callback, method)) = record.callback.clone() {
        let mut params = told.clone();
        params.extend([
            pair("AccountSid", &key.account),
            pair("CallSid", &key.sid),
            pair("RecordingStatus", "completed"),
            pair("RecordingChannels", "1"),
            pair("RecordingSource", "RecordVerb"),
            pair("RecordingStartTime", &dates::rfc2822(record.started)),
        ]);
        super::send_alone(world, key, callback, method, params);
    }
    let mut told = told;
    told.push(pair("Digits", digits));
    told
}
