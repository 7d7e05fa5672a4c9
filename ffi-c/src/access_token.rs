//! Access tokens: what a phone or a browser signs in to Twilio with.

use std::{
    ffi::{CString, c_char},
    mem::MaybeUninit,
    time::Duration,
};

use ringback::{
    Error, Result,
    token::{AccessToken, ChatGrant, Grant, SyncGrant, TaskRouterGrant, VideoGrant, VoiceGrant},
    typed::Timestamp,
};

use crate::{
    boundary::{Failure, free, given, optional_text, owned, place, run, text},
    error::ringback_error,
};

/// An access token before it is written: who holds it, and what it allows.
pub struct ringback_access_token {
    token: AccessToken,
    /// The text that was given last.
    jwt: CString,
}

impl ringback_access_token {
    fn change(token: Option<&mut Self>, change: impl FnOnce(AccessToken) -> Result<AccessToken>) -> Failure {
        run(|| {
            let token = given(token, "token")?;
            token.token = change(token.token.clone())?;
            Ok(())
        })
    }
}

/// Makes a token of an account, signed by an API key of it with the secret of that key; it is valid for an hour.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_new(
    account_sid: *const c_char,
    api_key_sid: *const c_char,
    api_key_secret: *const c_char,
    token: Option<&mut MaybeUninit<Box<ringback_access_token>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let place = place(token, "token")?;
        let token = AccessToken::new(
            text(account_sid, "account_sid")?,
            text(api_key_sid, "api_key_sid")?,
            text(api_key_secret, "api_key_secret")?,
        );
        place.write(Box::new(ringback_access_token { token, jwt: CString::default() }));
        Ok(())
    })
}

/// Sets who holds the token: the name that others reach them by.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_set_identity(
    token: Option<&mut ringback_access_token>,
    identity: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| Ok(token.identity(text(identity, "identity")?)))
}

/// Sets how many seconds the token is valid, a day at most.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_set_ttl(
    token: Option<&mut ringback_access_token>,
    seconds: u32,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| Ok(token.ttl(Duration::from_secs(seconds.into()))))
}

/// Sets where the API key is, such as "ie1".
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_set_region(
    token: Option<&mut ringback_access_token>,
    region: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| Ok(token.region(text(region, "region")?)))
}

/// Sets when the token is made in seconds since 1970, instead of now: for tests.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_set_issued_at(
    token: Option<&mut ringback_access_token>,
    seconds: i64,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| {
        let moment = Timestamp::from_second(seconds)
            .map_err(|_| Error::invalid_argument("issued_at is a moment that no clock shows"))?;
        Ok(token.issued_at(moment))
    })
}

/// Allows calls: out through a TwiML application, in for the identity; a push credential wakes a phone for them.
///
/// application_sid and push_credential_sid may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_grant_voice(
    token: Option<&mut ringback_access_token>,
    application_sid: *const c_char,
    incoming_allow: bool,
    push_credential_sid: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| {
        let mut grant = VoiceGrant::new().incoming_allow(incoming_allow);
        if let Some(sid) = optional_text(application_sid, "application_sid")? {
            grant = grant.outgoing_application_sid(sid);
        }
        if let Some(sid) = optional_text(push_credential_sid, "push_credential_sid")? {
            grant = grant.push_credential_sid(sid);
        }
        Ok(token.grant(grant))
    })
}

/// Allows video in a room by its name or sid, or in any for NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_grant_video(
    token: Option<&mut ringback_access_token>,
    room: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| {
        Ok(token.grant(VideoGrant::new().room(optional_text(room, "room")?.unwrap_or_default())))
    })
}

/// Allows conversations of a service; a push credential, or NULL, wakes a phone for them.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_grant_chat(
    token: Option<&mut ringback_access_token>,
    service_sid: *const c_char,
    push_credential_sid: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| {
        let mut grant = ChatGrant::new().service_sid(text(service_sid, "service_sid")?);
        if let Some(sid) = optional_text(push_credential_sid, "push_credential_sid")? {
            grant = grant.push_credential_sid(sid);
        }
        Ok(token.grant(grant))
    })
}

/// Allows the objects of a Sync service.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_grant_sync(
    token: Option<&mut ringback_access_token>,
    service_sid: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| {
        Ok(token.grant(SyncGrant::new().service_sid(text(service_sid, "service_sid")?)))
    })
}

/// Allows the tasks of a workspace, to a worker in a role such as "worker"; both may be NULL.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_grant_task_router(
    token: Option<&mut ringback_access_token>,
    workspace_sid: *const c_char,
    worker_sid: *const c_char,
    role: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| {
        let grant = TaskRouterGrant::new()
            .workspace_sid(text(workspace_sid, "workspace_sid")?)
            .worker_sid(optional_text(worker_sid, "worker_sid")?.unwrap_or_default())
            .role(optional_text(role, "role")?.unwrap_or_default());
        Ok(token.grant(grant))
    })
}

/// Allows anything by the key that Twilio knows it by, such as "voice", and what stands there as JSON.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_grant_json(
    token: Option<&mut ringback_access_token>,
    key: *const c_char,
    json: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_access_token::change(token, |token| {
        let value = serde_json::from_str(text(json, "json")?)
            .map_err(|cause| Error::invalid_argument("json is not valid JSON").with_source(cause))?;
        Ok(token.grant(Grant::new(text(key, "key")?.to_owned(), value)))
    })
}

/// Writes and signs the token, which stays until the next call of this function or until the free.
///
/// Fails if Twilio would refuse it: for a sid of another kind, or a life of more than a day.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_to_jwt(
    token: Option<&mut ringback_access_token>,
    jwt: Option<&mut MaybeUninit<*const c_char>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (token, jwt) = (given(token, "token")?, place(jwt, "jwt")?);
        token.jwt = owned(token.token.to_jwt()?);
        jwt.write(token.jwt.as_ptr());
        Ok(())
    })
}

/// Frees the token.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_access_token_free(token: Option<Box<ringback_access_token>>) {
    free(token);
}
