//! The faults of `tests/vectors/faults.json`.

use std::time::Duration;

use serde::Deserialize;

/// What a server does, and what a send must then say of itself.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fault {
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) steps: Vec<Step>,
    pub(crate) accepted: bool,
    pub(crate) create: Expected,
    pub(crate) fetch_repeated: Option<bool>,
    #[serde(default)]
    pub(crate) listener: Listener,
    #[serde(default = "plain")]
    scheme: String,
    #[serde(default = "long")]
    timeout_ms: u64,
    #[serde(default = "once")]
    pub(crate) sends: usize,
}

/// The outcomes and the kinds of error that are right; no kind is success.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Expected {
    pub(crate) outcome: Vec<String>,
    pub(crate) kind: Vec<Option<String>>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Listener {
    #[default]
    Open,
    Closed,
    Full,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Step {
    ReadBytes { count: usize },
    ReadHead,
    ReadRequest,
    Accept,
    Send { text: Option<String>, hex: Option<String>, piece: Option<usize>, pause_ms: Option<u64> },
    Repeat { text: Option<String>, hex: Option<String>, times: Option<usize> },
    Pause { ms: u64 },
    Stall,
    Close,
    Reset,
    Again,
}

fn plain() -> String {
    "http".to_owned()
}

fn long() -> u64 {
    5000
}

fn once() -> usize {
    1
}

impl Fault {
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// Whether the client is to speak TLS to a server that plays on the bare connection.
    pub(crate) fn is_broken_tls(&self) -> bool {
        self.scheme == "https"
    }

    pub(crate) fn allows(&self, outcome: &str, kind: Option<&str>) -> bool {
        self.create.outcome.iter().any(|allowed| allowed == outcome)
            && self.create.kind.iter().any(|allowed| allowed.as_deref() == kind)
    }
}

/// The bytes of a step.
pub(crate) fn bytes(text: Option<&String>, hex: Option<&String>) -> Vec<u8> {
    match (text, hex) {
        (Some(text), None) => text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect(),
        (None, Some(hex)) => {
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
        }
        _ => panic!("a step has text or hex"),
    }
}

/// All faults.
pub(crate) fn faults() -> Vec<Fault> {
    #[derive(Deserialize)]
    struct File {
        faults: Vec<Fault>,
    }
    let text = include_str!("../../../tests/vectors/faults.json");
    serde_json::from_str::<File>(text).unwrap().faults
}
