//! Tokens as the vectors say, and requests that are signed on their way out.
#![expect(clippy::unwrap_used, reason = "a vector that cannot be read fails its test")]

mod support;

use std::time::Duration;

use ringback::{
    Client, ErrorKind, blocking,
    messaging::CreateMessage,
    token::{
        AccessToken, Algorithm, Canonical, ChatGrant, ClientCapabilityToken, ClientValidation, Decoded, Decoder, Grant,
        Permission, PlaybackGrant, SyncGrant, TaskRouterCapabilityToken, TaskRouterGrant, VideoGrant, VoiceGrant,
        decode, validation_headers,
    },
    typed::Timestamp,
};
use serde_json::{Map, Value, json};
use support::{Act, Server};

const PRIVATE: &str = include_str!("../../tests/vectors/tokens_private_key.pem");
const PUBLIC: &str = include_str!("../../tests/vectors/tokens_public_key.pem");
const MESSAGE: &str = r#"{"sid":"SM1","status":"queued"}"#;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/tokens.json")).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn at(seconds: &Value) -> Timestamp {
    Timestamp::from_second(seconds.as_i64().unwrap()).unwrap()
}

fn cases<'a>(vectors: &'a Value, name: &str) -> &'a [Value] {
    let cases = vectors[name].as_array().unwrap();
    assert!(cases.len() > 5, "{name}");
    cases
}

fn read(vectors: &Value, jwt: &str) -> Decoded {
    let decoder = Decoder::new(text(vectors, "secret"), Algorithm::Hs256).unwrap();
    decoder.at(at(&vectors["now"])).decode(jwt).unwrap()
}

/// What the token says is what the vector says, whatever the order.
fn compare(case: &Value, decoded: Decoded) {
    assert_eq!(Value::from(decoded.header), case["header"], "{}", case["id"]);
    assert_eq!(Value::from(decoded.claims), case["claims"], "{}", case["id"]);
}

fn grant(given: &Value) -> Grant {
    let has = |name: &str| given.get(name).is_some();
    match text(given, "key") {
        "voice" => {
            let mut grant = VoiceGrant::new();
            if has("incoming_allow") {
                grant = grant.incoming_allow(given["incoming_allow"] == true);
            }
            if let Value::Object(params) = &given["outgoing_application_params"] {
                grant = grant.outgoing_application_params(params.clone());
            }
            let set = |grant: VoiceGrant, name: &str, set: fn(VoiceGrant, String) -> VoiceGrant| match has(name) {
                true => set(grant, text(given, name).to_owned()),
                false => grant,
            };
            let grant = set(grant, "outgoing_application_sid", VoiceGrant::outgoing_application_sid);
            let grant = set(grant, "push_credential_sid", VoiceGrant::push_credential_sid);
            set(grant, "endpoint_id", VoiceGrant::endpoint_id).into()
        }
        "video" => VideoGrant::new().room(text(given, "room")).into(),
        "chat" => ChatGrant::new()
            .service_sid(text(given, "service_sid"))
            .endpoint_id(text(given, "endpoint_id"))
            .deployment_role_sid(text(given, "deployment_role_sid"))
            .push_credential_sid(text(given, "push_credential_sid"))
            .into(),
        "data_sync" => {
            SyncGrant::new().service_sid(text(given, "service_sid")).endpoint_id(text(given, "endpoint_id")).into()
        }
        "task_router" => TaskRouterGrant::new()
            .workspace_sid(text(given, "workspace_sid"))
            .worker_sid(text(given, "worker_sid"))
            .role(text(given, "role"))
            .into(),
        _ => PlaybackGrant::new(given["grant"].clone()).into(),
    }
}

