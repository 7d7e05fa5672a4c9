//! Answers every row that no module answers for, from the row itself: make, read, list, change, remove.

mod body;
mod fill;
mod made;
mod read;
mod seed;

use std::collections::HashMap;

use ringback::operation::{Name, Segment, Verb, segments};
use serde_json::{Map, Value};

use crate::{
    answer::{Answer, Outcome},
    paging,
    request::Request,
    store::Table,
    world::World,
};

pub(crate) use self::{fill::links, read::check_kinds, seed::seed};

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
        let id = self.id_of(key, id)?;
        self.0.get_mut(key)?.get_mut(&id)
    }

    /// Takes a record out, by its sid or its unique name.
    fn take(&mut self, key: &str, id: &str) -> Option<Record> {
        let id = self.id_of(key, id)?;
        self.0.get_mut(key)?.remove(&id)
    }

    /// The id under which a record is kept.
    fn id_of(&self, key: &str, id: &str) -> Option<String> {
        let table = self.0.get(key)?;
        match table.get(id) {
            Some(_) => Some(id.to_owned()),
            None => table.entries().find(|(_, record)| has_name(record, id)).map(|(id, _)| id.to_owned()),
        }
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
        let key = |list: &str| key(&request.account, request.operation.product(), list);
        // with decoded values, since callers differ in what they encode
        let path = filled(request.operation.path, &request.path_values);
        let path = path.strip_suffix(".json").unwrap_or(&path);
        match made::own_id(request.operation) {
            None => Self { key: key(path), id: None },
            Some(name) => {
                let id = request.path_value(name);
                let list = path.strip_suffix(id).unwrap_or(path);
                Self { key: key(list.trim_end_matches('/')), id: Some(id.to_owned()) }
            }
        }
    }
}

