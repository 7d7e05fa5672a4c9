//! `ringback complete`: what may stand at the end of a command line.

use std::collections::BTreeSet;

use clap::{Command, CommandFactory};
use ringback::{
    api, names,
    operation::{Kind, Operation, Parameter},
};

use crate::{arguments::Arguments, exit, output};

/// How many names are offered whole; of more, only their next part is.
const MOST: usize = 60;

/// Prints what may stand in place of the last word, one a line.
pub(crate) fn run(words: &[String]) -> i32 {
    let mut text = String::new();
    for candidate in candidates(words) {
        text.push_str(&candidate);
        text.push('\n');
    }
    output::text(&text);
    exit::SUCCESS
}

fn candidates(words: &[String]) -> Vec<String> {
    let Some((current, before)) = words.split_last() else { return Vec::new() };
    let root = Arguments::command();
    let Some((name, before)) = before.split_first() else {
        let commands = root.get_subcommands().filter(|command| !command.is_hide_set());
        let names = commands.map(|command| command.get_name().to_owned());
        return beginning_with(names.chain(["--help".to_owned(), "--version".to_owned()]), current);
    };
    let Some(command) = root.find_subcommand(name) else { return Vec::new() };
    let command = match before.first().and_then(|name| command.find_subcommand(name)) {
        Some(inner) => inner,
        None if command.has_subcommands() && !current.starts_with('-') => {
            return beginning_with(command.get_subcommands().map(|command| command.get_name().to_owned()), current);
        }
        None => command,
    };
    if current.starts_with('-') {
        return beginning_with(options(command), current);
    }
    if name == "api" {
        return of_api(before, current);
    }
    let values = command.get_positionals().flat_map(clap::Arg::get_possible_values);
    beginning_with(values.map(|value| value.get_name().to_owned()), current)
}

fn beginning_with(words: impl IntoIterator<Item = String>, current: &str) -> Vec<String> {
    words.into_iter().filter(|word| word.starts_with(current)).collect()
}

fn options(command: &Command) -> impl Iterator<Item = String> {
    let own = command.get_arguments().filter_map(clap::Arg::get_long);
    let own: BTreeSet<String> = own.chain(["help"]).map(|long| format!("--{long}")).collect();
    own.into_iter()
}

/// The name of an operation first, then its parameters.
fn of_api(before: &[String], current: &str) -> Vec<String> {
    let mut given = before.iter().filter(|word| !word.starts_with('-'));
    let operation = match given.next() {
        None => return operations(current),
        Some(name) => api::find(name),
    };
    let (Some(operation), false) = (operation, before.iter().any(|word| word == "--list")) else {
        return Vec::new();
    };
    match current.split_once('=') {
        Some((name, _)) => beginning_with(values(operation, name), current),
        None => parameters(operation, &given.map(String::as_str).collect::<Vec<_>>(), current),
    }
}

/// Names of operations, short ones among them; if there are many, up to their next dot.
fn operations(current: &str) -> Vec<String> {
    let names = api::all().flat_map(|row| [row.short_name(), Some(row.name)]).flatten();
    let found: Vec<&str> = names.filter(|name| name.starts_with(current)).collect();
    if found.len() <= MOST {
        return found.into_iter().map(str::to_owned).collect();
    }
    let part = |name: &&str| match name[current.len()..].find('.') {
        Some(dot) => name[..=current.len() + dot].to_owned(),
        None => (*name).to_owned(),
    };
    found.iter().map(part).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Names of parameters that may still be given, in Twilio's spelling, or in Python's where that was begun.
fn parameters(operation: &'static Operation, given: &[&str], current: &str) -> Vec<String> {
    let is_given = |name: &str| {
        given
            .iter()
            .any(|word| word.split_once('=').is_some_and(|(known, _)| known == name || known == names::parameter(name)))
    };
    let pages = if operation.records.is_some() { &["PageSize"][..] } else { &[] };
    let in_row = operation.parameters.iter().filter(|row| row.list || !is_given(&row.name)).map(family);
    let in_path = operation.path_parameters().chain(pages.iter().copied()).filter(|name| !is_given(name));
    let names: Vec<String> = in_path.map(str::to_owned).chain(in_row).collect();
    let found = beginning_with(names.iter().map(|name| format!("{name}=")), current);
    match found.is_empty() {
        true => beginning_with(names.iter().map(|name| format!("{}=", names::parameter(name))), current),
        false => found,
    }
}

/// The names of a row: one, or the first of a numbered family.
fn family(row: &Parameter) -> String {
    if row.numbered.is_some() { row.name.replace('#', "1") } else { row.name.to_string() }
}

/// What a parameter may be, where there are only so many values.
fn values(operation: &'static Operation, name: &str) -> Vec<String> {
    let Some(row) = operation.parameter(name) else { return Vec::new() };
    let values: Vec<&str> = match (row.kind, operation.enum_of(row.kind)) {
        (Kind::Boolean, _) => vec!["true", "false"],
        (_, Some(known)) => known.values.iter().map(|value| value.as_str()).collect(),
        _ => Vec::new(),
    };
    values.into_iter().map(|value| format!("{name}={value}")).collect()
}
