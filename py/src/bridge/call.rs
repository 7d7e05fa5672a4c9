//! What an async method gives: a coroutine that sends its request when it is first awaited.

use std::{
    ffi::CString,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::Duration,
};

use futures_util::future::{AbortHandle, abortable};
use pyo3::{
    exceptions::{PyRuntimeError, PyRuntimeWarning, PyStopAsyncIteration, PyStopIteration},
    prelude::*,
    sync::PyOnceLock,
    types::PyType,
};
use ringback::{Error, ErrorKind, Outcome, Progress, operation::Operation};
use tokio::{
    runtime::Builder,
    sync::mpsc::{self, UnboundedSender},
};

use super::{PerProcess, inbox::Inbox, no_resource, signals};
use crate::{
    errors,
    handle::Handle,
    observe::Watch,
    once::{Import, intern},
};

/// Makes of an answer what the caller gets; runs where Python does.
pub(crate) type Finish = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// A request, sent when it is polled.
pub(crate) type Work = Pin<Box<dyn Future<Output = ringback::Result<Finish>> + Send>>;

/// How long a cancelled request may take to let go of its connection before its outcome counts as unknown.
const LONGEST_CANCEL: Duration = Duration::from_millis(50);

/// The answer of a request under way, and the future that its caller awaits.
pub(super) struct Slot {
    answer: Mutex<Answer>,
    ended: Condvar,
    future: Py<PyAny>,
}

enum Answer {
    Pending,
    Here(ringback::Result<Finish>),
    /// The request ended without one, or its answer was taken.
    Gone,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Answer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, answer: Answer) {
        let mut place = self.lock();
        if matches!(*place, Answer::Pending) {
            *place = answer;
            self.ended.notify_all();
        }
    }

    /// Lets the awaiting task go on.
    pub(super) fn wake(&self, py: Python<'_>) -> PyResult<()> {
        let future = self.future.bind(py);
        if !future.call_method0(intern!(py, "done"))?.is_truthy()? {
            future.call_method1(intern!(py, "set_result"), (py.None(),))?;
        }
        Ok(())
    }
}

/// Tells, when the request is over in any way, that it will not touch its connection any more.
struct Ending(Arc<Slot>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end(Answer::Gone);
    }
}

/// A request that is sent when it is awaited: a coroutine, so that tasks, groups and time-outs take it.
#[pyclass(frozen, module = "ringback._ringback", name = "Call")]
pub(crate) struct Call {
    handle: Arc<Handle>,
    operation: &'static Operation,
    progress: Progress,
    state: Mutex<State>,
}

enum State {
    New(Work),
    Waiting(Arc<Slot>, PerProcess<AbortHandle>, Watch),
    Over,
}

