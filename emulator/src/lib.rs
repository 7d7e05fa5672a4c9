//! A Twilio on localhost: its API, its webhooks and its clock, for tests and for development.
//!
//! ```no_run
//! # fn main() -> ringback::Result<()> {
//! let emulator = ringback_emulator::Emulator::start(Default::default())?;
//! let client = ringback::blocking::Client::build(emulator.client())?;
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod account;
mod accounts;
mod answer;
mod arguments;
mod auth;
mod calls;
mod clock;
mod control;
mod dates;
mod egress;
mod emulator;
mod events;
mod faults;
mod front;
mod generic;
mod handlers;
mod interpreter;
mod line;
mod messages;
mod numbers;
mod oauth;
mod page;
mod paging;
mod prefixes;
mod request;
mod route;
mod serve;
mod server;
mod sid;
mod store;
mod twiml;
mod validate;
mod verify;
mod world;

pub use emulator::{Emulator, Options};

/// The programs of the page on reliability, which run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/reliability.md")]
mod reliability {}

/// The programs of the page on texts, too.
#[cfg(doctest)]
#[doc = include_str!("../../docs/text.md")]
mod text {}
