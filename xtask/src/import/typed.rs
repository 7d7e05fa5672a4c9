//! Writing typed requests and resources as Rust, from the same rows as the table.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use ringback::names;

use super::{
    rows::{Enum, Kind, Operation, Page, Parameter, Resource},
    spelling::{class, identifier, singular, variant},
};

const MODULES: &str = "core/src/typed/generated";

/// Which module, and so which feature, holds the resources whose names start so; the first that fits is used.
const GROUPS: &[(&str, &str)] = &[
    ("verify.v2", "verify"),
    ("api.v2010.accounts.messages", "messaging"),
    ("api.v2010.accounts.calls", "voice"),
    ("api.v2010.accounts.conferences", "voice"),
    ("api.v2010.accounts.outgoing_caller_ids", "voice"),
    ("api.v2010.accounts.queues", "voice"),
    ("api.v2010.accounts.recordings", "voice"),
    ("api.v2010.accounts.transcriptions", "voice"),
    ("api.v2010.accounts.validation_requests", "voice"),
    ("api.v2010", "account"),
];

/// The typed modules, by their place in the repository.
pub(super) fn render(pages: &[Page], source: &str) -> Result<Vec<(PathBuf, String)>, String> {
    let mut modules: BTreeMap<&str, Module<'_>> = BTreeMap::new();
    for page in pages {
        let structs = structs(page);
        for resource in &page.resources {
            let Some(group) = group(&resource.name) else { continue };
            modules.entry(group).or_default().add(page, resource, &structs);
        }
    }
    let folder = Path::new(MODULES);
    let mut files = vec![
        (folder.join("mod.rs"), index(modules.keys().copied(), source)),
        (folder.join("samples.rs"), samples(&modules, source)),
    ];
    for (name, module) in &modules {
        module.check(name)?;
        files.push((folder.join(format!("{name}.rs")), module.text(source)));
    }
    Ok(files)
}

fn group(resource: &str) -> Option<&'static str> {
    let under =
        |prefix: &str| resource.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    GROUPS.iter().find(|(prefix, _)| under(prefix)).map(|(_, group)| *group)
}

fn index<'a>(modules: impl Iterator<Item = &'a str>, source: &str) -> String {
    let names: Vec<&str> = modules.collect();
    let modules: String = names.iter().map(|name| format!("#[cfg(feature = {name:?})]\npub mod {name};\n")).collect();
    let all: String = names.iter().map(|name| format!(", feature = {name:?}")).collect();
    format!(
        "{}//! Typed requests and resources, by feature.\n\n{modules}#[cfg(all(test{all}))]\npub(crate) mod samples;\n",
        super::header(source)
    )
}

/// The text of the module with which tests reach every type by the name of its operation.
fn samples(modules: &BTreeMap<&str, Module<'_>>, source: &str) -> String {
    let rows: String = modules
        .iter()
        .flat_map(|(module, rows)| rows.outputs.iter().map(move |(operation, output)| (module, operation, output)))
        .map(|(module, operation, output)| match output.as_str() {
            "()" => format!("    ({operation:?}, sample::<()>),\n"),
            output => format!("    ({operation:?}, sample::<super::{module}::{output}>),\n"),
        })
        .collect();
    format!(
        "{}//! Every operation with the type that its answer becomes, for tests.\n\n\
         use crate::typed::parts::tests::{{Sample, sample}};\n\n\
         pub(crate) const SAMPLES: &[(&str, Sample)] = &[\n{rows}];\n",
        super::header(source)
    )
}

/// The names of the structs of a page's resources, which no two of them share.
fn structs(page: &Page) -> BTreeMap<&str, String> {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let filled = || page.resources.iter().filter(|resource| !resource.properties.is_empty());
    for resource in filled() {
        if let Some(schema) = &resource.schema {
            let last = schema.rsplit('.').next().unwrap_or_default();
            let name = class(last.trim_end_matches("-instance"));
            if taken.insert(name.clone()) {
                names.insert(&resource.name, name);
            }
        }
    }
    for resource in filled() {
        if !names.contains_key(resource.name.as_str()) {
            let short = resource.node.chain.last().cloned().unwrap_or_default();
            let operation = page.operations.iter().find(|operation| operation.resource == resource.name);
            let noun = operation.map(|operation| operation.id[operation.verb.len()..].to_owned()).unwrap_or_default();
            let name = if taken.insert(short.clone()) { short } else { noun };
            taken.insert(name.clone());
            names.insert(&resource.name, name);
        }
    }
    names
}

