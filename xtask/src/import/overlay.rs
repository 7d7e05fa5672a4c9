//! What Twilio has added since its OpenAPI files: reading `xtask/overlay/*.rows` and putting it on the pages.

use std::{fs, path::Path};

use ringback::names;

use super::{
    rows::{Body, Enum, Field, Kind, Model, Operation, Page, Parameter, Property, Resource},
    spelling::capitalized,
    tree::{self, Node},
};

/// The kinds of the table that need no enum and no model.
const PLAIN: &[&str] =
    &["Text", "Phone", "Boolean", "Integer", "LooseInteger", "Decimal", "Float", "Date", "DateTime", "Rfc2822", "Json"];

/// Every verb with the status of its success, which an overlay does not say.
const VERBS: &[(&str, u64)] =
    &[("create", 201), ("fetch", 200), ("update", 200), ("patch", 200), ("delete", 204), ("list", 200)];

const METHODS: &[(&str, &str)] =
    &[("GET", "get"), ("POST", "post"), ("PUT", "put"), ("PATCH", "patch"), ("DELETE", "delete")];

type Result<T = ()> = std::result::Result<T, String>;

/// Puts every file of a folder on the pages, which stay sorted.
pub(super) fn apply(folder: &Path, pages: &mut Vec<Page>) -> Result {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "rows")).collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        put(&name, &text, pages)?;
    }
    pages.sort_by_key(Page::name);
    for page in pages {
        page.resources.sort_by(|one, other| one.name.cmp(&other.name));
        page.operations.sort_by(|one, other| one.name.cmp(&other.name));
        page.enums.sort_by(|one, other| one.name.cmp(&other.name));
        page.models.sort_by(|one, other| one.name.cmp(&other.name));
    }
    Ok(())
}

/// Puts one file on the pages; what it declares may be used before the line that declares it.
pub(super) fn put(file: &str, text: &str, pages: &mut Vec<Page>) -> Result {
    let lines = text.lines().map(|line| line.split_once('#').map_or(line, |(row, _)| row));
    let rows: Vec<(usize, Vec<&str>)> = (1..).zip(lines.map(|line| line.split_whitespace().collect())).collect();
    let mut sheet = Sheet { pages, page: None, model: None, resource: None, operation: None };
    for step in [Sheet::declare, Sheet::fill] {
        for (number, words) in rows.iter().filter(|(_, words)| !words.is_empty()) {
            step(&mut sheet, words).map_err(|error| format!("xtask/overlay/{file}:{number}: {error}"))?;
        }
    }
    Ok(())
}

/// The pages, and the rows that the lines before have led to.
struct Sheet<'a> {
    pages: &'a mut Vec<Page>,
    page: Option<usize>,
    model: Option<usize>,
    resource: Option<usize>,
    operation: Option<usize>,
}

/// What may follow a name and its kind.
#[derive(Default)]
struct Flags<'a> {
    list: bool,
    required: bool,
    after: Option<&'a str>,
    content_type: Option<&'a str>,
}

impl<'a> Flags<'a> {
    fn read(words: &[&'a str]) -> Result<Self> {
        let mut flags = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "list" => flags.list = true,
                "required" => flags.required = true,
                "after" => flags.after = Some(words.next().ok_or("after what?")?),
                word if word.contains('/') => flags.content_type = Some(word),
                word => return Err(format!("{word} says nothing of a row")),
            }
        }
        Ok(flags)
    }
}

