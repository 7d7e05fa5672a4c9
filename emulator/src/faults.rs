//! Faults that tests ask for: answers that say no, delays, broken connections, lost and disordered callbacks.

use std::time::Duration;

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::{
    egress::{Then, Webhook},
    route::{self, Found},
    serve::Broken,
};

/// The message of an answer that a test asked for.
pub(crate) const MESSAGE: &str = "This failure was asked for by a test";

/// How long a callback is held back so that later ones overtake it, in milliseconds.
const REORDERED: i64 = 500;

/// The longest delay, in seconds.
const LONGEST: f64 = 3600.0;

/// What happens to a request, a callback or a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Status { status: u16, code: u32, retry_after: Option<u32> },
    Delay(Duration),
    ResetBefore,
    ResetAfter,
    CallbackLost,
    CallbackRepeated,
    CallbackReordered,
    Delivery(u32),
}

impl Fault {
    const fn is_of_request(self) -> bool {
        matches!(self, Self::Status { .. } | Self::Delay(_) | Self::ResetBefore | Self::ResetAfter)
    }

    const fn is_of_callback(self) -> bool {
        matches!(self, Self::CallbackLost | Self::CallbackRepeated | Self::CallbackReordered)
    }
}

/// What a fault is for; what is not said matches everything.
#[derive(Debug, Default)]
struct Matcher {
    operation: Option<String>,
    method: Option<String>,
    /// A part of the path of a request, or of the URL of a callback.
    path: Option<String>,
    parameters: Vec<(String, String)>,
}

/// What is looked at: a request, a callback or a message.
struct Subject<'a> {
    operation: Option<&'a str>,
    method: &'a str,
    path: &'a str,
    parameters: &'a [(String, String)],
}

impl Matcher {
    fn matches(&self, subject: &Subject<'_>) -> bool {
        let named = |wanted: &String| {
            subject
                .operation
                .is_some_and(|name| name == wanted || name.strip_prefix("api.v2010.accounts.") == Some(wanted))
        };
        self.operation.as_ref().is_none_or(named)
            && self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(subject.method))
            && self.path.as_ref().is_none_or(|path| subject.path.contains(path.as_str()))
            && self.parameters.iter().all(|wanted| subject.parameters.contains(wanted))
    }
}

#[derive(Debug)]
struct Entry {
    id: u64,
    matcher: Matcher,
    fault: Fault,
    left: Option<u64>,
    probability: f64,
    /// As it was asked for.
    body: Value,
}

/// The faults in force, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    entries: Vec<Entry>,
    last: u64,
}

impl Faults {
    /// The fault for a request, if one matches.
    pub(crate) fn of_request(
        &mut self,
        product: &str,
        method: &str,
        path: &str,
        parameters: impl FnOnce() -> Vec<(String, String)>,
    ) -> Option<Fault> {
        if !self.entries.iter().any(|entry| entry.fault.is_of_request()) {
            return None;
        }
        let operation = match route::find(product, method, path) {
            Found::Route(route, _) => Some(route.operation.name),
            _ => None,
        };
        let parameters = parameters();
        let subject = Subject { operation, method, path, parameters: &parameters };
        self.take(&subject, Fault::is_of_request)
    }

    /// What becomes of a webhook: usually itself. Only callbacks that report a status are ever disturbed.
    pub(crate) fn of_webhook(&mut self, webhook: Webhook) -> Vec<Webhook> {
        if self.entries.is_empty() || !matches!(webhook.then, Then::Report { .. }) || webhook.delay != 0 {
            return vec![webhook];
        }
        let method = webhook.method.as_str();
        let subject = Subject { operation: None, method, path: &webhook.url, parameters: &webhook.params };
        match self.take(&subject, Fault::is_of_callback) {
            Some(Fault::CallbackLost) => Vec::new(),
            Some(Fault::CallbackRepeated) => vec![webhook.clone(), webhook],
            Some(Fault::CallbackReordered) => vec![Webhook { delay: REORDERED, ..webhook }],
            _ => vec![webhook],
        }
    }

    /// The code with which a message to this number fails, if it is to fail.
    pub(crate) fn of_delivery(&mut self, to: &str) -> Option<u32> {
        if self.entries.is_empty() {
            return None;
        }
        let parameters = [("To".to_owned(), to.to_owned())];
        let subject = Subject {
            operation: Some("api.v2010.accounts.messages.create"),
            method: "POST",
            path: "",
            parameters: &parameters,
        };
        match self.take(&subject, |fault| matches!(fault, Fault::Delivery(_))) {
            Some(Fault::Delivery(code)) => Some(code),
            _ => None,
        }
    }

