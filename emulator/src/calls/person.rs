//! What the people at the other end of a call do, and what can be seen of it.

use serde_json::{Value, json};

use super::{
    progress,
    resource::{Call, Callback, Key, Source, Status},
};
use crate::{
    egress::Method,
    interpreter::{self, Program},
    sid, validate,
    world::World,
};

/// Why something cannot be done: a status and a sentence.
type Wrong = (u16, String);

/// What a person does.
#[derive(Debug)]
pub(crate) enum Act {
    Answer,
    Busy,
    NoAnswer,
    Hangup,
    Digits(String),
    Speech(String),
}

/// Finds a call by its sid alone.
fn find(world: &World, sid: &str) -> Result<Key, Wrong> {
    let found = world.accounts.iter().find(|(_, account)| account.calls.get(sid).is_some());
    let (account, _) = found.ok_or_else(|| (404, format!("there is no call {sid}")))?;
    Ok(Key { account: account.clone(), sid: sid.to_owned() })
}

/// Lets a call arrive at one of the accounts' numbers, and gives its sid.
pub(crate) fn receive(world: &mut World, from: &str, to: &str) -> Result<String, Wrong> {
    let bad = |name: &str, text: &str| (400, format!("{name} must be a number in E.164, not {text:?}"));
    let from = validate::party(from).ok_or_else(|| bad("from", from))?;
    let to = validate::party(to).ok_or_else(|| bad("to", to))?;
    let owner = world.numbers.owner(&to).map(str::to_owned).ok_or_else(|| {
        let how = "create it with incoming_phone_numbers.create (PhoneNumber, VoiceUrl) first";
        (404, format!("no account owns the number {to}: {how}"))
    })?;
    let record = world.numbers.record(&world.collections, &to).cloned().unwrap_or_default();
    let text = |name: &str| record.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let hook = world.numbers.voice_hook(&world.collections, &to);
    let now = world.now();
    let call = Call {
        sid: sid::make("CA"),
        account: owner,
        number_sid: text("sid").map(str::to_owned),
        to,
        from,
        direction: "inbound",
        parent: None,
        status: Status::Ringing,
        created: now,
        updated: now,
        started: None,
        ended: None,
        answered_by: None,
        detects_machines: false,
        callback: text("status_callback").map(|url| Callback {
            url: url.to_owned(),
            method: Method::parse(text("status_callback_method")).unwrap_or(Method::Post),
            events: None,
        }),
        callbacks_sent: 0,
        source: match &hook {
            Some(hook) => Source::Url { url: hook.url.clone(), method: hook.method, fallback: hook.fallback.clone() },
            None => Source::Bridge,
        },
        patience: 60,
        program: Program::default(),
        generation: 0,
        trace: Vec::new(),
    };
    let key = call.key();
    progress::insert(world, call);
    world.trace(&key, "status", json!({ "status": "ringing" }));
    match hook {
        Some(_) => interpreter::start(world, &key),
        None => {
            world.warn(21205, &key.sid, "the number has no VoiceUrl, so nobody answers");
            progress::end(world, &key, Status::Failed);
        }
    }
    Ok(key.sid)
}

/// Does what a person does.
pub(crate) fn act(world: &mut World, sid: &str, act: Act) -> Result<(), Wrong> {
    let key = find(world, sid)?;
    let (status, is_inbound) =
        world.call(&key).map_or((Status::Failed, false), |call| (call.status, call.direction == "inbound"));
    let rings = matches!(status, Status::Queued | Status::Ringing) && !is_inbound;
    let refuse = |wanted: &str| Err((400, format!("call {sid} is {}, not {wanted}", status.as_str())));
    match act {
        Act::Answer | Act::Busy | Act::NoAnswer if is_inbound => {
            Err((400, format!("call {sid} came in: the application answers it, not the person")))
        }
        Act::Answer | Act::Busy | Act::NoAnswer if !rings => refuse("ringing"),
        Act::Answer => {
            progress::answer(world, &key);
            interpreter::on_child_answer(world, &key);
            Ok(())
        }
        Act::Busy => {
            progress::end(world, &key, Status::Busy);
            Ok(())
        }
        Act::NoAnswer => {
            progress::end(world, &key, Status::NoAnswer);
            Ok(())
        }
        Act::Hangup if status.is_final() => refuse("in progress"),
        Act::Hangup => {
            world.trace(&key, "hung_up", json!({}));
            interpreter::on_hangup(world, &key);
            let end = if status == Status::InProgress { Status::Completed } else { Status::NoAnswer };
            progress::end(world, &key, end);
            Ok(())
        }
        Act::Digits(_) | Act::Speech(_) if status.is_final() => refuse("in progress"),
        Act::Digits(digits) => {
            if digits.is_empty() || !digits.chars().all(|key| "0123456789ABCD*#".contains(key)) {
                return Err((400, format!("digits must be keys 0-9, A-D, * and #, not {digits:?}")));
            }
            world.trace(&key, "pressed", json!({ "digits": digits }));
            interpreter::on_digits(world, &key, &digits);
            Ok(())
        }
        Act::Speech(text) => {
            if text.trim().is_empty() {
                return Err((400, "text must not be empty".into()));
            }
            world.trace(&key, "spoke", json!({ "text": text }));
            interpreter::on_speech(world, &key, &text);
            Ok(())
        }
    }
}

/// The call as the API gives it.
pub(crate) fn show(world: &mut World, sid: &str) -> Result<Value, Wrong> {
    let key = find(world, sid)?;
    world.call(&key).map(|call| call.to_json()).ok_or_else(|| (404, format!("there is no call {sid}")))
}

/// Every step of a call, and everything that was heard.
pub(crate) fn trace(world: &mut World, sid: &str) -> Result<Value, Wrong> {
    let key = find(world, sid)?;
    let call = world.call(&key).ok_or_else(|| (404, format!("there is no call {sid}")))?;
    let heard = call.trace.iter().filter(|step| step["kind"] == "heard");
    let heard: Vec<&Value> = heard.filter_map(|step| step.get("text").or_else(|| step.get("url"))).collect();
    Ok(json!({ "sid": sid, "status": call.status.as_str(), "heard": heard, "steps": call.trace }))
}
