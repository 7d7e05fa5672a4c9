//! Writing typed requests and resources as Rust, from the same rows as the table.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use ringback::names;

use super::{
    rows::{Enum, Field, Kind, Model, Operation, Page, Parameter, Resource},
    spelling::{capitalized, class, identifier, singular, variant},
};

const MODULES: &str = "core/src/typed/generated";

/// The features of `api.v2010`, by the start of the names of their resources; the first that fits is used.
const FEATURES: &[(&str, &str)] = &[
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

/// The version whose names stand in the module of a product itself, besides what is of `api.v2010`.
const MAIN: &[(&str, &str)] = &[("verify", "v2")];

/// Names that mean something else wherever the types are used.
const KNOWN_TYPES: &[&str] =
    &["Box", "Date", "Decimal", "Default", "Json", "Option", "Result", "String", "Timestamp", "Vec"];

/// How many arguments of a function clippy finds usual.
const USUAL_ARGUMENTS: usize = 7;

/// Where typed requests and resources stand: a file, which is a version of a product or a part of `api.v2010`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Home {
    /// The feature, which is the module that users see.
    feature: String,
    /// The module in it, unless the feature's own.
    version: Option<String>,
}

impl Home {
    fn of(page: &Page, resource: &str) -> Option<Self> {
        if page.domain != "api" {
            return Some(Self { feature: page.domain.clone(), version: Some(page.version.clone()) });
        }
        let under =
            |prefix: &str| resource.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let (_, feature) = FEATURES.iter().find(|(prefix, _)| under(prefix))?;
        Some(Self { feature: (*feature).to_owned(), version: None })
    }

    /// The name of its file.
    fn file(&self) -> String {
        match &self.version {
            Some(version) => format!("{}_{version}", self.feature),
            None => format!("api_v2010_{}", self.feature),
        }
    }
}

/// The typed modules, by their place in the repository.
pub(super) fn render(pages: &[Page], source: &str) -> Result<Vec<(PathBuf, String)>, String> {
    let mut modules: BTreeMap<Home, Module<'_>> = BTreeMap::new();
    for page in pages {
        let requests = request_names(page);
        let structs = structs(page, &requests);
        for resource in &page.resources {
            let Some(home) = Home::of(page, &resource.name) else { continue };
            modules.entry(home).or_default().add(page, resource, &requests, &structs);
        }
    }
    let folder = Path::new(MODULES);
    let mut files = vec![
        (folder.join("mod.rs"), index(&modules, source)),
        (folder.join("products.rs"), products(&modules, source)),
        (folder.join("samples.rs"), samples(&modules, source)),
    ];
    for (home, module) in &modules {
        module.check(&home.file())?;
        files.push((folder.join(format!("{}.rs", home.file())), module.text(source)));
    }
    Ok(files)
}

fn index(modules: &BTreeMap<Home, Module<'_>>, source: &str) -> String {
    let modules: String = modules
        .iter()
        .map(|(home, module)| {
            // a version is a module that users see, and of a part of api.v2010 they see what is in it
            let seen = if home.version.is_some() { "pub" } else { "pub(crate)" };
            let exception = if module.most_needed > USUAL_ARGUMENTS {
                "#[expect(clippy::too_many_arguments, reason = \"Twilio requires as many parameters\")]\n"
            } else {
                ""
            };
            format!("#[cfg(feature = {:?})]\n{exception}{seen} mod {};\n", home.feature, home.file())
        })
        .collect();
    format!(
        "{}//! Typed requests and resources: a file for each version of a product.\n\n{modules}#[cfg(feature = \"typed\")]\npub(crate) mod products;\n\
         #[cfg(all(test, feature = \"all\"))]\npub(crate) mod samples;\n",
        super::header(source)
    )
}

/// The text of the module that shows users a module for each product, with one for each of its versions.
fn products(modules: &BTreeMap<Home, Module<'_>>, source: &str) -> String {
    let mut text = format!("{}//! The products, each behind the feature of its name.\n", super::header(source));
    let mut features: BTreeMap<&str, Vec<&Home>> = BTreeMap::new();
    for home in modules.keys() {
        features.entry(&home.feature).or_default().push(home);
    }
    for (feature, homes) in features {
        let _ = write!(
            text,
            "\n/// Typed requests and resources of `{feature}`.\n#[cfg(feature = {feature:?})]\npub mod {feature} {{\n"
        );
        for home in homes {
            let file = home.file();
            let _ = match &home.version {
                None => writeln!(text, "    pub use super::super::{file}::*;"),
                Some(version) => writeln!(text, "    pub use super::super::{file} as {version};"),
            };
            if MAIN.iter().any(|(main, version)| *main == feature && home.version.as_deref() == Some(*version)) {
                let _ = writeln!(text, "    pub use super::super::{file}::*;");
            }
        }
        text += "}\n";
    }
    text
}

