//! The command `ringback`, as a function that the binary and the Python package call.
#![forbid(unsafe_code)]

mod api;
mod arguments;
mod complete;
mod completions;
mod emulate;
mod exit;
mod output;
mod send;
mod signals;
mod twiml;
mod webhook;

use std::ffi::OsString;

use clap::Parser;

use arguments::{Arguments, Command, Webhook, WebhookCommand};

/// Runs the command with its arguments, the program's name first, and gives the exit code.
///
/// 0 is success, 1 the service said no, 2 wrong usage, 3 an unknown outcome; `emulate -- COMMAND` gives the command's.
pub fn run(args: impl IntoIterator<Item = OsString>) -> i32 {
    let arguments = match Arguments::try_parse_from(args) {
        Ok(arguments) => arguments,
        Err(help) => {
            output::usage(&help);
            return help.exit_code();
        }
    };
    match arguments.command {
        Command::Emulate(options) => emulate::run(options),
        Command::Send(message) => send::run(message),
        Command::Api(call) => api::run(&call),
        Command::Webhook(Webhook { command: WebhookCommand::Check(given) }) => webhook::check(&given),
        Command::Twiml(twiml) => twiml::run(&twiml),
        Command::Completions(completions) => completions::run(completions.shell),
        Command::Complete(complete) => complete::run(&complete.words),
    }
}
