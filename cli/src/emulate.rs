//! `ringback emulate`.

use std::{ffi::OsString, process::ExitStatus};

use ringback_emulator::{Emulator, Options};
use tokio::{process::Command, runtime::Builder};

use crate::{arguments::Emulate, exit, output};

/// Runs the emulator until it is told to stop, or as long as a command runs.
pub(crate) fn run(options: Emulate) -> i32 {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            output::error(&format!("the operating system gave no event queue: {cause}"));
            return exit::REFUSED;
        }
    };
    let emulator = match Emulator::start(Options::default().port(options.port)) {
        Ok(emulator) => emulator,
        Err(error) => {
            output::error(&format!("{error}; choose another port with --port"));
            return exit::USAGE;
        }
    };
    output::line(&format!("ringback emulator listening on {}", emulator.url()));
    let code = runtime.block_on(async {
        match options.command.is_empty() {
            true => {
                until_stopped().await;
                exit::SUCCESS
            }
            false => around(&emulator, options.command).await,
        }
    });
    emulator.stop();
    code
}

/// Waits for Ctrl-C, or for what else asks a program to end.
async fn until_stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Runs a command against the emulator and gives its exit code.
async fn around(emulator: &Emulator, command: Vec<OsString>) -> i32 {
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
    // Ctrl-C reaches the command by itself, as a member of the terminal's group; what it makes of it is its own affair
    loop {
        tokio::select! {
            status = child.wait() => return status.map_or(exit::REFUSED, code),
            () = until_stopped() => terminate(&child),
        }
    }
}

/// Passes a request to end on to the command.
fn terminate(child: &tokio::process::Child) {
    #[cfg(unix)]
    if let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()) {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM);
    }
    #[cfg(not(unix))]
    let _ = child;
}

/// The exit code of a command; a signal is 128 and its number, as in shells.
fn code(status: ExitStatus) -> i32 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(exit::REFUSED)
    }
    #[cfg(not(unix))]
    status.code().unwrap_or(exit::REFUSED)
}