/// The text of the module with which tests reach every type by the name of its operation.
fn samples(modules: &BTreeMap<Home, Module<'_>>, source: &str) -> String {
    let rows: String = modules
        .iter()
        .flat_map(|(home, rows)| rows.outputs.iter().map(move |(operation, output)| (home.file(), operation, output)))
        .map(|(module, operation, output)| match output.as_str() {
            "()" => format!("    ({operation:?}, sample::<()>),\n"),
            "Json" => format!("    ({operation:?}, sample::<crate::typed::Json>),\n"),
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

/// The names of the structs of a page's resources, which nothing else on the page has.
fn structs<'a>(page: &'a Page, requests: &BTreeMap<&str, String>) -> BTreeMap<&'a str, String> {
    let enums = page.enums.iter().map(|row| row.name.clone());
    let models = page.models.iter().map(|model| model.name.clone());
    let others = enums.chain(models).chain(requests.values().cloned());
    let mut taken: BTreeSet<String> = others.chain(KNOWN_TYPES.iter().map(|name| (*name).to_owned())).collect();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
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
        if names.contains_key(resource.name.as_str()) {
            continue;
        }
        let operation = page.operations.iter().find(|operation| operation.resource == resource.name);
        let noun = operation.map(|operation| operation.id[operation.verb.len()..].to_owned());
        // its class, what its operations call it, or its class behind those of what it hangs on
        let chain = &resource.node.chain;
        let longer = (0..chain.len()).rev().map(|start| chain[start..].concat());
        let last_resort = format!("{}Resource", chain.concat());
        let candidates = chain.last().cloned().into_iter().chain(noun).chain(longer).chain([last_resort]);
        let free = candidates.into_iter().find(|name| taken.insert(name.clone()));
        names.insert(&resource.name, free.unwrap_or_default());
    }
    names
}

/// The schemas that requests, resources and models refer to.
#[derive(Default)]
struct Schemas {
    enums: Vec<String>,
    models: Vec<String>,
}

/// What one module holds.
#[derive(Default)]
struct Module<'a> {
    rows: String,
    enums: BTreeMap<&'a str, &'a Enum>,
    models: BTreeMap<&'a str, String>,
    names: Vec<String>,
    /// Operations with the resources that their answers become.
    outputs: Vec<(String, String)>,
    requests: usize,
    resources: usize,
    /// The most that a constructor needs.
    most_needed: usize,
}

impl<'a> Module<'a> {
    fn add(
        &mut self,
        page: &'a Page,
        resource: &Resource,
        requests: &BTreeMap<&str, String>,
        structs: &BTreeMap<&str, String>,
    ) {
        let mut named = Schemas::default();
        let output = structs.get(resource.name.as_str());
        if let Some(name) = output {
            self.resource(page, resource, name, &mut named);
        }
        for operation in page.operations.iter().filter(|operation| operation.resource == resource.name) {
            let output = match (operation.verb, output) {
                ("delete", _) => "()",
                (_, Some(output)) => output,
                (_, None) => "Json",
            };
            let name = requests.get(operation.name.as_str()).cloned().unwrap_or_default();
            self.request(page, resource, operation, (name, output), &mut named);
        }
        while let Some(name) = named.models.pop() {
            if let Some(model) = page.models.iter().find(|model| model.name == name)
                && !self.models.contains_key(model.name.as_str())
            {
                self.names.push(name);
                let text = self::model(page, model, &mut named);
                self.models.insert(&model.name, text);
            }
        }
        for row in page.enums.iter().filter(|row| named.enums.contains(&row.schema)) {
            if self.enums.insert(&row.name, row).is_none() {
                self.names.push(row.name.clone());
            }
        }
    }

