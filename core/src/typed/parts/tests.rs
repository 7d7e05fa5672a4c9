//! Every example answer of the specification becomes its typed resource, without losing a value.

use std::{env, fmt::Debug, fs, path::PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{api, typed::generated::samples::SAMPLES};

/// Reads an answer and shows what became of it.
pub(crate) type Sample = fn(&str) -> serde_json::Result<String>;

pub(crate) fn sample<T: DeserializeOwned + Debug>(text: &str) -> serde_json::Result<String> {
    serde_json::from_str::<T>(text).map(|resource| format!("{resource:?}"))
}

/// The text of the specification of a version, if Twilio's files are at hand.
fn specification(version: &str) -> Option<String> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/twilio-oai");
    let dir = env::var_os("RINGBACK_OPENAPI").map_or_else(beside, PathBuf::from);
    fs::read_to_string(dir.join(format!("twilio_{version}.json"))).ok()
}

#[test]
fn every_typed_request_has_its_row() {
    for (name, _) in SAMPLES {
        assert!(api::find(name).is_some(), "{name}");
    }
    assert!(SAMPLES.len() > 100, "only {} requests are typed", SAMPLES.len());
}

#[test]
fn every_example_becomes_its_resource_and_loses_nothing() {
    let mut read = 0;
    let mut lost: Vec<(&str, String, String)> = Vec::new();
    for version in ["api_v2010", "verify_v2"] {
        let Some(specification) = specification(version) else {
            skipped();
            return;
        };
        let specification: Value = serde_json::from_str(&specification).unwrap();
        for (name, sample) in SAMPLES {
            let operation = api::find(name).expect("a request has its row");
            let method = operation.method.as_str().to_ascii_lowercase();
            let answers = &specification["paths"][operation.path][&method]["responses"];
            let contents =
                answers.as_object().into_iter().flatten().flat_map(|(_, answer)| answer["content"].as_object());
            let examples = contents.flatten().filter_map(|(_, content)| content["examples"].as_object()).flatten();
            for (_, example) in examples {
                let value = &example["value"];
                let records = operation.records.map(|key| value[key].as_array().cloned().unwrap_or_default());
                for record in records.unwrap_or_else(|| vec![value.clone()]) {
                    let shown = sample(&record.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
                    read += 1;
                    for (key, value) in record.as_object().into_iter().flatten() {
                        let absent = [format!("{{ {key}: None"), format!(", {key}: None")];
                        if !value.is_null() && absent.iter().any(|absent| shown.contains(absent)) {
                            lost.push((name, key.clone(), value.to_string()));
                        }
                    }
                }
            }
        }
    }
    assert!(lost.is_empty(), "{} of {read} answers: {lost:#?}", lost.len());
    assert!(read > 300, "only {read} examples were found");
}

#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn skipped() {
    eprintln!("skipped: Twilio's OpenAPI files are not here; RINGBACK_OPENAPI names their folder");
}
