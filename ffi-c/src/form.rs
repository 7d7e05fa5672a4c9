//! The form that a webhook brings: who wrote, and what.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
    ptr,
};

use ringback::webhook::decode_form;

use crate::{
    boundary::{Texts, bytes, free, place, read, run, text},
    error::ringback_error,
};

/// The parameters of a webhook; threads may share it.
pub struct ringback_form {
    params: Vec<(String, String)>,
    correlation_id: Option<String>,
    texts: Texts,
}

/// Reads the body of a webhook, or the query of its URL, whose content type is application/x-www-form-urlencoded.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_form_parse(
    body: *const c_void,
    body_length: usize,
    form: Option<&mut MaybeUninit<Box<ringback_form>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let params = decode_form(bytes(body, body_length, "body")?);
        place(form, "form")?.write(Box::new(ringback_form { params, correlation_id: None, texts: Texts::default() }));
        Ok(())
    })
}

/// Gives the first value of a parameter, such as "From" or "Body", or NULL if it is not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_form_get(form: Option<&ringback_form>, name: *const c_char) -> *const c_char {
    read(ptr::null(), || {
        let (form, name) = (form?, text(name, "name").ok()?);
        let (_, value) = form.params.iter().find(|(known, _)| known == name)?;
        Some(form.texts.give(name, || Some(value.clone())))
    })
}

/// Reads the query of the URL that a callback was sent to.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_form_parse_url(
    url: *const c_char,
    form: Option<&mut MaybeUninit<Box<ringback_form>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let url = text(url, "url")?;
        let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        let params = decode_form(query.as_bytes());
        let correlation_id = ringback::correlation_id(url);
        place(form, "form")?.write(Box::new(ringback_form { params, correlation_id, texts: Texts::default() }));
        Ok(())
    })
}

/// Gives the correlation id of a form that ringback_form_parse_url read, or NULL: the id of the send that it tells of.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_form_get_correlation_id(form: Option<&ringback_form>) -> *const c_char {
    read(ptr::null(), || {
        let form = form?;
        // a name that no parameter has
        Some(form.texts.give("\0", || form.correlation_id.clone()))
    })
}

/// Frees the form and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_form_free(form: Option<Box<ringback_form>>) {
    free(form);
}
