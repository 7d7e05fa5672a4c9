//! The stub of a resource: its enums, its models, and its classes with their methods.

use std::fmt::Write;

use ringback::{
    names,
    operation::{Attach, Field, Kind, Operation, Parameter, Property, Resource, Verb},
};

use super::{
    HEADER, by_hand_types, import_lists, is_identifier,
    shape::{self, Action, Argument, Face, MethodShape, Role},
};

/// The stub of the module of a resource.
pub(super) fn stub(row: &'static Resource) -> String {
    let mut out = format!("{HEADER}from ringback._stubs import *\n");
    for child in [Attach::List, Attach::Instance].into_iter().flat_map(|attach| shape::children(row, attach)) {
        import_lists(&mut out, child);
    }
    if shape::has(row, Role::Instance) {
        out.push_str(&values(row));
    }
    if !shape::models(row).is_empty() {
        out.push_str(&models(row));
    }
    for face in Face::ALL {
        for role in Role::ALL {
            if shape::has(row, role) {
                out.push_str(&class(row, face, role));
            }
        }
    }
    out
}

/// What both faces of an instance hold: its enums and its attributes.
fn values(row: &'static Resource) -> String {
    let mut body = String::new();
    for index in shape::enums(row) {
        let known = &row.version.enums[usize::from(index)];
        let _ = writeln!(body, "    class {}(_TextEnum):", known.class);
        let members = shape::members(known);
        for (constant, text) in members.iter().filter(|(constant, _)| is_identifier(constant)) {
            let _ = writeln!(body, "        {constant} = {text:?}");
        }
        if !members.iter().any(|(constant, _)| is_identifier(constant)) {
            body.push_str("        ...\n");
        }
    }
    for (name, property) in shape::attributes(row) {
        if is_identifier(&name) {
            let _ = writeln!(body, "    {name}: {}", property_type(row, property));
        }
    }
    if body.is_empty() {
        body.push_str("    ...\n");
    }
    format!("\nclass _{}Values:\n{body}", row.class)
}

/// The type of an attribute; Twilio may leave out or empty whatever it sends, so it says what is there when it is there.
fn property_type(row: &'static Resource, property: &Property) -> String {
    let one = match property.kind {
        Kind::Text | Kind::Phone => "str",
        Kind::Boolean => "bool",
        Kind::Integer | Kind::LooseInteger => "int",
        Kind::Decimal => "_Decimal",
        Kind::Float => "float",
        Kind::Date => "_date",
        Kind::DateTime | Kind::Rfc2822 => "_datetime",
        Kind::Enum(index) => row.version.enums[usize::from(index)].class,
        Kind::Json | Kind::Model(_) | Kind::PrefixedMap(_) => return "_Any".to_owned(),
    };
    if property.list { format!("_Sequence[{one}] | _Any") } else { format!("{one} | _Any") }
}

/// The models of the JSON bodies, which list, context and instance all have.
fn models(row: &'static Resource) -> String {
    let mut out = format!("\nclass {}:\n", models_class(row));
    for model in shape::models(row).into_iter().filter_map(|index| shape::model(row, index)) {
        let _ = writeln!(out, "    class {}(_Model):", model.name);
        let mut any = false;
        for field in model.fields {
            let name = names::attribute(&field.key, false);
            if is_identifier(&name) {
                let _ = writeln!(out, "        {name}: {} | None", field_type(row, field));
                any = true;
            }
        }
        if !any {
            out.push_str("        ...\n");
        }
    }
    out
}

fn models_class(row: &Resource) -> String {
    format!("_{}Models", row.class)
}

fn field_type(row: &'static Resource, field: &Field) -> String {
    let one = one_type(row, field.kind);
    if field.list { format!("_Sequence[{one}]") } else { one }
}

fn class(row: &'static Resource, face: Face, role: Role) -> String {
    let name = shape::class_name(row, face, role);
    let instance = shape::class_name(row, face, Role::Instance);
    let context = shape::class_name(row, face, Role::Context);
    let (bases, attach) = match role {
        Role::List => ("_ListResource".to_owned(), Some(Attach::List)),
        Role::Context => ("_InstanceContext".to_owned(), Some(Attach::Instance)),
        Role::Instance => (format!("_{}Values, _InstanceResource", row.class), Some(Attach::Instance)),
        Role::Page => (format!("_Page[{instance}]"), None),
    };
    let has_models = role != Role::Page && !shape::models(row).is_empty();
    let bases = if has_models { format!("{}, {bases}", models_class(row)) } else { bases };
    let mut body = String::new();
    for child in attach.into_iter().flat_map(|attach| shape::children(row, attach)) {
        let class = shape::class_name(child, face, Role::List);
        let _ = writeln!(body, "    {}: {class}", shape::mount(child));
    }
    if role == Role::List && shape::has(row, Role::Context) {
        let wanted: String =
            shape::own_parameters(row).iter().map(|name| format!(", {}: str", names::parameter(name))).collect();
        for method in ["__call__", "get"] {
            let _ = writeln!(body, "    def {method}(self{wanted}) -> {context}: ...");
        }
    }
    if role == Role::Page {
        body.push_str(&page_methods(&name, face));
    }
    for method in shape::methods(row, role, face) {
        body.push_str(&declare(row, face, role, &method));
    }
    if body.is_empty() {
        body.push_str("    ...\n");
    }
    format!("\nclass {name}({bases}):\n{body}")
}

