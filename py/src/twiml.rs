//! TwiML for Python: a class per verb, made from the core's table when it is first asked for.

mod class;
mod methods;

#[rustfmt::skip]
mod generated {
    mod methods;
}

use std::{cell::Cell, sync::OnceLock};

use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError},
    prelude::*,
    types::{PyDict, PyString, PyTuple, PyType},
};
use ringback::{
    Value,
    twiml::{Draft, Node, table},
};

use self::class::Class;
use crate::{arguments, errors, once::intern};

pub(crate) use class::{Row, twiml_class, twiml_classes};
pub(crate) use methods::Verbs;

/// A TwiML document or verb; what is added to it stays shared with it.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback._ringback")]
pub(crate) struct TwiML {
    /// What it was made around.
    made: Option<Verb>,
    /// What `__init__` made of its arguments.
    begun: OnceLock<Verb>,
}

/// What such an object holds; an element of a free name has no class.
struct Verb {
    node: Node,
    class: Option<&'static Class>,
}

impl TwiML {
    fn known(&self) -> Option<&Verb> {
        self.made.as_ref().or_else(|| self.begun.get())
    }

    fn verb(&self) -> PyResult<&Verb> {
        self.known().ok_or_else(|| PyRuntimeError::new_err("the verb was not initialised"))
    }

    fn node(&self) -> PyResult<&Node> {
        self.verb().map(|verb| &verb.node)
    }

    /// The document as XML.
    pub(crate) fn xml(&self, py: Python<'_>) -> PyResult<String> {
        self.node()?.to_xml().map_err(|error| errors::raised(py, &error))
    }
}

thread_local! {
    /// What the object is made around that is being made: `__new__` takes it, and `__init__` then has nothing to do.
    static PENDING: Cell<Option<Verb>> = const { Cell::new(None) };
}

/// An object of this class around a verb that is there already.
fn wrap<'py>(class: &Bound<'py, PyType>, verb: Verb) -> PyResult<Bound<'py, PyAny>> {
    PENDING.set(Some(verb));
    let made = class.call0();
    drop(PENDING.take()); // left there if making it failed
    made
}

