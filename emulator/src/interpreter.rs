//! Runs the TwiML of a call, verb by verb, on the emulator's clock.

mod dial;
mod gather;
mod record;
mod verbs;

use std::collections::VecDeque;

use ringback::twiml::{CheckOptions, Finding, Kind};
use serde_json::json;

use crate::{
    arguments::pairs_to_json,
    calls::{self, Key, Source, Status, Wait},
    egress::{Failure, Fetched, Method, Then, Webhook},
    sid,
    twiml::{self, Element},
    world::World,
};

pub(crate) use self::dial::{on_child_answer, on_child_end};

/// How many documents a call may lead through: a loop of redirects takes no time and would never end.
const MOST_DOCUMENTS: usize = 1000;

/// How much a person may press or say before it is asked for.
const MOST_AHEAD: usize = 256;

/// What a call is doing.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// The address of the document, against which relative ones are read; TwiML in a request has none.
    document: Option<String>,
    /// What is still to be done.
    verbs: VecDeque<Element>,
    activity: Activity,
    /// What the person pressed or said before it was asked for; the next `<Gather>` gets it.
    ahead: VecDeque<Input>,
    documents: usize,
}

/// What the call waits for.
#[derive(Debug, Default)]
enum Activity {
    #[default]
    Idle,
    Fetching,
    /// Until something is said or played, or a pause is over.
    Speaking,
    Gathering(gather::Gather),
    Recording(record::Record),
    Dialing(dial::Dial),
}

/// What a person gives.
#[derive(Debug)]
enum Input {
    Key(char),
    Speech(String),
}

/// Whether the next verb follows at once.
enum Go {
    On,
    Wait,
}

/// A document on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetch {
    key: Key,
    generation: u64,
}

/// Begins with the call's first document.
pub(crate) fn start(world: &mut World, key: &Key) {
    match world.live_call(key).map(|call| call.source.clone()) {
        Some(Source::Url { url, method, fallback }) => request(world, key, url, method, Vec::new(), fallback),
        Some(Source::Twiml(text)) => load(world, key, &text, None),
        Some(Source::Bridge) | None => {}
    }
}

/// Gives up what the call does and goes on with another document.
pub(crate) fn redirect(world: &mut World, key: &Key, source: Source) {
    let activity = take_activity(world, key);
    dial::abandon(world, key, activity);
    if let Some(call) = world.live_call(key) {
        call.generation += 1;
        call.program.verbs.clear();
        call.source = source;
    }
    start(world, key);
}

fn take_activity(world: &mut World, key: &Key) -> Activity {
    world.call(key).map(|call| std::mem::take(&mut call.program.activity)).unwrap_or_default()
}

/// The address that a document names, read against its own.
fn resolve(world: &mut World, key: &Key, url: Option<&str>) -> Option<String> {
    let document = world.call(key)?.program.document.clone();
    match (url.map(str::trim).filter(|url| !url.is_empty()), document) {
        (None, document) => document,
        (Some(url), Some(document)) => url::Url::parse(&document).ok()?.join(url).ok().map(Into::into),
        (Some(url), None) => url::Url::parse(url).ok().map(Into::into),
    }
}

/// Asks for a document, after which the call goes on with it.
fn request(
    world: &mut World,
    key: &Key,
    url: String,
    method: Method,
    extra: Vec<(String, String)>,
    fallback: Option<(String, Method)>,
) {
    let Some(call) = world.live_call(key) else { return };
    call.generation += 1;
    call.program.activity = Activity::Fetching;
    call.program.documents += 1;
    let is_endless = call.program.documents > MOST_DOCUMENTS;
    let fetch = Fetch { key: key.clone(), generation: call.generation };
    if is_endless {
        return fail(world, key, 11215, "a call leads through 1000 documents at most");
    }
    send(world, key, url, method, extra, fallback, Then::Call(fetch));
}

