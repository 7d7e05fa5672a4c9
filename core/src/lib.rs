//! A small, fast, typed and safe client for Twilio.
//!
//! ```no_run
//! use ringback::{Client, messaging::CreateMessage};
//!
//! # async fn send() -> ringback::Result<()> {
//! let client = Client::from_env()?;
//! let request = CreateMessage::new("+15551234567").from("+15557654321").body("Your order has shipped");
//! let message = client.send(request).await?;
//! println!("{} {:?}", message.sid, message.status);
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod access_token;
pub mod api;
pub mod batch;
pub mod blocking;
mod body;
mod client;
mod correlation;
mod credentials;
mod document;
mod endpoint;
mod error;
#[cfg(test)]
mod examples;
#[doc(hidden)]
pub mod handover;
pub mod names;
mod observe;
pub mod operation;
mod paging;
mod params;
mod process;
mod progress;
mod reconcile;
mod request;
mod response;
mod retry;
mod route;
pub mod streams;
pub mod text;
mod tls;
pub mod token;
mod transport;
pub mod twiml;
pub mod typed;
pub mod webhook;

pub use batch::{AsCompleted, SendAll};
pub use client::{Client, ClientBuilder, IntoOperation};
pub use correlation::correlation_id;
#[doc(hidden)]
pub use document::Document;
pub use error::{Error, ErrorKind, Outcome, Result};
pub use observe::CallRecord;
pub use paging::{Page, Pages, Records};
pub use params::{Params, Value};
#[doc(hidden)]
pub use process::PerProcess;
#[doc(hidden)]
pub use progress::Progress;
pub use reconcile::{Reconcile, Reconciliation, Verdict};
pub use response::{Fields, Response};
#[cfg(feature = "typed")]
pub use typed::generated::products::*;
