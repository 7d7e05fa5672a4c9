//! How finished requests reach an event loop: in batches, through one wake-up that needs no GIL.

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use pyo3::{exceptions::PyNotImplementedError, prelude::*};

use super::{call::Slot, no_resource, signals};
use crate::{errors, once::intern};

/// The finished requests of one event loop.
pub(super) struct Inbox {
    finished: Mutex<Vec<Arc<Slot>>>,
    /// Whether the loop was woken and has not come yet.
    rung: AtomicBool,
    bell: Bell,
}

/// What wakes an event loop.
enum Bell {
    /// A socket that the loop watches; ringing it touches no Python.
    #[cfg(unix)]
    Socket { ring: std::os::unix::net::UnixStream, heard: std::os::unix::net::UnixStream },
    /// `call_soon_threadsafe` of a loop that can watch no socket, with what it calls.
    Callback(Mutex<Option<(Py<PyAny>, Py<Drain>)>>),
}

thread_local! {
    /// The loop that last ran on this thread, kept so that no other can take its address, and its inbox.
    static CURRENT: RefCell<Option<(Py<PyAny>, Arc<Inbox>)>> = const { RefCell::new(None) };
}

impl Inbox {
    /// The inbox of the event loop that runs on this thread.
    pub(super) fn of_loop(event_loop: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        let known = CURRENT.with_borrow(|current| match current {
            Some((known, inbox)) if known.is(event_loop) => Some(Arc::clone(inbox)),
            _ => None,
        });
        if let Some(inbox) = known {
            return Ok(inbox);
        }
        let inbox = Self::watched_by(event_loop)?;
        let before = CURRENT.replace(Some((event_loop.clone().unbind(), Arc::clone(&inbox))));
        drop(before); // outside the borrow: it may run Python
        Ok(inbox)
    }

    fn new(bell: Bell) -> Arc<Self> {
        Arc::new(Self { finished: Mutex::default(), rung: AtomicBool::new(false), bell })
    }

    fn watched_by(event_loop: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        let py = event_loop.py();
        #[cfg(unix)]
        {
            use std::os::{fd::AsRawFd, unix::net::UnixStream};
            let pair = UnixStream::pair().and_then(|(ring, heard)| {
                ring.set_nonblocking(true)?;
                heard.set_nonblocking(true)?;
                Ok((ring, heard))
            });
            let (ring, heard) =
                pair.map_err(|cause| errors::raised(py, &no_resource("the operating system gave no socket", cause)))?;
            let watched = heard.as_raw_fd();
            let inbox = Self::new(Bell::Socket { ring, heard });
            let drain = Py::new(py, Drain(Arc::clone(&inbox)))?;
            match event_loop.call_method1(intern!(py, "add_reader"), (watched, drain)) {
                Ok(_) => return Ok(inbox),
                Err(error) if error.is_instance_of::<PyNotImplementedError>(py) => {}
                Err(error) => return Err(error),
            }
        }
        let call_soon = event_loop.getattr(intern!(py, "call_soon_threadsafe"))?.unbind();
        let inbox = Self::new(Bell::Callback(Mutex::default()));
        let drain = Py::new(py, Drain(Arc::clone(&inbox)))?;
        if let Bell::Callback(target) = &inbox.bell {
            *target.lock().unwrap_or_else(PoisonError::into_inner) = Some((call_soon, drain));
        }
        Ok(inbox)
    }

    /// Takes a finished request and wakes the loop, unless that was done already.
    pub(super) fn deliver(&self, slot: Arc<Slot>) {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner).push(slot);
        if self.rung.swap(true, Ordering::AcqRel) {
            return;
        }
        match &self.bell {
            #[cfg(unix)]
            Bell::Socket { ring, .. } => {
                let _ = std::io::Write::write(&mut &*ring, &[1]); // a full socket wakes as well
            }
            Bell::Callback(target) => {
                if signals::is_exiting() {
                    return;
                }
                Python::try_attach(|py| {
                    let target = target.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some((call_soon, drain)) = &*target {
                        let _ = call_soon.call1(py, (drain,)); // fails if the loop is closed: nobody waits then
                    }
                });
            }
        }
    }

    fn take(&self) -> Vec<Arc<Slot>> {
        #[cfg(unix)]
        if let Bell::Socket { heard, .. } = &self.bell {
            let _ = std::io::Read::read(&mut &*heard, &mut [0; 16]);
        }
        self.rung.store(false, Ordering::Release); // before the look, so that what comes after it rings again
        std::mem::take(&mut self.finished.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What the event loop calls when its bell rang.
#[pyclass(frozen)]
pub(crate) struct Drain(Arc<Inbox>);

#[pymethods]
impl Drain {
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        for slot in self.0.take() {
            slot.wake(py)?;
        }
        Ok(())
    }
}
