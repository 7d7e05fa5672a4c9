//! `cargo xtask bench`: what a send costs, here and with peers, in one run on one machine.
//!
//! The client has one core and the server, which answers every request alike, the other. Figures are processor time of
//! the client, so that waiting does not count; each is the median of several processes, peers taking turns.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use clap::Args;

use crate::{
    shell,
    workshop::{self, Python},
};

/// What to measure, and how long.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only these parts: rust, python, scale.
    parts: Vec<String>,
    /// How many processes each figure is the median of.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many sends a process makes.
    #[arg(long, default_value_t = 5000)]
    sends: usize,
}

/// How many sends a client makes before it is looked at again.
const FEW: usize = 10_000;
const MANY: usize = 100_000;

const IN_FLIGHT: [usize; 4] = [1, 8, 64, 256];

/// The names of the rows of awaited sends with more and more in flight, and what measures them.
const SCALE: [(&str, &str, &str, &str); 4] = [
    (
        "Python async send, 1 in flight / twilio",
        "Python async sends a second, 1 in flight / twilio",
        "async-1",
        "rate-1",
    ),
    (
        "Python async send, 8 in flight / twilio",
        "Python async sends a second, 8 in flight / twilio",
        "async-8",
        "rate-8",
    ),
    (
        "Python async send, 64 in flight / twilio",
        "Python async sends a second, 64 in flight / twilio",
        "async-64",
        "rate-64",
    ),
    (
        "Python async send, 256 in flight / twilio",
        "Python async sends a second, 256 in flight / twilio",
        "async-256",
        "rate-256",
    ),
];

/// A figure and the one that it is compared with.
struct Row<'a> {
    name: &'a str,
    unit: &'a str,
    ours: Box<dyn Fn() -> Result<f64, String> + 'a>,
    peer: Box<dyn Fn() -> Result<f64, String> + 'a>,
    goal: &'a str,
}

/// Builds everything in release, measures and prints one line a figure.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let wants = |part: &str| arguments.parts.is_empty() || arguments.parts.iter().any(|wanted| wanted == part);
    shell::run(&mut shell::cargo(root, &["build", "--quiet", "--release", "--package", "ringback-benches"]))?;
    let binaries = workshop::target(root).join("release");
    let server = Server::start(&binaries)?;
    let count = &arguments.sends.to_string();
    shell::say(&format!("{} processes a figure, {count} sends a process; ratio = ours / peer", arguments.rounds));
    if wants("rust") {
        let send = |what: &'static str, in_flight: &'static str| -> Box<dyn Fn() -> Result<f64, String> + '_> {
            let binary = binaries.join("rust-send");
            let url = server.url.clone();
            Box::new(move || number(pinned(0, &binary).args([what, &url, count, in_flight])))
        };
        let row = |name, ours, peer, goal| Row { name, unit: "µs", ours, peer, goal };
        report(
            arguments,
            &[
                row("Rust send, 64 in flight / raw reqwest", send("typed", "64"), send("reqwest", "64"), "≤ 1.25"),
                row("Rust send, one by one / raw reqwest", send("typed", "1"), send("reqwest", "1"), "≤ 1.25"),
                row("Rust by name, 64 in flight / typed", send("by-name", "64"), send("typed", "64"), "≤ 1.1"),
                row("Rust send_all, 64 in flight / raw reqwest", send("batch", "64"), send("reqwest", "64"), "≤ 1.25"),
                row("Rust blocking / async one by one", send("blocking", "1"), send("typed", "1"), "-"),
            ],
        )?;
        let read = |what: &'static str| -> Box<dyn Fn() -> Result<f64, String> + '_> {
            let binary = binaries.join("twiml-read");
            Box::new(move || number(pinned(0, &binary).arg(what)))
        };
        let row = |name, what, goal| Row { name, unit: "MB/s", ours: read(what), peer: read("events"), goal };
        report(
            arguments,
            &[
                row("Rust TwiML into the tree / raw quick-xml events", "tree", "≥ 100 MB/s"),
                row("Rust TwiML checked / raw quick-xml events", "check", "-"),
            ],
        )?;
    }
    if wants("scale") {
        rust_scale(arguments, &binaries, &server.url)?;
    }
    if wants("python") || wants("scale") {
        python(root, arguments, &server.url)?;
    }
    Ok(())
}

