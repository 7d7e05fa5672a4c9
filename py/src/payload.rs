//! Webhooks as the classes of `ringback.webhooks`, and how far messages and calls have come.

use std::sync::{Mutex, PoisonError};

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyBytes, PyDict, PyList, PyString, PyTuple, PyType},
};
use ringback::{
    Error, ErrorKind,
    webhook::{
        CloudEvent, decode_form,
        ladder::{self, LadderStep},
        payload::{
            FieldValue, PayloadKind, Received,
            table::{Field, Group, PartForm},
        },
    },
};

use crate::{
    arguments, errors,
    once::{Import, Once, intern},
    values,
    webhook::{Read, Sent},
};

/// Reads a webhook as a class, or as the class of its kind.
#[pyfunction]
#[pyo3(signature = (params, class=None))]
pub(crate) fn read_payload<'py>(
    params: &Bound<'py, PyAny>,
    class: Option<&Bound<'py, PyType>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = params.py();
    let params = pairs(params)?;
    let named = match class {
        Some(class) => class.getattr(intern!(py, "_kind"))?.extract::<Option<String>>()?,
        None => None,
    };
    match (class, named.as_deref().and_then(PayloadKind::of_name)) {
        (Some(class), Some(kind)) => {
            build(class, &Received::of_kind(kind, &params).map_err(|error| errors::raised(py, &error))?)
        }
        _ => recognised(py, &Received::recognise(&params)),
    }
}

/// Reads the events of an event stream.
#[pyfunction]
pub(crate) fn read_cloud_events<'py>(body: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = body.py();
    let events = match (body.cast::<PyBytes>(), body.cast::<PyString>()) {
        (Ok(body), _) => CloudEvent::read_all(body.as_bytes()),
        (_, Ok(body)) => match body.to_str() {
            Ok(body) => CloudEvent::read_all(body.as_bytes()),
            Err(_) => Err(Error::new(ErrorKind::Decode, "the body holds a lone surrogate, so it is not JSON")),
        },
        _ => return Err(PyTypeError::new_err("body must be bytes or text")),
    };
    let events = events.map_err(|error| errors::raised(py, &error))?;
    let class = classes(py)?.getattr(intern!(py, "CloudEvent"))?;
    let event = |event: CloudEvent| {
        let members = PyDict::new(py);
        members.set_item(intern!(py, "specversion"), &event.specversion)?;
        members.set_item(intern!(py, "event_type"), &event.event_type)?;
        members.set_item(intern!(py, "source"), &event.source)?;
        members.set_item(intern!(py, "id"), &event.id)?;
        members.set_item(intern!(py, "dataschema"), &event.dataschema)?;
        members.set_item(intern!(py, "datacontenttype"), &event.datacontenttype)?;
        members.set_item(intern!(py, "subject"), &event.subject)?;
        let time = event.time.map(|time| values::timestamp(py, time)).transpose()?;
        members.set_item(intern!(py, "time"), time)?;
        members.set_item(intern!(py, "data"), values::json(py, &event.data)?)?;
        let extra = PyDict::new(py);
        for (key, value) in &event.extra {
            extra.set_item(key, values::json(py, value)?)?;
        }
        members.set_item(intern!(py, "extra"), extra)?;
        let payload = event.payload().map(|payload| recognised(py, payload.received())).transpose()?;
        members.set_item(intern!(py, "payload"), payload)?;
        class.call((), Some(&members))
    };
    events.into_iter().map(event).collect()
}

/// The module that holds the classes.
fn classes(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static CLASSES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = CLASSES.kept(py, || py.import("ringback.webhooks._payloads").map(Bound::unbind))?;
    Ok(module.bind(py))
}

fn recognised<'py>(py: Python<'py>, received: &Received) -> PyResult<Bound<'py, PyAny>> {
    let class = classes(py)?.getattr(PyString::intern(py, received.kind().as_str()))?;
    build(class.cast::<PyType>()?, received)
}

fn build<'py>(class: &Bound<'py, PyType>, received: &Received) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let members = PyDict::new(py);
    if let Some(row) = received.kind().row() {
        let shared = row.base.map_or(&[][..], |base| base.fields);
        set(&members, received, shared.iter().chain(row.fields))?;
        for part in row.every_part() {
            let value = match part.form {
                PartForm::Media => media(py, received)?,
                PartForm::SipHeaders => received.sip_headers().into_pyobject(py)?.into_any(),
                PartForm::Group(group) => self::group(py, received, group)?,
            };
            members.set_item(PyString::intern(py, part.attribute), value)?;
        }
    }
    let all = PyDict::new(py);
    for (name, text) in received.iter() {
        if !all.contains(name)? {
            all.set_item(name, text)?; // where a name stands twice, the first counts
        }
    }
    let extra = PyDict::new(py);
    for (name, text) in received.extra() {
        if !extra.contains(name)? {
            extra.set_item(name, text)?;
        }
    }
    members.set_item(intern!(py, "received"), all)?;
    members.set_item(intern!(py, "extra"), extra)?;
    members.set_item(intern!(py, "problems"), PyTuple::new(py, received.problems())?)?;
    class.call((), Some(&members))
}

/// Sets what is there; the class knows what stands for the rest.
fn set<'a>(members: &Bound<'_, PyDict>, received: &Received, fields: impl Iterator<Item = &'a Field>) -> PyResult<()> {
    let py = members.py();
    for field in fields {
        let value = received.value(field).map(|value| convert(py, value)).transpose()?;
        let is_key = field.presence == ringback::webhook::payload::table::Presence::Key;
        if is_key || value.is_some() {
            members.set_item(PyString::intern(py, field.attribute()), value)?;
        }
    }
    Ok(())
}

