//! Whether a genuine request was seen before.

use super::{
    form,
    idempotency::{Begun, Store},
};
use crate::{Error, Result};

/// How often a genuine request was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sighting {
    /// Not before: act on it.
    Fresh,
    /// Before, with the same idempotency token: Twilio tries again, or somebody replays the request as it was. Answer as
    /// before, and don't act on it again.
    Retried,
    /// Before, with another token or without one: somebody replays it, or Twilio tells the same again, as it does when a
    /// caller presses the same key in the same menu. Refuse it, unless to act on it twice does no harm.
    Repeated,
}

impl Sighting {
    /// The sighting in `snake_case`, as Python shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Retried => "retried",
            Self::Repeated => "repeated",
        }
    }
}

/// Tells of requests that were seen before, for as long as its store keeps what is done.
///
/// A request is known by its signature, which covers its URL and its parameters or the hash of its body, however a replay
/// writes its URL. The idempotency token only tells Twilio's retries apart: it is not signed, so that another token makes
/// no old request fresh. When the store fails or is full, so does the guard: then refuse the request.
#[derive(Debug)]
pub struct ReplayGuard<S> {
    store: S,
}

impl<S: Store> ReplayGuard<S> {
    /// A guard whose window is the time for which the store keeps what is done.
    pub fn new(store: S) -> Self {
        Self { store }
    }

    /// How often a request was seen, this time included; of several at the same moment one is fresh.
    ///
    /// Ask only of a request that the validator has accepted: what is forged must not fill the store.
    pub async fn see(&self, signature: &str, idempotency_token: Option<&str>) -> Result<Sighting> {
        let key = |token: &str| format!("seen:{}", form::body_sha256(format!("{signature}\n{token}").as_bytes()));
        let token = idempotency_token.filter(|token| !token.is_empty());
        let with_token = match token {
            Some(token) => Some(self.store.begin(&key(token)).await?),
            None => None,
        };
        let Begun::First(request) = self.store.begin(&key("")).await? else {
            return Ok(match with_token {
                Some(Begun::First(claim)) => {
                    // not kept: one request with ever new tokens must not fill the store
                    self.store.abandon(&claim).await?;
                    Sighting::Repeated
                }
                Some(_) => Sighting::Retried,
                None => Sighting::Repeated,
            });
        };
        let is_kept = self.store.finish(&request).await?;
        if let Some(Begun::First(claim)) = with_token {
            self.store.finish(&claim).await?;
        }
        match is_kept {
            true => Ok(Sighting::Fresh),
            false => Err(Error::configuration("the lease of the store is too short to guard against replays")),
        }
    }
}
