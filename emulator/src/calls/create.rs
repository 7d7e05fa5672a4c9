//! Making a call: every check that Twilio makes before it says 201.

use serde_json::Value;

use super::{
    progress,
    resource::{Call, Callback, Source, Status},
};
use crate::{
    answer::{Answer, Outcome, Refusal},
    egress::Method,
    generic,
    interpreter::Program,
    request::Request,
    sid, validate,
    world::World,
};

/// The longest TwiML in a request.
const LONGEST_TWIML: usize = 4000;

const EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

/// `POST Calls`.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome {
    let call = read(world, request)?;
    let key = call.key();
    let body = call.to_json();
    progress::begin(world, call);
    world.trace(&key, "status", serde_json::json!({ "status": "queued" }));
    Ok(Answer::json(201, body))
}

fn read(world: &mut World, request: &Request) -> Outcome<Call> {
    let to = request.get("To").ok_or_else(|| Refusal::bad(21201, "A 'To' is required."))?;
    let from = request.get("From").ok_or_else(|| Refusal::bad(21213, "A 'From' is required."))?;
    let to = validate::party(to)
        .ok_or_else(|| Refusal::bad(21217, format!("The 'To' {to} is not a valid phone number.")))?;
    let from = validate::party(from)
        .ok_or_else(|| Refusal::bad(21212, format!("The 'From' {from} is not a valid phone number.")))?;
    magic(&from, &to)?;
    let application = application(world, request);
    let source = source(request, &application)?;
    let now = world.now();
    let seconds =
        request.get("Timeout").map_or(Ok(60), str::parse::<i64>).ok().filter(|seconds| (1..=600).contains(seconds));
    let patience = seconds.ok_or_else(|| Refusal::bad(21208, "The 'Timeout' must be from 1 to 600 seconds."))?;
    let keys = request.get("SendDigits").unwrap_or_default();
    if keys.len() > 32 || !keys.chars().all(|key| "0123456789ABCD*#wW".contains(key)) {
        return Err(Refusal::bad(21206, "The 'SendDigits' hold what is no key."));
    }
    let detection = request.get("MachineDetection");
    if detection.is_some_and(|kind| !matches!(kind, "Enable" | "DetectMessageEnd")) {
        return Err(Refusal::bad(21234, "The 'MachineDetection' must be 'Enable' or 'DetectMessageEnd'."));
    }
    let is_async = request.get("AsyncAmd").and_then(validate::boolean).unwrap_or_default();
    if is_async && request.get("AsyncAmdStatusCallback").is_none() {
        return Err(Refusal::bad(21262, "An 'AsyncAmd' needs an 'AsyncAmdStatusCallback'."));
    }
    Ok(Call {
        sid: sid::make("CA"),
        account: request.account.clone(),
        number_sid: world
            .numbers
            .record(&world.collections, &from)
            .and_then(|record| record.get("sid").and_then(Value::as_str).map(str::to_owned)),
        to,
        from,
        direction: "outbound-api",
        parent: None,
        status: Status::Queued,
        created: now,
        updated: now,
        started: None,
        ended: None,
        answered_by: None,
        detects_machines: detection.is_some(),
        callback: callback(request, &application)?,
        callbacks_sent: 0,
        source,
        patience,
        program: Program::default(),
        generation: 0,
        trace: Vec::new(),
    })
}

/// Numbers that always fail in one way, as Twilio documents them for its test credentials.
fn magic(from: &str, to: &str) -> Outcome<()> {
    let (code, why) = match (from, to) {
        ("+15005550001", _) => (21212, "The 'From' is not a valid phone number."),
        (_, "+15005550001") => (21217, "The 'To' is not a valid phone number."),
        (_, "+15005550002") => (21214, "The 'To' cannot be reached."),
        (_, "+15005550003") => (21215, "The region of the 'To' is not enabled."),
        (_, "+15005550004") => (21216, "The 'To' is blocked."),
        _ => return Ok(()),
    };
    Err(Refusal::bad(code, why))
}

/// The application that the request names: its settings beat those of the request.
fn application(world: &World, request: &Request) -> generic::Record {
    let path = format!("/2010-04-01/Accounts/{}/Applications", request.account);
    let named = request.get("ApplicationSid");
    let found = named.and_then(|sid| world.collections.get(&generic::key(&request.account, "api", &path), sid));
    found.cloned().unwrap_or_default()
}

fn setting<'a>(request: &'a Request, application: &'a generic::Record, name: &'a str, key: &str) -> Option<&'a str> {
    let own = application.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    own.or_else(|| request.get(name))
}

fn method(text: Option<&str>) -> Outcome<Method> {
    Method::parse(text).ok_or_else(|| Refusal::bad(21209, "A method must be 'GET' or 'POST'."))
}

fn source(request: &Request, application: &generic::Record) -> Outcome<Source> {
    let get = |name: &'static str, key: &str| setting(request, application, name, key);
    if let Some(url) = get("Url", "voice_url") {
        let bad = |url: &str| Refusal::bad(21205, format!("The 'Url' {url} is not a valid URL."));
        let fallback = get("FallbackUrl", "voice_fallback_url");
        if let Some(wrong) = [Some(url), fallback].into_iter().flatten().find(|url| !validate::is_url(url)) {
            return Err(bad(wrong));
        }
        let fallback = match fallback {
            Some(url) => Some((url.to_owned(), method(get("FallbackMethod", "voice_fallback_method"))?)),
            None => None,
        };
        return Ok(Source::Url { url: url.to_owned(), method: method(get("Method", "voice_method"))?, fallback });
    }
    match request.get("Twiml") {
        Some(twiml) if twiml.chars().count() > LONGEST_TWIML => {
            Err(Refusal::bad(32018, "The 'Twiml' is longer than 4000 characters."))
        }
        Some(twiml) => Ok(Source::Twiml(twiml.to_owned())),
        None => Err(Refusal::bad(21205, "A 'Url', a 'Twiml' or an 'ApplicationSid' is required.")),
    }
}

fn callback(request: &Request, application: &generic::Record) -> Outcome<Option<Callback>> {
    let Some(url) = setting(request, application, "StatusCallback", "status_callback") else { return Ok(None) };
    if !validate::is_url(url) {
        return Err(Refusal::bad(21609, format!("The 'StatusCallback' {url} is not a valid URL.")));
    }
    let given = request.arguments.all("StatusCallbackEvent").flat_map(str::split_whitespace);
    let mut events: Vec<String> = given.map(str::to_owned).collect();
    if let Some(wrong) = events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
        return Err(Refusal::bad(21626, format!("{wrong} is not a 'StatusCallbackEvent'.")));
    }
    if events.is_empty() {
        events.push("completed".into());
    }
    let method = method(setting(request, application, "StatusCallbackMethod", "status_callback_method"))?;
    Ok(Some(Callback { url: url.to_owned(), method, events: Some(events) }))
}
