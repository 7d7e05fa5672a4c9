//! A row of the table: what one call of Twilio's API is named, where it goes, and what it takes and gives.
//!
//! The rows themselves are in `api/generated`, written by `cargo xtask import`; nothing here is specific to one of them.

use std::{borrow::Cow, fmt};

use crate::names;

mod name;

pub use name::{Name, hash};

/// One version of one product: a page of the table.
#[derive(Debug)]
#[non_exhaustive]
pub struct Version {
    /// Its name in operations, such as `api.v2010`.
    pub name: &'static str,
    /// The first label of its host: `api` for `api.twilio.com`.
    pub product: &'static str,
    /// The first segment of its paths, such as `2010-04-01`.
    pub segment: &'static str,
    /// The standard of Twilio's that it follows.
    pub standard: Standard,
    /// Its resources, sorted by name.
    pub resources: &'static [&'static Resource],
    /// Its operations, sorted by name.
    pub operations: &'static [Operation],
    /// Its enums; `Kind::Enum` is an index into them.
    pub enums: &'static [Enum],
    /// Its models; `Kind::Model` is an index into them.
    pub models: &'static [Model],
}

/// Twilio's standards of APIs, which its specifications call `apiStandards`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// Forms, pages that name their neighbours by URL, errors with a code and a message.
    V0,
    /// JSON with keys in camelCase, pages that name their neighbours by token, errors as RFC 9457 has them.
    V1,
}

/// A resource of the API, with what Python and C need to reach it: `client.messages`, `client.messages(sid)`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resource {
    /// Its place in the API in dots, such as `api.v2010.accounts.messages`.
    pub name: &'static str,
    /// Its class in singular, such as `Message`.
    pub class: &'static str,
    /// The page that it stands on.
    pub version: &'static Version,
    /// The resource that it hangs on, unless that is the version itself.
    pub parent: Option<&'static Resource>,
    /// Whether it hangs on its parent's list or on one instance of it.
    pub attach: Attach,
    /// The path of its list, if it has one.
    pub list_path: Option<Name>,
    /// The path of one instance, if it has one.
    pub instance_path: Option<Name>,
    /// Path parameters of the list: those of its parents.
    pub list_parameters: &'static [Name],
    /// Path parameters of one instance, the parents' first, in the order in which Twilio declares them.
    pub instance_parameters: &'static [Name],
    /// What an instance holds.
    pub properties: &'static [Property],
    /// The enums that only occur inside of its JSON properties.
    pub inner_enums: &'static [Kind],
}

/// Where a resource hangs in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attach {
    /// On the version: `client.verify.v2.services`.
    Version,
    /// On the list of its parent.
    List,
    /// On one instance of its parent: `services(sid).verifications`.
    Instance,
}

/// One call of the API.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// Its full name, such as `api.v2010.accounts.messages.create`.
    pub name: &'static str,
    /// What it does to its resource.
    pub verb: Verb,
    /// The HTTP method.
    pub method: Method,
    /// The path with its parameters in braces, from the version on.
    pub path: Name,
    /// Whether it concerns the list or one instance.
    pub level: Level,
    /// The resource that it belongs to.
    pub resource: &'static Resource,
    /// What it takes besides path parameters, in the order in which Twilio declares them.
    pub parameters: &'static [Parameter],
    /// How its body is written.
    pub body: Body,
    /// The HTTP status of success.
    pub status: u16,
    /// Whether repeating it leaves the service as one call would.
    pub repeatable: bool,
    /// The JSON key of the records, if it answers a page of them.
    pub records: Option<Name>,
}

/// What an operation does to its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Makes a new one.
    Create,
    /// Reads one.
    Fetch,
    /// Changes one.
    Update,
    /// Changes a part of one.
    Patch,
    /// Removes one.
    Delete,
    /// Reads them page by page.
    List,
}

impl Verb {
    /// The verb as the last part of an operation's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Fetch => "fetch",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::List => "list",
        }
    }
}

/// Whether an operation concerns a whole list or one instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The list: `client.messages.create(…)`.
    List,
    /// One instance: `client.messages(sid).fetch()`.
    Instance,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes or changes.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// How the body of a request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    Empty,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// One JSON value, of this content type.
    Json(&'static str),
}

impl Body {
    /// The content type, if there is a body.
    pub const fn content_type(self) -> Option<&'static str> {
        match self {
            Self::Empty => None,
            Self::Form => Some("application/x-www-form-urlencoded"),
            Self::Json(content_type) => Some(content_type),
        }
    }
}

