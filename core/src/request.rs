//! From an operation and its parameters to what goes on the wire.

use std::{borrow::Cow, fmt::Write};

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::{
    Error, Params, Result, Value, names,
    operation::{Body, Kind, Operation, Place, Segment, Standard, segments},
};

/// A request, ready to be sent to a product's host.
#[derive(Clone, Debug)]
pub(crate) struct WireRequest {
    pub(crate) operation: &'static Operation,
    /// The path with its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Bytes,
    /// What its status callbacks carry.
    pub(crate) correlation_id: Option<String>,
}

/// The query parameters with which a list of the older standard is walked; its rows leave them out.
const PAGING: [&str; 3] = ["PageSize", "Page", "PageToken"];

/// What a path segment cannot hold as it is.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl WireRequest {
    /// Puts every parameter in its place; `account_sid` fills a path that names no account.
    pub(crate) fn new(operation: &'static Operation, params: &Params, account_sid: &str) -> Result<Self> {
        let mut request = Self {
            operation,
            path: String::new(),
            headers: Vec::new(),
            content_type: None,
            body: Bytes::new(),
            correlation_id: None,
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut form = form_urlencoded::Serializer::new(String::new());
        let mut path_values: Vec<(&'static str, String)> = Vec::new();
        let mut seen: Vec<Cow<'static, str>> = Vec::with_capacity(8);

        for (name, value) in params.iter() {
            if matches!(value, Value::Unset) {
                continue;
            }
            let exact = operation.parameters.iter().find(|parameter| parameter.name == name);
            if exact.is_none()
                && let Some(known) = path_parameter(operation, name)
            {
                path_values.push((known, text(known, Kind::Text, value)?));
                continue;
            }
            let Some(parameter) = exact.or_else(|| operation.parameter(name)) else {
                let known = paging_parameter(operation, name).ok_or_else(|| unknown(operation, name))?;
                once(&mut seen, Cow::Borrowed(known))?;
                query.append_pair(known, &text(known, Kind::Text, value)?);
                continue;
            };
            if parameter.numbered.is_some() && parameter.name == name {
                return Err(Error::invalid_argument(format!("{name} needs a number from 1 in place of #")));
            }
            let wire = parameter.wire_name(name);
            once(&mut seen, wire.clone())?;
            match parameter.place {
                Place::Query => append(&mut query, &wire, parameter.kind, parameter.list, value)?,
                Place::Form => append(&mut form, &wire, parameter.kind, parameter.list, value)?,
                Place::Header => request.headers.push((parameter.name.as_str(), header(&parameter.name, value)?)),
                Place::Body => request.body = body(&parameter.name, value)?,
            }
        }

        if operation.records.is_none() {
            let missing =
                operation.parameters.iter().find(|row| row.required && !seen.iter().any(|seen| row.name == **seen));
            if let Some(row) = missing {
                return Err(Error::invalid_argument(format!("{} is required by {operation}", row.name)));
            }
        }
        request.path = path(operation, &path_values, account_sid)?;
        let query = query.finish();
        if !query.is_empty() {
            request.path.push('?');
            request.path.push_str(&query);
        }
        request.content_type = operation.body.content_type();
        match operation.body {
            Body::Form => request.body = form.finish().into(),
            // nothing at all is no JSON
            Body::Json(_) if request.body.is_empty() => request.body = Bytes::from_static(b"{}"),
            Body::Empty | Body::Json(_) => {}
        }
        Ok(request)
    }

    /// A request for a page whose path and query an answer gave.
    pub(crate) fn of_page(operation: &'static Operation, path: String) -> Self {
        Self { operation, path, headers: Vec::new(), content_type: None, body: Bytes::new(), correlation_id: None }
    }

    /// The path and its query with this parameter in place of the one of its name.
    pub(crate) fn path_with(&self, name: &str, value: &str) -> String {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let others = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known != name);
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair(name, value).finish();
        format!("{path}?{query}")
    }

    /// The path without the query, as errors show it.
    pub(crate) fn bare_path(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

/// The path of an operation without its query, from the parameters that stand in it.
pub(crate) fn bare_path(operation: &'static Operation, params: &Params, account_sid: &str) -> Result<String> {
    let mut values = Vec::new();
    for (name, value) in params.iter() {
        let known = path_parameter(operation, name).ok_or_else(|| unknown(operation, name))?;
        values.push((known, text(known, Kind::Text, value)?));
    }
    path(operation, &values, account_sid)
}

/// Notes a name on the wire, which no second spelling may lead to.
fn once(seen: &mut Vec<Cow<'static, str>>, wire: Cow<'static, str>) -> Result<()> {
    if seen.contains(&wire) {
        return Err(Error::invalid_argument(format!("{wire} is given twice, in both spellings of its name")));
    }
    seen.push(wire);
    Ok(())
}

/// The path parameter of this name; in braces, as in the path, it is meant even where a form has one of the same name.
fn path_parameter(operation: &'static Operation, name: &str) -> Option<&'static str> {
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    operation.path_parameters().find(|known| *known == name || names::is_parameter(known, name))
}

fn paging_parameter(operation: &Operation, name: &str) -> Option<&'static str> {
    let known = PAGING.into_iter().find(|known| *known == name || names::parameter(known) == name);
    known.filter(|_| operation.records.is_some() && operation.resource.version.standard == Standard::V0)
}

fn unknown(operation: &'static Operation, name: &str) -> Error {
    let known = operation.path_parameters().chain(operation.parameters.iter().map(|parameter| parameter.name.as_str()));
    let near = names::nearest(name, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    Error::invalid_argument(format!("{name} is not a parameter of {operation}{near}"))
}

/// Fills the path; a value can never end its segment.
fn path(operation: &'static Operation, values: &[(&'static str, String)], account_sid: &str) -> Result<String> {
    let mut out = String::with_capacity(operation.path.len() + 40);
    for segment in segments(operation.path) {
        match segment {
            Segment::Text(text) => out.push_str(text),
            Segment::Parameter(name) => {
                let given = values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
                let value = match given {
                    Some(value) => value,
                    None if name == "AccountSid" => account_sid,
                    None => return Err(Error::invalid_argument(format!("{name} is required by {operation}"))),
                };
                check_segment(name, value)?;
                write!(out, "{}", utf8_percent_encode(value, SEGMENT)).map_err(|_| Error::invalid_argument(name))?;
            }
        }
    }
    Ok(out)
}

/// Refuses what cannot be one segment of a path.
///
/// Names and addresses may hold anything and are written encoded; an identifier with a character that ends a segment
/// is a mistake, such as a path given in place of a sid.
fn check_segment(name: &str, value: &str) -> Result<()> {
    if value.is_empty() || value == "." || value == ".." {
        return Err(Error::invalid_argument(format!("{name} must not be empty, '.' or '..'")));
    }
    if value.chars().any(char::is_control) {
        return Err(Error::invalid_argument(format!("{name} holds a control character")));
    }
    match value.chars().find(|letter| matches!(letter, '/' | '\\' | '?' | '#' | '%')) {
        Some(letter) if name.ends_with("Sid") || name.ends_with("Id") => {
            Err(Error::invalid_argument(format!("{name} holds {letter:?}, which no identifier has")))
        }
        _ => Ok(()),
    }
}

type Form<'a> = form_urlencoded::Serializer<'a, String>;

fn append(form: &mut Form<'_>, name: &str, kind: Kind, list: bool, value: &Value) -> Result<()> {
    match (kind, value) {
        (_, Value::List(values)) if list => {
            for value in values.iter().filter(|value| !matches!(value, Value::Unset)) {
                form.append_pair(name, &text(name, kind, value)?);
            }
        }
        (kind, Value::Json(serde_json::Value::Array(values))) if list => {
            for value in values {
                form.append_pair(name, &text(name, kind, &of_json(value))?);
            }
        }
        (Kind::PrefixedMap(prefix), value) => {
            let read;
            let map = match value {
                Value::Json(json) => json,
                Value::Text(text) => {
                    read = serde_json::from_str(text).unwrap_or_default();
                    &read
                }
                _ => &serde_json::Value::Null,
            };
            let wrong = || Error::invalid_argument(format!("{name} takes a JSON object, not {}", what(value)));
            for (key, value) in map.as_object().ok_or_else(wrong)? {
                flatten(form, &format!("{prefix}.{key}"), value);
            }
        }
        _ => {
            form.append_pair(name, &text(name, kind, value)?);
        }
    }
    Ok(())
}

/// The JSON body: a value as it is, and text as the JSON that it holds.
fn body(name: &str, value: &Value) -> Result<Bytes> {
    let json = match value {
        Value::Text(text) => serde_json::from_str(text).map_err(|cause| {
            Error::invalid_argument(format!("{name} takes JSON, and this text is none")).with_source(cause)
        })?,
        Value::List(_) | Value::Json(_) => json(value),
        _ => return Err(Error::invalid_argument(format!("{name} takes JSON, not {}", what(value)))),
    };
    Ok(json.to_string().into())
}

/// `{"a": {"b": 1}}` under `AddOns` becomes `AddOns.a.b=1`.
fn flatten(form: &mut Form<'_>, name: &str, value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                flatten(form, &format!("{name}.{key}"), value);
            }
        }
        serde_json::Value::Null => {}
        serde_json::Value::String(text) => {
            form.append_pair(name, text);
        }
        other => {
            form.append_pair(name, &other.to_string());
        }
    }
}