fn page_methods(name: &str, face: Face) -> String {
    let mut out = String::new();
    let word = if face == Face::Async { "async def" } else { "def" };
    for method in ["next_page", "previous_page"] {
        let _ = writeln!(out, "    {word} {method}(self) -> {name} | None: ...");
        if face == Face::Sync {
            let _ = writeln!(out, "    async def {method}_async(self) -> {name} | None: ...");
        }
    }
    out
}

/// Declares a method: with its arguments in its plain form, and from that one in its other forms.
fn declare(row: &'static Resource, face: Face, role: Role, method: &MethodShape) -> String {
    let form = method.form;
    let is_plain = !form.with_info && !form.is_async;
    if is_plain && role != Role::Instance {
        return signature(row, face, method);
    }
    let plain = MethodShape { form: shape::Form { with_info: false, is_async: false }, ..*method }.name();
    let plain = match role {
        Role::Instance => format!("{}.{plain}", shape::class_name(row, face, Role::Context)),
        _ => plain,
    };
    let is_stream = method.action == Action::Stream;
    let make = match (is_stream, face, form.with_info, form.is_async) {
        (_, _, false, false) => "_same",
        (false, Face::Sync, false, true) => "_awaited",
        (false, Face::Sync, true, false) => "_info",
        (false, Face::Sync, true, true) => "_awaited_info",
        (false, Face::Async, ..) => "_info_of_awaited",
        (true, Face::Sync, false, true) => "_awaited_stream",
        (true, Face::Sync, true, false) => "_stream_info",
        (true, Face::Sync, true, true) => "_awaited_stream_info",
        (true, Face::Async, ..) => "_info_of_awaited_stream",
    };
    format!("    {} = {make}({plain})\n", method.name())
}

fn signature(row: &'static Resource, face: Face, method: &MethodShape) -> String {
    let MethodShape { action, operation, .. } = *method;
    if action == Action::CreateMany {
        let (instance, name) = (shape::class_name(row, face, Role::Instance), method.name());
        // its arguments are those of every other one
        return match face {
            Face::Sync => format!("    {name}: _CreateMany[{instance}]\n"),
            Face::Async => format!("    {name}: _AsyncCreateMany[{instance}]\n"),
        };
    }
    let (arguments, required) = shape::arguments(operation, action);
    let arguments: String = arguments
        .iter()
        .enumerate()
        .map(|(at, argument)| {
            let takes = argument_type(row, action, argument);
            if at < required {
                format!(", {}: {takes}", argument.name)
            } else {
                format!(", {}: {takes} | None = ...", argument.name)
            }
        })
        .collect();
    let gives = result_type(row, face, action, operation);
    // a stream is not awaited: `async for` reads it
    let word = if face == Face::Async && action != Action::Stream { "async def" } else { "def" };
    format!("    {word} {}(self{arguments}) -> {gives}: ...\n", method.name())
}

fn result_type(row: &'static Resource, face: Face, action: Action, operation: &Operation) -> String {
    let instance = shape::class_name(row, face, Role::Instance);
    match (action, face) {
        (Action::Call, _) if operation.verb == Verb::Delete => "bool".to_owned(),
        (Action::Call, _) => instance,
        // within the class, `list` is the method
        (Action::List, _) => format!("_list[{instance}]"),
        (Action::Stream, Face::Sync) => format!("_Iterator[{instance}]"),
        (Action::Stream, Face::Async) => format!("_AsyncIterator[{instance}]"),
        (Action::CreateMany, _) => String::new(),
        (Action::ByHand(method), _) => by_hand_types::result(method, row, face),
        (Action::Page | Action::GetPage, _) => shape::class_name(row, face, Role::Page),
    }
}

fn argument_type(row: &'static Resource, action: Action, argument: &Argument) -> String {
    let Some((parameter, _)) = &argument.parameter else {
        if let Action::ByHand(method) = action {
            return by_hand_types::argument(method, &argument.name).to_owned();
        }
        let text = matches!(argument.name.as_str(), "page_token" | "target_url");
        return if text { "str" } else { "int" }.to_owned();
    };
    let one = parameter_type(row, parameter);
    if parameter.list { format!("_Sequence[{one}] | {one}") } else { one }
}

fn parameter_type(row: &'static Resource, parameter: &Parameter) -> String {
    match parameter.kind {
        // the one text that is a document, and the texts that hold JSON
        Kind::Text if parameter.name.ends_with("Twiml") => "str | _TwiML".to_owned(),
        Kind::Text if parameter.name.ends_with("Variables") => "str | _Mapping[str, _Any]".to_owned(),
        kind => one_type(row, kind),
    }
}

/// What is taken for one value of a kind.
fn one_type(row: &'static Resource, kind: Kind) -> String {
    match kind {
        Kind::Text | Kind::Phone => "str".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer | Kind::LooseInteger => "int".to_owned(),
        Kind::Decimal | Kind::Float => "float | _Decimal | str".to_owned(),
        Kind::Date | Kind::DateTime | Kind::Rfc2822 => "_date | str".to_owned(),
        Kind::Enum(index) => {
            format!("{}Instance.{} | _Text", row.class, row.version.enums[usize::from(index)].class)
        }
        Kind::Model(index) => match shape::model(row, index) {
            Some(model) => format!("{}.{} | _Mapping[str, _Any]", models_class(row), model.name),
            None => "_Any".to_owned(),
        },
        Kind::Json | Kind::PrefixedMap(_) => "_Any".to_owned(),
    }
}
