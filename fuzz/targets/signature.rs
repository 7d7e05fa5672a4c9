//! Signatures: a request is accepted only if what was signed is what came, told by a slow check that shares no code.
//!
//! The lines of an input are the URL that was signed, the body that was signed, the URL that came, and the body that came.
#![no_main]

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use libfuzzer_sys::fuzz_target;
use ringback::webhook::{MAX_PARAMETERS, RequestValidator};
use sha1::{Digest, Sha1};

const TOKEN: &str = "12345";
const FORM: &str = "application/x-www-form-urlencoded";

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(4, '\n');
    let [signed_url, signed_body, url, body] = [(); 4].map(|()| lines.next().unwrap_or_default());
    let validator = RequestValidator::new(TOKEN).unwrap();
    let signed = format!("{signed_url}{}", text_of(signed_body));
    let signature = STANDARD.encode(hmac(TOKEN.as_bytes(), signed.as_bytes()));

    if validator.validate(url, body.as_bytes(), Some(FORM), &signature) {
        assert!(is_genuine(&signed, url, body), "accepted although {signed:?} was signed");
        assert!(!RequestValidator::new("54321").unwrap().validate(url, body.as_bytes(), Some(FORM), &signature));
    }
    // what is delivered as it was signed is accepted
    let is_small = signed_url.len() <= 16 * 1024 && parameters(signed_body).len() <= MAX_PARAMETERS;
    let has_hash = signed_url.contains("bodySHA256") || signed_url.contains('%');
    if is_small && !has_hash && !signed_url.contains('#') {
        assert!(validator.validate(signed_url, signed_body.as_bytes(), Some(FORM), &signature));
    }
    for other in ["application/json", "", url, "text/plain; charset=x"] {
        validator.validate(url, body.as_bytes(), Some(other), &signature);
        validator.validate(url, body.as_bytes(), None, other);
    }
});

/// HMAC-SHA1 by its definition in RFC 2104.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 20] {
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or_default() ^ with).collect() };
    let inner = Sha1::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha1::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

fn parameters(body: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

/// Names and values as they are signed.
fn text_of(body: &str) -> String {
    let sorted: BTreeSet<_> = parameters(body).into_iter().collect();
    sorted.into_iter().map(|(name, value)| name + &value).collect()
}

/// Whether a text that was signed is one of this request: its parameters to the byte, and its URL but for what servers change.
fn is_genuine(signed: &str, url: &str, body: &str) -> bool {
    let Some(signed_url) = signed.strip_suffix(&text_of(body)) else { return false };
    meaning(signed_url) == meaning(url)
}

/// What a URL says: its host and path, and its query in any order, each decoded; user, password and port are not signed.
fn meaning(url: &str) -> (String, String, Vec<(String, String)>) {
    let url = url.split('#').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return (String::new(), url.to_owned(), Vec::new()) };
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let host = match place.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => place,
    };
    let host = if host.is_ascii() { host } else { "in other letters" };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    let mut query = parameters(query);
    query.sort();
    (format!("{scheme}://{host}"), path.trim_end_matches('/').to_owned(), query)
}
