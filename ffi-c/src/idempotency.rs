//! Acting once on an event, and telling replays, in the memory of one process.

use std::{ffi::c_char, mem::MaybeUninit, time::Duration};

use futures_util::FutureExt as _;
use ringback::{
    Error, Result,
    webhook::{
        ReplayGuard, Sighting,
        idempotency::{Begun, Claim, MemoryStore},
    },
};

use crate::{
    boundary::{free, given, optional_text, place, read, run, text},
    error::ringback_error,
};

/// Remembers which events are acted on; threads may share it.
pub struct ringback_idempotency {
    store: MemoryStore,
}

/// Whether an event may be acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum ringback_begun {
    /// It may: nobody does, and nobody has.
    First = 1,
    /// Somebody is at it, or was lately and has not said how it ended.
    InProgress = 2,
    /// It was acted on.
    Done = 3,
}

/// Makes a store of at most capacity events.
///
/// An action may take lease_seconds before another may begin it, and it is remembered for keep_seconds that it was done.
/// A store that is full of events that it must remember gives an error rather than to forget one.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_idempotency_new(
    lease_seconds: f64,
    keep_seconds: f64,
    capacity: usize,
    idempotency: Option<&mut MaybeUninit<Box<ringback_idempotency>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(idempotency, "idempotency")?;
        let store = MemoryStore::new()
            .lease(seconds(lease_seconds, "lease_seconds")?)
            .keep(seconds(keep_seconds, "keep_seconds")?)
            .capacity(capacity);
        place.write(Box::new(ringback_idempotency { store }));
        Ok(())
    })
}

fn seconds(number: f64, name: &str) -> Result<Duration> {
    let wrong = |cause| Error::invalid_argument(format!("{name} cannot be {number}")).with_source(cause);
    Duration::try_from_secs_f64(number).map_err(wrong)
}

/// Claims an event by its key; where it is RINGBACK_BEGUN_FIRST, claim is written and the caller must act.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_idempotency_begin(
    idempotency: Option<&ringback_idempotency>,
    key: *const c_char,
    begun: Option<&mut MaybeUninit<ringback_begun>>,
    claim: Option<&mut MaybeUninit<u64>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (begun, claim) = (place(begun, "begun")?, place(claim, "claim")?);
        let store = &given(idempotency, "idempotency")?.store;
        match store.begin_now(text(key, "key")?)? {
            Begun::First(first) => {
                claim.write(first.number());
                begun.write(ringback_begun::First);
            }
            Begun::InProgress => {
                begun.write(ringback_begun::InProgress);
            }
            Begun::Done => {
                begun.write(ringback_begun::Done);
            }
        }
        Ok(())
    })
}

/// Notes that the event was acted on; false if the claim was lost to another, or if the store is full.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_idempotency_finish(
    idempotency: Option<&ringback_idempotency>,
    key: *const c_char,
    claim: u64,
) -> bool {
    read(false, || idempotency?.store.finish_now(&Claim::new(text(key, "key").ok()?, claim)).ok())
}

/// Gives the claim back, so that another may begin at once; false if it was not held any more.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_idempotency_abandon(
    idempotency: Option<&ringback_idempotency>,
    key: *const c_char,
    claim: u64,
) -> bool {
    read(false, || idempotency?.store.abandon_now(&Claim::new(text(key, "key").ok()?, claim)).ok())
}

/// How often a genuine request was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum ringback_sighting {
    /// Not before: act on it.
    Fresh = 1,
    /// Before, with the same idempotency token: answer as before, and don't act on it again.
    Retried = 2,
    /// Before, with another token or without one: refuse it, unless to act on it twice does no harm.
    Repeated = 3,
}

/// Tells how often a request was seen, this time included, by its signature; ask only after ringback_webhook_validate.
///
/// idempotency_token is the header I-Twilio-Idempotency-Token, or NULL. What is forged must not fill the store; one that
/// is full gives an error: refuse the request then.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_idempotency_see(
    idempotency: Option<&ringback_idempotency>,
    signature: *const c_char,
    idempotency_token: *const c_char,
    sighting: Option<&mut MaybeUninit<ringback_sighting>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(sighting, "sighting")?;
        let guard = ReplayGuard::new(&given(idempotency, "idempotency")?.store);
        let (signature, token) =
            (text(signature, "signature")?, optional_text(idempotency_token, "idempotency_token")?);
        // a store in memory answers at once
        let seen = guard.see(signature, token).now_or_never();
        place.write(match seen.ok_or_else(|| Error::configuration("the store of events did not answer"))?? {
            Sighting::Fresh => ringback_sighting::Fresh,
            Sighting::Retried => ringback_sighting::Retried,
            Sighting::Repeated => ringback_sighting::Repeated,
        });
        Ok(())
    })
}

/// Frees the store.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_idempotency_free(idempotency: Option<Box<ringback_idempotency>>) {
    free(idempotency);
}