impl Call {
    pub(crate) fn make(
        py: Python<'_>,
        handle: Arc<Handle>,
        operation: &'static Operation,
        work: Work,
        progress: Progress,
    ) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, Self { handle, operation, progress, state: Mutex::new(State::New(work)) })?.into_any())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts, or goes on after the wake-up.
    fn step(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let state = std::mem::replace(&mut *self.lock(), State::Over);
        match state {
            State::New(work) => {
                let watch = self.handle.observer.watch(py);
                let (slot, abort) = start(py, watch.around(work))?;
                let future = slot.future.clone_ref(py);
                *self.lock() = State::Waiting(slot, PerProcess::new(abort), watch);
                Ok(future)
            }
            State::Waiting(slot, abort, watch) => {
                let answer = std::mem::replace(&mut *slot.lock(), Answer::Gone);
                self.handle.observer.tell(py, &watch);
                match answer {
                    Answer::Here(Ok(finish)) => Err(PyStopIteration::new_err((finish(py)?,))),
                    Answer::Here(Err(error)) => Err(self.handle.errors.raised(py, &error, Some(self.operation))),
                    Answer::Pending => {
                        give_up(&abort);
                        Err(PyRuntimeError::new_err("the call was resumed before its answer came"))
                    }
                    Answer::Gone => Err(PyRuntimeError::new_err("the request was dropped without an answer")),
                }
            }
            State::Over => Err(PyRuntimeError::new_err("cannot reuse already awaited coroutine")),
        }
    }

    /// Drops the request and says what became of it.
    fn cancel(&self, py: Python<'_>) -> Option<Outcome> {
        let state = std::mem::replace(&mut *self.lock(), State::Over);
        match state {
            State::New(_) => Some(Outcome::NotSent),
            State::Over => None,
            // a parent's: nobody here ends it, and its locks may be held for ever
            State::Waiting(_, abort, _) if abort.current().is_none() => None,
            State::Waiting(slot, abort, watch) => {
                give_up(&abort);
                let ended = |slot: &Slot| {
                    let wait = slot
                        .ended
                        .wait_timeout_while(slot.lock(), LONGEST_CANCEL, |answer| matches!(answer, Answer::Pending));
                    let (answer, _) = wait.unwrap_or_else(PoisonError::into_inner);
                    match &*answer {
                        Answer::Here(Ok(_)) => Outcome::Sent,
                        Answer::Here(Err(error)) => error.outcome(),
                        Answer::Gone => self.progress.abandon(),
                        Answer::Pending => Outcome::Unknown,
                    }
                };
                let outcome = py.detach(|| ended(&slot));
                self.handle.observer.tell(py, &watch);
                Some(outcome)
            }
        }
    }
}

#[pymethods]
impl Call {
    #[getter]
    fn __name__(&self) -> &'static str {
        self.operation.name
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.operation.name
    }

    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.step(py)
    }

    fn send(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let _ = value;
        self.step(py)
    }

    #[pyo3(signature = (typ, val = None, tb = None))]
    fn throw(
        &self,
        typ: &Bound<'_, PyAny>,
        val: Option<&Bound<'_, PyAny>>,
        tb: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let _ = tb;
        let py = typ.py();
        let outcome = self.cancel(py);
        let error = thrown(typ, val)?;
        Err(match outcome {
            Some(outcome) => errors::interrupted(py, error, &self.progress.interrupted(outcome)),
            None => error,
        })
    }

    fn close(&self, py: Python<'_>) {
        self.cancel(py);
    }

    fn __repr__(&self) -> String {
        format!("<coroutine {}>", self.operation.name)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(state, State::Over) {
            State::Waiting(_, abort, _) => give_up(&abort),
            State::New(_) => never_awaited(self.operation.name),
            State::Over => {}
        }
    }
}

/// Gives up a request; what a parent had under way is let be, since its background thread may have held a lock as it forked.
fn give_up(request: &PerProcess<AbortHandle>) {
    if let Some(request) = request.current() {
        request.abort();
    }
}

/// What is thrown into a coroutine: an exception, or a class to make one of.
pub(crate) fn thrown(typ: &Bound<'_, PyAny>, val: Option<&Bound<'_, PyAny>>) -> PyResult<PyErr> {
    Ok(match val {
        Some(value) => PyErr::from_value(value.clone()),
        None if typ.is_instance_of::<PyType>() => PyErr::from_value(typ.call0()?),
        None => PyErr::from_value(typ.clone()),
    })
}

/// Warns, as Python does of its own coroutines: the request was not sent.
fn never_awaited(name: &str) {
    warn(&format!("coroutine '{name}' was never awaited"));
}

/// Gives a `RuntimeWarning` from where no exception can come out.
pub(crate) fn warn(text: &str) {
    if signals::is_exiting() {
        return;
    }
    Python::try_attach(|py| {
        let pending = PyErr::take(py);
        let text = CString::new(text).unwrap_or_default();
        if let Err(error) = PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &text, 1) {
            error.write_unraisable(py, None);
        }
        if let Some(pending) = pending {
            pending.restore(py);
        }
    });
}

