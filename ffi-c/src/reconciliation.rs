//! What became of a message whose send ended unknown.

use std::{ffi::c_char, mem::MaybeUninit, ptr};

use ringback::{Error, Outcome, Reconciliation, Result, Verdict, typed::Timestamp};
use serde_json::Value;

use crate::{
    boundary::{Texts, free, place, read, run_with_network, texts},
    client::ringback_client,
    document::Document,
    error::ringback_error,
    params::ringback_params,
};

/// What the list of messages says of a message; threads may share it.
pub struct ringback_reconciliation {
    verdict: Verdict,
    candidates: Vec<(Value, Texts)>,
}

impl From<Reconciliation> for ringback_reconciliation {
    fn from(found: Reconciliation) -> Self {
        let verdict = found.verdict();
        let candidates = found.into_candidates().into_iter().map(|message| (message, Texts::default()));
        Self { verdict, candidates: candidates.collect() }
    }
}

impl ringback_reconciliation {
    fn document(&self, index: usize) -> Option<Document<'_>> {
        self.candidates.get(index).map(|(json, texts)| Document { json, texts })
    }
}

/// Looks for a message whose send ended RINGBACK_OUTCOME_UNKNOWN in the list of messages, and waits a little if it is not
/// there.
///
/// params are those of the send, and at_unix_seconds is when it was begun, as ringback_error_get_begun_at gives it. The
/// sids in known, which may be NULL if known_count is 0, are messages that are not it. The outcome of an error is always
/// RINGBACK_OUTCOME_UNKNOWN: it speaks of the message.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_reconcile(
    client: Option<&ringback_client>,
    params: Option<&ringback_params>,
    at_unix_seconds: f64,
    known: *const *const c_char,
    known_count: usize,
    reconciliation: Option<&mut MaybeUninit<Box<ringback_reconciliation>>>,
) -> Option<Box<ringback_error>> {
    let look = || {
        let place = place(reconciliation, "reconciliation")?;
        let at = moment(at_unix_seconds)?;
        let known = texts(known, known_count, "known")?;
        let found = ringback_client::reconcile(client, ringback_params::or_none(params), at, &known)?;
        place.write(Box::new(found.into()));
        Ok(())
    };
    run_with_network(|| look().map_err(|error: Error| error.with_outcome(Outcome::Unknown)))
}

fn moment(unix_seconds: f64) -> Result<Timestamp> {
    let wrong = || Error::invalid_argument(format!("at_unix_seconds cannot be {unix_seconds}"));
    if unix_seconds.is_nan() || unix_seconds < 0.0 {
        return Err(wrong()); // also what ringback_error_get_begun_at gives where nothing was begun
    }
    #[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the largest, and is refused")]
    Timestamp::from_microsecond((unix_seconds * 1e6) as i64).map_err(|_| wrong())
}

/// Gives what was found; RINGBACK_VERDICT_AMBIGUOUS if reconciliation is NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_reconciliation_get_verdict(reconciliation: Option<&ringback_reconciliation>) -> Verdict {
    read(Verdict::Ambiguous, || Some(reconciliation?.verdict))
}

/// Gives how many messages are it, or may be it: one if it was found, none if it is absent.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_reconciliation_get_count(reconciliation: Option<&ringback_reconciliation>) -> usize {
    read(0, || Some(reconciliation?.candidates.len()))
}

/// Gives a text of one of these messages by its JSON key, such as "sid", or NULL if it is not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_reconciliation_get_text(
    reconciliation: Option<&ringback_reconciliation>,
    index: usize,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || reconciliation?.document(index)?.text(key))
}

/// Gives the value of a key of one of these messages as JSON, or the whole message for a NULL key.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_reconciliation_get_json(
    reconciliation: Option<&ringback_reconciliation>,
    index: usize,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || reconciliation?.document(index)?.json(key))
}

/// Frees the reconciliation and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_reconciliation_free(reconciliation: Option<Box<ringback_reconciliation>>) {
    free(reconciliation);
}