/// A verb with the text and the attributes that the arguments of its method give it: the first, the others, and by name.
fn fill(
    py: Python<'_>,
    mut draft: Draft,
    verb: Option<&'static table::Verb>,
    first: Option<&Bound<'_, PyAny>>,
    others: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<Draft> {
    let raised = |error| errors::raised(py, &error);
    let tag = verb.map_or("element", |verb| verb.tag);
    let text_name = verb.map_or(Some("value"), |verb| verb.text);
    let twice = |name: &str| PyTypeError::new_err(format!("{tag} got multiple values for argument {name:?}"));
    let text = first.filter(|_| text_name.is_some());
    if let Some(text) = text.map(|text| text_argument(tag, text)).transpose()?.flatten() {
        draft.text(text).map_err(raised)?;
    }
    let mut placed: &[&str] = &[];
    if text_name.is_none() && first.is_some() || !others.is_empty() {
        let arguments = verb.map_or::<&[&str], _>(&[], |verb| verb.arguments);
        // where no text comes first, `None` there leaves out an attribute and not its place
        let own = text_name.is_none().then(|| first.cloned());
        let given: Vec<_> = own.into_iter().chain(others.iter().map(Some)).collect();
        placed = arguments.get(..given.len()).ok_or_else(|| {
            let takes = if text_name.is_some() { "its text and " } else { "" };
            let most = arguments.len();
            PyTypeError::new_err(format!("{tag} takes {takes}{most} attributes by position; give others by name"))
        })?;
        for (name, value) in placed.iter().zip(&given) {
            let value = value.as_ref().map(|value| arguments::value(name, value, arguments::Nulls::LeftOut));
            if let Some(value) = value.transpose()?.flatten() {
                draft.set(name, value).map_err(raised)?;
            }
        }
    }
    for (key, value) in kwargs.into_iter().flatten() {
        let key = key.cast::<PyString>()?;
        let key = key.to_str().map_err(|_| PyTypeError::new_err(format!("{tag} has no such attribute")))?;
        if Some(key) == text_name {
            if text.is_some() {
                return Err(twice(key));
            }
            if let Some(text) = text_argument(tag, &value)? {
                draft.text(text).map_err(raised)?;
            }
        } else if !placed.is_empty()
            && verb.and_then(|verb| verb.attribute(key)).is_some_and(|known| placed.contains(&known.name))
        {
            return Err(twice(key));
        } else if let Some(value) = arguments::value(key, &value, arguments::Nulls::LeftOut)? {
            draft.set(key, value).map_err(raised)?;
        }
    }
    Ok(draft)
}

fn text_argument(tag: &str, given: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    Ok(match arguments::value(tag, given, arguments::Nulls::LeftOut)? {
        None => None,
        Some(Value::Text(text)) => Some(text),
        // as the official package writes the attributes of a task
        Some(Value::Json(_)) if given.is_instance_of::<PyDict>() => {
            let dumped = given.py().import("json")?.getattr("dumps")?.call1((given,))?;
            Some(arguments::text_of(tag, dumped.cast()?)?)
        }
        Some(_) => Some(arguments::text_of(tag, &given.str()?)?),
    })
}

#[pymethods]
impl TwiML {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self { made: PENDING.take(), begun: OnceLock::new() }
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__(slf: &Bound<'_, Self>, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let py = slf.py();
        if slf.get().known().is_some() {
            return Ok(()); // made around a verb that is there already
        }
        let row = slf.getattr(intern!(py, class::ROW))?;
        let class = row.cast::<Row>()?.get().0;
        let (first, others) = (args.get_item(0).ok(), args.get_slice(1, args.len()));
        let draft = fill(py, Draft::new(class.kind, class.verb), Some(class.verb), first.as_ref(), &others, kwargs)?;
        let _ = slf.get().begun.set(Verb { node: draft.into(), class: Some(class) });
        Ok(())
    }

    /// The name of the element.
    #[getter]
    fn name(&self) -> PyResult<String> {
        Ok(self.node()?.read(|element| element.name().to_owned()))
    }

    /// The document as XML, with its declaration unless told otherwise.
    #[pyo3(signature = (xml_declaration = true))]
    fn to_xml(&self, py: Python<'_>, xml_declaration: bool) -> PyResult<String> {
        let node = self.node()?;
        let text = if xml_declaration { node.to_xml() } else { node.to_fragment() };
        text.map_err(|error| errors::raised(py, &error))
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.xml(py)
    }

    /// Adds a verb that was made before, or text.
    fn append<'py>(slf: Bound<'py, Self>, verb: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let py = slf.py();
        if let Ok(text) = verb.cast::<PyString>() {
            slf.get().node()?.text(&arguments::text_of("text", text)?);
        } else if let Ok(verb) = verb.cast::<Self>() {
            let appended = slf.get().node()?.append(verb.get().node()?);
            appended.map_err(|error| errors::raised(py, &error))?;
        } else {
            return Err(errors::invalid_argument(py, "only verbs of TwiML and text can be appended"));
        }
        Ok(slf)
    }

    /// Adds a verb that was made before, or text, and gives that.
    fn nest<'py>(slf: Bound<'py, Self>, verb: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Self::append(slf, verb)?;
        Ok(verb.clone())
    }

    /// Adds text.
    fn add_text(&self, text: &Bound<'_, PyString>) -> PyResult<()> {
        self.node()?.text(&arguments::text_of("text", text)?);
        Ok(())
    }

    /// Adds a comment.
    fn comment<'py>(slf: Bound<'py, Self>, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, Self>> {
        slf.get().node()?.comment(&arguments::text_of("comment", text)?);
        Ok(slf)
    }

    /// Adds an element of any name, with any attributes, and gives it.
    #[pyo3(signature = (name, value = None, **kwargs))]
    fn add_child<'py>(
        slf: &Bound<'py, Self>,
        name: &str,
        value: Option<&Bound<'py, PyAny>>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let parent = slf.get().node()?;
        let raised = |error| errors::raised(py, &error);
        let draft =
            fill(py, Draft::free(parent.kind(), name).map_err(raised)?, None, value, &PyTuple::empty(py), kwargs)?;
        let node = parent.add_draft(draft).map_err(raised)?;
        wrap(&py.get_type::<Self>(), Verb { node, class: None })
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_error))]
    fn __exit__(&self, _error: &Bound<'_, PyTuple>) {}

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("<TwiML {}>", self.name()?))
    }
}