/// Sends the request on the background thread; its answer comes to the loop that runs here.
fn start(py: Python<'_>, work: Work) -> PyResult<(Arc<Slot>, AbortHandle)> {
    let (slot, inbox) = slot(py)?;
    let ending = Ending(Arc::clone(&slot));
    let (work, abort) = abortable(work);
    let job = async move {
        if let Ok(answer) = work.await {
            ending.0.end(Answer::Here(answer));
            inbox.deliver(Arc::clone(&ending.0));
        }
    };
    spawn(py, Box::pin(job))?;
    Ok((slot, abort))
}

/// What a task of the loop that runs here waits for, and where the loop is told of it.
fn slot(py: Python<'_>) -> PyResult<(Arc<Slot>, Arc<Inbox>)> {
    static RUNNING_LOOP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    signals::watch_exit(py)?;
    let running = RUNNING_LOOP.imported(py, "asyncio", "get_running_loop")?;
    let event_loop = running.call0()?;
    let inbox = Inbox::of_loop(&event_loop)?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    // what `yield from` of a future sets: the task may wait for it
    future.setattr(intern!(py, "_asyncio_future_blocking"), true)?;
    let slot = Slot { answer: Mutex::new(Answer::Pending), ended: Condvar::new(), future: future.unbind() };
    Ok((Arc::new(slot), inbox))
}

/// Lets a task of an event loop go on, once, from where Python does not run.
pub(crate) struct Bell(Arc<Slot>, Arc<Inbox>);

impl Bell {
    /// A bell with the future that the task of the running loop waits for.
    pub(crate) fn new(py: Python<'_>) -> PyResult<(Self, Py<PyAny>)> {
        let (slot, inbox) = slot(py)?;
        let future = slot.future.clone_ref(py);
        Ok((Self(slot, inbox), future))
    }

    pub(crate) fn ring(self) {
        self.1.deliver(self.0);
    }
}

/// Runs something on the background thread.
pub(crate) fn spawn(py: Python<'_>, job: Job) -> PyResult<()> {
    signals::watch_exit(py)?;
    let background = background().map_err(|error| errors::raised(py, &error))?;
    background.send(job).map_err(|_| PyRuntimeError::new_err("the background thread has ended"))
}

/// A request on its way to the background thread; many at once wake it once.
pub(crate) type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The thread that async requests run on, started by the first of them.
fn background() -> ringback::Result<&'static UnboundedSender<Job>> {
    static BACKGROUND: OnceLock<PerProcess<UnboundedSender<Job>>> = OnceLock::new();
    if BACKGROUND.get().is_none() {
        let _ = BACKGROUND.set(PerProcess::new(start_thread()?));
    }
    match BACKGROUND.get() {
        Some(background) => background.get(start_thread),
        None => Err(Error::new(ErrorKind::Internal, "the background thread was lost")),
    }
}

fn start_thread() -> ringback::Result<UnboundedSender<Job>> {
    let failed = |cause| no_resource("the operating system gave no background thread", cause);
    let (sender, mut jobs) = mpsc::unbounded_channel::<Job>();
    signals::without_signals(|| {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let run = move || {
            runtime.block_on(async {
                while let Some(job) = jobs.recv().await {
                    tokio::spawn(job);
                }
            });
        };
        thread::Builder::new().name("ringback".to_owned()).spawn(run).map_err(failed)?;
        Ok(sender)
    })
}

/// Something to await that is there already: a record of a page that came before.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Ready(Mutex<Option<Option<Py<PyAny>>>>);

impl Ready {
    /// A value, or the end of an async iteration.
    pub(crate) fn make(py: Python<'_>, value: Option<Py<PyAny>>) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, Self(Mutex::new(Some(value))))?.into_any())
    }
}

#[pymethods]
impl Ready {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self) -> PyResult<Py<PyAny>> {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(match value {
            Some(Some(value)) => PyStopIteration::new_err((value,)),
            Some(None) => PyStopAsyncIteration::new_err(()),
            None => PyRuntimeError::new_err("cannot reuse already awaited coroutine"),
        })
    }
}
