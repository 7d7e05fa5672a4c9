//! Whether a webhook really comes from Twilio.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
};

use ringback::webhook::RequestValidator;

use crate::{
    boundary::{bytes, free, optional_text, place, read, run, text},
    error::ringback_error,
};

/// Checks the signatures of webhooks; threads may share it.
pub struct ringback_webhook_validator {
    validator: RequestValidator,
}

/// Makes a validator with the account's primary auth token; an empty token is an error.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validator_new(
    auth_token: *const c_char,
    validator: Option<&mut MaybeUninit<Box<ringback_webhook_validator>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(validator, "validator")?;
        let validator = RequestValidator::new(text(auth_token, "auth_token")?)?;
        place.write(Box::new(ringback_webhook_validator { validator }));
        Ok(())
    })
}

/// Gives whether a request is Twilio's; false for everything that is not, NULL and bad UTF-8 included.
///
/// url is the public one that Twilio was told, with its query. body is the raw body, NULL if there was none.
/// content_type and signature are the headers Content-Type and X-Twilio-Signature, NULL if they were not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validate(
    validator: Option<&ringback_webhook_validator>,
    url: *const c_char,
    body: *const c_void,
    body_length: usize,
    content_type: *const c_char,
    signature: *const c_char,
) -> bool {
    read(false, || {
        let url = text(url, "url").ok()?;
        let body = bytes(body, body_length, "body").ok()?;
        let content_type = optional_text(content_type, "content_type").ok()?;
        let signature = text(signature, "signature").ok()?;
        Some(validator?.validator.validate(url, body, content_type, signature))
    })
}

/// Gives whether a WebSocket is opened by Twilio: what to ask before accepting it, and to answer 403 where it is not.
///
/// url is the public one of the Stream or the ConversationRelay; https counts as wss. signature is the header
/// X-Twilio-Signature, NULL if it was not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validate_handshake(
    validator: Option<&ringback_webhook_validator>,
    url: *const c_char,
    signature: *const c_char,
) -> bool {
    read(false, || {
        let (url, signature) = (text(url, "url").ok()?, text(signature, "signature").ok()?);
        Some(validator?.validator.validate_handshake(url, signature))
    })
}

/// Frees the validator.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validator_free(validator: Option<Box<ringback_webhook_validator>>) {
    free(validator);
}