/// How a send scales with what is in flight, and with what a client has sent before.
fn rust_scale(arguments: &Arguments, binaries: &Path, url: &str) -> Result<(), String> {
    let send = |what: &'static str, count: usize, in_flight: usize, figure: &'static str| {
        let (binary, count, in_flight) = (binaries.join("rust-send"), count.to_string(), in_flight.to_string());
        let measure = move || number(pinned(0, &binary).args([what, url, &count, &in_flight, figure]));
        Box::new(measure) as Box<dyn Fn() -> Result<f64, String> + '_>
    };
    let names: Vec<(usize, String, String)> = IN_FLIGHT
        .into_iter()
        .map(|number| {
            let row = |what: &str| format!("Rust {what}, {number} in flight / raw reqwest");
            (number, row("send"), row("sends a second"))
        })
        .collect();
    let mut rows = Vec::new();
    for (in_flight, cost, rate) in &names {
        let both = |name, unit, figure, goal| Row {
            name,
            unit,
            ours: send("typed", arguments.sends, *in_flight, figure),
            peer: send("reqwest", arguments.sends, *in_flight, figure),
            goal,
        };
        rows.push(both(cost.as_str(), "µs", "processor", "≤ 1.25"));
        rows.push(both(rate.as_str(), "/s", "rate", "-"));
    }
    let grown = |name, unit, figure, goal| Row {
        name,
        unit,
        ours: send("typed", MANY, 64, figure),
        peer: send("typed", FEW, 64, figure),
        goal,
    };
    rows.push(grown("Rust send, the last 10,000 of 100,000 / the first", "µs", "last", "≤ 1.1"));
    rows.push(grown("Rust memory after 100,000 sends / after 10,000", "MB", "memory", "≤ 1.1"));
    report(arguments, &rows)
}

fn python(root: &Path, arguments: &Arguments, url: &str) -> Result<(), String> {
    let builder = Python::set_up(root)?;
    let python = Python::set_up_with(root, "bench-venv", "benches/python/requirements.txt")?;
    let wheel = python.install_wheel(root, &builder, "release")?;
    let program = workshop::target(root).join("bench-venv/bin/python");
    let measure =
        |library: &'static str, what: &'static str, count: usize| -> Box<dyn Fn() -> Result<f64, String> + '_> {
            let (program, count) = (program.clone(), count.to_string());
            Box::new(move || {
                let script = root.join("benches/python/measure.py");
                number(pinned(0, &program).arg(script).args([library, what, url, &count]))
            })
        };
    let both = |name, unit, what: &'static str, count, goal| Row {
        name,
        unit,
        ours: measure("ringback", what, count),
        peer: measure("twilio", what, count),
        goal,
    };
    let wants = |part: &str| arguments.parts.is_empty() || arguments.parts.iter().any(|wanted| wanted == part);
    if wants("scale") {
        let mut rows = vec![
            both("Python list of 10,000, 1,000 a page / twilio", "ms", "list", 3, "≤ 0.2"),
            both("Python import, client and first send / twilio", "ms", "cold", 1, "≤ 0.2"),
            both("Python processor time of the same / twilio", "ms", "cold-processor", 1, "≤ 0.2"),
        ];
        let grown = |name, unit, what, goal| Row {
            name,
            unit,
            ours: measure("ringback", what, MANY),
            peer: measure("ringback", what, FEW),
            goal,
        };
        rows.push(grown("Python send, the last 10,000 of 100,000 / the first", "µs", "growth", "≤ 1.1"));
        rows.push(grown("Python memory after 100,000 sends / after 10,000", "MB", "growth-memory", "≤ 1.1"));
        for (cost, rate, async_cost, async_rate) in SCALE {
            let goal = if async_cost == "async-64" { "≤ 0.2" } else { "-" };
            rows.push(both(cost, "µs", async_cost, arguments.sends, goal));
            rows.push(both(rate, "/s", async_rate, arguments.sends, "-"));
        }
        report(arguments, &rows)?;
    }
    if !wants("python") {
        return Ok(());
    }
    report(
        arguments,
        &[
            both("Python sync send / twilio", "µs", "sync", arguments.sends, "≤ 0.111"),
            both("Python async send, 64 in flight / twilio", "µs", "async", arguments.sends, "≤ 0.2"),
            both("Python create_many, 64 in flight / twilio sync", "µs", "many", arguments.sends, "≤ 0.04"),
            both("Python send and five attributes / twilio", "µs", "message", arguments.sends, "≤ 0.111"),
            both("Python attribute, after the first / twilio", "µs", "attributes", 100_000, "≤ 2 µs"),
            both("Python first lists of nine products / twilio", "ms", "products", 1, "-"),
            both("Python signature check / twilio", "µs", "signature", 20_000, "≤ 0.025"),
            both("Python access token / twilio", "µs", "token", 5_000, "≤ 0.2"),
            both("Python TwiML menu / twilio", "µs", "twiml", 5_000, "≤ 0.1"),
            both("Python import and first client / twilio", "ms", "start", 1, "≤ 0.067, ≤ 8 ms"),
            both("Python memory of the first client / twilio", "MB", "memory", 1, "≤ 10 MB"),
        ],
    )?;
    let size = |path: &Path| fs::metadata(path).map_or(0, |data| data.len());
    shell::say(&format!("wheel: {:.1} MB (goal ≤ 6 MB)", size(&wheel) as f64 / 1e6));
    let packages = program.ancestors().nth(2).map(|venv| venv.join("lib")).unwrap_or_default();
    shell::say(&format!("installed: {:.1} MB (goal ≤ 14 MB)", folder_size(&packages, "ringback") as f64 / 1e6));
    shell::say(&format!(
        "twilio installed, without what it needs: {:.1} MB",
        folder_size(&packages, "twilio") as f64 / 1e6
    ));
    Ok(())
}

