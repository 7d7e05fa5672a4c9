//! What may stand on the command line.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

/// Twilio from the shell, and a Twilio that runs on this machine
#[derive(Debug, Parser)]
#[command(name = "ringback", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a Twilio on localhost, alone or around a command
    Emulate(Emulate),
    /// Send a message
    Send(Send),
    /// Call any operation of the API by its name
    Api(Api),
}

#[derive(Debug, Args)]
pub(crate) struct Emulate {
    /// The port on 127.0.0.1; 0 lets the system choose
    #[arg(long, default_value_t = 4010)]
    pub(crate) port: u16,
    /// A command to run against the emulator, which ends with it and returns its exit code
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// Whom to send it to, such as +15551234567
    #[arg(long)]
    pub(crate) to: String,
    /// The number or sender that it comes from
    #[arg(long)]
    pub(crate) from: String,
    /// The text
    #[arg(long)]
    pub(crate) body: String,
}

#[derive(Debug, Args)]
pub(crate) struct Api {
    /// The operation, such as messages.create or verify.v2.services.list
    pub(crate) operation: String,
    /// Its parameters, in Twilio's spelling or Python's; a name may be repeated for a list
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Walk all pages of a list, one record a line
    #[arg(long)]
    pub(crate) all: bool,
}
