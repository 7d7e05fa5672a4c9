//! What the rows of the table say of each other: which records are made by a row, and which paths hold only one.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use ringback::{
    api,
    operation::{Operation, Segment, Verb, segments},
};

use super::id_parameter;

/// The verbs of each path of each product, and the lists whose records are made.
struct Paths {
    verbs: HashMap<(&'static str, String), Vec<Verb>>,
    lists: HashSet<(&'static str, String)>,
}

fn paths() -> &'static Paths {
    static PATHS: OnceLock<Paths> = OnceLock::new();
    PATHS.get_or_init(|| {
        let mut paths = Paths { verbs: HashMap::new(), lists: HashSet::new() };
        for row in api::all() {
            let path = template(row.path);
            if row.verb == Verb::Create {
                let list = if id_parameter(row.path).is_some() { list_of(&path) } else { &path };
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
    let path = template(operation.path);
    makes(operation.product(), if id_parameter(operation.path).is_some() { list_of(&path) } else { &path })
}

/// Whether the path holds one record, which is read where it is made.
pub(super) fn is_single(operation: &Operation) -> bool {
    id_parameter(operation.path).is_none() && has(operation, Verb::Fetch)
}

/// Whether the one record at this path is made by a row and removed by another.
pub(super) fn comes_and_goes(operation: &Operation) -> bool {
    has(operation, Verb::Create) && has(operation, Verb::Delete)
}

fn has(operation: &Operation, verb: Verb) -> bool {
    let verbs = paths().verbs.get(&(operation.product(), template(operation.path)));
    verbs.is_some_and(|verbs| verbs.contains(&verb))
}
