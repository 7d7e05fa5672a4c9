//! Genuine signatures are accepted, whatever library signed them; everything else is refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod explanations;
mod idempotency;
mod mutations;
mod secrets;
mod table;

use proptest::prelude::*;
use ringback::{
    ErrorKind,
    webhook::{self, Algorithm, MAX_PARAMETERS, RequestValidator, SignatureSettings, body_sha256, decode_form},
};

type Parameters = Vec<(String, String)>;

fn vectors(section: &str) -> Vec<serde_json::Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/signature.json");
    let vectors: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let section = vectors[section].as_array().unwrap().clone();
    assert!(!section.is_empty());
    section
}

fn params(vector: &serde_json::Value) -> Option<Parameters> {
    let mut found = Vec::new();
    for (name, value) in vector["params"].as_object()? {
        match value.as_array() {
            Some(values) => {
                found.extend(values.iter().map(|value| (name.clone(), value.as_str().unwrap().to_owned())));
            }
            None => found.push((name.clone(), value.as_str().unwrap().to_owned())),
        }
    }
    Some(found)
}

fn form(params: &Parameters) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

/// What the validator says of a vector: by its parts, and by the raw request.
fn answers(vector: &serde_json::Value) -> [bool; 2] {
    let validator = RequestValidator::new(vector["token"].as_str().unwrap()).unwrap();
    received(vector, |parts, raw| [validator.validate_request(&parts), validator.validate_request(&raw)])
}

/// A vector as a server receives it: by its parts, and raw.
fn received<T>(vector: &serde_json::Value, with: impl FnOnce(webhook::Request<'_>, webhook::Request<'_>) -> T) -> T {
    let text = |key: &str| vector[key].as_str().unwrap();
    let request = || {
        let request = webhook::Request::new(text("url")).header("X-Twilio-Signature", text("signature"));
        match vector["settings"].as_str() {
            Some(settings) => request.header("x-twilio-webhooks-signature-settings", settings),
            None => request,
        }
    };
    match (params(vector), vector["body"].as_str()) {
        (Some(params), body) => {
            let body = body.map_or_else(|| form(&params), str::to_owned);
            let borrowed: Vec<(&str, &str)> =
                params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let raw = request().header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
            with(request().params(&borrowed), raw.body(body.as_bytes()))
        }
        (None, body) => {
            let raw = request().header("content-type", "application/json").body(body.unwrap().as_bytes());
            with(raw.clone(), raw)
        }
    }
}

fn algorithm(vector: &serde_json::Value) -> Option<Algorithm> {
    vector["settings"].as_str().map_or(Some(Algorithm::HmacSha1), |header| SignatureSettings::read(header).algorithm())
}

#[test]
fn what_any_official_library_signs_is_accepted() {
    for vector in vectors("accepted") {
        assert_eq!(answers(&vector), [true, true], "{}", vector["id"]);
        let signed = vector["signed"].as_str().unwrap_or_else(|| vector["url"].as_str().unwrap());
        let validator = RequestValidator::new(vector["token"].as_str().unwrap()).unwrap();
        let signed_by = algorithm(&vector).unwrap();
        let signature = validator.compute_signature_with(signed_by, signed, &params(&vector).unwrap_or_default());
        assert_eq!(signature, vector["signature"].as_str().unwrap(), "{}", vector["id"]);
    }
}

#[test]
fn what_no_official_library_signs_is_refused() {
    for vector in vectors("refused") {
        assert_eq!(answers(&vector), [false, false], "{}", vector["id"]);
    }
}

#[test]
fn an_empty_token_is_refused_when_the_validator_is_made() {
    assert_eq!(RequestValidator::new("").unwrap_err().kind(), ErrorKind::Configuration);
    assert_eq!(RequestValidator::new("  ").unwrap_err().kind(), ErrorKind::Configuration);
    assert!(RequestValidator::with_tokens(Vec::<String>::new()).is_err());
    assert!(RequestValidator::with_tokens(["12345", ""]).is_err());
}

#[test]
fn both_tokens_are_accepted_while_they_are_rotated_and_neither_is_shown() {
    let url = "https://example.com/sms";
    let both = RequestValidator::with_tokens(["old-token", "new-token"]).unwrap();
    for token in ["old-token", "new-token"] {
        let signature = RequestValidator::new(token).unwrap().compute_signature(url, &[("Body", "hi")]);
        assert!(both.validate_form(url, &[("Body", "hi")], &signature));
    }
    let other = RequestValidator::new("other").unwrap().compute_signature(url, &[("Body", "hi")]);
    assert!(!both.validate_form(url, &[("Body", "hi")], &other));
    assert!(!format!("{both:?}").contains("token\""));
    assert!(!format!("{both:?}").contains("old-token"));
}

