//! Everything that is made from the table or from the specification: written, or compared with what is committed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{headers, import, shell, stubs};

/// Where the specification lies if it is there; everything else is made from the repository alone.
fn specification(root: &Path) -> Option<PathBuf> {
    let directory = std::env::var_os("RINGBACK_OPENAPI").map(PathBuf::from);
    directory.or_else(|| Some(root.parent()?.join("shared").join("twilio-oai"))).filter(|directory| directory.is_dir())
}

/// Makes the table anew from a folder of OpenAPI files, writes it and says what it counted.
pub(crate) fn import(root: &Path, directory: &Path) -> Result<(), String> {
    let (files, report) = from_specification(directory)?;
    for (path, text) in &files {
        put(root, path, text)?;
    }
    shell::say(&report);
    Ok(())
}

/// Writes the C headers and the Python stubs.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    for (path, text) in render(root)? {
        put(root, &path, &text)?;
    }
    Ok(())
}

/// Fails with the names of the generated files that are not what would be generated now.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let mut files = render(root)?;
    match specification(root) {
        Some(directory) => files.extend(from_specification(&directory)?.0),
        None => {
            shell::say("  the OpenAPI files are not here, so the table is not compared with them (RINGBACK_OPENAPI)");
        }
    }
    let stale = |(path, text): &(PathBuf, String)| {
        fs::read_to_string(root.join(path)).map_or(true, |committed| committed != *text)
    };
    let stale: Vec<String> =
        files.iter().filter(|file| stale(file)).map(|(path, _)| path.display().to_string()).collect();
    if stale.is_empty() {
        shell::say(&format!("  {} generated files are current", files.len()));
        return Ok(());
    }
    Err(format!(
        "not current: {}; run `cargo xtask generate`, or `cargo xtask import DIR` for what is under core/",
        stale.join(", ")
    ))
}

/// What is made from Twilio's own files: the pages of the table, the typed requests, and the verbs of TwiML.
fn from_specification(directory: &Path) -> Result<(Vec<(PathBuf, String)>, String), String> {
    let (mut files, report) = import::render(directory)?;
    // the table of TwiML is kept beside the OpenAPI files
    let table = directory.parent().map(|beside| beside.join("facts").join("twiml-table.json"));
    if let Some(text) = table.and_then(|path| fs::read_to_string(path).ok()) {
        let table = serde_json::from_str(&text).map_err(|error| format!("twiml-table.json: {error}"))?;
        let home = Path::new("core/src/twiml/generated");
        files.push((home.join("table.rs"), import::twiml::render(&table)?));
        files.push((home.join("typed.rs"), import::twiml::render_typed(&table)?));
    }
    Ok((files, report.to_string()))
}

fn render(root: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let mut files = headers::render(root)?;
    files.extend(stubs::render(root)?);
    Ok(files)
}

fn put(root: &Path, path: &Path, text: &str) -> Result<(), String> {
    let whole = root.join(path);
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if fs::read_to_string(&whole).is_ok_and(|known| known == text) {
        return Ok(());
    }
    if let Some(directory) = whole.parent() {
        fs::create_dir_all(directory).map_err(failed)?;
    }
    fs::write(&whole, text).map_err(failed)?;
    shell::say(&format!("wrote {}", path.display()));
    Ok(())
}
