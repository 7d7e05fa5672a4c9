//! The parameters of a request, from its query and its body.

use serde_json::Value;

use crate::answer::{Outcome, Refusal};

/// Names and values in the order in which they arrived; a JSON body beside them.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pairs: Vec<(String, String)>,
    json: Option<Value>,
}

impl Arguments {
    /// Reads the query, and the body by its content type.
    pub(crate) fn read(query: &str, content_type: &str, body: &[u8]) -> Outcome<Self> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |bytes: &[u8]| pairs.extend(form_urlencoded::parse(bytes).into_owned());
        add(query.as_bytes());
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        let is_json = kind.ends_with("json");
        if !is_json {
            add(body);
        }
        let json = match is_json && !body.is_empty() {
            true => {
                Some(serde_json::from_slice(body).map_err(|_| Refusal::bad(20001, "The request body is not JSON"))?)
            }
            false => None,
        };
        Ok(Self { pairs, json })
    }

    /// The first value of a parameter, empty or not.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// Every value of a parameter that is not empty.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.pairs.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Names and values.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The JSON body, if there is one.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.json.as_ref()
    }

    /// The parameters as a JSON object, for the event log; what is repeated is a list.
    pub(crate) fn to_json(&self) -> Value {
        if let Some(json) = &self.json {
            return json.clone();
        }
        pairs_to_json(&self.pairs)
    }
}

/// Pairs as a JSON object; what is repeated is a list.
pub(crate) fn pairs_to_json(pairs: &[(String, String)]) -> Value {
    let mut map = serde_json::Map::with_capacity(pairs.len());
    for (name, value) in pairs {
        match map.get_mut(name) {
            None => {
                map.insert(name.clone(), Value::from(value.as_str()));
            }
            Some(Value::Array(values)) => values.push(Value::from(value.as_str())),
            Some(first) => *first = Value::Array(vec![first.take(), Value::from(value.as_str())]),
        }
    }
    Value::Object(map)
}
