//! Vectors as C programs read them: one case per line, its fields in hexadecimal digits.

use std::{fmt::Write, fs, path::PathBuf};

use serde_json::Value;

use crate::workbench::{root, scratch, unique};

/// Writes the file of signatures: every vector, and every genuine one again with a signature that is no longer right.
pub(crate) fn write() -> PathBuf {
    let vectors = fs::read_to_string(root().join("tests/vectors/signature.json")).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let mut lines = String::new();
    for vector in vectors["accepted"].as_array().unwrap() {
        line(&mut lines, "accept", vector, vector["signature"].as_str().unwrap());
        line(&mut lines, "refuse", vector, &forged(vector["signature"].as_str().unwrap()));
    }
    for vector in vectors["refused"].as_array().unwrap() {
        line(&mut lines, "refuse", vector, vector["signature"].as_str().unwrap());
    }
    let path = scratch("vectors").join(unique("signature.tsv"));
    fs::write(&path, lines).unwrap();
    path
}

fn line(lines: &mut String, verdict: &str, vector: &Value, signature: &str) {
    let text = |key: &str| vector[key].as_str().unwrap_or_default();
    let (body, content_type) = match vector["params"].as_object() {
        Some(_) if vector["body"].is_string() => (text("body").to_owned(), "application/x-www-form-urlencoded"),
        Some(params) => (form(params), "application/x-www-form-urlencoded; charset=UTF-8"),
        None => (text("body").to_owned(), "application/json"),
    };
    lines.push_str(verdict);
    fields(lines, &[text("token"), text("url"), &body, content_type, signature, text("settings")]);
}

fn fields(lines: &mut String, fields: &[&str]) {
    for field in fields {
        lines.push('\t');
        for byte in field.bytes() {
            write!(lines, "{byte:02x}").unwrap();
        }
    }
    lines.push('\n');
}

/// Writes the file of documents: `check` with the options and the document, then `found` for each of its findings.
pub(crate) fn write_twiml() -> PathBuf {
    let vectors = fs::read_to_string(root().join("tests/vectors/twiml_check.json")).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let mut lines = String::new();
    for document in vectors["documents"].as_array().unwrap() {
        let text = |key: &str| document[key].as_str().unwrap_or_default();
        let repeat = &document["repeat"];
        let xml = match repeat["mark"].as_str() {
            Some(mark) => {
                let times = usize::try_from(repeat["times"].as_u64().unwrap()).unwrap();
                text("xml").replace(mark, &repeat["text"].as_str().unwrap().repeat(times))
            }
            None => text("xml").to_owned(),
        };
        let parameter = if document["parameter"] == true { "1" } else { "" };
        lines.push_str("check");
        fields(&mut lines, &[text("kind"), text("context"), parameter, &xml]);
        for finding in document["findings"].as_array().unwrap() {
            let number = |key: &str| finding[key].as_u64().unwrap_or(0).to_string();
            let words = |key: &str| finding[key].as_str().unwrap_or_default();
            let [severity, message, hint] = ["severity", "message", "hint"].map(words);
            lines.push_str("found");
            fields(&mut lines, &[severity, &number("code"), &number("line"), &number("column"), message, hint]);
        }
    }
    let path = scratch("vectors").join(unique("twiml.tsv"));
    fs::write(&path, lines).unwrap();
    path
}

fn form(params: &serde_json::Map<String, Value>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in params {
        match value.as_array() {
            Some(values) => values.iter().for_each(|value| {
                form.append_pair(name, value.as_str().unwrap());
            }),
            None => {
                form.append_pair(name, value.as_str().unwrap());
            }
        }
    }
    form.finish()
}

/// The signature with its first letter changed.
fn forged(signature: &str) -> String {
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{first}{}", signature.chars().skip(1).collect::<String>())
}
