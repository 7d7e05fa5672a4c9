//! `ringback twiml check`: findings as a compiler tells them, and exit codes for scripts.

use std::{io::Write, path::PathBuf, process::Stdio};

use crate::{end, ringback};

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn findings_are_told_with_their_line_and_a_caret() {
    let path =
        file("menu.xml", "<Response>\n\t<Gather numdigits=\"1\">\n\t</Gather>\n  <Pause length=\"0\"/>\n</Response>\n");
    let path = path.to_str().unwrap();
    let (code, out, error) = end(ringback(&["twiml", "check", path]));
    let expected = format!(
        "{path}:2:10: error[12200]: <Gather> has no attribute numdigits, since case counts\n    \
             \t<Gather numdigits=\"1\">\n    \t        ^\n    hint: write numDigits\n\
         {path}:4:10: warning[13910]: length of <Pause> is \"0\", which Twilio does not take\n      \
             <Pause length=\"0\"/>\n             ^\n    hint: write a number from 1 on\n"
    );
    assert_eq!((code, out.as_str(), error.as_str()), (1, expected.as_str(), ""));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn the_exit_code_says_whether_there_is_an_error() {
    let good = file("good.xml", "<Response><Say>Hello</Say></Response>");
    let warned = file("warned.xml", "<Response><Say/></Response>");
    let bad = file("bad.xml", "<Response><Say></Response>");
    let paths: Vec<&str> = [&good, &warned, &bad].map(|path| path.to_str().unwrap()).into();
    assert_eq!(end(ringback(&["twiml", "check", paths[0]])), (0, String::new(), String::new()));
    let (code, out, _) = end(ringback(&["twiml", "check", paths[0], paths[1]]));
    assert!(code == 0 && out.contains(&format!("{}:1:11: warning[13520]", paths[1])), "{code} {out}");
    let (code, out, _) = end(ringback(&["twiml", "check", paths[2], paths[1]]));
    assert!(code == 1 && out.contains("error[12100]") && out.contains("warning[13520]"), "{code} {out}");
    let (code, out, error) = end(ringback(&["twiml", "check", "/no/such/file", paths[2]]));
    assert!(code == 2 && out.contains("error[12100]") && error.contains("/no/such/file"), "{code} {out} {error}");
    assert_eq!(end(ringback(&["twiml", "check"])).0, 2);
    assert_eq!(end(ringback(&["twiml", "check", "--kind", "letter", paths[0]])).0, 2);
    for path in [good, warned, bad] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn the_standard_input_is_checked_as_it_will_be_used() {
    let check = |arguments: &[&str], document: &[u8]| {
        let mut child =
            ringback(&[&["twiml", "check", "-"], arguments].concat()).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(document).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let document = b"<Response><Record action='/done'/></Response>";
    assert_eq!(check(&[], document), (0, String::new()));
    let (code, out) = check(&["--parameter"], document);
    assert!(code == 1 && out.starts_with("-:1:19: error[15004]"), "{code} {out}");
    let (code, out) = check(&["--kind", "messaging"], document);
    assert!(code == 1 && out.contains("[14110]"), "{code} {out}");
    let (code, out) = check(&["--context", "conference-wait-url"], document);
    assert!(code == 1 && out.contains("[13238]"), "{code} {out}");
    let (code, out) = check(&["--json"], b"<Response>\n<say/></Response>");
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    let place = (found[0]["line"].as_u64(), found[0]["column"].as_u64(), found[0]["code"].as_u64());
    assert_eq!((code, place), (1, (Some(2), Some(1), Some(12200))));
    assert_eq!((&found[0]["file"], &found[0]["severity"]), (&"-".into(), &"error".into()));
    assert_eq!(check(&[], b"\xff<Response/>").0, 2);
    let (_, out) = check(&[], b"<Response><Say>\x1b[31m</Say></Response>");
    assert!(!out.contains('\u{1b}') && out.contains("U+001B"), "{out}");
    let long = format!("<Response>{}<say/></Response>", "<Pause/>".repeat(5000));
    let (_, out) = check(&[], long.as_bytes());
    assert!(out.lines().all(|line| line.chars().count() < 120), "{out}");
}
