//! Calls as they are made, led elsewhere and ended.

use std::{ffi::c_char, mem::MaybeUninit};

use ringback::params;

use crate::{
    boundary::{run_with_network, text},
    client::ringback_client,
    error::ringback_error,
    response::ringback_response,
};

const CREATE: &str = "api.v2010.accounts.calls.create";
const UPDATE: &str = "api.v2010.accounts.calls.update";

/// Makes a call that obeys the TwiML at a URL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_make(
    client: Option<&ringback_client>,
    to: *const c_char,
    from: *const c_char,
    url: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let params = params! { "To" => text(to, "To")?, "From" => text(from, "From")?, "Url" => text(url, "Url")? };
        ringback_client::call(client, CREATE, params, response)
    })
}

/// Makes a call that obeys this TwiML.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_make_with_twiml(
    client: Option<&ringback_client>,
    to: *const c_char,
    from: *const c_char,
    twiml: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let params = params! {
            "To" => text(to, "To")?,
            "From" => text(from, "From")?,
            "Twiml" => text(twiml, "Twiml")?,
        };
        ringback_client::call(client, CREATE, params, response)
    })
}

/// Leads a call that is going on to the TwiML at another URL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_redirect(
    client: Option<&ringback_client>,
    call_sid: *const c_char,
    url: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let params = params! { "Sid" => text(call_sid, "Sid")?, "Url" => text(url, "Url")? };
        ringback_client::call(client, UPDATE, params, response)
    })
}

/// Ends a call, whether it rings or goes on.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_call_hang_up(
    client: Option<&ringback_client>,
    call_sid: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let params = params! { "Sid" => text(call_sid, "Sid")?, "Status" => "completed" };
        ringback_client::call(client, UPDATE, params, response)
    })
}
