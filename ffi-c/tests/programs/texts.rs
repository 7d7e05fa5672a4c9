//! The vectors of segments as a C program reads them: one text per line, its bytes in hexadecimal digits.

use std::{fmt::Write, fs, path::PathBuf};

use serde_json::Value;

use crate::workbench::{root, scratch, unique};

/// Writes the file.
pub(crate) fn write() -> PathBuf {
    let vectors = fs::read_to_string(root().join("tests/vectors/segments.json")).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let mut lines = String::new();
    for case in vectors["texts"].as_array().unwrap() {
        let manner = if case["smart_encoded"] == true { "smart" } else { "plain" };
        write!(lines, "{manner} {} ", case["encoding"].as_str().unwrap()).unwrap();
        for key in ["segments", "characters", "units", "room"] {
            write!(lines, "{} ", case[key]).unwrap();
        }
        for byte in text_of(&case["text"]).bytes() {
            write!(lines, "{byte:02x}").unwrap();
        }
        lines.push('\n');
    }
    let path = scratch("vectors").join(unique("segments.txt"));
    fs::write(&path, lines).unwrap();
    path
}

/// A text, or pieces of one with how often each is repeated.
fn text_of(value: &Value) -> String {
    let repeated = |piece: &Value| {
        let times = usize::try_from(piece[1].as_u64().unwrap()).unwrap();
        piece[0].as_str().unwrap().repeat(times)
    };
    match value.as_array() {
        Some(pieces) => pieces.iter().map(repeated).collect(),
        None => value.as_str().unwrap().to_owned(),
    }
}