#[test]
fn what_was_signed_in_another_form_of_the_url_is_accepted() {
    let validator = RequestValidator::new("12345").unwrap();
    for (seen, signed) in [
        ("https://u:p@a.com:8443/x", "https://a.com/x"),
        ("https://u:p@a.com:8443/x", "https://a.com:8443/x"),
        ("https://u:p@a.com/x", "https://a.com:443/x"),
        ("http://[::1]:8080/x", "http://[::1]/x"),
        ("http://[::1]/x", "http://[::1]:80/x"),
        ("https://a.com/x#rc=3&rp=all", "https://a.com/x"),
        ("https://a.com", "https://a.com/"),
        ("https://a.com?x=1", "https://a.com/?x=1"),
        ("https://a.com/España?año=2023", "https://a.com/Espa%C3%B1a?a%C3%B1o=2023"),
        ("https://a.com/x y?q={1}", "https://a.com/x%20y?q={1}"),
        ("https://a.com/x?q=it's", "https://a.com/x?q=it%27s"),
        ("https://a.com/x?q=it%27s", "https://a.com/x?q=it's"),
        ("https://a.com/x?b=1+2&a=(3)&b=4", "https://a.com/x?b=1%202&b=4&a=(3)"),
        ("https://a.com/x?q=a%2fb&empty", "https://a.com/x?q=a%2Fb&empty="),
        ("https://münchen.de/x", "https://xn--mnchen-3ya.de/x"),
        ("wss://a.com/x?y=1", "wss://a.com/x/?y=1"),
        ("wss://a.com/x/", "wss://a.com/x"),
        ("wss://a.com/x", "wss://a.com:443/x"),
        ("wss://a.com/x", "wss://a.com:80/x/"),
        ("ws://a.com", "ws://a.com:80/"),
    ] {
        let none: [(&str, &str); 0] = [];
        let signature = validator.compute_signature(signed, &none);
        assert!(validator.validate_form(seen, &none, &signature), "{seen} signed as {signed}");
    }
}

#[test]
fn another_host_path_or_query_is_refused() {
    let validator = RequestValidator::new("12345").unwrap();
    for (seen, signed) in [
        ("https://a.com/x", "http://a.com/x"),
        ("https://a.com/x", "https://A.com/x"),
        ("https://a.com/x/", "https://a.com/x"),
        ("https://a.com/x/../y", "https://a.com/y"),
        ("https://a.com\\x", "https://a.com/x"),
        ("https://a.com/x\t", "https://a.com/x"),
        ("https://a.com/x?a=1&b=2", "https://a.com/x?b=2&a=1"),
        ("https://a.com:8443/x", "https://a.com:8444/x"),
        ("https://b.com@a.com/x", "https://b.com/x"),
        ("https://b.com/@a.com/x", "https://a.com/x"),
        ("a.com/x", "https://a.com/x"),
        ("", "https://a.com/x"),
    ] {
        let none: [(&str, &str); 0] = [];
        let signature = validator.compute_signature(signed, &none);
        assert!(!validator.validate_form(seen, &none, &signature), "{seen} signed as {signed}");
    }
}

#[test]
fn a_body_counts_only_with_its_own_hash() {
    let validator = RequestValidator::new("12345").unwrap();
    let none: [(&str, &str); 0] = [];
    let body = br#"{"a":1}"#;
    let url = format!("https://a.com/x?bodySHA256={}", body_sha256(body));
    let signature = validator.compute_signature(&url, &none);
    const JSON: Option<&str> = Some("application/json");
    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
    assert!(validator.validate(&url, body, JSON, &signature));
    assert!(validator.validate(&url, body, None, &signature));
    for (forged, content_type) in
        [(&b"{}"[..], JSON), (b"", JSON), (b"", FORM), (b"", None), (b"&", FORM), (b"=", FORM), (b"a=1", FORM)]
    {
        assert!(!validator.validate(&url, forged, content_type, &signature), "{forged:?} {content_type:?}");
    }

    let plain = validator.compute_signature("https://a.com/x", &none);
    assert!(validator.validate("https://a.com/x", b"", None, &plain));
    assert!(!validator.validate("https://a.com/x", body, JSON, &plain));
    assert!(!validator.validate("https://a.com/x", body, None, &plain));

    let twice = format!("{url}&bodySHA256={}", body_sha256(b"{}"));
    let signature = validator.compute_signature(&twice, &none);
    assert!(!validator.validate(&twice, body, JSON, &signature));
    let capital = url.replace(&body_sha256(body), &body_sha256(body).to_uppercase());
    assert!(!validator.validate(&capital, body, JSON, &validator.compute_signature(&capital, &none)));
}

