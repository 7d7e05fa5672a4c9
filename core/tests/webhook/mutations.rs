//! Every single change of every genuine vector is refused, but for what is the same request in another spelling.

use percent_encoding::percent_decode_str;
use ringback::webhook::{RequestValidator, decode_form};
use serde_json::Value;

use super::{params, received, vectors};

/// What a URL asks for, whatever it is spelt like: these spellings are known to be the same, and no others.
///
/// Port, user and password are not always signed, a fragment never is; neither is an empty query; the encoding may be
/// another, a name in the query may be written once for all its values, and the handshake of a WebSocket may have a slash.
fn meaning(url: &str) -> (String, String, String, Vec<(String, String)>) {
    let url = url.split('#').next().unwrap();
    let Some((scheme, rest)) = url.split_once("://") else {
        return (String::new(), url.to_owned(), String::new(), vec![]);
    };
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let place = authority.rsplit('@').next().unwrap();
    let host = match place.rfind(':') {
        Some(at) if !place[at..].contains(']') => &place[..at],
        _ => place,
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut path = percent_decode_str(path).decode_utf8_lossy().into_owned();
    if path.is_empty() || scheme.to_ascii_lowercase().starts_with("ws") && !path.ends_with('/') {
        path.push('/');
    }
    let mut names: Vec<String> = Vec::new();
    let mut pairs = decode_form(query.as_bytes());
    for (name, _) in &pairs {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    pairs.sort_by_key(|(name, _)| names.iter().position(|known| known == name));
    (scheme.to_ascii_lowercase(), host.to_owned(), path, pairs)
}

/// The text with one character replaced, left out, or put in, at each of its places.
fn changes(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let join = |letters: &[char]| letters.iter().collect::<String>();
    for at in 0..=letters.len() {
        for new in ['x', '/'] {
            let mut longer = letters.clone();
            longer.insert(at, new);
            found.push(join(&longer));
            if at < letters.len() && letters[at] != new {
                let mut other = letters.clone();
                other[at] = new;
                found.push(join(&other));
            }
        }
        if at < letters.len() {
            let mut shorter = letters.clone();
            shorter.remove(at);
            found.push(join(&shorter));
        }
    }
    found.sort();
    found.dedup();
    found.retain(|changed| changed != text);
    found
}

/// A vector with one of its fields changed.
fn with(vector: &Value, field: &str, value: impl Into<Value>) -> Value {
    let mut changed = vector.clone();
    changed[field] = value.into();
    changed
}

fn signed_text(vector: &Value) -> Option<String> {
    let mut params = params(vector)?;
    params.sort();
    params.dedup();
    Some(params.into_iter().map(|(name, value)| name + &value).collect())
}

/// Every single change of a vector that makes another request of it.
fn mutations(vector: &Value) -> Vec<Value> {
    let text = |field: &str| vector[field].as_str().unwrap_or_default();
    let mut found = Vec::new();
    let url = meaning(text("url"));
    found.extend(
        changes(text("url"))
            .into_iter()
            .filter(|changed| meaning(changed) != url)
            .map(|changed| with(vector, "url", changed)),
    );
    found.extend(changes(text("signature")).into_iter().map(|changed| with(vector, "signature", changed)));
    found.extend(
        [format!(" {}", text("signature")), format!("{} ", text("signature"))].map(|it| with(vector, "signature", it)),
    );
    found.extend(
        changes(text("token"))
            .into_iter()
            .filter(|token| !token.trim().is_empty())
            .map(|changed| with(vector, "token", changed)),
    );
    if vector["params"].is_null() {
        found.extend(changes(text("body")).into_iter().map(|changed| with(vector, "body", changed)));
        return found;
    }
    // the parts of a form are changed one by one
    let mut plain = vector.clone();
    plain.as_object_mut().unwrap().remove("body");
    let params = vector["params"].as_object().unwrap();
    // the URL and what stands behind it are signed as one text
    let whole = |url: &str, vector: &Value| signed_text(vector).map(|text| url.to_owned() + &text);
    let signed = vector["signed"].as_str().unwrap_or_else(|| text("url"));
    let genuine = whole(signed, vector);
    let mut add = |params: serde_json::Map<String, Value>| {
        let changed = with(&plain, "params", params);
        if whole(signed, &changed) != genuine && whole(text("url"), &changed) != genuine {
            found.push(changed);
        }
    };
    let mut more = params.clone();
    more.insert("Forged".to_owned(), "1".into());
    add(more);
    for (name, value) in params {
        let mut fewer = params.clone();
        fewer.remove(name);
        add(fewer.clone());
        for other in changes(name) {
            let mut renamed = fewer.clone();
            renamed.insert(other, value.clone());
            add(renamed);
        }
        let values: Vec<String> = match value.as_array() {
            Some(values) => values.iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
            None => vec![value.as_str().unwrap().to_owned()],
        };
        for (at, value) in values.iter().enumerate() {
            for other in changes(value) {
                let mut changed = values.clone();
                changed[at] = other;
                let mut all = params.clone();
                all.insert(name.clone(), changed.into());
                add(all);
            }
        }
    }
    found
}

/// Every changed vector.
fn forgeries() -> impl Iterator<Item = Value> {
    vectors("accepted").into_iter().flat_map(|vector| mutations(&vector))
}

fn ringback(vector: &Value) -> bool {
    let validator = RequestValidator::new(vector["token"].as_str().unwrap()).unwrap();
    received(vector, |parts, raw| validator.validate_request(&parts) || validator.validate_request(&raw))
}

#[test]
fn every_single_change_of_a_genuine_request_is_refused() {
    let mut count = 0;
    let wrong: Vec<_> = forgeries().inspect(|_| count += 1).filter(ringback).take(20).collect();
    assert!(wrong.is_empty(), "{}", wrong.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"));
    assert!(count > 10_000, "{count}");
}

/// The same test must find validators that look less closely.
#[test]
fn the_changes_find_validators_that_overlook_something() {
    type Overlook = fn(&Value) -> Value;
    let careless: [(&str, Overlook); 3] = [
        ("the end of the URL", |vector| {
            let url = vector["url"].as_str().unwrap();
            with(vector, "url", url.strip_suffix('x').unwrap_or(url))
        }),
        ("white space in the signature", |vector| {
            with(vector, "signature", vector["signature"].as_str().unwrap().replace(' ', ""))
        }),
        ("a parameter that it does not know", |vector| {
            let mut known = vector.clone();
            if let Some(params) = known["params"].as_object_mut() {
                params.remove("Forged");
            }
            known
        }),
    ];
    for (what, overlook) in careless {
        assert!(forgeries().any(|forged| ringback(&overlook(&forged))), "{what}");
    }
}
