//! Forms: whatever is decoded is decoded the same when it is written again, and no garbage is taken for signed.
#![no_main]

use form_urlencoded::Serializer;
use libfuzzer_sys::fuzz_target;
use ringback::webhook::{MAX_PARAMETERS, RequestValidator, decode_form};

fuzz_target!(|body: &[u8]| {
    let params = decode_form(body);
    let written = Serializer::new(String::new()).extend_pairs(&params).finish();
    assert_eq!(decode_form(written.as_bytes()), params);

    let validator = RequestValidator::new("12345").unwrap();
    let text = String::from_utf8_lossy(body);
    for content_type in [None, Some("application/x-www-form-urlencoded"), Some("application/json"), Some(text.as_ref())]
    {
        // neither a signature that is garbage, nor one of something else
        for signature in [text.as_ref(), "", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
            assert!(!validator.validate("https://example.com/sms?a=1", body, content_type, signature));
            assert!(!validator.validate(&text, body, content_type, signature));
        }
    }
    // what is signed is accepted, however it is written
    let url = "https://example.com/sms";
    let signature = validator.compute_signature(url, &params);
    let is_accepted = validator.validate(url, body, Some("application/x-www-form-urlencoded"), &signature);
    assert_eq!(is_accepted, params.len() <= MAX_PARAMETERS);
});
