//! What Python is told of calls that are over: by the logger `ringback` and by `on_call`, on the thread that made them.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use pyo3::{exceptions::PyKeyboardInterrupt, prelude::*, sync::PyOnceLock, types::PyDict};
use ringback::{CallRecord as Record, ClientBuilder, Error, Response, operation::Operation};

use crate::{
    errors::Errors,
    once::{Once, intern},
    settings::Settings,
};

const DEBUG: u32 = 10;
const INFO: u32 = 20;

/// A call that is over, as `on_call` gets it.
#[pyclass(frozen, get_all, module = "ringback")]
pub(crate) struct CallRecord {
    operation: &'static str,
    method: &'static str,
    path: String,
    status: Option<u16>,
    outcome: &'static str,
    error_kind: Option<&'static str>,
    seconds: f64,
    attempts: u32,
    request_id: Option<String>,
}

#[pymethods]
impl CallRecord {
    fn __repr__(&self) -> String {
        format!("<CallRecord {} {} {}>", self.method, self.path, self.outcome)
    }
}

impl CallRecord {
    fn of(record: &Record<'_>) -> Self {
        Self {
            operation: record.operation,
            method: record.method,
            path: record.path.to_owned(),
            status: record.status,
            outcome: record.outcome.as_str(),
            error_kind: record.error_kind.map(ringback::ErrorKind::as_str),
            seconds: record.duration.as_secs_f64(),
            attempts: record.attempts,
            request_id: record.request_id.map(str::to_owned),
        }
    }
}

/// The records of calls that are over, on their way to Python.
type Queue = Arc<Mutex<Vec<CallRecord>>>;

tokio::task_local! {
    /// Where the records of the call, or of the batch, go that is being worked on.
    static OF_THIS_CALL: Queue;
}

/// Has the core tell of its calls: each to whoever waits for it, and to nobody where nobody watches.
pub(crate) fn listen(settings: ClientBuilder) -> ClientBuilder {
    settings.on_call(|record| {
        let _ = OF_THIS_CALL.try_with(|queue| {
            queue.lock().unwrap_or_else(PoisonError::into_inner).push(CallRecord::of(record));
        });
    })
}

/// Who is to be told of the calls of one client.
pub(crate) struct Observer {
    on_call: Option<Py<PyAny>>,
}

impl Observer {
    /// Takes what the settings of a client say.
    pub(crate) fn of(settings: &Settings<'_>, errors: &Errors) -> PyResult<Self> {
        let on_call = settings.find("on_call");
        if let Some(wrong) = on_call.filter(|on_call| !on_call.is_callable()) {
            return Err(errors.raised(wrong.py(), &Error::configuration("on_call must be callable"), None));
        }
        Ok(Self { on_call: on_call.map(|on_call| on_call.clone().unbind()) })
    }

    /// Begins to watch a call, if anybody wants to know of it.
    pub(crate) fn watch(&self, py: Python<'_>) -> Watch {
        let is_wanted =
            self.on_call.is_some() || Logger::find(py).is_some_and(|logger| logger.is_enabled_for(py, INFO));
        Watch(is_wanted.then(Queue::default))
    }

    /// Tells of what is over of a watched call.
    pub(crate) fn tell(&self, py: Python<'_>, watch: &Watch) {
        let Some(queue) = &watch.0 else { return };
        let records = std::mem::take(&mut *queue.lock().unwrap_or_else(PoisonError::into_inner));
        for record in records {
            self.tell_of(py, record);
        }
    }

    /// Tells of a request that an HTTP client of the caller's own sent.
    pub(crate) fn tell_of_other_client(
        &self,
        py: Python<'_>,
        operation: &'static Operation,
        path: &str,
        took: Duration,
        met: &ringback::Result<Response>,
    ) {
        if self.watch(py).0.is_some() {
            self.tell_of(py, CallRecord::of(&Record::of_other_client(operation, path, took, met)));
        }
    }