#[test]
fn what_is_too_big_or_no_signature_at_all_is_refused_at_once() {
    let validator = RequestValidator::new("12345").unwrap();
    let url = "https://a.com/x";
    let many: Parameters = (0..=MAX_PARAMETERS).map(|number| (number.to_string(), String::new())).collect();
    assert!(!validator.validate_form(url, &many, &validator.compute_signature(url, &many)));
    let body = form(&many);
    assert!(!validator.validate(url, body.as_bytes(), None, &validator.compute_signature(url, &many)));
    assert!(validator.validate_form(url, &many[1..], &validator.compute_signature(url, &many[1..])));
    let long = format!("{url}?{}", "a".repeat(100_000));
    assert!(!validator.validate_form(&long, &many[..1], &validator.compute_signature(&long, &many[..1])));
    for signature in ["", "=", &"A".repeat(28), &"=".repeat(28), &"A".repeat(1_000_000), "é".repeat(14).as_str()] {
        assert!(!validator.validate_form(url, &many[..1], signature));
        assert!(!validator.validate(url, &[0xff, 0], Some("multipart/form-data"), signature));
    }
}

#[test]
fn a_form_is_decoded_as_it_was_typed() {
    let decoded = decode_form(b"Body=+hi%0A&From=%2B1555&Empty=&Body=%F0%9F%98%80&flag&bad=%zz%ff");
    let expected =
        [("Body", " hi\n"), ("From", "+1555"), ("Empty", ""), ("Body", "😀"), ("flag", ""), ("bad", "%zz\u{fffd}")];
    assert_eq!(decoded, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

/// One request as it is signed.
#[derive(Clone, Debug)]
struct Request {
    token: String,
    url: String,
    params: Parameters,
}

fn request() -> impl Strategy<Value = Request> {
    let url = "https?://[a-z]{1,8}\\.com(:[1-9][0-9]{1,3})?(/[a-zA-Z0-9._-]{1,6}){1,3}(\\?[a-z]=[a-zA-Z0-9]{1,6})?";
    let name = "[A-Z][a-zA-Z]{1,8}";
    let value = prop_oneof!["[ -~]{1,20}", "\\PC{1,10}"];
    ("[0-9a-f]{32}", url, prop::collection::vec((name, value), 1..12)).prop_map(|(token, url, params)| Request {
        token,
        url,
        params,
    })
}

/// Changes one letter of a text into another one.
fn mutated(text: &str, at: usize, by: u8) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = at % letters.len();
    let replacement = char::from(b'a' + by % 26);
    letters[at] = if letters[at] == replacement { 'Z' } else { replacement };
    letters.into_iter().collect()
}

/// Every way to forge a request by one letter.
fn forgeries(request: &Request, signature: &str, at: usize, by: u8) -> Vec<(&'static str, Request, String)> {
    let mut found = Vec::new();
    let mut add = |what, change: &dyn Fn(&mut Request)| {
        let mut forged = request.clone();
        change(&mut forged);
        found.push((what, forged, signature.to_owned()));
    };
    let chosen = at % request.params.len();
    add("a value", &|forged| forged.params[chosen].1 = mutated(&forged.params[chosen].1, at, by));
    add("a name", &|forged| forged.params[chosen].0 = mutated(&forged.params[chosen].0, at, by));
    add("a parameter more", &|forged| forged.params.push(("Forged".to_owned(), "1".to_owned())));
    add("the token", &|forged| forged.token = mutated(&forged.token, at, by));
    add("the scheme", &|forged| {
        forged.url = match forged.url.strip_prefix("https://") {
            Some(rest) => format!("http://{rest}"),
            None => forged.url.replacen("http://", "https://", 1),
        };
    });
    // a port is not signed always; a letter of host, path or query is
    add("the URL", &|forged| {
        let letters: Vec<usize> =
            forged.url.char_indices().skip(8).filter(|(_, letter)| letter.is_alphabetic()).map(|(at, _)| at).collect();
        let place = letters[at % letters.len()];
        let changed = mutated(&forged.url[place..=place], 0, by);
        forged.url.replace_range(place..=place, &changed);
    });
    found.push(("the signature", request.clone(), mutated(signature, at, by)));
    found.push(("the signature's end", request.clone(), signature[..27].to_owned()));
    found.push(("no signature", request.clone(), String::new()));
    // by chance a change may be none: the same pair twice is signed once
    let signed = |request: &Request| {
        let mut params = request.params.clone();
        params.sort();
        params.dedup();
        params.into_iter().map(|(name, value)| name + &value).collect::<String>()
    };
    let genuine = (signed(request), request.url.clone(), request.token.clone(), signature.to_owned());
    found.retain(|(_, forged, signature)| {
        (signed(forged), forged.url.clone(), forged.token.clone(), signature.clone()) != genuine
    });
    found
}

fn sign(request: &Request) -> String {
    RequestValidator::new(request.token.as_str()).unwrap().compute_signature(&request.url, &request.params)
}

/// What is wrong with a validator, judged by one genuine request and its forgeries.
fn faults(validate: &dyn Fn(&Request, &str) -> bool, request: &Request, at: usize, by: u8) -> Vec<&'static str> {
    let signature = sign(request);
    let mut faults: Vec<_> = forgeries(request, &signature, at, by)
        .into_iter()
        .filter(|(_, forged, signature)| validate(forged, signature))
        .map(|(what, ..)| what)
        .collect();
    if !validate(request, &signature) {
        faults.push("a genuine request is refused");
    }
    faults
}

