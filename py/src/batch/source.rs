//! Where the requests of a batch come from, what their results become, and what is told of the progress.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyDict, PyIterator, PyMapping},
};
use ringback::{
    Error, Outcome, Response,
    batch::{self, Manner, Reader, Step},
};

use crate::{
    bridge, errors,
    handle::Handle,
    method::{self, Method},
    observe::Watch,
    once::intern,
    resource::Place,
};

/// How a batch was asked for.
pub(super) struct Options<'py> {
    pub(super) requests: Bound<'py, PyAny>,
    pub(super) manner: Manner,
    pub(super) in_order: bool,
    pub(super) progress: Option<Bound<'py, PyAny>>,
}

impl<'py> Options<'py> {
    pub(super) fn read<'a>(
        handle: &Handle,
        given: impl Iterator<Item = (&'a str, &'a Bound<'py, PyAny>)>,
    ) -> PyResult<Self>
    where
        'py: 'a,
    {
        let mut manner = Manner::default();
        let (mut requests, mut in_order, mut progress) = (None, true, None);
        for (name, value) in given {
            let wrong = |what: &str| {
                let error = Error::invalid_argument(format!("{name} must be {what}"));
                handle.errors.raised(value.py(), &error, None)
            };
            match name {
                "requests" => requests = Some(value.clone()),
                "ordered" => in_order = value.is_truthy()?,
                "progress" => progress = Some(value.clone()).filter(|progress| !progress.is_none()),
                "concurrency" if !value.is_none() => {
                    manner.concurrency = value.extract().map_err(|_| wrong("a whole number of at least 1"))?;
                }
                "per_second" if !value.is_none() => {
                    manner.per_second = Some(value.extract().map_err(|_| wrong("a number"))?);
                }
                _ => {}
            }
        }
        let requests = requests.ok_or_else(|| PyTypeError::new_err("create_many() takes the requests first"))?;
        if requests.cast::<PyMapping>().is_ok() {
            let text = "requests must be an iterable of dicts, and this is one dict: put it into a list";
            return Err(errors::invalid_argument(requests.py(), text));
        }
        Ok(Self { requests, manner, in_order, progress })
    }
}

/// The requests of a batch and its reader.
pub(super) struct Source {
    place: Place,
    create: Method,
    requests: Option<Py<PyIterator>>,
    /// How many requests there are, where the iterable knows it.
    pub(super) total: Option<usize>,
    reader: Reader,
    watch: Watch,
    progress: Option<Py<PyAny>>,
    /// A result that was not told because the callback for the progress raised.
    held: Option<Py<PyAny>>,
    told: usize,
    /// The number of the request that the last result belongs to.
    pub(super) index: Option<usize>,
    is_begun: bool,
    is_stopped: bool,
    /// Set by whoever wants it stopped while it is being read.
    pub(super) wants_stop: Arc<AtomicBool>,
}

/// What the reader of the results does next.
pub(super) enum Next {
    Told(Py<PyAny>),
    Wait,
    End,
}

impl Source {
    pub(super) fn new(
        py: Python<'_>,
        place: Place,
        create: Method,
        requests: &Bound<'_, PyAny>,
        progress: Option<Bound<'_, PyAny>>,
        (reader, watch): (Reader, Watch),
    ) -> PyResult<Self> {
        let total = requests.len().ok();
        let iterator = requests.try_iter()?.unbind();
        let progress = match progress {
            Some(progress) => {
                let reporter = py.import("ringback._batch")?.getattr("reporter")?.call1((progress, total))?;
                Some(reporter).filter(|reporter| !reporter.is_none()).map(Bound::unbind)
            }
            None => None,
        };
        Ok(Self {
            place,
            create,
            requests: Some(iterator),
            total,
            reader,
            watch,
            progress,
            held: None,
            told: 0,
            index: None,
            is_begun: false,
            is_stopped: false,
            wants_stop: Arc::default(),
        })
    }

    pub(super) fn is_begun(&self) -> bool {
        self.is_begun
    }

