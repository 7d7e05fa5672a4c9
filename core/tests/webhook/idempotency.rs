//! An event is acted on once: the scenarios that every store of every language plays, and many callers at once.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ringback::{
    Error, ErrorKind,
    webhook::{
        ReplayGuard,
        idempotency::{Acted, Begun, Claim, Clock, MemoryStore, Store, act_once},
    },
};
use serde_json::Value;

const LEASE: Duration = Duration::from_secs(10);
const KEEP: Duration = Duration::from_secs(100);

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/idempotency.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A clock that a test sets.
#[derive(Clone, Default)]
struct Hands(Arc<Mutex<Duration>>);

impl Hands {
    fn set(&self, seconds: f64) {
        *self.0.lock().unwrap() = Duration::from_secs_f64(1_000_000.0 + seconds);
    }

    fn clock(&self) -> Clock {
        let hands = self.clone();
        Arc::new(move || *hands.0.lock().unwrap())
    }
}

fn memory(hands: &Hands) -> MemoryStore {
    MemoryStore::new().lease(LEASE).keep(KEEP).clock(hands.clock())
}

async fn play(store: &dyn Store, hands: &Hands, scenario: &Value) {
    let mut claims: HashMap<&str, Claim> = HashMap::new();
    for step in scenario["steps"].as_array().unwrap() {
        hands.set(step["at"].as_f64().unwrap());
        let said = if let Some(key) = step["begin"].as_str() {
            match store.begin(key).await.unwrap() {
                Begun::First(claim) => {
                    claims.insert(step["as"].as_str().unwrap_or_default(), claim);
                    Value::from("first")
                }
                Begun::InProgress => Value::from("in_progress"),
                Begun::Done => Value::from("done"),
            }
        } else if let Some(name) = step["finish"].as_str() {
            store.finish(&claims[name]).await.unwrap().into()
        } else {
            store.abandon(&claims[step["abandon"].as_str().unwrap()]).await.unwrap().into()
        };
        assert_eq!(said, step["gives"], "{}: {step}", scenario["id"]);
    }
}

#[tokio::test]
async fn the_store_in_memory_plays_every_scenario() {
    for scenario in vectors()["scenarios"].as_array().unwrap() {
        let hands = Hands::default();
        hands.set(0.0);
        play(&memory(&hands), &hands, scenario).await;
    }
}

#[tokio::test]
async fn a_replay_is_told_whatever_token_it_brings() {
    let guard = ReplayGuard::new(MemoryStore::new());
    for seen in vectors()["sightings"].as_array().unwrap() {
        let said = guard.see(seen["signature"].as_str().unwrap(), seen["token"].as_str()).await.unwrap();
        assert_eq!(said.as_str(), seen["gives"].as_str().unwrap(), "{seen}");
    }
}

#[tokio::test]
async fn a_full_store_fails_until_something_is_over_and_forgets_nothing() {
    let hands = Hands::default();
    hands.set(0.0);
    let guard = ReplayGuard::new(memory(&hands).capacity(2));
    assert_eq!(guard.see("one", None).await.unwrap().as_str(), "fresh");
    hands.set(50.0);
    assert_eq!(guard.see("two", None).await.unwrap().as_str(), "fresh");
    for _ in 0..3 {
        let error = guard.see("three", None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().contains("full"), "{error}");
        assert_eq!(guard.see("one", None).await.unwrap().as_str(), "repeated");
    }
    // one request with ever new tokens does not fill it
    let guard = ReplayGuard::new(memory(&hands).capacity(3));
    assert_eq!(guard.see("one", Some("token")).await.unwrap().as_str(), "fresh");
    for number in 0..10 {
        assert_eq!(guard.see("one", Some(&number.to_string())).await.unwrap().as_str(), "repeated");
    }
    hands.set(150.0);
    assert_eq!(guard.see("four", None).await.unwrap().as_str(), "fresh");
}

