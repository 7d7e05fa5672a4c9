//! Typed requests and resources: what every one of them can do.

use std::fmt;

pub use jiff::{Timestamp, civil::Date};
pub use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
pub use serde_json::Value as Json;

use crate::{IntoOperation, Params, Response, Result, operation::Operation};

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

/// A call of any operation by its name, as a value: for batches of what has no type here.
#[derive(Clone)]
pub struct NamedRequest {
    operation: &'static Operation,
    params: Params,
}

impl NamedRequest {
    /// Makes a call of the operation of this name, long or short.
    ///
    /// # Errors
    /// `InvalidArgument` with the nearest name if there is no such operation.
    pub fn new(operation: impl IntoOperation, params: Params) -> Result<Self> {
        Ok(Self { operation: operation.into_operation()?, params })
    }
}

impl fmt::Debug for NamedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the parameters may hold secrets, or be about people
        f.debug_tuple("NamedRequest").field(&self.operation.name).finish()
    }
}

impl Request for NamedRequest {
    type Output = Json;

    fn operation(&self) -> &'static Operation {
        self.operation
    }

    fn into_params(self) -> Params {
        self.params
    }

    fn decode(response: &Response) -> Result<Json> {
        response.json().cloned()
    }
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
