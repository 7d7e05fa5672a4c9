//! From Twilio's JSON to Python's values.

use jiff::{
    civil,
    fmt::{rfc2822, strtime},
};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDate, PyDateTime, PyDict, PyList, PyString, PyTzInfo},
};
use ringback::operation::{Kind, Property};
use serde_json::Value;

use crate::{
    arguments,
    node::Node,
    once::{Once, intern},
};

/// JSON as dicts, lists, texts and numbers.
pub(crate) fn json<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(flag) => flag.into_bound_py_any(py),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into_bound_py_any(py),
            (None, Some(number)) => number.into_bound_py_any(py),
            (None, None) => number.as_f64().into_bound_py_any(py),
        },
        Value::String(text) => Ok(PyString::new(py, text).into_any()),
        Value::Array(values) => {
            let list = PyList::empty(py);
            for value in values {
                list.append(json(py, value)?)?;
            }
            Ok(list.into_any())
        }
        Value::Object(map) => {
            let dict = PyDict::new(py);
            for (key, value) in map {
                dict.set_item(key, json(py, value)?)?;
            }
            Ok(dict.into_any())
        }
    }
}

/// A property of an instance, as its kind is read; what is not of that kind stays as it came.
pub(crate) fn property<'py>(
    py: Python<'py>,
    node: &'static Node,
    row: &'static Property,
    value: &Value,
) -> PyResult<Bound<'py, PyAny>> {
    match (row.kind, value) {
        (Kind::Enum(index), Value::Array(values)) if row.list => {
            let list = PyList::empty(py);
            for value in values {
                list.append(one(py, node, Kind::Enum(index), value)?)?;
            }
            Ok(list.into_any())
        }
        _ if row.list => json(py, value),
        (kind, value) => one(py, node, kind, value),
    }
}

/// A value as one of the official package's decoders reads it; what is no JSON stays.
#[pyfunction]
pub(crate) fn decode<'py>(kind: &str, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = value.py();
    let kind = match kind {
        "date" => Kind::Date,
        "date_time" => Kind::DateTime,
        "rfc2822" => Kind::Rfc2822,
        "decimal" => Kind::Decimal,
        _ => Kind::LooseInteger,
    };
    match arguments::json("a value", value, arguments::Nulls::Kept, 0) {
        Ok(Some(json)) => scalar(py, kind, &json),
        _ => Ok(value.clone()),
    }
}

fn one<'py>(py: Python<'py>, node: &'static Node, kind: Kind, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match (kind, value) {
        (Kind::Enum(index), Value::String(text)) => node.enum_value(py, index, text),
        _ => scalar(py, kind, value),
    }
}

fn scalar<'py>(py: Python<'py>, kind: Kind, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match (kind, value) {
        (_, Value::Null) => Ok(py.None().into_bound(py)),
        (Kind::LooseInteger, Value::String(text)) => match text.trim().parse::<i64>() {
            Ok(number) => number.into_bound_py_any(py),
            Err(_) => json(py, value),
        },
        (Kind::LooseInteger, Value::Number(number)) if number.is_f64() => {
            py.get_type::<pyo3::types::PyInt>().call1((json(py, value)?,))
        }
        (Kind::Decimal, Value::String(text)) if !text.is_empty() => {
            arguments::decimal(py)?.call1((text,)).or_else(|_| json(py, value))
        }
        (Kind::Decimal, Value::Number(number)) if number.as_f64() != Some(0.0) => {
            arguments::decimal(py)?.call1((number.to_string(),))
        }
        (Kind::Date, Value::String(text)) => match strtime::parse("%Y-%m-%d", text).and_then(|parsed| parsed.to_date())
        {
            Ok(date) => Ok(PyDate::new(py, date.year().into(), small(date.month()), small(date.day()))?.into_any()),
            Err(_) => json(py, value),
        },
        (Kind::DateTime, Value::String(text)) => match date_time(text) {
            Some(moment) => utc(py, moment),
            None => json(py, value),
        },
        (Kind::Rfc2822, Value::String(text)) => match rfc2822::parse(text) {
            Ok(moment) => utc(py, moment.datetime()), // its zone is not looked at, as in the official library
            Err(_) => Ok(py.None().into_bound(py)),
        },
        _ => json(py, value),
    }
}

/// `2026-01-31T12:00:00Z` and nothing else: fractions and offsets stay text, as in the official library.
fn date_time(text: &str) -> Option<civil::DateTime> {
    let plain = text.strip_suffix('Z').filter(|plain| plain.len() == 19)?;
    strtime::parse("%Y-%m-%dT%H:%M:%S", plain).and_then(|parsed| parsed.to_datetime()).ok()
}

/// A moment, to the microsecond.
pub(crate) fn timestamp(py: Python<'_>, moment: jiff::Timestamp) -> PyResult<Bound<'_, PyAny>> {
    utc(py, jiff::tz::TimeZone::UTC.to_datetime(moment))
}

fn utc(py: Python<'_>, moment: civil::DateTime) -> PyResult<Bound<'_, PyAny>> {
    static UTC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let zone =
        UTC.kept(py, || py.import("datetime")?.getattr("timezone")?.getattr(intern!(py, "utc")).map(Bound::unbind))?;
    let zone = zone.bind(py).cast::<PyTzInfo>()?;
    let made = PyDateTime::new(
        py,
        moment.year().into(),
        small(moment.month()),
        small(moment.day()),
        small(moment.hour()),
        small(moment.minute()),
        small(moment.second()),
        u32::try_from(moment.subsec_nanosecond() / 1000).unwrap_or(0),
        Some(zone),
    )?;
    Ok(made.into_any())
}

/// A part of a date, which is never negative.
fn small(part: i8) -> u8 {
    part.unsigned_abs()
}
