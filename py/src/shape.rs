//! How the rows of the table look in Python: modules, classes, methods and arguments.
//!
//! It knows nothing of an interpreter, so that the stubs are made by the same rules as the classes.

use std::borrow::Cow;

use ringback::{
    api, names,
    operation::{
        Attach, Enum, Field, Kind, Level, Model, Name, Operation, Parameter, Place, Property, Resource, Standard, Verb,
        Version,
    },
};

use super::by_hand::ByHand;

/// The package under which all modules of resources stand.
pub(crate) const PACKAGE: &str = "ringback.rest";

/// Whether calls wait or are awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Face {
    Sync,
    Async,
}

impl Face {
    pub(crate) const ALL: [Self; 2] = [Self::Sync, Self::Async];

    /// What opens the names of its classes.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Sync => "",
            Self::Async => "Async",
        }
    }
}

/// What a class stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    List,
    Context,
    Instance,
    Page,
}

impl Role {
    /// All of them; in the stubs an instance takes its methods from the context before it.
    pub(crate) const ALL: [Self; 4] = [Self::Context, Self::Instance, Self::List, Self::Page];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Context => "Context",
            Self::Instance => "Instance",
            Self::Page => "Page",
        }
    }
}

/// What calling a method does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// One request, one answer.
    Call,
    /// All records.
    List,
    /// The records one by one.
    Stream,
    /// One page.
    Page,
    /// The page at an address.
    GetPage,
    /// Many requests, many answers.
    CreateMany,
    /// What the library adds to a resource.
    ByHand(ByHand),
}

/// A method of a class.
#[derive(Clone, Copy)]
pub(crate) struct MethodShape {
    pub(crate) action: Action,
    pub(crate) operation: &'static Operation,
    pub(crate) form: Form,
}

/// The form of a method: `create`, `create_with_http_info`, `create_async` or `create_with_http_info_async`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Whether it gives the status and the headers too.
    pub(crate) with_info: bool,
    /// Whether it is awaited though the other methods of its class wait.
    pub(crate) is_async: bool,
}

impl Form {
    /// The forms that a class of this face has.
    fn of(face: Face) -> impl Iterator<Item = Self> {
        let ways: &[bool] = if face == Face::Sync { &[false, true] } else { &[false] };
        let both = |is_async: &bool| [false, true].map(|with_info| Self { with_info, is_async: *is_async });
        ways.iter().flat_map(both)
    }
}

impl MethodShape {
    pub(crate) fn name(&self) -> String {
        let stem = match self.action {
            Action::Call => self.operation.verb.as_str(),
            Action::List => "list",
            Action::Stream => "stream",
            Action::Page => "page",
            Action::GetPage => "get_page",
            Action::CreateMany => "create_many",
            Action::ByHand(method) => method.name(),
        };
        let info = if self.form.with_info { "_with_http_info" } else { "" };
        let way = if self.form.is_async { "_async" } else { "" };
        format!("{stem}{info}{way}")
    }
}

/// An argument of a method.
#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) name: String,
    /// The parameter and its name on the wire; what steers the walk through a list has none.
    pub(crate) parameter: Option<(&'static Parameter, Cow<'static, str>)>,
}

/// The words of Python that a name of Twilio's may be; as names they get an underscore behind.
pub(crate) const KEYWORDS: [&str; 12] =
    ["from", "for", "break", "class", "global", "import", "in", "is", "lambda", "pass", "return", "with"];

/// A name as Python takes it: `import` is `import_`.
pub(crate) fn identifier(name: String) -> String {
    if KEYWORDS.contains(&name.as_str()) { name + "_" } else { name }
}

/// The module of a resource: `ringback.rest.api.v2010.account.message`.
pub(crate) fn module(row: &'static Resource) -> String {
    let part = |row: &'static Resource| identifier(names::underscore(row.class));
    let chain: Vec<_> = std::iter::successors(Some(row), |row| row.parent).map(part).collect();
    let chain: Vec<_> = chain.iter().rev().map(String::as_str).collect();
    format!("{PACKAGE}.{}.{}", row.version.name, chain.join("."))
}

/// The name of a class: `MessageList`, or `AsyncMessageList` where its methods are awaited.
pub(crate) fn class_name(row: &Resource, face: Face, role: Role) -> String {
    format!("{}{}{}", face.prefix(), row.class, role.as_str())
}

/// `flex_api` is `FlexApi`.
pub(crate) fn capitalised(name: &str) -> String {
    name.split('_').filter(|part| !part.is_empty()).map(|part| part[..1].to_ascii_uppercase() + &part[1..]).collect()
}

