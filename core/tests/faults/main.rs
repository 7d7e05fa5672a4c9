//! Sends through faults of servers, proxies and networks: no message twice, no wrong word about one, nothing that hangs.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a server or a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "the figures of a run are worth seeing")]

mod authority;
mod containment;
mod giving_up;
mod http2;
mod judge;
mod limits;
mod player;
mod proxies;
mod sends;
mod trust;
mod vectors;

use std::time::Duration;

use ringback::{Client, ClientBuilder, Params, params};

/// What a machine that does other things at the same time may add to a deadline.
const SLACK: Duration = Duration::from_millis(2250);

/// A client's settings without those of the environment.
fn settings() -> ClientBuilder {
    Client::builder().account_sid("AC00000000000000000000000000000001").auth_token("s3cret-token")
}

/// A create that carries a text.
fn message(text: &str) -> Params {
    params! { "To" => "+15551234567", "From" => "+15557654321", "Body" => text }
}
