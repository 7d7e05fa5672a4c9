//! Answers every row that no module answers for, from the row itself: make, read, list, change, remove.

mod fill;
mod read;

use std::collections::HashMap;

use ringback::{
    api,
    operation::{Operation, Segment, Verb, segments},
};
use serde_json::{Map, Value};

use crate::{
    answer::{Answer, Outcome},
    paging,
    request::Request,
    store::Table,
    world::World,
};

pub(crate) use self::fill::links;

/// A resource as its JSON.
pub(crate) type Record = Map<String, Value>;

/// The records that were made, under the account and the path of their list.
#[derive(Debug, Default)]
pub(crate) struct Collections(HashMap<String, Table<Record>>);

/// The name of a collection: the account, the product and the path of the list without `.json`.
pub(crate) fn key(account: &str, product: &str, path: &str) -> String {
    format!("{account} {product}{}", path.strip_suffix(".json").unwrap_or(path))
}

impl Collections {
    /// A record by its sid or its unique name.
    pub(crate) fn get(&self, key: &str, id: &str) -> Option<&Record> {
        let table = self.0.get(key)?;
        table.get(id).or_else(|| table.oldest_first().find(|record| has_name(record, id)))
    }

    fn get_mut(&mut self, key: &str, id: &str) -> Option<&mut Record> {
        let table = self.0.get_mut(key)?;
        let id = match table.get(id) {
            Some(_) => id.to_owned(),
            None => table.entries().find(|(_, record)| has_name(record, id))?.0.to_owned(),
        };
        table.get_mut(&id)
    }

    /// A whole collection.
    pub(crate) fn table(&mut self, key: &str) -> &mut Table<Record> {
        self.0.entry(key.to_owned()).or_default()
    }
}

fn has_name(record: &Record, name: &str) -> bool {
    record.get("unique_name").and_then(Value::as_str) == Some(name)
}

/// The place that a path names.
struct Place {
    /// The collection.
    key: String,
    /// The record in it; none for a path that ends in a word.
    id: Option<String>,
}

impl Place {
    fn of(request: &Request) -> Self {
        let path = request.path.strip_suffix(".json").unwrap_or(&request.path);
        let product = request.operation.product();
        match id_parameter(request.operation.path) {
            None => Self { key: key(&request.account, product, path), id: None },
            Some(name) => {
                let list = path.rsplit_once('/').map_or(path, |(list, _)| list);
                Self { key: key(&request.account, product, list), id: Some(request.path_value(name).to_owned()) }
            }
        }
    }
}

/// The parameter with which a path ends.
fn id_parameter(path: &'static str) -> Option<&'static str> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let inside = path.rsplit('/').next()?.strip_prefix('{')?.strip_suffix('}')?;
    Some(inside)
}

/// Answers a request from its row.
pub(crate) fn handle(world: &mut World, request: &Request) -> Outcome {
    check_parents(world, request)?;
    let place = Place::of(request);
    match (request.operation.verb, &place.id) {
        (Verb::List, _) => list(world, request, &place.key),
        (Verb::Create, None) => create(world, request).map(|record| written(request, record)),
        (Verb::Create | Verb::Update | Verb::Patch, Some(id)) => update(world, request, &place.key, id),
        (Verb::Fetch, Some(id)) => fetch(world, request, &place.key, id),
        (Verb::Delete, Some(id)) => delete(world, request, &place.key, id),
        (Verb::Fetch, None) => Ok(Answer::json(request.operation.status, single(world, request, &place.key).into())),
        (Verb::Update | Verb::Patch, None) => {
            let changes = read::arguments(request)?;
            let now = world.now();
            let mut record = single(world, request, &place.key);
            fill::change(request, &mut record, changes, now);
            let table = world.collections.table(&place.key);
            table.remove("");
            table.insert("", record.clone());
            Ok(written(request, record))
        }
        (Verb::Delete, None) => {
            world.collections.table(&place.key).remove("");
            Ok(Answer::empty())
        }
    }
}

fn written(request: &Request, record: Record) -> Answer {
    match request.operation.status {
        204 => Answer::empty(),
        status => Answer::json(status, record.into()),
    }
}

/// Makes a record, stores it, and gives it.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome<Record> {
    let arguments = read::arguments(request)?;
    let (id, record) = fill::record(request, arguments, world.now());
    world.collections.table(&Place::of(request).key).insert(&id, record.clone());
    Ok(record)
}

