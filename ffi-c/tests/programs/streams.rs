//! The vectors of streams as a C program reads them: one vector per line, its fields in hexadecimal digits.

use std::{fmt::Write, fs, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::workbench::{root, scratch, unique};

/// Writes the file.
pub(crate) fn write() -> PathBuf {
    let vectors = fs::read_to_string(root().join("tests/vectors/streams.json")).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let mut lines = String::new();
    let each = |protocol: &str, section: &str| vectors[protocol][section].as_array().unwrap().clone();
    for protocol in ["media", "relay"] {
        for vector in each(protocol, "from_twilio") {
            let name = text(&vector, "name");
            // C has the name that Twilio gives it
            let name = if name == "unknown" { text(&vector["fields"], "name") } else { name };
            let payload = vector["fields"]["payload"].as_str().map(|payload| STANDARD.decode(payload).unwrap());
            line(
                &mut lines,
                &["read", protocol],
                &[text(&vector, "text").as_bytes(), name.as_bytes(), &payload.unwrap_or_default()],
            );
        }
        for vector in each(protocol, "refused") {
            line(&mut lines, &["refuse", protocol], &[text(&vector, "text").as_bytes()]);
        }
        for vector in each(protocol, "to_twilio") {
            if let Some(fields) = made_in_c(&vector) {
                let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
                line(&mut lines, &["write", text(&vector, "name")], &fields);
            }
        }
    }
    for (section, verdict) in [("accepted", "accept"), ("refused", "forged")] {
        for vector in each("handshakes", section) {
            let fields = ["token", "url", "signature"].map(|key| text(&vector, key).as_bytes());
            line(&mut lines, &[verdict], &fields);
        }
    }
    let path = scratch("vectors").join(unique("streams.tsv"));
    fs::write(&path, lines).unwrap();
    path
}

/// The text of a message and what it is made of, where C has a function for all of it.
fn made_in_c(vector: &Value) -> Option<Vec<Vec<u8>>> {
    let fields = &vector["fields"];
    let given = |key: &str| text(fields, key).as_bytes().to_vec();
    let mut made = vec![text(vector, "text").as_bytes().to_vec()];
    match text(vector, "name") {
        "media" => made.extend([given("stream_sid"), STANDARD.decode(text(fields, "payload")).unwrap()]),
        "mark" => made.extend([given("stream_sid"), given("name")]),
        "clear" => made.push(given("stream_sid")),
        "text" if fields.as_object()?.len() == 2 => {
            made.extend([given("token"), fields["last"].to_string().into_bytes()]);
        }
        "end" if fields.as_object()?.is_empty() => {}
        "end" => made.push(given("handoff_data")),
        _ => return None,
    }
    Some(made)
}

fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
    vector[key].as_str().unwrap()
}

fn line(lines: &mut String, words: &[&str], fields: &[&[u8]]) {
    lines.push_str(&words.join("\t"));
    for field in fields {
        lines.push('\t');
        for byte in *field {
            write!(lines, "{byte:02x}").unwrap();
        }
    }
    lines.push('\n');
}
