//! The log: every request, state change and webhook, in order.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use crate::{clock::Moment, dates, egress::Webhook};

/// How many events are kept; older ones are forgotten.
const MOST: usize = 100_000;

/// One thing that happened.
#[derive(Debug)]
struct Event {
    id: u64,
    at: Moment,
    kind: &'static str,
    facts: Map<String, Value>,
    /// The webhook that it is about, so that it can be sent again.
    webhook: Option<Box<Webhook>>,
}

/// The newest events.
#[derive(Debug, Default)]
pub(crate) struct Events {
    entries: VecDeque<Event>,
    last: u64,
}

impl Events {
    /// Adds an event and gives its id; `facts` must be an object.
    pub(crate) fn add(&mut self, at: Moment, kind: &'static str, facts: Value) -> u64 {
        let facts = match facts {
            Value::Object(facts) => facts,
            _ => Map::new(),
        };
        if self.entries.len() == MOST {
            self.entries.pop_front();
        }
        self.last += 1;
        self.entries.push_back(Event { id: self.last, at, kind, facts, webhook: None });
        self.last
    }

    /// Adds the event of a webhook.
    pub(crate) fn add_webhook(&mut self, at: Moment, facts: Value, webhook: Webhook) {
        self.add(at, "webhook", facts);
        if let Some(event) = self.entries.back_mut() {
            event.webhook = Some(Box::new(webhook));
        }
    }

    /// The webhook of an event.
    pub(crate) fn webhook(&self, id: u64) -> Option<Webhook> {
        self.find(id)?.webhook.as_deref().cloned()
    }

    /// The id of the newest event; 0 before the first.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// At most so many events after this id, the oldest first.
    pub(crate) fn since(&self, id: u64, most: usize) -> Vec<Value> {
        let first = self.entries.front().map_or(0, |event| event.id);
        let skip = usize::try_from(id.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
        self.entries.iter().skip(skip).take(most).map(Event::to_json).collect()
    }

    /// What is known of one event.
    pub(crate) fn get(&self, id: u64) -> Option<(&'static str, &Map<String, Value>)> {
        self.find(id).map(|event| (event.kind, &event.facts))
    }

    fn find(&self, id: u64) -> Option<&Event> {
        let first = self.entries.front()?.id;
        self.entries.get(usize::try_from(id.checked_sub(first)?).ok()?)
    }
}

impl Event {
    fn to_json(&self) -> Value {
        let mut map = Map::with_capacity(self.facts.len() + 3);
        map.insert("id".into(), self.id.into());
        map.insert("at".into(), dates::precise(self.at).into());
        map.insert("type".into(), self.kind.into());
        map.extend(self.facts.iter().map(|(key, value)| (key.clone(), value.clone())));
        Value::Object(map)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_are_numbered_from_one_and_read_from_any_of_them_on() {
        let mut events = Events::default();
        assert!(events.since(0, 10).is_empty());
        for number in 1..=3 {
            assert_eq!(events.add(0, "state", json!({ "number": number })), number);
        }
        let ids = |since| events.since(since, 10).iter().map(|event| event["id"].as_u64().unwrap()).collect::<Vec<_>>();
        assert_eq!(ids(0), [1, 2, 3]);
        assert_eq!(ids(2), [3]);
        assert!(ids(3).is_empty() && ids(u64::MAX).is_empty());
        assert_eq!(events.since(0, 2).len(), 2);
        assert_eq!(events.get(2).unwrap().1["number"], 2);
        assert!(events.get(0).is_none() && events.get(4).is_none());
    }
}
