//! Tokens, shared keys and algorithms: which secret counts for which request.

use ringback::{
    ErrorKind,
    webhook::{Algorithm, Request, RequestValidator},
};

const URL: &str = "https://example.com/sms";
const PARAMS: &[(&str, &str)] = &[("Body", "hi")];

fn signed(secret: &str, algorithm: Algorithm) -> String {
    RequestValidator::new(secret).unwrap().compute_signature_with(algorithm, URL, PARAMS)
}

fn accepts(validator: &RequestValidator, signature: &str, settings: &str) -> bool {
    validator.validate_request(&Request::new(URL).params(PARAMS).signature(signature).signature_settings(settings))
}

#[test]
fn a_shared_key_counts_only_where_the_request_names_it() {
    let mut validator = RequestValidator::with_shared_keys([("one", "first-key"), ("two", "second-key")]).unwrap();
    let first = signed("first-key", Algorithm::HmacSha256);
    assert!(accepts(&validator, &first, "key=one,algorithm=HMAC_SHA256"));
    for settings in [
        "key=two,algorithm=HMAC_SHA256",
        "key=three,algorithm=HMAC_SHA256",
        "algorithm=HMAC_SHA256",
        "key=one,algorithm=HMAC_SHA1",
        "key=one",
        "",
    ] {
        assert!(!accepts(&validator, &first, settings), "{settings}");
    }
    assert!(!validator.validate_form(URL, PARAMS, &first));
    let token = signed("token", Algorithm::HmacSha1);
    assert!(!validator.validate_form(URL, PARAMS, &token));
    validator.add_token("token").unwrap();
    assert!(validator.validate_form(URL, PARAMS, &token));
    validator.add_shared_key("three", "token").unwrap();
    assert!(accepts(&validator, &signed("token", Algorithm::HmacSha256), "key=three,algorithm=HMAC_SHA256"));
}

#[test]
fn a_secret_without_an_id_counts_for_every_algorithm() {
    let validator = RequestValidator::with_tokens(["old", "new"]).unwrap();
    for secret in ["old", "new"] {
        let signature = signed(secret, Algorithm::HmacSha256);
        assert!(accepts(&validator, &signature, "key=any,algorithm=HMAC_SHA256"));
        let request = Request::new(URL).params(PARAMS).signature(&signature);
        assert!(validator.validate_request(&request.clone().algorithm(Algorithm::HmacSha256)));
        assert!(!validator.validate_request(&request));
    }
    assert!(!accepts(&validator, &signed("other", Algorithm::HmacSha256), "algorithm=HMAC_SHA256"));
}

#[test]
fn empty_secrets_and_ids_are_refused_and_none_is_shown() {
    assert_eq!(RequestValidator::with_shared_keys([("one", " ")]).unwrap_err().kind(), ErrorKind::Configuration);
    assert_eq!(RequestValidator::with_shared_keys([("", "key")]).unwrap_err().kind(), ErrorKind::Configuration);
    assert!(RequestValidator::with_shared_keys(Vec::<(String, String)>::new()).is_err());
    let mut validator = RequestValidator::new("the-secret-token").unwrap();
    assert!(validator.add_token("").is_err() && validator.add_shared_key("id", "").is_err());
    validator.add_shared_key("id", "the-secret-key").unwrap();
    let request = Request::new("https://user:the-secret-password@example.com/?the-secret=1")
        .signature("the-secret-signature")
        .params(&[("Body", "the-secret-text")]);
    let shown = format!("{validator:?} {request:?} {}", validator.explain(&request));
    assert!(!shown.contains("the-secret"), "{shown}");
}

#[test]
fn the_first_of_two_headers_counts() {
    let validator = RequestValidator::new("token").unwrap();
    let (right, wrong) = (signed("token", Algorithm::HmacSha1), signed("other", Algorithm::HmacSha1));
    let request = |first, second| {
        let request = Request::new(URL).params(PARAMS);
        request.header("x-twilio-signature", first).header("X-Twilio-Signature", second)
    };
    assert!(validator.validate_request(&request(&right, &wrong)));
    assert!(!validator.validate_request(&request(&wrong, &right)));
}
