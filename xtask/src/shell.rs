//! Runs other programs, and speaks to the person at the terminal.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the one place of the tool that prints")]

use std::{
    ffi::OsStr,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Prints a line.
pub(crate) fn say(text: &str) {
    println!("{text}");
    let _ = std::io::stdout().flush();
}

/// Prints an error.
pub(crate) fn complain(text: &str) {
    eprintln!("error: {text}");
}

/// A program with its arguments, to be run in a folder.
pub(crate) fn command(directory: &Path, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory);
    command
}

/// Runs a program with its output shown; an error names the whole command.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    say(&format!("» {}", line(command)));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` ended with {status}", line(command))),
        Err(error) => Err(format!("`{}` could not be started: {error}", line(command))),
    }
}

/// Runs a program and gives what it prints.
pub(crate) fn read(command: &mut Command) -> Result<String, String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{}` could not be started: {error}", line(command)))?;
    if !output.status.success() {
        return Err(format!("`{}` ended with {}", line(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{}` printed something that is not UTF-8", line(command)))
}

/// Whether a program is there and runs.
pub(crate) fn works(program: &str, argument: &str) -> bool {
    let probe = Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

/// Cargo, at the root of the repository: the same one that runs this tool.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    command(root, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), arguments)
}

/// The command as a person would type it, relative to the folder that it runs in.
fn line(command: &Command) -> String {
    let here = command.get_current_dir().unwrap_or(Path::new("."));
    let short = |text: &OsStr| {
        let path = Path::new(text);
        path.strip_prefix(here).unwrap_or(path).display().to_string()
    };
    let mut words = vec![Path::new(command.get_program()).file_name().map_or_else(String::new, short)];
    words.extend(command.get_args().map(short));
    words.join(" ")
}
