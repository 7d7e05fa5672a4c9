//! An answer of Twilio's.

use std::{sync::OnceLock, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, header::RETRY_AFTER};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Document, Error, ErrorKind, Outcome, Result, correlation::Mark, process::kept};

/// An answer that says yes: its status, its headers and its JSON.
#[derive(Debug)]
pub struct Response {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    document: OnceLock<Document>,
    json: OnceLock<Value>,
    mark: Option<Mark>,
}

impl Response {
    pub(crate) fn new(status: u16, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body, document: OnceLock::new(), json: OnceLock::new(), mark: None }
    }

    /// The same answer with what tells its call from others, for its errors.
    pub(crate) fn with_mark(self, mark: Mark) -> Self {
        Self { mark: Some(mark), ..self }
    }

    /// The HTTP status: 200 to 299, or the redirect that the operation's row promises.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first value of a header, if it is readable text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Names and values of all headers, in the order in which they came; unreadable ones are left out.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// Twilio's name for the request.
    pub fn request_id(&self) -> Option<&str> {
        self.header(REQUEST_ID)
    }

    /// The body as it came; empty after a delete.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as it came, shared instead of copied.
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// The body as JSON, read at the first call; `null` if it is empty.
    ///
    /// # Errors
    /// `Decode` with the outcome `sent` if it is not JSON.
    pub fn json(&self) -> Result<&Value> {
        kept(&self.json, || if self.body.is_empty() { Ok(Value::Null) } else { self.decode() })
    }

    /// The body as JSON whose values are read one by one; `null` if it is empty.
    ///
    /// # Errors
    /// As [`Response::json`].
    #[doc(hidden)]
    pub fn document(&self) -> Result<&Document> {
        kept(&self.document, || {
            let body = if self.body.is_empty() { Bytes::from_static(b"null") } else { self.body.clone() };
            Document::read(body).map_err(|cause| self.unreadable(cause))
        })
    }

    /// The body as JSON whose values are read one by one, without the rest of the answer.
    ///
    /// # Errors
    /// As [`Response::json`].
    #[doc(hidden)]
    pub fn into_document(mut self) -> Result<Document> {
        self.document()?;
        self.document.take().map_or_else(|| self.document().cloned(), Ok)
    }

    /// The body as a page, and its records.
    pub(crate) fn page(&self, key: &str) -> Result<(Document, Option<Vec<Document>>)> {
        Document::read_page(self.body.clone(), key).map_err(|cause| self.unreadable(cause))
    }

    /// A text of the body by its JSON key; `/` goes deeper, as in `subresource_uris/media`.
    pub fn text(&self, key: &str) -> Option<&str> {
        // most texts stand in the answer as they are, and need nothing else of it
        let plain = self.document().ok().filter(|_| self.json.get().is_none()).and_then(|json| json.plain_text(key));
        plain.or_else(|| self.json().ok()?.text(key))
    }

    /// A whole number of the body, also one that came as text.
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.json().ok()?.integer(key)
    }

    /// A truth value of the body.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        self.json().ok()?.boolean(key)
    }

    /// A value of the body by its JSON key; `/` goes deeper, as in `subresource_uris/media`.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.json().ok()?.value(key)
    }

    /// The body as a type of the caller's.
    ///
    /// # Errors
    /// `Decode` with the outcome `sent`: the service acted, whatever its answer looks like.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|cause| self.unreadable(cause))
    }

    fn unreadable(&self, cause: serde_json::Error) -> Error {
        Error::new(ErrorKind::Decode, "the service said yes with a body that is not the JSON expected")
            .with_source(cause)
            .with_outcome(Outcome::Sent)
            .with_status(self.status)
            .with_answer_headers(request_id(&self.headers), None)
            .with_mark(self.mark.clone())
    }
}

impl std::ops::Index<&str> for Response {
    type Output = Value;

    /// A value of the body by its JSON key; `null` if it is not there.
    fn index(&self, key: &str) -> &Value {
        self.value(key).unwrap_or(&Value::Null)
    }
}

/// How the values of a resource are read by their JSON keys, from an answer or from a record of a page.
pub trait Fields {
    /// A value by its key; `/` goes deeper, as in `subresource_uris/media`.
    fn value(&self, key: &str) -> Option<&Value>;

    /// A text.
    fn text(&self, key: &str) -> Option<&str> {
        self.value(key)?.as_str()
    }

    /// A whole number, also one that came as text.
    fn integer(&self, key: &str) -> Option<i64> {
        match self.value(key)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A truth value.
    fn boolean(&self, key: &str) -> Option<bool> {
        self.value(key)?.as_bool()
    }
}

impl Fields for Value {
    fn value(&self, key: &str) -> Option<&Value> {
        self.get(key).or_else(|| self.pointer(&format!("/{key}")))
    }
}

const REQUEST_ID: &str = "Twilio-Request-Id";

pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    headers.get(REQUEST_ID)?.to_str().ok().map(str::to_owned)
}

/// `Retry-After` in seconds; its other form, a date, no product of Twilio's sends.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
