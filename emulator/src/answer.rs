//! What a request is answered: a resource, nothing, or Twilio's form of an error.

use http::StatusCode;
use ringback::operation::Standard;
use serde_json::{Value, json};

/// An answer that says yes.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The JSON body; `DELETE` has none.
    pub(crate) body: Option<Value>,
}

impl Answer {
    /// An answer with a body.
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, body: Some(body) }
    }

    /// 204: done, and nothing to say.
    pub(crate) fn empty() -> Self {
        Self { status: 204, body: None }
    }
}

/// An answer that says no, with Twilio's code for the reason.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
}

/// What handling a request leads to.
pub(crate) type Outcome<T = Answer> = Result<T, Refusal>;

impl Refusal {
    /// A refusal with any status.
    pub(crate) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A refusal with HTTP 400.
    pub(crate) fn bad(code: u32, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// 404 with code 20404: there is no such path or resource.
    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(404, 20404, format!("The requested resource {path} was not found"))
    }

    /// 401 with code 20003, in Twilio's one word.
    pub(crate) fn authenticate() -> Self {
        Self::new(401, 20003, "Authenticate")
    }

    /// The refusal as Twilio writes it.
    pub(crate) fn to_json(&self, standard: Standard) -> Value {
        let more = format!("https://www.twilio.com/docs/errors/{}", self.code);
        match standard {
            Standard::V0 => {
                json!({ "code": self.code, "message": self.message, "more_info": more, "status": self.status })
            }
            // RFC 9457
            Standard::V1 => json!({
                "type": more,
                "title": title(self.status),
                "status": self.status,
                "code": self.code,
                "detail": self.message,
            }),
        }
    }
}

/// What HTTP calls a status.
fn title(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error")
}
