//! The URL that Twilio was told follows from a request and the settings, and strangers have no say in it.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ringback::webhook::{Guard, Head, Peer, Proxies, PublicUrl, Refusal, RequestValidator};
use serde_json::Value;

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/public_url.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn settings(vector: &Value) -> ringback::Result<PublicUrl> {
    let proxies = vector["trusted_proxies"].as_array();
    let proxies: Option<Vec<&str>> = proxies.map(|list| list.iter().map(|proxy| proxy.as_str().unwrap()).collect());
    PublicUrl::of_settings(vector["public_url"].as_str(), proxies.as_deref())
}

fn guard(public_url: PublicUrl) -> Guard {
    Guard::new(RequestValidator::new("12345").unwrap()).public_url(public_url)
}

/// The URL that a guard finds for a request with these headers, or nothing.
fn url(public_url: PublicUrl, scheme: &str, target: &[u8], peer: Peer, headers: &[(String, String)]) -> Option<String> {
    let signature: (&[u8], &[u8]) = (b"X-Twilio-Signature", b"x");
    let headers = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    let head = Head::new("POST", scheme, target).with_peer(peer).with_headers(headers.chain([signature]));
    match guard(public_url).admit(&head) {
        Ok(admission) => Some(admission.url().to_owned()),
        Err(Refusal::UnknownUrl(_)) => None,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn the_url_follows_from_the_request_and_the_settings() {
    let vectors = vectors();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert!(vectors.len() > 40);
    for vector in vectors {
        let peer = if vector["peer"].is_null() { Peer::Unix } else { Peer::read(vector["peer"].as_str()) };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let headers = vector["headers"].as_array().unwrap();
        let headers: Vec<_> = headers.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
        let scheme = vector["scheme"].as_str().unwrap_or("http");
        let target = vector["target"].as_str().unwrap().as_bytes();
        let found = url(settings(vector).unwrap(), scheme, target, peer, &headers);
        assert_eq!(found.as_deref(), vector["url"].as_str(), "{}", vector["id"]);
    }
}

#[test]
fn settings_that_cannot_be_meant_are_refused_at_once() {
    for wrong in vectors()["wrong_settings"].as_array().unwrap() {
        assert!(settings(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_function_may_give_the_url_and_what_it_does_not_know_is_refused() {
    let by = || PublicUrl::by(|head| head.header("x-tenant").map(|tenant| format!("https://{tenant}.example/sms")));
    let tenant = [("X-Tenant".to_owned(), "a".to_owned())];
    assert_eq!(url(by(), "http", b"/sms", Peer::Unknown, &tenant).as_deref(), Some("https://a.example/sms"));
    assert_eq!(url(by(), "http", b"/sms", Peer::Unknown, &[]), None);
}

/// Text that looks like what proxies write, and text that does not.
fn forwarded() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("for=10.0.0.1"),
        Just("for=203.0.113.9"),
        Just("for=\"[2001:db8::1]:80\""),
        Just("proto=https"),
        Just("host=evil.example"),
        Just("https"),
        Just("evil.example:8443"),
        Just("10.0.0.1"),
        Just("\"\\"),
        Just("="),
        Just(";"),
        Just(","),
        Just(" "),
    ];
    prop_oneof![proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat()), any::<String>()]
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        Just("Forwarded"),
        Just("X-Forwarded-For"),
        Just("X-Forwarded-Host"),
        Just("X-Forwarded-Port"),
        Just("x-forwarded-proto"),
    ];
    proptest::collection::vec((name.prop_map(str::to_owned), forwarded()), 0..8)
}

fn with_host(headers: &[(String, String)]) -> Vec<(String, String)> {
    [("Host".to_owned(), "inner".to_owned())].into_iter().chain(headers.iter().cloned()).collect()
}

const STRANGERS: [Peer; 2] = [Peer::Unix, Peer::Unknown];

proptest! {
    #[test]
    fn who_is_not_listed_is_never_believed(headers in headers(), stranger: [u8; 4], which in 0..3usize) {
        prop_assume!(stranger[0] != 10);
        let peer = STRANGERS.get(which).copied().unwrap_or(Peer::from(std::net::IpAddr::from(stranger)));
        let found = url(PublicUrl::behind(Proxies::new(["10.0.0.0/8"]).unwrap()), "http", b"/sms", peer, &with_host(&headers));
        prop_assert_eq!(found.as_deref(), Some("http://inner/sms"));
    }

    #[test]
    fn what_a_stranger_wrote_before_a_proxy_did_is_never_believed(said in forwarded(), also in forwarded()) {
        let told = |name: &str, said: &str, added: &str| (name.to_owned(), format!("{said}, {added}"));
        let headers = [
            told("X-Forwarded-For", &said, "203.0.113.9"),
            told("X-Forwarded-Proto", &also, "https"),
            told("X-Forwarded-Host", &said, "example.com"),
        ];
        let peer = Peer::read(Some("10.0.0.1"));
        let proxies = || PublicUrl::behind(Proxies::new(["10.0.0.0/8"]).unwrap());
        let found = url(proxies(), "http", b"/sms", peer, &with_host(&headers));
        // what is too long is refused
        prop_assert!(matches!(found.as_deref(), Some("https://example.com/sms")), "{:?}", found);
        // in the standard header a quote that a stranger left open spoils the rest of its own line
        let lines = [("Forwarded".to_owned(), said), told("Forwarded", "", "for=203.0.113.9;proto=https;host=example.com")];
        let found = url(proxies(), "http", b"/sms", peer, &with_host(&lines));
        prop_assert!(matches!(found.as_deref(), None | Some("https://example.com/sms")), "{:?}", found);
    }

    #[test]
    fn nothing_that_is_sent_makes_it_panic(
        headers in headers(), target: Vec<u8>, scheme: String, host: String, is_trusted: bool,
    ) {
        let headers: Vec<_> = [("Host".to_owned(), host)].into_iter().chain(headers).collect();
        let proxies = PublicUrl::behind(Proxies::new(["10.0.0.0/8"]).unwrap());
        let peer = if is_trusted { Peer::read(Some("10.0.0.1")) } else { Peer::Unknown };
        if let Some(url) = url(proxies, &scheme, &target, peer, &headers) {
            prop_assert!(url.ends_with(std::str::from_utf8(&target).unwrap()));
        }
    }
}

#[test]
fn a_guard_that_trusts_everybody_is_caught() {
    // the control of the tests above: were strangers believed, they would fail
    let everybody = || PublicUrl::behind(Proxies::new(["0.0.0.0/0", "::/0", "unix"]).unwrap());
    let headers = with_host(&[("X-Forwarded-Host".to_owned(), "evil.example".to_owned())]);
    let found = url(everybody(), "http", b"/sms", Peer::read(Some("203.0.113.9")), &headers);
    assert_eq!(found.as_deref(), Some("http://evil.example/sms"));
}

#[test]
fn what_proxies_forward_has_an_end() {
    let proxies = || PublicUrl::behind(Proxies::new(["10.0.0.0/8"]).unwrap());
    let peer = Peer::read(Some("10.0.0.1"));
    for name in ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded"] {
        let headers = with_host(&[(name.to_owned(), "for=10.0.0.1,".repeat(1000))]);
        assert_eq!(url(proxies(), "http", b"/sms", peer, &headers), None, "{name}");
    }
}
