//! Whether a webhook really comes from Twilio.

use std::{
    ffi::{c_char, c_void},
    mem::MaybeUninit,
};

use ringback::webhook::{Request, RequestValidator};

use crate::{
    boundary::{bytes, free, given, optional_text, place, read, run, text},
    error::ringback_error,
};

/// Checks the signatures of webhooks; threads may share it.
pub struct ringback_webhook_validator {
    pub(crate) validator: RequestValidator,
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

/// Makes a validator with a shared key, which counts only where a request names its id; an empty key is an error.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validator_new_with_shared_key(
    id: *const c_char,
    secret: *const c_char,
    validator: Option<&mut MaybeUninit<Box<ringback_webhook_validator>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(validator, "validator")?;
        let validator = RequestValidator::with_shared_keys([(text(id, "id")?, text(secret, "secret")?)])?;
        place.write(Box::new(ringback_webhook_validator { validator }));
        Ok(())
    })
}

/// Lets the validator accept another auth token besides, for the time of a rotation.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validator_add_token(
    validator: Option<&mut ringback_webhook_validator>,
    auth_token: *const c_char,
) -> Option<Box<ringback_error>> {
    run(|| given(validator, "validator")?.validator.add_token(text(auth_token, "auth_token")?))
}

/// Lets the validator accept a shared key besides, where a request names its id.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validator_add_shared_key(
    validator: Option<&mut ringback_webhook_validator>,
    id: *const c_char,
    secret: *const c_char,
) -> Option<Box<ringback_error>> {
    run(|| given(validator, "validator")?.validator.add_shared_key(text(id, "id")?, text(secret, "secret")?))
}

/// Gives whether a request is Twilio's, as ringback_webhook_validate does, by the algorithm and key that it names.
///
/// settings is the header X-Twilio-Webhooks-Signature-Settings, NULL if it was not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_webhook_validate_with_settings(
    validator: Option<&ringback_webhook_validator>,
    url: *const c_char,
    body: *const c_void,
    body_length: usize,
    content_type: *const c_char,
    signature: *const c_char,
    settings: *const c_char,
) -> bool {
    read(false, || {
        let url = text(url, "url").ok()?;
        let body = bytes(body, body_length, "body").ok()?;
        let mut request = Request::new(url).body(body).signature(text(signature, "signature").ok()?);
        if let Some(content_type) = optional_text(content_type, "content_type").ok()? {
            request = request.content_type(content_type);
        }
        if let Some(settings) = optional_text(settings, "settings").ok()? {
            request = request.signature_settings(settings);
        }
        Some(validator?.validator.validate_request(&request))
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
