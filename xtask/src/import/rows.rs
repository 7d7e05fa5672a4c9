//! What a page of the table holds: resources, operations, parameters, properties and enums.

use std::collections::{BTreeMap, BTreeSet};

use ringback::names::underscore;
use serde_json::Value;

use super::{
    spec::Spec,
    spelling::{camelize, class},
    tree::{self, Node},
};

/// One page: a version of a product.
pub(super) struct Page {
    pub domain: String,
    pub version: String,
    pub product: String,
    pub segment: String,
    /// Whether it follows version 1 of Twilio's standard of APIs.
    pub standard_v1: bool,
    /// Sorted by name.
    pub resources: Vec<Resource>,
    /// Sorted by name.
    pub operations: Vec<Operation>,
    /// Sorted by name.
    pub enums: Vec<Enum>,
    /// Sorted by name.
    pub models: Vec<Model>,
}

impl Page {
    /// Its name in operations, such as `verify.v2`.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.domain, self.version)
    }
}

pub(super) struct Resource {
    pub node: Node,
    pub name: String,
    /// The name of the resource above it.
    pub parent: Option<String>,
    pub properties: Vec<Property>,
    /// The schemas of enums that only occur inside of its properties.
    pub inner_enums: Vec<String>,
    /// The schema that its properties were first read from.
    pub schema: Option<String>,
}

pub(super) struct Operation {
    /// The name that the specification gives it, such as `CreateMessage`.
    pub id: String,
    pub name: String,
    pub verb: &'static str,
    pub method: &'static str,
    pub path: String,
    pub instance: bool,
    /// The name of its resource.
    pub resource: String,
    pub parameters: Vec<Parameter>,
    /// Whether the specification says that it takes the size of a page, as lists do.
    pub page_size: bool,
    pub body: Body,
    pub status: u64,
    pub records: Option<String>,
}

#[derive(Clone, PartialEq)]
pub(super) enum Body {
    Empty,
    Form,
    Json(String),
}

pub(super) struct Parameter {
    pub name: String,
    pub place: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// How many numbered ones it stands for.
    pub numbered: Option<u16>,
}

pub(super) struct Property {
    pub key: String,
    pub kind: Kind,
}

/// A kind of the table, by its name there, and whether there may be several values.
#[derive(Clone, PartialEq)]
pub(super) struct Kind {
    pub name: &'static str,
    /// The schema of the enum, or the name of the model.
    pub of: Option<String>,
    pub list: bool,
}

impl Kind {
    pub(super) fn plain(name: &'static str) -> Self {
        Self { name, of: None, list: false }
    }
}

/// A JSON object that a request takes, or a part of one.
pub(super) struct Model {
    pub name: String,
    pub fields: Vec<Field>,
}

pub(super) struct Field {
    pub key: String,
    pub kind: Kind,
    pub required: bool,
}

/// The enums and models that a page met so far, by their schemas.
#[derive(Default)]
struct Named {
    enums: BTreeMap<String, Vec<String>>,
    /// By name.
    models: BTreeMap<String, Vec<Field>>,
}

pub(super) struct Enum {
    pub schema: String,
    pub class: String,
    pub name: String,
    pub values: Vec<String>,
}

/// What becomes of a schema where it is a parameter, and where it is a property.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Parameter,
    Property,
}

/// What opens the format of a map whose keys are written with a prefix, which follows.
const PREFIXED_MAP: &str = "prefixed-collapsible-map-";

/// What every list takes, so that no row says it.
const PAGING: &[&str] = &["PageSize", "Page", "PageToken"];

