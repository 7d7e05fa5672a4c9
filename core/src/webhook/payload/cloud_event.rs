//! Events of an event stream, which Twilio posts as a JSON array of CloudEvents.

use std::{borrow::Cow, fmt};

use jiff::Timestamp;
use serde_json::Map;

use super::{Event, PayloadKind, Received, value};
use crate::{Error, ErrorKind, Result, typed::Json};

/// What the types of events begin with that tell what became of a message.
const MESSAGE: &str = "com.twilio.messaging.message.";
const INBOUND_MESSAGE: &str = "com.twilio.messaging.inbound-message.received";

/// An event of an event stream, as CloudEvents 1.0 says.
///
/// The same event may come more than once, and in any order; its `source` and `id` together are its own.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct CloudEvent {
    /// `specversion`, such as `1.0`.
    pub specversion: String,
    /// `type`, such as `com.twilio.messaging.message.delivered`.
    pub event_type: String,
    /// `source`
    pub source: String,
    /// `id`
    pub id: String,
    /// `dataschema`, the URL of the schema of `data`.
    pub dataschema: Option<String>,
    /// `datacontenttype`
    pub datacontenttype: Option<String>,
    /// `subject`
    pub subject: Option<String>,
    /// `time`
    pub time: Option<Timestamp>,
    /// `data`, `null` if there is none.
    pub data: Json,
    /// What else the event holds.
    pub extra: Map<String, Json>,
}

impl CloudEvent {
    /// Reads the body of a request: an array of events, or one event.
    ///
    /// Check the signature first, over the raw body.
    ///
    /// # Errors
    /// `Decode` if the body is not that.
    pub fn read_all(body: &[u8]) -> Result<Vec<Self>> {
        let wrong = |text: &'static str| Error::new(ErrorKind::Decode, text);
        let body: Json =
            serde_json::from_slice(body).map_err(|cause| wrong("the body is not JSON").with_source(cause))?;
        let events = match body {
            Json::Array(events) => events,
            event => vec![event],
        };
        let event = |event| match event {
            Json::Object(event) => Self::of(event),
            _ => Err(wrong("the body holds something that is no CloudEvent")),
        };
        events.into_iter().map(event).collect()
    }

    fn of(mut event: Map<String, Json>) -> Result<Self> {
        let mut text = |name: &str| match event.get(name) {
            Some(Json::String(_)) => event.remove(name).and_then(|text| text.as_str().map(str::to_owned)),
            Some(Json::Null) => event.remove(name).and(None),
            _ => None,
        };
        let mut attribute = |name: &str| {
            let missing = || Error::new(ErrorKind::Decode, format!("an event has no {name}, so it is no CloudEvent"));
            text(name).filter(|text| !text.is_empty()).ok_or_else(missing)
        };
        let (specversion, event_type) = (attribute("specversion")?, attribute("type")?);
        let (source, id) = (attribute("source")?, attribute("id")?);
        let (dataschema, datacontenttype, subject) = (text("dataschema"), text("datacontenttype"), text("subject"));
        let time = event.get("time").and_then(Json::as_str).and_then(value::moment);
        if time.is_some() {
            event.remove("time"); // one that cannot be read stays in `extra`
        }
        let data = event.remove("data").unwrap_or_default();
        Ok(Self { specversion, event_type, source, id, dataschema, datacontenttype, subject, time, data, extra: event })
    }

    /// The text of an attribute by its name in JSON, such as `type`, `subject` or one of an extension.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "specversion" => Some(&self.specversion),
            "type" => Some(&self.event_type),
            "source" => Some(&self.source),
            "id" => Some(&self.id),
            "dataschema" => self.dataschema.as_ref(),
            "datacontenttype" => self.datacontenttype.as_ref(),
            "subject" => self.subject.as_ref(),
            "time" => match self.time {
                Some(time) => return Some(time.to_string().into()),
                None => return self.extra.get(name)?.as_str().map(Cow::Borrowed),
            },
            other => return self.extra.get(other)?.as_str().map(Cow::Borrowed),
        }
        .map(|text| Cow::Borrowed(text.as_str()))
    }

    /// The webhook that would have told the same, of those event types that have one: messages that arrived, and what
    /// became of messages that were sent.
    pub fn payload(&self) -> Option<Event> {
        let data = self.data.as_object()?;
        let mut params: Vec<(String, String)> = data.iter().filter_map(|(key, value)| param(key, value)).collect();
        let kind = if self.event_type == INBOUND_MESSAGE {
            PayloadKind::IncomingMessage
        } else {
            let status = self.event_type.strip_prefix(MESSAGE)?;
            if params.iter().all(|(name, _)| name != "MessageStatus") {
                params.push(("MessageStatus".to_owned(), status.to_owned()));
            }
            PayloadKind::MessageStatus
        };
        Received::of_kind(kind, &params).ok().map(Event::of)
    }
}

/// A value of `data` as a webhook has it.
fn param(key: &str, value: &Json) -> Option<(String, String)> {
    let mut name = match key {
        "numberOfSegments" => "NumSegments".to_owned(),
        _ => key.to_owned(),
    };
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let text = match value {
        Json::Null => return None,
        // an event shouts what a webhook says
        Json::String(status) if name == "MessageStatus" => status.to_ascii_lowercase(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some((name, text))
}

/// Tells which it is, and not what it says: that is about people.
impl fmt::Debug for CloudEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudEvent").field("type", &self.event_type).field("id", &self.id).finish_non_exhaustive()
    }
}