/// Calls the application, with the call's parameters and those of the verb.
fn send(
    world: &mut World,
    key: &Key,
    url: String,
    method: Method,
    extra: Vec<(String, String)>,
    fallback: Option<(String, Method)>,
    then: Then,
) {
    let Some(call) = world.call(key) else { return };
    let mut params = call.params();
    params.extend(extra);
    post(world, key, url, method, params, fallback, then);
}

/// Calls the application with these parameters only, and makes nothing of its answer.
fn send_alone(world: &mut World, key: &Key, url: String, method: Method, params: Vec<(String, String)>) {
    post(world, key, url, method, params, None, Then::Report { warning: 15003 });
}

fn post(
    world: &mut World,
    key: &Key,
    url: String,
    method: Method,
    params: Vec<(String, String)>,
    fallback: Option<(String, Method)>,
    then: Then,
) {
    world.trace(key, "request", json!({ "method": method.as_str(), "url": url, "parameters": pairs_to_json(&params) }));
    let webhook = Webhook {
        epoch: world.epoch,
        account: key.account.clone(),
        token: world.account(&key.account).token.clone(),
        url,
        method,
        params,
        fallback,
        then,
        sid: key.sid.clone(),
        idempotency: sid::make(""),
        replay_of: None,
        delay: 0,
    };
    world.send(webhook);
}

/// The document arrived, or did not.
pub(crate) fn on_document(world: &mut World, fetch: &Fetch, answer: Result<Fetched, Failure>) {
    let Fetch { key, generation } = fetch;
    if world.live_call(key).is_none_or(|call| call.generation != *generation) {
        return; // the call went another way meanwhile
    }
    let fetched = match answer {
        Ok(fetched) => fetched,
        Err(Failure { text, .. }) => {
            // the warning was noted where the answer was looked at
            world.trace(key, "failed", json!({ "message": text }));
            return apologize(world, key);
        }
    };
    let kind = fetched.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    world.trace(key, "response", json!({ "status": fetched.status, "content_type": kind, "url": fetched.url }));
    let one = |name: &str, raw: String| Element { name: name.into(), raw, ..Element::default() };
    match kind.as_str() {
        "text/xml" | "application/xml" | "text/html" => load(world, key, &fetched.body, Some(fetched.url)),
        _ if fetched.body.trim().is_empty() => load(world, key, "", Some(fetched.url)),
        "text/plain" => match twiml::parse(&fetched.body) {
            Ok(verbs) => enter(world, key, verbs, Some(fetched.url)),
            Err(_) => enter(world, key, vec![one("Say", fetched.body)], Some(fetched.url)),
        },
        kind if kind.starts_with("audio/") => {
            enter(world, key, vec![one("Play", fetched.url.clone())], Some(fetched.url));
        }
        other => fail(world, key, 12300, &format!("the content type {other:?} is neither TwiML nor sound nor text")),
    }
}

/// How many findings of a document are kept in the trace.
const MOST_FINDINGS: usize = 100;

/// Reads a document and runs it; what Twilio would warn of is traced.
fn load(world: &mut World, key: &Key, text: &str, url: Option<String>) {
    if !text.trim().is_empty() {
        let options = CheckOptions::new().kind(Kind::Voice).parameter(url.is_none());
        for finding in options.check(text).into_iter().take(MOST_FINDINGS) {
            let Finding { severity, code, line, column, message, hint, .. } = finding;
            let place = json!({ "severity": severity.as_str(), "code": code, "line": line, "column": column,
                "message": message, "hint": hint });
            world.trace(key, "finding", place);
        }
    }
    match twiml::parse(text) {
        Ok(verbs) => enter(world, key, verbs, url),
        Err(wrong) => fail(world, key, wrong.code, &wrong.text),
    }
}