/// A path with the values of its parameters, as they are.
fn filled(path: Name, values: &[(&'static str, String)]) -> String {
    let mut values = values.iter();
    segments(path)
        .map(|segment| match segment {
            Segment::Text(text) => text,
            Segment::Parameter(_) => values.next().map_or("", |(_, value)| value),
        })
        .collect()
}

/// Answers a request from its row.
pub(crate) fn handle(world: &mut World, request: &Request) -> Outcome {
    check_parents(world, request)?;
    let place = Place::of(request);
    match (request.operation.verb, &place.id) {
        (Verb::List, None) => list(world, request, &place.key),
        (Verb::List, Some(id)) => {
            // the rows of one report
            let record = request.found(world.collections.get(&place.key, id))?.clone();
            list_where(world, request, &place.key, |known| *known == record)
        }
        (Verb::Create, None) if made::is_single(request.operation) => set_single(world, request, &place.key),
        (Verb::Create, _) => create(world, request).map(|record| written(request, record)),
        (Verb::Update | Verb::Patch, Some(id)) => update(world, request, &place.key, id),
        (Verb::Fetch, Some(id)) => fetch(world, request, &place.key, id),
        (Verb::Delete, Some(id)) => delete(world, request, &place.key, id),
        (Verb::Fetch, None) => single(world, request, &place.key).map(|record| written(request, record)),
        (Verb::Update | Verb::Patch, None) => set_single(world, request, &place.key),
        (Verb::Delete, None) => {
            read::arguments(request)?;
            let removed = world.collections.table(&place.key).remove(SINGLE);
            match made::is_made(request.operation) {
                true => request.found(removed).map(|record| written(request, record)),
                false => Ok(written(request, removed.unwrap_or_default())),
            }
        }
    }
}

/// The answer that the row promises, with a record where it has a body.
fn written(request: &Request, record: Record) -> Answer {
    match request.operation.status {
        204 => Answer::empty(),
        status => Answer::json(status, record.into()),
    }
}

/// Makes a record, stores it, and gives it; one that was there under the same id is replaced.
///
/// The row that makes a record may belong to another resource than the rows that read it, and tell more (a secret) or
/// less of it: what is stored is what they read.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome<Record> {
    let given = read::arguments(request)?;
    let now = world.now();
    let table = world.collections.table(&Place::of(request).key);
    let (told, read) = (request.operation.resource, made::reader(request.operation));
    let id = fill::id(request, read, &given, table.count());
    let record = fill::record(request, told, &id, given.clone(), now);
    let stored = if std::ptr::eq(told, read) { record.clone() } else { fill::record(request, read, &id, given, now) };
    table.remove(&id);
    table.insert(&id, stored);
    Ok(record)
}

/// Makes a record and does not store it.
pub(crate) fn make(world: &mut World, request: &Request) -> Outcome<Record> {
    let given = read::arguments(request)?;
    Ok(fresh(world, request, given))
}

/// A record that is not stored.
fn fresh(world: &World, request: &Request, given: read::Given) -> Record {
    let resource = request.operation.resource;
    let id = fill::id(request, resource, &given, 0);
    fill::record(request, resource, &id, given, world.now())
}

/// Reads a record.
fn fetch(world: &mut World, request: &Request, key: &str, id: &str) -> Outcome {
    let given = read::arguments(request)?;
    if let Some(record) = world.collections.get(key, id) {
        return Ok(written(request, record.clone()));
    }
    match is_given(world, request, id) {
        true => Ok(written(request, fresh(world, request, given))),
        false => Err(request.not_found()),
    }
}

/// Whether a record is there though nobody made it: a country, a number looked up, what is known of a call.
fn is_given(world: &mut World, request: &Request, id: &str) -> bool {
    let account = world.account(&request.account);
    let is_free = !is_sid(request) || account.calls.get(id).is_some() || account.messages.get(id).is_some();
    is_free && !made::is_made(request.operation) && !made::is_removed(request.operation)
}

/// Whether the path ends in a sid, which only Twilio gives.
fn is_sid(request: &Request) -> bool {
    made::own_id(request.operation).is_some_and(|name| name.ends_with("Sid"))
}

/// Changes a record.
pub(crate) fn update(world: &mut World, request: &Request, key: &str, id: &str) -> Outcome {
    let now = world.now();
    let is_known = world.collections.get(key, id).is_some();
    // a permission or a limit is made by setting it, since no row makes it
    if !is_known && !made::is_made(request.operation) && !is_sid(request) {
        return create(world, request).map(|record| written(request, record));
    }
    let record = request.found(world.collections.get_mut(key, id))?;
    let changes = read::arguments(request)?;
    fill::put(request.operation.resource, record, changes, now);
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
    read::arguments(request)?;
    let record = world.collections.take(key, id);
    // or the one record of the list's path, which the id names a part of
    let record = record.or_else(|| world.collections.take(key, SINGLE));
    request.found(record).map(|record| written(request, record))
}

/// Removes the record that the path names, and gives it.
pub(crate) fn take_named(world: &mut World, request: &Request) -> Outcome<Record> {
    let place = Place::of(request);
    request.found(world.collections.take(&place.key, place.id.as_deref().unwrap_or_default()))
}

fn list(world: &mut World, request: &Request, key: &str) -> Outcome {
    read::arguments(request)?;
    list_where(world, request, key, |_| true)
}

/// Lists the records of a collection that are kept and match the filters.
pub(crate) fn list_where(world: &mut World, request: &Request, key: &str, keep: impl Fn(&Record) -> bool) -> Outcome {
    let filters = read::filters(request);
    let keep = |record: &Record| keep(record) && filters.iter().all(|filter| filter.matches(record));
    paging::answer(request, world.collections.table(key), keep, |record| record.clone().into())
}

/// The id of the one record at a path that ends in a word.
const SINGLE: &str = "";

/// The one record at a path that ends in a word; it is always there, unless there are rows that make and remove it.
fn single(world: &mut World, request: &Request, key: &str) -> Outcome<Record> {
    let given = read::arguments(request)?;
    match world.collections.get(key, SINGLE) {
        Some(known) => Ok(known.clone()),
        None if made::comes_and_goes(request.operation) => Err(request.not_found()),
        None => Ok(fresh(world, request, given)),
    }
}

/// Makes or changes the one record at a path that ends in a word, and gives it.
fn set_single(world: &mut World, request: &Request, key: &str) -> Outcome {
    let given = read::arguments(request)?;
    let now = world.now();
    let (told, read) = (request.operation.resource, made::reader(request.operation));
    let known = world.collections.table(key).remove(SINGLE);
    let id = fill::id(request, read, &given, 0);
    let mut stored = known.unwrap_or_else(|| fill::record(request, read, &id, Vec::new(), now));
    fill::put(read, &mut stored, given.clone(), now);
    world.collections.table(key).insert(SINGLE, stored.clone());
    let record = if std::ptr::eq(told, read) { stored } else { fill::record(request, told, &id, given, now) };
    Ok(written(request, record))
}

/// Refuses a path whose earlier ids name nothing, as far as they are of records that are made.
pub(crate) fn check_parents(world: &mut World, request: &Request) -> Outcome<()> {
    let last = made::own_id(request.operation);
    let mut path = String::new();
    let mut template = String::new();
    let mut values = request.path_values.iter();
    for segment in segments(request.operation.path) {
        match segment {
            Segment::Text(text) => {
                path.push_str(text);
                template.push_str(text);
            }
            Segment::Parameter(name) => {
                let value = values.next().map_or("", |(_, value)| value.as_str());
                let is_id = name.to_ascii_lowercase().ends_with("id") && name != "AccountSid" && Some(name) != last;
                if is_id
                    && made::makes(request.operation.product(), template.trim_end_matches('/'))
                    && !exists(world, request, path.trim_end_matches('/'), value)
                {
                    return Err(request.not_found());
                }
                path.push_str(value);
                template.push_str("{}");
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
