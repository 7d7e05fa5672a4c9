//! The one place that prints.

use std::io::Write;

use ringback::Error;
use serde_json::Value;

/// Prints a line, and lets a reader at the other end of a pipe have it at once; a reader that left is no error.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints lines as they are.
pub(crate) fn text(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints JSON for people and programs.
pub(crate) fn json(value: &Value) {
    line(&serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()));
}

/// Says what went wrong.
pub(crate) fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "ringback: {text}");
}

/// Says what Twilio or the library said of a call.
pub(crate) fn failure(failure: &Error) {
    error(&failure.to_string());
}

/// Prints help, or what is wrong with the arguments.
pub(crate) fn usage(help: &clap::Error) {
    let _ = help.print();
}
