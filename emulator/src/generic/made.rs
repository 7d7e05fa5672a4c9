//! What the rows of the table say of each other: which records are made by a row, and which paths hold only one.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use ringback::{
    api,
    operation::{Name, Operation, Resource, Segment, Verb, segments},
};

/// A path of a product, without the names of its parameters.
type Path = (&'static str, String);

/// What the rows say of each path.
#[derive(Default)]
struct Paths {
    rows: HashMap<Path, Vec<&'static Operation>>,
    /// The lists whose records are made.
    lists: HashSet<Path>,
    /// What the parameter at the end is called.
    ids: HashMap<Path, &'static str>,
}

impl Paths {
    /// Whether records stand behind the path of a row, so that it is the path of a list though it ends in a parameter.
    fn leads_to_records(&self, row: &Operation) -> bool {
        row.verb == Verb::Create && self.ids.contains_key(&(row.product(), format!("{}/{{}}", template(row.path))))
    }
}

/// The parameter with which a path ends.
fn last_parameter(path: Name) -> Option<&'static str> {
    let path = path.as_str();
    path.strip_suffix(".json").unwrap_or(path).rsplit('/').next()?.strip_prefix('{')?.strip_suffix('}')
}

/// The parameter with which the path of an operation names a record.
pub(super) fn own_id(operation: &Operation) -> Option<&'static str> {
    last_parameter(operation.path).filter(|_| !paths().leads_to_records(operation))
}

fn paths() -> &'static Paths {
    static PATHS: OnceLock<Paths> = OnceLock::new();
    PATHS.get_or_init(|| {
        let mut paths = Paths::default();
        for row in api::all() {
            let path = (row.product(), template(row.path));
            if let Some(name) = last_parameter(row.path) {
                paths.ids.insert(path.clone(), name);
            }
            paths.rows.entry(path).or_default().push(row);
        }
        for row in api::all().filter(|row| row.verb == Verb::Create) {
            let path = template(row.path);
            let is_record = last_parameter(row.path).is_some() && !paths.leads_to_records(row);
            paths.lists.insert((row.product(), if is_record { list_of(&path).to_owned() } else { path }));
        }
        paths
    })
}

/// The rows of a path.
fn rows(product: &'static str, path: String) -> &'static [&'static Operation] {
    paths().rows.get(&(product, path)).map(Vec::as_slice).unwrap_or_default()
}

/// A path without the names of its parameters and without `.json`.
fn template(path: Name) -> String {
    let path = path.as_str();
    segments(path.strip_suffix(".json").unwrap_or(path))
        .map(|segment| match segment {
            Segment::Text(text) => text,
            Segment::Parameter(_) => "{}",
        })
        .collect()
}

/// The path of the list that the path of a record belongs to.
fn list_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(list, _)| list)
}

/// Whether a row makes the records of this list, a path with `{}` for its parameters.
pub(super) fn makes(product: &'static str, list: &str) -> bool {
    paths().lists.contains(&(product, list.to_owned()))
}

/// Whether a row makes what this operation is about.
pub(super) fn is_made(operation: &Operation) -> bool {
    let path = template(operation.path);
    makes(operation.product(), if own_id(operation).is_some() { list_of(&path) } else { &path })
}

/// The resource of the rows that read what this operation makes; its own where there are none.
pub(super) fn reader(operation: &Operation) -> &'static Resource {
    let fetch = rows(operation.product(), record(operation)).iter().find(|row| row.verb == Verb::Fetch);
    fetch.map_or(operation.resource, |row| row.resource)
}

/// The other resources that have the same request as one of their operations: a thing that has two names.
pub(super) fn namesakes(operation: &Operation) -> impl Iterator<Item = &'static Resource> {
    let same = rows(operation.product(), template(operation.path)).iter();
    let same = same.filter(|row| row.method == operation.method && row.name != operation.name);
    same.map(|row| row.resource)
}

/// What rows call the id of the records that this operation is about: `ServiceSid`, `Key`; `Sid` where no row tells.
pub(super) fn id_name(operation: &Operation) -> &'static str {
    paths().ids.get(&(operation.product(), record(operation))).copied().unwrap_or("Sid")
}

/// The path of a record that this operation is about.
fn record(operation: &Operation) -> String {
    let own = template(operation.path);
    if own_id(operation).is_some() || is_single(operation) { own } else { format!("{own}/{{}}") }
}

/// Whether the path holds one record, which is read or removed where it is made.
pub(super) fn is_single(operation: &Operation) -> bool {
    own_id(operation).is_none() && (has(operation, Verb::Fetch) || has(operation, Verb::Delete))
}

/// Whether the one record at this path is made by a row and removed by another.
pub(super) fn comes_and_goes(operation: &Operation) -> bool {
    has(operation, Verb::Create) && has(operation, Verb::Delete)
}

/// Whether a row removes what this path names.
pub(super) fn is_removed(operation: &Operation) -> bool {
    has(operation, Verb::Delete)
}

fn has(operation: &Operation, verb: Verb) -> bool {
    rows(operation.product(), template(operation.path)).iter().any(|row| row.verb == verb)
}
