//! From Python's arguments to the core's values.

use jiff::{civil, tz::TimeZone};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{
        PyBool, PyDate, PyDateAccess, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTimeAccess,
        PyTuple, PyTzInfoAccess,
    },
};
use ringback::{
    Value,
    operation::{Enum, Kind, Parameter, Place},
};
use rust_decimal::Decimal;

use crate::{
    errors,
    once::{Import, intern},
    twiml,
};

/// How deep JSON may be nested.
const MAX_DEPTH: usize = 100;

/// What becomes of `None` inside of a dict or a list.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Nulls {
    /// It is left out, as from a JSON body.
    LeftOut,
    /// It is `null`: JSON that a form holds as text is the caller's document.
    Kept,
}

/// The value of a parameter as its row takes it; nothing if it is `None` or `unset`, which are left out.
pub(crate) fn parameter(row: &Parameter, wire: &str, given: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    let is_document = row.kind == Kind::Json && row.place != Place::Body;
    let nulls = if is_document { Nulls::Kept } else { Nulls::LeftOut };
    // a list is several values where a parameter has several, and else one document
    let is_list = given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>();
    if is_list && is_document && !row.list {
        return Ok(json(wire, given, nulls, 0)?.map(Value::Json));
    }
    value(wire, given, nulls)
}

/// The value of an argument; nothing if it is `None` or `unset`, which are left out.
///
/// `name` is the parameter in Twilio's spelling, for the error.
pub(crate) fn value(name: &str, given: &Bound<'_, PyAny>, nulls: Nulls) -> PyResult<Option<Value>> {
    let py = given.py();
    if given.is_none() || given.is(unset(py)?) {
        return Ok(None);
    }
    if let Ok(text) = given.cast::<PyString>() {
        return text_of(name, text).map(Value::Text).map(Some);
    }
    let made = if let Ok(flag) = given.cast::<PyBool>() {
        Value::Boolean(flag.is_true())
    } else if let Ok(number) = given.cast::<PyInt>() {
        match number.extract::<i64>() {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Text(text_of(name, &number.str()?)?), // Twilio says what is too large
        }
    } else if let Ok(number) = given.cast::<PyFloat>() {
        let number = number.extract::<f64>()?;
        if !number.is_finite() {
            return Err(errors::invalid_argument(py, format!("{name} is {number}, which is no number")));
        }
        Value::Float(number)
    } else if let Ok(moment) = given.cast::<PyDateTime>() {
        Value::DateTime(date_time(name, moment)?)
    } else if let Ok(date) = given.cast::<PyDate>() {
        Value::Date(date_of(name, date)?)
    } else if let Ok(list) = given.cast::<PyList>() {
        Value::List(values(name, list.iter(), nulls)?)
    } else if let Ok(tuple) = given.cast::<PyTuple>() {
        Value::List(values(name, tuple.iter(), nulls)?)
    } else if let Ok(dict) = given.cast::<PyDict>() {
        Value::Json(json(name, dict.as_any(), nulls, 0)?.unwrap_or_default())
    } else {
        return other(name, given, nulls).map(Some);
    };
    Ok(Some(made))
}

/// What is recognised by what it can do: enums, TwiML, decimals, models, mappings.
fn other(name: &str, given: &Bound<'_, PyAny>, nulls: Nulls) -> PyResult<Value> {
    let py = given.py();
    if given.is_instance(decimal(py)?)? {
        let text = given.call_method1(intern!(py, "__format__"), ("f",))?;
        let text = text_of(name, text.cast()?)?;
        return Ok(text.parse::<Decimal>().map_or(Value::Text(text), Value::Decimal));
    }
    if let Ok(document) = given.cast::<twiml::TwiML>() {
        return document.get().xml(py).map(Value::Text);
    }
    if given.hasattr(intern!(py, "to_xml"))? {
        return text_of(name, &given.str()?).map(Value::Text);
    }
    if given.is_instance(enumeration(py)?)? {
        let inner = given.getattr(intern!(py, "value"))?;
        return value(name, &inner, nulls)?.ok_or_else(|| wrong_type(name, given));
    }
    match json(name, given, nulls, 0) {
        Ok(json) => Ok(Value::Json(json.unwrap_or_default())),
        Err(error) => Err(error),
    }
}

