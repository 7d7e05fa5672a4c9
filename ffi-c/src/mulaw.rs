//! The audio of calls: µ-law, which is what streams carry, from and to linear PCM.

use std::ffi::c_void;

use ringback::streams::{decode_mulaw, encode_mulaw};

use crate::{
    boundary::{bytes, fill, items, run},
    error::ringback_error,
};

/// Writes the samples of µ-law as linear 16-bit PCM; pcm has room for as many samples as mulaw has bytes.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_mulaw_decode(
    mulaw: *const c_void,
    count: usize,
    pcm: *mut i16,
) -> Option<Box<ringback_error>> {
    run(|| fill(pcm, "pcm", &decode_mulaw(bytes(mulaw, count, "mulaw")?)))
}

/// Writes linear 16-bit PCM at 8,000 samples a second as µ-law; mulaw has room for as many bytes as pcm has samples.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_mulaw_encode(pcm: *const i16, count: usize, mulaw: *mut u8) -> Option<Box<ringback_error>> {
    run(|| fill(mulaw, "mulaw", &encode_mulaw(items(pcm, count, "pcm")?)))
}
