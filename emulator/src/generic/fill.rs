//! A record made from the properties of its resource.

use ringback::{
    names,
    operation::{Attach, Kind, Property, Resource, Segment, segments},
};
use serde_json::{Map, Value};

use super::{Record, id_parameter, read};
use crate::{clock::Moment, dates, prefixes, request::Request, sid};

/// Makes a record with its id.
pub(super) fn record(request: &Request, given: read::Given, now: Moment) -> (String, Record) {
    let resource = request.operation.resource;
    let has = |key: &str| resource.properties.iter().any(|property| property.key == key);
    let in_path = id_parameter(request.operation.path);
    let name = in_path.or_else(|| id_parameter(resource.instance_path?)).unwrap_or("Sid");
    let own = names::snake(name);
    let key = if has(&own) { own } else { "sid".to_owned() };
    let given_id = given.iter().find(|(name, _)| *name == key).and_then(|(_, value)| value.as_str());
    let id = match (in_path, given_id) {
        (Some(name), _) => request.path_value(name).to_owned(),
        (None, Some(id)) => id.to_owned(),
        (None, None) => sid::make(prefixes::of(request.operation.product(), request.operation.path)),
    };
    let mut record = Record::with_capacity(resource.properties.len());
    let path = address(request, in_path.is_some(), &id);
    for property in resource.properties {
        let value = match property.key.as_str() {
            text if text == key => id.as_str().into(),
            "account_sid" => request.account.as_str().into(),
            "sid" if property.kind == Kind::Text => match given_id {
                Some(_) => sid::make(prefixes::of(request.operation.product(), request.operation.path)).into(),
                None => id.as_str().into(),
            },
            "date_created" | "date_updated" => date(property.kind, now),
            "api_version" => "2010-04-01".into(),
            "uri" => format!("{path}.json").into(),
            "url" => format!("https://{}{path}", request.host).into(),
            "links" | "subresource_uris" => links(request, resource, &id),
            other => match request.path_values.iter().find(|(name, _)| names::snake(name) == other) {
                Some((_, value)) => value.as_str().into(),
                None => default(request, property),
            },
        };
        record.insert(property.key.into(), value);
    }
    change(request, &mut record, given, now);
    (id, record)
}

/// Puts what was given into the properties of the same name.
pub(super) fn change(request: &Request, record: &mut Record, given: read::Given, now: Moment) {
    let resource = request.operation.resource;
    for (name, value) in given {
        let named = resource.properties.iter().find(|property| property.key == name);
        let property = named.or_else(|| {
            let snake = names::snake(&name);
            resource.properties.iter().find(|property| names::snake(&property.key) == snake)
        });
        if let Some(property) = property {
            record.insert(property.key.into(), read::as_property(property, value));
        } else if let Some((outer, inner)) = name.split_once('_') {
            // `Totp.Issuer` is `issuer` in the property `totp`
            if let Some(Value::Object(map)) = record.get_mut(outer) {
                map.insert(inner.to_owned(), value);
            }
        }
    }
    if let Some(updated) = resource.properties.iter().find(|property| property.key == "date_updated") {
        record.insert("date_updated".to_owned(), date(updated.kind, now));
    }
}

fn date(kind: Kind, now: Moment) -> Value {
    match kind {
        Kind::Rfc2822 => dates::rfc2822(now).into(),
        Kind::Date => dates::day(now).into(),
        _ => dates::iso(now).into(),
    }
}

/// What a property holds that nobody gave.
fn default(request: &Request, property: &Property) -> Value {
    match property.kind {
        _ if property.list => Value::Array(Vec::new()),
        Kind::Boolean => false.into(),
        // a status starts with the first that Twilio lists
        Kind::Enum(_) if property.key == "status" => {
            let values = request.operation.enum_of(property.kind).map(|known| known.values).unwrap_or_default();
            values.first().map(|first| first.as_str()).into()
        }
        _ => Value::Null,
    }
}

/// The path of the record, without `.json`.
fn address(request: &Request, is_instance: bool, id: &str) -> String {
    let path = request.path.strip_suffix(".json").unwrap_or(&request.path);
    let has_own = request.operation.resource.instance_path.is_some() || request.operation.resource.list_path.is_some();
    match is_instance || !has_own || request.operation.verb != ringback::operation::Verb::Create {
        true => path.to_owned(),
        false => format!("{path}/{id}"),
    }
}

/// The addresses of what hangs on a record.
pub(crate) fn links(request: &Request, resource: &'static Resource, id: &str) -> Value {
    let mut links = Map::new();
    let children = resource.version.resources.iter().filter(|child| {
        child.attach == Attach::Instance && child.parent.is_some_and(|parent| std::ptr::eq(parent, resource))
    });
    for child in children {
        let Some(path) = child.list_path.or(child.instance_path) else { continue };
        let name = child.name.rsplit('.').next().unwrap_or_default();
        if let Some(path) = filled(request, resource, path, id) {
            let url = if path.starts_with("/2010-04-01/") { path } else { format!("https://{}{path}", request.host) };
            links.insert(name.to_owned(), url.into());
        }
    }
    links.into()
}

/// A path with the values of the request and the record's own id; none if more is open.
fn filled(request: &Request, resource: &Resource, path: &'static str, id: &str) -> Option<String> {
    // the record's own parameter is the one behind those of its parents
    let own = resource.instance_parameters.len().saturating_sub(1);
    let mut out = String::new();
    let parameters = segments(path).filter(|segment| matches!(segment, Segment::Parameter(_))).count();
    let mut index = 0;
    for segment in segments(path) {
        match segment {
            Segment::Text(text) => out.push_str(text),
            Segment::Parameter(_) if index == own => {
                out.push_str(id);
                index += 1;
            }
            Segment::Parameter(_) if index < own => {
                out.push_str(&request.path_values.get(index)?.1);
                index += 1;
            }
            Segment::Parameter(_) => return None,
        }
    }
    (parameters == index).then_some(out)
}
