//! Help on an operation, made from its row.

use std::fmt::Write;

use ringback::{
    names,
    operation::{Kind, Operation, Parameter, Place},
};

/// A line of a table: a name, its spelling in Python, and what is said of it.
type Line = (String, String, String);

/// What an operation is, what it takes, and what its JSON body holds.
pub(super) fn of(operation: &'static Operation) -> String {
    let mut text = String::new();
    let short = operation.short_name().map(|short| format!(", or {short}")).unwrap_or_default();
    // writing into a String never fails
    let _ = writeln!(text, "{}{short}", operation.name);
    let _ =
        writeln!(text, "{} https://{}.twilio.com{}", operation.method.as_str(), operation.product(), operation.path);
    let in_path: Vec<Line> = operation.path_parameters().map(path_line).collect();
    section(&mut text, "In the path", &in_path);
    for (place, title) in [
        (Place::Header, "In the headers"),
        (Place::Query, "In the query"),
        (Place::Form, "In the form"),
        (Place::Body, "The JSON body"),
    ] {
        let rows = operation.parameters.iter().filter(|row| row.place == place);
        let lines: Vec<Line> = rows.map(|row| line(operation, row)).collect();
        section(&mut text, title, &lines);
    }
    for model in operation.models() {
        let fields = model.fields.iter().map(|field| {
            let what = describe(operation, field.kind, field.list, "list of ", field.required);
            (field.key.to_string(), String::new(), what)
        });
        section(&mut text, &format!("{} is a JSON object of", model.name), &fields.collect::<Vec<_>>());
    }
    if operation.records.is_some() {
        let size = ("PageSize".to_owned(), "page_size".to_owned(), "integer, at most 1000".to_owned());
        section(&mut text, "Pages, of which --all walks all", &[size]);
    }
    text
}

fn section(text: &mut String, title: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    let width = |of: fn(&Line) -> &str| lines.iter().map(|line| of(line).len()).max().unwrap_or_default();
    let (first, second) = (width(|line| &line.0), width(|line| &line.1));
    let _ = writeln!(text, "\n{title}:");
    for (name, python, what) in lines {
        let _ = match second {
            0 => writeln!(text, "  {name:first$}  {what}"),
            _ => writeln!(text, "  {name:first$}  {python:second$}  {what}"),
        };
    }
}

fn path_line(name: &'static str) -> Line {
    let what = if name == "AccountSid" { "text, the client's account if it is not given" } else { "text, required" };
    (name.to_owned(), names::parameter(name), what.to_owned())
}

fn line(operation: &'static Operation, row: &Parameter) -> Line {
    let mut what = describe(operation, row.kind, row.list, "", row.required);
    if row.list {
        what.push_str(", may be repeated");
    }
    if let Some(count) = row.numbered {
        let _ = write!(what, ", # from 1 to {count}");
    }
    (row.name.to_string(), names::parameter(&row.name), what)
}

/// The kind with the values of its enum or the name of its model, and whether it is needed.
fn describe(operation: &'static Operation, kind: Kind, list: bool, of_list: &str, required: bool) -> String {
    let mut what = String::new();
    if list {
        what.push_str(of_list);
    }
    match (operation.enum_of(kind), operation.model_of(kind)) {
        (Some(known), _) => {
            let values: Vec<&str> = known.values.iter().map(|value| value.as_str()).collect();
            what.push_str(&values.join("|"));
        }
        (_, Some(model)) => what.push_str(model.name),
        _ => what.push_str(kind.as_str()),
    }
    if required {
        what.push_str(", required");
    }
    what
}
