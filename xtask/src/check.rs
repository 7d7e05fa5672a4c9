//! `cargo xtask check`: what can be known without running the code.

use std::path::Path;

use crate::{
    edges, generate, shell,
    workshop::{self, Python},
};

/// What must be true, and how to find out.
type Check<'a> = (&'a str, &'a dyn Fn() -> Result<(), String>);

/// Runs every check, also after one failed, and fails if any did.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    workshop::compilers()?; // SQLite, behind a feature of the core, is written in C
    let python = Python::set_up(root)?;
    let cargo = |arguments: &[&str]| shell::run(&mut shell::cargo(root, arguments));
    let tool = |name: &str, arguments: &[&str]| shell::run(python.tool(root, name).args(arguments));
    let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"];
    let bare = ["clippy", "--quiet", "--package", "ringback", "--no-default-features", "--", "--deny", "warnings"];
    let checks: &[Check<'_>] = &[
        ("Rust is formatted", &|| cargo(&["fmt", "--all", "--check"])),
        ("Rust has no warnings", &|| cargo(&clippy)),
        ("Rust has no warnings without features", &|| cargo(&bare)),
        ("crates know only whom they may", &|| edges::check(root)),
        ("generated files are current", &|| generate::check(root)),
        ("Python is formatted", &|| tool("ruff", &["format", "--quiet", "--check", "."])),
        ("Python has no warnings", &|| tool("ruff", &["check", "--quiet", "."])),
        ("Python types fit", &|| tool("mypy", &[])),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        shell::say(&format!("# {name}"));
        if let Err(error) = check() {
            shell::complain(&error);
            failed.push(*name);
        }
    }
    // the closing line counts, so that a run with no check in it cannot look like a good one
    shell::say(&format!("checks: {} passed, {} failed", checks.len() - failed.len(), failed.len()));
    if failed.is_empty() { Ok(()) } else { Err(format!("not true: {}", failed.join("; "))) }
}