/// The attribute that a resource is: the last part of its name.
///
/// Where the list and the instances of a parent have one of the same name, the table names that on the list after its
/// class; here it is found by what it is called on the instances.
pub(crate) fn mount(row: &'static Resource) -> &'static str {
    let last = |row: &'static Resource| row.name.rsplit('.').next().unwrap_or(row.name);
    if let (Attach::List, Some(parent), Some(path)) = (row.attach, row.parent, row.list_path.or(row.instance_path))
        && last(row) == names::underscore(row.class)
    {
        let called = names::underscore(path.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default());
        let twin = children(parent, Attach::Instance).map(last).find(|twin| *twin == called);
        return twin.unwrap_or_else(|| last(row));
    }
    last(row)
}

/// The resources that hang on a version itself.
pub(crate) fn top_level(version: &'static Version) -> impl Iterator<Item = &'static Resource> {
    version.resources.iter().copied().filter(|row| row.attach == Attach::Version)
}

/// The resources that hang on the list of another one, or on one instance of it.
pub(crate) fn children(row: &'static Resource, attach: Attach) -> impl Iterator<Item = &'static Resource> {
    let under = move |child: &&'static Resource| {
        child.attach == attach && child.parent.is_some_and(|parent| std::ptr::eq(parent, row))
    };
    row.version.resources.iter().copied().filter(under)
}

/// The resource whose children a client has by their short names.
pub(crate) fn account() -> Option<&'static Resource> {
    api::find_resource("api.v2010.accounts")
}

/// The first parts of the names of versions, each once.
pub(crate) fn domains() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    api::versions().iter().filter_map(move |version| {
        let domain = version.name.split('.').next()?;
        (domain != std::mem::replace(&mut last, domain)).then_some(domain)
    })
}

/// The versions of a domain, by their own names.
pub(crate) fn versions(domain: &str) -> impl Iterator<Item = (&'static str, &'static Version)> {
    api::versions().iter().filter_map(move |row| {
        let (known, version) = row.name.split_once('.')?;
        (known == domain).then_some((version, *row))
    })
}

/// The operations of a resource.
pub(crate) fn operations(row: &'static Resource) -> impl Iterator<Item = &'static Operation> {
    const VERBS: [Verb; 6] = [Verb::Create, Verb::Delete, Verb::Fetch, Verb::List, Verb::Patch, Verb::Update];
    VERBS.into_iter().filter_map(move |verb| {
        let name = format!("{}.{}", row.name, verb.as_str());
        let operations = row.version.operations;
        operations.binary_search_by(|operation| operation.name.cmp(&name)).ok().map(|at| &operations[at])
    })
}

/// Whether a resource has such a class.
pub(crate) fn has(row: &'static Resource, role: Role) -> bool {
    match role {
        Role::List => true,
        Role::Context => row.instance_path.is_some(),
        Role::Instance => operations(row).next().is_some(),
        Role::Page => operations(row).any(|operation| operation.verb == Verb::List),
    }
}

/// The path parameters of one instance that its list does not know.
pub(crate) fn own_parameters(row: &Resource) -> &'static [Name] {
    row.instance_parameters.get(row.list_parameters.len()..).unwrap_or_default()
}

/// The arguments with which a version opens a resource whose path begins with parameters, and how many are required.
///
/// The last one is optional: with it, one instance is meant. Each is a parameter and its name in Python.
pub(crate) fn opener_arguments(row: &'static Resource) -> (Vec<(&'static str, String)>, usize) {
    let of_list = row.list_parameters.iter().map(|name| (name.as_str(), names::parameter(name)));
    let of_instance = own_parameters(row).iter().map(|name| match own_parameters(row) {
        [_] => (name.as_str(), format!("{}_id", names::underscore(row.class))),
        _ => (name.as_str(), names::parameter(name)),
    });
    (of_list.chain(of_instance).collect(), row.list_parameters.len())
}

/// The attributes of an instance and the properties that they read, sorted by name.
pub(crate) fn attributes(row: &'static Resource) -> Vec<(String, &'static Property)> {
    let attribute = |property: &'static Property| {
        let name = names::attribute(property.key.as_str(), property.kind == Kind::Phone);
        (name.into_owned(), property)
    };
    let mut attributes: Vec<_> = row.properties.iter().map(attribute).collect();
    attributes.sort_by(|(left, _), (right, _)| left.cmp(right));
    attributes
}

/// The enums of the properties and parameters of a resource, each once, by their index on the page.
pub(crate) fn enums(row: &'static Resource) -> Vec<u16> {
    let properties = row.properties.iter().map(|row| row.kind);
    let parameters = operations(row).flat_map(|operation| operation.parameters).map(|row| row.kind);
    let fields = models(row).into_iter().flat_map(|index| fields(row, index)).map(|field| field.kind);
    let inner = row.inner_enums.iter().copied();
    let mut found = Vec::new();
    for kind in properties.chain(parameters).chain(fields).chain(inner) {
        if let Kind::Enum(index) = kind
            && !found.contains(&index)
        {
            found.push(index);
        }
    }
    found
}

/// The models that the JSON bodies of a resource are made of, each once, by their index on the page.
pub(crate) fn models(row: &'static Resource) -> Vec<u16> {
    let mut found = Vec::new();
    let mut open: Vec<Kind> = operations(row).flat_map(|operation| operation.parameters).map(|row| row.kind).collect();
    while let Some(kind) = open.pop() {
        if let Kind::Model(index) = kind
            && !found.contains(&index)
        {
            found.push(index);
            open.extend(fields(row, index).iter().map(|field| field.kind));
        }
    }
    found.sort_unstable();
    found
}

