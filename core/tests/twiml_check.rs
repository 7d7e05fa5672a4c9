//! What a check says of a document is what the vectors say, and no document that Twilio takes has an error.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use ringback::twiml::{
    CheckOptions, Context, Finding, Gather, Hangup, Kind, Message, MessagingResponse, Redirect, Say, Severity,
    VoiceResponse, check,
};
use serde_json::{Value, json};

fn vectors(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn kind(name: &str) -> Kind {
    match name {
        "voice" => Kind::Voice,
        "messaging" => Kind::Messaging,
        "fax" => Kind::Fax,
        other => panic!("{other}"),
    }
}

fn options(document: &Value) -> CheckOptions {
    let mut options = CheckOptions::new().parameter(document["parameter"] == true);
    if let Some(name) = document["kind"].as_str() {
        options = options.kind(kind(name));
    }
    if let Some(name) = document["context"].as_str() {
        options = options.context(*Context::ALL.iter().find(|context| context.as_str() == name).unwrap());
    }
    options
}

fn xml(document: &Value) -> String {
    let xml = document["xml"].as_str().unwrap();
    let repeat = &document["repeat"];
    match repeat["mark"].as_str() {
        Some(mark) => {
            let times = usize::try_from(repeat["times"].as_u64().unwrap()).unwrap();
            xml.replace(mark, &repeat["text"].as_str().unwrap().repeat(times))
        }
        None => xml.to_owned(),
    }
}

fn as_json(finding: &Finding) -> Value {
    let Finding { severity, code, line, column, message, hint, .. } = finding;
    json!({
        "line": line, "column": column, "severity": severity.as_str(), "code": code, "message": message, "hint": hint
    })
}

#[test]
fn findings_are_those_of_the_vectors() {
    let vectors = vectors("twiml_check.json");
    let documents = vectors["documents"].as_array().unwrap();
    assert!(documents.len() > 60);
    for document in documents {
        let found: Vec<Value> = options(document).check(&xml(document)).iter().map(as_json).collect();
        assert_eq!(Value::Array(found), document["findings"], "{}", document["id"]);
    }
}

#[test]
fn every_document_that_the_official_package_writes_is_without_errors() {
    let vectors = vectors("twiml.json");
    for document in vectors["documents"].as_array().unwrap() {
        let xml = document["xml"].as_str().unwrap();
        let told = CheckOptions::new().kind(kind(document["kind"].as_str().unwrap())).check(xml);
        for finding in check(xml).iter().chain(&told) {
            assert_ne!(finding.severity, Severity::Error, "{}: {finding}", document["id"]);
        }
    }
}

/// What the shop of the examples says.
#[test]
fn every_document_of_the_examples_is_without_findings() {
    let menu = Gather::new().num_digits(1).action("/menu").say(Say::new("Press 1 for your order"));
    let voice =
        VoiceResponse::new().say(Say::new("Hello from the shop")).gather(menu).redirect(Redirect::new("/voice"));
    let end = VoiceResponse::new().say(Say::new("It arrives at noon. Goodbye")).hangup(Hangup::new());
    let again = VoiceResponse::new().redirect(Redirect::new("/voice"));
    for document in [voice, end, again] {
        assert_eq!(check(&document.to_xml().unwrap()), []);
    }
    let reply = MessagingResponse::new().message(Message::new("Order #1234 arrives at noon"));
    assert_eq!(check(&reply.to_xml().unwrap()), []);
}

#[test]
fn a_finding_reads_like_the_line_of_a_compiler() {
    let findings = check("<Response>\n  <say>Hello</say>\n  <Reject/>\n</Response>");
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(lines[0], "2:3: error[12200]: TwiML knows no verb <say>, since case counts");
    assert!(lines[1].starts_with("3:3: warning: <Reject> only hangs up here"), "{}", lines[1]);
    assert!(Severity::Error > Severity::Warning);
}

/// A check that says nothing must not pass for one that finds.
#[test]
fn each_kind_of_wrong_document_has_its_code() {
    for (xml, code) in [
        ("<Response>", 12100),
        ("<response/>", 12102),
        ("<Response><Foo/></Response>", 12200),
        ("<Response><Gather><Hangup/></Gather></Response>", 13320),
        ("<Response><Dial>nobody</Dial></Response>", 13223),
        ("<Response><Play digits='x'/></Response>", 13430),
        ("<Response><Message/></Response>", 14103),
        ("<Response><Gather action='x:y'/></Response>", 11100),
    ] {
        let findings = check(xml);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Some(code)], "{xml}");
    }
    assert_eq!(check("<Response><Say>Hello</Say></Response>"), []);
}
