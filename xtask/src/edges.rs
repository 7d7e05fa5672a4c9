//! Which crate of the workspace may know which: the boundaries of ARCHITECTURE.md, as data.

use std::{collections::BTreeMap, path::Path};

use cargo_metadata::MetadataCommand;

/// Every crate with the crates of the workspace that it depends on, in any way.
const ALLOWED: &[(&str, &[&str])] = &[
    ("ringback", &[]),
    ("ringback-benches", &["ringback"]),
    ("ringback-c", &["ringback", "ringback-emulator"]),
    ("ringback-cli", &["ringback", "ringback-emulator"]),
    ("ringback-emulator", &["ringback"]),
    ("ringback-examples", &["ringback", "ringback-emulator"]),
    ("ringback-py", &["ringback", "ringback-cli", "ringback-emulator"]),
    ("xtask", &["ringback"]),
];

/// Compares the dependencies between the crates with the ones that are allowed, exactly.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let names: Vec<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in &metadata.packages {
        let mut edges: Vec<&str> = package
            .dependencies
            .iter()
            .map(|dependency| dependency.name.as_str())
            .filter(|name| names.iter().any(|known| known == name))
            .collect();
        edges.sort_unstable();
        edges.dedup();
        found.insert(package.name.as_str(), edges);
    }
    compare(&found)
}

fn compare(found: &BTreeMap<&str, Vec<&str>>) -> Result<(), String> {
    let allowed: BTreeMap<&str, Vec<&str>> = ALLOWED.iter().map(|(name, edges)| (*name, edges.to_vec())).collect();
    if *found == allowed {
        return Ok(());
    }
    let mut wrong: Vec<String> = Vec::new();
    for name in found.keys().chain(allowed.keys()) {
        let (is, may) = (found.get(name), allowed.get(name));
        let line = format!("{name} depends on {is:?}, and should on {may:?}");
        if is != may && !wrong.contains(&line) {
            wrong.push(line);
        }
    }
    Err(format!("the crates do not depend on each other as xtask/src/edges.rs says:\n  {}", wrong.join("\n  ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_know_only_whom_they_may() {
        check(&crate::root()).unwrap();
    }

    #[test]
    fn a_forbidden_edge_is_found() {
        let mut found: BTreeMap<&str, Vec<&str>> =
            ALLOWED.iter().map(|(name, edges)| (*name, edges.to_vec())).collect();
        found.insert("ringback", vec!["ringback-emulator"]);
        assert!(compare(&found).unwrap_err().contains("ringback depends on Some([\"ringback-emulator\"])"));
    }
}
