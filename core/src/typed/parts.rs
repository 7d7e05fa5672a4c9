//! What the generated requests and resources are made of.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::{Params, Response, Result, api, operation::Operation};

mod field;
mod json;
mod macros;
#[cfg(all(test, feature = "all"))]
pub(crate) mod tests;

pub(crate) use field::{Field, Fill, Reader, Slot};
pub(crate) use json::{IntoJson, Object};
pub(crate) use macros::{argument, constructor, field_setter, model, request, resource, setter, text_enum};

/// Properties that let whoever reads them act as somebody.
const SECRETS: &[&str] = &[
    "access_token",
    "auth_token",
    "binding",
    "clientSecret",
    "ice_servers",
    "id_token",
    "inquiry_session_token",
    "password",
    "refresh_token",
    "secondary_auth_token",
    "secret",
    "sessionToken",
    "token",
    "validationCode",
    "validation_code",
    "verification_code",
];

/// What an answer can become.
pub(crate) trait Answer: Sized {
    fn of(response: &Response) -> Result<Self>;
}

impl Answer for () {
    fn of(_: &Response) -> Result<Self> {
        Ok(())
    }
}

impl<T: Fill + DeserializeOwned + Default> Answer for T {
    fn of(response: &Response) -> Result<Self> {
        if response.body().is_empty() { Ok(Self::default()) } else { response.decode() }
    }
}

/// The row of a request; a test over all requests proves that each has one.
pub(crate) fn row(name: &'static str) -> &'static Operation {
    match api::find(name) {
        Some(row) => row,
        None => unreachable!("{name} is generated from the table"),
    }
}

/// Shows which parameters a request sets, not their values: those may be secrets, or about people.
pub(crate) fn show_request(f: &mut fmt::Formatter<'_>, name: &str, params: &Params) -> fmt::Result {
    show_names(f, name, params.iter().map(|(name, _)| name))
}

/// Shows which names are set in a thing.
pub(crate) fn show_names<'a>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    names: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    let mut out = f.debug_tuple(name);
    for name in names {
        out.field(&format_args!("{name}"));
    }
    out.finish()
}

/// Shows a property of a resource, unless it is a secret.
pub(crate) fn show_property(out: &mut fmt::DebugStruct<'_, '_>, key: &str, value: &dyn fmt::Debug) {
    if SECRETS.contains(&key) {
        out.field(key, &format_args!("(secret)"));
    } else {
        out.field(key, value);
    }
}
