//! What the rows of the table say of each other: which records are made by a row, and which paths hold only one.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use ringback::{
    api,
    operation::{Operation, Resource, Segment, Verb, segments},
};

use super::id_parameter;

/// The verbs of each path of each product, the lists whose records are made, whose records a path reads,
/// and what the id at the end of a path is called.
struct Paths {
    verbs: HashMap<(&'static str, String), Vec<Verb>>,
    lists: HashSet<(&'static str, String)>,
    readers: HashMap<(&'static str, String), &'static Resource>,
    ids: HashMap<(&'static str, String), &'static str>,
}

fn paths() -> &'static Paths {
    static PATHS: OnceLock<Paths> = OnceLock::new();
    PATHS.get_or_init(|| {
        let mut paths =
            Paths { verbs: HashMap::new(), lists: HashSet::new(), readers: HashMap::new(), ids: HashMap::new() };
        for row in api::all() {
            let path = template(row.path.as_str());
            if let Some(name) = id_parameter(row.path.as_str()) {
                paths.ids.insert((row.product(), path.clone()), name);
            }
            if row.verb == Verb::Fetch {
                paths.readers.insert((row.product(), path.clone()), row.resource);
            }
            if row.verb == Verb::Create {
                let list = if id_parameter(row.path.as_str()).is_some() { list_of(&path) } else { &path };
                paths.lists.insert((row.product(), list.to_owned()));
            }
            paths.verbs.entry((row.product(), path)).or_default().push(row.verb);
        }
        paths
    })
}

/// A path without the names of its parameters and without `.json`.
fn template(path: &'static str) -> String {
    let path = path.strip_suffix(".json").unwrap_or(path);
    segments(path)
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
    let path = template(operation.path.as_str());
    makes(operation.product(), if id_parameter(operation.path.as_str()).is_some() { list_of(&path) } else { &path })
}

/// The resource of the rows that read what this operation makes; its own where there are none.
pub(super) fn reader(operation: &Operation) -> &'static Resource {
    paths().readers.get(&(operation.product(), record(operation))).copied().unwrap_or(operation.resource)
}

/// What rows call the id of the records that this operation is about: `ServiceSid`, `Key`; `Sid` where no row tells.
pub(super) fn id_name(operation: &Operation) -> &'static str {
    paths().ids.get(&(operation.product(), record(operation))).copied().unwrap_or("Sid")
}

/// The path of a record that this operation is about.
fn record(operation: &Operation) -> String {
    let own = template(operation.path.as_str());
    if id_parameter(operation.path.as_str()).is_some() || is_single(operation) { own } else { format!("{own}/{{}}") }
}

/// Whether the path holds one record, which is read or removed where it is made.
pub(super) fn is_single(operation: &Operation) -> bool {
    id_parameter(operation.path.as_str()).is_none() && (has(operation, Verb::Fetch) || has(operation, Verb::Delete))
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
    let verbs = paths().verbs.get(&(operation.product(), template(operation.path.as_str())));
    verbs.is_some_and(|verbs| verbs.contains(&verb))
}