fn values<'py>(name: &str, given: impl Iterator<Item = Bound<'py, PyAny>>, nulls: Nulls) -> PyResult<Vec<Value>> {
    let mut values = Vec::new();
    for given in given {
        values.extend(value(name, &given, nulls)?);
    }
    Ok(values)
}

/// Refuses a value of another enum where one of this enum is wanted; plain text may be newer than the table.
pub(crate) fn check_enum(name: &str, row: &Enum, given: &Bound<'_, PyAny>) -> PyResult<()> {
    static TEXT_ENUM: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if given.is_exact_instance_of::<PyString>() || given.is_none() {
        return Ok(());
    }
    let py = given.py();
    if let Ok(list) = given.cast::<PyList>() {
        return list.iter().try_for_each(|item| check_enum(name, row, &item));
    }
    let is_enum = given.is_instance(TEXT_ENUM.imported(py, "ringback._enums", "TextEnum")?)?;
    if is_enum && !row.values.iter().any(|known| given.eq(known.as_str()).unwrap_or(false)) {
        let class = given.get_type().qualname()?;
        return Err(errors::invalid_argument(py, format!("{name} takes a value of {}, not of {class}", row.class)));
    }
    Ok(())
}

/// Binds path parameters, each with its name in Python, and gives their values up to the first that is not given.
pub(crate) fn path_values(
    callee: &str,
    wanted: &[(&str, String)],
    required: usize,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<String>> {
    let mut values = Vec::with_capacity(wanted.len());
    let mut named = kwargs.map_or(0, |kwargs| kwargs.len());
    for (at, (wire, name)) in wanted.iter().enumerate() {
        let by_name = || kwargs.map(|kwargs| kwargs.get_item(name)).transpose().map(Option::flatten);
        let given = match args.get_item(at).ok() {
            Some(given) => Some(given),
            None => by_name()?.inspect(|_| named = named.saturating_sub(1)),
        };
        match given {
            Some(given) if at < required || !given.is_none() => values.push(identifier(wire, &given)?),
            None if at < required => {
                let message = format!("{callee}() missing 1 required positional argument: '{name}'");
                return Err(PyTypeError::new_err(message));
            }
            _ => break,
        }
    }
    if args.len() > wanted.len() || named != 0 {
        let names: Vec<&str> = wanted.iter().map(|(_, name)| name.as_str()).collect();
        return Err(PyTypeError::new_err(format!("{callee}() takes only {}", names.join(", "))));
    }
    Ok(values)
}

/// A value for a path: text, or a number, as text.
fn identifier(name: &str, given: &Bound<'_, PyAny>) -> PyResult<String> {
    match value(name, given, Nulls::LeftOut)? {
        Some(Value::Text(text)) => Ok(text),
        Some(Value::Integer(number)) => Ok(number.to_string()),
        _ => Err(errors::invalid_argument(given.py(), format!("{name} takes text"))),
    }
}

/// Text; a lone surrogate cannot be written in UTF-8.
pub(crate) fn text_of(name: &str, given: &Bound<'_, PyString>) -> PyResult<String> {
    given.to_str().map(str::to_owned).map_err(|_| {
        errors::invalid_argument(given.py(), format!("{name} holds a lone surrogate, which is not valid Unicode"))
    })
}

/// JSON of anything that is made of dicts, lists, texts and numbers; nothing for `None` that is left out.
pub(crate) fn json(
    name: &str,
    given: &Bound<'_, PyAny>,
    nulls: Nulls,
    depth: usize,
) -> PyResult<Option<serde_json::Value>> {
    let py = given.py();
    if depth > MAX_DEPTH {
        return Err(errors::invalid_argument(py, format!("{name} is nested deeper than {MAX_DEPTH} levels")));
    }
    if given.is_none() {
        return Ok((nulls == Nulls::Kept && depth > 0).then_some(serde_json::Value::Null));
    }
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(Some(text_of(name, text)?.into()));
    }
    if let Ok(flag) = given.cast::<PyBool>() {
        return Ok(Some(flag.is_true().into()));
    }
    if let Ok(number) = given.cast::<PyInt>() {
        let number = number.extract::<i64>().map_err(|_| {
            errors::invalid_argument(py, format!("{name} holds a number that does not fit into 64 bits"))
        })?;
        return Ok(Some(number.into()));
    }
    if let Ok(number) = given.cast::<PyFloat>() {
        let number = serde_json::Number::from_f64(number.extract()?);
        let number = number.ok_or_else(|| errors::invalid_argument(py, format!("{name} holds what is no number")))?;
        return Ok(Some(number.into()));
    }
    let items = given.cast::<PyList>().map(|list| list.iter().collect::<Vec<_>>());
    if let Ok(items) = items.or_else(|_| given.cast::<PyTuple>().map(|tuple| tuple.iter().collect())) {
        let mut array = Vec::with_capacity(items.len());
        for item in items {
            array.extend(json(name, &item, nulls, depth + 1)?);
        }
        return Ok(Some(array.into()));
    }
    if let Ok(mapping) = given.cast::<PyMapping>() {
        let mut object = serde_json::Map::new();
        for item in mapping.items()?.iter() {
            let (key, item) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
            let key = key.cast::<PyString>().map_err(|_| wrong_type(name, &key))?;
            if let Some(item) = json(name, &item, nulls, depth + 1)? {
                object.insert(text_of(name, key)?, item);
            }
        }
        return Ok(Some(object.into()));
    }
    if given.hasattr(intern!(py, "to_dict"))? {
        return json(name, &given.call_method0(intern!(py, "to_dict"))?, nulls, depth + 1);
    }
    Err(wrong_type(name, given))
}