/// A parameter of an operation, other than those in its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name in Twilio's spelling, such as `StatusCallback` or `DateSent>`.
    pub name: Name,
    /// Where it goes.
    pub place: Place,
    /// What it holds, or what each of its values holds if it is a list.
    pub kind: Kind,
    /// Whether it may be given several times.
    pub list: bool,
    /// Whether the call fails without it.
    pub required: bool,
    /// How many numbered parameters the row stands for: `Parameter1.Name` to `Parameter99.Name` are `Parameter#.Name`.
    pub numbered: Option<u16>,
}

impl Parameter {
    /// The name on the wire of the parameter that was given under this name: its own, or that of one of its family.
    pub fn wire_name(&self, given: &str) -> Cow<'static, str> {
        match self.number_in(given) {
            Some(number) => Cow::Owned(self.name.replace('#', &number.to_string())),
            None => Cow::Borrowed(self.name.as_str()),
        }
    }

    /// The number with which a name asks for one of a family: 7 in `Parameter7.Name` and in `parameter7_name`.
    fn number_in(&self, name: &str) -> Option<u16> {
        let count = self.numbered?;
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        let number: u16 = digits.parse().ok().filter(|number| (1..=count).contains(number))?;
        let wire = self.name.replace('#', &number.to_string());
        (wire == name || names::parameter(&wire) == name).then_some(number)
    }
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the query.
    Query,
    /// Into the form.
    Form,
    /// Into a header.
    Header,
    /// It is the JSON body.
    Body,
}

impl Place {
    /// The place in one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Form => "form",
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

/// A property of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property {
    /// Its JSON key.
    pub key: Name,
    /// What it holds, or what each element holds if it is a list.
    pub kind: Kind,
    /// Whether it is a list.
    pub list: bool,
}

/// What a parameter or a property holds, and so how it is written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A phone number or another address, as text.
    Phone,
    /// `true` or `false`.
    Boolean,
    /// A whole number that arrives as a number.
    Integer,
    /// A whole number that may arrive as text.
    LooseInteger,
    /// A decimal number of any precision, which may arrive as text.
    Decimal,
    /// A floating-point number.
    Float,
    /// A day, `2026-01-31`.
    Date,
    /// A moment, `2026-01-31T12:00:00Z`.
    DateTime,
    /// A moment, `Sat, 31 Jan 2026 12:00:00 +0000`.
    Rfc2822,
    /// One of the values of `Version::enums` at this index.
    Enum(u16),
    /// Any JSON.
    Json,
    /// A JSON object of the fields of `Version::models` at this index.
    Model(u16),
    /// A map that is flattened into the query under this name, `AddOns.a.b=v`.
    PrefixedMap(Name),
}

impl Kind {
    /// The kind in `snake_case`, as help and programs in C show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Phone => "phone",
            Self::Boolean => "boolean",
            Self::Integer | Self::LooseInteger => "integer",
            Self::Decimal => "decimal",
            Self::Float => "float",
            Self::Date => "date",
            Self::DateTime => "date_time",
            Self::Rfc2822 => "rfc_2822",
            Self::Enum(_) => "enum",
            Self::Json => "json",
            Self::Model(_) => "model",
            Self::PrefixedMap(_) => "map",
        }
    }
}

/// A closed list of texts, which Twilio may extend.
#[derive(Debug)]
#[non_exhaustive]
pub struct Enum {
    /// Its name in the specification without its resource, such as `Status`.
    pub class: &'static str,
    /// Its name in Rust, unique on its page, such as `MessageStatus`.
    pub name: &'static str,
    /// Its values as they stand on the wire.
    pub values: &'static [Name],
}

/// A JSON object that a request takes, or a part of one.
#[derive(Debug)]
#[non_exhaustive]
pub struct Model {
    /// Its class, such as `ContentCreateRequest`; unique on its page.
    pub name: &'static str,
    /// What it holds, in the order in which Twilio declares it.
    pub fields: &'static [Field],
}

/// A field of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its JSON key.
    pub key: Name,
    /// What it holds, or what each element holds if it is a list.
    pub kind: Kind,
    /// Whether it is a list.
    pub list: bool,
    /// Whether Twilio refuses the model without it.
    pub required: bool,
}

impl Operation {
    /// The product's host label: `verify` for `verify.twilio.com`.
    pub fn product(&self) -> &'static str {
        self.resource.version.product
    }

    /// The names of its path parameters, in the order of the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        segments(self.path).filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name),
            Segment::Text(_) => None,
        })
    }

    /// The parameter of this name, in Twilio's spelling or in Python's.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        let exact = self.parameters.iter().find(|parameter| parameter.name == name);
        let python = || self.parameters.iter().find(|parameter| names::is_parameter(&parameter.name, name));
        exact.or_else(python).or_else(|| self.parameters.iter().find(|parameter| parameter.number_in(name).is_some()))
    }

    /// The short name, `messages.create` for `api.v2010.accounts.messages.create`, if it has one.
    pub fn short_name(&self) -> Option<&'static str> {
        self.name.strip_prefix(crate::api::ACCOUNT_PREFIX).filter(|short| short.contains('.'))
    }

    /// The values of an enum of this operation's page.
    pub fn enum_of(&self, kind: Kind) -> Option<&'static Enum> {
        match kind {
            Kind::Enum(index) => self.resource.version.enums.get(usize::from(index)),
            _ => None,
        }
    }

    /// The model of this operation's page that a kind names.
    pub fn model_of(&self, kind: Kind) -> Option<&'static Model> {
        match kind {
            Kind::Model(index) => self.resource.version.models.get(usize::from(index)),
            _ => None,
        }
    }
}