/// Runs a document; a call that came in is answered by anything but `<Reject>`.
fn enter(world: &mut World, key: &Key, verbs: Vec<Element>, url: Option<String>) {
    if verbs.first().is_none_or(|verb| verb.name != "Reject") {
        calls::pick_up(world, key);
    }
    let Some(call) = world.live_call(key) else { return };
    call.program.document = url;
    call.program.verbs = verbs.into();
    call.program.activity = Activity::Idle;
    run(world, key);
}

/// Runs verbs until one takes time, or the document and with it the call ends.
fn run(world: &mut World, key: &Key) {
    loop {
        let Some(call) = world.live_call(key) else { return };
        call.program.activity = Activity::Idle;
        let Some(verb) = call.program.verbs.pop_front() else {
            return calls::end(world, key, Status::Completed);
        };
        let attributes = pairs_to_json(&verb.attributes);
        world.trace(key, "verb", json!({ "verb": verb.name, "attributes": attributes, "text": verb.text() }));
        match verbs::execute(world, key, &verb) {
            Go::On => {}
            Go::Wait => return,
        }
    }
}

/// Notes an error and ends the call as Twilio does: with an apology.
fn fail(world: &mut World, key: &Key, code: u32, text: &str) {
    warn(world, key, code, text);
    apologize(world, key);
}

fn apologize(world: &mut World, key: &Key) {
    calls::pick_up(world, key);
    heard(world, key, json!({ "text": "An application error has occurred. Goodbye." }));
    calls::end(world, key, Status::Completed);
}

fn warn(world: &mut World, key: &Key, code: u32, text: &str) {
    world.warn(code, &key.sid, text);
    world.trace(key, "warning", json!({ "code": code, "message": text }));
}

fn heard(world: &mut World, key: &Key, what: serde_json::Value) {
    world.trace(key, "heard", what);
}

/// Lets the call do something for so many milliseconds.
fn busy(world: &mut World, key: &Key, activity: Activity, milliseconds: i64) -> Go {
    if let Some(call) = world.live_call(key) {
        call.program.activity = activity;
    }
    calls::wait(world, key, Wait::Program, milliseconds);
    Go::Wait
}

/// The time of what the call does is over.
pub(crate) fn on_time(world: &mut World, key: &Key) {
    match take_activity(world, key) {
        Activity::Idle | Activity::Fetching => {}
        Activity::Speaking => run(world, key),
        Activity::Gathering(gather) => gather::on_time(world, key, gather),
        Activity::Recording(record) => record::finish(world, key, &record, ""),
        Activity::Dialing(dial) => dial::put_back(world, key, dial),
    }
}

/// The person pressed keys.
pub(crate) fn on_digits(world: &mut World, key: &Key, digits: &str) {
    for digit in digits.chars() {
        give(world, key, Input::Key(digit));
    }
}

/// The person said something.
pub(crate) fn on_speech(world: &mut World, key: &Key, text: &str) {
    give(world, key, Input::Speech(text.to_owned()));
}

fn give(world: &mut World, key: &Key, input: Input) {
    match take_activity(world, key) {
        Activity::Gathering(gather) => gather::on_input(world, key, gather, input),
        Activity::Recording(record) => record::on_input(world, key, record, &input),
        other => {
            if let Some(call) = world.live_call(key) {
                call.program.activity = other;
                if call.program.ahead.len() < MOST_AHEAD {
                    call.program.ahead.push_back(input);
                }
            }
        }
    }
}

/// The person hangs up: what was recorded until then is still reported.
pub(crate) fn on_hangup(world: &mut World, key: &Key) {
    match take_activity(world, key) {
        Activity::Recording(record) => record::report(world, key, &record),
        other => {
            if let Some(call) = world.live_call(key) {
                call.program.activity = other;
            }
        }
    }
}

/// The call is over: so are the legs that it rang.
pub(crate) fn on_end(world: &mut World, key: &Key) {
    let activity = take_activity(world, key);
    dial::on_parent_end(world, key, activity);
}
