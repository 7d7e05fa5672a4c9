//! `ringback api`.

use ringback::{Error, Params, Result, blocking::Client};

use crate::{arguments::Api, exit, output};

/// Calls an operation and prints its answer.
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
    let mut params = Params::new();
    for parameter in &call.parameters {
        let (name, value) = parameter.split_once('=').ok_or_else(|| {
            Error::invalid_argument(format!("{parameter:?} is not a parameter: write it as Name=value"))
        })?;
        match params.get(name) {
            None => params.set(name.to_owned(), value),
            Some(_) => params.add(name.to_owned(), value),
        };
    }
    let client = Client::from_env()?;
    if !call.all {
        let response = client.execute(call.operation.as_str(), params)?;
        let body = response.json()?;
        if !body.is_null() {
            output::json(body);
        }
        return Ok(());
    }
    for page in client.pages(call.operation.as_str(), params)? {
        for record in page?.records() {
            output::line(&record.to_string());
        }
    }
    Ok(())
}
