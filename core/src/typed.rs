//! Typed requests and resources: what makes the generated ones short.

use std::fmt;

pub use jiff::{Timestamp, civil::Date};
pub use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
pub use serde_json::Value as Json;

use crate::{Params, Response, Result, api, operation::Operation};

mod macros;
mod field;
#[rustfmt::skip]
pub mod generated;

pub(crate) use field::{Field, Fill, Reader, Slot};
pub(crate) use macros::{argument, constructor, request, resource, setter, text_enum};

/// A call of the API as a value; [`Client::send`](crate::Client::send) makes it.
pub trait Request: Sized {
    /// What a success holds.
    type Output;

    /// The row of the operation.
    fn operation(&self) -> &'static Operation;

    /// The parameters that were set.
    fn into_params(self) -> Params;

    /// Reads the answer.
    ///
    /// # Errors
    /// `Decode` if the body is not JSON.
    fn decode(response: &Response) -> Result<Self::Output>;
}

/// A list of the API as a value; [`Client::list`](crate::Client::list) walks it.
pub trait ListRequest: Sized {
    /// One record of the list.
    type Output: DeserializeOwned;

    /// The row of the operation.
    fn operation(&self) -> &'static Operation;

    /// The parameters that were set.
    fn into_params(self) -> Params;
}

/// What an answer can become.
pub(crate) trait Answer: Sized {
    fn of(response: &Response) -> Result<Self>;
}

impl Answer for () {
    fn of(_: &Response) -> Result<Self> {
        Ok(())
    }
}

impl<T: DeserializeOwned + Default> Answer for T
where
    T: Filled,
{
    fn of(response: &Response) -> Result<Self> {
        if response.body().is_empty() { Ok(Self::default()) } else { response.decode() }
    }
}

/// A generated resource.
pub(crate) trait Filled {}

impl Filled for Json {}

/// The row of a request; that each has one is proved by a test over all of them.
pub(crate) fn row(name: &'static str) -> &'static Operation {
    match api::find(name) {
        Some(row) => row,
        None => unreachable!("{name} is generated from the table"),
    }
}

/// Shows which parameters a request sets; their values may be secrets or about people.
pub(crate) fn show_request(f: &mut fmt::Formatter<'_>, name: &str, params: &Params) -> fmt::Result {
    let mut out = f.debug_tuple(name);
    for (name, _) in params.iter() {
        out.field(&format_args!("{name}"));
    }
    out.finish()
}

/// Properties that let their reader act as somebody.
const SECRETS: &[&str] =
    &["auth_token", "binding", "ice_servers", "password", "secret", "token", "validation_code"];

/// Shows a property of a resource, unless it is a secret.
pub(crate) fn show_property(out: &mut fmt::DebugStruct<'_, '_>, key: &str, value: &dyn fmt::Debug) {
    if SECRETS.contains(&key) {
        out.field(key, &format_args!("(secret)"));
    } else {
        out.field(key, value);
    }
}
