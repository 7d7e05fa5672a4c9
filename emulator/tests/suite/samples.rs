//! Values that a row of the table takes, made from the row.

use ringback::{
    Value,
    operation::{Kind, Name, Operation, Parameter, Place, Segment, segments},
};
use serde_json::{Map, json};

/// How deep models are filled in; some hold themselves.
const DEPTH: usize = 8;

/// What rows do not say: parameters that some module for a product needs besides the required ones.
const NEEDED: &[(&str, &[&str])] = &[
    ("api.v2010.accounts.calls.create", &["Url"]),
    ("api.v2010.accounts.incoming_phone_numbers.create", &["PhoneNumber"]),
    ("api.v2010.accounts.messages.create", &["From", "MediaUrl", "ProvideFeedback"]),
    ("verify.v2.services.verification_checks.create", &["Code"]),
];

/// A path with `{}` for its parameters and without `.json`.
pub(crate) fn template(path: Name) -> String {
    let pieces = segments(path.as_str().strip_suffix(".json").unwrap_or(path.as_str())).map(|segment| match segment {
        Segment::Text(text) => text,
        Segment::Parameter(_) => "{}",
    });
    pieces.collect()
}

/// The parameters that an operation needs besides those of its path; `serial` makes them differ from call to call.
pub(crate) fn required(operation: &'static Operation, serial: usize) -> Vec<(&'static str, Value)> {
    let needed = NEEDED.iter().find(|(known, _)| *known == operation.name).map_or(&[][..], |(_, names)| names);
    let is_needed = |row: &&Parameter| (row.required && row.numbered.is_none()) || needed.contains(&row.name.as_str());
    operation
        .parameters
        .iter()
        .filter(is_needed)
        .map(|row| (row.name.as_str(), value(operation, row, serial)))
        .collect()
}

/// A value for a parameter.
pub(crate) fn value(operation: &'static Operation, row: &Parameter, serial: usize) -> Value {
    if row.place == Place::Body {
        return Value::Json(json_of(operation, row.kind, row.list, &row.name, serial, DEPTH));
    }
    let one = match row.kind {
        Kind::Json | Kind::Model(_) | Kind::PrefixedMap(_) => Value::Json(json!({ "serial": serial })),
        kind => text_of(operation, kind, &row.name, serial).into(),
    };
    if row.list { Value::List(vec![one.clone(), one]) } else { one }
}

/// The text of a parameter, by its kind and, where the kind says little, by its name.
fn text_of(operation: &'static Operation, kind: Kind, name: &str, serial: usize) -> String {
    match kind {
        Kind::Boolean => "true".into(),
        Kind::Integer | Kind::LooseInteger => "30".into(),
        Kind::Decimal | Kind::Float => "1.5".into(),
        Kind::Date => "2026-01-31".into(),
        Kind::DateTime | Kind::Rfc2822 => "2026-01-31T12:00:00Z".into(),
        Kind::Enum(_) => operation.enum_of(kind).unwrap().values[0].to_string(),
        _ if name == "From" => "+15557654321".into(),
        Kind::Phone => format!("+1555{:07}", 1_000_000 + serial),
        _ if name.ends_with("Url") => "https://example.com/hook".into(),
        _ if matches!(name, "To" | "PhoneNumber") => format!("+1555{:07}", 1_000_000 + serial),
        _ if name == "Channel" => "sms".into(),
        _ if name == "Code" => "000000".into(),
        _ => format!("sample {serial}"),
    }
}

/// JSON of a kind; a model has all its fields.
pub(crate) fn json_of(
    operation: &'static Operation,
    kind: Kind,
    list: bool,
    name: &str,
    serial: usize,
    depth: usize,
) -> serde_json::Value {
    if list {
        return vec![json_of(operation, kind, false, name, serial, depth)].into();
    }
    if let Some(model) = operation.model_of(kind) {
        let fields = model.fields.iter().filter(|field| field.required || depth > 0);
        let filled = fields.map(|field| {
            let value = json_of(operation, field.kind, field.list, &field.key, serial, depth.saturating_sub(1));
            (field.key.into(), value)
        });
        return filled.collect::<Map<_, _>>().into();
    }
    match kind {
        Kind::Json | Kind::PrefixedMap(_) => json!({ "serial": serial }),
        Kind::Boolean => true.into(),
        Kind::Integer | Kind::LooseInteger => 30.into(),
        Kind::Decimal | Kind::Float => 1.5.into(),
        kind => text_of(operation, kind, name, serial).into(),
    }
}

/// Text that no parameter of this kind takes, if the kind tells.
pub(crate) fn wrong(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Text | Kind::Phone | Kind::PrefixedMap(_) => None,
        Kind::Json | Kind::Model(_) => Some("{not JSON"),
        _ => Some("wrong!"),
    }
}

/// JSON that no field of this kind takes, if the kind tells.
pub(crate) fn wrong_json(kind: Kind) -> Option<serde_json::Value> {
    match kind {
        Kind::Json => None,
        Kind::Text | Kind::Phone => Some(json!({ "not": "text" })),
        _ => Some("wrong!".into()),
    }
}

/// Whether an answer's value is what its property says; what is not known is null.
pub(crate) fn is_of_kind(kind: Kind, list: bool, value: &serde_json::Value) -> bool {
    if value.is_null() {
        return true;
    }
    if list {
        return value.as_array().is_some_and(|values| values.iter().all(|value| is_of_kind(kind, false, value)));
    }
    match kind {
        Kind::Json | Kind::Model(_) | Kind::PrefixedMap(_) => true,
        Kind::Boolean => value.is_boolean(),
        Kind::Integer | Kind::LooseInteger | Kind::Float => value.is_number() || value.is_string(),
        _ => value.is_string(),
    }
}