#[test]
fn access_tokens_say_what_the_vectors_say() {
    let vectors = vectors();
    for case in cases(&vectors, "access") {
        let mut token = AccessToken::new(
            text(&vectors, "account_sid"),
            text(&vectors, "signing_key_sid"),
            text(&vectors, "secret"),
        )
        .issued_at(at(&vectors["now"]))
        .ttl(Duration::from_secs(case["ttl"].as_u64().unwrap()))
        .identity(text(case, "identity"))
        .region(text(case, "region"));
        token = match &case["nbf"] {
            Value::Null => token.without_not_before(),
            Value::String(_) => token,
            moment => token.not_before(at(moment)),
        };
        if case["valid_until"].is_i64() {
            token = token.valid_until(at(&case["valid_until"]));
        }
        for given in case["grants"].as_array().unwrap() {
            token = token.grant(grant(given));
        }
        compare(case, read(&vectors, &token.to_jwt().unwrap()));
    }
}

#[test]
fn capability_tokens_say_what_the_vectors_say() {
    let vectors = vectors();
    for case in cases(&vectors, "capability") {
        let mut token = ClientCapabilityToken::new(text(&vectors, "account_sid"), text(&vectors, "secret"))
            .issued_at(at(&vectors["now"]))
            .ttl(Duration::from_secs(case["ttl"].as_u64().unwrap()));
        for step in case["steps"].as_array().unwrap() {
            let pairs: Vec<(&str, &str)> = step["params"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
                .collect();
            token = match text(step, "allow") {
                "outgoing" => token.allow_client_outgoing(text(step, "application_sid"), &pairs),
                "incoming" => token.allow_client_incoming(text(step, "client_name")),
                _ => token.allow_event_stream(&pairs),
            };
        }
        compare(case, read(&vectors, &token.to_jwt().unwrap()));
        assert!(!format!("{token:?}").contains(text(&vectors, "secret")));
    }
}

#[test]
fn tokens_of_task_router_say_what_the_vectors_say() {
    let vectors = vectors();
    let permission = |name: &Value| {
        Permission::ALL.iter().copied().find(|permission| Some(permission.as_str()) == name.as_str()).unwrap()
    };
    for case in cases(&vectors, "task_router") {
        let (account, secret, workspace) =
            (text(&vectors, "account_sid"), text(&vectors, "secret"), text(&vectors, "workspace_sid"));
        let mut token = match text(case, "kind") {
            "worker" => TaskRouterCapabilityToken::worker(account, secret, workspace, text(case, "sid")),
            "task_queue" => TaskRouterCapabilityToken::task_queue(account, secret, workspace, text(case, "sid")),
            _ => TaskRouterCapabilityToken::workspace(account, secret, workspace),
        };
        token = token.issued_at(at(&vectors["now"]));
        for name in case["allow"].as_array().unwrap() {
            token = token.allow(permission(name));
        }
        for name in case["without"].as_array().unwrap() {
            token = token.without(permission(name));
        }
        let mut decoded = read(&vectors, &token.to_jwt().unwrap());
        let mut case = case.clone();
        // which policy comes first says nothing
        for policies in [decoded.claims.get_mut("policies"), case["claims"].get_mut("policies")] {
            policies.unwrap().as_array_mut().unwrap().sort_by_key(Value::to_string);
        }
        compare(&case, decoded);
        assert!(!format!("{token:?}").contains(secret));
    }
    for wrong in [
        TaskRouterCapabilityToken::worker("AC1", "s", "WS1", "WQ1"),
        TaskRouterCapabilityToken::task_queue("AC1", "s", "WS1", "WK1"),
        TaskRouterCapabilityToken::workspace("AC1", "s", "AC1"),
        TaskRouterCapabilityToken::workspace("WS1", "s", "WS1"),
        TaskRouterCapabilityToken::workspace("AC1", "", "WS1"),
    ] {
        assert_eq!(wrong.to_jwt().unwrap_err().kind(), ErrorKind::InvalidArgument, "{wrong:?}");
    }
}

#[test]
fn requests_are_hashed_as_the_vectors_say() {
    let vectors = vectors();
    for case in cases(&vectors, "requests") {
        let headers: Vec<(&str, &str)> = case["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
            .collect();
        let signed: Vec<&str> = case["signed"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let request = Canonical {
            method: text(case, "method"),
            path: text(case, "path"),
            query: text(case, "query"),
            headers: &headers,
            signed: &signed,
            body: text(case, "body").as_bytes(),
        };
        for (name, value) in request.claims() {
            assert_eq!(value, case["claims"][&name], "{} {name}", case["id"]);
        }
        for (name, value) in validation_headers(text(&vectors, "credential_sid")) {
            assert_eq!(value, case["header"][&name]);
        }
    }
}

fn validation() -> ClientValidation {
    ClientValidation::new("AC00000000000000000000000000000001", "SK1", "CR1", PRIVATE).unwrap()
}

/// The value of a header of a request, by its name in small letters.
fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let head = request.split("\r\n\r\n").next()?;
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|it| it.1)
}

/// Checks what a request says of itself as the service would.
fn verify(request: &str) -> Result<Map<String, Value>, String> {
    let token = header(request, "Twilio-Client-Validation").ok_or("not signed")?;
    let decoded = decode(token, PUBLIC, Algorithm::Rs256).map_err(|error| error.to_string())?;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = ["Authorization", "Host"].map(|name| (name, header(request, name).unwrap()));
    let signed = ["authorization", "host"];
    let claims = Canonical { method, path, query, headers: &headers, signed: &signed, body: body.as_bytes() }.claims();
    assert_eq!(decoded.header["cty"], "twilio-pkrv;v=1");
    if claims.iter().all(|(name, value)| decoded.claims.get(name) == Some(value)) {
        return Ok(decoded.claims);
    }
    Err("another request was signed".to_owned())
}

#[tokio::test]
async fn every_request_of_a_client_is_signed_as_it_leaves() {
    let busy = Act::Answer(429, r#"{"code":20429,"message":"busy"}"#, "retry-after: 0\r\n");
    let list = r#"{"messages":[],"next_page_uri":null}"#;
    let server = Server::start([busy, Act::Answer(201, MESSAGE, ""), Act::Answer(200, list, "")]).await;
    let settings = server.settings().api_key("SK1").api_secret("s").client_validation(validation());
    let client = settings.build().unwrap();
    client.send(CreateMessage::new("+15551234567").from("+15557654321").body("café & co")).await.unwrap();
    client.execute("messages.list", ringback::params! { "To" => "+15551234567", "PageSize" => 2 }).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "a repeat is signed anew");
    for request in &requests {
        let claims = verify(request).unwrap();
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("SK1"), &json!("AC00000000000000000000000000000001")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 300);
        let forged = request.replace("%2B1555", "%2B1666");
        assert_eq!(verify(&forged), Err("another request was signed".to_owned()), "control: changed on the way");
    }
    assert!(verify(&requests[0].replace("twilio-client-validation", "x")).is_err(), "control: not signed");
}

