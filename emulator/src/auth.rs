//! Who signs a request: an account with its token, an API key with its secret, or a token of an OAuth app.

use std::collections::hash_map::Entry;

use base64::Engine;
use http::{HeaderMap, header};

use crate::{
    answer::{Outcome, Refusal},
    oauth, sid,
    world::World,
};

/// Checks the credentials, and gives the account that the request is about.
///
/// An account or a key that was never seen is created with the secret that it came with.
pub(crate) fn sign_in(world: &mut World, headers: &HeaderMap, in_path: Option<&str>, path: &str) -> Outcome<String> {
    if let Some(token) = given(headers, "bearer") {
        let account = oauth::sign_in(world, token, in_path)?;
        // an app acts for its own account only
        return match in_path.is_none_or(|named| named == account) {
            true => Ok(account),
            false => Err(Refusal::not_found(path)),
        };
    }
    let (user, secret) = credentials(headers).ok_or_else(Refusal::authenticate)?;
    let account = if sid::is("AC", &user) {
        let account = world.account(&user);
        if *account.token.get_or_insert_with(|| secret.clone()) != secret {
            return Err(Refusal::authenticate());
        }
        user
    } else if sid::is("SK", &user) {
        key(world, user, secret, in_path)?
    } else {
        return Err(Refusal::authenticate());
    };
    match in_path {
        None => Ok(account),
        Some(named) if named == account => Ok(account),
        Some(named) => {
            // a main account may act for its sub-accounts; any other account is as good as absent
            let parent = world.accounts.get(named).and_then(|account| account.parent.as_deref());
            match parent == Some(account.as_str()) {
                true => Ok(named.to_owned()),
                false => Err(Refusal::not_found(path)),
            }
        }
    }
}

/// The account of an API key; a key that was never seen belongs to the account whose path it is first used for.
fn key(world: &mut World, key: String, secret: String, in_path: Option<&str>) -> Outcome<String> {
    if let Entry::Occupied(known) = world.keys.entry(key.clone()) {
        let (account, known) = known.get();
        return if *known == secret { Ok(account.clone()) } else { Err(Refusal::authenticate()) };
    }
    let account = first_account(world, in_path);
    world.keys.insert(key, (account.clone(), secret));
    Ok(account)
}

/// The account that a key or an app belongs to from its first use on: the one whose path it names.
pub(crate) fn first_account(world: &mut World, in_path: Option<&str>) -> String {
    let only = || world.accounts.keys().next().filter(|_| world.accounts.len() == 1).cloned();
    let named = in_path.filter(|named| sid::is("AC", named)).map(str::to_owned);
    // the paths of other products name no account: then it can only be the one that there is
    let account = named.or_else(only).unwrap_or_else(|| crate::Emulator::ACCOUNT_SID.to_owned());
    world.account(&account);
    account
}

/// What the header says after the name of this scheme.
fn given<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (known, text) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    known.eq_ignore_ascii_case(scheme).then(|| text.trim())
}

/// User and password of HTTP Basic; neither may be empty.
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let text = base64::engine::general_purpose::STANDARD.decode(given(headers, "basic")?).ok()?;
    let (user, secret) = std::str::from_utf8(&text).ok()?.split_once(':')?;
    (!user.is_empty() && !secret.is_empty()).then(|| (user.to_owned(), secret.to_owned()))
}
