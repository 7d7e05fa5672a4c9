//! Which resources a specification holds, and how they hang on each other.

use std::collections::BTreeMap;

use ringback::names;
use serde_json::Value;

use super::{
    spec::{Names, PathItem, Spec, without_extension},
    spelling::{camelize, singular},
};

/// A resource, before its properties are read.
pub(super) struct Node {
    /// The classes of its ancestors and its own: what makes it one resource.
    pub chain: Vec<String>,
    /// The names of its ancestors and its own, as they stand in an operation's name.
    pub mounts: Vec<String>,
    pub parent: Option<usize>,
    pub attach: &'static str,
    pub list_path: Option<String>,
    pub instance_path: Option<String>,
    pub list_parameters: Vec<String>,
    pub instance_parameters: Vec<String>,
    /// Indices of a path and of an operation of it, in reading order.
    pub operations: Vec<(usize, usize)>,
    /// Index of its path that was met first.
    path: usize,
    /// Index of the path that this one hangs on.
    above: Option<usize>,
}

impl Node {
    /// A resource that no specification holds yet.
    pub(super) fn alone(class: &str, attach: &'static str) -> Self {
        Self {
            chain: vec![class.to_owned()],
            mounts: Vec::new(),
            parent: None,
            attach,
            list_path: None,
            instance_path: None,
            list_parameters: Vec::new(),
            instance_parameters: Vec::new(),
            operations: Vec::new(),
            path: 0,
            above: None,
        }
    }
}

/// The resources of a specification, parents before their children.
pub(super) fn grow(spec: &Spec) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (index, path) in spec.paths.iter().enumerate() {
        for at in 0..path.operations.len() {
            let found = node(spec, index, Some(at), &mut nodes, &mut known);
            nodes[found].operations.push((index, at));
        }
    }
    for node in &mut nodes {
        settle_paths(spec, node);
    }
    for index in 0..nodes.len() {
        nodes[index].attach = attach(spec, &nodes, index);
    }
    nodes
}

/// The resource of an operation, or of a path as a parent; made when it is met first.
fn node(
    spec: &Spec,
    path: usize,
    operation: Option<usize>,
    nodes: &mut Vec<Node>,
    known: &mut BTreeMap<Vec<String>, usize>,
) -> usize {
    let above = parent_of(spec, &spec.paths[path]).filter(|above| *above != path);
    let parent = above.map(|above| node(spec, above, None, nodes, known));
    let item = &spec.paths[path];
    let (class, mount) = names_of(item, operation.map(|at| &item.operations[at].1));
    let (mut chain, mut mounts) =
        parent.map_or_else(Default::default, |parent| (nodes[parent].chain.clone(), nodes[parent].mounts.clone()));
    chain.push(class);
    mounts.push(names::underscore(&mount));
    if let Some(found) = known.get(&chain) {
        return *found;
    }
    known.insert(chain.clone(), nodes.len());
    nodes.push(Node {
        chain,
        mounts,
        parent,
        attach: "Version",
        list_path: None,
        instance_path: None,
        list_parameters: Vec::new(),
        instance_parameters: Vec::new(),
        operations: Vec::new(),
        path,
        above,
    });
    nodes.len() - 1
}

/// The index of the path that this one says it hangs on.
fn parent_of(spec: &Spec, item: &PathItem) -> Option<usize> {
    let declared = item.parent.as_deref()?;
    let mut parent = without_extension(declared);
    let path = anonymous(without_extension(&item.relative));
    if !path.starts_with(&anonymous(parent)) {
        parent = trimmed(parent);
    }
    let tag = tag(parent);
    spec.paths.iter().position(|other| self::tag(without_extension(&other.relative)) == tag)
}

/// A path with its parameters made equal, so that only its form counts.
fn anonymous(path: &str) -> String {
    let segments = path.split('/');
    segments.map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect::<Vec<_>>().join("/")
}

/// A path without the parameter that ends it.
fn trimmed(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((rest, last)) if last.starts_with('{') => rest,
        _ => path,
    }
}

fn tag(path: &str) -> String {
    path.trim_matches('/').replace(['{', '}'], "").replace('/', ":")
}

/// The class and the mount name of a resource.
fn names_of(item: &PathItem, operation: Option<&Value>) -> (String, String) {
    let list = tag(trimmed(without_extension(&item.relative)));
    let last = list.rsplit(':').next().unwrap_or_default();
    let own = operation.map(Names::of).unwrap_or_default();
    let given = if own.is_empty() { &item.names } else { &own };
    if given.is_empty() {
        let mount = camelize(last);
        return (singular(&mount), mount);
    }
    let mount = given.mount.as_deref().map_or_else(|| last.to_owned(), camelize);
    let class = given.class.as_deref().map_or_else(|| singular(&mount), camelize);
    (class, mount)
}

/// The names of the parameters in a path template.
pub(super) fn path_parameters(path: &str) -> Vec<String> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

fn settle_paths(spec: &Spec, node: &mut Node) {
    for (path, at) in node.operations.clone() {
        let item = &spec.paths[path];
        let declared = spec.declared_path_parameters(&item.full, &item.operations[at].1);
        if item.instance {
            node.instance_path = Some(item.full.clone());
            node.instance_parameters = declared;
        } else {
            node.list_path = Some(item.full.clone());
            node.list_parameters = declared;
        }
    }
    let own = &spec.paths[node.path];
    if own.silent {
        node.instance_path = Some(own.full.clone());
        node.instance_parameters = path_parameters(&own.full);
    } else if node.operations.is_empty() {
        // a parent without operations is reached like a list
        node.list_path = Some(own.full.clone());
        node.list_parameters = path_parameters(&own.full);
    }
    let count = node.above.map_or(0, |above| path_parameters(&spec.paths[above].full).len());
    if node.list_path.is_none() {
        node.list_parameters = node.instance_parameters.iter().take(count).cloned().collect();
    }
    if node.instance_path.is_some() {
        let missing = node.list_parameters.iter().filter(|name| !node.instance_parameters.contains(name));
        let missing: Vec<String> = missing.cloned().collect();
        node.instance_parameters.extend(missing);
    }
}

/// Where a resource hangs: on the version, on its parent's list, or on one instance of it.
fn attach(spec: &Spec, nodes: &[Node], index: usize) -> &'static str {
    let node = &nodes[index];
    let Some(parent) = node.parent.map(|parent| &nodes[parent]) else {
        return "Version";
    };
    let on_instance = node.above.is_some_and(|above| spec.paths[above].instance);
    let placeholder = parent.operations.is_empty() && parent.instance_path.is_none();
    let only_parents = parent.list_path.is_none() && parent.instance_parameters == parent.list_parameters;
    if on_instance && !placeholder && !only_parents { "Instance" } else { "List" }
}