    pub(super) fn reader(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// Begins no further request and drops what is under way; the results say what became of each.
    pub(super) fn stop(&mut self) {
        self.is_begun = true;
        self.is_stopped = true;
        self.requests = None;
        self.reader.stop();
    }

    /// Goes on as far as it can without waiting. What the iterable raises comes out, and the results can still be read.
    pub(super) fn next(&mut self, py: Python<'_>) -> PyResult<Next> {
        self.is_begun = true;
        if let Some(held) = self.held.take() {
            return Ok(Next::Told(held));
        }
        if !self.is_stopped && self.wants_stop.load(Ordering::Acquire) {
            self.stop();
        }
        loop {
            match self.reader.step() {
                Step::Fetch => self.fetch(py)?,
                Step::Tell(index, result) => return self.tell(py, index, result).map(Next::Told),
                Step::Wait => return Ok(Next::Wait),
                Step::End => break,
            }
        }
        // of an iterable that knows its length, what was never reached has a result as well
        if self.is_stopped && self.total.is_some_and(|total| self.told < total) {
            return self.tell(py, self.told, Err(batch::interrupted(Outcome::NotSent))).map(Next::Told);
        }
        self.close(py);
        Ok(Next::End)
    }

    fn fetch(&mut self, py: Python<'_>) -> PyResult<()> {
        let next = self.requests.as_ref().and_then(|requests| requests.bind(py).clone().next());
        let request = match next {
            Some(Ok(request)) => request,
            ended => {
                self.requests = None;
                self.reader.exhaust();
                return ended.map_or(Ok(()), |failed| failed.map(drop));
            }
        };
        let params = self.arguments(&request).and_then(|arguments| self.create.params(&self.place, &arguments));
        let entry = match params {
            Ok(params) => Ok((self.create.row(), params)),
            // a request that is wrong is a result; what has nothing to do with it, such as Ctrl-C, comes out
            Err(error) if error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyValueError>(py) => {
                let value = error.value(py);
                let message = value.getattr_opt(intern!(py, "message"))?.unwrap_or_else(|| value.clone().into_any());
                Err(Error::invalid_argument(message.str()?.to_string_lossy().into_owned()))
            }
            Err(error) => {
                // it was taken, so it has a result
                self.reader.push(Err(batch::interrupted(Outcome::NotSent)));
                return Err(error);
            }
        };
        self.reader.push(entry);
        Ok(())
    }

    fn arguments<'py>(&self, request: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        if let Ok(arguments) = request.cast::<PyDict>() {
            return Ok(arguments.clone());
        }
        let Ok(mapping) = request.cast::<PyMapping>() else {
            let class = request.get_type().qualname()?;
            return Err(PyTypeError::new_err(format!("a request is a dict of arguments, not of type {class}")));
        };
        let arguments = PyDict::new(request.py());
        arguments.update(mapping)?;
        Ok(arguments)
    }

    /// Makes of a result what the caller gets: the instance, or the exception that `create` would have raised.
    fn tell(&mut self, py: Python<'_>, index: usize, result: ringback::Result<Response>) -> PyResult<Py<PyAny>> {
        self.place.handle.observer.tell(py, &self.watch);
        let operation = self.create.row();
        let errors = &self.place.handle.errors;
        let made = match result {
            Ok(response) => match method::finish(&self.place, operation)(py, response) {
                Ok(made) => made,
                Err(error) => error.into_value(py).into_any(), // it was sent, and this is what is left of it
            },
            Err(error) => {
                let made = errors.raised(py, &error, Some(operation)).into_value(py).into_any();
                made.setattr(py, intern!(py, "index"), index)?;
                made
            }
        };
        self.told += 1;
        self.index = Some(index);
        if let Some(progress) = &self.progress {
            let (done, total) = (self.told, self.total);
            if let Err(raised) = progress.call1(py, (done, total)) {
                self.held = Some(made);
                return Err(raised);
            }
        }
        Ok(made)
    }

    /// Ends the bar, if there is one.
    fn close(&mut self, py: Python<'_>) {
        if let Some(progress) = self.progress.take()
            && let Ok(Some(close)) = progress.bind(py).getattr_opt(intern!(py, "_close"))
            && let Err(error) = close.call0()
        {
            error.write_unraisable(py, None);
        }
    }
}

/// Warns, as Python does of coroutines, of a batch whose results nobody read.
pub(super) fn never_read(name: &str) {
    bridge::warn(&format!("the results of {name} were never read, so nothing was sent"));
}
