//! A message or a call ends where it ended, in whatever order and however often its callbacks come.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ringback::webhook::ladder::{CallLadder, LadderStep, MessageLadder, call_step, message_step};
use serde_json::Value;

fn vectors(section: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/ladder.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let section = vectors[section].as_array().unwrap().clone();
    assert!(!section.is_empty());
    section
}

fn lifecycles(section: &str) -> Vec<Vec<String>> {
    vectors(section).into_iter().map(|lifecycle| serde_json::from_value(lifecycle).unwrap()).collect()
}

fn standing(value: &Value) -> Option<(&str, Option<i64>)> {
    Some((value[0].as_str()?, value[1].as_i64()))
}

#[test]
fn steps_of_messages_are_what_the_vectors_say() {
    for vector in vectors("messages") {
        let step = message_step(vector[0].as_str(), vector[1].as_str().unwrap());
        assert_eq!(step.as_str(), vector[2].as_str().unwrap(), "{vector}");
    }
}

#[test]
fn steps_of_calls_are_what_the_vectors_say() {
    for vector in vectors("calls") {
        let step = call_step(standing(&vector[0]), standing(&vector[1]).unwrap());
        assert_eq!(step.as_str(), vector[2].as_str().unwrap(), "{vector}");
    }
}

#[test]
fn a_ladder_forgets_what_it_has_not_heard_of_for_longest() {
    let mut ladder = MessageLadder::new(2);
    ladder.climb("SM1", "sent");
    ladder.climb("SM2", "sent");
    assert_eq!(ladder.climb("SM1", "sent"), LadderStep::Repeated);
    ladder.climb("SM3", "queued");
    assert_eq!((ladder.len(), ladder.status("SM2"), ladder.status("SM1")), (2, None, Some("sent")));
    // what is no sid is not kept, and neither is a status that is not known
    assert_eq!(ladder.climb(&"S".repeat(1000), "sent"), LadderStep::Advance);
    assert_eq!(ladder.climb("SM4", "teleported"), LadderStep::Unknown);
    assert_eq!((ladder.len(), ladder.status("SM4")), (2, None));
    assert!(CallLadder::new(0).is_empty());
}

/// Every callback at least once, some of them again, in any order.
fn any_order(lifecycle: Vec<String>) -> impl Strategy<Value = (Vec<usize>, Vec<String>)> {
    let count = lifecycle.len();
    prop::collection::vec(0..count, 0..6).prop_flat_map(move |again| {
        let all: Vec<usize> = (0..count).chain(again).collect();
        (Just(all).prop_shuffle(), Just(lifecycle.clone()))
    })
}

fn arriving(section: &str) -> impl Strategy<Value = (Vec<usize>, Vec<String>)> + use<> {
    prop::sample::select(lifecycles(section)).prop_flat_map(any_order)
}

proptest! {
    #[test]
    fn a_message_ends_where_it_ended((order, lifecycle) in arriving("message_lifecycles")) {
        let mut ladder = MessageLadder::new(10);
        let mut highest = None;
        for index in order {
            let step = ladder.climb("SM1", &lifecycle[index]);
            // it never goes back, and what it says of a callback is true
            let expected = match highest {
                Some(known) if index == known => LadderStep::Repeated,
                Some(known) if index < known => LadderStep::Late,
                _ => LadderStep::Advance,
            };
            prop_assert_eq!(step, expected);
            highest = highest.max(Some(index));
            prop_assert_eq!(ladder.status("SM1"), highest.map(|index| lifecycle[index].as_str()));
        }
        prop_assert_eq!(ladder.status("SM1"), lifecycle.last().map(String::as_str));
    }

    #[test]
    fn a_call_ends_where_it_ended((order, lifecycle) in arriving("call_lifecycles"), is_numbered in any::<bool>()) {
        let mut ladder = CallLadder::new(10);
        let mut highest = None;
        for index in order {
            let number = is_numbered.then(|| i64::try_from(index).unwrap());
            let step = ladder.climb("CA1", &lifecycle[index], number);
            prop_assert!(matches!(step, LadderStep::Advance | LadderStep::Late | LadderStep::Repeated));
            prop_assert_eq!(step == LadderStep::Advance, highest.is_none_or(|known| index > known));
            highest = highest.max(Some(index));
            prop_assert_eq!(ladder.status("CA1"), highest.map(|index| lifecycle[index].as_str()));
        }
        prop_assert_eq!(ladder.status("CA1"), lifecycle.last().map(String::as_str));
    }

    #[test]
    fn anything_at_all_never_goes_back(heard in prop::collection::vec((0..4u8, any::<prop::sample::Index>()), 0..60)) {
        const STATUSES: [&str; 9] =
            ["queued", "sent", "delivered", "read", "failed", "undelivered", "canceled", "received", "teleported"];
        let mut ladder = MessageLadder::new(3);
        for (sid, index) in heard {
            let (sid, status) = (format!("SM{sid}"), STATUSES[index.index(STATUSES.len())]);
            let before = ladder.status(&sid);
            let step = ladder.climb(&sid, status);
            let expected = if step == LadderStep::Advance { Some(status) } else { before };
            prop_assert_eq!(ladder.status(&sid), expected);
            prop_assert!(ladder.len() <= 3);
        }
    }
}

/// The control: who takes every callback as it comes ends somewhere else.
#[test]
fn without_a_ladder_the_last_callback_wins() {
    let came = ["sent", "delivered", "sent"];
    assert_eq!(came.last(), Some(&"sent"));
    let mut ladder = MessageLadder::new(1);
    for status in came {
        ladder.climb("SM1", status);
    }
    assert_eq!(ladder.status("SM1"), Some("delivered"));
}
