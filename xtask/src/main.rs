//! The developer's tool: `cargo xtask check`, `test`, `demo`, `import`, `generate`, `install`, `bench` and `fuzz`.

mod bench;
mod check;
mod demo;
mod edges;
mod fuzz;
mod generate;
mod headers;
mod import;
mod install;
mod shell;
mod stubs;
mod test;
mod verbs;
mod workshop;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// Builds, checks, tests and shows ringback.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks what can be checked without running it: format, lints, types, dependencies, generated files.
    Check,
    /// Runs every test: Rust, C and C++ under sanitizers, Python.
    Test {
        /// Only these parts: rust, python.
        parts: Vec<String>,
    },
    /// Tells the whole story against the emulator, in Python, C, C++ and Rust.
    Demo(demo::Arguments),
    /// Makes the table of Twilio's API from a folder of its OpenAPI files.
    Import {
        /// The folder that holds twilio_api_v2010.json and its siblings.
        directory: PathBuf,
    },
    /// Writes what is made from the table: the C headers and the Python stubs.
    Generate {
        /// Only says what is not current.
        #[arg(long)]
        check: bool,
    },
    /// Builds the C and C++ library in release and installs it under a prefix.
    Install {
        /// The folder that gets include/ and lib/, such as /usr/local.
        prefix: PathBuf,
    },
    /// Measures speed, side by side with peers in one run.
    Bench(bench::Arguments),
    /// Feeds what strangers may send to the programs of `fuzz/`, by libFuzzer.
    Fuzz(fuzz::Arguments),
}

fn main() -> ExitCode {
    let root = root();
    let done = match Arguments::parse().command {
        Command::Check => check::run(&root),
        Command::Test { parts } => test::run(&root, &parts),
        Command::Demo(arguments) => demo::run(&root, &arguments),
        Command::Import { directory } => generate::import(&root, &directory),
        Command::Generate { check: true } => generate::check(&root),
        Command::Generate { check: false } => generate::write(&root),
        Command::Install { prefix } => install::run(&root, &prefix),
        Command::Bench(arguments) => bench::run(&root, &arguments),
        Command::Fuzz(arguments) => fuzz::run(&root, &arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            shell::complain(&message);
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository, from where this tool was built.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