/// A model of the page of a resource.
pub(crate) fn model(row: &'static Resource, index: u16) -> Option<&'static Model> {
    row.version.models.get(usize::from(index))
}

fn fields(row: &'static Resource, index: u16) -> &'static [Field] {
    model(row, index).map(|model| model.fields).unwrap_or_default()
}

/// The constants of an enum and their texts: `in-progress` is `IN_PROGRESS`.
pub(crate) fn members(row: &'static Enum) -> Vec<(String, &'static str)> {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    let mut members: Vec<(String, &str)> = Vec::new();
    for value in row.values {
        let constant: String = value.chars().map(letter).collect();
        if !members.iter().any(|(known, _)| *known == constant) {
            members.push((constant, value));
        }
    }
    members
}

/// The methods of a class, as the official library has them.
pub(crate) fn methods(row: &'static Resource, role: Role, face: Face) -> Vec<MethodShape> {
    let mut methods = Vec::new();
    for operation in operations(row) {
        let on_list = match operation.verb {
            Verb::List => true,
            Verb::Create => row.list_path.is_some(),
            _ => row.instance_path.is_none(),
        };
        let on_instance = operation.level == Level::Instance && operation.verb != Verb::List;
        let actions: &[Action] = match role {
            Role::List if operation.verb == Verb::List => {
                &[Action::Stream, Action::Page, Action::GetPage, Action::List]
            }
            Role::List if on_list && operation.verb == Verb::Create => &[Action::Call, Action::CreateMany],
            Role::List if on_list => &[Action::Call],
            Role::Context | Role::Instance if on_instance => &[Action::Call],
            _ => &[],
        };
        for action in actions.iter().copied().chain(ByHand::of(operation, role).map(Action::ByHand)) {
            // an address gives a page, and nothing else is asked of it
            let forms = Form::of(face).filter(|form| match action {
                // what is added has no one answer
                Action::GetPage | Action::ByHand(_) => !form.with_info,
                // each answer of a batch is read for itself, and the client says whether they are awaited
                Action::CreateMany => !form.with_info && !form.is_async,
                _ => true,
            });
            methods.extend(forms.map(|form| MethodShape { action, operation, form }));
        }
    }
    methods
}

/// The arguments of a method in Python's order, and how many of them are required.
pub(crate) fn arguments(operation: &'static Operation, action: Action) -> (Vec<Argument>, usize) {
    let walk = |names: &[&str]| -> Vec<Argument> {
        names.iter().map(|name| Argument { name: (*name).to_owned(), parameter: None }).collect()
    };
    match action {
        Action::GetPage => return (walk(&["target_url"]), 1),
        Action::CreateMany => return (walk(&["requests", "concurrency", "per_second", "ordered", "progress"]), 1),
        Action::ByHand(method) => return method.arguments(|| arguments(operation, Action::Call)),
        Action::Call => {}
        // in a list every filter is optional; the newer standard declares how a page is asked for
        Action::Page if operation.resource.version.standard == Standard::V1 => {
            let mut arguments = expand(operation.parameters.iter());
            // its size steers the walk as it does elsewhere
            for size in arguments.iter_mut().filter(|argument| argument.name == "page_size") {
                size.parameter = None;
            }
            return (arguments, 0);
        }
        Action::Page => {
            let mut arguments = expand(operation.parameters.iter());
            arguments.extend(walk(&["page_token", "page_number", "page_size"]));
            return (arguments, 0);
        }
        Action::List | Action::Stream => {
            let is_size = |row: &Parameter| names::parameter(&row.name) == "page_size";
            let mut arguments = expand(operation.parameters.iter().filter(|row| !is_size(row)));
            arguments.extend(walk(&["limit", "page_size"]));
            return (arguments, 0);
        }
    }
    let in_body = |row: &Parameter| matches!(row.place, Place::Form | Place::Body);
    let pick = |required: bool, body: bool| {
        expand(operation.parameters.iter().filter(move |row| row.required == required && in_body(row) == body))
    };
    let mut arguments = pick(true, false);
    arguments.extend(pick(true, true));
    let required = arguments.len();
    arguments.extend(pick(false, false));
    arguments.extend(pick(false, true));
    (arguments, required)
}

/// One argument per parameter; a family of numbered ones is all of its members, number by number.
fn expand(rows: impl Iterator<Item = &'static Parameter>) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut family: Vec<&'static Parameter> = Vec::new();
    let mut rows = rows.peekable();
    while let Some(row) = rows.next() {
        let Some(count) = row.numbered else {
            let parameter = Some((row, Cow::from(row.name)));
            arguments.push(Argument { name: names::parameter(&row.name), parameter });
            continue;
        };
        family.push(row);
        if rows.peek().is_some_and(|next| next.numbered == row.numbered) {
            continue;
        }
        for number in 1..=count {
            for row in &family {
                let wire = row.name.replace('#', &number.to_string());
                arguments.push(Argument { name: names::parameter(&wire), parameter: Some((row, Cow::Owned(wire))) });
            }
        }
        family.clear();
    }
    arguments
}
