//! Many calls of one operation at once.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
    time::Duration,
};

use ringback::{
    Error, IntoOperation, Outcome, Result,
    batch::{Manner, Reader, Step, interrupted},
};

use crate::{
    boundary::{Question, free, given, handles, place, read, run_with_network, text},
    client::ringback_client,
    error::ringback_error,
    params::ringback_params,
    response::ringback_response,
};

/// What became of many calls, in the order in which they were given; threads may share it to read.
pub struct ringback_results {
    results: Vec<Slot>,
}

enum Slot {
    Response(Box<ringback_response>),
    Error(Box<ringback_error>),
    Taken,
}

/// How far a batch has come, as ringback_on_progress gets it.
#[repr(C)]
pub struct ringback_progress {
    /// How many calls are over.
    pub done: usize,
    /// How many calls there are.
    pub total: usize,
}

/// A function that is told after each call how far a batch has come; the second argument is what was given with it.
///
/// It gives true to go on. After false no further call begins and what is under way is dropped: the error of each such
/// call says what became of it. It runs on the thread that waits for the batch, and must not throw or jump out.
pub type ringback_on_progress =
    Option<unsafe extern "C" fn(progress: *const ringback_progress, user_data: *mut c_void) -> bool>;

/// Calls an operation many times, each time with other parameters, and waits for all of them.
///
/// concurrency says how many are under way at once, 64 if it is 0; per_second how many may begin in a second, as many as
/// there can be if it is 0. on_progress may be NULL. The error of one call is its result and stops no other; an error of
/// this function itself means that nothing was sent, unless its outcome is RINGBACK_OUTCOME_UNKNOWN.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_call_many(
    client: Option<&ringback_client>,
    operation: *const c_char,
    params: *const *const ringback_params,
    count: usize,
    concurrency: usize,
    per_second: f64,
    on_progress: ringback_on_progress,
    user_data: *mut c_void,
    results: Option<&mut MaybeUninit<Box<ringback_results>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let (client, results) = (given(client, "client")?, place(results, "results")?);
        let operation = text(operation, "operation")?.into_operation()?;
        let params = handles(params, count, "params")?;
        let mut manner = Manner::default();
        if concurrency > 0 {
            manner.concurrency = concurrency;
        }
        if per_second != 0.0 {
            manner.per_second = Some(per_second);
        }
        let on_progress = on_progress.map(|function| Question::new(function, user_data));
        let mut go_on = |done| {
            let progress = ringback_progress { done, total: count };
            on_progress.as_ref().is_none_or(|function| function.ask(&progress))
        };
        let mut waiting = params.into_iter().map(|params| Ok((operation, ringback_params::or_none(params))));
        let mut reader = Reader::new(client.batch(manner)?, manner, true);
        let made = gather(&mut reader, &mut waiting, &mut go_on, count);
        results.write(Box::new(ringback_results { results: made }));
        Ok(())
    })
}

fn gather(
    reader: &mut Reader,
    waiting: &mut dyn Iterator<Item = ringback::batch::Entry>,
    go_on: &mut dyn FnMut(usize) -> bool,
    count: usize,
) -> Vec<Slot> {
    let mut results = Vec::with_capacity(count);
    let mut is_stopped = false;
    loop {
        match reader.step() {
            Step::Fetch => match waiting.next() {
                Some(entry) => reader.push(entry),
                None => reader.exhaust(),
            },
            Step::Tell(_, result) => {
                results.push(slot(result));
                if !is_stopped && !go_on(results.len()) {
                    is_stopped = true;
                    reader.stop();
                }
            }
            Step::Wait => reader.wait(Duration::from_secs(3600)),
            Step::End => break,
        }
    }
    // what a stopped batch never reached
    results.resize_with(count, || slot(Err(interrupted(Outcome::NotSent))));
    results
}

fn slot(result: Result<ringback::Response>) -> Slot {
    match result {
        Ok(response) => Slot::Response(Box::new(response.into())),
        Err(error) => Slot::Error(Box::new(Error::into(error))),
    }
}

/// Gives the number of calls.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_results_get_count(results: Option<&ringback_results>) -> usize {
    read(0, || Some(results?.results.len()))
}

/// Gives the answer of a call by its place, or NULL if the call failed; it belongs to the results.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_results_get_response(
    results: Option<&ringback_results>,
    index: usize,
) -> Option<&ringback_response> {
    read(None, || match results?.results.get(index)? {
        Slot::Response(response) => Some(Some(&**response)),
        _ => None,
    })
}

/// Gives the error of a call by its place, or NULL if it did not fail; it belongs to the results.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_results_get_error(
    results: Option<&ringback_results>,
    index: usize,
) -> Option<&ringback_error> {
    read(None, || match results?.results.get(index)? {
        Slot::Error(error) => Some(Some(&**error)),
        _ => None,
    })
}

/// Takes the answer of a call out of the results, or gives NULL if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_results_take_response(
    results: Option<&mut ringback_results>,
    index: usize,
) -> Option<Box<ringback_response>> {
    let place = results?.results.get_mut(index)?;
    match std::mem::replace(place, Slot::Taken) {
        Slot::Response(response) => Some(response),
        other => {
            *place = other;
            None
        }
    }
}

/// Takes the error of a call out of the results, or gives NULL if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_results_take_error(
    results: Option<&mut ringback_results>,
    index: usize,
) -> Option<Box<ringback_error>> {
    let place = results?.results.get_mut(index)?;
    match std::mem::replace(place, Slot::Taken) {
        Slot::Error(error) => Some(error),
        other => {
            *place = other;
            None
        }
    }
}

/// Frees the results with all answers and errors that were not taken.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_results_free(results: Option<Box<ringback_results>>) {
    free(results);
}
