//! What went wrong, as a handle of C.

use std::{ffi::c_char, ptr};

use ringback::{Error, ErrorKind, Outcome};

use crate::boundary::{Texts, free, read};

/// What went wrong, and whether Twilio may have acted on it.
pub struct ringback_error {
    error: Error,
    texts: Texts,
}

impl From<Error> for ringback_error {
    fn from(error: Error) -> Self {
        Self { error, texts: Texts::default() }
    }
}

impl ringback_error {
    #[cfg(test)]
    pub(crate) fn error(&self) -> &Error {
        &self.error
    }

    fn text(&self, name: &str, make: impl FnOnce(&Error) -> Option<String>) -> Option<*const c_char> {
        Some(self.texts.give(name, || make(&self.error)))
    }
}

/// Gives what a person needs in one sentence: what went wrong, the HTTP status, Twilio's code, and how to mend it.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_message(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("message", |error| Some(error.to_string())))
}

/// Gives the kind of error; RINGBACK_ERROR_KIND_INVALID_ARGUMENT if error is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_kind(error: Option<&ringback_error>) -> ErrorKind {
    read(ErrorKind::InvalidArgument, || Some(error?.error.kind()))
}

/// Gives whether Twilio acted on the request; RINGBACK_OUTCOME_NOT_SENT if error is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_outcome(error: Option<&ringback_error>) -> Outcome {
    read(Outcome::NotSent, || Some(error?.error.outcome()))
}

/// Gives the kind as a word for logs, such as "invalid_argument".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_kind_name(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("kind", |error| Some(error.kind().to_string())))
}

/// Gives the outcome as a word for logs: "not_sent", "sent" or "unknown".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_outcome_name(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("outcome", |error| Some(error.outcome().to_string())))
}

/// Gives the HTTP status, or 0 if no answer came.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_status(error: Option<&ringback_error>) -> u16 {
    read(0, || error?.error.status())
}

/// Gives Twilio's error code, such as 21211, or 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_code(error: Option<&ringback_error>) -> i64 {
    read(0, || error?.error.code())
}

/// Gives the sentence without status, code and hint: Twilio's own words where Twilio answered.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_reason(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("reason", |error| Some(error.message().to_owned())))
}

/// Gives what usually mends an error with this code, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_hint(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("hint", |error| error.hint().map(str::to_owned)))
}

/// Gives the address of Twilio's page on this code, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_more_info(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("more_info", |error| error.more_info().map(str::to_owned)))
}

/// Gives what else Twilio said of it as JSON, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_details(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("details", |error| error.details().map(ToString::to_string)))
}

/// Gives Twilio's name for the request, which its support asks for, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_request_id(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("request_id", |error| error.request_id().map(str::to_owned)))
}

/// Gives how many seconds Twilio asks to wait before the next request; negative if it asks nothing.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_retry_after(error: Option<&ringback_error>) -> f64 {
    read(-1.0, || Some(error?.error.retry_after()?.as_secs_f64()))
}

/// Gives the HTTP method of the request, or NULL if there was none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_method(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("method", |error| error.method().map(str::to_owned)))
}

/// Gives the path of the request without its query, or NULL if there was none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_uri(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("uri", |error| error.uri().map(str::to_owned)))
}

/// Gives when the call was begun in seconds since 1970, by the clock of this machine; negative if it was not begun.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_begun_at(error: Option<&ringback_error>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of our age fit")]
    read(-1.0, || Some(error?.error.begun_at()?.as_microsecond() as f64 / 1e6))
}

/// Gives the id that the status callbacks of this call carry, or NULL if they carry none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_get_correlation_id(error: Option<&ringback_error>) -> *const c_char {
    read(ptr::null(), || error?.text("correlation_id", |error| error.correlation_id().map(str::to_owned)))
}

/// Frees the error.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_error_free(error: Option<Box<ringback_error>>) {
    free(error);
}
