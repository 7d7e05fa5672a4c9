//! Arguments, checked against the parameters of the row.

use ringback::{
    names,
    operation::{Kind, Parameter, Place, Property},
};
use serde_json::Value;

use super::Record;
use crate::{
    answer::{Outcome, Refusal},
    dates,
    request::Request,
    validate,
};

/// What was given, under the names that properties have.
pub(super) type Given = Vec<(String, Value)>;

/// Reads what a request gives, and refuses what is missing or of the wrong type.
pub(super) fn arguments(request: &Request) -> Outcome<Given> {
    if let Some(Value::Object(map)) = request.arguments.json() {
        return Ok(map.iter().map(|(name, value)| (name.clone(), value.clone())).collect());
    }
    let operation = request.operation;
    for row in operation.parameters {
        if row.required && row.place == Place::Form && row.numbered.is_none() && request.get(&row.name).is_none() {
            return Err(refusal(request, format!("Missing required parameter {} in the post body", row.name)));
        }
    }
    let mut given = Given::new();
    let mut done: Vec<&str> = Vec::new();
    for (name, _) in request.arguments.pairs() {
        // Twilio ignores parameters that it does not know
        let Some(row) = operation.parameters.iter().find(|row| row.name == name) else { continue };
        if done.contains(&row.name.as_str()) {
            continue;
        }
        done.push(row.name.as_str());
        let mut values = Vec::new();
        for (_, text) in request.arguments.pairs().iter().filter(|(known, _)| known == name) {
            values.push(value(request, row, text)?);
        }
        let value = if row.list { Value::Array(values) } else { values.swap_remove(0) };
        given.push((names::snake(&row.name), value));
    }
    Ok(given)
}

fn refusal(request: &Request, message: String) -> Refusal {
    match request.operation.product() {
        "verify" => Refusal::bad(60200, message),
        _ => Refusal::bad(20001, message),
    }
}

fn value(request: &Request, row: &Parameter, text: &str) -> Outcome<Value> {
    if text.is_empty() {
        return Ok(Value::from(""));
    }
    let wrong = || refusal(request, format!("Invalid parameter: {}", row.name));
    let is_moment = |text: &str| dates::parse(text).is_some() || text.parse::<jiff::civil::Date>().is_ok();
    Ok(match row.kind {
        Kind::Boolean => validate::boolean(text).ok_or_else(wrong)?.into(),
        Kind::Integer | Kind::LooseInteger => text.parse::<i64>().map_err(|_| wrong())?.into(),
        Kind::Decimal | Kind::Float if text.parse::<f64>().is_err() => return Err(wrong()),
        Kind::Date if text.parse::<jiff::civil::Date>().is_err() => return Err(wrong()),
        Kind::DateTime | Kind::Rfc2822 if !is_moment(text) => return Err(wrong()),
        Kind::Json => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        Kind::Enum(_) => {
            let known = request.operation.enum_of(row.kind).map(|known| known.values).unwrap_or_default();
            let value = known.iter().find(|value| value.eq_ignore_ascii_case(text)).ok_or_else(wrong)?;
            Value::from(value.as_str())
        }
        _ => text.into(),
    })
}

/// The value as a property of this kind holds it.
pub(super) fn as_property(property: &Property, value: Value) -> Value {
    let one = |value: Value| match (property.kind, value) {
        (_, Value::Null) => Value::Null,
        (Kind::Text | Kind::Phone | Kind::Decimal, Value::String(text)) => text.into(),
        (Kind::Text | Kind::Phone | Kind::Decimal, value) => value.to_string().into(),
        (Kind::Integer | Kind::LooseInteger, Value::String(text)) => {
            text.parse::<i64>().map_or(Value::String(text), Value::from)
        }
        (_, value) => value,
    };
    match value {
        Value::Array(values) if property.list => values.into_iter().map(one).collect(),
        value if property.list && !value.is_null() => Value::Array(vec![one(value)]),
        value => one(value),
    }
}

/// A filter of a list.
pub(super) struct Filter {
    property: &'static str,
    wanted: String,
}

impl Filter {
    /// Whether a record has the wanted value.
    pub(super) fn matches(&self, record: &Record) -> bool {
        match record.get(self.property) {
            Some(Value::String(text)) => text.eq_ignore_ascii_case(&self.wanted),
            Some(Value::Null) | None => false,
            Some(other) => other.to_string().eq_ignore_ascii_case(&self.wanted),
        }
    }
}

/// The filters that name a property; days and orders are left aside.
pub(super) fn filters(request: &Request) -> Vec<Filter> {
    let operation = request.operation;
    let of = |(name, wanted): &(String, String)| {
        let row = operation.parameters.iter().find(|row| row.name == name && row.place == Place::Query)?;
        let snake = names::snake(&row.name);
        let property = operation.resource.properties.iter().find(|property| property.key == snake)?;
        let is_plain =
            matches!(property.kind, Kind::Text | Kind::Phone | Kind::Enum(_) | Kind::Boolean | Kind::Integer);
        (is_plain && !wanted.is_empty()).then(|| Filter { property: property.key.as_str(), wanted: wanted.clone() })
    };
    request.arguments.pairs().iter().filter_map(of).collect()
}
