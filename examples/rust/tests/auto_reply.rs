//! The example that answers texts, run as a program, with the emulator as Twilio.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use ringback::{blocking::Client, params};
use ringback_emulator::{Emulator, Options};
use serde_json::json;

/// Ends the program with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_text_is_answered_and_a_forged_one_refused() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_auto_reply"));
    command.arg("0").env("TWILIO_AUTH_TOKEN", Emulator::AUTH_TOKEN).env_remove("PUBLIC_URL").stdout(Stdio::piped());
    let mut program = Program(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().rsplit(' ').next().unwrap();

    let client = Client::build(emulator.client()).unwrap();
    let number = params! { "PhoneNumber" => "+15557654321", "SmsUrl" => url };
    client.execute("incoming_phone_numbers.create", number).unwrap();
    let text = json!({"from": "+15551234567", "to": "+15557654321", "body": "status"});
    emulator.control("POST", "/_emulator/messages", Some(text)).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let replies = loop {
        let page = client.execute("messages.list", params! { "To" => "+15551234567" }).unwrap();
        let messages = page.json().unwrap()["messages"].as_array().cloned().unwrap_or_default();
        if !messages.is_empty() {
            break messages;
        }
        assert!(Instant::now() < deadline, "no reply came");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!((replies.len(), replies[0]["body"].as_str()), (1, Some("Order #1234 arrives at noon")));

    let host = url.trim_start_matches("http://").trim_end_matches("/sms");
    let forged = format!(
        "POST /sms HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         X-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\nContent-Length: 14\r\nConnection: close\r\n\r\nMessageSid=SM1"
    );
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(forged.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\n"), "{answer}");
}