/// The bytes of all files below the folders of this name.
fn folder_size(directory: &Path, name: &str) -> u64 {
    let mut whole = 0;
    let mut waiting: Vec<(PathBuf, bool)> = vec![(directory.to_path_buf(), false)];
    while let Some((path, inside)) = waiting.pop() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let inside = inside || entry.file_name().to_str() == Some(name);
            if kind.is_dir() {
                waiting.push((entry.path(), inside));
            } else if inside {
                whole += entry.metadata().map_or(0, |data| data.len());
            }
        }
    }
    whole
}

/// Measures every row, ours and the peer's in turns.
fn report(arguments: &Arguments, rows: &[Row<'_>]) -> Result<(), String> {
    for row in rows {
        let mut ours = Vec::new();
        let mut peers = Vec::new();
        for _ in 0..arguments.rounds.max(1) {
            ours.push((row.ours)()?);
            peers.push((row.peer)()?);
        }
        let (ours, peer) = (median(&mut ours), median(&mut peers));
        let Row { name, unit, goal, .. } = row;
        shell::say(&format!("{name}: {ours:.2} {unit} / {peer:.2} {unit} = {:.3} (goal {goal})", ours / peer));
    }
    Ok(())
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A program on one core of its own, where the system can do that.
fn pinned(core: usize, program: &Path) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores > core && shell::works("taskset", "--version") {
        let mut command = Command::new("taskset");
        command.arg("--cpu-list").arg(core.to_string()).arg(program);
        return command;
    }
    Command::new(program)
}

fn number(command: &mut Command) -> Result<f64, String> {
    // the measured client talks to the server given and to nothing else that the environment may name
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "RINGBACK_BASE_URL"] {
        command.env_remove(variable);
    }
    let text = shell::read(command)?;
    text.trim().parse().map_err(|_| format!("expected a figure, got {text:?}"))
}

/// The fixed answer, on the other core; ended with the measurement.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(binaries: &Path) -> Result<Self, String> {
        let mut child = pinned(1, &binaries.join("fixed-answer"))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("fixed-answer: {error}"))?;
        let mut url = String::new();
        let said = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut url));
        let server = Self { child, url: url.trim().to_owned() };
        match said {
            Some(Ok(_)) if !server.url.is_empty() => Ok(server),
            _ => Err("fixed-answer did not say where it listens".to_owned()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
