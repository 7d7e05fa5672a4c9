//! Plays faults on real sockets, with or without TLS and a proxy in front, and keeps a journal of what was accepted.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::vectors::{Fault, Step, bytes};

/// What a connection goes through before the steps are played on it.
#[derive(Clone, Default)]
pub(crate) struct Front {
    /// A proxy that answers CONNECT.
    pub(crate) connect: bool,
    pub(crate) tls: Option<TlsAcceptor>,
}

/// The texts of the creates that a server accepted, each as often as it was.
pub(crate) type Journal = Arc<Mutex<Vec<String>>>;

/// A running server; it ends when it is dropped.
pub(crate) struct Player {
    pub(crate) address: String,
    pub(crate) journal: Journal,
    tries: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Player {
    pub(crate) async fn start(fault: &Fault, front: Front) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (journal, tries) = (Journal::default(), Arc::new(AtomicUsize::new(0)));
        let play = Arc::new(Play { fault: fault.clone(), journal: Arc::clone(&journal), tries: Arc::clone(&tries) });
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (play, front) = (Arc::clone(&play), front.clone());
                connections.spawn(async move {
                    if let Some(wire) = front.pass(stream).await {
                        play.connection(wire).await;
                    }
                });
            }
        });
        Self { address, journal, tries, task }
    }

    /// How many requests arrived, or connections where the steps read no request.
    pub(crate) fn tries(&self) -> usize {
        self.tries.load(Ordering::SeqCst)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Front {
    pub(crate) async fn pass(self, mut stream: TcpStream) -> Option<Wire> {
        if self.connect {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.ok()?);
            }
            assert!(!String::from_utf8_lossy(&head).to_ascii_lowercase().contains("\r\nauthorization"));
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?;
        }
        match self.tls {
            None => Some(Wire::Plain(stream)),
            Some(tls) => Some(Wire::Tls(Box::new(tls.accept(stream).await.ok()?))),
        }
    }
}

/// A connection after its front.
pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

struct Play {
    fault: Fault,
    journal: Journal,
    tries: Arc<AtomicUsize>,
}

impl Play {
    async fn connection(&self, mut wire: Wire) {
        let reads = |step: &Step| matches!(step, Step::ReadBytes { .. } | Step::ReadHead | Step::ReadRequest);
        if !self.fault.steps.iter().any(reads) {
            self.tries.fetch_add(1, Ordering::SeqCst);
        }
        while self.round(&mut wire).await == Some(true) {}
    }

    /// Does the steps once; true if they want another round, nothing if the peer has gone.
    async fn round(&self, wire: &mut Wire) -> Option<bool> {
        let mut read = Vec::new();
        for step in &self.fault.steps {
            let first = read.is_empty();
            match step {
                Step::ReadBytes { count } => wire.read_until(&mut read, |read| read.len() >= *count).await?,
                Step::ReadHead => wire.read_until(&mut read, |read| head_of(read).is_some()).await?,
                Step::ReadRequest => wire.read_until(&mut read, is_whole).await?,
                Step::Accept => self.journal.lock().unwrap().push(text_of(&read)),
                Step::Send { text, hex, piece, pause_ms } => {
                    let all = bytes(text.as_ref(), hex.as_ref());
                    for part in all.chunks(piece.unwrap_or(all.len()).max(1)) {
                        wire.write_all(part).await.ok()?;
                        wire.flush().await.ok()?;
                        if let Some(pause) = pause_ms {
                            tokio::time::sleep(Duration::from_millis(*pause)).await;
                        }
                    }
                }
                Step::Repeat { text, hex, times } => {
                    let all = bytes(text.as_ref(), hex.as_ref());
                    for _ in 0..times.unwrap_or(usize::MAX) {
                        wire.write_all(&all).await.ok()?;
                    }
                    wire.flush().await.ok()?;
                }
                Step::Pause { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
                Step::Stall => std::future::pending().await,
                Step::Close => {
                    wire.shutdown().await.ok()?;
                    return None;
                }
                Step::Reset => {
                    wire.tcp().set_zero_linger().unwrap();
                    return None;
                }
                Step::Again => return Some(true),
            }
            if first && !read.is_empty() {
                self.tries.fetch_add(1, Ordering::SeqCst);
            }
        }
        Some(false)
    }
}

impl Wire {
    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream.get_ref().0,
        }
    }

    async fn read_until(&mut self, read: &mut Vec<u8>, enough: impl Fn(&[u8]) -> bool) -> Option<()> {
        while !enough(read) {
            if self.read_buf(read).await.ok()? == 0 {
                return None;
            }
        }
        Some(())
    }
}

fn head_of(read: &[u8]) -> Option<usize> {
    read.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn is_whole(read: &[u8]) -> bool {
    head_of(read).is_some_and(|head| {
        let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        read.len() >= head + length.map_or(0, |length| length.parse().unwrap())
    })
}

/// What a create carries as its `Body`; nothing for a fetch.
pub(crate) fn text_of(request: &[u8]) -> String {
    let request = String::from_utf8_lossy(request);
    let body = request.rsplit("Body=").next().filter(|_| request.contains("Body="));
    body.and_then(|body| body.split('&').next()).unwrap_or_default().to_owned()
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, into),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, from),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, from),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