/// Reads one specification.
pub(super) fn page(spec: &Spec) -> Result<Page, String> {
    let mut named = Named::default();
    let nodes = tree::grow(spec);
    let names = names(&format!("{}.{}", spec.domain, spec.version), &nodes);
    let mut resources = Vec::new();
    let mut operations = Vec::new();
    for (index, node) in nodes.into_iter().enumerate() {
        let mut properties: Vec<Property> = Vec::new();
        let mut inner_enums = Vec::new();
        let mut schema_name = None;
        for (path, at) in &node.operations {
            let item = &spec.paths[*path];
            let (method, operation) = &item.operations[*at];
            let row = spec.operation(&item.full, item.instance, method, operation, &names[index], &mut named);
            let schema = spec.response(operation).map(|response| match &row.records {
                Some(records) => &spec.resolve(response)["properties"][records]["items"],
                None => response,
            });
            if let Some(schema) = schema {
                schema_name = schema_name.or_else(|| Spec::name_of(schema).map(str::to_owned));
                spec.properties(schema, &mut properties, &mut named);
                spec.inner_enums(schema, &mut Vec::new(), &mut inner_enums, &mut named);
            }
            operations.push(row);
        }
        let parent = node.parent.map(|parent| names[parent].clone());
        let name = names[index].clone();
        inner_enums.retain(|inner| !properties.iter().any(|property| property.kind.of.as_ref() == Some(inner)));
        resources.push(Resource { name, parent, properties, inner_enums, schema: schema_name, node });
    }
    resources.sort_by(|one, other| one.name.cmp(&other.name));
    operations.sort_by(|one, other| one.name.cmp(&other.name));
    if let Some(pair) = operations.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(format!("{} and {} are both {}", pair[0].id, pair[1].id, pair[0].name));
    }
    if let Some(pair) = resources.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(format!("two resources are {}", pair[0].name));
    }
    Ok(Page {
        domain: spec.domain.clone(),
        version: spec.version.clone(),
        product: spec.product.clone(),
        segment: spec.segment.clone(),
        standard_v1: spec.standard_v1,
        resources,
        operations,
        enums: distinct(named.enums),
        models: named.models.into_iter().map(|(name, fields)| Model { name, fields }).collect(),
    })
}

/// The names of resources; of two with the same one, that on the list of its parent is named after its class.
fn names(prefix: &str, nodes: &[Node]) -> Vec<String> {
    let name = |node: &Node| format!("{prefix}.{}", node.mounts.join("."));
    let taken = |node: &Node| nodes.iter().any(|other| other.mounts == node.mounts && other.chain != node.chain);
    let by_class = |node: &Node| {
        let (_, above) = node.mounts.split_last()?;
        let class = node.chain.last().map(|class| underscore(class))?;
        Some(format!("{prefix}.{}.{class}", above.join(".")))
    };
    let unique = |node: &Node| {
        let renamed = (node.attach == "List" && taken(node)).then(|| by_class(node)).flatten();
        renamed.unwrap_or_else(|| name(node))
    };
    nodes.iter().map(unique).collect()
}

/// Gives each enum its class, and a name that no other on its page has.
fn distinct(enums: BTreeMap<String, Vec<String>>) -> Vec<Enum> {
    let mut taken = BTreeSet::new();
    let mut rows: Vec<Enum> = Vec::new();
    for (schema, values) in enums {
        let full = class(&schema);
        let (owner, class) = full.rsplit_once("Enum").map_or(("", full.as_str()), |(owner, class)| (owner, class));
        let short = format!("{owner}{class}");
        let name = if taken.insert(short.clone()) { short } else { full.clone() };
        rows.push(Enum { class: class.to_owned(), name, values, schema });
    }
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    rows
}

impl Spec {
    fn operation(
        &self,
        path: &str,
        instance: bool,
        method: &'static str,
        operation: &Value,
        resource: &str,
        named: &mut Named,
    ) -> Operation {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let verb = verb(id);
        let (body, mut form) = self.body(id, operation, named);
        let mut parameters = Vec::new();
        let mut page_size = false;
        for node in operation["parameters"].as_array().into_iter().flatten() {
            let node = self.resolve(node);
            let place = match node["in"].as_str() {
                Some("query") => "query",
                Some("header") => "header",
                _ => continue,
            };
            let name = node["name"].as_str().unwrap_or_default();
            if verb == "list" && PAGING.contains(&name) {
                page_size |= name == "PageSize";
                continue;
            }
            parameters.push(Parameter {
                name: name.to_owned(),
                place,
                kind: self.kind(&node["schema"], Role::Parameter, named),
                required: node["required"].as_bool().unwrap_or(false),
                numbered: None,
            });
        }
        parameters.append(&mut form);
        Operation {
            id: id.to_owned(),
            name: format!("{resource}.{verb}"),
            verb,
            method,
            path: path.to_owned(),
            instance,
            resource: resource.to_owned(),
            parameters: folded(parameters),
            page_size,
            body,
            status: success(operation).map_or(200, |(status, _)| status),
            records: if verb == "list" { self.records(operation) } else { None },
        }
    }