/// Makes a record and does not store it.
pub(crate) fn make(world: &mut World, request: &Request) -> Outcome<Record> {
    let arguments = read::arguments(request)?;
    Ok(fill::record(request, arguments, world.now()).1)
}

/// Reads a record.
fn fetch(world: &mut World, request: &Request, key: &str, id: &str) -> Outcome {
    let status = request.operation.status;
    if let Some(record) = world.collections.get(key, id) {
        return Ok(Answer::json(status, record.clone().into()));
    }
    // a country or a number looked up is not made by anybody
    let name = id_parameter(request.operation.path).unwrap_or_default();
    match name.ends_with("Sid") || is_made(request.operation) {
        true => Err(request.not_found()),
        false => Ok(Answer::json(status, fill::record(request, Vec::new(), world.now()).1.into())),
    }
}

/// Changes a record.
pub(crate) fn update(world: &mut World, request: &Request, key: &str, id: &str) -> Outcome {
    let now = world.now();
    let record = request.found(world.collections.get_mut(key, id))?;
    let changes = read::arguments(request)?;
    fill::change(request, record, changes, now);
    let record = record.clone();
    Ok(written(request, record))
}

/// Changes the record that the path names, as the modules for single products need it.
pub(crate) fn update_named(world: &mut World, request: &Request) -> Outcome {
    let place = Place::of(request);
    update(world, request, &place.key, place.id.as_deref().unwrap_or_default())
}

/// Removes a record.
fn delete(world: &mut World, request: &Request, key: &str, id: &str) -> Outcome {
    request.found(world.collections.table(key).remove(id)).map(|_| Answer::empty())
}

/// Removes the record that the path names, and gives it.
pub(crate) fn take_named(world: &mut World, request: &Request) -> Outcome<Record> {
    let place = Place::of(request);
    request.found(world.collections.table(&place.key).remove(place.id.as_deref().unwrap_or_default()))
}

fn list(world: &mut World, request: &Request, key: &str) -> Outcome {
    list_where(world, request, key, |_| true)
}

/// Lists the records of a collection that are kept and match the filters.
pub(crate) fn list_where(world: &mut World, request: &Request, key: &str, keep: impl Fn(&Record) -> bool) -> Outcome {
    let filters = read::filters(request);
    let keep = |record: &Record| keep(record) && filters.iter().all(|filter| filter.matches(record));
    let id = |record: &Record| record.get("sid").and_then(Value::as_str).unwrap_or_default().to_owned();
    paging::answer(request, world.collections.table(key), keep, id, |record| record.clone().into())
}

/// The one record at a path that ends in a word.
fn single(world: &mut World, request: &Request, key: &str) -> Record {
    let known = world.collections.get(key, "").cloned();
    known.unwrap_or_else(|| fill::record(request, Vec::new(), world.now()).1)
}

/// Whether records of this resource are made by some row.
fn is_made(operation: &Operation) -> bool {
    let list = operation.path.rsplit_once('/').map_or("", |(list, _)| list);
    api::all().any(|row| {
        row.verb == Verb::Create
            && row.product() == operation.product()
            && row.path.strip_suffix(".json").unwrap_or(row.path) == list
    })
}

/// Refuses a path whose earlier sids name nothing.
pub(crate) fn check_parents(world: &mut World, request: &Request) -> Outcome<()> {
    let last = id_parameter(request.operation.path);
    let mut path = String::new();
    let mut values = request.path_values.iter();
    for segment in segments(request.operation.path) {
        match segment {
            Segment::Text(text) => path.push_str(text),
            Segment::Parameter(name) => {
                let value = values.next().map_or("", |(_, value)| value.as_str());
                let is_parent = name.ends_with("Sid") && name != "AccountSid" && Some(name) != last;
                if is_parent && !exists(world, request, path.trim_end_matches('/'), value) {
                    return Err(request.not_found());
                }
                path.push_str(value);
            }
        }
    }
    Ok(())
}

fn exists(world: &mut World, request: &Request, list: &str, id: &str) -> bool {
    let key = key(&request.account, request.operation.product(), list);
    if world.collections.get(&key, id).is_some() {
        return true;
    }
    let account = world.account(&request.account);
    account.messages.get(id).is_some() || account.calls.get(id).is_some()
}
