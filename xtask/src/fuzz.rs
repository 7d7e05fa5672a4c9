//! `cargo xtask fuzz`: the programs of `fuzz/`, each fed by libFuzzer for a while.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::Value;

use crate::{shell, workshop};

/// What makes a program tell libFuzzer where it goes.
///
/// No sanitizer of memory: nothing that is fed holds unsafe code of ours, so overflows and assertions are what there is to find.
const INSTRUMENTATION: [&str; 6] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

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
    let programs = build(root)?;
    for target in chosen {
        fuzz(root, &programs, target, arguments.seconds)?;
    }
    Ok(())
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

/// Builds the programs with the counters that libFuzzer steers by; cargo-fuzz does the same, but need not be there.
fn build(root: &Path) -> Result<PathBuf, String> {
    workshop::compilers()?; // libFuzzer is C++
    let home = workshop::target(root).join("fuzz").join("build");
    let mut cargo =
        shell::cargo(root, &["build", "--quiet", "--locked", "--bins", "--manifest-path", "fuzz/Cargo.toml"]);
    cargo.arg("--target-dir").arg(&home).env("RUSTFLAGS", INSTRUMENTATION.join(" "));
    // flags hold for build scripts and macros too, unless a target is named
    let host = host(root)?;
    shell::run(cargo.args(["--target", &host]))?;
    Ok(home.join(host).join("debug"))
}

/// The name of this machine, as the compiler has it.
fn host(root: &Path) -> Result<String, String> {
    let said = shell::read(&mut shell::command(root, "rustc", &["--version", "--verbose"]))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say what machine this is".to_owned())
}

/// Feeds a target; what made it fail is kept in `target/fuzz/artifacts`.
fn fuzz(root: &Path, programs: &Path, target: &str, seconds: u32) -> Result<(), String> {
    let home = workshop::target(root).join("fuzz");
    let folder = |kind: &str| {
        let folder = home.join(kind).join(target);
        fs::create_dir_all(&folder).map(|()| folder).map_err(|error| format!("{kind} of {target}: {error}"))
    };
    let (corpus, seeds, artifacts) = (folder("corpus")?, folder("seeds")?, folder("artifacts")?);
    for (at, seed) in seeds_of(root, target)?.iter().enumerate() {
        fs::write(seeds.join(format!("{at:04}")), seed).map_err(|error| format!("the seeds of {target}: {error}"))?;
    }
    let mut command = shell::command(root, programs.join(target), &[]);
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args(["-max_len=8192", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=1"]);
    shell::run(command.arg(&corpus).arg(&seeds))
        .map_err(|error| format!("{error}; what made {target} fail is in {}", artifacts.display()))
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
        "payload" => requests(&vectors("signature.json")?).map(|(_, body)| body).collect(),
        "stream_message" => texts(&vectors("streams.json")?),
        "twiml_parse" => texts(&vectors("twiml_check.json")?["documents"]),
        _ => Vec::new(), // a tree is built of any bytes
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
