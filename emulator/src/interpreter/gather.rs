//! `<Gather>`: prompts, then keys or speech, then the action or the next verb.

use std::collections::VecDeque;

use super::{Activity, Go, Input, busy, fail, request, resolve, run, take_activity, verbs, warn};
use crate::{calls::Key, egress::Method, twiml::Element, world::World};

/// A `<Gather>` under way.
#[derive(Debug)]
pub(super) struct Gather {
    takes_keys: bool,
    takes_speech: bool,
    /// How long it waits after the prompts and after each key, in milliseconds.
    timeout: i64,
    most: Option<usize>,
    finish_on: String,
    action: Option<String>,
    method: Method,
    acts_on_nothing: bool,
    /// Whether all was said, so that the end of the time means that nobody answered.
    is_listening: bool,
    /// What is still to be said.
    prompts: VecDeque<Element>,
    digits: String,
}

/// Begins with the prompts, or with what the person gave ahead of them.
pub(super) fn begin(world: &mut World, key: &Key, verb: &Element) -> Go {
    let gather = read(world, key, verb);
    let ahead = world.live_call(key).map(|call| std::mem::take(&mut call.program.ahead)).unwrap_or_default();
    if ahead.is_empty() {
        prompt(world, key, gather);
        return Go::Wait;
    }
    if let Some(call) = world.live_call(key) {
        call.program.activity = Activity::Gathering(gather);
    }
    // what is left when the gathering ends waits for the next one
    for input in ahead {
        super::give(world, key, input);
    }
    // if none of it was asked for, the prompts are still to come
    match take_activity(world, key) {
        Activity::Gathering(gather) if !gather.is_listening => prompt(world, key, gather),
        other => {
            if let Some(call) = world.live_call(key) {
                call.program.activity = other;
            }
        }
    }
    Go::Wait
}

fn read(world: &mut World, key: &Key, verb: &Element) -> Gather {
    let input = verb.attribute("input").unwrap_or("dtmf");
    let kinds: Vec<&str> = input.split_whitespace().collect();
    if kinds.is_empty() || kinds.iter().any(|kind| !matches!(*kind, "dtmf" | "speech")) {
        warn(world, key, 13326, "the input of <Gather> must be dtmf, speech or both");
    }
    let takes_speech = kinds.contains(&"speech");
    let seconds = match verb.attribute("timeout").map(str::parse::<i64>) {
        None => 5,
        Some(Ok(seconds @ 1..=3600)) => seconds,
        // `auto` belongs to speech, which arrives whole here
        Some(_) if verb.attribute("timeout") == Some("auto") => 5,
        Some(_) => {
            warn(world, key, 13313, "the timeout of <Gather> is not a number of seconds");
            5
        }
    };
    let most = match verb.attribute("numDigits").map(str::parse::<usize>) {
        None => None,
        Some(Ok(most @ 1..)) => Some(most),
        Some(_) => {
            warn(world, key, 13314, "the numDigits of <Gather> is not a number");
            None
        }
    };
    Gather {
        takes_keys: kinds.contains(&"dtmf") || !takes_speech,
        takes_speech,
        timeout: seconds * 1000,
        most,
        finish_on: verb.attribute("finishOnKey").unwrap_or("#").to_owned(),
        action: verb.attribute("action").map(str::to_owned),
        method: Method::parse(verb.attribute("method")).unwrap_or(Method::Post),
        acts_on_nothing: verb.attribute("actionOnEmptyResult") == Some("true"),
        is_listening: false,
        prompts: verb.children.iter().cloned().collect(),
        digits: String::new(),
    }
}

/// Says the next prompt, or listens when all are said.
fn prompt(world: &mut World, key: &Key, mut gather: Gather) {
    while let Some(next) = gather.prompts.pop_front() {
        if let Some(milliseconds) = verbs::speak(world, key, &next) {
            busy(world, key, Activity::Gathering(gather), milliseconds);
            return;
        }
    }
    listen(world, key, gather);
}

fn listen(world: &mut World, key: &Key, mut gather: Gather) {
    let timeout = gather.timeout;
    gather.is_listening = true;
    busy(world, key, Activity::Gathering(gather), timeout);
}

/// A prompt was said, or nobody gave anything in time.
pub(super) fn on_time(world: &mut World, key: &Key, gather: Gather) {
    match gather.is_listening {
        true => done(world, key, &gather),
        false => prompt(world, key, gather),
    }
}

/// The person pressed a key or spoke, which ends the prompts.
pub(super) fn on_input(world: &mut World, key: &Key, mut gather: Gather, input: Input) {
    match input {
        Input::Key(digit) if gather.takes_keys => {
            gather.prompts.clear();
            if gather.finish_on.contains(digit) {
                return done(world, key, &gather);
            }
            gather.digits.push(digit);
            match gather.most.is_some_and(|most| gather.digits.len() >= most) {
                true => done(world, key, &gather),
                false => listen(world, key, gather),
            }
        }
        // keys that came first win over speech
        Input::Speech(text) if gather.takes_speech && gather.digits.is_empty() => {
            let extra = vec![("SpeechResult".to_owned(), text), ("Confidence".to_owned(), "0.9".to_owned())];
            act(world, key, &gather, extra);
        }
        // what is not asked for is not heard, and what was going on goes on
        Input::Key(_) | Input::Speech(_) => {
            if let Some(call) = world.live_call(key) {
                call.program.activity = Activity::Gathering(gather);
            }
        }
    }
}

/// Goes on with what was pressed, or without.
fn done(world: &mut World, key: &Key, gather: &Gather) {
    if gather.digits.is_empty() && !gather.acts_on_nothing {
        return run(world, key);
    }
    act(world, key, gather, vec![("Digits".to_owned(), gather.digits.clone())]);
}

fn act(world: &mut World, key: &Key, gather: &Gather, extra: Vec<(String, String)>) {
    match resolve(world, key, gather.action.as_deref()) {
        Some(url) => request(world, key, url, gather.method, extra, None),
        None => fail(world, key, 15004, "the action of <Gather> must be a whole URL where the TwiML has none"),
    }
}
