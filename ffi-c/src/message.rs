//! Messages as they are sent every day; ringback_client_call reaches the rest.

use std::{ffi::c_char, mem::MaybeUninit};

use ringback::{Params, params};

use crate::{
    boundary::{optional_text, run_with_network, text, texts},
    client::ringback_client,
    error::ringback_error,
    response::ringback_response,
};

const CREATE: &str = "api.v2010.accounts.messages.create";

/// Sends a text message.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_send(
    client: Option<&ringback_client>,
    to: *const c_char,
    from: *const c_char,
    body: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let mut params = addresses(to, from)?;
        params.set("Body", text(body, "Body")?);
        ringback_client::call(client, CREATE, params, response)
    })
}

/// Sends a message with pictures or other media, whose addresses are in an array; body may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_send_media(
    client: Option<&ringback_client>,
    to: *const c_char,
    from: *const c_char,
    body: *const c_char,
    media_urls: *const *const c_char,
    media_url_count: usize,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let mut params = addresses(to, from)?;
        params.set("Body", optional_text(body, "Body")?);
        params.set("MediaUrl", texts(media_urls, media_url_count, "MediaUrl")?);
        ringback_client::call(client, CREATE, params, response)
    })
}

/// Sends a template, as WhatsApp demands outside the 24 hours since the person's last message.
///
/// content_variables is a JSON object such as {"1":"Ada"}, or NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_message_send_template(
    client: Option<&ringback_client>,
    to: *const c_char,
    from: *const c_char,
    content_sid: *const c_char,
    content_variables: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let mut params = addresses(to, from)?;
        params.set("ContentSid", text(content_sid, "ContentSid")?);
        params.set("ContentVariables", optional_text(content_variables, "ContentVariables")?);
        ringback_client::call(client, CREATE, params, response)
    })
}

fn addresses(to: *const c_char, from: *const c_char) -> ringback::Result<Params> {
    Ok(params! { "To" => text(to, "To")?, "From" => text(from, "From")? })
}