impl Operation {
    /// The models that its parameters are made of, each once, the outer ones first.
    pub fn models(&self) -> Vec<&'static Model> {
        let mut found: Vec<&'static Model> = Vec::new();
        let add = |found: &mut Vec<&'static Model>, kind: Kind| {
            let model = self.model_of(kind);
            found.extend(model.filter(|model| !found.iter().any(|known| std::ptr::eq(*known, *model))));
        };
        self.parameters.iter().for_each(|parameter| add(&mut found, parameter.kind));
        let mut next = 0;
        while let Some(model) = found.get(next).copied() {
            model.fields.iter().for_each(|field| add(&mut found, field.kind));
            next += 1;
        }
        found
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A piece of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text that stands in the path as it is.
    Text(&'static str),
    /// The name of a parameter whose value goes here.
    Parameter(&'static str),
}

/// The pieces of a path template, in order.
pub fn segments(path: impl Into<&'static str>) -> impl Iterator<Item = Segment> {
    let mut rest = path.into();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('{') {
            let (name, after) = inside.split_once('}').unwrap_or((inside, ""));
            rest = after;
            return Some(Segment::Parameter(name));
        }
        let (text, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
        rest = after;
        Some(Segment::Text(text))
    })
}

/// Short constructors, so that a row of a generated page is one line.
pub(crate) mod row {
    pub(crate) use super::{
        Attach, Body, Enum, Field, Kind, Level, Method, Model, Name, Operation, Parameter, Place, Property, Resource,
        Standard, Verb, Version,
    };

    /// A name or a path.
    pub(crate) const fn name(text: &str) -> Name {
        Name::of(text)
    }

    /// Names of path parameters, or values of an enum.
    pub(crate) const fn names<const N: usize>(texts: [&str; N]) -> [Name; N] {
        let mut names = [Name::of("Sid"); N];
        let mut at = 0;
        while at < N {
            names[at] = Name::of(texts[at]);
            at += 1;
        }
        names
    }

    /// A parameter in the form, optional.
    pub(crate) const fn form(name: &str, kind: Kind) -> Parameter {
        Parameter { name: Name::of(name), place: Place::Form, kind, list: false, required: false, numbered: None }
    }

    /// A parameter in the query, optional.
    pub(crate) const fn query(name: &str, kind: Kind) -> Parameter {
        Parameter { name: Name::of(name), place: Place::Query, kind, list: false, required: false, numbered: None }
    }

    /// A parameter in a header, optional.
    pub(crate) const fn header(name: &str, kind: Kind) -> Parameter {
        Parameter { name: Name::of(name), place: Place::Header, kind, list: false, required: false, numbered: None }
    }

    /// The JSON body, optional.
    pub(crate) const fn body(name: &str, kind: Kind) -> Parameter {
        Parameter { name: Name::of(name), place: Place::Body, kind, list: false, required: false, numbered: None }
    }

    /// A property of a resource.
    pub(crate) const fn property(key: &str, kind: Kind) -> Property {
        Property { key: Name::of(key), kind, list: false }
    }

    /// A field of a model, optional.
    pub(crate) const fn field(key: &str, kind: Kind) -> Field {
        Field { key: Name::of(key), kind, list: false, required: false }
    }

    impl Field {
        /// The same field, required.
        pub(crate) const fn required(mut self) -> Self {
            self.required = true;
            self
        }

        /// The same field, as a list.
        pub(crate) const fn list(mut self) -> Self {
            self.list = true;
            self
        }
    }

    impl Parameter {
        /// The same parameter, required.
        pub(crate) const fn required(mut self) -> Self {
            self.required = true;
            self
        }

        /// The same parameter, as a family of this many numbered ones.
        pub(crate) const fn numbered(mut self, count: u16) -> Self {
            self.numbered = Some(count);
            self
        }

        /// The same parameter, which may be given several times.
        pub(crate) const fn list(mut self) -> Self {
            self.list = true;
            self
        }
    }

    impl Property {
        /// The same property, as a list.
        pub(crate) const fn list(mut self) -> Self {
            self.list = true;
            self
        }
    }
}
