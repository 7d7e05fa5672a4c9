//! A record made from the properties of its resource.

use ringback::{
    names,
    operation::{Attach, Kind, Name, Property, Resource, Segment, Verb, segments},
};
use serde_json::{Map, Value};

use super::{Record, made, read};
use crate::{clock::Moment, dates, prefixes, request::Request, sid};

/// The id of a new record of a resource: from the path, from what is given, or made; `count` records were there before.
pub(super) fn id(request: &Request, resource: &'static Resource, given: &read::Given, count: usize) -> String {
    if let Some(name) = made::own_id(request.operation) {
        return request.path_value(name).to_owned();
    }
    let own = own_property(request, resource);
    let key = own.map_or("sid", |property| property.key.as_str());
    let is_own = |name: &str| names::snake(name) == names::snake(key) || is_namesake(name, request.operation.path);
    let given = given.iter().find(|(name, _)| is_own(name)).and_then(|(_, value)| value.as_str());
    match given {
        Some(id) => id.to_owned(),
        None if own.is_some_and(|own| own.kind == Kind::Integer) => count.to_string(),
        None => sid::make(prefix(request)),
    }
}

/// The property that holds the id of a record.
fn own_property(request: &Request, resource: &Resource) -> Option<&'static Property> {
    let name = made::id_name(request.operation);
    let by_class = format!("{}Id", resource.class);
    // what is known by its name says it under another one
    let by_name = if name.ends_with("Name") { "displayName" } else { "sid" };
    [name, by_name, "sid", "id", &by_class].into_iter().find_map(|name| property_of(resource, name))
}

fn prefix(request: &Request) -> &'static str {
    match made::id_name(request.operation) {
        "BundleSid" => "BU",
        "CallSid" => "CA",
        _ => prefixes::of(request.operation.product(), &request.operation.path),
    }
}

/// Makes a record of a resource.
pub(super) fn record(
    request: &Request,
    resource: &'static Resource,
    id: &str,
    given: read::Given,
    now: Moment,
) -> Record {
    let key = own_property(request, resource).map_or("sid", |property| property.key.as_str());
    let mut record = Record::with_capacity(resource.properties.len());
    let path = address(request, id);
    let is_own = std::ptr::eq(resource, request.operation.resource);
    let namesakes = made::namesakes(request.operation).filter(|_| is_own);
    for property in [resource].into_iter().chain(namesakes).flat_map(|resource| resource.properties) {
        if record.contains_key(property.key.as_str()) {
            continue;
        }
        let value = match property.key.as_str() {
            text if text == key => read::as_property(property, id.into()),
            "account_sid" => request.account.as_str().into(),
            // a record that is known by another name has a sid, too
            "sid" if property.kind == Kind::Text => sid::make(prefix(request)).into(),
            "date_created" | "date_updated" => date(property.kind, now),
            "api_version" => "2010-04-01".into(),
            "uri" => format!("{path}.json").into(),
            "url" => format!("https://{}{path}", request.host).into(),
            "redirect_to" => read::redirect(&given).unwrap_or_else(|| format!("https://{}{path}", request.host)).into(),
            "links" | "subresource_uris" => links(request, resource, id),
            other => match request.path_values.iter().find(|(name, _)| names::snake(name) == other) {
                Some((_, value)) => value.as_str().into(),
                None => default(request, property),
            },
        };
        record.insert(property.key.into(), value);
    }
    put(resource, &mut record, given, now);
    record
}

/// The property that holds what a path parameter names.
fn property_of(resource: &Resource, name: &str) -> Option<&'static Property> {
    let snake = names::snake(name);
    resource.properties.iter().find(|property| names::snake(&property.key) == snake)
}

/// Whether a parameter names the thing that the list holds: `ShortCodeSid` for `ShortCodes`, whose records have its sid.
fn is_namesake(parameter: &str, path: Name) -> bool {
    let path = path.as_str();
    let list = path.strip_suffix(".json").unwrap_or(path).rsplit('/').next().unwrap_or_default();
    let stem = parameter.strip_suffix("_sid").unwrap_or_default();
    !stem.is_empty() && names::snake(list).starts_with(stem)
}

/// Puts what was given into the properties of the same name.
pub(super) fn put(resource: &Resource, record: &mut Record, given: read::Given, now: Moment) {
    for (name, value) in given {
        let named = resource.properties.iter().find(|property| property.key == name);
        if let Some(property) = named.or_else(|| property_of(resource, &name)) {
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
            values.first().map(|value| value.as_str()).into()
        }
        _ => Value::Null,
    }
}

/// The path of the record, without `.json`.
fn address(request: &Request, id: &str) -> String {
    let operation = request.operation;
    let path = request.path.strip_suffix(".json").unwrap_or(&request.path);
    match operation.verb == Verb::Create && made::own_id(operation).is_none() && !made::is_single(operation) {
        true => format!("{path}/{id}"),
        false => path.to_owned(),
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
fn filled(request: &Request, resource: &Resource, path: Name, id: &str) -> Option<String> {
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
