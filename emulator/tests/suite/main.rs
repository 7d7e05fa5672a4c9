//! The emulator over real sockets, with the library's own client and an application that gets webhooks.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod application;
mod calls;
mod front;
mod generic;
mod messages;
mod oauth;
mod payloads;
mod reconcile;
mod samples;
mod table;
mod verify;
