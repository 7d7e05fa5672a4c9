//! The examples of Twilio's own specification, which the table is tried with: every answer and every body.

use std::{collections::BTreeMap, env, fs, io::Write, path::PathBuf};

use serde_json::Value as Json;

use crate::{
    Params, Value, api,
    operation::{Body, Kind, Operation, Place},
    request::WireRequest,
};

/// The folder of Twilio's OpenAPI files, if it is at hand.
fn folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/twilio-oai");
    let dir = env::var_os("RINGBACK_OPENAPI").map_or_else(beside, PathBuf::from);
    if !dir.is_dir() {
        say("skipped: Twilio's OpenAPI files are not here; RINGBACK_OPENAPI names their folder");
        return None;
    }
    Some(dir)
}

/// Prints what a test found, also when it passes.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// An operation of the specification: its row, what the file says of it, and the file.
pub(crate) struct Described {
    pub(crate) row: &'static Operation,
    pub(crate) operation: Json,
    components: Json,
}

/// Every operation that the specification describes, with its row.
pub(crate) fn described() -> Option<Vec<Described>> {
    let rows: BTreeMap<(&str, &str, &str), &Operation> =
        api::all().map(|row| ((row.product(), row.path.as_str(), row.method.as_str()), row)).collect();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()?).unwrap() {
        let path = entry.unwrap().path();
        let mut text = fs::read_to_string(&path).unwrap();
        if path.ends_with("twilio_iam_organizations.json") {
            text = text.replace("UserSid", "Id").replace("RoleAssignmentSid", "Sid");
        }
        let file: Json = serde_json::from_str(&text).unwrap();
        let host = file["servers"][0]["url"].as_str().unwrap();
        let product = host.strip_prefix("https://").unwrap().strip_suffix(".twilio.com").unwrap();
        for (path, item) in file["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let method = method.to_ascii_uppercase();
                if let Some(row) = rows.get(&(product, path.as_str(), method.as_str())) {
                    let components = file["components"].clone();
                    found.push(Described { row, operation: operation.clone(), components });
                }
            }
        }
    }
    assert!(found.len() >= 1441, "only {} rows are described", found.len());
    Some(found)
}

impl Described {
    /// The examples of all answers that say yes.
    #[cfg(feature = "all")]
    pub(crate) fn answers(&self) -> Vec<Json> {
        let good = self.operation["responses"].as_object().into_iter().flatten();
        good.filter(|(status, _)| !status.starts_with('4')).flat_map(|(_, answer)| self.examples(answer)).collect()
    }

    /// The examples of its body.
    fn bodies(&self) -> Vec<Json> {
        self.examples(&self.operation["requestBody"])
    }

    fn examples(&self, node: &Json) -> Vec<Json> {
        let contents = node["content"].as_object().into_iter().flatten();
        let examples = contents.filter_map(|(_, content)| content["examples"].as_object()).flatten();
        examples.map(|(_, example)| self.resolved(example)["value"].clone()).collect()
    }

    fn resolved<'a>(&'a self, node: &'a Json) -> &'a Json {
        let pointer = node["$ref"].as_str().and_then(|pointer| pointer.strip_prefix("#/components"));
        pointer.and_then(|pointer| self.components.pointer(pointer)).unwrap_or(node)
    }
}

/// What a form must hold for a value of an example, text by text.
fn texts(row: &Operation, name: &str, value: &Json) -> Vec<String> {
    let is_boolean = row.parameter(name).is_some_and(|parameter| parameter.kind == Kind::Boolean);
    match value {
        Json::Array(values) => values.iter().flat_map(|value| texts(row, name, value)).collect(),
        Json::String(text) if is_boolean => vec![text.to_lowercase()],
        Json::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// The parameters of an example of a form, those that the operation does not have left out.
fn params_of(row: &Operation, example: &Json) -> (Params, Vec<String>) {
    let mut params = Params::new();
    let mut unknown = Vec::new();
    for (name, value) in example.as_object().into_iter().flatten() {
        let value = match value {
            Json::String(text) => Value::from(text.as_str()),
            Json::Bool(flag) => Value::from(*flag),
            Json::Number(number) if number.is_i64() => Value::from(number.as_i64().unwrap()),
            other => Value::from(other.clone()),
        };
        match row.parameter(name) {
            Some(_) => _ = params.set(name.clone(), value),
            None => unknown.push(name.clone()),
        }
    }
    (params, unknown)
}

#[test]
fn every_example_of_a_body_is_written_as_it_stands() {
    let Some(described) = described() else { return };
    let (mut written, mut left_out) = (0, Vec::new());
    for operation in &described {
        let row = operation.row;
        for example in operation.bodies() {
            let (mut params, unknown) = match row.body {
                Body::Json(_) => {
                    let name = row.parameters.iter().find(|row| row.place == Place::Body);
                    (Params::from_iter([(name.unwrap().name, example.clone())]), Vec::new())
                }
                _ => params_of(row, &example),
            };
            left_out.extend(unknown.iter().map(|name| format!("{name} of {row}")));
            for name in row.path_parameters() {
                params.set(format!("{{{name}}}"), "x");
            }
            // an example may leave out what the file itself requires
            for parameter in row.parameters.iter().filter(|parameter| parameter.required) {
                if params.get(&parameter.name).is_none() {
                    params.set(parameter.name, "x");
                }
            }
            let request = WireRequest::new(row, &params, "AC1").unwrap_or_else(|error| panic!("{row}: {error}"));
            if let Body::Json(_) = row.body {
                let sent: Json = serde_json::from_slice(&request.body).unwrap();
                assert_eq!(sent, example, "{row}");
            } else {
                let sent: Vec<(String, String)> =
                    form_urlencoded::parse(&request.body).into_owned().filter(|(_, text)| text != "x").collect();
                let known = example.as_object().into_iter().flatten().filter(|(name, _)| !unknown.contains(name));
                let wanted = known
                    .flat_map(|(name, value)| texts(row, name, value).into_iter().map(|text| (name.clone(), text)));
                assert_eq!(sent, wanted.collect::<Vec<_>>(), "{row}");
            }
            written += 1;
        }
    }
    say(&format!(
        "{written} bodies of the specification are written as they stand; not parameters of their operations: {}",
        left_out.len()
    ));
    assert!(written >= 616, "only {written} examples were found");
    // what the examples of the files have and their parameters lack
    assert!(left_out.len() < 120, "{left_out:#?}");
}
