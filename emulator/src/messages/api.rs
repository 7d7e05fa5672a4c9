//! Messages over the API: read, list, redact, cancel, remove.

use serde_json::json;

use super::{
    carry,
    resource::{Message, Status},
};
use crate::{
    answer::{Answer, Outcome, Refusal},
    dates, paging,
    request::Request,
    sid, validate,
    world::World,
};

fn find<'a>(world: &'a mut World, request: &Request, name: &str) -> Outcome<&'a mut Message> {
    let message = world.account(&request.account).messages.get_mut(request.path_value(name));
    request.found(message)
}

/// `GET Messages/{Sid}`.
pub(crate) fn fetch(world: &mut World, request: &Request) -> Outcome {
    find(world, request, "Sid").map(|message| Answer::json(200, message.to_json()))
}

/// `GET Messages`, by recipient, sender and day.
pub(crate) fn list(world: &mut World, request: &Request) -> Outcome {
    let address = |name: &str| {
        let text = request.get(name)?;
        Some(validate::sender(text).map_or_else(|| text.to_owned(), |address| address.text))
    };
    let (to, from) = (address("To"), address("From"));
    let [on, before, after] = ["DateSent", "DateSent<", "DateSent>"].map(|name| request.get(name).map(str::to_owned));
    let keep = |message: &Message| {
        // whole days are compared as text; a moment is compared with the moment
        let sent = |limit: &str| {
            let sent = message.sent.unwrap_or(message.created);
            if limit.len() > 10 { dates::iso(sent) } else { dates::day(sent) }
        };
        to.as_ref().is_none_or(|to| *to == message.to)
            && from.as_ref().is_none_or(|from| Some(from) == message.from.as_ref())
            && on.as_ref().is_none_or(|day| sent(day) == *day)
            && before.as_ref().is_none_or(|day| sent(day) <= *day)
            && after.as_ref().is_none_or(|day| sent(day) >= *day)
    };
    let messages = &world.account(&request.account).messages;
    paging::answer(request, messages, keep, Message::to_json)
}

/// `POST Messages/{Sid}`: takes the text out, or cancels what is scheduled.
pub(crate) fn update(world: &mut World, request: &Request) -> Outcome {
    let now = world.now();
    let message = find(world, request, "Sid")?;
    match request.arguments.raw("Body") {
        Some("") => {
            message.body.clear();
            message.updated = now;
        }
        Some(_) => return Err(Refusal::bad(20001, "The 'Body' can only be made empty")),
        None => {}
    }
    match request.get("Status") {
        Some("canceled") if matches!(message.status, Status::Scheduled | Status::Accepted) => {
            let place = world.account(&request.account).messages.place(request.path_value("Sid"));
            carry::change(world, &request.account, request.found(place)?, Status::Canceled);
        }
        Some("canceled") => return Err(Refusal::bad(30409, "The message can no longer be canceled")),
        Some(_) => return Err(Refusal::bad(20001, "The 'Status' can only be 'canceled'")),
        None => {}
    }
    find(world, request, "Sid").map(|message| Answer::json(200, message.to_json()))
}

/// `DELETE Messages/{Sid}`.
pub(crate) fn delete(world: &mut World, request: &Request) -> Outcome {
    if !find(world, request, "Sid")?.status.is_final() {
        return Err(Refusal::new(409, 20009, "The message is still on its way and cannot be deleted"));
    }
    world.account(&request.account).messages.remove(request.path_value("Sid"));
    Ok(Answer::empty())
}

/// `POST Messages/{Sid}/Feedback`.
pub(crate) fn feedback(world: &mut World, request: &Request) -> Outcome {
    let now = dates::rfc2822(world.now());
    let message = find(world, request, "MessageSid")?;
    let outcome = request.get("Outcome").unwrap_or("confirmed");
    if !message.wants_feedback || !matches!(outcome, "confirmed" | "unconfirmed") {
        return Err(Refusal::bad(
            20001,
            "Feedback needs 'ProvideFeedback' and an 'Outcome' of 'confirmed' or 'unconfirmed'",
        ));
    }
    let body = json!({
        "account_sid": message.account,
        "message_sid": message.sid,
        "outcome": outcome,
        "date_created": now,
        "date_updated": now,
        "uri": format!("{}/Feedback/{}.json", message.path(), sid::make("FB")),
    });
    Ok(Answer::json(request.operation.status, body))
}
