//! Every fault of the vectors, over plain HTTP and TLS, directly and through proxies.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use futures_util::{StreamExt, stream};
use ringback::{Client, Outcome, params};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::{
    SLACK,
    authority::Authority,
    judge::{Claim, Verdict},
    message,
    player::{Front, Player},
    settings,
    vectors::{Fault, Listener, faults},
};

/// How the client reaches the server that plays a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Plain,
    Tls,
    Tunnel,
    PlainProxy,
}

/// A fault being played, and a client that meets it.
struct Scene {
    client: Client,
    player: Option<Player>,
    _held: Vec<TcpStream>,
    _listener: Option<TcpListener>,
}

impl Scene {
    async fn new(fault: &Fault, way: Way, authority: &Authority) -> Self {
        // sixteen megabytes through an unoptimised cipher take a busy machine longer than the deadline
        let settings = settings().timeout(fault.timeout()).largest_body(1 << 20);
        let mut held = Vec::new();
        let (address, player, listener) = match fault.listener {
            Listener::Open => {
                let tls = matches!(way, Way::Tls | Way::Tunnel).then(|| authority.right_server(&["http/1.1"]));
                let player = Player::start(fault, Front { connect: way == Way::Tunnel, tls }).await;
                (player.address.clone(), Some(player), None)
            }
            Listener::Closed => {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                (listener.local_addr().unwrap().to_string(), None, None)
            }
            Listener::Full => {
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
                let listener = socket.listen(0).unwrap();
                let address = listener.local_addr().unwrap();
                let soon = std::time::Duration::from_millis(200);
                while let Ok(stream) = tokio::time::timeout(soon, TcpStream::connect(address)).await {
                    held.push(stream.unwrap());
                }
                (address.to_string(), None, Some(listener))
            }
        };
        let settings = match way {
            Way::Plain if fault.is_broken_tls() => settings.base_url(format!("https://{address}")),
            Way::Plain => settings.base_url(format!("http://{address}")),
            Way::Tls => settings.base_url(format!("https://{address}")).ca_file(&authority.file),
            Way::Tunnel => settings.proxy(format!("http://{address}")).ca_file(&authority.file),
            Way::PlainProxy => settings.base_url("http://127.0.0.1:9").proxy(format!("http://{address}")),
        };
        Self { client: settings.build().unwrap(), player, _held: held, _listener: listener }
    }

    async fn send(&self) -> Claim {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let text = format!("text{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let begun = Instant::now();
        let result = self.client.execute("messages.create", message(&text)).await;
        Claim::new(text, &result, begun.elapsed())
    }

    fn journal(&self) -> Vec<String> {
        self.player.as_ref().map(|player| player.journal.lock().unwrap().clone()).unwrap_or_default()
    }
}

/// What is wrong with the claims, and how they count.
fn check(fault: &Fault, way: Way, claims: &[Claim], journal: &[String]) -> (Vec<String>, Verdict) {
    let mut verdict = Verdict::default();
    verdict.count(claims, journal);
    let right = |claim: &&Claim| fault.allows(claim.outcome, claim.kind) && claim.took <= fault.timeout() + SLACK;
    let wrong = claims.iter().filter(|claim| !right(claim)).map(|claim| format!("{} ({way:?}): {claim:?}", fault.name));
    let mut wrong: Vec<String> = wrong.collect();
    if !verdict.is_clean() || (!fault.accepted && !journal.is_empty()) {
        wrong.push(format!("{} ({way:?}): {verdict:?}, {claims:?}, {journal:?}", fault.name));
    }
    (wrong, verdict)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_sends_through_every_fault_tell_the_truth() {
    let authority = Arc::new(Authority::new("sends"));
    let all = faults();
    assert!(all.len() >= 30);
    let scenes = [Way::Plain, Way::Tls, Way::Tunnel, Way::PlainProxy].into_iter().flat_map(|way| {
        // what breaks TLS or the connection itself is the same whatever would follow
        let fits =
            move |fault: &&Fault| way == Way::Plain || (!fault.is_broken_tls() && fault.listener == Listener::Open);
        all.iter().filter(fits).map(move |fault| (fault, way))
    });
    let verdicts = stream::iter(scenes)
        .map(|(fault, way)| {
            let authority = Arc::clone(&authority);
            async move {
                let scene = Scene::new(fault, way, &authority).await;
                let mut claims = Vec::new();
                for _ in 0..fault.sends.max(2) {
                    claims.push(scene.send().await);
                }
                check(fault, way, &claims, &scene.journal())
            }
        })
        .buffer_unordered(24)
        .collect::<Vec<_>>()
        .await;
    let mut wrong = Vec::new();
    let mut total = Verdict::default();
    let mut add = |(found, verdict): (Vec<String>, Verdict)| {
        wrong.extend(found);
        total = total.and(verdict);
    };
    verdicts.into_iter().for_each(&mut add);
    // and many at once through one client, whose connections die under them
    for fault in all.iter().filter(|fault| fault.group == "race" && fault.accepted) {
        let scene = Scene::new(fault, Way::Plain, &authority).await;
        let claims: Vec<Claim> =
            stream::iter(0..40).map(|_| scene.send()).buffer_unordered(8).collect::<Vec<_>>().await;
        add(check(fault, Way::Plain, &claims, &scene.journal()));
    }
    println!("{} faults: {total:?}", all.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(total.sends >= 1000, "{total:?}");
    assert!(total.is_clean(), "{total:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_is_repeated_where_the_vectors_say_so() {
    let authority = Authority::new("fetches");
    let all = faults();
    let checks = all.iter().filter_map(|fault| Some((fault, fault.fetch_repeated?))).map(|(fault, repeated)| {
        let authority = &authority;
        async move {
            let scene = Scene::new(fault, Way::Plain, authority).await;
            let begun = Instant::now();
            let _ = scene.client.execute("messages.fetch", params! { "Sid" => "SM1" }).await;
            assert!(begun.elapsed() <= fault.timeout() + SLACK, "{}", fault.name);
            if let Some(player) = &scene.player {
                let tries = player.tries();
                assert_eq!(tries > 1, repeated, "{}: {tries} tries", fault.name);
                assert!(tries <= 3, "{}: {tries} tries", fault.name);
            }
        }
    });
    stream::iter(checks).buffer_unordered(16).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn a_client_that_repeats_everything_is_caught_duplicating() {
    let authority = Authority::new("repeating");
    let mut verdict = Verdict::default();
    for fault in faults().iter().filter(|fault| fault.group == "accepted" && fault.timeout().as_secs() >= 5) {
        let scene = Scene::new(fault, Way::Plain, &authority).await;
        let mut claims = Vec::new();
        for _ in 0..2 {
            let begun = Instant::now();
            let result = scene.client.execute("messages.create", message("one")).await;
            claims = vec![Claim::new("one".to_owned(), &result, begun.elapsed())];
        }
        verdict.count(&claims, &scene.journal());
    }
    assert!(verdict.duplicates >= 10, "{verdict:?}");
}

#[tokio::test]
async fn a_client_that_calls_every_loss_not_sent_is_caught() {
    let authority = Authority::new("careless");
    let mut verdict = Verdict::default();
    for fault in faults().iter().filter(|fault| fault.group == "accepted" && fault.timeout().as_secs() >= 5) {
        let scene = Scene::new(fault, Way::Plain, &authority).await;
        let mut claim = scene.send().await;
        claim.outcome = Outcome::NotSent.as_str();
        verdict.count(&[claim], &scene.journal());
    }
    assert!(verdict.wrongly_not_sent >= 10 && verdict.duplicates == 0, "{verdict:?}");
}
