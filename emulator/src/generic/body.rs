//! JSON bodies, checked against the models of the table.

use ringback::operation::{Kind, Operation};
use serde_json::Value;

use super::read::{enum_value, is_day, is_moment};
use crate::validate;

/// What is wrong with a body.
pub(super) enum Wrong {
    /// A required field is not there.
    Missing(String),
    /// A field is of another type than its model says.
    Invalid(String),
}

/// Checks a value, and everything in it, against its kind; `path` is its name in what is said of it.
pub(super) fn check(operation: &Operation, kind: Kind, list: bool, value: &Value, path: &str) -> Result<(), Wrong> {
    if list {
        let Value::Array(values) = value else { return Err(Wrong::Invalid(path.to_owned())) };
        return values
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| check(operation, kind, false, value, &format!("{path}[{index}]")));
    }
    if let Some(model) = operation.model_of(kind) {
        let Value::Object(map) = value else { return Err(Wrong::Invalid(path.to_owned())) };
        // unknown fields are left aside, as unknown parameters are
        return model.fields.iter().try_for_each(|field| {
            let inner = if path.is_empty() { field.key.into() } else { format!("{path}.{}", field.key) };
            match map.get(&*field.key) {
                None | Some(Value::Null) if field.required => Err(Wrong::Missing(inner)),
                None | Some(Value::Null) => Ok(()),
                Some(value) => check(operation, field.kind, field.list, value, &inner),
            }
        });
    }
    match is_of_kind(operation, kind, value) {
        true => Ok(()),
        false => Err(Wrong::Invalid(path.to_owned())),
    }
}

fn is_of_kind(operation: &Operation, kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Text | Kind::Phone, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) | (Kind::Json, _) => true,
        (Kind::Boolean, Value::String(text)) => validate::boolean(text).is_some(),
        (Kind::Integer | Kind::LooseInteger, Value::Number(number)) => number.is_i64() || number.is_u64(),
        (Kind::Integer | Kind::LooseInteger, Value::String(text)) => text.parse::<i64>().is_ok(),
        (Kind::Decimal | Kind::Float, Value::Number(_)) => true,
        (Kind::Decimal | Kind::Float, Value::String(text)) => text.parse::<f64>().is_ok(),
        (Kind::Date, Value::String(text)) => is_day(text),
        (Kind::DateTime | Kind::Rfc2822, Value::String(text)) => is_moment(text),
        (Kind::Enum(_), Value::String(text)) => enum_value(operation, kind, text).is_some(),
        (Kind::PrefixedMap(_), Value::Object(_)) => true,
        _ => false,
    }
}
