//! Names and values for an operation.

use std::ffi::c_char;

use ringback::{Params, Value};

use crate::{
    boundary::{Failure, free, given, run, text},
    error::ringback_error,
};

/// Parameters of a call, in the order in which they were given.
#[derive(Default)]
pub struct ringback_params {
    params: Params,
}

impl ringback_params {
    /// The parameters, or none for NULL.
    pub(crate) fn or_none(params: Option<&Self>) -> Params {
        params.map(|params| params.params.clone()).unwrap_or_default()
    }

    fn set(params: Option<&mut Self>, name: *const c_char, value: impl Into<Value>) -> Failure {
        run(|| {
            given(params, "params")?.params.set(text(name, "name")?.to_owned(), value);
            Ok(())
        })
    }
}

/// Makes parameters with nothing set.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_params_new() -> Box<ringback_params> {
    Box::default()
}

/// Sets a parameter, in place of an earlier value; text is taken for what the parameter is: a number, a day, JSON.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_params_set(
    params: Option<&mut ringback_params>,
    name: *const c_char,
    value: *const c_char,
) -> Option<Box<ringback_error>> {
    run(|| {
        let name = text(name, "name")?;
        given(params, "params")?.params.set(name.to_owned(), text(value, name)?);
        Ok(())
    })
}

/// Adds a value to a parameter that may be given several times, such as MediaUrl.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_params_add(
    params: Option<&mut ringback_params>,
    name: *const c_char,
    value: *const c_char,
) -> Option<Box<ringback_error>> {
    run(|| {
        let name = text(name, "name")?;
        given(params, "params")?.params.add(name.to_owned(), text(value, name)?);
        Ok(())
    })
}

/// Sets a parameter that is a whole number.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_params_set_integer(
    params: Option<&mut ringback_params>,
    name: *const c_char,
    value: i64,
) -> Option<Box<ringback_error>> {
    ringback_params::set(params, name, value)
}

/// Sets a parameter that is true or false.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_params_set_boolean(
    params: Option<&mut ringback_params>,
    name: *const c_char,
    value: bool,
) -> Option<Box<ringback_error>> {
    ringback_params::set(params, name, value)
}

/// Frees the parameters.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_params_free(params: Option<Box<ringback_params>>) {
    free(params);
}
