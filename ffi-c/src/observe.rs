//! What a program in C is told of calls that are over.

use std::{
    ffi::{c_char, c_void},
    ptr,
};

use ringback::{CallRecord, ErrorKind, Outcome};

use crate::{
    boundary::{Callback, owned},
    client::ringback_client_options,
    error::ringback_error,
};

/// A call that is over. A list makes one call a page; what was refused before it was sent is none.
///
/// The texts live until the function returns that was given the record. None of them holds a query, a body or a secret.
#[repr(C)]
pub struct ringback_call_record {
    /// The name of the operation, such as "api.v2010.accounts.messages.create".
    pub operation: *const c_char,
    /// The HTTP method.
    pub method: *const c_char,
    /// The path without its query.
    pub path: *const c_char,
    /// Twilio's name for the request, or NULL.
    pub request_id: *const c_char,
    /// The kind of error as a word for logs, or NULL if nothing went wrong.
    pub error_kind_name: *const c_char,
    /// The outcome as a word for logs.
    pub outcome_name: *const c_char,
    /// Whether Twilio acted on the request.
    pub outcome: Outcome,
    /// The kind of error where error_kind_name is not NULL, and else without a meaning.
    pub error_kind: ErrorKind,
    /// How long the call took, repeats and the waits between them included.
    pub seconds: f64,
    /// How often the request was tried.
    pub attempts: u32,
    /// The HTTP status, or 0 if no answer came.
    pub status: u16,
}

/// A function that is told of a call that is over; the second argument is what was set with it.
///
/// It runs on the thread that made the call, or on one of the library's own for the calls of a batch. It must return: it
/// must not throw, jump out or call the client.
pub type ringback_on_call = Option<unsafe extern "C" fn(record: *const ringback_call_record, user_data: *mut c_void)>;

/// Sets a function that is told of every call when it is over, and what it gets as its second argument; NULL for none.
///
/// Threads that share the client may call it at once. What user_data points to must live as long as the client and its
/// lists.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_options_set_on_call(
    options: Option<&mut ringback_client_options>,
    on_call: ringback_on_call,
    user_data: *mut c_void,
) -> Option<Box<ringback_error>> {
    let callback = on_call.map(|function| Callback::new(function, user_data));
    ringback_client_options::change(options, |builder| {
        Ok(builder.on_call(move |record| {
            if let Some(callback) = &callback {
                tell(callback, record);
            }
        }))
    })
}

fn tell(callback: &Callback<ringback_call_record>, record: &CallRecord<'_>) {
    let [operation, method, path] = [record.operation, record.method, record.path].map(|text| owned(text.to_owned()));
    let request_id = record.request_id.map(|text| owned(text.to_owned()));
    let error_kind_name = record.error_kind.map(|kind| owned(kind.to_string()));
    let outcome_name = owned(record.outcome.to_string());
    callback.call(&ringback_call_record {
        operation: operation.as_ptr(),
        method: method.as_ptr(),
        path: path.as_ptr(),
        request_id: request_id.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
        error_kind_name: error_kind_name.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
        outcome_name: outcome_name.as_ptr(),
        outcome: record.outcome,
        error_kind: record.error_kind.unwrap_or(ErrorKind::Internal),
        seconds: record.duration.as_secs_f64(),
        attempts: record.attempts,
        status: record.status.unwrap_or(0),
    });
}
