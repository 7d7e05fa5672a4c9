//! `ringback api`.

mod help;
mod value;

use clap::CommandFactory;
use ringback::{Error, IntoOperation, Params, Result, api, blocking::Client, operation::Operation};

use crate::{
    arguments::{Api, Arguments},
    exit, output,
};

/// Calls an operation and prints its answer, or tells what there is to call.
pub(crate) fn run(call: &Api) -> i32 {
    match answer(call) {
        Ok(()) => exit::SUCCESS,
        Err(error) => {
            output::failure(&error);
            exit::of(&error)
        }
    }
}

fn answer(call: &Api) -> Result<()> {
    let name = call.operation.as_deref();
    if call.list {
        list(name.unwrap_or_default());
        return Ok(());
    }
    let Some(name) = name else {
        help();
        return Ok(());
    };
    let operation = name.into_operation()?;
    match call.help {
        true => output::text(&help::of(operation)),
        false => send(call, operation)?,
    }
    Ok(())
}

fn send(call: &Api, operation: &'static Operation) -> Result<()> {
    let params = params(&call.parameters)?;
    let client = Client::from_env()?;
    if !call.all {
        let response = client.execute(operation, params)?;
        let body = response.json()?;
        if !body.is_null() {
            output::json(body);
        }
        return Ok(());
    }
    for page in client.pages(operation, params)? {
        for record in page?.records() {
            output::line(&record.to_string());
        }
    }
    Ok(())
}

/// Reads `KEY=VALUE`; a name that is given again makes a list.
fn params(parameters: &[String]) -> Result<Params> {
    let mut params = Params::new();
    for parameter in parameters {
        let (name, given) = parameter.split_once('=').ok_or_else(|| {
            Error::invalid_argument(format!("{parameter:?} is not a parameter: write it as Name=value"))
        })?;
        let value = value::read(name, given)?;
        match params.get(name) {
            None => params.set(name.to_owned(), value),
            Some(_) => params.add(name.to_owned(), value),
        };
    }
    Ok(params)
}

/// Prints the names that begin with a prefix, the short one behind a tab.
fn list(prefix: &str) {
    let mut text = String::new();
    for operation in api::all() {
        let short = operation.short_name();
        if operation.name.starts_with(prefix) || short.is_some_and(|short| short.starts_with(prefix)) {
            text.push_str(operation.name);
            if let Some(short) = short {
                text.push('\t');
                text.push_str(short);
            }
            text.push('\n');
        }
    }
    output::text(&text);
}

/// Prints help on the command itself.
fn help() {
    let mut command = Arguments::command();
    command.build();
    if let Some(own) = command.find_subcommand_mut("api") {
        output::text(&own.render_long_help().to_string());
    }
}