    /// The names of an operation's path parameters, in the order in which it declares them.
    pub(super) fn declared_path_parameters(&self, path: &str, operation: &Value) -> Vec<String> {
        let declared = operation["parameters"].as_array().into_iter().flatten().map(|node| self.resolve(node));
        let declared = declared.filter(|node| node["in"] == "path").filter_map(|node| node["name"].as_str());
        let mut names: Vec<String> = declared.map(str::to_owned).collect();
        let missing = tree::path_parameters(path).into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>();
        names.extend(missing);
        names
    }

    /// The body of an operation; of several content types, the last one is sent.
    fn body(&self, id: &str, operation: &Value, named: &mut Named) -> (Body, Vec<Parameter>) {
        let request = self.resolve(&operation["requestBody"]);
        let Some((content_type, content)) = request["content"].as_object().and_then(|types| types.iter().next_back())
        else {
            return (Body::Empty, Vec::new());
        };
        let schema = &content["schema"];
        let resolved = self.resolve(schema);
        if content_type != "application/x-www-form-urlencoded" {
            let typed = !self.members(schema).is_empty();
            let model = match (Spec::name_of(schema).or(resolved["title"].as_str()), typed) {
                (Some(name), _) if typed || schema["$ref"].is_string() => Some(class(name)),
                (None, true) => Some(format!("{}Request", class(id))),
                _ => None,
            };
            let kind = model.as_ref().map_or_else(|| Kind::plain("Json"), |name| self.model(name, resolved, named));
            let name = model.unwrap_or_else(|| "body".to_owned());
            let required = request["required"].as_bool().unwrap_or(false);
            let parameter = Parameter { name, place: "body", kind, required, numbered: None };
            return (Body::Json(content_type.clone()), vec![parameter]);
        }
        let required: Vec<&str> =
            resolved["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let form = resolved["properties"].as_object().into_iter().flatten().map(|(name, schema)| Parameter {
            name: name.clone(),
            place: "form",
            kind: self.kind(schema, Role::Parameter, named),
            required: required.contains(&name.as_str()),
            numbered: None,
        });
        (Body::Form, form.collect())
    }

    /// The kind of a model, which is noted with everything that it is made of.
    fn model(&self, name: &str, schema: &Value, named: &mut Named) -> Kind {
        if !named.models.contains_key(name) {
            named.models.insert(name.to_owned(), Vec::new()); // a model may hold itself
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let mut fields: Vec<Field> = Vec::new();
            for (key, schema) in self.members(schema) {
                let kind = self.field_kind(&format!("{name}{}", camelize(key)), schema, named);
                if !fields.iter().any(|known| known.key == *key) {
                    fields.push(Field { key: key.clone(), kind, required: required.contains(&key.as_str()) });
                }
            }
            named.models.insert(name.to_owned(), fields);
        }
        Kind { name: "Model", of: Some(name.to_owned()), list: false }
    }

    /// The kind of a field: that of a parameter, or a model if it is an object with properties; `inline` is its
    /// name if it has none of its own.
    fn field_kind(&self, inline: &str, schema: &Value, named: &mut Named) -> Kind {
        let resolved = self.resolve(schema);
        if resolved["type"] == "array" {
            return Kind { list: true, ..self.field_kind(inline, &resolved["items"], named) };
        }
        if self.members(schema).is_empty() {
            return self.kind(schema, Role::Parameter, named);
        }
        let shared = || self.inline_name(schema).cloned().unwrap_or_else(|| inline.to_owned());
        let name = Spec::name_of(schema).map_or_else(shared, class);
        self.model(&name, resolved, named)
    }

    /// The schema of the first answer that has one.
    fn response<'a>(&'a self, operation: &'a Value) -> Option<&'a Value> {
        let responses = operation["responses"].as_object()?;
        responses.values().find_map(|response| {
            let content = self.resolve(response)["content"].as_object()?;
            content.values().find_map(|content| content.get("schema"))
        })
    }

    /// The key of the records of a page: the first array of its schema.
    fn records(&self, operation: &Value) -> Option<String> {
        let schema = self.resolve(self.response(operation)?);
        let mut properties = schema["properties"].as_object()?.iter();
        properties.find(|(_, schema)| self.resolve(schema)["type"] == "array").map(|(key, _)| key.clone())
    }

    fn properties(&self, schema: &Value, into: &mut Vec<Property>, named: &mut Named) {
        for (key, schema) in self.members(schema) {
            let kind = self.kind(schema, Role::Property, named);
            if !into.iter().any(|known| known.key == *key) {
                into.push(Property { key: key.clone(), kind });
            }
        }
    }

    /// Notes the enums at any depth of a schema.
    fn inner_enums<'a>(
        &'a self,
        schema: &'a Value,
        seen: &mut Vec<&'a str>,
        found: &mut Vec<String>,
        named: &mut Named,
    ) {
        if let Some(name) = Spec::name_of(schema) {
            if seen.contains(&name) {
                return;
            }
            seen.push(name);
        }
        let kind = self.kind(schema, Role::Property, named);
        if let Some(name) = kind.of.filter(|name| !found.contains(name)) {
            found.push(name);
        }
        let resolved = self.resolve(schema);
        for inner in self.members(schema).into_iter().map(|(_, inner)| inner).chain(resolved.get("items")) {
            self.inner_enums(inner, seen, found, named);
        }
    }

    fn kind(&self, schema: &Value, role: Role, named: &mut Named) -> Kind {
        let plain = Kind::plain;
        let resolved = self.resolve(schema);
        if let (Some(name), Some(values)) = (Spec::name_of(schema), resolved["enum"].as_array()) {
            let values = values.iter().filter_map(Value::as_str).map(str::to_owned);
            named.enums.entry(name.to_owned()).or_insert_with(|| values.collect());
            return Kind { name: "Enum", of: Some(name.to_owned()), list: false };
        }
        let format = resolved["format"].as_str();
        match (resolved["type"].as_str(), format) {
            (Some("array"), _) => {
                let items = resolved.get("items").unwrap_or(&Value::Null);
                Kind { list: true, ..self.kind(items, role, named) }
            }
            (Some("boolean"), _) => plain("Boolean"),
            (Some("integer"), None) if role == Role::Property => plain("LooseInteger"),
            (Some("integer"), _) => plain("Integer"),
            (Some("number"), None) => plain("Decimal"),
            (Some("number"), _) => plain("Float"),
            (Some("string"), Some("date")) => plain("Date"),
            (Some("string"), Some("date-time")) => plain("DateTime"),
            (Some("string"), Some("date-time-rfc-2822")) => plain("Rfc2822"),
            (Some("string"), Some("phone-number" | "endpoint")) => plain("Phone"),
            (Some("string"), _) => plain("Text"),
            (_, Some(format)) if format.starts_with(PREFIXED_MAP) => {
                Kind { name: "PrefixedMap", of: Some(format[PREFIXED_MAP.len()..].to_owned()), list: false }
            }
            _ => plain("Json"),
        }
    }
}

