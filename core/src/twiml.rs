//! TwiML: what a webhook answers to tell Twilio what to do.
//!
//! One type per verb, so that a wrong attribute or nesting does not compile:
//!
//! ```
//! use ringback::twiml::{Gather, Hangup, Say, VoiceResponse};
//!
//! let menu = Gather::new().num_digits(1).action("/menu").say(Say::new("Press 1 for sales"));
//! let response = VoiceResponse::new().say(Say::new("Hello").voice("alice")).gather(menu).hangup(Hangup::new());
//! assert!(response.to_xml()?.contains(r#"<Gather action="/menu" numDigits="1"><Say>Press 1 for sales</Say></Gather>"#));
//! # Ok::<(), ringback::Error>(())
//! ```
//!
//! Where names are known only at run time, [`Node`] checks them against the same [`table`]. Both are [`Element`]s, which
//! one function writes as XML. [`parse`] reads XML into the same tree, and [`check()`] says what Twilio would not do with it.

#[cfg(feature = "axum")]
mod answer;
mod check;
mod element;
mod names;
mod node;
mod parse;
mod place;
mod reader;
mod render;
pub mod table;
mod typed;

#[rustfmt::skip]
mod generated {
    pub(super) mod table;
    #[expect(clippy::should_implement_trait, reason = "`sub` is the name of a verb")]
    pub(super) mod typed;
}

pub use check::{CheckOptions, Context, Finding, Severity, check};
pub use element::{Child, Element};
pub use generated::typed::*;
pub use names::attribute_name;
pub use node::{Draft, Node};
pub use parse::parse;
pub use render::MAX_DEPTH;
pub use table::Kind;

/// The programs in Rust of the page on TwiML.
#[cfg(doctest)]
#[doc = include_str!("../../docs/twiml.md")]
mod page {}
