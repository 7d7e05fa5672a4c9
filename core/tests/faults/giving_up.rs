//! Sends that are given up at every moment: what is called not sent never arrives, not even a moment later.

use std::time::Duration;

use ringback::{Client, Outcome, Progress, blocking, params};

use crate::{
    judge::{Claim, Verdict},
    message,
    player::{Front, Player},
    settings,
    vectors::faults,
};

const SENDS: u64 = 400;

async fn answering() -> Player {
    let answers = faults().into_iter().find(|fault| fault.name == "answers").unwrap();
    Player::start(&answers, Front::default()).await
}

/// Gives a send up after so many microseconds, and says what the library then says of it.
async fn give_up(client: Client, text: String, after: u64, asks: impl FnOnce(&Progress) -> Outcome) -> Claim {
    let operation = ringback::api::find("messages.create").unwrap();
    let progress = Progress::default();
    let watched = progress.clone();
    let form = message(&text);
    let exchange = tokio::spawn(async move { client.exchange(operation, &form, &watched).await });
    let until = tokio::time::Instant::now() + Duration::from_micros(after);
    while tokio::time::Instant::now() < until && !exchange.is_finished() {
        tokio::task::yield_now().await;
    }
    // it goes on for a while, as what was cancelled on another thread does
    let outcome = asks(&progress);
    let ended = tokio::time::timeout(Duration::from_secs(5), exchange).await.unwrap().unwrap();
    let _ = ended;
    Claim { text, outcome: outcome.as_str(), kind: Some("interrupted"), took: Duration::ZERO }
}

async fn judged(asks: fn(&Progress) -> Outcome) -> (Verdict, usize) {
    let player = answering().await;
    let client = settings().base_url(format!("http://{}", player.address)).max_retries(0).build().unwrap();
    let mut claims = Vec::new();
    for at in 0..SENDS {
        claims.push(give_up(client.clone(), format!("text{at}"), at * 2, asks).await);
    }
    let mut verdict = Verdict::default();
    verdict.count(&claims, &player.journal.lock().unwrap());
    let not_sent = claims.iter().filter(|claim| claim.outcome == "not_sent").count();
    (verdict, not_sent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_given_up_as_not_sent_never_arrives() {
    let (verdict, not_sent) = judged(Progress::abandon).await;
    println!("given up: {not_sent} not sent, {verdict:?}");
    assert!(verdict.is_clean() && not_sent > 0, "{verdict:?}");
    // the control: who only looks is wrong about what leaves a moment later
    let (verdict, _) = judged(Progress::outcome).await;
    assert!(verdict.wrongly_not_sent > 0, "{verdict:?}");
}

#[test]
fn an_interrupted_call_that_never_connected_was_not_sent() {
    // a listener that takes no TLS: the handshake never ends
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = blocking::Client::build(settings().base_url(url)).unwrap();
    for (operation, form) in [
        ("messages.create", message("hello")),
        ("tokens.create", params! {}),
        ("messages.delete", params! { "Sid" => "SM1" }),
    ] {
        let operation = ringback::api::find(operation).unwrap();
        let error = client.exchange(operation, &form, &mut || false).unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{operation}: {error:?}");
    }
}

#[tokio::test]
async fn a_request_without_a_form_is_in_doubt_once_its_head_may_have_left() {
    let silent = faults().into_iter().find(|fault| fault.name == "did nothing and is silent").unwrap();
    let player = Player::start(&silent, Front::default()).await;
    let settings = settings().base_url(format!("http://{}", player.address)).timeout(Duration::from_millis(300));
    let client = settings.build().unwrap();
    for (operation, form) in [("tokens.create", params! {}), ("messages.delete", params! { "Sid" => "SM1" })] {
        let error = client.execute(operation, form).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{operation}: {error:?}");
    }
    assert_eq!(player.tries(), 2);
}