/// What one module holds.
#[derive(Default)]
struct Module<'a> {
    rows: String,
    enums: BTreeMap<&'a str, &'a Enum>,
    names: Vec<String>,
    /// Operations with the resources that their answers become.
    outputs: Vec<(String, String)>,
    requests: usize,
    resources: usize,
}

impl<'a> Module<'a> {
    fn add(&mut self, page: &'a Page, resource: &Resource, structs: &BTreeMap<&str, String>) {
        let mut enums = Vec::new();
        let output = structs.get(resource.name.as_str());
        if let Some(name) = output {
            self.resource(page, resource, name, &mut enums);
        }
        for operation in page.operations.iter().filter(|operation| operation.resource == resource.name) {
            let output = match (operation.verb, output) {
                ("delete", _) => "()",
                (_, Some(output)) => output,
                (_, None) => "Json",
            };
            self.request(page, resource, operation, output, &mut enums);
        }
        for row in page.enums.iter().filter(|row| enums.contains(&row.schema)) {
            if self.enums.insert(&row.name, row).is_none() {
                self.names.push(row.name.clone());
            }
        }
    }

    fn resource(&mut self, page: &Page, resource: &Resource, name: &str, enums: &mut Vec<String>) {
        self.names.push(name.to_owned());
        self.resources += 1;
        let _ = write!(self.rows, "\nresource! {{\n    /// What `{}` holds.\n    {name} {{\n", resource.name);
        for property in &resource.properties {
            let field = names::attribute(&property.key, property.kind.name == "Phone");
            let rust = rust_type(page, &property.kind, enums);
            let rust = match (property.key.as_str(), property.kind.list) {
                ("sid", false) => rust,
                (_, true) => format!("Option<Vec<{rust}>>"),
                (_, false) => format!("Option<{rust}>"),
            };
            let _ =
                writeln!(self.rows, "        {} = {:?}: {rust},", identifier(field.trim_matches('_')), property.key);
        }
        self.rows += "    }\n}\n";
    }

    fn request(
        &mut self,
        page: &Page,
        resource: &Resource,
        operation: &Operation,
        output: &str,
        enums: &mut Vec<String>,
    ) {
        let name = request_name(operation);
        self.requests += 1;
        let path = if operation.instance { &resource.node.instance_parameters } else { &resource.node.list_parameters };
        let in_path = path.iter().filter(|name| operation.path.contains(&format!("{{{name}}}")));
        // a parameter may have the name of one in the path: moving a number to another account sets AccountSid
        let distinct = in_path.filter(|name| !operation.parameters.iter().any(|parameter| parameter.name == **name));
        let (own, given): (Vec<&String>, Vec<&String>) = distinct.partition(|name| *name == "AccountSid");
        let (needed, optional): (Vec<&Parameter>, Vec<&Parameter>) =
            operation.parameters.iter().partition(|parameter| parameter.required && operation.verb != "list");
        let mut argument = |parameter: &Parameter| {
            let rust = rust_type(page, &parameter.kind, enums);
            let rust = match (parameter.kind.list, parameter.numbered) {
                (true, _) => format!("[{rust}]"),
                (_, Some(_)) => format!("({rust})"),
                _ => rust,
            };
            format!("{} = {:?}: {rust}", setter(&parameter.name), parameter.name)
        };
        let in_path = |name: &&String| format!("{} = {name:?}: String", setter(name));
        let needed: Vec<String> = given.iter().map(in_path).chain(needed.into_iter().map(&mut argument)).collect();
        let optional: Vec<String> = own.iter().map(in_path).chain(optional.into_iter().map(&mut argument)).collect();
        let list = if operation.verb == "list" { "list " } else { "" };
        let _ = write!(
            self.rows,
            "\nrequest! {{\n    /// `{} {}`\n    {list}{name} = {:?} -> {output};\n    new({});\n",
            operation.method.to_ascii_uppercase(),
            operation.path,
            operation.name,
            needed.join(", "),
        );
        for setter in optional {
            let _ = writeln!(self.rows, "    {setter};");
        }
        self.rows += "}\n";
        self.names.push(name);
        self.outputs.push((operation.name.clone(), output.to_owned()));
    }

