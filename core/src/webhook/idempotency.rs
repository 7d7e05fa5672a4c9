//! Acting once on an event, however often Twilio, or somebody else, tells of it.
//!
//! ```
//! use ringback::webhook::idempotency::{Acted, MemoryStore, act_once, event_key};
//!
//! # async fn handle() -> ringback::Result<()> {
//! let store = MemoryStore::new();
//! let params = [("MessageSid", "SM00000000000000000000000000000001"), ("MessageStatus", "delivered")];
//! let key = event_key(&params, None);
//! let acted = act_once(&store, &key, || async { ringback::Result::Ok("the order is closed") }).await?;
//! assert_eq!(acted, Acted::Did("the order is closed"));
//! let again = act_once(&store, &key, || async { ringback::Result::Ok("never") }).await?;
//! assert_eq!(again, Acted::Done);
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(handle()).unwrap();
//! ```

mod key;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;
#[doc(hidden)]
pub mod statements;

use std::{pin::Pin, sync::Arc, time::Duration};

pub use key::event_key;
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

use crate::{Error, Result};

/// The header by which Twilio marks the tries of one request; no signature covers it.
pub const IDEMPOTENCY_HEADER: &str = "I-Twilio-Idempotency-Token";

/// The longest key of an event, in bytes.
pub const MAX_KEY: usize = 512;

/// How long an action may take before another may begin it, if nothing else is said.
const LEASE: Duration = Duration::from_secs(60);
/// How long it is remembered that an event was acted on, if nothing else is said.
const KEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// What time it is, since a moment that stays the same.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// What a store does, when it is done.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Whether an event may be acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It may: nobody does, and nobody has.
    First(Claim),
    /// Somebody is at it, or was lately and has not said how it ended.
    InProgress,
    /// It was acted on.
    Done,
}

/// The right to act on an event, for the time of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    key: String,
    number: u64,
}

impl Claim {
    /// A claim as a store counts it; 0 is no number of one.
    pub fn new(key: impl Into<String>, number: u64) -> Self {
        Self { key: key.into(), number }
    }

    /// The key of the event.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What tells this claim from an earlier or a later one of the same event.
    pub fn number(&self) -> u64 {
        self.number
    }
}

/// Where it is kept which events are acted on, by one process or by several.
///
/// A store must let one caller only be first, also of callers at the same moment. What it cannot keep is an error: no
/// store forgets what it has promised to remember.
pub trait Store: Send + Sync {
    /// Claims an event, unless somebody else did; a claim whose lease ran out is given to the next who asks.
    fn begin<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Begun>;

    /// Notes that the event was acted on; no if the claim was lost to another meanwhile.
    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool>;

    /// Gives the claim back, so that another may begin at once; no if it was not held any more.
    fn abandon<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool>;
}

impl<S: Store + ?Sized> Store for &S {
    fn begin<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Begun> {
        (**self).begin(key)
    }

    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        (**self).finish(claim)
    }

    fn abandon<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        (**self).abandon(claim)
    }
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acted<T> {
    /// It was acted on, now.
    Did(T),
    /// It was acted on now, but took longer than the lease: another may have begun it too.
    DidLate(T),
    /// Somebody else is at it: let Twilio try again later.
    InProgress,
    /// It was acted on before.
    Done,
}

/// Acts on an event, unless that was done.
///
/// When the action fails its error is given on, and the next try may act at once. When this future is dropped, or the
/// process ends, the next may act after the lease. An error after the action says that it could not be noted.
pub async fn act_once<T, E, F>(store: &dyn Store, key: &str, act: impl FnOnce() -> F) -> Result<Acted<T>, E>
where
    F: Future<Output = Result<T, E>>,
    E: From<Error>,
{
    let claim = match store.begin(key).await? {
        Begun::First(claim) => claim,
        Begun::InProgress => return Ok(Acted::InProgress),
        Begun::Done => return Ok(Acted::Done),
    };
    match act().await {
        Ok(done) => Ok(match store.finish(&claim).await? {
            true => Acted::Did(done),
            false => Acted::DidLate(done),
        }),
        Err(error) => {
            // if this fails too, the lease ends the claim
            let _ = store.abandon(&claim).await;
            Err(error)
        }
    }
}

/// Refuses keys that no store takes.
fn checked(key: &str) -> Result<&str> {
    match key.len() {
        1..=MAX_KEY => Ok(key),
        0 => Err(Error::invalid_argument("the key of an event is empty")),
        _ => Err(Error::invalid_argument(format!("the key of an event is longer than {MAX_KEY} bytes: hash it"))),
    }
}
