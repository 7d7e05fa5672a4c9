//! Calls over the API: read, list, redirect, end, remove.

use super::{
    progress,
    resource::{Call, Key, Source, Status},
};
use crate::{
    answer::{Answer, Outcome, Refusal},
    dates,
    egress::Method,
    interpreter, paging,
    request::Request,
    validate,
    world::World,
};

fn key(request: &Request) -> Key {
    Key { account: request.account.clone(), sid: request.path_value("Sid").to_owned() }
}

fn find<'a>(world: &'a mut World, request: &Request) -> Outcome<&'a mut Call> {
    request.found(world.call(&key(request)))
}

/// `GET Calls/{Sid}`.
pub(crate) fn fetch(world: &mut World, request: &Request) -> Outcome {
    find(world, request).map(|call| Answer::json(200, call.to_json()))
}

/// `GET Calls`, by parties, parent, status and day.
pub(crate) fn list(world: &mut World, request: &Request) -> Outcome {
    let get = |name: &str| request.get(name).map(str::to_owned);
    let (to, from, parent, status) = (get("To"), get("From"), get("ParentCallSid"), get("Status"));
    let days =
        ["StartTime", "StartTime<", "StartTime>", "EndTime", "EndTime<", "EndTime>"].map(|name| (name, get(name)));
    let keep = |call: &Call| {
        let in_days = days.iter().all(|(name, day)| {
            let Some(day) = day else { return true };
            let moment =
                if name.starts_with("Start") { Some(call.started.unwrap_or(call.created)) } else { call.ended };
            // whole days are compared as text; a moment is compared with the moment
            moment.is_some_and(|moment| {
                let moment = if day.len() > 10 { dates::iso(moment) } else { dates::day(moment) };
                match name.as_bytes().last() {
                    Some(b'<') => moment <= *day,
                    Some(b'>') => moment >= *day,
                    _ => moment == *day,
                }
            })
        });
        in_days
            && to.as_ref().is_none_or(|to| *to == call.to)
            && from.as_ref().is_none_or(|from| *from == call.from)
            && parent.as_ref().is_none_or(|parent| Some(parent) == call.parent.as_ref())
            && status.as_ref().is_none_or(|status| status == call.status.as_str())
    };
    let calls = &world.account(&request.account).calls;
    paging::answer(request, calls, keep, Call::to_json)
}

/// `POST Calls/{Sid}`: ends a call, or gives it other TwiML.
pub(crate) fn update(world: &mut World, request: &Request) -> Outcome {
    let key = key(request);
    let status = find(world, request)?.status;
    let wrong_state = || Refusal::bad(21220, format!("The call is {}, which does not allow this.", status.as_str()));
    match request.get("Status") {
        None => {}
        Some(_) if status.is_final() => return Err(wrong_state()),
        Some("canceled") if status != Status::InProgress => progress::end(world, &key, Status::Canceled),
        Some("canceled") => return Err(wrong_state()),
        Some("completed") if status == Status::InProgress => progress::end(world, &key, Status::Completed),
        // before it is answered, to complete a call is to cancel it
        Some("completed") => progress::end(world, &key, Status::Canceled),
        Some(_) => return Err(Refusal::bad(20001, "The 'Status' must be 'canceled' or 'completed'")),
    }
    if let Some(source) = source(request)? {
        if status != Status::InProgress || request.get("Status").is_some() {
            return Err(wrong_state());
        }
        interpreter::redirect(world, &key, source);
    }
    fetch(world, request)
}

fn source(request: &Request) -> Outcome<Option<Source>> {
    let method = Method::parse(request.get("Method"))
        .ok_or_else(|| Refusal::bad(21209, "The 'Method' must be 'GET' or 'POST'."))?;
    match (request.get("Url"), request.get("Twiml")) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Refusal::bad(32019, "'Url' and 'Twiml' exclude each other.")),
        (Some(url), None) if !validate::is_url(url) => {
            Err(Refusal::bad(21205, format!("The 'Url' {url} is not a valid URL.")))
        }
        (Some(url), None) => Ok(Some(Source::Url { url: url.to_owned(), method, fallback: None })),
        (None, Some(twiml)) => Ok(Some(Source::Twiml(twiml.to_owned()))),
    }
}

/// `DELETE Calls/{Sid}`.
pub(crate) fn delete(world: &mut World, request: &Request) -> Outcome {
    if !find(world, request)?.status.is_final() {
        return Err(Refusal::new(409, 20009, "The call is not over and cannot be deleted"));
    }
    world.account(&request.account).calls.remove(request.path_value("Sid"));
    Ok(Answer::empty())
}
