//! Credentials go nowhere else: hostile addresses of pages, redirects and base URLs, with a trap where they lead.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use ringback::{Client, ErrorKind, params};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::settings;

const HOSTILE: usize = 1000;

/// A server that nobody should ever reach, and what reached it.
struct Trap {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = head(&mut stream).await;
                kept.lock().unwrap().push(head);
                let _ = stream.write_all(answer("200 OK", "", r#"{"messages":[]}"#).as_bytes()).await;
            }
        });
        Self { port, seen }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// Reads up to the blank line; what came before the end if there is none.
async fn head(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

/// A server that gives one of `answers` to each request for a first page, and an end to every other.
struct Hostile {
    client: Client,
    requests: Arc<AtomicUsize>,
    odd: Arc<Mutex<Vec<String>>>,
}

impl Hostile {
    async fn start(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (requests, odd) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (count, misdirected, next) = (Arc::clone(&requests), Arc::clone(&odd), Mutex::new(answers.into_iter()));
        let next = Arc::new(next);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (count, misdirected, next) = (Arc::clone(&count), Arc::clone(&misdirected), Arc::clone(&next));
                tokio::spawn(async move {
                    loop {
                        let request = head(&mut stream).await.to_ascii_lowercase();
                        let Some(line) = request.lines().next() else { return };
                        count.fetch_add(1, Ordering::SeqCst);
                        let named = request.contains("\r\nhost: api.twilio.com\r\n");
                        if !line.starts_with("get /") || !named || request.matches("\r\nauthorization: ").count() != 1 {
                            misdirected.lock().unwrap().push(line.to_owned());
                        }
                        let first = line.ends_with("/messages.json http/1.1");
                        let hostile = if first { next.lock().unwrap().next() } else { None };
                        let given = hostile.unwrap_or_else(|| answer("200 OK", "", r#"{"messages":[]}"#));
                        if stream.write_all(given.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        let client = settings().base_url(url).max_retries(0).build().unwrap();
        Self { client, requests, odd }
    }
}

/// Addresses that would lead to the trap if they were followed, made from a seed.
fn addresses(port: u16) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(20_261_124);
    let schemes = ["http:", "https:", "HTTP:", "", "ftp:", "file:", "javascript:", "http:http:", "\thttp:", "data:,"];
    let slashes = ["//", "///", "/", "\\\\", "/\\", "//\t", "////", "", "/%2f", "/.//", "@"];
    let users = ["", "api.twilio.com@", "api.twilio.com:443@", "u:p@", "@", "api.twilio.com%40", "api.twilio.com#@"];
    let hosts =
        ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "127。0。0。1"];
    let paths =
        ["/x", "//x", "/../x", "/..//x", "/%2e%2e/x", "?Page=1", "/a.json?b=c#d", "", "/\\x", "/x y", "/\u{0}", "/é"];
    let mut pick = |of: &[&'static str]| of[random.usize(..of.len())];
    let mut made =
        || format!("{}{}{}{}:{port}{}", pick(&schemes), pick(&slashes), pick(&users), pick(&hosts), pick(&paths));
    (0..HOSTILE).map(|_| made()).collect()
}

#[tokio::test]
async fn a_thousand_hostile_addresses_of_pages_lead_nowhere_else() {
    let trap = Trap::start().await;
    let addresses = addresses(trap.port);
    let pages = addresses.iter().enumerate().map(|(at, address)| {
        let body = match at % 2 {
            0 => serde_json::json!({ "messages": [], "next_page_uri": address }),
            _ => serde_json::json!({ "messages": [], "meta": { "key": "messages", "next_page_url": address } }),
        };
        answer("200 OK", "", &body.to_string())
    });
    let server = Hostile::start(pages.collect()).await;
    let mut followed = 0;
    for address in &addresses {
        let mut pages = server.client.pages("messages.list", params! {}).unwrap();
        assert!(pages.next().await.unwrap().is_ok(), "{address}");
        match pages.next().await {
            None => {}
            Some(Ok(_)) => followed += 1,
            Some(Err(error)) => {
                assert!(matches!(error.kind(), ErrorKind::Decode | ErrorKind::InvalidArgument), "{address}: {error:?}");
            }
        }
        // one that the caller gives is no better
        let pages = server.client.pages("messages.list", params! {}).unwrap();
        let _ = pages.starting_at(address).next().await;
    }
    assert!(trap.seen().is_empty(), "{:?}", trap.seen());
    assert!(server.odd.lock().unwrap().is_empty(), "{:?}", server.odd.lock().unwrap());
    let requests = server.requests.load(Ordering::SeqCst);
    println!("{HOSTILE} hostile pages: {followed} paths taken at our own origin, {requests} requests, none elsewhere");
    assert!(followed > HOSTILE / 4, "the server must have been asked for most of the paths");
}

#[tokio::test]
async fn a_thousand_redirects_are_not_followed() {
    let trap = Trap::start().await;
    let addresses = addresses(trap.port);
    let statuses = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"];
    let redirects = addresses.iter().enumerate().map(|(at, address)| {
        // what cannot stand in a header is left out of it
        let location: String = address.chars().filter(|letter| !letter.is_control()).collect();
        let location = if at % 3 == 0 { format!("http://127.0.0.1:{}/x", trap.port) } else { location };
        answer(statuses[at % statuses.len()], &format!("location: {location}\r\n"), "")
    });
    let server = Hostile::start(redirects.collect()).await;
    for address in &addresses {
        let error = server.client.execute("messages.list", params! {}).await.expect_err(address);
        assert_eq!(error.kind(), ErrorKind::Rejected, "{address}: {error:?}");
    }
    assert!(trap.seen().is_empty(), "{:?}", trap.seen());
    assert_eq!(server.requests.load(Ordering::SeqCst), HOSTILE);
}

#[tokio::test]
async fn a_client_that_follows_what_it_is_told_is_caught_by_the_trap() {
    let trap = Trap::start().await;
    let location = format!("location: http://127.0.0.1:{}/x\r\n", trap.port);
    let server = Hostile::start(vec![answer("302 Found", &location, "")]).await;
    let error = server.client.execute("messages.list", params! {}).await.unwrap_err();
    assert_eq!(error.status(), Some(302));
    // the control: the address leads to the trap, and what goes there is seen
    let careless = settings().base_url(format!("http://127.0.0.1:{}", trap.port)).build().unwrap();
    careless.execute("messages.list", params! {}).await.unwrap();
    assert_eq!(trap.seen().len(), 1);
    assert!(trap.seen()[0].to_ascii_lowercase().contains("\r\nauthorization: basic "));
}

#[tokio::test]
async fn a_base_url_that_plays_tricks_is_refused_when_it_is_given() {
    let trap = Trap::start().await;
    let port = trap.port;
    for base in [
        format!("http://127.0.0.1.evil.example:{port}"),
        format!("http://localhost.evil.example:{port}"),
        format!("http://evil.example:{port}"),
        format!("http://api.twilio.com@127.0.0.1:{port}"),
        format!("http://127.0.0.1:{port}@evil.example"),
        format!("http://0.0.0.0:{port}"),
        format!("http://127.0.0.1:{port}/path"),
        format!("http://127.0.0.1:{port}?query"),
        format!("http://127.0.0.1:{port}#fragment"),
        "http://api.twilio.com".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let error = settings().base_url(&base).build().expect_err(&base);
        assert_eq!(error.kind(), ErrorKind::Configuration, "{base}: {error}");
    }
    for (region, edge) in [("evil.example/", "x"), ("x", "evil.example#"), ("a.b", "c"), ("", "c"), ("@", "c")] {
        let error = settings().region(region).edge(edge).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{region} {edge}: {error}");
    }
    assert!(trap.seen().is_empty());
}
