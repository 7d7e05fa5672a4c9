//! The way of a call from queued to its end, and the callbacks on it.

use serde_json::json;

use super::resource::{Call, Callback, Key, Source, Status};
use crate::{
    dates,
    egress::{Then, Webhook},
    interpreter::{self, Program},
    sid,
    world::{Task, World},
};

/// How many milliseconds pass before a call is placed, and before it rings.
const STEP: i64 = 20;

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// To be placed.
    Dialing,
    /// To ring.
    Ring,
    /// That somebody answers.
    Answer,
    /// For the end of what its program does.
    Program,
}

/// The end of a wait, unless something else ended it before.
#[derive(Debug)]
pub(crate) struct Timer {
    key: Key,
    generation: u64,
    wait: Wait,
}

/// Starts a call that the API made.
pub(super) fn begin(world: &mut World, call: Call) {
    let key = call.key();
    insert(world, call);
    wait(world, &key, Wait::Dialing, STEP);
}

/// Stores a call.
pub(super) fn insert(world: &mut World, call: Call) {
    let facts = json!({
        "kind": "call", "sid": call.sid, "status": call.status.as_str(), "to": call.to, "from": call.from,
        "direction": call.direction,
    });
    world.note("state", facts);
    let sid = call.sid.clone();
    let account = call.account.clone();
    world.account(&account).calls.insert(&sid, call);
}

/// Ends what the call waited for and lets it wait for so many milliseconds.
pub(crate) fn wait(world: &mut World, key: &Key, wait: Wait, milliseconds: i64) {
    let Some(call) = world.live_call(key) else { return };
    call.generation += 1;
    let timer = Timer { key: key.clone(), generation: call.generation, wait };
    world.after(milliseconds, Task::Call(timer));
}

/// Something that a call waited for is over.
pub(crate) fn on_timer(world: &mut World, timer: &Timer) {
    let Timer { key, generation, wait } = timer;
    if world.live_call(key).is_none_or(|call| call.generation != *generation) {
        return;
    }
    match wait {
        Wait::Dialing => initiate(world, key),
        Wait::Ring => ring(world, key),
        Wait::Answer => end(world, key, Status::NoAnswer),
        Wait::Program => interpreter::on_time(world, key),
    }
}

fn initiate(world: &mut World, key: &Key) {
    report(world, key, "initiated", Some("initiated"));
    wait(world, key, Wait::Ring, STEP);
}

fn ring(world: &mut World, key: &Key) {
    change(world, key, Status::Ringing);
    report(world, key, "ringing", None);
    let seconds = world.call(key).map_or(60, |call| call.patience);
    wait(world, key, Wait::Answer, seconds * 1000);
}

/// Starts the leg of a `<Dial>`, which is never queued.
pub(crate) fn ring_child(
    world: &mut World,
    parent: &Key,
    to: String,
    from: String,
    callback: Option<Callback>,
    patience: i64,
) -> Key {
    let now = world.now();
    let call = Call {
        sid: sid::make("CA"),
        account: parent.account.clone(),
        to,
        from,
        direction: "outbound-dial",
        parent: Some(parent.sid.clone()),
        number_sid: None,
        status: Status::Ringing,
        created: now,
        updated: now,
        started: None,
        ended: None,
        answered_by: None,
        detects_machines: false,
        callback,
        callbacks_sent: 0,
        source: Source::Bridge,
        patience,
        program: Program::default(),
        generation: 0,
        trace: Vec::new(),
    };
    let key = call.key();
    insert(world, call);
    report(world, &key, "initiated", Some("initiated"));
    report(world, &key, "ringing", None);
    wait(world, &key, Wait::Answer, patience * 1000);
    key
}

/// Somebody picks up; a call that does not ring yet is rung first.
pub(crate) fn answer(world: &mut World, key: &Key) {
    if world.call(key).is_some_and(|call| call.status == Status::Queued) {
        initiate(world, key);
        ring(world, key);
    }
    let now = world.now();
    let Some(call) = world.live_call(key) else { return };
    call.generation += 1;
    call.started = Some(now);
    if call.detects_machines {
        call.answered_by = Some("human");
    }
    change(world, key, Status::InProgress);
    report(world, key, "answered", None);
    interpreter::start(world, key);
}

/// The application takes a call that came in.
pub(crate) fn pick_up(world: &mut World, key: &Key) {
    let now = world.now();
    let Some(call) = world.live_call(key).filter(|call| call.status == Status::Ringing) else { return };
    call.started = Some(now);
    change(world, key, Status::InProgress);
}

/// Ends a call, with everything that hangs on it.
pub(crate) fn end(world: &mut World, key: &Key, status: Status) {
    let now = world.now();
    let Some(call) = world.live_call(key) else { return };
    let was_queued = call.status == Status::Queued;
    call.generation += 1;
    call.ended = Some(now);
    let parent = call.parent.clone();
    change(world, key, status);
    // a call that was canceled before it was placed is not reported
    if !(was_queued && status == Status::Canceled) {
        report(world, key, "completed", None);
    }
    interpreter::on_end(world, key);
    if let Some(sid) = parent {
        interpreter::on_child_end(world, &Key { account: key.account.clone(), sid }, key);
    }
}

fn change(world: &mut World, key: &Key, status: Status) {
    let now = world.now();
    let Some(call) = world.call(key) else { return };
    call.status = status;
    call.updated = now;
    call.note(now, "status", json!({ "status": status.as_str() }));
    world.note("state", json!({ "kind": "call", "sid": key.sid, "status": status.as_str() }));
}

/// Tells the application of an event, if it wants to know.
fn report(world: &mut World, key: &Key, event: &str, status: Option<&str>) {
    let now = world.now();
    let epoch = world.epoch;
    let Some(account) = world.accounts.get_mut(&key.account) else { return };
    let Some(call) = account.calls.get_mut(&key.sid) else { return };
    let Some(callback) = call.callback.clone() else { return };
    let wanted = match &callback.events {
        Some(events) => events.iter().any(|known| known == event),
        None => event == "completed",
    };
    if !wanted {
        return;
    }
    let mut params = call.params();
    if let (Some(status), Some(param)) = (status, params.iter_mut().find(|(name, _)| name == "CallStatus")) {
        param.1 = status.to_owned();
    }
    let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
    if let Some(seconds) = call.duration() {
        add("CallDuration", seconds.to_string());
        add("Duration", ((seconds + 59) / 60).to_string());
    }
    if callback.events.is_some() {
        add("Timestamp", dates::rfc2822(now));
        add("CallbackSource", "call-progress-events".into());
        add("SequenceNumber", call.callbacks_sent.to_string());
    }
    call.callbacks_sent += 1;
    let webhook = Webhook {
        epoch,
        account: key.account.clone(),
        token: account.token.clone(),
        url: callback.url,
        method: callback.method,
        params,
        fallback: None,
        then: Then::Report { warning: 15003 },
        sid: key.sid.clone(),
        idempotency: sid::make(""),
        replay_of: None,
        delay: 0,
    };
    world.send(webhook);
}
