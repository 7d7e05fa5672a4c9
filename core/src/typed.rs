//! Typed requests and resources: what every one of them can do.

pub use jiff::{Timestamp, civil::Date};
pub use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
pub use serde_json::Value as Json;

use crate::{Params, Response, Result, operation::Operation};

#[rustfmt::skip]
pub(crate) mod generated;
#[cfg(feature = "typed")]
mod parts;

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
