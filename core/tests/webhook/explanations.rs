//! Each usual mistake is told from the others, and nothing that is told is a secret.

use proptest::prelude::*;
use ringback::webhook::{Algorithm, Explanation, ReasonKind, Request, RequestValidator};
use serde_json::Value;

const TOKEN: &str = "12345";

fn cases() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/explanations.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    vectors["explained"].as_array().unwrap().clone()
}

/// The signature that came, and the one that would have fitted what was received.
fn signatures(case: &Value) -> (Option<String>, String) {
    let signed = super::params(&case["signed"]).unwrap();
    let algorithm = case["sign_with"].as_str().map_or(Algorithm::HmacSha1, |name| Algorithm::find(name).unwrap());
    let by = RequestValidator::new(case["sign_by"].as_str().unwrap_or(TOKEN)).unwrap();
    let genuine = by.compute_signature_with(algorithm, case["signed"]["url"].as_str().unwrap(), &signed);
    let came = match &case["signature"] {
        Value::Null if case.as_object().unwrap().contains_key("signature") => None,
        Value::Null => Some(case["quote"].as_str().unwrap_or("%s").replace("%s", &genuine)),
        given => Some(given.as_str().unwrap().to_owned()),
    };
    let received = super::params(case).unwrap_or_default();
    let expected = RequestValidator::new(TOKEN).unwrap().compute_signature(case["url"].as_str().unwrap(), &received);
    (came, expected)
}

fn explain(case: &Value) -> (bool, Explanation) {
    let (signature, _) = signatures(case);
    let params = super::params(case);
    let borrowed: Vec<(&str, &str)> =
        params.iter().flatten().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut request = Request::new(case["url"].as_str().unwrap());
    request = match case["body"].as_str() {
        Some(body) => request.body(body.as_bytes()),
        None => request.params(&borrowed),
    };
    for (name, value) in case["headers"].as_object().into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap());
    }
    if let Some(signature) = &signature {
        request = request.signature(signature);
    }
    let validator = RequestValidator::new(TOKEN).unwrap();
    (validator.validate_request(&request), validator.explain(&request))
}

#[test]
fn each_mistake_is_told_from_the_others() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (is_valid, explanation) = explain(&case);
        let kinds: Vec<&str> = explanation.reasons().iter().map(|reason| reason.kind().as_str()).collect();
        if Value::from(kinds) != case["kinds"] || is_valid != explanation.reasons().is_empty() {
            wrong.push(format!("{}: expected {}, was told {explanation}", case["id"], case["kinds"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_that_is_told_is_a_secret_or_the_signature_that_was_expected() {
    for case in cases() {
        let (_, expected) = signatures(&case);
        let (_, explanation) = explain(&case);
        let told = format!("{explanation} {explanation:?}");
        assert!(!told.contains(&expected) && !told.contains(TOKEN), "{told}");
        for reason in explanation.reasons() {
            for sentence in [reason.problem(), reason.remedy()] {
                assert!(
                    !sentence.ends_with('.') && sentence.starts_with(|first: char| !first.is_uppercase()),
                    "{sentence}"
                );
            }
        }
    }
}

#[test]
fn secrets_that_sign_nothing_are_told() {
    let sid = "0123456789abcdef0123456789abcdef";
    for (secret, words) in [
        (format!("AC{sid}"), "sid of an account"),
        (format!("SK{sid}"), "sid of an API key"),
        (format!("{sid}\n"), "white space"),
        ("sK9dLmN0pQrStUvWxYz0123456789abC".to_owned(), "that of an API key"),
        ("short".to_owned(), "not 32 hexadecimal digits"),
    ] {
        let request = Request::new("https://example.com/").signature("KG4JbhDlv15BMlxSTOWKt9btbgg=");
        let explanation = RequestValidator::new(secret.as_str()).unwrap().explain(&request);
        let told = explanation.reasons().iter().find(|reason| reason.kind() == ReasonKind::SecretShape).unwrap();
        assert!(told.problem().contains(words) && !told.is_proven(), "{told}");
        assert!(!explanation.to_string().contains(&secret), "{explanation}");
    }
    let explanation = RequestValidator::new(sid)
        .unwrap()
        .explain(&Request::new("https://example.com/").signature("KG4JbhDlv15BMlxSTOWKt9btbgg="));
    assert!(explanation.reasons().iter().all(|reason| reason.kind() != ReasonKind::SecretShape));
}

#[test]
fn kinds_have_names_of_their_own() {
    let mut names: Vec<_> = ReasonKind::ALL.iter().map(|kind| kind.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ReasonKind::ALL.len());
}

#[test]
fn the_largest_request_is_explained_too() {
    let text = "é%".repeat(300);
    let names: Vec<String> = (0..1000).map(|number| format!("Name{number}")).collect();
    let params: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), text.as_str())).collect();
    let url = format!("https://example.com/{}", "a/..//%20é+".repeat(1000));
    let many = "example.com,".repeat(1000);
    for secrets in [1, 5] {
        let tokens = (0..secrets).map(|number| format!("token{number}"));
        let validator = RequestValidator::with_tokens(tokens).unwrap();
        let request = Request::new(&url).header("X-Forwarded-Host", &many).signature("KG4JbhDlv15BMlxSTOWKt9btbgg=");
        for count in [0, 5, 1000] {
            let explanation = validator.explain(&request.clone().params(&params[..count]));
            assert_eq!(explanation.reasons().last().unwrap().kind(), ReasonKind::Unexplained);
        }
        let more: Vec<(&str, &str)> = params.iter().copied().chain([("One", "")]).collect();
        let explanation = validator.explain(&request.params(&more));
        assert_eq!(explanation.reasons().last().unwrap().kind(), ReasonKind::ParametersAdded);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_stranger_sends_is_explained(
        url in "\\PC{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..64),
        headers in prop::collection::vec((prop_oneof![Just("X-Forwarded-Host"), Just("Forwarded"), Just("X-Forwarded-Port"),
            Just("X-Original-URL"), Just("Content-Type"), Just("X-Twilio-Webhooks-Signature-Settings")], "\\PC{0,40}"), 0..6),
        signature in prop_oneof!["\\PC{0,40}".boxed(), Just("KG4JbhDlv15BMlxSTOWKt9btbgg=".to_owned()).boxed()],
    ) {
        let mut request = Request::new(&url).body(&body).signature(&signature);
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let validator = RequestValidator::new(TOKEN).unwrap();
        prop_assert!(!validator.validate_request(&request));
        prop_assert!(!validator.explain(&request).reasons().is_empty());
    }
}
