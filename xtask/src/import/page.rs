//! Writing a page of the table as Rust: one line for each parameter, property and enum.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    rows::{Body, Kind, Operation, Page, Parameter, Resource},
    spelling::capitalized,
};

/// What a page may need of `operation::row`.
const IMPORTS: &[&str] = &[
    "Attach",
    "Body",
    "Enum",
    "Field",
    "Kind",
    "Level",
    "Method",
    "Model",
    "Operation",
    "Property",
    "Resource",
    "Standard",
    "Verb",
    "Version",
    "body",
    "field",
    "form",
    "header",
    "name",
    "names",
    "property",
    "query",
];

/// What a page calls its own statics, so that no resource is called so.
const OWN: &[&str] = &["ENUMS", "MODELS", "OPERATIONS", "VERSION"];

/// The text of a page.
pub(super) fn render(page: &Page, source: &str) -> String {
    let mut rows = String::new();
    version(&mut rows, page);
    enums(&mut rows, page);
    models(&mut rows, page);
    for resource in &page.resources {
        self::resource(&mut rows, page, resource);
    }
    rows += "\nstatic OPERATIONS: &[Operation] = &[\n";
    for operation in &page.operations {
        self::operation(&mut rows, page, operation);
    }
    rows += "];\n";
    let used = IMPORTS.iter().filter(|name| uses(&rows, name));
    let used = used.copied().collect::<Vec<_>>().join(", ");
    format!(
        "{}//! The page of `{}.{}`: {} resources, {} operations, {} enums.\n\nuse crate::operation::row::{{{used}}};\n{rows}",
        super::header(source),
        page.domain,
        page.version,
        page.resources.len(),
        page.operations.len(),
        page.enums.len(),
    )
}

/// Every name and text that is kept once for all pages, sorted.
pub(super) fn names(pages: &[Page]) -> BTreeSet<&str> {
    let mut names = BTreeSet::from(["Sid"]);
    for page in pages {
        names.extend(page.enums.iter().flat_map(|row| &row.values).map(String::as_str));
        names.extend(page.models.iter().flat_map(|model| &model.fields).map(|field| field.key.as_str()));
        for resource in &page.resources {
            let node = &resource.node;
            names.extend(node.list_path.iter().chain(&node.instance_path).map(String::as_str));
            names.extend(node.list_parameters.iter().chain(&node.instance_parameters).map(String::as_str));
            names.extend(resource.properties.iter().map(|property| property.key.as_str()));
        }
        names.extend(page.operations.iter().map(|operation| operation.path.as_str()));
        names.extend(page.operations.iter().filter_map(|operation| operation.records.as_deref()));
        let parameters = page.operations.iter().flat_map(|operation| &operation.parameters);
        names.extend(parameters.clone().map(|parameter| parameter.name.as_str()));
        let prefixes = parameters.filter(|parameter| parameter.kind.name == "PrefixedMap");
        names.extend(prefixes.filter_map(|parameter| parameter.kind.of.as_deref()));
    }
    names
}

/// Whether the rows use a name, as a type, a path or a function.
fn uses(rows: &str, name: &str) -> bool {
    rows.match_indices(name).any(|(start, _)| {
        let before = rows[..start].chars().next_back();
        let after = rows[start + name.len()..].chars().next();
        let whole = !before.is_some_and(|letter| letter.is_alphanumeric() || "_\".".contains(letter));
        whole
            && after.is_some_and(|letter| {
                if name.starts_with(char::is_uppercase) { ":] ".contains(letter) } else { letter == '(' }
            })
    })
}

fn version(out: &mut String, page: &Page) {
    let resources: Vec<String> =
        page.resources.iter().map(|resource| format!("&{}", constant(page, &resource.name))).collect();
    let _ = write!(
        out,
        "\npub(super) static VERSION: Version = Version {{\n    name: \"{}.{}\",\n    product: \"{}\",\n    segment: \"{}\",\n    standard: Standard::{},\n    resources: &[\n        {},\n    ],\n    operations: OPERATIONS,\n    enums: ENUMS,\n    models: MODELS,\n}};\n",
        page.domain,
        page.version,
        page.product,
        page.segment,
        if page.standard_v1 { "V1" } else { "V0" },
        resources.join(",\n        "),
    );
}

fn enums(out: &mut String, page: &Page) {
    *out += "\nstatic ENUMS: &[Enum] = &[\n";
    for row in &page.enums {
        let _ = writeln!(
            out,
            "    Enum {{ class: {:?}, name: {:?}, values: &names({:?}) }},",
            row.class, row.name, row.values
        );
    }
    *out += "];\n\n";
    for (index, row) in page.enums.iter().enumerate() {
        let _ = writeln!(out, "const {}: Kind = Kind::Enum({index});", enum_constant(&row.name));
    }
}

