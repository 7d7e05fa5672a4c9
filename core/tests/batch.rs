//! Many requests through one client, against a server that counts what it sees.
#![expect(clippy::unwrap_used, reason = "what is missing fails its test")]

mod support;

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use ringback::{Client, ErrorKind, Outcome, blocking, messaging::CreateMessage, params, typed::NamedRequest};
use support::{Act, Echo, Server};

fn message(number: usize) -> CreateMessage {
    CreateMessage::new("+15551234567").from("+15557654321").body(number.to_string())
}

fn number(body: &str) -> usize {
    body.parse().unwrap()
}

fn client(echo: &Echo) -> Client {
    echo.settings().build().unwrap()
}

#[tokio::test]
async fn results_come_in_the_order_of_the_requests_whatever_the_order_of_the_answers() {
    let echo = Echo::start(|body| Duration::from_millis(if number(body).is_multiple_of(7) { 30 } else { 0 })).await;
    let mut results = client(&echo).send_all((0..200).map(message)).concurrency(16);
    let mut seen = 0;
    while let Some(result) = results.next().await {
        assert_eq!(result.unwrap().body.as_deref(), Some(seen.to_string().as_str()));
        seen += 1;
    }
    assert_eq!((seen, echo.accepted()), (200, 200));
    assert_eq!(echo.most_at_once(), 16);
}

#[tokio::test]
async fn results_come_as_they_complete_if_asked_so() {
    let echo = Echo::start(|body| if number(body) == 0 { Duration::from_secs(3600) } else { Duration::ZERO }).await;
    let results = client(&echo).send_all((0..50).map(message)).concurrency(4).as_completed();
    let seen: Vec<usize> = results
        .map(|(index, result)| {
            assert_eq!(number(&result.unwrap().body.unwrap()), index);
            index
        })
        .take(49)
        .collect()
        .await;
    assert!(!seen.contains(&0));
}