impl Sheet<'_> {
    /// Makes the versions, enums and models of a file, which its other rows name.
    fn declare(&mut self, words: &[&str]) -> Result {
        match words {
            ["version", name, url, rest @ ..] => self.add_version(name, url, rest)?,
            ["change", "version", name] => self.find_version(name)?,
            ["enum", name, values @ ..] => {
                let page = self.page()?;
                if page.enums.iter().any(|row| row.name == *name) {
                    return Err(format!("{} already has the enum {name}", page.name()));
                }
                page.enums.push(Enum {
                    schema: (*name).to_owned(),
                    class: (*name).to_owned(),
                    name: (*name).to_owned(),
                    values: values.iter().map(|value| (*value).to_owned()).collect(),
                });
            }
            ["model", name] => {
                let page = self.page()?;
                if page.models.iter().any(|row| row.name == *name) {
                    return Err(format!("{} already has the model {name}", page.name()));
                }
                page.models.push(Model { name: (*name).to_owned(), fields: Vec::new() });
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes or changes what a row says.
    fn fill(&mut self, words: &[&str]) -> Result {
        match words {
            ["version", name, ..] | ["change", "version", name] => self.find_version(name),
            ["enum", ..] => Ok(()),
            ["change", "enum", name, values @ ..] => self.extend_enum(name, values),
            ["model", name] | ["change", "model", name] => {
                let page = self.page()?;
                self.model = Some(index(&page.models, name, |row| &row.name)?);
                Ok(())
            }
            ["field", key, kind, flags @ ..] => self.add_field(key, kind, flags),
            ["drop", key] => {
                let model = self.model()?;
                let at = index(&model.fields, key, |row| &row.key)?;
                model.fields.remove(at);
                Ok(())
            }
            ["resource", name, class] => self.add_resource(name, class),
            ["change", "resource", name] => {
                let page = self.page()?;
                let name = format!("{}.{name}", page.name());
                self.resource = Some(index(&page.resources, &name, |row| &row.name)?);
                self.operation = None;
                Ok(())
            }
            ["list_path", path] => self.set_path(path, false),
            ["instance_path", path] => self.set_path(path, true),
            ["property", key, kind, flags @ ..] => self.add_property(key, kind, flags),
            ["inner_enum", name] => self.add_inner_enum(name),
            ["operation", verb, method, level, rest @ ..] => self.add_operation(verb, method, level, rest),
            ["change", "operation", name] => {
                let page = self.page()?;
                let name = format!("{}.{name}", page.name());
                self.operation = Some(index(&page.operations, &name, |row| &row.name)?);
                Ok(())
            }
            ["form", name, kind, flags @ ..] => self.add_parameter("form", name, kind, flags),
            ["query", name, kind, flags @ ..] => self.add_parameter("query", name, kind, flags),
            ["header", name, kind, flags @ ..] => self.add_parameter("header", name, kind, flags),
            ["body", model, flags @ ..] => self.add_parameter("body", model, model, flags),
            ["required", name] => self.require(name, true),
            ["optional", name] => self.require(name, false),
            ["level", "list"] => self.move_to_list(),
            _ => Err(format!("{} is no row of an overlay", words.join(" "))),
        }
    }

    fn page(&mut self) -> Result<&mut Page> {
        self.page.and_then(|at| self.pages.get_mut(at)).ok_or_else(|| "no version is named before".to_owned())
    }

    fn model(&mut self) -> Result<&mut Model> {
        let at = self.model;
        at.and_then(|at| self.page().ok()?.models.get_mut(at)).ok_or_else(|| "no model is named before".to_owned())
    }

    fn resource(&mut self) -> Result<&mut Resource> {
        let at = self.resource;
        let found = at.and_then(|at| self.page().ok()?.resources.get_mut(at));
        found.ok_or_else(|| "no resource is named before".to_owned())
    }

    fn operation(&mut self) -> Result<&mut Operation> {
        let at = self.operation;
        let found = at.and_then(|at| self.page().ok()?.operations.get_mut(at));
        found.ok_or_else(|| "no operation is named before".to_owned())
    }

    fn find_version(&mut self, name: &str) -> Result {
        let found = self.pages.iter().position(|page| page.name() == name);
        let page = Some(found.ok_or_else(|| format!("there is no {name}"))?);
        (self.page, self.model, self.resource, self.operation) = (page, None, None, None);
        Ok(())
    }

    fn add_version(&mut self, name: &str, url: &str, rest: &[&str]) -> Result {
        if self.find_version(name).is_ok() {
            return Err(format!("{name} is already there"));
        }
        let (domain, version) = name.split_once('.').ok_or("a version is named after its domain, as in verify.v2")?;
        let host = url.strip_prefix("https://").and_then(|rest| rest.split_once(".twilio.com/"));
        let (product, segment) = host.ok_or_else(|| format!("{url} is no address of a version of Twilio's"))?;
        let standard_v1 = match rest {
            [] => false,
            ["standard", "v1"] => true,
            _ => return Err(format!("{} says nothing of a version", rest.join(" "))),
        };
        self.pages.push(Page {
            domain: domain.to_owned(),
            version: version.to_owned(),
            product: product.to_owned(),
            segment: segment.to_owned(),
            standard_v1,
            resources: Vec::new(),
            operations: Vec::new(),
            enums: Vec::new(),
            models: Vec::new(),
        });
        self.find_version(name)
    }

    fn extend_enum(&mut self, name: &str, values: &[&str]) -> Result {
        let page = self.page()?;
        let at = index(&page.enums, name, |row| &row.name)?;
        let row = &mut page.enums[at];
        for value in values {
            if row.values.iter().any(|known| known == value) {
                return Err(format!("{name} already has the value {value}"));
            }
            row.values.push((*value).to_owned());
        }
        Ok(())
    }

    /// A kind of the table by its name, or the enum or the model of this name.
    fn kind(&mut self, name: &str, list: bool) -> Result<Kind> {
        if let Some(plain) = PLAIN.iter().find(|plain| **plain == name) {
            return Ok(Kind { list, ..Kind::plain(plain) });
        }
        let page = self.page()?;
        if let Some(row) = page.enums.iter().find(|row| row.name == name) {
            return Ok(Kind { name: "Enum", of: Some(row.schema.clone()), list });
        }
        if page.models.iter().any(|row| row.name == name) {
            return Ok(Kind { name: "Model", of: Some(name.to_owned()), list });
        }
        Err(format!("{name} is no kind, and neither an enum nor a model of {}", page.name()))
    }

    fn add_field(&mut self, key: &str, kind: &str, flags: &[&str]) -> Result {
        let flags = Flags::read(flags)?;
        let kind = self.kind(kind, flags.list)?;
        let model = self.model()?;
        let row = Field { key: key.to_owned(), kind, required: flags.required };
        insert(&mut model.fields, row, flags.after, |row| &row.key, |key| names::attribute(key, false).into_owned())
    }

    fn add_property(&mut self, key: &str, kind: &str, flags: &[&str]) -> Result {
        let flags = Flags::read(flags)?;
        let kind = self.kind(kind, flags.list)?;
        let row = Property { key: key.to_owned(), kind };
        let resource = self.resource()?;
        insert(
            &mut resource.properties,
            row,
            flags.after,
            |row| &row.key,
            |key| names::attribute(key, false).into_owned(),
        )
    }

    fn add_inner_enum(&mut self, name: &str) -> Result {
        let page = self.page()?;
        let at = index(&page.enums, name, |row| &row.name)?;
        let schema = page.enums[at].schema.clone();
        let resource = self.resource()?;
        let known = resource.properties.iter().filter_map(|row| row.kind.of.as_ref()).chain(&resource.inner_enums);
        if known.into_iter().any(|known| *known == schema) {
            return Err(format!("{} already has the enum {name}", resource.name));
        }
        resource.inner_enums.push(schema);
        Ok(())
    }

    /// A new resource hangs on an instance of the resource that its name names before it, or on the version.
    fn add_resource(&mut self, name: &str, class: &str) -> Result {
        let page = self.page()?;
        let full = format!("{}.{name}", page.name());
        if page.resources.iter().any(|row| row.name == full) {
            return Err(format!("{full} is already there"));
        }
        let parent = name.rsplit_once('.').map(|(above, _)| format!("{}.{above}", page.name()));
        if let Some(parent) = &parent {
            let at = index(&page.resources, parent, |row| &row.name)?;
            if page.resources[at].node.instance_path.is_none() {
                return Err(format!("{parent} has no instance to hang on"));
            }
        }
        let attach = if parent.is_some() { "Instance" } else { "Version" };
        let node = Node::alone(class, attach);
        page.resources.push(Resource {
            node,
            name: full,
            parent,
            properties: Vec::new(),
            inner_enums: Vec::new(),
            schema: None,
        });
        let added = Some(page.resources.len() - 1);
        (self.resource, self.operation) = (added, None);
        Ok(())
    }

    fn set_path(&mut self, path: &str, instance: bool) -> Result {
        let start = format!("/{}/", self.page()?.segment);
        if !path.starts_with(&start) {
            return Err(format!("{path} does not start with {start}"));
        }
        let resource = self.resource()?;
        let node = &mut resource.node;
        let (place, parameters) = if instance {
            (&mut node.instance_path, &mut node.instance_parameters)
        } else {
            (&mut node.list_path, &mut node.list_parameters)
        };
        if place.is_some() {
            return Err(format!("{} already has this path", resource.name));
        }
        *place = Some(path.to_owned());
        *parameters = tree::path_parameters(path);
        Ok(())
    }

    fn add_operation(&mut self, verb: &str, method: &str, level: &str, rest: &[&str]) -> Result {
        let (verb, status) =
            *VERBS.iter().find(|(known, _)| *known == verb).ok_or_else(|| format!("{verb} is no verb"))?;
        let (_, method) = *METHODS.iter().find(|(known, _)| *known == method).ok_or("the method is none of HTTP's")?;
        let records = match rest {
            [] if verb != "list" => None,
            ["records", key] if verb == "list" => Some((*key).to_owned()),
            _ => return Err("a list, and nothing else, says where its records are".to_owned()),
        };
        let standard_v1 = self.page()?.standard_v1;
        let resource = self.resource()?;
        let path = match level {
            "list" => &resource.node.list_path,
            "instance" => &resource.node.instance_path,
            _ => return Err(format!("{level} is neither list nor instance")),
        };
        let path = path.clone().ok_or_else(|| format!("{} has no {level}_path", resource.name))?;
        let class = resource.node.chain.last().cloned().unwrap_or_default();
        let name = format!("{}.{verb}", resource.name);
        let resource = resource.name.clone();
        let page = self.page()?;
        if page.operations.iter().any(|row| row.name == name) {
            return Err(format!("{name} is already there"));
        }
        let row = Operation {
            id: format!("{}{class}", capitalized(verb)),
            name,
            verb,
            method,
            path,
            instance: level == "instance",
            resource,
            parameters: Vec::new(),
            page_size: verb == "list" && !standard_v1, // by the newer standard it is among the parameters
            body: Body::Empty,
            status,
            records,
        };
        page.operations.push(row);
        self.operation = Some(page.operations.len() - 1);
        Ok(())
    }

    fn add_parameter(&mut self, place: &'static str, name: &str, kind: &str, flags: &[&str]) -> Result {
        let flags = Flags::read(flags)?;
        let kind = self.kind(kind, flags.list)?;
        let operation = self.operation()?;
        let row = Parameter { name: name.to_owned(), place, kind, required: flags.required, numbered: None };
        insert(&mut operation.parameters, row, flags.after, |row| &row.name, names::parameter)
            .map_err(|error| format!("{}: {error}", operation.name))?;
        let body = match place {
            "form" => Body::Form,
            "body" => Body::Json(flags.content_type.unwrap_or("application/json").to_owned()),
            _ => return Ok(()),
        };
        if operation.body != Body::Empty && operation.body != body {
            return Err(format!("{} has a body of another form", operation.name));
        }
        operation.body = body;
        Ok(())
    }

    fn require(&mut self, name: &str, required: bool) -> Result {
        let operation = self.operation()?;
        let at = index(&operation.parameters, name, |row| &row.name)?;
        let row = &mut operation.parameters[at];
        if row.required == required {
            return Err(format!("{name} of {} is that already", operation.name));
        }
        row.required = required;
        Ok(())
    }

    fn move_to_list(&mut self) -> Result {
        let operation = self.operation()?;
        let (name, path, resource) = (operation.name.clone(), operation.path.clone(), operation.resource.clone());
        if !std::mem::replace(&mut operation.instance, false) {
            return Err(format!("{name} concerns the list already"));
        }
        let page = self.page()?;
        let at = index(&page.resources, &resource, |row| &row.name)?;
        let fits = page.resources[at].node.list_path.as_ref() == Some(&path);
        fits.then_some(()).ok_or_else(|| format!("{name} goes to {path}, which is not the list_path of {resource}"))
    }
}

/// Where the row of this name is.
fn index<T>(rows: &[T], name: &str, of: fn(&T) -> &str) -> Result<usize> {
    rows.iter().position(|row| of(row) == name).ok_or_else(|| format!("there is no {name}"))
}

/// Adds a row at the end, or after the one named; `python` makes of names what no two rows may share.
fn insert<T>(
    rows: &mut Vec<T>,
    row: T,
    after: Option<&str>,
    of: fn(&T) -> &str,
    python: impl Fn(&str) -> String,
) -> Result {
    let name = python(of(&row));
    if let Some(known) = rows.iter().find(|known| python(of(known)) == name) {
        return Err(format!("{} is already there as {}", of(&row), of(known)));
    }
    let at = match after {
        Some(after) => index(rows, after, of)? + 1,
        None => rows.len(),
    };
    rows.insert(at, row);
    Ok(())
}
