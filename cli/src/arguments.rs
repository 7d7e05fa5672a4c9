//! What may stand on the command line.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Check webhooks
    Webhook(Webhook),
    /// Look at TwiML documents before Twilio does
    #[command(subcommand)]
    Twiml(Twiml),
    /// Print a script that lets a shell complete operations and parameters
    ///
    /// bash: source <(ringback completions bash); zsh: source <(ringback completions zsh), after compinit;
    /// fish: ringback completions fish | source
    Completions(Completions),
    /// Print what may stand at the end of a command line, one a line; the scripts of the shells ask it
    #[command(hide = true)]
    Complete(Complete),
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
#[command(
    disable_help_flag = true,
    override_usage = "ringback api OPERATION [KEY=VALUE]... [--all]\n       \
    ringback api OPERATION --help\n       ringback api --list [PREFIX]"
)]
pub(crate) struct Api {
    /// The operation, such as messages.create or verify.v2.services.list
    #[arg(required_unless_present_any = ["list", "help"])]
    pub(crate) operation: Option<String>,
    /// Its parameters, in Twilio's spelling or Python's
    ///
    /// A name may be repeated for a list. KEY=@FILE takes the value from a file, KEY=@- from the standard input, and
    /// KEY=@@VALUE is a value that begins with @. A JSON body is given as JSON text under the name that --help shows.
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Walk all pages of a list, and print one record a line
    #[arg(long)]
    pub(crate) all: bool,
    /// Print the names of all operations, one a line and a short name behind a tab, or of those that begin with PREFIX
    #[arg(long, conflicts_with = "all")]
    pub(crate) list: bool,
    /// Print what an operation takes; nothing is sent
    #[arg(short, long)]
    pub(crate) help: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Twiml {
    /// Say what is wrong with documents
    ///
    /// The exit code is 1 if there is an error, and 0 if there are only warnings or nothing.
    Check(TwimlCheck),
}

#[derive(Debug, Args)]
pub(crate) struct TwimlCheck {
    /// The files that hold the documents; - is the standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// What the documents are; else their verbs tell
    #[arg(long)]
    pub(crate) kind: Option<TwimlKind>,
    /// Where Twilio asks for the documents, if not for a call or a message itself
    #[arg(long)]
    pub(crate) context: Option<TwimlContext>,
    /// The documents are sent as the parameter Twiml
    #[arg(long)]
    pub(crate) parameter: bool,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A kind of TwiML document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TwimlKind {
    Voice,
    Messaging,
    Fax,
}

/// An attribute by which Twilio finds a document that is not a call's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TwimlContext {
    #[value(name = "number-url")]
    Number,
    #[value(name = "conference-wait-url")]
    ConferenceWait,
    #[value(name = "enqueue-wait-url")]
    EnqueueWait,
    #[value(name = "queue-url")]
    Queue,
}

#[derive(Debug, Args)]
pub(crate) struct Webhook {
    #[command(subcommand)]
    pub(crate) command: WebhookCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Tell whether the signature of a request fits, and why it does not
    ///
    /// The auth token comes from TWILIO_AUTH_TOKEN or from a file. The exit code is 0 if the signature fits and 1 if not.
    Check(WebhookCheck),
}

#[derive(Debug, Args)]
pub(crate) struct WebhookCheck {
    /// The URL that Twilio was told, with its query
    #[arg(long, required_unless_present = "request")]
    pub(crate) url: Option<String>,
    /// The raw body, from a file or, as -, from the standard input
    #[arg(long, value_name = "FILE", conflicts_with = "params")]
    pub(crate) body: Option<PathBuf>,
    /// A parameter of the form, decoded; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// The header X-Twilio-Signature
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) signature: Option<String>,
    /// A header that was received, such as 'X-Forwarded-Proto: https'; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// The header X-Twilio-Webhooks-Signature-Settings; the token is the shared key then
    #[arg(long)]
    pub(crate) settings: Option<String>,
    /// A whole request as it went over the wire, from a file or, as -, from the standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["body", "params"])]
    pub(crate) request: Option<PathBuf>,
    /// A file that holds the auth token, instead of TWILIO_AUTH_TOKEN
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell that is to complete
    pub(crate) shell: Shell,
}

/// A shell that completes names of operations and parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(crate) struct Complete {
    /// The words behind the program's name, up to the one that is being written
    #[arg(last = true)]
    pub(crate) words: Vec<String>,
}
