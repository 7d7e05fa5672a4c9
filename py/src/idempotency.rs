//! Acting once on an event, and telling replays: the core's rules over stores of either language.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::PyDict,
};
use ringback::{
    Error, ErrorKind,
    webhook::{
        self, ReplayGuard as Guard,
        idempotency::{self as rules, Claim, Store, StoreFuture, statements},
    },
};

use crate::{
    errors,
    once::intern,
    webhook::{Read, Sent},
};

/// Whether an event may be acted on; true if it may.
#[pyclass(frozen, module = "ringback.idempotency")]
pub(crate) struct Begun {
    key: String,
    state: &'static str,
    claim: u64,
}

/// What a store says of an event, in words.
const STATES: [&str; 3] = ["first", "in_progress", "done"];

#[pymethods]
impl Begun {
    #[new]
    #[pyo3(signature = (key, state, claim=0))]
    fn new(key: String, state: &str, claim: u64) -> PyResult<Self> {
        let known = STATES.into_iter().find(|known| *known == state);
        let state = known.ok_or_else(|| PyValueError::new_err("state must be first, in_progress or done"))?;
        Ok(Self { key, state, claim })
    }

    /// The key of the event.
    #[getter]
    fn key(&self) -> &str {
        &self.key
    }

    /// "first", "in_progress" or "done".
    #[getter]
    fn state(&self) -> &'static str {
        self.state
    }

    /// What tells this claim from another of the same event.
    #[getter]
    fn claim(&self) -> u64 {
        self.claim
    }

    fn __bool__(&self) -> bool {
        self.state == STATES[0]
    }

    fn __repr__(&self) -> String {
        format!("<Begun {}>", self.state)
    }
}

impl Begun {
    fn of(key: &str, begun: &rules::Begun) -> Self {
        let (state, claim) = match begun {
            rules::Begun::First(claim) => (STATES[0], claim.number()),
            rules::Begun::InProgress => (STATES[1], 0),
            rules::Begun::Done => (STATES[2], 0),
        };
        Self { key: key.to_owned(), state, claim }
    }

    fn claimed(&self) -> Claim {
        Claim::new(self.key.as_str(), self.claim)
    }
}

/// Keeps events in the memory of this process, a fixed number of them at most.
#[pyclass(frozen, module = "ringback.idempotency")]
pub(crate) struct MemoryStore {
    store: rules::MemoryStore,
    clock: Option<Clock>,
}

/// A clock in Python: it is read before the store is asked, so that what it raises is raised there.
struct Clock {
    clock: Py<PyAny>,
    now: Arc<Mutex<Duration>>,
}

impl Clock {
    fn read(&self, py: Python<'_>) -> PyResult<()> {
        let seconds = self.clock.call0(py)?.extract::<f64>(py)?;
        let now = Duration::try_from_secs_f64(seconds)
            .map_err(|_| errors::invalid_argument(py, format!("the clock of a store cannot show {seconds}")))?;
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(())
    }
}

#[pymethods]
impl MemoryStore {
    #[new]
    #[pyo3(signature = (*, lease=60.0, keep=86400.0, capacity=100_000, clock=None))]
    fn new(py: Python<'_>, lease: f64, keep: f64, capacity: usize, clock: Option<Py<PyAny>>) -> PyResult<Self> {
        let seconds = |name: &str, number: f64| {
            Duration::try_from_secs_f64(number)
                .map_err(|_| errors::invalid_argument(py, format!("{name} cannot be {number}")))
        };
        let mut store =
            rules::MemoryStore::new().lease(seconds("lease", lease)?).keep(seconds("keep", keep)?).capacity(capacity);
        let clock = clock.map(|clock| Clock { clock, now: Arc::default() });
        if let Some(clock) = &clock {
            let now = Arc::clone(&clock.now);
            store = store.clock(Arc::new(move || *now.lock().unwrap_or_else(PoisonError::into_inner)));
        }
        Ok(Self { store, clock })
    }

    /// Claims an event, unless somebody else did.
    fn begin(&self, py: Python<'_>, key: &str) -> PyResult<Begun> {
        let begun = self.at_its_time(py)?.begin_now(key).map_err(|error| errors::raised(py, &error))?;
        Ok(Begun::of(key, &begun))
    }

    /// Notes that the event was acted on; no if the claim was lost to another.
    fn finish(&self, py: Python<'_>, begun: &Begun) -> PyResult<bool> {
        self.at_its_time(py)?.finish_now(&begun.claimed()).map_err(|error| errors::raised(py, &error))
    }

