//! What the table says of an operation, so that a program can be generic.

use std::{ffi::c_char, mem::MaybeUninit, ptr};

use ringback::{
    Error, IntoOperation, api,
    operation::{Model, Operation},
};

use crate::{
    boundary::{Texts, free, place, read, run, text},
    error::ringback_error,
    parameter::Taken,
};

/// A row of the table of Twilio's API; threads may share it.
pub struct ringback_operation {
    row: &'static Operation,
    /// The parameters of its path, then those of its row.
    pub(crate) parameters: Vec<Taken>,
    /// What JSON bodies are made of.
    pub(crate) models: Vec<&'static Model>,
    pub(crate) texts: Texts,
}

impl From<&'static Operation> for ringback_operation {
    fn from(row: &'static Operation) -> Self {
        let in_path = row.path_parameters().map(Taken::in_path);
        let in_row = row.parameters.iter().map(|parameter| Taken::in_row(row, parameter));
        Self { row, parameters: in_path.chain(in_row).collect(), models: row.models(), texts: Texts::default() }
    }
}

impl ringback_operation {
    /// The row itself.
    pub(crate) fn row(&self) -> &'static Operation {
        self.row
    }

    fn text(operation: Option<&Self>, name: &str, of: impl FnOnce(&Operation) -> Option<String>) -> *const c_char {
        read(ptr::null(), || {
            let operation = operation?;
            Some(operation.texts.give(name, || of(operation.row)))
        })
    }
}

/// Gives how many operations there are.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_count() -> usize {
    read(0, || Some(api::all().count()))
}

/// Finds an operation by its place in the table, from 0 to less than ringback_operation_count().
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_find_at(
    index: usize,
    operation: Option<&mut MaybeUninit<Box<ringback_operation>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(operation, "operation")?;
        let row = api::all().nth(index).ok_or_else(|| {
            Error::invalid_argument(format!("index is {index}, and there are {} operations", api::all().count()))
        })?;
        place.write(Box::new(row.into()));
        Ok(())
    })
}

/// Finds an operation by its name, long or short; the error for an unknown name tells the nearest one.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_find(
    name: *const c_char,
    operation: Option<&mut MaybeUninit<Box<ringback_operation>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(operation, "operation")?;
        place.write(Box::new(text(name, "name")?.into_operation()?.into()));
        Ok(())
    })
}

/// Gives the full name, such as "api.v2010.accounts.messages.create".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_name(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "name", |row| Some(row.name.to_owned()))
}

/// Gives the short name, such as "messages.create", or NULL if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_short_name(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "short_name", |row| row.short_name().map(str::to_owned))
}

/// Gives what it does to its resource: "create", "fetch", "update", "patch", "delete" or "list".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_verb(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "verb", |row| Some(row.verb.as_str().to_owned()))
}

/// Gives the HTTP method, such as "POST".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_method(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "method", |row| Some(row.method.as_str().to_owned()))
}

/// Gives the host without region and edge, such as "verify.twilio.com".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_host(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "host", |row| Some(format!("{}.twilio.com", row.product())))
}

/// Gives the path with its parameters in braces.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_path(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "path", |row| Some(row.path.to_string()))
}

/// Gives the content type of the body, such as "application/json", or NULL if there is no body.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_content_type(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "content_type", |row| row.body.content_type().map(str::to_owned))
}

/// Gives the HTTP status of success, such as 201.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_status(operation: Option<&ringback_operation>) -> u16 {
    read(0, || Some(operation?.row.status))
}

/// Gives whether ringback_client_list can walk it.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_is_list(operation: Option<&ringback_operation>) -> bool {
    read(false, || Some(operation?.row.records.is_some()))
}

/// Frees the row and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_free(operation: Option<Box<ringback_operation>>) {
    free(operation);
}
