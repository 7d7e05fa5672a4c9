//! Twilio's OpenAPI files: reading them, with the exceptions that some of them need.

use std::{collections::BTreeMap, fs, path::Path};

use ringback::names;
use serde_json::Value;

use super::spelling::{camelize, class};

/// Files whose operations Twilio withholds from its own libraries.
const WITHHELD: &[&str] = &["monitor_v2"];

/// The methods of a path, in the order in which they are read.
const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

/// One version of one product, as its file says it.
pub(super) struct Spec {
    pub domain: String,
    pub version: String,
    pub product: String,
    pub segment: String,
    /// Whether it follows version 1 of Twilio's standard of APIs.
    pub standard_v1: bool,
    pub paths: Vec<PathItem>,
    components: Value,
    /// The names of objects that a schema describes in place, by their description: two that are alike share one.
    inline: BTreeMap<String, String>,
}

/// One path of a specification.
#[derive(Clone)]
pub(super) struct PathItem {
    /// The path as it is on the wire.
    pub full: String,
    /// The path without the segment of the version.
    pub relative: String,
    pub instance: bool,
    /// Whether one instance can be reached though no operation concerns it.
    pub silent: bool,
    pub parent: Option<String>,
    pub names: Names,
    /// Methods and operations, in reading order.
    pub operations: Vec<(&'static str, Value)>,
}

/// The names that a specification gives instead of those that follow from the path.
#[derive(Clone, Default)]
pub(super) struct Names {
    pub class: Option<String>,
    pub mount: Option<String>,
}

impl Names {
    pub(super) fn of(node: &Value) -> Self {
        let text = |key: &str| node["x-twilio"][key].as_str().map(str::to_owned);
        Self { class: text("className"), mount: text("mountName") }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.class.is_none() && self.mount.is_none()
    }
}

/// The names of all files of a folder, such as `api_v2010`, sorted.
pub(super) fn files(dir: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(dir).map_err(|error| format!("cannot read {}: {error}", dir.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_prefix("twilio_")?.strip_suffix(".json")?.to_owned()))
        .filter(|name| !WITHHELD.contains(&name.as_str()))
        .collect();
    names.sort();
    Ok(names)
}

/// Reads one file, which holds one version of a product or, in two cases, several.
pub(super) fn read(dir: &Path, name: &str) -> Result<Vec<Spec>, String> {
    let path = dir.join(format!("twilio_{name}.json"));
    let mut text = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let organizations = name == "iam_organizations";
    if organizations {
        text = text.replace("UserSid", "Id").replace("RoleAssignmentSid", "Sid");
    }
    let file: Value = serde_json::from_str(&text).map_err(|error| format!("{} is no JSON: {error}", path.display()))?;
    let host = file["servers"][0]["url"].as_str().and_then(|url| url.strip_prefix("https://"));
    let product =
        host.and_then(|host| host.strip_suffix(".twilio.com")).ok_or_else(|| format!("{name} has no host"))?;
    let standards = file["info"]["x-twilio"]["apiStandards"].as_str();
    let mut specs: Vec<Spec> = Vec::new();
    for (full, item) in file["paths"].as_object().into_iter().flatten() {
        let (segment, relative) = split(full);
        let (domain, version) = match version_of(name, segment) {
            version if organizations => ("preview_iam".to_owned(), version),
            version => (names::snake(product), version),
        };
        let found = specs.iter().position(|spec| spec.version == version && spec.domain == domain);
        let index = found.unwrap_or_else(|| {
            specs.push(Spec {
                domain,
                version,
                product: product.to_owned(),
                segment: segment.to_owned(),
                standard_v1: standards.is_some_and(|standards| standards.starts_with("v1.")),
                paths: Vec::new(),
                components: file["components"].clone(),
                inline: inline_names(&file["components"]["schemas"]),
            });
            specs.len() - 1
        });
        specs[index].paths.push(path_item(full, relative, item));
    }
    for spec in specs.iter_mut().filter(|spec| organizations && spec.version == "versionless") {
        amend_organizations(spec);
    }
    specs.retain(|spec| spec.paths.iter().any(|path| !path.operations.is_empty()));
    Ok(specs)
}

fn split(full: &str) -> (&str, &str) {
    let inside = full.trim_start_matches('/');
    let end = inside.find('/').unwrap_or(inside.len());
    inside.split_at(end)
}

fn version_of(name: &str, segment: &str) -> String {
    match segment {
        "2010-04-01" => "v2010".to_owned(),
        "Organizations" if name == "iam_organizations" => "versionless".to_owned(),
        segment => names::underscore(segment),
    }
}

fn path_item(full: &str, relative: &str, item: &Value) -> PathItem {
    let operations = METHODS.iter().filter_map(|method| {
        let operation = item.get(*method)?;
        let ignored = operation["x-twilio"]["ignoreOperation"].as_bool().unwrap_or(false);
        (!ignored).then(|| (*method, operation.clone()))
    });
    PathItem {
        full: full.to_owned(),
        relative: relative.to_owned(),
        instance: match item["x-twilio"]["pathType"].as_str() {
            Some(kind) => kind == "instance",
            None => without_extension(relative).ends_with('}'),
        },
        silent: false,
        parent: item["x-twilio"]["parent"].as_str().map(str::to_owned),
        names: Names::of(item),
        operations: operations.collect(),
    }
}

/// Every resource of an organization hangs on the organization, which the file itself leaves out.
fn amend_organizations(spec: &mut Spec) {
    for path in &mut spec.paths {
        path.parent.get_or_insert_with(|| "/{OrganizationSid}".to_owned());
    }
    spec.paths.insert(
        0,
        PathItem {
            full: "/Organizations/{OrganizationSid}".to_owned(),
            relative: "/{OrganizationSid}".to_owned(),
            instance: true,
            silent: true,
            parent: None,
            names: Names { class: None, mount: Some("organization".to_owned()) },
            operations: Vec::new(),
        },
    );
}

/// The names of the objects that schemas describe in place; the first of those that are alike gives the name.
fn inline_names(schemas: &Value) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (name, schema) in schemas.as_object().into_iter().flatten() {
        name_inline(&class(name), schema, &mut names);
    }
    names
}

