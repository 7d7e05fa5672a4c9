//! What the table says of an operation, so that a program can be generic.

use std::{ffi::c_char, mem::MaybeUninit, ptr};

use ringback::{IntoOperation, operation::Operation};

use crate::{
    boundary::{Texts, free, place, read, run, text},
    error::ringback_error,
};

/// A row of the table of Twilio's API; threads may share it.
pub struct ringback_operation {
    row: &'static Operation,
    /// The parameters of its path, then those of its row.
    parameters: Vec<(&'static str, bool)>,
    texts: Texts,
}

impl ringback_operation {
    fn text(operation: Option<&Self>, name: &str, of: impl FnOnce(&Operation) -> &str) -> *const c_char {
        read(ptr::null(), || {
            let operation = operation?;
            Some(operation.texts.give(name, || Some(of(operation.row).to_owned())))
        })
    }
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
        let row = text(name, "name")?.into_operation()?;
        let in_path = row.path_parameters().map(|name| (name, name != "AccountSid"));
        let in_row = row.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.required));
        let parameters = in_path.chain(in_row).collect();
        place.write(Box::new(ringback_operation { row, parameters, texts: Texts::default() }));
        Ok(())
    })
}

/// Gives the full name, such as "api.v2010.accounts.messages.create".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_name(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "name", |row| row.name)
}

/// Gives the HTTP method, such as "POST".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_method(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "method", |row| row.method.as_str())
}

/// Gives the path with its parameters in braces.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_path(operation: Option<&ringback_operation>) -> *const c_char {
    ringback_operation::text(operation, "path", |row| row.path.as_str())
}

/// Gives whether ringback_client_list can walk it.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_is_list(operation: Option<&ringback_operation>) -> bool {
    read(false, || Some(operation?.row.records.is_some()))
}

/// Gives how many parameters it takes, those of its path included.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_count(operation: Option<&ringback_operation>) -> usize {
    read(0, || Some(operation?.parameters.len()))
}

/// Gives the name of a parameter in Twilio's spelling, or NULL if there are not so many.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_get_parameter_name(
    operation: Option<&ringback_operation>,
    index: usize,
) -> *const c_char {
    read(ptr::null(), || {
        let operation = operation?;
        let (name, _) = *operation.parameters.get(index)?;
        Some(operation.texts.give(&format!("parameter {index}"), || Some(name.to_owned())))
    })
}

/// Gives whether the call fails without this parameter.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_is_parameter_required(
    operation: Option<&ringback_operation>,
    index: usize,
) -> bool {
    read(false, || operation?.parameters.get(index).map(|(_, required)| *required))
}

/// Frees the row.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_operation_free(operation: Option<Box<ringback_operation>>) {
    free(operation);
}
