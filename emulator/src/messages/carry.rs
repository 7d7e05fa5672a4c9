//! The way of a message from queued to delivered, and the callbacks on it.

use serde_json::json;

use super::resource::{Message, Status};
use crate::{
    egress::{Then, Webhook},
    sid,
    validate::Channel,
    world::{Task, World},
};

/// How many milliseconds a message takes from each state to the next: short, so that tests and demonstrations are.
const STEPS: [(Status, i64); 4] =
    [(Status::Accepted, 20), (Status::Queued, 30), (Status::Sending, 20), (Status::Sent, 50)];

/// How long after a person's message WhatsApp takes free text.
const SESSION: i64 = 24 * 3600 * 1000;

/// The sender of a service whose account owns no number.
const DEFAULT_SENDER: &str = "+15005550006";

/// The next step of one message.
#[derive(Debug)]
pub(crate) struct Step {
    account: String,
    place: usize,
    /// The state from which the step leads; another one means that the message was stopped meanwhile.
    from: Status,
}

/// Starts a message on its way; a scheduled one after so many milliseconds.
pub(super) fn begin(world: &mut World, account: String, place: usize, after: Option<i64>) {
    if let Some(message) = world.account(&account).messages.at(place) {
        let from = message.status;
        plan(world, account, place, from, after);
    }
}

fn plan(world: &mut World, account: String, place: usize, from: Status, after: Option<i64>) {
    let usual = STEPS.iter().find(|(status, _)| *status == from).map(|(_, milliseconds)| *milliseconds);
    if let Some(after) = after.or(usual) {
        world.after(after, Task::Message(Step { account, place, from }));
    }
}

/// Takes a message one step further.
pub(crate) fn step(world: &mut World, step: &Step) {
    let now = world.now();
    let sender = default_sender(world, &step.account);
    let Some(account) = world.accounts.get_mut(&step.account) else { return };
    let Some(message) = account.messages.at_mut(step.place).filter(|message| message.status == step.from) else {
        return;
    };
    let next = match step.from {
        Status::Accepted | Status::Scheduled => {
            message.from = Some(match (message.wanted_from.take(), message.channel.prefix()) {
                (Some(wanted), _) => wanted,
                (None, Some(channel)) => format!("{channel}:{sender}"),
                (None, None) => sender,
            });
            Status::Queued
        }
        Status::Queued => match refused(message, &account.sessions, &account.opted_out, now) {
            Some(code) => {
                message.error = Some(code);
                Status::Failed
            }
            None => Status::Sending,
        },
        Status::Sending => {
            message.sent = Some(now);
            Status::Sent
        }
        Status::Sent => match world.faults.of_delivery(&message.to) {
            Some(code) => {
                message.error = Some(code);
                Status::Undelivered
            }
            None => Status::Delivered,
        },
        _ => return,
    };
    change(world, &step.account, step.place, next);
    plan(world, step.account.clone(), step.place, next, None);
}

/// Gives a message a new status, notes it and tells the application.
pub(super) fn change(world: &mut World, account: &str, place: usize, status: Status) {
    let now = world.now();
    let epoch = world.epoch;
    let Some(owner) = world.accounts.get_mut(account) else { return };
    let Some(message) = owner.messages.at_mut(place) else { return };
    message.status = status;
    message.updated = now;
    let facts = json!({
        "kind": "message", "sid": message.sid, "status": status.as_str(), "to": message.to, "error_code": message.error,
    });
    let webhook = message.callback.clone().filter(|_| status != Status::Sending).map(|(url, method)| Webhook {
        epoch,
        account: account.to_owned(),
        token: owner.token.clone(),
        url,
        method,
        params: message.callback_params(now),
        fallback: None,
        then: Then::Report { warning: 11200 },
        sid: message.sid.clone(),
        idempotency: sid::make(""),
        replay_of: None,
        delay: 0,
    });
    world.note("state", facts);
    if let Some(webhook) = webhook {
        world.send(webhook);
    }
}

type Sessions = std::collections::HashMap<(String, String), i64>;
type OptedOut = std::collections::HashSet<(String, String)>;

/// Why a queued message cannot go out, if it cannot.
fn refused(message: &Message, sessions: &Sessions, opted_out: &OptedOut, now: i64) -> Option<u32> {
    let pair = (message.from.clone()?, message.to.clone());
    if opted_out.contains(&pair) && !message.is_confirmation {
        return Some(21610); // a service learns of it only now
    }
    let is_open = || sessions.get(&pair).is_some_and(|last| now - last <= SESSION);
    // a reply answers a message, so its session is open
    (message.channel == Channel::Whatsapp && !message.is_template && !is_open()).then_some(63016)
}

/// The sender that a service picks: the account's oldest number.
fn default_sender(world: &World, account: &str) -> String {
    world.numbers.first_of(account).unwrap_or_else(|| DEFAULT_SENDER.to_owned())
}