#[tokio::test]
async fn a_client_without_validation_signs_nothing() {
    let server = Server::start([Act::Answer(201, MESSAGE, "")]).await;
    server.client().send(CreateMessage::new("+15551234567").from("+15557654321").body("x")).await.unwrap();
    assert_eq!(header(&server.requests()[0], "Twilio-Client-Validation"), None);
}

#[test]
fn validation_goes_with_an_api_key_and_a_private_key() {
    let settings = || Client::builder().account_sid("AC1").client_validation(validation());
    let error = settings().client_credentials("OQ1", "s").build().unwrap_err();
    assert!(error.kind() == ErrorKind::Configuration && error.to_string().contains("client_validation"), "{error}");
    assert!(blocking::Client::build(settings().api_key("SK1").api_secret("s")).is_ok());
    for (account, key, credential, pem) in [
        ("SK1", "SK1", "CR1", PRIVATE),
        ("AC1", "AC1", "CR1", PRIVATE),
        ("AC1", "SK1", "SK1", PRIVATE),
        ("AC1", "SK1", "CR1", PUBLIC),
        ("AC1", "SK1", "CR1", "hunter2"),
    ] {
        let error = ClientValidation::new(account, key, credential, pem).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    assert!(!format!("{:?}", validation()).contains("PRIVATE"));
}