fn ringback(request: &Request, signature: &str) -> bool {
    let validator = RequestValidator::new(request.token.as_str()).unwrap();
    let by_params = validator.validate_form(&request.url, &request.params, signature);
    let by_body = validator.validate(&request.url, form(&request.params).as_bytes(), None, signature);
    assert_eq!(by_params, by_body);
    by_params
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_genuine_request_is_accepted_and_one_letter_less_is_not(request in request(), at in any::<u16>(), by in any::<u8>()) {
        let faults = faults(&ringback, &request, usize::from(at), by);
        prop_assert!(faults.is_empty(), "{:?}", faults);
    }

    #[test]
    fn nothing_that_a_stranger_sends_is_accepted_or_does_harm(
        url in "\\PC{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..64),
        content_type in prop::option::of("\\PC{0,20}"),
        signature in "\\PC{0,40}",
    ) {
        let validator = RequestValidator::new("12345").unwrap();
        prop_assert!(!validator.validate(&url, &body, content_type.as_deref(), &signature));
        prop_assert!(!validator.validate_body(&url, &body, &signature));
    }
}

/// Validators with the usual mistakes must not pass the same check.
#[test]
fn the_check_of_validators_finds_the_usual_mistakes() {
    let request = Request {
        token: "0123456789abcdef0123456789abcdef".to_owned(),
        url: "https://example.com/sms?a=b".to_owned(),
        params: vec![("Body".to_owned(), "hello".to_owned()), ("From".to_owned(), "+15551234567".to_owned())],
    };
    assert!(faults(&ringback, &request, 5, 3).is_empty());
    assert!(faults(&|_, _| false, &request, 5, 3).contains(&"a genuine request is refused"));
    let accepts_all = faults(&|_, _| true, &request, 5, 3);
    for what in ["a value", "a name", "a parameter more", "the token", "the scheme", "the URL", "the signature"] {
        assert!(accepts_all.contains(&what), "{what}");
    }
    let signature = sign(&request);
    // ignores the parameters
    assert!(faults(&|_, sent| sent == signature, &request, 5, 3).contains(&"a value"));
    // compares as far as the shorter one goes
    assert!(faults(&|request, sent| sign(request).starts_with(sent), &request, 5, 3).contains(&"no signature"));
    // ignores the URL
    let no_url = |request: &Request, sent: &str| sent == signature && request.params == request_params();
    assert!(faults(&no_url, &request, 5, 3).contains(&"the URL"));
}

fn request_params() -> Parameters {
    vec![("Body".to_owned(), "hello".to_owned()), ("From".to_owned(), "+15551234567".to_owned())]
}