    fn tell_of(&self, py: Python<'_>, record: CallRecord) {
        if let Some(logger) = Logger::find(py)
            && let Err(error) = logger.log(py, &record)
        {
            report(py, error, &logger.log);
        }
        if let Some(on_call) = &self.on_call
            && let Err(error) = Py::new(py, record).and_then(|record| on_call.call1(py, (record,)))
        {
            report(py, error, on_call);
        }
    }
}

/// Tells of an exception that must not reach the call, which is over; Ctrl-C comes again once its result is given.
fn report(py: Python<'_>, error: PyErr, raised_by: &Py<PyAny>) {
    let is_interrupt = error.is_instance_of::<PyKeyboardInterrupt>(py);
    error.write_unraisable(py, Some(raised_by.bind(py)));
    if is_interrupt {
        let _ = py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main"));
    }
}

type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A call that is watched, or a list or a batch of them, unless nobody wants to know of it.
pub(crate) struct Watch(Option<Queue>);

impl Watch {
    /// Works on the call on this thread.
    pub(crate) fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(queue) => OF_THIS_CALL.sync_scope(Arc::clone(queue), work),
            None => work(),
        }
    }

    /// The same for work on another thread.
    pub(crate) fn around<T: 'static>(&self, work: Work<T>) -> Work<T> {
        match &self.0 {
            Some(queue) => Box::pin(OF_THIS_CALL.scope(Arc::clone(queue), work)),
            None => work,
        }
    }
}

/// The logger `ringback`.
struct Logger {
    is_enabled_for: Py<PyAny>,
    log: Py<PyAny>,
}

impl Logger {
    /// The logger, once the program has imported `logging`.
    ///
    /// Importing it here would cost more than the rest of this package, and for nothing: without it nobody can have asked
    /// for messages, and of those that Python shows unasked, which are warnings, there is none here.
    fn find(py: Python<'_>) -> Option<&'static Self> {
        static LOGGER: PyOnceLock<Logger> = PyOnceLock::new();
        static MODULES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
        if let Some(logger) = LOGGER.get(py) {
            return Some(logger);
        }
        let modules =
            MODULES.kept(py, || PyResult::Ok(py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?.unbind()));
        let logging = modules.ok()?.bind(py).get_item(intern!(py, "logging")).ok()??;
        let find = || {
            let logger = logging.getattr(intern!(py, "getLogger"))?.call1(("ringback",))?;
            let (is_enabled_for, log) = (logger.getattr("isEnabledFor")?.unbind(), logger.getattr("log")?.unbind());
            PyResult::Ok(Self { is_enabled_for, log })
        };
        LOGGER.kept(py, find).ok() // fails while another thread is still importing it
    }

    fn is_enabled_for(&self, py: Python<'_>, level: u32) -> bool {
        self.is_enabled_for.call1(py, (level,)).is_ok_and(|enabled| enabled.is_truthy(py).unwrap_or(false))
    }

    /// Logs a call; one that was repeated is worth more than DEBUG, and no warning: it went on by itself.
    fn log(&self, py: Python<'_>, record: &CallRecord) -> PyResult<()> {
        let level = if record.attempts > 1 { INFO } else { DEBUG };
        if !self.is_enabled_for(py, level) {
            return Ok(());
        }
        let CallRecord { method, path, attempts, .. } = record;
        let status = record.status.map_or_else(|| "no status".to_owned(), |status| format!("status {status}"));
        let what = match record.error_kind {
            Some(kind) => format!("{} ({kind})", record.outcome),
            None => record.outcome.to_owned(),
        };
        let milliseconds = record.seconds * 1000.0;
        let request_id = record.request_id.as_deref().unwrap_or("none");
        let text = "%s %s: %s, %s, %.1f ms, attempts %d, request id %s";
        self.log.call1(py, (level, text, method, path, status, what, milliseconds, attempts, request_id))?;
        Ok(())
    }
}
