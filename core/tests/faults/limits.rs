//! Answers without an end: every cap holds after unpacking, within the deadline, and with little memory.

use std::{io::Write, time::Instant};

use flate2::{Compression, write::GzEncoder};
use ringback::{Client, ErrorKind, Outcome, params};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    SLACK, message,
    player::{Front, Player},
    settings,
    vectors::faults,
};

/// A server that answers every request with these bytes after a head of 200.
async fn answering(encoding: &str, body: Vec<u8>) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n", body.len());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
            let _ = stream.shutdown().await;
        }
    });
    settings().base_url(format!("http://{address}")).largest_body(100_000).max_retries(0).build().unwrap()
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_packed_answer_is_read_and_its_size_counts_unpacked() {
    let page = |padding: usize| format!(r#"{{"messages":[{{"sid":"SM1"}}],"padding":"{}"}}"#, "x".repeat(padding));
    let fetch = async |client: Client| client.execute("messages.list", params! {}).await;

    let response = fetch(answering("gzip", packed(page(90_000).as_bytes())).await).await.unwrap();
    assert_eq!(response["messages"][0]["sid"], "SM1");
    assert!(response.header("content-encoding").is_none() && response.header("content-length").is_none());

    let error = fetch(answering("gzip", packed(page(100_000).as_bytes())).await).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Sent), "{error}");
    assert!(error.to_string().contains("larger than 100000 bytes"), "{error}");

    // several members and a cut one
    let mut two = packed(br#"{"messages":"#);
    two.extend(packed(b"[]}"));
    assert!(fetch(answering("GZIP", two.clone()).await).await.is_ok());
    two.truncate(two.len() - 9);
    for (encoding, body) in [("gzip", two), ("gzip", b"not gzip".to_vec()), ("br", b"\x0b\x02\x80".to_vec())] {
        let error = fetch(answering(encoding, body).await).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Sent), "{encoding}: {error}");
    }
}

#[tokio::test]
async fn json_may_be_nested_but_not_without_end() {
    for (depth, right) in [(100, true), (200, false), (100_000, false)] {
        let body = format!(r#"{{"messages":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        let client = answering("identity", body.into_bytes()).await;
        match client.pages("messages.list", params! {}).unwrap().next().await.unwrap() {
            Ok(_) => assert!(right, "{depth}"),
            Err(error) => {
                assert!(!right, "{depth}: {error}");
                assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Sent), "{depth}: {error}");
            }
        }
    }
}

/// The memory of this process in kilobytes, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_cost_little_memory_and_no_time_beyond_the_deadline() {
    let before = resident();
    for fault in faults().iter().filter(|fault| fault.group == "bomb") {
        let player = Player::start(fault, Front::default()).await;
        let client = settings().base_url(format!("http://{}", player.address)).timeout(fault.timeout());
        let client = client.largest_body(1 << 20).build().unwrap();
        for (operation, params) in [("messages.create", message("x")), ("messages.fetch", params! { "Sid" => "SM1" })] {
            let begun = Instant::now();
            client.execute(operation, params).await.expect_err(&fault.name);
            assert!(begun.elapsed() <= fault.timeout() + SLACK, "{}: {:?}", fault.name, begun.elapsed());
        }
    }
    if let (Some(before), Some(after)) = (before, resident()) {
        let grown = after.saturating_sub(before);
        println!("bombs: {grown} kB more");
        // other tests run in this process at the same time
        assert!(grown < 150_000, "{grown} kB");
    }
}