    fn take(&mut self, subject: &Subject<'_>, is_meant: impl Fn(Fault) -> bool) -> Option<Fault> {
        let at = self.entries.iter().position(|entry| {
            is_meant(entry.fault) && entry.matcher.matches(subject) && fastrand::f64() < entry.probability
        })?;
        let entry = &mut self.entries[at];
        let fault = entry.fault;
        if let Some(left) = &mut entry.left {
            *left -= 1;
            if *left == 0 {
                self.entries.remove(at);
            }
        }
        Some(fault)
    }

    /// Enters a fault and gives its id.
    pub(crate) fn enter(&mut self, body: &Value) -> Result<Value, String> {
        let map = body.as_object().ok_or("the body must be an object with match and fault")?;
        known(map, &["match", "fault", "times", "probability"], "")?;
        let empty = Map::new();
        let matcher = match map.get("match") {
            None | Some(Value::Null) => &empty,
            Some(Value::Object(matcher)) => matcher,
            Some(_) => return Err("match must be an object".into()),
        };
        let fault = map.get("fault").and_then(Value::as_object).ok_or("fault must be an object")?;
        let left = match map.get("times") {
            None | Some(Value::Null) => None,
            Some(times) => {
                Some(times.as_u64().filter(|times| *times > 0).ok_or("times must be a whole number above 0")?)
            }
        };
        let probability = match map.get("probability") {
            None | Some(Value::Null) => 1.0,
            Some(value) => {
                value.as_f64().filter(|value| (0.0..=1.0).contains(value)).ok_or("probability must be from 0 to 1")?
            }
        };
        let (matcher, fault) = (read_matcher(matcher)?, read_fault(fault)?);
        self.last += 1;
        self.entries.push(Entry { id: self.last, matcher, fault, left, probability, body: body.clone() });
        Ok(json!({ "id": self.last }))
    }

    /// The faults in force.
    pub(crate) fn show(&self) -> Value {
        let show = |entry: &Entry| json!({ "id": entry.id, "left": entry.left, "fault": entry.body });
        json!({ "faults": self.entries.iter().map(show).collect::<Vec<_>>() })
    }

    /// Ends all faults.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

fn known(map: &Map<String, Value>, names: &[&str], of: &str) -> Result<(), String> {
    match map.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("{of}{name} is not known; known are {}", names.join(", "))),
        None => Ok(()),
    }
}

fn read_matcher(map: &Map<String, Value>) -> Result<Matcher, String> {
    known(map, &["operation", "method", "path", "parameters"], "match.")?;
    let text = |name: &str| match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("match.{name} must be text")),
    };
    let parameters = match map.get("parameters") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(parameters)) => parameters
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect(),
        Some(_) => return Err("match.parameters must be an object".into()),
    };
    Ok(Matcher { operation: text("operation")?, method: text("method")?, path: text("path")?, parameters })
}

fn read_fault(map: &Map<String, Value>) -> Result<Fault, String> {
    known(map, &["status", "code", "retry_after", "delay", "reset", "callback", "delivery"], "fault.")?;
    let number = |name: &str| match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
            number.map(Some).ok_or_else(|| format!("fault.{name} must be a whole number"))
        }
    };
    let kinds = ["status", "delay", "reset", "callback", "delivery"];
    if kinds.iter().filter(|kind| map.contains_key(**kind)).count() != 1 {
        return Err(format!("fault must have exactly one of {}", kinds.join(", ")));
    }
    if let Some(status) = number("status")? {
        let status = u16::try_from(status).ok().filter(|status| (400..600).contains(status));
        let status = status.ok_or("fault.status must be from 400 to 599")?;
        let code = number("code")?.unwrap_or(20_000 + u32::from(status));
        return Ok(Fault::Status { status, code, retry_after: number("retry_after")? });
    }
    if let Some(delay) = map.get("delay") {
        let seconds = delay.as_f64().filter(|seconds| (0.0..=LONGEST).contains(seconds));
        let seconds = seconds.ok_or("fault.delay must be a number of seconds, at most an hour")?;
        return Ok(Fault::Delay(Duration::from_secs_f64(seconds)));
    }
    if let Some(code) = number("delivery")? {
        return Ok(Fault::Delivery(code));
    }
    let text = |name: &str| map.get(name).and_then(Value::as_str);
    match (text("reset"), text("callback")) {
        (Some("before"), _) => Ok(Fault::ResetBefore),
        (Some("after"), _) => Ok(Fault::ResetAfter),
        (_, Some("lost")) => Ok(Fault::CallbackLost),
        (_, Some("repeated")) => Ok(Fault::CallbackRepeated),
        (_, Some("reordered")) => Ok(Fault::CallbackReordered),
        _ if map.contains_key("reset") => Err("fault.reset must be before or after".into()),
        _ => Err("fault.callback must be lost, repeated or reordered".into()),
    }
}

/// Breaks the connection instead of answering.
pub(crate) fn reset() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Broken);
    response
}
