//! Every example answer of the specification becomes its typed resource, without losing a value.

use std::{collections::BTreeMap, fmt::Debug};

use serde::de::DeserializeOwned;

use crate::{
    api,
    examples::{described, say},
    typed::generated::samples::SAMPLES,
};

/// Reads an answer and shows what became of it.
pub(crate) type Sample = fn(&str) -> serde_json::Result<String>;

pub(crate) fn sample<T: DeserializeOwned + Debug>(text: &str) -> serde_json::Result<String> {
    serde_json::from_str::<T>(text).map(|resource| format!("{resource:?}"))
}

#[test]
fn every_typed_request_has_its_row() {
    for (name, _) in SAMPLES {
        assert!(api::find(name).is_some(), "{name}");
    }
    assert_eq!(SAMPLES.len(), api::all().count(), "an operation has no typed request");
}

#[test]
fn every_example_becomes_its_resource_and_loses_nothing() {
    let Some(described) = described() else { return };
    let samples: BTreeMap<&str, Sample> = SAMPLES.iter().copied().collect();
    let (mut read, mut records) = (0, 0);
    let mut lost: Vec<(&str, String, String)> = Vec::new();
    for operation in &described {
        let (name, sample) = (operation.row.name, samples[operation.row.name]);
        for answer in operation.answers() {
            read += 1;
            let page = operation.row.records.map(|key| answer[key.as_str()].as_array().cloned().unwrap_or_default());
            for record in page.unwrap_or_else(|| vec![answer.clone()]) {
                let shown = sample(&record.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
                records += 1;
                for property in operation.row.resource.properties {
                    let value = &record[property.key.as_str()];
                    let absent = format!("{}: None", property.key);
                    let is_absent = shown.contains(&format!("{{ {absent}")) || shown.contains(&format!(", {absent}"));
                    if !value.is_null() && is_absent {
                        lost.push((name, property.key.into(), value.to_string()));
                    }
                }
            }
        }
    }
    say(&format!("{read} answers of the specification with {records} records become their resources"));
    assert!(lost.is_empty(), "{} of {records} records: {lost:#?}", lost.len());
    assert!(read >= 1764, "only {read} examples were found");
}
