//! Why a webhook is refused.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
    ptr,
};

use ringback::webhook::{Explanation, Reason, Request};

use crate::{
    boundary::{Texts, bytes, free, given, lossy_texts, place, read, run, text},
    error::ringback_error,
    webhook::ringback_webhook_validator,
};

/// Why a request is refused; threads may share it. No verdict: that is ringback_webhook_validate's alone.
pub struct ringback_explanation {
    explanation: Explanation,
    texts: Texts,
}

impl ringback_explanation {
    fn give(&self, what: &str, index: usize, read: fn(&Reason) -> &str) -> Option<*const c_char> {
        let reason = self.explanation.reasons().get(index)?;
        Some(self.texts.give(&format!("{what}{index}"), || Some(read(reason).to_owned())))
    }
}

/// Finds out why a request is refused, in bounded time; for whoever runs the server, not for whoever sent the request.
///
/// The headers are all those that were received, the signature and the content type among them: names and values beside
/// each other in two arrays of header_count. body is the raw body, NULL if there was none.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_explain(
    validator: Option<&ringback_webhook_validator>,
    url: *const c_char,
    body: *const c_void,
    body_length: usize,
    header_names: *const *const c_char,
    header_values: *const *const c_char,
    header_count: usize,
    explanation: Option<&mut MaybeUninit<Box<ringback_explanation>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(explanation, "explanation")?;
        let validator = &given(validator, "validator")?.validator;
        let mut request = Request::new(text(url, "url")?).body(bytes(body, body_length, "body")?);
        let names = lossy_texts(header_names, header_count, "header_names")?;
        let values = lossy_texts(header_values, header_count, "header_values")?;
        for (name, value) in names.iter().zip(&values) {
            request = request.header(name, value);
        }
        let explanation = validator.explain(&request);
        place.write(Box::new(ringback_explanation { explanation, texts: Texts::default() }));
        Ok(())
    })
}

/// Gives how many reasons there are; none if the signature fits.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_explanation_get_count(explanation: Option<&ringback_explanation>) -> usize {
    read(0, || Some(explanation?.explanation.reasons().len()))
}

/// Gives the kind of a reason for programs, such as "host", or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_explanation_get_kind(
    explanation: Option<&ringback_explanation>,
    index: usize,
) -> *const c_char {
    read(ptr::null(), || explanation?.give("kind", index, |reason| reason.kind().as_str()))
}

/// Gives what is wrong, in a sentence, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_explanation_get_problem(
    explanation: Option<&ringback_explanation>,
    index: usize,
) -> *const c_char {
    read(ptr::null(), || explanation?.give("problem", index, Reason::problem))
}

/// Gives what to do, in a sentence, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_explanation_get_remedy(
    explanation: Option<&ringback_explanation>,
    index: usize,
) -> *const c_char {
    read(ptr::null(), || explanation?.give("remedy", index, Reason::remedy))
}

/// Gives whether a reason was found out, and is not only likely.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_explanation_is_proven(explanation: Option<&ringback_explanation>, index: usize) -> bool {
    read(false, || Some(explanation?.explanation.reasons().get(index)?.is_proven()))
}

/// Gives all of it, a line for each reason.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_explanation_get_text(explanation: Option<&ringback_explanation>) -> *const c_char {
    read(ptr::null(), || {
        let explanation = explanation?;
        Some(explanation.texts.give("text", || Some(explanation.explanation.to_string())))
    })
}

/// Frees the explanation and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_explanation_free(explanation: Option<Box<ringback_explanation>>) {
    free(explanation);
}
