//! `<Dial>`: other phones are rung, the first that answers is joined, and the call goes on when that leg ends.

use std::collections::VecDeque;

use serde_json::json;

use super::{Activity, Go, request, resolve, run, send, take_activity, warn};
use crate::{
    calls::{self, Callback, Key, Status},
    egress::{Method, Then},
    twiml::Element,
    validate,
    world::World,
};

/// How many phones ring at once.
const MOST_TARGETS: usize = 10;

/// A `<Dial>` under way.
#[derive(Debug)]
pub(super) struct Dial {
    /// The legs that ring.
    ringing: Vec<String>,
    /// Whom to ring after those.
    pending: VecDeque<Target>,
    /// The leg that answered.
    joined: Option<String>,
    caller: String,
    seconds: i64,
    action: Option<String>,
    method: Method,
}

/// A phone that is to ring.
#[derive(Debug)]
struct Target {
    to: String,
    callback: Option<Callback>,
}

/// How a dialled leg ended.
struct Ended {
    status: &'static str,
    sid: Option<String>,
    seconds: Option<i64>,
}

/// Rings the phones that the verb names.
pub(super) fn begin(world: &mut World, key: &Key, verb: &Element) -> Go {
    let targets = targets(world, key, verb);
    let caller = verb.attribute("callerId").and_then(validate::e164);
    let seconds = verb.attribute("timeout").and_then(|text| text.parse::<i64>().ok()).unwrap_or(30).clamp(5, 600);
    let is_sequential = verb.attribute("sequential") == Some("true");
    let Some(call) = world.live_call(key) else { return Go::Wait };
    let dial = Dial {
        ringing: Vec::new(),
        pending: targets,
        joined: None,
        caller: caller.unwrap_or_else(|| call.from.clone()),
        seconds,
        action: verb.attribute("action").map(str::to_owned),
        method: Method::parse(verb.attribute("method")).unwrap_or(Method::Post),
    };
    if dial.pending.is_empty() {
        return finish(world, key, &dial, &Ended { status: "failed", sid: None, seconds: None });
    }
    let count = if is_sequential { 1 } else { dial.pending.len() };
    ring(world, key, dial, count);
    Go::Wait
}

fn targets(world: &mut World, key: &Key, verb: &Element) -> VecDeque<Target> {
    let mut targets = VecDeque::new();
    if !verb.text().is_empty() {
        match validate::e164(verb.text()) {
            Some(to) => targets.push_back(Target { to, callback: None }),
            None => warn(world, key, 13223, &format!("<Dial> cannot call {}", verb.text())),
        }
    }
    for noun in &verb.children {
        let identity = noun.children.iter().find(|child| child.name == "Identity").map_or(noun.text(), Element::text);
        let to = match noun.name.as_str() {
            "Number" => validate::e164(noun.text()),
            "Client" if !identity.is_empty() => Some(format!("client:{identity}")),
            "Sip" if noun.text().starts_with("sip:") || noun.text().starts_with("sips:") => {
                Some(noun.text().to_owned())
            }
            "Conference" | "Queue" | "Application" | "Sim" | "WhatsApp" => {
                warn(world, key, 12200, &format!("the emulator cannot dial a <{}> so far", noun.name));
                continue;
            }
            _ => None,
        };
        match to {
            Some(to) => {
                let callback = callback(world, key, noun);
                targets.push_back(Target { to, callback });
            }
            None => warn(world, key, 13223, &format!("<{}> cannot be called: {:?}", noun.name, noun.text())),
        }
    }
    targets.truncate(MOST_TARGETS);
    targets
}

fn callback(world: &mut World, key: &Key, noun: &Element) -> Option<Callback> {
    let url = resolve(world, key, Some(noun.attribute("statusCallback")?))?;
    let events = noun.attribute("statusCallbackEvent").unwrap_or("completed");
    Some(Callback {
        url,
        method: Method::parse(noun.attribute("statusCallbackMethod")).unwrap_or(Method::Post),
        events: Some(events.split_whitespace().map(str::to_owned).collect()),
    })
}

/// Rings the next phones.
fn ring(world: &mut World, key: &Key, mut dial: Dial, count: usize) {
    for _ in 0..count {
        let Some(target) = dial.pending.pop_front() else { break };
        let child = calls::ring_child(world, key, target.to, dial.caller.clone(), target.callback, dial.seconds);
        world.trace(key, "dialed", json!({ "sid": child.sid }));
        dial.ringing.push(child.sid);
    }
    put_back(world, key, dial);
}

/// Lets the call go on dialling.
pub(super) fn put_back(world: &mut World, key: &Key, dial: Dial) {
    if let Some(call) = world.live_call(key) {
        call.program.activity = Activity::Dialing(dial);
    }
}

fn parent_of(world: &mut World, child: &Key) -> Option<Key> {
    let sid = world.call(child)?.parent.clone()?;
    Some(Key { account: child.account.clone(), sid })
}