    /// Gives the claim back; no if it was not held any more.
    fn abandon(&self, py: Python<'_>, begun: &Begun) -> PyResult<bool> {
        self.at_its_time(py)?.abandon_now(&begun.claimed()).map_err(|error| errors::raised(py, &error))
    }
}

impl MemoryStore {
    fn at_its_time(&self, py: Python<'_>) -> PyResult<&rules::MemoryStore> {
        self.clock.iter().try_for_each(|clock| clock.read(py))?;
        Ok(&self.store)
    }
}

/// A store that is a Python object; what it raises is kept, and raised again by whoever asked.
pub(crate) struct PythonStore {
    store: Py<PyAny>,
    raised: Raised,
}

/// What a store raised last, until somebody takes it.
pub(crate) type Raised = Arc<Mutex<Option<PyErr>>>;

/// Takes what a store raised.
pub(crate) fn take(raised: &Raised) -> Option<PyErr> {
    raised.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl PythonStore {
    fn call<T>(&self, body: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> ringback::Result<T> {
        Python::attach(|py| body(self.store.bind(py))).map_err(|raised| {
            *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(raised);
            Error::new(ErrorKind::Internal, "the store of events raised")
        })
    }

    fn end(&self, how: &'static str, claim: &Claim) -> ringback::Result<bool> {
        let begun = Begun { key: claim.key().to_owned(), state: STATES[0], claim: claim.number() };
        self.call(|store| store.call_method1(how, (begun,))?.is_truthy())
    }
}

impl Store for PythonStore {
    fn begin<'a>(&'a self, key: &'a str) -> StoreFuture<'a, rules::Begun> {
        let begun = self.call(|store| {
            let begun = store.call_method1(intern!(store.py(), "begin"), (key,))?;
            let begun = begun.cast::<Begun>()?.get();
            Ok(match begun.state {
                "first" => rules::Begun::First(begun.claimed()),
                "done" => rules::Begun::Done,
                _ => rules::Begun::InProgress,
            })
        });
        Box::pin(std::future::ready(begun))
    }

    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        Box::pin(std::future::ready(self.end("finish", claim)))
    }

    fn abandon<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, bool> {
        Box::pin(std::future::ready(self.end("abandon", claim)))
    }
}

/// Tells of requests that were seen before, for as long as its store keeps what is done.
#[pyclass(frozen, module = "ringback.idempotency")]
pub(crate) struct ReplayGuard(Py<PyAny>);

#[pymethods]
impl ReplayGuard {
    #[new]
    fn new(store: Py<PyAny>) -> Self {
        Self(store)
    }

    /// "fresh", "retried" or "repeated"; ask only of a request that the validator has accepted.
    #[pyo3(signature = (signature, idempotency_token=None))]
    fn see(&self, py: Python<'_>, signature: &str, idempotency_token: Option<&str>) -> PyResult<&'static str> {
        let raised = Raised::default();
        let guard = self.core(py, &raised);
        let seen = guard.see(signature, idempotency_token).now_or_never();
        let seen = seen.ok_or_else(|| PyTypeError::new_err("the store of events must not be asynchronous"))?;
        seen.map(webhook::Sighting::as_str).map_err(|error| take(&raised).unwrap_or_else(|| errors::raised(py, &error)))
    }
}

impl ReplayGuard {
    /// What a guard of the core takes.
    pub(crate) fn core(&self, py: Python<'_>, raised: &Raised) -> Guard<PythonStore> {
        Guard::new(PythonStore { store: self.0.clone_ref(py), raised: Arc::clone(raised) })
    }
}

/// The key of the event that a webhook tells of.
#[pyfunction]
#[pyo3(signature = (params, idempotency_token=None))]
pub(crate) fn event_key(params: &Bound<'_, PyAny>, idempotency_token: Option<&str>) -> PyResult<String> {
    let key = |read: Read<'_>| match read {
        Read::Params(params) => rules::event_key(params, idempotency_token),
        Read::Body(body) => rules::event_key(&webhook::decode_form(body), idempotency_token),
    };
    let found = Sent::of(params)?.and_then(|sent| sent.read(key));
    found.ok_or_else(|| PyTypeError::new_err("params must be texts, and valid ones"))
}

/// The statements of a store in SQLite, so that stores of all languages share a file.
#[pyfunction]
pub(crate) fn event_statements(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let found = PyDict::new(py);
    found.set_item("schema", statements::SCHEMA)?;
    found.set_item("forget", statements::FORGET)?;
    found.set_item("begin", statements::BEGIN)?;
    found.set_item("look", statements::LOOK)?;
    found.set_item("finish", statements::FINISH)?;
    found.set_item("abandon", statements::ABANDON)?;
    found.set_item("longest_key", rules::MAX_KEY)?;
    Ok(found)
}