fn wrong_type(name: &str, given: &Bound<'_, PyAny>) -> PyErr {
    let class = given.get_type().qualname().map_or_else(|_| "this".to_owned(), |name| name.to_string());
    errors::invalid_argument(given.py(), format!("{name} cannot take a value of type {class}"))
}

/// A moment: in UTC if it has a zone; without one it is taken as it stands.
pub(crate) fn date_time(name: &str, given: &Bound<'_, PyDateTime>) -> PyResult<jiff::Timestamp> {
    let py = given.py();
    let moved;
    let moment = if given.get_tzinfo().is_some() {
        let utc = py.import("datetime")?.getattr("timezone")?.getattr(intern!(py, "utc"))?;
        moved = given.call_method1(intern!(py, "astimezone"), (utc,))?;
        moved.cast::<PyDateTime>()?
    } else {
        given
    };
    let time = civil::Time::new(
        small(moment.get_hour()),
        small(moment.get_minute()),
        small(moment.get_second()),
        i32::try_from(moment.get_microsecond() * 1000).unwrap_or(0),
    );
    let date = date_of(name, moment.cast::<PyDate>()?)?;
    time.and_then(|time| TimeZone::UTC.to_timestamp(date.to_datetime(time)))
        .map_err(|_| errors::invalid_argument(py, format!("{name} is a moment that cannot be sent")))
}

fn date_of(name: &str, given: &Bound<'_, PyDate>) -> PyResult<civil::Date> {
    civil::Date::new(i16::try_from(given.get_year()).unwrap_or(0), small(given.get_month()), small(given.get_day()))
        .map_err(|_| errors::invalid_argument(given.py(), format!("{name} is a day that cannot be sent")))
}

fn small(part: u8) -> i8 {
    i8::try_from(part).unwrap_or(0)
}

/// What stands for an argument that was not given.
pub(crate) fn unset(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static UNSET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    UNSET.imported(py, "ringback._values", "unset")
}

/// The class of Python for numbers that are not rounded.
pub(crate) fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    DECIMAL.imported(py, "decimal", "Decimal")
}

fn enumeration(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static ENUM: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    ENUM.imported(py, "enum", "Enum")
}
