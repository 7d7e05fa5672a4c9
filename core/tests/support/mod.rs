//! A server on a real socket that does to each connection what a test says, and keeps an own count of what it accepted.
#![expect(dead_code, reason = "each test file uses a part of it")]
#![expect(clippy::unwrap_used, reason = "a server that cannot go on fails its test")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use ringback::{Client, ClientBuilder};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Closes the connection before anything is read.
    CloseAtOnce,
    /// Reads the whole request and closes without a word.
    ReadAndClose,
    /// Reads the whole request and never answers.
    Silence,
    /// Reads the whole request and writes these bytes, then closes.
    Raw(String),
    /// Answers with a status, a JSON body and further header lines, and keeps the connection.
    Answer(u16, &'static str, &'static str),
}

/// The running server; it lives as long as the runtime of the test.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
}

impl Server {
    /// Does the acts one after the other, and the last one for ever.
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let acts: Vec<Act> = acts.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let closed = Arc::new(AtomicUsize::new(0));
        let (journal, count, gone) = (Arc::clone(&requests), Arc::clone(&connections), Arc::clone(&closed));
        let turn = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let served = serve(stream, acts.clone(), Arc::clone(&turn), Arc::clone(&journal));
                let gone = Arc::clone(&gone);
                tokio::spawn(async move {
                    served.await;
                    gone.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self { url, requests, connections, closed }
    }

    /// Every request that was read whole: head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many connections this side has closed.
    pub(crate) fn closed(&self) -> usize {
        self.closed.load(Ordering::SeqCst)
    }

    pub(crate) fn settings(&self) -> ClientBuilder {
        Client::builder()
            .account_sid("AC00000000000000000000000000000001")
            .auth_token("s3cret-token")
            .base_url(&self.url)
            .timeout(std::time::Duration::from_secs(5))
    }

    pub(crate) fn client(&self) -> Client {
        self.settings().build().unwrap()
    }
}

async fn serve(mut stream: TcpStream, acts: Vec<Act>, turn: Arc<AtomicUsize>, journal: Arc<Mutex<Vec<String>>>) {
    loop {
        let next = || acts[turn.fetch_add(1, Ordering::SeqCst).min(acts.len() - 1)].clone();
        let waiting = &acts[turn.load(Ordering::SeqCst).min(acts.len() - 1)];
        if matches!(waiting, Act::CloseAtOnce) {
            next();
            return;
        }
        let Some(request) = read(&mut stream).await else { return };
        journal.lock().unwrap().push(request);
        let written = match next() {
            Act::CloseAtOnce | Act::ReadAndClose => return,
            Act::Silence => return std::future::pending().await,
            Act::Raw(bytes) => {
                let _ = stream.write_all(bytes.as_bytes()).await;
                return;
            }
            Act::Answer(status, body, headers) => {
                let length = body.len();
                let text = format!("HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
                stream.write_all(text.as_bytes()).await
            }
        };
        if written.is_err() {
            return;
        }
    }
}

/// One whole request, or nothing if the client went away.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if let Some(head) = bytes.windows(4).position(|window: &[u8]| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if bytes.len() >= head + 4 + length {
                return Some(String::from_utf8(bytes).unwrap());
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// A server that answers each message with its own body, after a time that depends on it.
pub(crate) struct Echo {
    url: String,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    accepted: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    news: tokio::sync::Notify,
}

impl Echo {
    pub(crate) async fn start(wait: impl Fn(&str) -> std::time::Duration + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let counts = Arc::new(Counts::default());
        let (shared, wait) = (Arc::clone(&counts), Arc::new(wait));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (counts, wait) = (Arc::clone(&shared), Arc::clone(&wait));
                counts.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    while let Some(request) = read(&mut stream).await {
                        counts.accepted.fetch_add(1, Ordering::SeqCst);
                        counts
                            .most_at_once
                            .fetch_max(counts.at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        counts.news.notify_waiters();
                        let body = request.rsplit("Body=").next().unwrap();
                        tokio::time::sleep(wait(body)).await;
                        counts.at_once.fetch_sub(1, Ordering::SeqCst);
                        let json = format!(r#"{{"sid":"SM1","body":"{body}"}}"#);
                        let answer = format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{json}", json.len());
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { url, counts }
    }

    pub(crate) fn settings(&self) -> ClientBuilder {
        settings(&self.url)
    }

    pub(crate) fn accepted(&self) -> usize {
        self.counts.accepted.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// The most requests that had no answer at one moment.
    pub(crate) fn most_at_once(&self) -> usize {
        self.counts.most_at_once.load(Ordering::SeqCst)
    }

    /// Waits until so many requests were accepted.
    pub(crate) async fn until(&self, accepted: usize) {
        let wait = async {
            loop {
                let news = self.counts.news.notified();
                if self.accepted() >= accepted {
                    return;
                }
                news.await;
            }
        };
        assert!(
            tokio::time::timeout(std::time::Duration::from_secs(20), wait).await.is_ok(),
            "{} came",
            self.accepted()
        );
    }
}

fn settings(url: &str) -> ClientBuilder {
    Client::builder()
        .account_sid("AC00000000000000000000000000000001")
        .auth_token("s3cret-token")
        .base_url(url)
        .timeout(std::time::Duration::from_secs(20))
}

/// What a service writes back, after this time; nothing closes the connection.
pub(crate) type Reply = (std::time::Duration, Option<String>);

/// A server whose answers a test makes of the requests.
pub(crate) struct Service {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Service {
    pub(crate) async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (journal, reply) = (Arc::clone(&requests), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (journal, reply) = (Arc::clone(&journal), Arc::clone(&reply));
                tokio::spawn(async move {
                    while let Some(request) = read(&mut stream).await {
                        let (wait, answer) = reply(&request);
                        journal.lock().unwrap().push(request);
                        tokio::time::sleep(wait).await;
                        let Some(answer) = answer else { return };
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { url, requests }
    }

    /// The requests to paths that hold this text: head and body.
    pub(crate) fn requests(&self, path: &str) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|request| request.lines().next().unwrap().contains(path)).cloned().collect()
    }
}

/// An answer with a status and a JSON body.
pub(crate) fn answer(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}
