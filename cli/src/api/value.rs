//! Values of parameters on the command line: as they stand, from a file, or from the standard input.

use std::io::Read;

use ringback::{Error, Result};

/// The value that a text stands for: `@FILE` and `@-` for what they hold, `@@…` for a text that begins with `@`.
pub(super) fn read(name: &str, given: &str) -> Result<String> {
    let Some(file) = given.strip_prefix('@') else { return Ok(given.to_owned()) };
    if file.starts_with('@') {
        return Ok(file.to_owned());
    }
    let mut text = String::new();
    let done = match file {
        "-" => std::io::stdin().read_to_string(&mut text).map(drop),
        file => std::fs::read_to_string(file).map(|read| text = read),
    };
    done.map_err(|cause| {
        Error::invalid_argument(format!(
            "{name} cannot be read from {file}: {cause}; write @@ for a value that begins with @"
        ))
    })?;
    Ok(text)
}
