//! `cargo xtask test`: every test of every language.

use std::path::Path;

use crate::{
    shell,
    workshop::{self, Python},
};

/// A part of the tests, and how it is run.
type Part = (&'static str, fn(&Path) -> Result<(), String>);

/// Runs the tests of the named parts, or of all.
pub(crate) fn run(root: &Path, parts: &[String]) -> Result<(), String> {
    let known: &[Part] = &[("rust", rust), ("python", python), ("compat", compat)];
    if let Some(wrong) = parts.iter().find(|part| !known.iter().any(|(name, _)| name == part)) {
        return Err(format!("there is no part {wrong:?}: rust (with C and C++), python or compat"));
    }
    for (name, test) in known {
        if parts.is_empty() || parts.iter().any(|part| part == name) {
            test(root)?;
        }
    }
    Ok(())
}

/// Rust, and the C and C++ programs that the tests of `ffi-c` compile and run under sanitizers.
fn rust(root: &Path) -> Result<(), String> {
    workshop::compilers()?;
    // all typed products are tested, also those that are no default, and what the wheel does not have
    let features = "ringback/all,ringback/axum,ringback/sqlite,ringback/phonenumber";
    let arguments = ["test", "--quiet", "--workspace", "--exclude", "ringback-py", "--features", features];
    shell::run(&mut shell::cargo(root, &arguments))
}

/// Python against the wheel as a user would install it.
fn python(root: &Path) -> Result<(), String> {
    let python = Python::set_up(root)?;
    python.install_wheel(root, &python, "dev")?;
    shell::run(python.tool(root, "python").args(["-m", "pytest", "-q", "tests/python"]))
}

/// The drop-in side by side with the official package, which has an environment of its own.
fn compat(root: &Path) -> Result<(), String> {
    let builder = Python::set_up(root)?;
    let python = Python::set_up_with(root, "venv-compat", "tests/compat/requirements.txt")?;
    python.install_wheel(root, &builder, "dev")?;
    shell::run(python.tool(root, "python").args(["-m", "pytest", "-q", "tests/compat"]))
}
