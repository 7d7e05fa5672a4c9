//! Arguments, checked against the parameters of the row.

use ringback::{
    names,
    operation::{Kind, Operation, Parameter, Place, Property},
};
use serde_json::Value;

use super::{
    Record,
    body::{self, Wrong},
};
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
    let operation = request.operation;
    let mut given = Given::new();
    for row in operation.parameters.iter().filter(|row| row.numbered.is_none()) {
        match row.place {
            Place::Body => given.extend(json(request, row)?),
            Place::Header => {
                let text = request.header(&row.name).filter(|text| !text.is_empty());
                present(request, row, text.is_some(), "headers")?;
                text.map(|text| value(request, row, text)).transpose()?;
            }
            Place::Query | Place::Form => {
                let place = if row.place == Place::Query { "query" } else { "post body" };
                present(request, row, request.get(&row.name).is_some(), place)?;
                let texts = request.arguments.pairs().iter().filter(|(name, _)| row.name == name);
                let mut values = texts.map(|(_, text)| value(request, row, text)).collect::<Outcome<Vec<_>>>()?;
                if !values.is_empty() {
                    let value = if row.list { Value::Array(values) } else { values.swap_remove(0) };
                    given.push((names::snake(&row.name), value));
                }
            }
        }
    }
    Ok(given)
}

/// Refuses a value of the wrong type, for modules that look at their parameters one by one.
pub(crate) fn check_kinds(request: &Request) -> Outcome<()> {
    for (name, text) in request.arguments.pairs() {
        if let Some(row) = request.operation.parameters.iter().find(|row| row.name == name) {
            value(request, row, text)?;
        }
    }
    Ok(())
}

/// Refuses a request without a parameter that it needs.
fn present(request: &Request, row: &Parameter, is_there: bool, place: &str) -> Outcome<()> {
    match row.required && !is_there {
        true => Err(refusal(request, format!("Missing required parameter {} in the {place}", row.name))),
        false => Ok(()),
    }
}

/// Reads a JSON body; its fields are given under their keys.
fn json(request: &Request, row: &Parameter) -> Outcome<Given> {
    let json = request.arguments.json();
    present(request, row, json.is_some(), "request body")?;
    let Some(json) = json else { return Ok(Given::new()) };
    body::check(request.operation, row.kind, row.list, json, "").map_err(|wrong| match wrong {
        Wrong::Missing(field) => refusal(request, format!("Missing required parameter {field} in the request body")),
        Wrong::Invalid(field) if field.is_empty() => refusal(request, format!("Invalid parameter: {}", row.name)),
        Wrong::Invalid(field) => refusal(request, format!("Invalid parameter: {field}")),
    })?;
    Ok(json.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn refusal(request: &Request, message: String) -> Refusal {
    match request.operation.product() {
        "verify" => Refusal::bad(60200, message),
        _ => Refusal::bad(20001, message),
    }
}

/// Reads one value of a parameter.
fn value(request: &Request, row: &Parameter, text: &str) -> Outcome<Value> {
    if text.is_empty() {
        return Ok(Value::from(""));
    }
    let wrong = || refusal(request, format!("Invalid parameter: {}", row.name));
    Ok(match row.kind {
        Kind::Boolean => validate::boolean(text).ok_or_else(wrong)?.into(),
        Kind::Integer | Kind::LooseInteger => text.parse::<i64>().map_err(|_| wrong())?.into(),
        Kind::Decimal | Kind::Float if text.parse::<f64>().is_err() => return Err(wrong()),
        Kind::Date if !is_day(text) => return Err(wrong()),
        Kind::DateTime | Kind::Rfc2822 if !is_moment(text) => return Err(wrong()),
        // an untyped parameter is text or JSON, and what begins like JSON must be some
        Kind::Json | Kind::Model(_) => match serde_json::from_str(text) {
            Ok(json) => json,
            Err(_) if text.starts_with(['{', '[']) => return Err(wrong()),
            Err(_) => text.into(),
        },
        Kind::Enum(_) => enum_value(request.operation, row.kind, text).ok_or_else(wrong)?.into(),
        _ => text.into(),
    })
}

/// Whether a text is a day.
pub(super) fn is_day(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok()
}

/// Whether a text is a moment, or the day that one falls on.
pub(super) fn is_moment(text: &str) -> bool {
    dates::parse(text).is_some() || is_day(text)
}

/// The value of an enum that a text means, in any case.
pub(super) fn enum_value(operation: &Operation, kind: Kind, text: &str) -> Option<&'static str> {
    operation.enum_of(kind)?.values.iter().find(|value| value.eq_ignore_ascii_case(text)).map(|value| value.as_str())
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

/// Where a redirect leads that was asked for.
pub(super) fn redirect(given: &Given) -> Option<String> {
    let (_, url) = given.iter().find(|(name, _)| name == "redirect_uri")?;
    url.as_str().map(str::to_owned)
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