/// A rung phone was picked up: it is joined, and the others stop ringing.
pub(crate) fn on_child_answer(world: &mut World, child: &Key) {
    let Some(parent) = parent_of(world, child) else { return };
    match take_activity(world, &parent) {
        Activity::Dialing(mut dial) if dial.joined.is_none() => {
            dial.joined = Some(child.sid.clone());
            let others: Vec<String> = dial.ringing.drain(..).filter(|sid| *sid != child.sid).collect();
            put_back(world, &parent, dial);
            world.trace(&parent, "joined", json!({ "sid": child.sid }));
            for sid in others {
                calls::end(world, &Key { account: child.account.clone(), sid }, Status::Canceled);
            }
        }
        other => {
            if let Some(call) = world.live_call(&parent) {
                call.program.activity = other;
            }
        }
    }
}

/// A leg ended: the call goes on if it was the one that counted.
pub(crate) fn on_child_end(world: &mut World, parent: &Key, child: &Key) {
    let mut dial = match take_activity(world, parent) {
        Activity::Dialing(dial) => dial,
        other => {
            if let Some(call) = world.live_call(parent) {
                call.program.activity = other;
            }
            return;
        }
    };
    let (status, seconds) = world.call(child).map_or(("failed", None), |call| (call.status.as_str(), call.duration()));
    if dial.joined.as_ref() == Some(&child.sid) {
        let ended = Ended { status: "completed", sid: Some(child.sid.clone()), seconds };
        go_on(world, parent, &dial, &ended);
        return;
    }
    dial.ringing.retain(|sid| *sid != child.sid);
    if dial.joined.is_some() || !dial.ringing.is_empty() {
        return put_back(world, parent, dial);
    }
    if !dial.pending.is_empty() {
        return ring(world, parent, dial, 1);
    }
    go_on(world, parent, &dial, &Ended { status, sid: Some(child.sid.clone()), seconds: None });
}

fn go_on(world: &mut World, key: &Key, dial: &Dial, ended: &Ended) {
    if let Go::On = finish(world, key, dial, ended) {
        run(world, key);
    }
}

fn told(dial: &Dial, ended: &Ended) -> Vec<(String, String)> {
    let mut params = vec![("DialCallStatus".to_owned(), ended.status.to_owned())];
    if let Some(sid) = &ended.sid {
        params.push(("DialCallSid".to_owned(), sid.clone()));
    }
    if let Some(seconds) = ended.seconds {
        params.push(("DialCallDuration".to_owned(), seconds.to_string()));
    }
    params.push(("DialBridged".to_owned(), dial.joined.is_some().to_string()));
    params
}

/// Asks the action how to go on, or lets the next verb follow.
fn finish(world: &mut World, key: &Key, dial: &Dial, ended: &Ended) -> Go {
    let Some(action) = dial.action.as_deref() else { return Go::On };
    match resolve(world, key, Some(action)) {
        Some(url) => request(world, key, url, dial.method, told(dial, ended), None),
        None => super::fail(world, key, 11100, "the action of <Dial> is not a URL"),
    }
    Go::Wait
}

/// Ends the legs of a call that goes another way.
pub(super) fn abandon(world: &mut World, key: &Key, activity: Activity) {
    let Activity::Dialing(dial) = activity else { return };
    let account = &key.account;
    for sid in dial.ringing {
        calls::end(world, &Key { account: account.clone(), sid }, Status::Canceled);
    }
    if let Some(sid) = dial.joined {
        calls::end(world, &Key { account: account.clone(), sid }, Status::Completed);
    }
}

/// Ends the legs of a call that is over; the action is still told of it.
pub(super) fn on_parent_end(world: &mut World, key: &Key, activity: Activity) {
    let Activity::Dialing(dial) = activity else { return };
    let child = dial.joined.clone().or_else(|| dial.ringing.first().cloned());
    let status = if dial.joined.is_some() { "completed" } else { "canceled" };
    let (action, method, is_joined) = (dial.action.clone(), dial.method, dial.joined.is_some());
    abandon(world, key, Activity::Dialing(dial));
    let Some(url) = action.and_then(|action| resolve(world, key, Some(&action))) else { return };
    let seconds = child
        .as_ref()
        .filter(|_| is_joined)
        .and_then(|sid| world.call(&Key { account: key.account.clone(), sid: sid.clone() })?.duration());
    let mut params = vec![("DialCallStatus".to_owned(), status.to_owned())];
    params.extend(child.map(|sid| ("DialCallSid".to_owned(), sid)));
    params.extend(seconds.map(|seconds| ("DialCallDuration".to_owned(), seconds.to_string())));
    params.push(("DialBridged".to_owned(), is_joined.to_string()));
    send(world, key, url, method, params, None, Then::Report { warning: 11200 });
}
