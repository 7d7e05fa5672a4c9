//! The vectors of payloads and ladders as a C program reads them: one fact per line, its texts in hexadecimal digits.

use std::{fmt::Write, fs, path::PathBuf};

use serde_json::Value;

use crate::workbench::{root, scratch, unique};

/// Writes the file: of each webhook its body and kind, and then what it says.
pub(crate) fn write() -> PathBuf {
    let mut lines = String::new();
    for vector in read("payloads")["recognised"].as_array().unwrap() {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for pair in vector["params"].as_array().unwrap() {
            form.append_pair(text(&pair[0]), text(&pair[1]));
        }
        line(&mut lines, "webhook", &[&form.finish(), text(&vector["kind"])]);
        for (name, value) in vector["values"].as_object().unwrap() {
            match value {
                Value::String(value) if !value.is_empty() => line(&mut lines, "text", &[name, value]),
                Value::Number(value) => line(&mut lines, "integer", &[name, &value.to_string()]),
                Value::Bool(value) => line(&mut lines, "boolean", &[name, if *value { "1" } else { "0" }]),
                Value::Null => line(&mut lines, "nothing", &[name]),
                Value::Object(object) if object.contains_key("decimal") => {
                    line(&mut lines, "text", &[name, text(&object["decimal"])]);
                }
                Value::Object(object) if object.contains_key("moment") => {
                    line(&mut lines, "moment", &[name, text(&object["moment"])]);
                }
                _ => {}
            }
        }
        for pair in vector["extra"].as_array().into_iter().flatten() {
            line(&mut lines, "extra", &[text(&pair[0])]);
        }
        for name in vector["problems"].as_array().into_iter().flatten() {
            line(&mut lines, "problem", &[text(name)]);
        }
        for media in vector["media"].as_array().into_iter().flatten() {
            line(&mut lines, "media", &[text(&media[0]), media[1].as_str().unwrap_or_default()]);
        }
    }
    for vector in read("payloads")["cloud_events"].as_array().unwrap() {
        line(&mut lines, "events", &[text(&vector["body"]), &vector["events"].as_array().unwrap().len().to_string()]);
        for event in vector["events"].as_array().unwrap() {
            let kind = event["payload"]["kind"].as_str().unwrap_or_default();
            line(&mut lines, "event", &[text(&event["type"]), text(&event["id"]), kind]);
        }
    }
    for vector in read("payloads")["no_cloud_events"].as_array().unwrap() {
        line(&mut lines, "no events", &[text(&vector["body"]), text(&vector["message"])]);
    }
    for seen in read("idempotency")["sightings"].as_array().unwrap() {
        let token = seen["token"].as_str();
        let given = if token.is_some() { "token" } else { "" };
        line(&mut lines, "seen", &[text(&seen["signature"]), given, token.unwrap_or_default(), text(&seen["gives"])]);
    }
    let ladder = read("ladder");
    for vector in ladder["messages"].as_array().unwrap() {
        line(&mut lines, "message", &[vector[0].as_str().unwrap_or_default(), text(&vector[1]), text(&vector[2])]);
    }
    for vector in ladder["calls"].as_array().unwrap() {
        let number = |standing: &Value| standing[1].as_i64().unwrap_or(-1).to_string();
        let (last, next) = (&vector[0], &vector[1]);
        let facts = [last[0].as_str().unwrap_or_default(), &number(last), text(&next[0]), &number(next)];
        line(&mut lines, "call", &[&facts[..], &[text(&vector[2])]].concat());
    }
    let path = scratch("vectors").join(unique("payloads.tsv"));
    fs::write(&path, lines).unwrap();
    path
}

fn read(name: &str) -> Value {
    let text = fs::read_to_string(root().join(format!("tests/vectors/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn line(lines: &mut String, word: &str, texts: &[&str]) {
    lines.push_str(word);
    for text in texts {
        lines.push('\t');
        text.bytes().for_each(|byte| write!(lines, "{byte:02x}").unwrap());
    }
    lines.push('\n');
}
