//! Records that no row makes, put where Twilio would have made them: alerts, recordings, transcriptions.

use ringback::{
    api, names,
    operation::{Operation, Resource, Segment, segments},
};
use serde_json::{Map, Value};

use super::{Place, check_parents, fill, made};
use crate::{Emulator, arguments::Arguments, prefixes, request::Request, sid, world::World};

/// Puts a record of any resource where rows read it, and gives it.
///
/// `{"resource": "monitor.v1.alerts", "path": {…}, "record": {…}}`: the path holds what the resource stands under, the
/// record any of its properties; what is missing is filled in, its id, too.
pub(crate) fn seed(world: &mut World, body: &Value) -> Result<Value, (u16, String)> {
    let bad = |why: String| (400, why);
    let name = body.get("resource").and_then(Value::as_str).ok_or_else(|| bad("resource is missing".into()))?;
    let resource = api::find_resource(name).ok_or_else(|| {
        let known = api::versions().iter().flat_map(|version| version.resources).map(|resource| resource.name);
        bad(format!("there is no resource {name}{}", did_you_mean(name, known)))
    })?;
    let record = object(body, "record")?;
    for key in record.keys() {
        if resource.properties.iter().all(|property| property.key != key) {
            let known = resource.properties.iter().map(|property| property.key.as_str());
            return Err(bad(format!("{key} is not a property of {name}{}", did_you_mean(key, known))));
        }
    }
    let operation = row_of(resource).ok_or_else(|| bad(format!("no operation reads {name}")))?;
    let request = request(operation, body, &record).map_err(bad)?;
    check_parents(world, &request).map_err(|refusal| (refusal.status, refusal.message))?;
    let place = Place::of(&request);
    let given = record.into_iter().collect::<Vec<_>>();
    let table = world.collections.table(&place.key);
    let id = fill::id(&request, resource, &given, table.count());
    let record = fill::record(&request, resource, &id, given, world.clock.now());
    table.remove(&id);
    table.insert(&id, record.clone());
    Ok(record.into())
}

fn object(body: &Value, name: &str) -> Result<Map<String, Value>, (u16, String)> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map.clone()),
        Some(_) => Err((400, format!("{name} must be an object"))),
    }
}

fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    names::nearest(name, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// A row whose path leads to a record of the resource, or else to its list.
fn row_of(resource: &'static Resource) -> Option<&'static Operation> {
    let rows = || resource.version.operations.iter().filter(|row| std::ptr::eq(row.resource, resource));
    rows().find(|row| made::own_id(row).is_some()).or_else(|| rows().next())
}

/// The request that would be about the record.
fn request(operation: &'static Operation, body: &Value, record: &Map<String, Value>) -> Result<Request, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let account = body.get("account_sid").map_or_else(|| Emulator::ACCOUNT_SID.to_owned(), text);
    let given = |name: &str| body.get("path")?.get(name).map(text);
    let last = made::own_id(operation);
    let mut path = String::new();
    let mut path_values = Vec::new();
    for segment in segments(operation.path) {
        match segment {
            Segment::Text(text) => path.push_str(text),
            Segment::Parameter(name) => {
                let own = || record.iter().find(|(key, _)| names::snake(key) == names::snake(name));
                let value = match given(name) {
                    Some(value) => value,
                    None if Some(name) == last => own().map_or_else(
                        || sid::make(prefixes::of(operation.product(), &operation.path)),
                        |(_, value)| text(value),
                    ),
                    None if name == "AccountSid" => account.clone(),
                    None => return Err(format!("path must hold {name}")),
                };
                path.push_str(&value);
                path_values.push((name, value));
            }
        }
    }
    let host = format!("{}.twilio.com", operation.product());
    Ok(Request { operation, path_values, arguments: Arguments::default(), headers: Vec::new(), path, host, account })
}