    fn resource(&mut self, page: &Page, resource: &Resource, name: &str, named: &mut Schemas) {
        self.names.push(name.to_owned());
        self.resources += 1;
        let _ = write!(self.rows, "\nresource! {{\n    /// What `{}` holds.\n    {name} {{\n", resource.name);
        for property in &resource.properties {
            let field = names::attribute(&property.key, property.kind.name == "Phone");
            let rust = rust_type(page, &property.kind, named);
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
        (name, output): (String, &str),
        named: &mut Schemas,
    ) {
        self.requests += 1;
        let path = if operation.instance { &resource.node.instance_parameters } else { &resource.node.list_parameters };
        let in_path = path.iter().filter(|name| operation.path.contains(&format!("{{{name}}}")));
        // a parameter may have the name of one in the path: moving a number to another account sets AccountSid
        let distinct = in_path.filter(|name| !operation.parameters.iter().any(|parameter| parameter.name == **name));
        let (own, given): (Vec<&String>, Vec<&String>) = distinct.partition(|name| *name == "AccountSid");
        let (needed, optional): (Vec<&Parameter>, Vec<&Parameter>) =
            operation.parameters.iter().partition(|parameter| parameter.required && operation.verb != "list");
        let mut argument = |parameter: &Parameter| {
            let rust = rust_type(page, &parameter.kind, named);
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
        self.most_needed = self.most_needed.max(needed.len());
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
        text.extend(self.models.values().map(String::as_str));
        for (name, row) in &self.enums {
            let _ = write!(text, "\ntext_enum! {{\n    /// Values of the enum `{}`.\n    {name} {{\n", row.schema);
            for (variant, value) in variants(&row.values) {
                let _ = writeln!(text, "        {variant} = {value:?},");
            }
            text += "    }\n}\n";
        }
        let macros = ["model", "request", "resource", "text_enum"]
            .into_iter()
            .filter(|name| text.contains(&format!("{name}! {{")));
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

/// A JSON object that a request takes, as a type.
fn model(page: &Page, model: &Model, named: &mut Schemas) -> String {
    let (needed, optional): (Vec<&Field>, Vec<&Field>) = model.fields.iter().partition(|field| field.required);
    let mut field = |field: &Field| {
        let rust = rust_type(page, &field.kind, named);
        let rust = if field.kind.list { format!("[{rust}]") } else { rust };
        format!("{} = {:?}: {rust}", setter(&field.key), field.key)
    };
    let needed: Vec<String> = needed.into_iter().map(&mut field).collect();
    let optional: String = optional.into_iter().map(|it| format!("    {};\n", field(it))).collect();
    format!(
        "\nmodel! {{\n    /// The JSON object `{}`.\n    {};\n    new({});\n{optional}}}\n",
        model.name,
        model.name,
        needed.join(", ")
    )
}

/// The names of a page's requests; one that a model or another request has gets longer by what it hangs on.
fn request_names(page: &Page) -> BTreeMap<&str, String> {
    let mut taken: BTreeSet<String> = page.models.iter().map(|model| model.name.clone()).collect();
    let mut names = BTreeMap::new();
    for operation in &page.operations {
        let chain = page.resources.iter().find(|row| row.name == operation.resource).map(|row| row.node.chain.concat());
        let longer = format!("{}{}", capitalized(operation.verb), chain.unwrap_or_default());
        let last_resort = format!("{longer}Operation");
        let free = [request_name(operation), longer, last_resort].into_iter().find(|name| taken.insert(name.clone()));
        names.insert(operation.name.as_str(), free.unwrap_or_default());
    }
    names
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

fn rust_type(page: &Page, kind: &Kind, named: &mut Schemas) -> String {
    let plain = match kind.name {
        "Boolean" => "bool",
        "Integer" | "LooseInteger" => "i64",
        "Float" => "f64",
        "Decimal" => "Decimal",
        "Date" => "Date",
        "DateTime" | "Rfc2822" => "Timestamp",
        "Json" | "PrefixedMap" => "Json",
        _ => "String",
    };

    let Some(schema) = kind.of.as_ref().filter(|_| kind.name != "PrefixedMap") else { return plain.to_owned() };
    if kind.name == "Model" {
        named.models.push(schema.clone());
        return schema.clone();
    }
    named.enums.push(schema.clone());
    page.enums.iter().find(|row| row.schema == *schema).map(|row| row.name.clone()).unwrap_or_default()
}

/// The variants of an enum with their values; `Other` is kept for values that are not known.
fn variants(values: &[String]) -> Vec<(String, &String)> {
    let mut names: Vec<String> = Vec::new();
    for value in values {
        let name = variant(value);
        let taken = ["Other", "Self", ""].contains(&name.as_str()) || names.contains(&name);
        names.push(if taken { format!("Value{}", names.len()) } else { name });
    }
    names.into_iter().zip(values).collect()
}