/// What an operation does, from the name that the specification gives it.
fn verb(id: &str) -> &'static str {
    let id = id.to_ascii_lowercase();
    let verbs = ["create", "fetch", "update", "patch", "delete", "list"];
    verbs.into_iter().find(|verb| id.starts_with(verb)).unwrap_or("list")
}

/// The status of success, and its answer.
fn success(operation: &Value) -> Option<(u64, &Value)> {
    let responses = operation["responses"].as_object()?.iter();
    let mut statuses = responses.filter_map(|(status, response)| Some((status.parse().ok()?, response)));
    statuses.find(|(status, _)| (200..400).contains(status))
}

/// Folds `Parameter1.Name` to `Parameter99.Name` into one parameter, `Parameter#.Name`.
fn folded(parameters: Vec<Parameter>) -> Vec<Parameter> {
    const FAMILY: usize = 3; // two could be a coincidence
    let family = |name: &str| {
        let start = name.find(|letter: char| letter.is_ascii_digit())?;
        let digits = name[start..].bytes().take_while(u8::is_ascii_digit).count();
        let number: u16 = name[start..start + digits].parse().ok()?;
        Some((format!("{}#{}", &name[..start], &name[start + digits..]), number))
    };
    let mut members: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for (name, number) in parameters.iter().filter_map(|parameter| family(&parameter.name)) {
        members.entry(name).or_default().push(number);
    }
    members.retain(|_, numbers| numbers.len() >= FAMILY && (1..).zip(numbers.iter()).all(|(count, it)| count == *it));
    let one = |mut parameter: Parameter| {
        let Some((name, number)) = family(&parameter.name) else { return Some(parameter) };
        let Some(numbers) = members.get(&name) else { return Some(parameter) };
        parameter.name = name;
        parameter.numbered = u16::try_from(numbers.len()).ok();
        (number == 1).then_some(parameter)
    };
    parameters.into_iter().filter_map(one).collect()
}
