//! A guard lets genuine requests through, says why it refuses the others, and shows no secret.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use ringback::webhook::{
    Checked, Guard, Head, PublicUrl, Refusal, ReplayGuard, RequestValidator, Sighting, body_sha256,
    idempotency::MemoryStore,
};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const URL: &str = "https://example.com/sms";
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
const ACCOUNT: &str = "AC00000000000000000000000000000001";
const OTHER: &str = "AC00000000000000000000000000000002";

fn validator(token: &str) -> RequestValidator {
    RequestValidator::new(token).unwrap()
}

fn guard() -> Guard {
    Guard::new(validator(TOKEN)).public_url(PublicUrl::fixed("https://example.com").unwrap())
}

fn form(params: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

fn ask(guard: &Guard, target: &str, headers: &[(&str, &str)], body: &str) -> Result<Checked, Refusal> {
    let method = if body.is_empty() { "GET" } else { "POST" };
    let headers = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let head = Head::new(method, "http", target.as_bytes()).with_headers(headers);
    guard.check(&guard.admit(&head)?, Bytes::copy_from_slice(body.as_bytes()))
}

/// What a request with a form is answered, signed with a token.
fn sent(guard: &Guard, token: &str, params: &[(&str, &str)]) -> Result<Checked, Refusal> {
    let signature = validator(token).compute_signature(URL, params);
    ask(guard, "/sms", &[("content-type", FORM), ("x-twilio-signature", &signature)], &form(params))
}

#[test]
fn a_genuine_form_comes_through_as_it_was_sent() {
    let params = [("Body", "café 😀 +&="), ("Digits", ""), ("Media", "1"), ("Media", "2"), ("Media", "1")];
    let checked = sent(&guard(), TOKEN, &params).unwrap();
    let found: Vec<_> = checked.params().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(found, params);
    assert_eq!(checked.param("Media"), Some("1"));
    assert_eq!((checked.url(), checked.param("Nothing")), (URL, None));
    assert_eq!(checked.body(), form(&params).as_bytes());
}

#[test]
fn a_get_and_json_come_through_too() {
    let none: [(&str, &str); 0] = [];
    let target = "/sms?MessageSid=SM1&Body=a%20b%2f&From=";
    let signature = validator(TOKEN).compute_signature(&format!("https://example.com{target}"), &none);
    let checked = ask(&guard(), target, &[("x-twilio-signature", &signature)], "").unwrap();
    assert_eq!(checked.params()[1], ("Body".to_owned(), "a b/".to_owned()));

    let body = r#"[{"specversion": "1.0"}]"#;
    let target = format!("/events?bodySHA256={}", body_sha256(body.as_bytes()));
    let signature = validator(TOKEN).compute_signature(&format!("https://example.com{target}"), &none);
    let headers = [("content-type", "application/json"), ("x-twilio-signature", signature.as_str())];
    let checked = ask(&guard(), &target, &headers, body).unwrap();
    assert_eq!((checked.body().as_ref(), checked.params().len()), (body.as_bytes(), 0));
    assert!(matches!(ask(&guard(), &target, &headers, "[]"), Err(Refusal::Forged(_))));
}

#[test]
fn everything_else_is_refused_and_the_reason_shows_nothing_of_it() {
    let params = [("Body", "hello")];
    assert_eq!(ask(&guard(), "/sms", &[], "Body=hello").unwrap_err().kind(), "unsigned");
    let twice = [("x-twilio-signature", "a"), ("X-Twilio-Signature", "a")];
    assert_eq!(ask(&guard(), "/sms", &twice, "Body=hello").unwrap_err().kind(), "unsigned");
    let refusal = sent(&guard(), "another token", &params).unwrap_err();
    assert_eq!((refusal.kind(), refusal.status()), ("forged", 403));
    assert!(!refusal.to_string().contains("hello") && !format!("{refusal:?}").contains(TOKEN));
    assert!(!format!("{:?}", guard()).contains(TOKEN));
}

#[test]
fn a_refusal_is_explained_now_and_then() {
    let guard = guard();
    let none: [(&str, &str); 0] = [];
    let signature = validator(TOKEN).compute_signature("http://example.com/sms", &none);
    let ask = || ask(&guard, "/sms", &[("x-twilio-signature", &signature)], "").unwrap_err().to_string();
    assert!(ask().contains("http"), "{}", ask());
    assert_eq!(ask(), "its signature does not fit");
}

#[test]
fn a_body_may_be_as_large_as_allowed_and_no_larger() {
    let guard = guard().max_body(20);
    let at_most = [("Body", "x".repeat(15))];
    let params = |value: &'static str| [("Body", value)];
    assert_eq!(form(&[("Body", at_most[0].1.as_str())]).len(), 20);
    assert!(sent(&guard, TOKEN, &params("xxxxxxxxxxxxxxx")).is_ok());
    let refusal = sent(&guard, TOKEN, &params("xxxxxxxxxxxxxxxx")).unwrap_err();
    assert_eq!((refusal.kind(), refusal.status()), ("too_large", 413));
    for length in ["21", "-1", "x", "99999999999999999999999"] {
        assert_eq!(ask(&guard, "/", &[("content-length", length)], "").unwrap_err(), Refusal::TooLarge, "{length}");
    }
}

#[test]
fn each_account_has_its_own_token_and_can_name_no_other() {
    let tokens = |account: Option<&str>| match account {
        Some(ACCOUNT) => RequestValidator::new("token of one").ok(),
        Some(OTHER) => RequestValidator::new("token of another").ok(),
        _ => None,
    };
    let guard = Guard::by_account(tokens).public_url(PublicUrl::fixed("https://example.com").unwrap());
    let one = ("AccountSid", ACCOUNT);
    assert!(sent(&guard, "token of one", &[one, ("Body", "hi")]).is_ok());
    assert_eq!(sent(&guard, "token of one", &[("AccountSid", OTHER)]).unwrap_err().kind(), "forged");
    // whoever has one account could sign this, and a handler could read either
    assert_eq!(sent(&guard, "token of one", &[one, ("AccountSid", OTHER)]).unwrap_err(), Refusal::Account);
    let none: [(&str, &str); 0] = [];
    let target = format!("/sms?AccountSid={OTHER}");
    let signature = validator("token of one").compute_signature(&format!("https://example.com{target}"), &[one]);
    let headers = [("content-type", FORM), ("x-twilio-signature", &*signature)];
    assert_eq!(ask(&guard, &target, &headers, &form(&[one])).unwrap_err(), Refusal::Account);
    // what can be no account is not asked for
    let asked = Guard::by_account(|_| panic!("it was asked for"));
    for odd in ["", "AC1", "SK00000000000000000000000000000001", "AC0000000000000000000000000000000'"] {
        let asked = asked.clone().public_url(PublicUrl::fixed("https://example.com").unwrap());
        assert_eq!(sent(&asked, TOKEN, &[("AccountSid", odd)]).unwrap_err(), Refusal::Account, "{odd}");
    }
    assert_eq!(sent(&guard, TOKEN, &[("Body", "of nobody")]).unwrap_err(), Refusal::NoToken);
    let stranger = [("AccountSid", "AC00000000000000000000000000000009")];
    assert_eq!(sent(&guard, TOKEN, &stranger).unwrap_err(), Refusal::NoToken);
    let signature = validator(TOKEN).compute_signature(URL, &none);
    assert_eq!(ask(&guard, "/sms", &[("x-twilio-signature", &signature)], "").unwrap_err(), Refusal::NoToken);
}

#[tokio::test]
async fn a_genuine_request_that_is_sent_again_is_refused_unless_twilio_tries_again() {
    let guard = guard().replay_guard(ReplayGuard::new(MemoryStore::new()));
    let see = |text: &'static str, token: Option<&'static str>| {
        let signature = validator(TOKEN).compute_signature(URL, &[("Body", text)]);
        let mut headers = vec![("content-type", FORM), ("x-twilio-signature", &*signature)];
        headers.extend(token.map(|token| ("I-Twilio-Idempotency-Token", token)));
        let checked = ask(&guard, "/sms", &headers, &form(&[("Body", text)])).unwrap();
        let guard = guard.clone();
        async move { guard.see(checked).await.map(|checked| checked.sighting()) }
    };
    assert_eq!(see("one", None).await, Ok(Some(Sighting::Fresh)));
    assert_eq!(see("one", None).await, Err(Refusal::Repeated));
    assert_eq!(see("two", Some("a")).await, Ok(Some(Sighting::Fresh)));
    assert_eq!(see("two", Some("a")).await, Ok(Some(Sighting::Retried)));
    assert_eq!(see("two", Some("b")).await, Err(Refusal::Repeated));
}

#[tokio::test]
async fn the_handshake_of_a_socket_is_signed_alike_for_every_call_and_no_repetition() {
    let guard = guard().replay_guard(ReplayGuard::new(MemoryStore::new()));
    let url = "wss://example.com/stream";
    let signature = validator(TOKEN).compute_signature::<&str, &str>(url, &[]);
    let headers = [(b"X-Twilio-Signature".as_slice(), signature.as_bytes())];
    for scheme in ["wss", "wss", "https", "https"] {
        let head = Head::new("GET", scheme, b"/stream".as_slice()).with_headers(headers);
        let admission = guard.admit_as(&head, if scheme == "wss" { url } else { "https://example.com/stream" });
        let Ok(checked) = guard.check(&admission.unwrap(), Bytes::new()) else {
            assert_eq!(scheme, "https", "control: a page is signed by another URL");
            continue;
        };
        assert_eq!(guard.see(checked).await.map(|checked| checked.sighting()), Ok(None));
    }
}

#[test]
fn a_url_with_a_fragment_is_refused_since_what_stands_there_is_not_signed() {
    let url = "https://x.example/voice?CallSid=CA1";
    let validator = RequestValidator::new("12345").unwrap();
    let signature = validator.compute_signature::<&str, &str>(url, &[]);
    let guard = Guard::new(validator);
    let headers = [(b"X-Twilio-Signature".as_slice(), signature.as_bytes())];
    let head = Head::new("GET", "https", b"/voice?CallSid=CA1".as_slice()).with_headers(headers);
    assert!(guard.admit_as(&head, url).is_ok());
    assert!(guard.admit_as(&head, format!("{url}#&From=%2B1999")).is_err());
}
