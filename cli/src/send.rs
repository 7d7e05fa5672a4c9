//! `ringback send`.

use ringback::{Params, Result, blocking::Client, params};

use crate::{arguments::Send, exit, output};

/// Sends a message and prints it.
pub(crate) fn run(message: Send) -> i32 {
    let Send { to, from, body } = message;
    match send(params! { "To" => to, "From" => from, "Body" => body }) {
        Ok(message) => {
            output::json(&message);
            exit::SUCCESS
        }
        Err(error) => {
            output::failure(&error);
            exit::of(&error)
        }
    }
}

fn send(params: Params) -> Result<serde_json::Value> {
    Client::from_env()?.execute("messages.create", params)?.json().cloned()
}