/// Writes one value as its kind is written on the wire.
fn text(name: &str, kind: Kind, value: &Value) -> Result<String> {
    let wrong = |takes: &str| Err(Error::invalid_argument(format!("{name} takes {takes}, not {}", what(value))));
    let out = match (kind, value) {
        (Kind::Boolean, Value::Text(text)) => text.to_lowercase(),
        (Kind::Boolean, Value::Boolean(flag)) => flag.to_string(),
        (Kind::Boolean, _) => return wrong("true or false"),
        (Kind::Integer | Kind::LooseInteger, Value::Text(_) | Value::Integer(_)) => plain(value),
        (Kind::Integer | Kind::LooseInteger, _) => return wrong("a whole number"),
        (Kind::Decimal | Kind::Float, Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Decimal(_)) => {
            plain(value)
        }
        (Kind::Decimal | Kind::Float, _) => return wrong("a number"),
        (Kind::Date, Value::Date(date)) => date.to_string(),
        (Kind::Date, Value::DateTime(moment)) => moment.strftime("%Y-%m-%d").to_string(),
        (Kind::Date, Value::Text(text)) => text.clone(),
        (Kind::Date, _) => return wrong("a date"),
        (Kind::DateTime | Kind::Rfc2822, Value::DateTime(moment)) => moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        (Kind::DateTime | Kind::Rfc2822, Value::Date(date)) => format!("{date}T00:00:00Z"),
        (Kind::DateTime | Kind::Rfc2822, Value::Text(text)) => text.clone(),
        (Kind::DateTime | Kind::Rfc2822, _) => return wrong("a date and time"),
        (Kind::Json | Kind::Model(_) | Kind::PrefixedMap(_), Value::Text(text)) => text.clone(),
        (Kind::Json | Kind::Model(_) | Kind::PrefixedMap(_), _) => json(value).to_string(),
        (Kind::Text | Kind::Phone | Kind::Enum(_), Value::List(_)) => return wrong("one value"),
        // ContentVariables and its like are declared as text and hold JSON
        (Kind::Text, Value::Json(json)) => json.to_string(),
        (Kind::Enum(_), Value::Json(_)) => return wrong("text"),
        // as a number it has lost its plus sign, and who knows what else
        (Kind::Phone, Value::Text(text)) => text.clone(),
        (Kind::Phone, _) => return wrong("text"),
        (Kind::Text | Kind::Enum(_), _) => plain(value),
    };
    check_text(name, &out)?;
    Ok(out)
}