#[test]
fn keys_that_are_too_long_are_refused() {
    let store = MemoryStore::new();
    assert_eq!(store.begin_now("").unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(store.begin_now(&"k".repeat(513)).unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert!(matches!(store.begin_now(&"k".repeat(512)), Ok(Begun::First(_))));
}

#[test]
fn of_many_threads_one_is_first_with_each_event() {
    let store = MemoryStore::new();
    let first = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for number in 0..200 {
                    if matches!(store.begin_now(&number.to_string()), Ok(Begun::First(_))) {
                        first.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(first.into_inner(), 200);
}

#[tokio::test]
async fn what_fails_is_tried_again_and_what_is_done_is_not() {
    let store = MemoryStore::new();
    let failed = act_once(&store, "a", || async { Err::<(), _>(Error::configuration("not now")) }).await;
    assert_eq!(failed.unwrap_err().message(), "not now");
    let acted = act_once(&store, "a", || async {
        let inside = act_once(&store, "a", || async { Ok::<_, Error>(1) }).await?;
        assert_eq!(inside, Acted::InProgress);
        Ok::<_, Error>(2)
    });
    assert_eq!(acted.await.unwrap(), Acted::Did(2));
    assert_eq!(act_once(&store, "a", || async { Ok::<_, Error>(3) }).await.unwrap(), Acted::Done);
}

#[tokio::test]
async fn whoever_is_given_up_is_followed_after_the_lease_and_whoever_is_late_is_told() {
    let hands = Hands::default();
    hands.set(0.0);
    let store = memory(&hands);
    {
        // given up while it waits
        let waiting = act_once(&store, "a", std::future::pending::<Result<(), Error>>);
        assert!(futures_util::FutureExt::now_or_never(waiting).is_none());
    }
    let act = || async { Ok::<_, Error>(()) };
    assert_eq!(act_once(&store, "a", act).await.unwrap(), Acted::InProgress);
    hands.set(10.0);
    assert_eq!(act_once(&store, "a", act).await.unwrap(), Acted::Did(()));
    let late = act_once(&store, "b", || async {
        hands.set(30.0);
        assert_eq!(act_once(&store, "b", act).await?, Acted::Did(()));
        Ok::<_, Error>(())
    });
    assert_eq!(late.await.unwrap(), Acted::DidLate(()));
}

/// A store that lets everybody be first.
struct Forgetful;

impl Store for Forgetful {
    fn begin<'a>(&'a self, key: &'a str) -> ringback::webhook::idempotency::StoreFuture<'a, Begun> {
        Box::pin(async move { Ok(Begun::First(Claim::new(key, 1))) })
    }

    fn finish<'a>(&'a self, _: &'a Claim) -> ringback::webhook::idempotency::StoreFuture<'a, bool> {
        Box::pin(async { Ok(true) })
    }

    fn abandon<'a>(&'a self, _: &'a Claim) -> ringback::webhook::idempotency::StoreFuture<'a, bool> {
        Box::pin(async { Ok(true) })
    }
}

#[tokio::test]
#[should_panic(expected = "an event is acted on once")]
async fn the_scenarios_find_a_store_that_forgets() {
    play(&Forgetful, &Hands::default(), &vectors()["scenarios"][0]).await;
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use ringback::webhook::idempotency::SqliteStore;

    use super::*;

    /// A file of its own for a test, which is taken away after it.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("ringback-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self, name: &str) -> std::path::PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn the_store_in_sqlite_plays_every_scenario_and_guards_against_replays() {
        let folder = Folder::new("scenarios");
        for (number, scenario) in vectors()["scenarios"].as_array().unwrap().iter().enumerate() {
            let hands = Hands::default();
            hands.set(0.0);
            let store = SqliteStore::open(folder.file(&number.to_string())).await.unwrap();
            play(&store.lease(LEASE).keep(KEEP).clock(hands.clock()), &hands, scenario).await;
        }
        let guard = ReplayGuard::new(SqliteStore::open(folder.file("guard")).await.unwrap());
        for seen in vectors()["sightings"].as_array().unwrap() {
            let said = guard.see(seen["signature"].as_str().unwrap(), seen["token"].as_str()).await.unwrap();
            assert_eq!(said.as_str(), seen["gives"].as_str().unwrap(), "{seen}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_many_stores_of_a_file_one_is_first_with_each_event() {
        let folder = Folder::new("crowd");
        let file = folder.file("events");
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let store = SqliteStore::open(&file).await.unwrap();
            tasks.push(tokio::spawn(async move {
                let mut first = 0;
                for number in 0..25 {
                    first += usize::from(matches!(store.begin(&number.to_string()).await.unwrap(), Begun::First(_)));
                }
                first
            }));
        }
        let mut first = 0;
        for task in tasks {
            first += task.await.unwrap();
        }
        assert_eq!(first, 25);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn stores_that_open_a_new_file_at_once_wait_for_each_other() {
        let folder = Folder::new("opening");
        for number in 0..30 {
            let file = folder.file(&number.to_string());
            let opening = (0..4).map(|_| {
                let file = file.clone();
                tokio::spawn(async move { SqliteStore::open(file).await.map(drop) })
            });
            for opened in opening.collect::<Vec<_>>() {
                opened.await.unwrap().unwrap();
            }
        }
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_opened_is_a_configuration_error() {
        let error = SqliteStore::open("/nowhere/at/all/events").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
}
