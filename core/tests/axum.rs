//! The tower layer and the extractors inside a real axum server, over real sockets.
#![cfg(feature = "axum")]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    routing::{any, get, post},
};
use ringback::webhook::{
    Checked, Guard, Proxies, PublicUrl, RequestValidator, Webhook, WebhookLayer, body_sha256, payload::IncomingMessage,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
const NOBODY: [(&str, &str); 0] = [];

/// How often a handler ran.
type Runs = Arc<AtomicUsize>;

/// What the handlers answer: what was checked, and what they can still read themselves.
async fn echo(State(runs): State<Runs>, checked: Checked, body: Bytes) -> String {
    runs.fetch_add(1, Ordering::SeqCst);
    format!("{:?} {}", checked.params(), String::from_utf8_lossy(&body))
}

async fn typed(State(runs): State<Runs>, Webhook(message): Webhook<IncomingMessage>) -> String {
    runs.fetch_add(1, Ordering::SeqCst);
    format!("{} says {}", message.from, message.body)
}

async fn stream(State(runs): State<Runs>, _: Checked) -> StatusCode {
    runs.fetch_add(1, Ordering::SeqCst);
    StatusCode::SWITCHING_PROTOCOLS
}

fn routes() -> Router<Runs> {
    Router::new()
        .route("/sms", any(echo))
        .route("/a%20b/{name}", any(echo))
        .route("/typed", post(typed))
        .route("/stream", get(stream))
}

struct Server {
    address: SocketAddr,
    runs: Runs,
}

async fn serve(app: Router<Runs>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, runs) = (listener.local_addr().unwrap(), Runs::default());
    let app = app.with_state(Arc::clone(&runs)).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    Server { address, runs }
}

fn layer(public_url: PublicUrl) -> WebhookLayer {
    WebhookLayer::new(Guard::new(RequestValidator::new(TOKEN).unwrap()).public_url(public_url).max_body(10_000))
}

async fn checked(public_url: PublicUrl) -> Server {
    serve(Router::new().merge(routes()).nest("/nested", routes()).layer(layer(public_url))).await
}

fn sign(url: &str, params: &[(&str, &str)]) -> String {
    RequestValidator::new(TOKEN).unwrap().compute_signature(url, params)
}

