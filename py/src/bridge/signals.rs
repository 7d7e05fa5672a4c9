//! Ctrl-C, the exit of the interpreter, and threads that leave signals to Python.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
    time::Duration,
};

use pyo3::{prelude::*, sync::PyOnceLock, types::PyCFunction};

use crate::once::Once;

/// The thread that ends the interpreter, once it has begun to.
static EXITING: AtomicBool = AtomicBool::new(false);
static EXITING_THREAD: OnceLock<ThreadId> = OnceLock::new();

/// Asks Python, once, to tell when it begins to end.
pub(crate) fn watch_exit(py: Python<'_>) -> PyResult<()> {
    static WATCHED: PyOnceLock<()> = PyOnceLock::new();
    WATCHED
        .kept(py, || {
            let tell = PyCFunction::new_closure(py, None, None, |_, _| {
                let _ = EXITING_THREAD.set(thread::current().id());
                EXITING.store(true, Ordering::Release);
            })?;
            py.import("atexit")?.call_method1("register", (tell,))?;
            Ok(())
        })
        .copied()
}

/// Whether Python is ending under this thread, which then must not touch it any more.
pub(super) fn is_exiting() -> bool {
    EXITING.load(Ordering::Acquire) && EXITING_THREAD.get() != Some(&thread::current().id())
}

/// Keeps a daemon thread that outlived its interpreter where it is until the process ends, a moment later.
pub(super) fn stay_out_if_exiting() {
    while is_exiting() {
        thread::sleep(Duration::from_secs(3600));
    }
}

/// Runs the signal handlers that wait; no if one of them raised, which is then in `raised`.
pub(super) fn go_on(raised: &mut Option<PyErr>) -> bool {
    stay_out_if_exiting();
    match Python::try_attach(|py| py.check_signals()) {
        Some(Ok(())) => true,
        Some(Err(error)) => {
            *raised = Some(error);
            false
        }
        None => false,
    }
}

/// Runs what starts threads, so that these leave every signal to the threads of Python.
///
/// A signal that interrupted one of ours would not wake Python from `time.sleep`.
pub(super) fn without_signals<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    let before = nix::sys::signal::SigSet::all().thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_BLOCK);
    let result = work();
    #[cfg(unix)]
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
    result
}
