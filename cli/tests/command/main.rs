//! The command as a shell sees it: what it prints, and its exit codes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod completion;
mod twiml;
mod webhook;

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
};

pub(crate) fn ringback(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringback"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["RINGBACK_BASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_REGION"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn end(mut command: Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// Runs the command against an emulator that runs around it.
pub(crate) fn inside(arguments: &[&str]) -> (i32, String, String) {
    let mut all = vec!["emulate", "--port", "0", "--", env!("CARGO_BIN_EXE_ringback")];
    all.extend(arguments);
    end(ringback(&all))
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    line
}

#[cfg(unix)]
#[test]
fn it_says_when_it_is_ready_and_ends_when_told() {
    for signal in [nix::sys::signal::Signal::SIGTERM, nix::sys::signal::Signal::SIGINT] {
        let mut child = ringback(&["emulate", "--port", "0"]).spawn().unwrap();
        let line = first_line(&mut child);
        assert!(line.starts_with("ringback emulator listening on http://127.0.0.1:") && line.ends_with('\n'), "{line}");
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_port_in_use_is_wrong_usage() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, out, error) = end(ringback(&["emulate", "--port", &port]));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains(&port) && error.contains("--port"), "{error}");
}

#[cfg(unix)]
#[test]
fn it_ends_with_its_command_and_returns_its_exit_code() {
    let script = "echo $RINGBACK_BASE_URL $TWILIO_ACCOUNT_SID; exit 7";
    let (code, out, _) = end(ringback(&["emulate", "--port", "0", "--", "sh", "-c", script]));
    assert_eq!(code, 7);
    assert!(out.lines().nth(1).unwrap().ends_with(" AC00000000000000000000000000000001"), "{out}");
    let (code, _, _) = end(ringback(&["emulate", "--port", "0", "--", "sh", "-c", "kill -9 $$"]));
    assert_eq!(code, 137);
    let (code, _, error) = end(ringback(&["emulate", "--port", "0", "--", "/no/such/program"]));
    assert!(code == 2 && error.contains("/no/such/program"), "{code} {error}");
    let mut kept = ringback(&["emulate", "--port", "0", "--", "sh", "-c", "echo $TWILIO_ACCOUNT_SID"]);
    kept.env("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000009");
    assert!(end(kept).1.contains("AC00000000000000000000000000000009"));
}

#[test]
fn messages_are_sent_and_refused_with_exit_codes() {
    let (code, out, error) = inside(&["send", "--to", "+15551234567", "--from", "+15557654321", "--body", "hello"]);
    assert!(code == 0 && out.contains("\"status\": \"queued\""), "{out} {error}");
    let (code, _, error) = inside(&["send", "--to", "12", "--from", "+15557654321", "--body", "hello"]);
    assert!(code == 1 && error.contains("21211"), "{code} {error}");
    let (code, _, _) = inside(&["send", "--to", "+15551234567"]);
    assert_eq!(code, 2);
}

#[test]
fn an_unknown_outcome_has_a_code_of_its_own() {
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = deaf.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in deaf.incoming().map_while(Result::ok) {
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]); // takes the request and leaves
        }
    });
    let mut command = ringback(&["send", "--to", "+15551234567", "--from", "+15557654321", "--body", "hello"]);
    command.env("RINGBACK_BASE_URL", format!("http://127.0.0.1:{port}"));
    command.env("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001").env("TWILIO_AUTH_TOKEN", "token");
    assert_eq!(end(command).0, 3);
}