fn encode(params: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

/// Sends a request as it stands, and gives the status and the body of the answer.
async fn exchange(address: SocketAddr, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // a server that refuses a body may close before it was read
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The head of a request to `example.com`, with these headers besides.
fn head(first: &str, headers: &[(&str, &str)]) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{first} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n{headers}\r\n")
}

fn post_form(target: &str, signature: &str, body: &str, headers: &[(&str, &str)]) -> String {
    let length = body.len().to_string();
    let own = [("Content-Type", FORM), ("Content-Length", &length), ("X-Twilio-Signature", signature)];
    head(&format!("POST {target}"), &[&own, headers].concat()) + body
}

#[tokio::test]
async fn genuine_requests_reach_their_handlers_with_their_bodies() {
    let server = checked(PublicUrl::of_request()).await;
    let params = [("Body", "café 😀 &="), ("Digits", ""), ("Media", "2"), ("Media", "1"), ("Media", "2")];
    let body = encode(&params);
    for target in ["/sms", "/sms?x=%2f&y=", "/a%20b/%C3%A9+c", "/nested/sms?x=1", "/nested/a%20b/x"] {
        let signature = sign(&format!("http://example.com{target}"), &params);
        let (status, answer) = exchange(server.address, &post_form(target, &signature, &body, &[])).await;
        let expected: Vec<_> = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!((status, answer), (200, format!("{expected:?} {body}")), "{target}");
    }
    let signature = sign("http://example.com/sms?Body=hi%20", &NOBODY);
    let request = head("GET /sms?Body=hi%20", &[("x-twilio-signature", &signature)]);
    assert_eq!(exchange(server.address, &request).await, (200, r#"[("Body", "hi ")] "#.to_owned()));

    let body = r#"{"a": 1}"#;
    let target = format!("/sms?bodySHA256={}", body_sha256(body.as_bytes()));
    let signature = sign(&format!("http://example.com{target}"), &NOBODY);
    let headers =
        [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"), ("X-Twilio-Signature", &*signature)];
    let request = head(&format!("POST {target}"), &headers) + &format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert_eq!(exchange(server.address, &request).await, (200, format!("[] {body}")));
    assert_eq!(server.runs.load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn a_handshake_is_checked_as_the_url_of_a_socket() {
    let server = checked(PublicUrl::of_request()).await;
    let upgrade = |signature: &str| {
        let headers = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("X-Twilio-Signature", signature)];
        head("GET /stream", &headers)
    };
    for signed in ["ws://example.com/stream", "ws://example.com/stream/"] {
        assert_eq!(exchange(server.address, &upgrade(&sign(signed, &NOBODY))).await.0, 101, "{signed}");
    }
    for signed in ["http://example.com/stream", "ws://example.com/other"] {
        assert_eq!(exchange(server.address, &upgrade(&sign(signed, &NOBODY))).await.0, 403, "{signed}");
    }
    assert_eq!(server.runs.load(Ordering::SeqCst), 2);
}

/// Everything that must be refused, by a layer that knows its URL from the request.
async fn refusals(address: SocketAddr) -> Vec<(&'static str, u16, String)> {
    let (genuine, body) = (sign("http://example.com/sms", &[("Body", "hi")]), "Body=hi");
    let large = format!("Body={}", "x".repeat(10_000));
    let large_signature = sign("http://example.com/sms", &[("Body", &large[5..])]);
    let chunked = [("Content-Type", FORM), ("Transfer-Encoding", "chunked"), ("X-Twilio-Signature", &*large_signature)];
    let requests = [
        ("without a signature", head("POST /sms", &[("Content-Type", FORM), ("Content-Length", "7")]) + body),
        ("with a forged signature", post_form("/sms", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", body, &[])),
        ("with a signature that is none", post_form("/sms", "x", body, &[])),
        ("with two signatures", post_form("/sms", &genuine, body, &[("X-Twilio-Signature", "x")])),
        ("with another body", post_form("/sms", &genuine, "Body=ho", &[])),
        ("with one more parameter", post_form("/sms", &genuine, "Body=hi&Body=ho", &[])),
        ("to another path", post_form("/nested/sms", &genuine, body, &[])),
        ("to another query", post_form("/sms?x=1", &genuine, body, &[])),
        (
            "as JSON",
            head(
                "POST /sms",
                &[("Content-Type", "application/json"), ("Content-Length", "7"), ("X-Twilio-Signature", &genuine)],
            ) + body,
        ),
        ("that is too large", post_form("/sms", &large_signature, &large, &[])),
        (
            "that is too large by chunks",
            head("POST /sms", &chunked) + &format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len()),
        ),
        (
            "that says it came through a proxy",
            post_form(
                "/sms",
                &sign("https://example.com/sms", &[("Body", "hi")]),
                body,
                &[("X-Forwarded-Proto", "https")],
            ),
        ),
    ];
    let mut answers = Vec::new();
    for (which, request) in requests {
        let (status, body) = exchange(address, &request).await;
        answers.push((which, status, body));
    }
    answers
}

#[tokio::test]
async fn everything_else_is_refused_before_its_handler_runs_and_told_nothing() {
    let server = checked(PublicUrl::of_request()).await;
    for (which, status, body) in refusals(server.address).await {
        let expected = if which.contains("large") { 413 } else { 403 };
        assert_eq!((status, body.as_str()), (expected, ""), "a request {which}");
    }
    assert_eq!(server.runs.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_layer_that_lets_everybody_in_is_caught() {
    // the control of the test above: an application that forgot to check
    let open = Router::new().fallback(any(|State(runs): State<Runs>| async move {
        runs.fetch_add(1, Ordering::SeqCst);
    }));
    let server = serve(open).await;
    assert!(refusals(server.address).await.iter().all(|(_, status, _)| *status == 200));
    assert!(server.runs.load(Ordering::SeqCst) > 0);
}

#[tokio::test]
async fn without_the_layer_no_handler_runs() {
    let server = serve(routes()).await;
    let signature = sign("http://example.com/sms", &[("Body", "hi")]);
    for target in ["/sms", "/typed"] {
        let request = post_form(target, &signature, "Body=hi", &[]);
        assert_eq!(exchange(server.address, &request).await, (500, String::new()), "{target}");
    }
    assert_eq!(server.runs.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_handler_gets_its_payload_typed_and_no_other_kind() {
    let server = checked(PublicUrl::of_request()).await;
    let message = [
        ("MessageSid", "SM1"),
        ("SmsStatus", "received"),
        ("From", "+15551234567"),
        ("To", "+15557654321"),
        ("Body", "hi"),
        ("NumMedia", "0"),
    ];
    let ask = async |params: &[(&str, &str)]| {
        let signature = sign("http://example.com/typed", params);
        exchange(server.address, &post_form("/typed", &signature, &encode(params), &[])).await
    };
    assert_eq!(ask(&message).await, (200, "+15551234567 says hi".to_owned()));
    assert_eq!(ask(&[("CallSid", "CA1")]).await, (400, String::new()));
    assert_eq!(server.runs.load(Ordering::SeqCst), 1);
}

/// A reverse proxy that takes a part of the path away and says what it was asked, as proxies do.
async fn proxy(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut outside, peer)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                outside.read_buf(&mut request).await.unwrap();
            }
            let request = String::from_utf8(request).unwrap();
            let (first, rest) = request.split_once("\r\n").unwrap();
            let (host, rest) = rest.split_once("\r\n").unwrap();
            let host = host.trim_start_matches("Host: ");
            let added = format!(
                "Host: inner\r\nX-Forwarded-For: {}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: {host}\r\n",
                peer.ip()
            );
            let mut inside = TcpStream::connect(server).await.unwrap();
            inside.write_all(format!("{first}\r\n{rest_with}", rest_with = added + rest).as_bytes()).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
        }
    });
    address
}

#[tokio::test]
async fn a_proxy_is_believed_only_if_it_is_listed() {
    let request = post_form("/sms", &sign("https://example.com/sms", &[("Body", "hi")]), "Body=hi", &[]);
    let behind = |list: &str| PublicUrl::behind(Proxies::new([list]).unwrap());
    for (public_url, status) in [
        (behind("127.0.0.0/8"), 200),
        (behind("10.0.0.0/8"), 403),
        (PublicUrl::of_request(), 403),
        (PublicUrl::fixed("https://example.com").unwrap(), 200),
        (PublicUrl::fixed("https://example.com/other").unwrap(), 403),
    ] {
        let server = checked(public_url.clone()).await;
        let proxy = proxy(server.address).await;
        assert_eq!(exchange(proxy, &request).await.0, status, "{public_url:?}");
    }
}

#[tokio::test]
async fn a_server_that_hides_its_peers_believes_no_proxy() {
    let public_url = PublicUrl::behind(Proxies::new(["0.0.0.0/0", "unix"]).unwrap());
    let app = routes().layer(layer(public_url)).with_state(Runs::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let signature = sign("https://example.com/sms", &[("Body", "hi")]);
    let request = post_form("/sms", &signature, "Body=hi", &[("X-Forwarded-Proto", "https")]);
    assert_eq!(exchange(address, &request).await.0, 403);
}
