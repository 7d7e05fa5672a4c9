//! Codes that confirm a login.

use std::{ffi::c_char, mem::MaybeUninit};

use ringback::params;

use crate::{
    boundary::{run_with_network, text},
    client::ringback_client,
    error::ringback_error,
    response::ringback_response,
};

/// Sends a code to a person, over the channel "sms", "call", "whatsapp" or "email"; the status then is "pending".
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_verification_start(
    client: Option<&ringback_client>,
    service_sid: *const c_char,
    to: *const c_char,
    channel: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let params = params! {
            "ServiceSid" => text(service_sid, "ServiceSid")?,
            "To" => text(to, "To")?,
            "Channel" => text(channel, "Channel")?,
        };
        ringback_client::call(client, "verify.v2.services.verifications.create", params, response)
    })
}

/// Checks the code that a person typed; the status is "approved" if it is the right one.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_verification_check(
    client: Option<&ringback_client>,
    service_sid: *const c_char,
    to: *const c_char,
    code: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let params = params! {
            "ServiceSid" => text(service_sid, "ServiceSid")?,
            "To" => text(to, "To")?,
            "Code" => text(code, "Code")?,
        };
        ringback_client::call(client, "verify.v2.services.verification_checks.create", params, response)
    })
}