/// Text may have lines and tabs; other control characters are a mistake that no phone shows.
fn check_text(name: &str, text: &str) -> Result<()> {
    match text.chars().find(|letter| letter.is_ascii_control() && !matches!(letter, '\t' | '\n' | '\r')) {
        Some(letter) => {
            Err(Error::invalid_argument(format!("{name} holds the control character U+{:04X}", u32::from(letter))))
        }
        None => Ok(()),
    }
}

fn header(name: &str, value: &Value) -> Result<String> {
    let text = text(name, Kind::Text, value)?;
    if text.chars().any(char::is_control) {
        return Err(Error::invalid_argument(format!("{name} holds a control character")));
    }
    Ok(text)
}

/// A value without regard to the kind of its parameter.
fn plain(value: &Value) -> String {
    match value {
        Value::Unset => String::new(),
        Value::Text(text) => text.clone(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::DateTime(moment) => moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Value::List(_) | Value::Json(_) => json(value).to_string(),
    }
}

/// An element of a JSON array as a value of its own: its text without quotes.
fn of_json(value: &serde_json::Value) -> Value {
    value.as_str().map_or_else(|| Value::Json(value.clone()), Value::from)
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Unset => serde_json::Value::Null,
        Value::Boolean(flag) => (*flag).into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::List(values) => values.iter().map(json).collect(),
        Value::Json(json) => json.clone(),
        other => plain(other).into(),
    }
}

fn what(value: &Value) -> &'static str {
    match value {
        Value::Unset => "nothing",
        Value::Text(_) => "text",
        Value::Boolean(_) => "a boolean",
        Value::Integer(_) => "a whole number",
        Value::Float(_) | Value::Decimal(_) => "a number",
        Value::Date(_) => "a date",
        Value::DateTime(_) => "a date and time",
        Value::List(_) => "a list",
        Value::Json(_) => "JSON",
    }
}