fn models(out: &mut String, page: &Page) {
    *out += "\nstatic MODELS: &[Model] = &[\n";
    for model in &page.models {
        let _ = writeln!(out, "    Model {{ name: {:?}, fields: &[", model.name);
        for field in &model.fields {
            let list = if field.kind.list { ".list()" } else { "" };
            let required = if field.required { ".required()" } else { "" };
            let _ = writeln!(out, "        field({:?}, {}){list}{required},", field.key, kind(page, &field.kind));
        }
        *out += "    ] },\n";
    }
    *out += "];\n\n";
    for (index, model) in page.models.iter().enumerate() {
        let _ = writeln!(out, "const {}: Kind = Kind::Model({index});", model_constant(&model.name));
    }
}

fn resource(out: &mut String, page: &Page, resource: &Resource) {
    let node = &resource.node;
    let parent =
        resource.parent.as_ref().map_or("None".to_owned(), |parent| format!("Some(&{})", constant(page, parent)));
    let _ = write!(
        out,
        "\nstatic {}: Resource = Resource {{\n    name: {:?}, class: {:?}, version: &VERSION, parent: {parent}, attach: Attach::{},\n    \
         list_path: {},\n    instance_path: {},\n    list_parameters: &names({:?}), instance_parameters: &names({:?}),\n",
        constant(page, &resource.name),
        resource.name,
        node.chain.last().map_or("", String::as_str),
        node.attach,
        optional(node.list_path.as_ref()),
        optional(node.instance_path.as_ref()),
        node.list_parameters,
        node.instance_parameters,
    );
    let inner = page.enums.iter().filter(|row| resource.inner_enums.contains(&row.schema));
    let inner: Vec<String> = inner.map(|row| enum_constant(&row.name)).collect();
    let _ = writeln!(out, "    inner_enums: &[{}],", inner.join(", "));
    if resource.properties.is_empty() {
        *out += "    properties: &[],\n};\n";
        return;
    }
    *out += "    properties: &[\n";
    for property in &resource.properties {
        let list = if property.kind.list { ".list()" } else { "" };
        let _ = writeln!(out, "        property({:?}, {}){list},", property.key, kind(page, &property.kind));
    }
    *out += "    ],\n};\n";
}

fn operation(out: &mut String, page: &Page, operation: &Operation) {
    let body = match &operation.body {
        Body::Empty => "Empty".to_owned(),
        Body::Form => "Form".to_owned(),
        Body::Json(content_type) => format!("Json({content_type:?})"),
    };
    let _ = write!(
        out,
        "    Operation {{\n        name: {:?}, verb: Verb::{}, method: Method::{},\n        path: name({:?}),\n        \
         level: Level::{}, resource: &{}, body: Body::{body}, status: {}, repeatable: {}, records: {},\n",
        operation.name,
        capitalized(operation.verb),
        capitalized(operation.method),
        operation.path,
        if operation.instance { "Instance" } else { "List" },
        constant(page, &operation.resource),
        operation.status,
        matches!(operation.method, "get" | "put" | "delete"),
        optional(operation.records.as_ref()),
    );
    if operation.parameters.is_empty() {
        *out += "        parameters: &[],\n    },\n";
        return;
    }
    *out += "        parameters: &[\n";
    for parameter in &operation.parameters {
        let _ = writeln!(out, "            {},", self::parameter(page, parameter));
    }
    *out += "        ],\n    },\n";
}

fn parameter(page: &Page, parameter: &Parameter) -> String {
    let mut text = format!("{}({:?}, {})", parameter.place, parameter.name, kind(page, &parameter.kind));
    if parameter.kind.list {
        text += ".list()";
    }
    if parameter.required {
        text += ".required()";
    }
    if let Some(count) = parameter.numbered {
        let _ = write!(text, ".numbered({count})");
    }
    text
}

fn kind(page: &Page, kind: &Kind) -> String {
    match &kind.of {
        Some(model) if kind.name == "Model" => model_constant(model),
        Some(prefix) if kind.name == "PrefixedMap" => format!("Kind::PrefixedMap(name({prefix:?}))"),
        Some(schema) => {
            let row = page.enums.iter().find(|row| row.schema == *schema);
            row.map(|row| enum_constant(&row.name)).unwrap_or_default()
        }
        None => format!("Kind::{}", kind.name),
    }
}

/// A name or a path that may be absent.
fn optional(text: Option<&String>) -> String {
    text.map_or_else(|| "None".to_owned(), |text| format!("Some(name({text:?}))"))
}

/// The name of an enum's constant: `MessageStatus` to `MESSAGE_STATUS_ENUM`.
fn enum_constant(name: &str) -> String {
    format!("{}_ENUM", ringback::names::underscore(name).to_ascii_uppercase())
}

/// The name of a model's constant: `ContentCreateRequest` to `CONTENT_CREATE_REQUEST_MODEL`.
fn model_constant(name: &str) -> String {
    format!("{}_MODEL", ringback::names::underscore(name).to_ascii_uppercase())
}

/// The name of a resource's static: `api.v2010.accounts.messages` to `ACCOUNTS_MESSAGES`.
fn constant(page: &Page, name: &str) -> String {
    let prefix = page.domain.len() + page.version.len() + 2;
    let name = name[prefix..].replace('.', "_").to_ascii_uppercase();
    if OWN.contains(&name.as_str()) { name + "_RESOURCE" } else { name }
}
