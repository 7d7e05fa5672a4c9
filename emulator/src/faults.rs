//! Faults that tests ask for: answers that say no, delays, broken connections, lost and disordered callbacks.

use std::time::Duration;

use axum::response::Response;
use serde_json::Value;

use crate::{egress::Webhook, serve::Broken};

/// The message of an answer that a test asked for.
pub(crate) const MESSAGE: &str = "This failure was asked for by a test";

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Status { status: u16, code: u32, retry_after: Option<u32> },
    Delay(Duration),
    ResetBefore,
    ResetAfter,
}

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {}

impl Faults {
    /// The fault for a request, if one matches.
    pub(crate) fn of_request(
        &mut self,
        _product: &str,
        _method: &str,
        _path: &str,
        _parameters: impl FnOnce() -> Vec<(String, String)>,
    ) -> Option<Fault> {
        None
    }

    /// What becomes of a webhook: usually itself.
    pub(crate) fn apply_to_webhook(&mut self, webhook: Webhook) -> Vec<Webhook> {
        vec![webhook]
    }

    /// The code with which a message to this number fails.
    pub(crate) fn of_delivery(&mut self, _to: &str) -> Option<u32> {
        None
    }

    /// Enters a fault.
    pub(crate) fn enter(&mut self, _body: &Value) -> Result<Value, String> {
        Err("faults are not there yet".into())
    }

    /// The faults in force.
    pub(crate) fn show(&self) -> Value {
        Value::Null
    }

    /// Ends all faults.
    pub(crate) fn clear(&mut self) {}
}

/// Breaks the connection instead of answering.
pub(crate) fn reset() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Broken);
    response
}
