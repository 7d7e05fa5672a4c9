//! `ringback emulate`.

use std::{ffi::OsString, io, process::ExitStatus};

use ringback_emulator::{Emulator, Options};
use tokio::{
    process::{Child, Command},
    runtime::Builder,
};

use crate::{
    arguments::Emulate,
    exit, output,
    signals::{Signal, Signals},
};

/// Runs the emulator until it is told to stop, or as long as a command runs.
pub(crate) fn run(options: Emulate) -> i32 {
    match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(emulate(options)),
        Err(cause) => no_system(&cause),
    }
}

fn no_system(cause: &io::Error) -> i32 {
    output::error(&format!("the operating system refused: {cause}"));
    exit::REFUSED
}

async fn emulate(options: Emulate) -> i32 {
    // before anybody is told that the emulator is ready, and so may end it
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(cause) => return no_system(&cause),
    };
    let emulator = match Emulator::start(Options::default().port(options.port)) {
        Ok(emulator) => emulator,
        Err(error) => {
            output::error(&format!("{error}; choose another port with --port"));
            return exit::USAGE;
        }
    };
    output::line(&format!("ringback emulator listening on {}", emulator.url()));
    match options.command.is_empty() {
        true => {
            signals.next().await;
            exit::SUCCESS
        }
        false => around(&emulator, options.command, &mut signals).await,
    }
}

/// Runs a command against the emulator and gives its exit code.
async fn around(emulator: &Emulator, command: Vec<OsString>, signals: &mut Signals) -> i32 {
    let mut words = command.into_iter();
    let Some(program) = words.next() else { return exit::USAGE };
    let mut child = Command::new(&program);
    child.args(words).env("RINGBACK_BASE_URL", emulator.url()).kill_on_drop(true);
    for (name, value) in [("TWILIO_ACCOUNT_SID", Emulator::ACCOUNT_SID), ("TWILIO_AUTH_TOKEN", Emulator::AUTH_TOKEN)] {
        if std::env::var_os(name).is_none_or(|value| value.is_empty()) {
            child.env(name, value);
        }
    }
    let mut child = match child.spawn() {
        Ok(child) => child,
        Err(cause) => {
            output::error(&format!("{} cannot be run: {cause}", program.display()));
            return exit::USAGE;
        }
    };
    loop {
        let signal = tokio::select! {
            status = child.wait() => return status.map_or(exit::REFUSED, code),
            signal = signals.next() => signal,
        };
        // Ctrl-C reached the command by itself; what it makes of that is its own affair
        if signal == Signal::Terminate {
            terminate(&mut child);
        }
    }
}

/// Passes a request to end on to the command.
#[cfg(unix)]
fn terminate(child: &mut Child) {
    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };
    if let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) {
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

/// Passes a request to end on to the command.
#[cfg(not(unix))]
fn terminate(child: &mut Child) {
    let _ = child.start_kill();
}

/// The exit code of a command; a signal is 128 and its number, as in shells.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    status.code().or(signal.map(|signal| 128 + signal)).unwrap_or(exit::REFUSED)
}
