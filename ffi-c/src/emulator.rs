//! A Twilio on this machine, inside the program: for its tests and its first steps.

use std::{ffi::c_char, mem::MaybeUninit, ptr};

use crate::{
    boundary::{Texts, free_with_network, given, optional_text, place, read, run_with_network, text},
    client::ringback_client,
    error::ringback_error,
    response::ringback_response,
};

#[cfg(not(feature = "emulator"))]
use absent::{ACCOUNT_SID, AUTH_TOKEN, Emulator, start};
#[cfg(feature = "emulator")]
use present::{ACCOUNT_SID, AUTH_TOKEN, Emulator, start};

/// An emulator on a loopback port; threads may share it.
pub struct ringback_emulator {
    emulator: Emulator,
    texts: Texts,
}

/// Starts an emulator on a loopback port; 0 lets the system choose one.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_emulator_start(
    port: u16,
    emulator: Option<&mut MaybeUninit<Box<ringback_emulator>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let place = place(emulator, "emulator")?;
        let emulator = start(port)?;
        place.write(Box::new(ringback_emulator { emulator, texts: Texts::default() }));
        Ok(())
    })
}

/// Gives the emulator's address, such as "http://127.0.0.1:4010".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_emulator_get_url(emulator: Option<&ringback_emulator>) -> *const c_char {
    read(ptr::null(), || {
        let emulator = emulator?;
        Some(emulator.texts.give("url", || Some(emulator.emulator.url().to_owned())))
    })
}

/// Gives the account that ringback_client_new_for_emulator signs in with.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_emulator_get_account_sid(emulator: Option<&ringback_emulator>) -> *const c_char {
    read(ptr::null(), || emulator.map(|emulator| emulator.texts.give("account_sid", || Some(ACCOUNT_SID.to_owned()))))
}

/// Gives the token of that account, with which the emulator signs its webhooks.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_emulator_get_auth_token(emulator: Option<&ringback_emulator>) -> *const c_char {
    read(ptr::null(), || emulator.map(|emulator| emulator.texts.give("auth_token", || Some(AUTH_TOKEN.to_owned()))))
}

/// Makes a client that talks to the emulator.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_client_new_for_emulator(
    emulator: Option<&ringback_emulator>,
    client: Option<&mut MaybeUninit<Box<ringback_client>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let settings = given(emulator, "emulator")?.emulator.client();
        ringback_client::make(place(client, "client")?, settings)
    })
}

/// Calls the control surface, such as "POST" "/_emulator/messages" with a JSON body or NULL; the answer has its status.
///
/// Fails only if no answer came: look at ringback_response_get_status.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_emulator_control(
    emulator: Option<&ringback_emulator>,
    method: *const c_char,
    path: *const c_char,
    body: *const c_char,
    response: Option<&mut MaybeUninit<Box<ringback_response>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let (emulator, place) = (given(emulator, "emulator")?, place(response, "response")?);
        let body = optional_text(body, "body")?.map(str::parse).transpose();
        let body = body.map_err(|cause: serde_json::Error| {
            ringback::Error::invalid_argument("body is not JSON").with_source(cause)
        })?;
        let (status, json) = emulator.emulator.control(text(method, "method")?, text(path, "path")?, body)?;
        place.write(Box::new(ringback_response::of_json(status, json)));
        Ok(())
    })
}

/// Stops the emulator and frees it.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_emulator_free(emulator: Option<Box<ringback_emulator>>) {
    free_with_network(emulator);
}

#[cfg(feature = "emulator")]
mod present {
    pub(super) use ::ringback_emulator::Emulator;
    use ::ringback_emulator::Options;

    pub(super) const ACCOUNT_SID: &str = Emulator::ACCOUNT_SID;
    pub(super) const AUTH_TOKEN: &str = Emulator::AUTH_TOKEN;

    pub(super) fn start(port: u16) -> ringback::Result<Emulator> {
        Emulator::start(Options::default().port(port))
    }
}

#[cfg(not(feature = "emulator"))]
mod absent {
    use ringback::{ClientBuilder, Error, Result};
    use serde_json::Value;

    pub(super) const ACCOUNT_SID: &str = "";
    pub(super) const AUTH_TOKEN: &str = "";

    /// What a library without emulator can never make.
    pub(super) enum Emulator {}

    pub(super) fn start(_: u16) -> Result<Emulator> {
        Err(Error::configuration("this library was built without the emulator: build it with the feature `emulator`"))
    }

    impl Emulator {
        pub(super) fn url(&self) -> &str {
            match *self {}
        }

        pub(super) fn client(&self) -> ClientBuilder {
            match *self {}
        }

        pub(super) fn control(&self, _: &str, _: &str, _: Option<Value>) -> Result<(u16, Value)> {
            match *self {}
        }
    }
}
