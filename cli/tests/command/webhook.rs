//! `ringback webhook check` as a shell sees it.

use std::io::Write as _;

use super::{end, ringback};

const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const SIGNATURE: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
const PARAMS: [&str; 10] = [
    "--param",
    "CallSid=CA1234567890ABCDE",
    "--param",
    "Caller=+14158675309",
    "--param",
    "Digits=1234",
    "--param",
    "From=+14158675309",
    "--param",
    "To=+18005551212",
];
const REQUEST: &str = "POST /myapp.php?foo=1&bar=2 HTTP/1.1\r\nHost: mycompany.com\r\n\
    Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n\
    X-Twilio-Signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=\r\n\r\n\
    CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";

fn check(arguments: &[&str]) -> (i32, String, String) {
    let mut command = ringback(&[&["webhook", "check"], arguments].concat());
    command.env("TWILIO_AUTH_TOKEN", "12345");
    end(command)
}

/// Gives the command a text on its standard input.
fn check_input(arguments: &[&str], input: &str) -> (i32, String) {
    let mut command = ringback(&[&["webhook", "check"], arguments].concat());
    command.env("TWILIO_AUTH_TOKEN", "12345").stdin(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn it_says_yes_to_a_genuine_request_and_why_not_to_another() {
    let with = |url, signature| check(&[&["--url", url, "--signature", signature], &PARAMS[..]].concat());
    let (code, out, _) = with(URL, SIGNATURE);
    assert_eq!((code, out.as_str()), (0, "yes: the signature fits https://mycompany.com/myapp.php?foo=1&bar=2\n"));
    let (code, out, _) = with("http://user:password@mycompany.com/myapp.php?foo=1&bar=2", SIGNATURE);
    assert_eq!(code, 1);
    assert!(out.starts_with("no: ") && out.contains("scheme (found): ") && out.contains("to do: "), "{out}");
    assert!(!out.contains("password") && !out.contains("12345\n"), "{out}");
    let (code, out, _) = with(URL, "nonsense");
    assert!(code == 1 && out.contains("signature_malformed"), "{out}");
    let (code, out, _) = check(&["--url", URL]);
    assert!(code == 1 && out.contains("signature_missing"), "{out}");
}

#[test]
fn it_reads_a_body_and_a_whole_request() {
    assert_eq!(check_input(&["--request", "-"], REQUEST).0, 0);
    assert_eq!(check_input(&["--request", "-"], &REQUEST.replace("\r\n", "\n")).0, 0);
    let inside = REQUEST.replace("Host: mycompany.com", "Host: app:8080\r\nX-Forwarded-Host: mycompany.com");
    assert_eq!(check_input(&["--request", "-"], &inside).0, 0);
    let (code, out) = check_input(&["--request", "-"], &REQUEST.replace("1234&", "1235&"));
    assert!(code == 1 && out.contains("unexplained"), "{out}");
    let body = REQUEST.split("\r\n\r\n").nth(1).unwrap();
    assert_eq!(check_input(&["--url", URL, "--signature", SIGNATURE, "--body", "-"], body).0, 0);
    let header = "x-twilio-signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    assert_eq!(check_input(&["--url", URL, "--header", header, "--body", "-"], body).0, 0);
    let (code, out) =
        check_input(&["--url", URL, "--header", header, "--body", "-", "--settings", "algorithm=X"], body);
    assert!(code == 1 && out.contains("algorithm_unknown"), "{out}");
}

#[test]
fn wrong_usage_is_told() {
    assert_eq!(check(&[]).0, 2);
    for (arguments, words) in [
        (&["--url", URL, "--param", "x"][..], "Name=value"),
        (&["--url", URL, "--header", "x"], "Name: value"),
        (&["--url", URL, "--body", "/no/such/file"], "/no/such/file"),
        (&["--url", URL, "--token-file", "/no/such/file"], "/no/such/file"),
        (&["--url", URL, "--body", "a", "--param", "a=b"], "cannot be used with"),
    ] {
        let (code, _, error) = check(arguments);
        assert!(code == 2 && error.contains(words), "{arguments:?}: {code} {error}");
    }
    let (code, _, error) = end(ringback(&["webhook", "check", "--url", URL]));
    assert!(code == 2 && error.contains("TWILIO_AUTH_TOKEN"), "{error}");
    for (request, words) in [("nonsense", "HTTP/1"), ("POST / HTTP/1.1\r\n\r\n", "Host")] {
        assert_eq!(check_input(&["--request", "-"], request).0, 2, "{words}");
    }
}

#[test]
fn the_token_may_stand_in_a_file() {
    let file = std::env::temp_dir().join(format!("ringback-token-{}", std::process::id()));
    std::fs::write(&file, "12345\n").unwrap();
    let path = file.to_str().unwrap();
    let (code, out, error) = end(ringback(
        &[&["webhook", "check", "--url", URL, "--signature", SIGNATURE, "--token-file", path], &PARAMS[..]].concat(),
    ));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(code, 0, "{out}{error}");
}
