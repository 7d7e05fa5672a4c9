//! Faults of a proxy itself: refusals of CONNECT, silence, garbage, and what it may see.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use ringback::{ErrorKind, Outcome, params};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{SLACK, authority::Authority, message, settings};

/// A proxy that reads one head, keeps it, answers with these bytes, and then closes or is silent.
struct Proxy {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(answer: Option<&'static str>, closes: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let Ok(byte) = stream.read_u8().await else { return };
                        head.push(byte);
                    }
                    kept.lock().unwrap().push(String::from_utf8(head).unwrap());
                    if let Some(answer) = answer {
                        let _ = stream.write_all(answer.as_bytes()).await;
                    }
                    if !closes {
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        Self { address, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn what_a_proxy_does_to_connect_never_counts_as_sent() {
    let cases: &[(&str, Option<&'static str>, bool, ErrorKind)] = &[
        ("407", Some("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), true, ErrorKind::Transport),
        ("403", Some("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"), false, ErrorKind::Transport),
        ("502", Some("HTTP/1.1 502 Bad Gateway\r\n\r\n"), true, ErrorKind::Transport),
        (
            "201",
            Some("HTTP/1.1 201 Created\r\ncontent-length: 13\r\n\r\n{\"sid\":\"SM1\"}"),
            true,
            ErrorKind::Transport,
        ),
        ("closes", None, true, ErrorKind::Transport),
        ("silent", None, false, ErrorKind::TimedOut),
        ("garbage", Some("SSH-2.0-OpenSSH\r\n\r\n"), true, ErrorKind::Transport),
        ("agrees and closes", Some("HTTP/1.1 200 OK\r\n\r\n"), true, ErrorKind::Transport),
        ("agrees and is silent", Some("HTTP/1.1 200 OK\r\n\r\n"), false, ErrorKind::TimedOut),
        (
            "agrees and answers itself",
            Some("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 201 Created\r\n\r\n"),
            false,
            ErrorKind::TimedOut, // what it said before the handshake is dropped
        ),
    ];
    for (name, answer, closes, kind) in cases {
        let proxy = Proxy::start(*answer, *closes).await;
        let timeout = Duration::from_millis(700);
        let settings = settings().proxy(format!("http://{}", proxy.address)).timeout(timeout).max_retries(0);
        let client = settings.build().unwrap();
        for (operation, params) in [
            ("messages.create", message("hello")),
            ("messages.delete", params! { "Sid" => "SM1" }),
            ("tokens.create", params! {}),
        ] {
            let begun = Instant::now();
            let error = client.execute(operation, params).await.expect_err(name);
            assert_eq!((error.kind(), error.outcome()), (*kind, Outcome::NotSent), "{name}, {operation}: {error:?}");
            assert!(begun.elapsed() <= timeout + SLACK, "{name}");
            assert!(error.status().is_none(), "{name}: the status of a proxy is not Twilio's");
        }
        for head in proxy.heads() {
            assert!(head.starts_with("CONNECT api.twilio.com:443 HTTP/1.1\r\n"), "{head}");
            assert!(!head.to_ascii_lowercase().contains("\r\nauthorization"), "{head}");
        }
        assert_eq!(proxy.heads().len(), 3, "{name}");
    }
}

#[tokio::test]
async fn a_proxy_of_plain_http_speaks_for_the_server() {
    for (answer, kind, outcome) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
            ErrorKind::Rejected,
            Outcome::NotSent,
        ),
        ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", ErrorKind::Server, Outcome::Unknown),
    ] {
        let proxy = Proxy::start(Some(answer), true).await;
        let settings = settings().base_url("http://127.0.0.1:9").proxy(format!("http://{}", proxy.address));
        let error = settings.build().unwrap().execute("messages.create", message("hello")).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error:?}");
        assert!(proxy.heads()[0].starts_with("POST http://127.0.0.1:9/2010-04-01/"), "{:?}", proxy.heads());
    }
}

#[tokio::test]
async fn the_password_of_a_proxy_goes_to_it_and_nowhere_else() {
    let proxy = Proxy::start(Some("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), true).await;
    let settings = settings().proxy(format!("http://me:hunter2@{}", proxy.address)).max_retries(0);
    let client = settings.clone().build().unwrap();
    let error = client.execute("messages.create", message("hello")).await.unwrap_err();
    assert!(proxy.heads()[0].contains("Basic bWU6aHVudGVyMg=="), "{:?}", proxy.heads());
    let printed = format!("{error} {error:?} {error:#?} {client:?} {settings:?}");
    assert!(!printed.contains("hunter2") && !printed.contains("bWU6aHVudGVyMg"), "{printed}");
}

#[tokio::test]
async fn a_proxy_that_speaks_tls_is_checked_as_a_server_is() {
    let authority = Authority::new("tls-proxy");
    for trusted in [false, true] {
        let tls = authority.right_server(&[]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = tls.accept(stream).await else { continue };
                let _ = stream.write_all(b"HTTP/1.1 503 No\r\n\r\n").await;
            }
        });
        let settings = settings().proxy(format!("https://{address}")).max_retries(0);
        let settings = if trusted { settings.ca_file(&authority.file) } else { settings };
        let error = settings.build().unwrap().execute("messages.create", message("hello")).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
        assert_eq!(error.to_string().contains("signed by no authority"), !trusted, "{error:?}");
    }
}
