//! `cargo xtask fuzz`: the programs of `fuzz/`, each fed by libFuzzer for a while.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use serde_json::Value;

use crate::{shell, workshop};

/// The version of cargo-fuzz that is installed where there is none.
const CARGO_FUZZ: &str = "0.13.2";

/// What to run, and for how long.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only this target; all of them, one after the other, if none is named.
    target: Option<String>,
    /// How long each of them runs.
    #[arg(long, default_value_t = 120)]
    seconds: u32,
}

/// Runs one target, or all.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let targets = targets(root)?;
    let chosen: Vec<&String> = match &arguments.target {
        Some(name) => vec![
            targets
                .iter()
                .find(|target| *target == name)
                .ok_or_else(|| format!("there is no target {name}: {}", targets.join(", ")))?,
        ],
        None => targets.iter().collect(),
    };
    let program = cargo_fuzz(root)?;
    for target in chosen {
        fuzz(root, &program, target, arguments.seconds)?;
    }
    Ok(())
}

/// Checks that the programs compile, without the instrumentation.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let target = workshop::target(root).join("fuzz").join("check");
    let mut cargo = shell::cargo(root, &["clippy", "--quiet", "--locked", "--manifest-path", "fuzz/Cargo.toml"]);
    shell::run(cargo.arg("--target-dir").arg(target).args(["--", "--deny", "warnings"]))
}

/// The names of the programs, which are those of their files.
fn targets(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("fuzz").join("targets");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = entries.filter_map(|entry| stem(entry.ok()?.path())).collect();
    names.sort();
    Ok(names)
}

/// Cargo's command for libFuzzer; it is installed under `target/` if it is nowhere.
fn cargo_fuzz(root: &Path) -> Result<PathBuf, String> {
    if shell::works("cargo-fuzz", "--version") {
        return Ok("cargo-fuzz".into());
    }
    let home = workshop::target(root).join("tools");
    let program = home.join("bin").join("cargo-fuzz");
    if !program.is_file() {
        let mut install =
            shell::cargo(root, &["install", "--quiet", "--locked", "cargo-fuzz", "--version", CARGO_FUZZ]);
        shell::run(install.arg("--root").arg(&home)).map_err(|error| {
            format!("{error}; cargo-fuzz is missing: install it by `cargo install cargo-fuzz` where there is a network")
        })?;
    }
    Ok(program)
}

/// Feeds a target; what made it fail is kept in `target/fuzz/artifacts`.
fn fuzz(root: &Path, program: &Path, target: &str, seconds: u32) -> Result<(), String> {
    workshop::compilers()?; // libFuzzer is C++
    let home = workshop::target(root).join("fuzz");
    let folder = |kind: &str| {
        let folder = home.join(kind).join(target);
        fs::create_dir_all(&folder).map(|()| folder).map_err(|error| format!("{kind} of {target}: {error}"))
    };
    let (corpus, seeds, artifacts) = (folder("corpus")?, folder("seeds")?, folder("artifacts")?);
    for (at, seed) in seeds_of(root, target)?.iter().enumerate() {
        fs::write(seeds.join(format!("{at:04}")), seed).map_err(|error| format!("the seeds of {target}: {error}"))?;
    }
    // nothing that runs here is unsafe, so that overflows and assertions are all there is to find
    let mut command = Command::new(program);
    command.current_dir(root).args(["fuzz", "run", "--fuzz-dir", "fuzz", "--sanitizer", "none", "--target-dir"]);
    command.arg(home.join("build")).arg(target).arg(&corpus).arg(&seeds).arg("--");
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args(["-max_len=8192", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"]);
    shell::run(&mut command)
}

/// Inputs to begin with, from the vectors of the tests.
fn seeds_of(root: &Path, target: &str) -> Result<Vec<String>, String> {
    let vectors = |name: &str| -> Result<Value, String> {
        let path = root.join("tests/vectors").join(name);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    };
    Ok(match target {
        "address" => texts(&vectors("addresses.json")?),
        "form" => requests(&vectors("signature.json")?).map(|(_, body)| body).collect(),
        "segments" => texts(&vectors("segments.json")?["texts"]),
        "signature" => {
            requests(&vectors("signature.json")?).map(|(url, body)| format!("{url}\n{body}\n{url}\n{body}")).collect()
        }
        _ => Vec::new(),
    })
}

/// Every text that the vectors hold.
fn texts(vectors: &Value) -> Vec<String> {
    match vectors {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(values) => values.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// The URL and the body of every request of the vectors of signatures.
fn requests(vectors: &Value) -> impl Iterator<Item = (String, String)> {
    let lists = ["accepted", "refused"].into_iter().filter_map(|list| vectors[list].as_array());
    lists.flatten().map(|vector| {
        let text = |key: &str| vector[key].as_str().unwrap_or_default().to_owned();
        let body = vector["params"].as_object().map_or_else(
            || text("body"),
            |params| {
                let mut form = form_urlencoded::Serializer::new(String::new());
                for (name, value) in params {
                    texts(value).iter().for_each(|value| {
                        form.append_pair(name, value);
                    });
                }
                form.finish()
            },
        );
        (text("url"), body)
    })
}
