//! The C ABI of ringback: one file per noun of the header, and `boundary`, which alone knows about pointers and panics.
#![expect(non_camel_case_types, reason = "types are written here as C programs write them")]
#![expect(unsafe_code, reason = "names that C can link need no_mangle; pointers are read in boundary.rs only")]

pub mod access_token;
pub mod batch;
mod boundary;
pub mod call;
pub mod client;
pub mod cloud_event;
mod document;
pub mod emulator;
pub mod error;
pub mod explanation;
pub mod form;
pub mod idempotency;
pub mod message;
pub mod model;
pub mod mulaw;
pub mod observe;
pub mod operation;
pub mod pages;
pub mod parameter;
pub mod params;
pub mod payload;
pub mod reconciliation;
pub mod response;
pub mod segments;
pub mod stream;
pub mod twiml;
pub mod twiml_reading;
pub mod verification;
pub mod webhook;

use std::ffi::c_char;

/// Gives the version of the library, such as "0.1.0".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_version() -> *const c_char {
    const VERSION: &std::ffi::CStr =
        match std::ffi::CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}