    fn check(&self, module: &str) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        match self.names.iter().find(|name| !seen.insert(*name)) {
            Some(twice) => Err(format!("{module} has two types named {twice}")),
            None => Ok(()),
        }
    }

    fn text(&self, source: &str) -> String {
        let mut text = self.rows.clone();
        for (name, row) in &self.enums {
            let _ = write!(text, "\ntext_enum! {{\n    /// Values of the enum `{}`.\n    {name} {{\n", row.schema);
            for (variant, value) in variants(&row.values) {
                let _ = writeln!(text, "        {variant} = {value:?},");
            }
            text += "    }\n}\n";
        }
        let macros =
            ["request", "resource", "text_enum"].into_iter().filter(|name| text.contains(&format!("{name}! {{")));
        let types = ["Date", "Decimal", "Json", "Timestamp"].into_iter().filter(|name| {
            [": {}\n", ": {};", ": {},", ": {})", "<{}>", "[{}]", "-> {};"]
                .iter()
                .any(|form| text.contains(&form.replace("{}", name)))
        });
        let import = |module: &str, names: Vec<&str>| match names.as_slice() {
            [] => String::new(),
            [name] => format!("use crate::{module}::{name};\n"),
            names => format!("use crate::{module}::{{{}}};\n", names.join(", ")),
        };
        let imports = import("typed", types.collect()) + &import("typed::parts", macros.collect());
        format!(
            "{}//! {} requests and {} resources.\n\n{}{text}",
            super::header(source),
            self.requests,
            self.resources,
            imports,
        )
    }
}

/// The name of a request: that of its operation, a list in plural.
fn request_name(operation: &Operation) -> String {
    let name = class(&operation.id);
    if operation.verb != "list" {
        return name;
    }
    let path = operation.path.trim_end_matches(".json");
    let last = path.rsplit('/').find(|segment| !segment.starts_with('{')).unwrap_or_default();
    match name.strip_suffix(singular(last).as_str()) {
        Some(start) => format!("{start}{last}"),
        None => name,
    }
}

/// The name of a setter: Python's, without the underscore that Rust has no need of.
fn setter(wire: &str) -> String {
    identifier(names::parameter(&wire.replace("#", "")).trim_end_matches('_'))
}

fn rust_type(page: &Page, kind: &Kind, enums: &mut Vec<String>) -> String {
    let plain = match kind.name {
        "Boolean" => "bool",
        "Integer" | "LooseInteger" => "i64",
        "Float" => "f64",
        "Decimal" => "Decimal",
        "Date" => "Date",
        "DateTime" | "Rfc2822" => "Timestamp",
        "Json" | "Model" | "PrefixedMap" => "Json",
        _ => "String",
    };
    if kind.name == "Model" {
        return plain.to_owned();
    }
    let Some(schema) = &kind.of else { return plain.to_owned() };
    enums.push(schema.clone());
    page.enums.iter().find(|row| row.schema == *schema).map(|row| row.name.clone()).unwrap_or_default()
}

/// The variants of an enum with their values; `Other` is kept for values that are not known.
fn variants(values: &[String]) -> Vec<(String, &String)> {
    let mut names: Vec<String> = Vec::new();
    for value in values {
        let name = variant(value);
        let taken = name == "Other" || name.is_empty() || names.contains(&name);
        names.push(if taken { format!("Value{}", names.len()) } else { name });
    }
    names.into_iter().zip(values).collect()
}
