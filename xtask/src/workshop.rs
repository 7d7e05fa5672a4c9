//! Sets up what the checks and tests need on a fresh machine: compilers and a Python environment under `target/`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::shell;

/// What the Python tools and tests are, by exact version.
const REQUIREMENTS: &str = "tests/python/requirements.txt";

/// A Python environment of the project's own.
pub(crate) struct Python {
    directory: PathBuf,
}

impl Python {
    /// Makes `target/venv` and installs the tools, unless that was done for the same list before.
    pub(crate) fn set_up(root: &Path) -> Result<Self, String> {
        Self::set_up_with(root, "venv", REQUIREMENTS)
    }

    /// Makes an environment of this name under `target/` from this list of requirements.
    pub(crate) fn set_up_with(root: &Path, name: &str, requirements: &str) -> Result<Self, String> {
        let python = Self { directory: target(root).join(name) };
        let wanted = fs::read_to_string(root.join(requirements)).map_err(|error| format!("{requirements}: {error}"))?;
        let stamp = python.directory.join("requirements.installed");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(python);
        }
        if !shell::works("python3", "--version") {
            install("python3", &["python3", "python3-venv"])?;
        }
        let make = |directory: &Path| {
            shell::run(Command::new("python3").args(["-m", "venv"]).arg(directory).current_dir(root))
        };
        if make(&python.directory).is_err() {
            install("the venv module of python3", &["python3-venv"])?;
            make(&python.directory)?;
        }
        shell::run(python.tool(root, "python").args(["-m", "pip", "install", "--quiet", "-r", requirements]))?;
        fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
        Ok(python)
    }

    /// A program of the environment, to be run at the root of the repository.
    pub(crate) fn tool(&self, root: &Path, name: &str) -> Command {
        let mut command = shell::command(root, self.directory.join("bin").join(name), &[]);
        command.env("VIRTUAL_ENV", &self.directory).env_remove("PYTHONPATH").env_remove("PYTHONHOME");
        command
    }

    /// Builds the wheel and installs it into the environment; `profile` is `dev` or `release`.
    pub(crate) fn install_wheel(&self, root: &Path, builder: &Self, profile: &str) -> Result<PathBuf, String> {
        let wheels = target(root).join("wheels").join(profile);
        let _ = fs::remove_dir_all(&wheels); // a wheel of another version would be installed too
        let mut build = builder.tool(root, "maturin");
        build.args(["build", "--quiet", "--profile", profile, "--interpreter"]);
        build.arg(self.directory.join("bin").join("python")).arg("--out").arg(&wheels);
        shell::run(&mut build)?;
        let wheel = fs::read_dir(&wheels)
            .map_err(|error| format!("{}: {error}", wheels.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
            .ok_or_else(|| format!("maturin left no wheel in {}", wheels.display()))?;
        let arguments = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall"];
        shell::run(self.tool(root, "python").args(arguments).arg(&wheel))?;
        Ok(wheel)
    }
}

/// The C and C++ compilers; the environment may name others with `CC` and `CXX`.
pub(crate) fn compilers() -> Result<(), String> {
    let name = |variable: &str, default: &str| std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    let there = || shell::works(&name("CC", "cc"), "--version") && shell::works(&name("CXX", "c++"), "--version");
    if there() {
        return Ok(());
    }
    install("a C and a C++ compiler", &["gcc", "g++", "libc6-dev"])?;
    if there() { Ok(()) } else { Err("a C and a C++ compiler were installed but do not run".to_owned()) }
}

/// Where cargo builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target))
}

/// Installs Debian packages if this is root on Debian; else says what to install.
fn install(what: &str, packages: &[&str]) -> Result<(), String> {
    let by_hand = format!("{what} is missing: install {} (on Debian: apt-get install {})", what, packages.join(" "));
    let is_root = shell::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || !shell::works("apt-get", "--version") {
        return Err(by_hand);
    }
    let mut update = Command::new("apt-get");
    shell::run(update.args(["update", "--quiet"]))?;
    let mut install = Command::new("apt-get");
    shell::run(install.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages))
        .map_err(|error| format!("{error}; {by_hand}"))
}