fn convert<'py>(py: Python<'py>, value: FieldValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        FieldValue::Integer(number) => number.into_pyobject(py)?.into_any(),
        FieldValue::Boolean(flag) => flag.into_pyobject(py)?.to_owned().into_any(),
        FieldValue::Decimal(number) => arguments::decimal(py)?.call1((number.to_string(),))?,
        FieldValue::Moment(moment) => values::timestamp(py, moment)?,
        FieldValue::Json(text) => classes(py)?.getattr(intern!(py, "JsonText"))?.call1((text,))?,
        FieldValue::Choice { text, class, is_known: true } => {
            classes(py)?.getattr(PyString::intern(py, class))?.call1((text,))?
        }
        FieldValue::Text(text) | FieldValue::Choice { text, .. } => PyString::new(py, text).into_any(),
        _ => py.None().into_bound(py),
    })
}

fn media<'py>(py: Python<'py>, received: &Received) -> PyResult<Bound<'py, PyAny>> {
    let found = received.media();
    if found.is_empty() {
        return Ok(PyTuple::empty(py).into_any());
    }
    let class = classes(py)?.getattr(intern!(py, "Media"))?;
    let made: PyResult<Vec<_>> = found.iter().map(|media| class.call1((&media.url, &media.content_type))).collect();
    Ok(PyTuple::new(py, made?)?.into_any())
}

fn group<'py>(py: Python<'py>, received: &Received, group: &Group) -> PyResult<Bound<'py, PyAny>> {
    if group.fields.iter().all(|field| received.text(field.name).is_none()) {
        return Ok(py.None().into_bound(py));
    }
    let members = PyDict::new(py);
    set(&members, received, group.fields.iter())?;
    classes(py)?.getattr(PyString::intern(py, group.class))?.call((), Some(&members))
}

/// Names and values in the shapes that frameworks give them, as a list of pairs, or out of a raw form.
fn pairs(params: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let wrong = || {
        PyTypeError::new_err(
            "params must be a mapping of texts, a list of pairs, or a form as text or bytes, in valid Unicode",
        )
    };
    if params.is_instance_of::<PyList>() || params.is_instance_of::<PyTuple>() {
        return params.extract().map_err(|_| wrong());
    }
    let sent = Sent::of(params)?.ok_or_else(wrong)?;
    let read = |sent: Read<'_>| match sent {
        Read::Params(pairs) => pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        Read::Body(body) => decode_form(body),
    };
    sent.read(read).ok_or_else(wrong)
}

/// A step as the enum of Python.
fn step(py: Python<'_>, step: LadderStep) -> PyResult<Bound<'_, PyAny>> {
    static STEP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    STEP.imported(py, "ringback.webhooks._ladder", "LadderStep")?.call1((step.as_str(),))
}

/// What a status is to the last known one of the same message.
#[pyfunction]
pub(crate) fn message_step<'py>(py: Python<'py>, last: Option<&str>, status: &str) -> PyResult<Bound<'py, PyAny>> {
    step(py, ladder::message_step(last, status))
}

/// What a status and its number are to the last known ones of the same call.
#[pyfunction]
pub(crate) fn call_step<'py>(
    py: Python<'py>,
    last: Option<(String, Option<i64>)>,
    status: (String, Option<i64>),
) -> PyResult<Bound<'py, PyAny>> {
    let ((status, number), (before, before_number)) = (status, last.unzip());
    let last = before.as_deref().map(|before| (before, before_number.flatten()));
    step(py, ladder::call_step(last, (&status, number)))
}

/// The last status of the messages that were heard of last; threads may share it.
#[pyclass(frozen, module = "ringback.webhooks")]
pub(crate) struct MessageLadder(Mutex<ladder::MessageLadder>);

#[pymethods]
impl MessageLadder {
    #[new]
    #[pyo3(signature = (capacity=100_000))]
    fn new(capacity: usize) -> Self {
        Self(Mutex::new(ladder::MessageLadder::new(capacity)))
    }

    /// Takes the status of a callback, and tells what it is to the one before.
    fn climb<'py>(&self, py: Python<'py>, sid: &str, status: &str) -> PyResult<Bound<'py, PyAny>> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).climb(sid, status);
        step(py, taken)
    }

    /// The status that the message has reached.
    fn status(&self, sid: &str) -> Option<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).status(sid)
    }

    fn __len__(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// The last status of the calls that were heard of last; threads may share it.
#[pyclass(frozen, module = "ringback.webhooks")]
pub(crate) struct CallLadder(Mutex<ladder::CallLadder>);

#[pymethods]
impl CallLadder {
    #[new]
    #[pyo3(signature = (capacity=100_000))]
    fn new(capacity: usize) -> Self {
        Self(Mutex::new(ladder::CallLadder::new(capacity)))
    }

    /// Takes the status of a callback and its number, and tells what it is to the one before.
    #[pyo3(signature = (sid, status, sequence_number=None))]
    fn climb<'py>(
        &self,
        py: Python<'py>,
        sid: &str,
        status: &str,
        sequence_number: Option<i64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).climb(sid, status, sequence_number);
        step(py, taken)
    }

    /// The status that the call has reached.
    fn status(&self, sid: &str) -> Option<&'static str> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).status(sid)
    }

    fn __len__(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