#[tokio::test]
async fn what_came_before_its_turn_is_not_lost_when_the_order_is_given_up() {
    let echo = Echo::start(|body| Duration::from_millis(if number(body) == 0 { 200 } else { 0 })).await;
    let mut results = client(&echo).send_all((0..30).map(message)).concurrency(4);
    assert!(results.next().await.unwrap().is_ok());
    let mut rest: Vec<usize> =
        results.as_completed().map(|(index, result)| result.map(|_| index).unwrap()).collect().await;
    rest.sort_unstable();
    assert_eq!(rest, (1..30).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_slow_answer_does_not_hold_the_others_up_and_memory_stays_bounded() {
    let echo = Echo::start(|body| if number(body) == 0 { Duration::from_millis(400) } else { Duration::ZERO }).await;
    let mut results = client(&echo).send_all((0..1000).map(message)).concurrency(2);
    assert!(results.next().await.unwrap().is_ok());
    // while the first was slow, the others went on as far as 16 times the concurrency
    assert!((20..=33).contains(&echo.accepted()), "{}", echo.accepted());
}

#[tokio::test]
async fn the_error_of_one_request_is_its_result_and_stops_no_other() {
    let refused = Act::Answer(400, r#"{"code":21211,"message":"no such number"}"#, "");
    let created = Act::Answer(201, r#"{"sid":"SM1"}"#, "");
    let server = Server::start([created.clone(), refused, created]).await;
    let requests = [message(0), message(1), CreateMessage::new("+15551234567").body("a\0b"), message(3)];
    let mut results = server.client().send_all(requests).concurrency(1);
    assert_eq!(results.next().await.unwrap().unwrap().sid, "SM1");
    let error = results.next().await.unwrap().unwrap_err();
    assert_eq!((error.code(), error.outcome()), (Some(21211), Outcome::NotSent));
    assert_eq!(results.next().await.unwrap().unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(results.next().await.unwrap().unwrap().sid, "SM1");
    assert!(results.next().await.is_none());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn operations_by_name_are_sent_the_same_way() {
    let echo = Echo::start(|_| Duration::ZERO).await;
    let request = |at: usize| {
        let params = params! { "To" => "+15551234567", "Body" => at.to_string() };
        NamedRequest::new("messages.create", params).unwrap()
    };
    let bodies: Vec<_> =
        client(&echo).send_all((0..20).map(request)).map(|json| json.unwrap()["body"].clone()).collect().await;
    assert_eq!(bodies, (0..20).map(|at| at.to_string().into()).collect::<Vec<serde_json::Value>>());
    assert!(NamedRequest::new("messages.crate", params! {}).unwrap_err().to_string().contains("messages.create"));
    assert!(!format!("{:?}", request(1)).contains("+1555"));
}

#[tokio::test]
async fn no_more_begin_in_a_second_than_were_asked_for() {
    let echo = Echo::start(|_| Duration::ZERO).await;
    let begun = Instant::now();
    let results = client(&echo).send_all((0..21).map(message)).per_second(50.0);
    assert!(results.all(|result| async move { result.is_ok() }).await);
    assert!(begun.elapsed() >= Duration::from_millis(390), "{:?}", begun.elapsed());
    // the control: without a pace they take no such time on the same server
    let begun = Instant::now();
    let results = client(&echo).send_all((0..21).map(message));
    assert_eq!(results.count().await, 21);
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_manner_that_cannot_be_kept_is_the_error_of_every_request() {
    let echo = Echo::start(|_| Duration::ZERO).await;
    for results in [
        client(&echo).send_all((0..3).map(message)).per_second(0.0),
        client(&echo).send_all((0..3).map(message)).per_second(f64::NAN),
        client(&echo).send_all((0..3).map(message)).concurrency(0),
    ] {
        let errors: Vec<_> = results.map(|result| result.unwrap_err().kind()).collect().await;
        assert_eq!(errors, [ErrorKind::InvalidArgument; 3]);
    }
    let blocking = blocking::Client::build(echo.settings()).unwrap();
    let errors = tokio::task::spawn_blocking(move || {
        blocking
            .send_all((0..3).map(message))
            .concurrency(0)
            .map(|result| result.unwrap_err().kind())
            .collect::<Vec<_>>()
    });
    assert_eq!(errors.await.unwrap(), [ErrorKind::InvalidArgument; 3]);
    assert_eq!(echo.accepted(), 0);
}

#[tokio::test]
async fn a_batch_that_is_stopped_says_what_became_of_each_request() {
    let echo = Echo::start(|body| if number(body) < 5 { Duration::ZERO } else { Duration::from_secs(3600) }).await;
    let pulled = Cell::new(0);
    let requests = (0..).map(|at| {
        pulled.set(at + 1);
        message(at)
    });
    let mut results = client(&echo).send_all(requests).concurrency(8);
    for _ in 0..5 {
        assert!(results.next().await.unwrap().is_ok());
    }
    // until the server has all that are under way
    let _ = futures_util::future::select(Box::pin(results.next()), Box::pin(echo.until(13))).await;
    results.stop();
    let mut outcomes = Vec::new();
    while let Some(result) = results.next().await {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(error.begun_at().is_some(), "what reconcile takes");
        outcomes.push(error.outcome());
    }
    assert_eq!(outcomes, [Outcome::Unknown; 8]);
    assert_eq!(pulled.get(), 13, "an endless iterator is read as far as there is room");
}

#[test]
fn the_blocking_client_keeps_as_many_under_way() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let echo = runtime
        .block_on(Echo::start(|body| Duration::from_millis(if number(body).is_multiple_of(7) { 20 } else { 2 })));
    let client = blocking::Client::build(echo.settings()).unwrap();
    for (round, concurrency) in [(1, 10), (2, 10)] {
        let bodies: Vec<usize> = client
            .send_all((0..150).map(message))
            .concurrency(concurrency)
            .map(|result| number(&result.unwrap().body.unwrap()))
            .collect();
        assert_eq!(bodies, (0..150).collect::<Vec<_>>());
        assert_eq!((echo.accepted(), echo.most_at_once()), (150 * round, 10));
    }
    // the connections are those of the batch before
    assert_eq!(echo.connections(), 10);
    for taken in [0, 7] {
        let mut results = client.send_all((0..50).map(message));
        assert_eq!(results.by_ref().take(taken).filter(Result::is_ok).count(), taken);
        let mut seen: Vec<usize> = results.as_completed().map(|(index, _)| index).collect();
        seen.sort_unstable();
        assert_eq!(seen, (taken..50).collect::<Vec<_>>());
    }
}

#[test]
fn what_a_blocking_batch_has_begun_goes_on_while_nobody_reads() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let echo = runtime.block_on(Echo::start(|_| Duration::from_millis(50)));
    let client = blocking::Client::build(echo.settings()).unwrap();
    let mut results = client.send_all((0..100).map(message)).concurrency(3);
    assert!(results.next().unwrap().is_ok());
    // three are under way at once, and those that wait behind them begin though nobody asks for a result
    runtime.block_on(echo.until(6));
    assert_eq!(results.by_ref().take(5).filter(Result::is_ok).count(), 5);
}
