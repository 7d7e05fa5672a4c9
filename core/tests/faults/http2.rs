//! Faults that only HTTP/2 has: streams refused and reset, connections that say good-bye, no room for streams.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use h2::{Reason, RecvStream, server::SendResponse};
use http::{Request, Response};
use ringback::{Client, params};
use tokio::net::TcpListener;

use crate::{
    SLACK,
    authority::Authority,
    judge::{Claim, Verdict},
    message,
    player::{Front, Journal, Wire, text_of},
    settings,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Answer,
    /// Says good-bye as soon as the connection stands, having taken nothing.
    GoodByeAtOnce,
    /// Says good-bye after the first request, which it still answers.
    GoodByeAfter,
    /// Refuses the stream before the form is read.
    RefuseHead,
    /// Reads the form, does the work, and resets the stream.
    Reset(Reason),
    /// Reads the form, does the work, and closes the connection.
    Drop,
    /// Reads the form, does the work, and ends the connection with an error.
    Abort,
    /// Reads the form, does the work, and is silent.
    Silence,
    /// Says 201 and resets the stream in the body.
    CutBody,
    /// Leaves no room for a stream.
    NoStreams,
}

struct Server {
    journal: Journal,
    heads: Arc<Mutex<Vec<String>>>,
    client: Client,
}

impl Server {
    async fn start(act: Act, timeout: Duration) -> Self {
        let authority = Authority::new("http2");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let front = Front { connect: true, tls: Some(authority.right_server(&["h2"])) };
        let client = settings().proxy(proxy).ca_file(&authority.file).timeout(timeout).build().unwrap();
        let (journal, heads) = (Journal::default(), Arc::new(Mutex::new(Vec::new())));
        let (kept, seen) = (Arc::clone(&journal), Arc::clone(&heads));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (front, kept, seen) = (front.clone(), Arc::clone(&kept), Arc::clone(&seen));
                tokio::spawn(async move {
                    if let Some(wire) = front.pass(stream).await {
                        serve(wire, act, kept, seen).await;
                    }
                });
            }
        });
        Self { journal, heads, client }
    }

    async fn send(&self, text: String) -> Claim {
        let begun = Instant::now();
        let result = self.client.execute("messages.create", message(&text)).await;
        Claim::new(text, &result, begun.elapsed())
    }
}

async fn serve(wire: Wire, act: Act, journal: Journal, heads: Arc<Mutex<Vec<String>>>) {
    let mut builder = h2::server::Builder::new();
    if act == Act::NoStreams {
        builder.max_concurrent_streams(0);
    }
    let Ok(mut connection) = builder.handshake::<_, Bytes>(wire).await else { return };
    if act == Act::GoodByeAtOnce {
        connection.abrupt_shutdown(Reason::NO_ERROR);
    }
    let (done, mut ended) = tokio::sync::mpsc::unbounded_channel();
    loop {
        tokio::select! {
            Some(()) = ended.recv() => match act {
                Act::Drop => return,
                Act::Abort => connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM),
                _ => {}
            },
            request = connection.accept() => {
                let Some(Ok((request, answer))) = request else { return };
                heads.lock().unwrap().push(format!("{} {:?}", request.method(), request.headers()));
                if act == Act::GoodByeAfter {
                    connection.graceful_shutdown();
                }
                let (journal, done) = (Arc::clone(&journal), done.clone());
                tokio::spawn(async move {
                    let _ = exchange(request, answer, act, journal).await;
                    let _ = done.send(());
                });
            }
        }
    }
}