fn name_inline(name: &str, schema: &Value, names: &mut BTreeMap<String, String>) {
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        let one = if schema["type"] == "array" { &schema["items"] } else { schema };
        if one["properties"].as_object().is_some_and(|properties| !properties.is_empty()) {
            let name = format!("{name}{}", camelize(key));
            names.entry(one.to_string()).or_insert_with(|| name.clone());
            name_inline(&name, one, names);
        }
    }
}

/// A path without `.json`.
pub(super) fn without_extension(path: &str) -> &str {
    path.strip_suffix(".json").unwrap_or(path)
}

impl Spec {
    /// The node itself, or what its `$ref` points to.
    pub(super) fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node["$ref"].as_str().and_then(|pointer| pointer.strip_prefix("#/components")) {
            Some(pointer) => self.components.pointer(pointer).unwrap_or(node),
            None => node,
        }
    }

    /// The name of an object that is described in place, if a schema of the file describes one alike.
    pub(super) fn inline_name(&self, schema: &Value) -> Option<&String> {
        self.inline.get(&schema.to_string())
    }

    /// The properties of an object; of one that has several forms, those of all forms.
    pub(super) fn members<'a>(&'a self, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
        let resolved = self.resolve(schema);
        let own = resolved["properties"].as_object().into_iter().flatten();
        let forms = resolved["oneOf"].as_array().into_iter().flatten();
        own.chain(forms.flat_map(|form| self.members(form))).collect()
    }

    /// The name that a `$ref` points to.
    pub(super) fn name_of(node: &Value) -> Option<&str> {
        node["$ref"].as_str()?.rsplit('/').next()
    }
}