async fn exchange(
    request: Request<RecvStream>,
    mut answer: SendResponse<Bytes>,
    act: Act,
    journal: Journal,
) -> Result<(), h2::Error> {
    if act == Act::RefuseHead {
        answer.send_reset(Reason::REFUSED_STREAM);
        return Ok(());
    }
    let mut body = request.into_body();
    let mut form = Vec::new();
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        form.extend_from_slice(&data);
    }
    journal.lock().unwrap().push(text_of(&form));
    match act {
        Act::Reset(reason) => answer.send_reset(reason),
        Act::Silence => std::future::pending().await,
        Act::Drop | Act::Abort => {}
        Act::CutBody => {
            let mut out = answer.send_response(Response::builder().status(201).body(()).unwrap(), false)?;
            out.send_data(Bytes::from_static(b"{\"sid\":"), false)?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            out.send_reset(Reason::INTERNAL_ERROR);
        }
        _ => {
            let mut out = answer.send_response(Response::builder().status(201).body(()).unwrap(), false)?;
            out.send_data(Bytes::from_static(b"{\"sid\":\"SM1\",\"status\":\"queued\"}"), true)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fate_of_a_stream_has_its_outcome() {
    let long = Duration::from_secs(5);
    let short = Duration::from_millis(500);
    let transport = Some("transport");
    let cases: &[(Act, Duration, &[&str], Option<&str>)] = &[
        (Act::Answer, long, &["sent"], None),
        (Act::GoodByeAfter, long, &["sent"], None),
        (Act::GoodByeAtOnce, long, &["not_sent", "unknown"], transport),
        (Act::RefuseHead, long, &["not_sent", "unknown"], transport),
        (Act::Reset(Reason::REFUSED_STREAM), long, &["unknown"], transport),
        (Act::Reset(Reason::CANCEL), long, &["unknown"], transport),
        (Act::Reset(Reason::INTERNAL_ERROR), long, &["unknown"], transport),
        (Act::Drop, long, &["unknown"], transport),
        (Act::Abort, long, &["unknown"], transport),
        (Act::Silence, short, &["unknown"], Some("timed_out")),
        (Act::CutBody, long, &["sent"], transport),
        // a form that was read out before the settings arrived may be anywhere
        (Act::NoStreams, short, &["not_sent", "unknown"], None),
    ];
    let mut total = Verdict::default();
    for (act, timeout, outcomes, kind) in cases {
        let server = Server::start(*act, *timeout).await;
        let mut claims = Vec::new();
        for at in 0..3 {
            claims.push(server.send(format!("one{at}")).await);
        }
        let together = stream::iter(0..20).map(|at| server.send(format!("many{at}"))).buffer_unordered(10);
        let together = together.collect::<Vec<_>>().await;
        for claim in &claims {
            let right = claim.kind == *kind || *act == Act::NoStreams;
            assert!(right && outcomes.contains(&claim.outcome), "{act:?}: {claim:?}");
        }
        for claim in claims.iter().chain(&together) {
            assert!(claim.took <= *timeout + SLACK, "{act:?}: {claim:?}");
            // streams share their connection, so that what ends it ends the others before or after their form left
            // and a good-bye refuses those that were opened meanwhile: such a one is unknown, and the server never took it
            let is_refused = *act == Act::GoodByeAfter
                && claim.outcome == "unknown"
                && claim.text.starts_with("many")
                && !server.journal.lock().unwrap().contains(&claim.text);
            let is_ended = is_refused || matches!(act, Act::Drop | Act::Abort);
            assert!(outcomes.contains(&claim.outcome) || is_ended, "{act:?}: {claim:?}");
        }
        let mut verdict = Verdict::default();
        verdict.count(&claims, &server.journal.lock().unwrap());
        verdict.count(&together, &server.journal.lock().unwrap());
        assert!(verdict.is_clean(), "{act:?}: {verdict:?} {claims:?} {together:?}");
        total = total.and(verdict);
    }
    println!("HTTP/2: {total:?}");
}

#[tokio::test]
async fn a_request_without_a_form_says_nothing_of_a_body() {
    let server = Server::start(Act::Answer, Duration::from_secs(5)).await;
    server.client.execute("messages.fetch", params! { "Sid" => "SM1" }).await.unwrap();
    server.client.execute("messages.delete", params! { "Sid" => "SM1" }).await.unwrap();
    server.client.execute("tokens.create", params! {}).await.unwrap();
    let heads = server.heads.lock().unwrap().clone();
    let [fetch, delete, create] = heads.as_slice() else { panic!("{heads:?}") };
    for head in [fetch, delete] {
        assert!(!head.contains("content-length") && !head.contains("transfer-encoding"), "{head}");
    }
    assert!(fetch.contains("\"accept-encoding\": \"gzip\"") && !create.contains("accept-encoding"), "{heads:?}");
    assert!(create.contains("\"content-length\": \"0\""), "{create}");
}
