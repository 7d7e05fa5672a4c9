//! TwiML for Python: a class per verb, made from the core's table when it is first asked for.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, OnceLock, PoisonError},
};

use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError},
    intern,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyString, PyTuple, PyType},
};
use ringback::{
    Value, names,
    twiml::{Kind, Node, attribute_name, table::Verb},
};

use crate::{arguments, errors};

/// The name of the attribute by which a class knows its verb.
const ROW: &str = "_row";

/// A verb of a kind of document, as a class holds it.
#[pyclass(frozen, module = "ringback._ringback")]
struct Row {
    kind: Kind,
    verb: &'static Verb,
}

/// A TwiML document or verb; what is added to it stays shared with it.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback._ringback")]
pub(crate) struct TwiML(OnceLock<Node>);

impl TwiML {
    fn node(&self) -> PyResult<&Node> {
        self.0.get().ok_or_else(|| PyRuntimeError::new_err("the verb was not initialised"))
    }

    /// The document as XML.
    pub(crate) fn xml(&self, py: Python<'_>) -> PyResult<String> {
        self.node()?.to_xml().map_err(|error| errors::raised(py, &error))
    }
}

/// The text and the attributes of a verb from the arguments of its method.
fn fill(
    node: impl FnOnce(Option<&str>) -> ringback::Result<Node>,
    verb: Option<&'static Verb>,
    args: &[Bound<'_, PyAny>],
    kwargs: Option<&Bound<'_, PyDict>>,
    py: Python<'_>,
) -> PyResult<Node> {
    let raised = |error| errors::raised(py, &error);
    let tag = verb.map_or("element", |verb| verb.tag);
    let text_name = verb.map_or(Some("value"), |verb| verb.text);
    let mut text = match args {
        [] => None,
        [text] if text_name.is_some() => text_argument(tag, text)?,
        [_] => return Err(PyTypeError::new_err(format!("{tag} takes no text; give its attributes by keyword"))),
        _ => return Err(PyTypeError::new_err(format!("{tag} takes its attributes by keyword"))),
    };
    let mut attributes = Vec::new();
    for (key, value) in kwargs.into_iter().flatten() {
        let key = arguments::text_of(tag, key.cast::<PyString>()?)?;
        if Some(key.as_str()) == text_name && args.is_empty() {
            text = text_argument(tag, &value)?;
        } else if let Some(value) = arguments::value(&key, &value, arguments::Nulls::LeftOut)? {
            attributes.push((key, value));
        }
    }
    let node = node(text.as_deref()).map_err(raised)?;
    for (name, value) in attributes {
        let known = verb.is_none_or(|verb| verb.attribute(&name).is_some());
        // what Twilio adds tomorrow may be set today, but not what is a slip of the pen
        let meant =
            verb.and_then(|verb| names::nearest(&attribute_name(&name), verb.attributes.iter().map(|row| row.name)));
        match known || meant.is_some() {
            true => node.set(&name, value),
            false => node.set_free(&name, value),
        }
        .map_err(raised)?;
    }
    Ok(node)
}

fn text_argument(tag: &str, given: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    Ok(match arguments::value(tag, given, arguments::Nulls::LeftOut)? {
        None => None,
        Some(Value::Text(text)) => Some(text),
        Some(_) => Some(arguments::text_of(tag, &given.str()?)?),
    })
}

#[pymethods]
impl TwiML {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(OnceLock::new())
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__(slf: &Bound<'_, Self>, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let py = slf.py();
        let row = slf.getattr(intern!(py, ROW))?;
        let Row { kind, verb } = row.cast::<Row>()?.get();
        let args: Vec<_> = args.iter().collect();
        let node = if verb.method.is_none() {
            fill(|_| Ok(Node::root(*kind)), Some(verb), &args, kwargs, py)?
        } else {
            fill(|text| Node::new(*kind, verb.class, text), Some(verb), &args, kwargs, py)?
        };
        let _ = slf.get().0.set(node);
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

    /// Adds a verb that was made before, or text.
    fn nest<'py>(slf: Bound<'py, Self>, verb: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        Self::append(slf, verb)
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
        let args: Vec<_> = value.into_iter().cloned().collect();
        let node = fill(|text| parent.add_free(name, text), None, &args, kwargs, py)?;
        wrap(&py.get_type::<Self>(), node)
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

fn wrap<'py>(class: &Bound<'py, PyType>, node: Node) -> PyResult<Bound<'py, PyAny>> {
    let object = class.call_method1(intern!(class.py(), "__new__"), (class,))?;
    let _ = object.cast::<TwiML>()?.get().0.set(node);
    Ok(object)
}

// The method that adds a verb to another one: `response.say("Hello")`. A documented class would hide `__doc__`.
#[pyclass(frozen, module = "ringback._ringback")]
struct VerbMethod {
    kind: Kind,
    verb: &'static Verb,
}

#[pymethods]
impl VerbMethod {
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        object: &Bound<'py, PyAny>,
        class: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        static METHOD_TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let _ = class;
        if object.is_none() {
            return Ok(slf.clone().into_any());
        }
        METHOD_TYPE.import(slf.py(), "types", "MethodType")?.call1((slf, object))
    }

    #[pyo3(signature = (parent, *args, **kwargs))]
    fn __call__<'py>(
        &self,
        parent: &Bound<'py, TwiML>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = parent.py();
        let args: Vec<_> = args.iter().collect();
        let make = |text: Option<&str>| Node::new(self.kind, self.verb.class, text);
        let node = fill(make, Some(self.verb), &args, kwargs, py)?;
        parent.get().node()?.append(&node).map_err(|error| errors::raised(py, &error))?;
        wrap(&class(py, self.kind, self.verb)?, node)
    }

    #[getter]
    fn __name__(&self) -> &'static str {
        self.verb.method.unwrap_or(self.verb.class)
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.__name__()
    }

    /// The name of the element in XML.
    #[getter]
    fn tag(&self) -> &'static str {
        self.verb.tag
    }

    #[getter]
    fn __doc__(&self) -> String {
        let attributes: Vec<_> = self.verb.attributes.iter().map(|row| row.name).collect();
        format!("Adds `<{}>` and gives it; attributes: {}.", self.verb.tag, attributes.join(", "))
    }

    #[getter]
    fn __signature__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let attributes = self.verb.attributes.iter().map(|row| names::parameter(row.name));
        let names: Vec<String> = self.verb.text.map(str::to_owned).into_iter().chain(attributes).collect();
        py.import("ringback._values")?.getattr("signature")?.call1((names, 0, self.verb.text.map_or(0, |_| 1)))
    }
}

/// The class of a verb.
fn class<'py>(py: Python<'py>, kind: Kind, verb: &'static Verb) -> PyResult<Bound<'py, PyType>> {
    static CLASSES: LazyLock<Mutex<HashMap<usize, Py<PyType>>>> = LazyLock::new(Mutex::default);
    let key = std::ptr::from_ref(verb) as usize;
    let classes = || CLASSES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(class) = classes().get(&key) {
        return Ok(class.bind(py).clone());
    }
    let namespace = PyDict::new(py);
    namespace.set_item("__module__", module(kind))?;
    namespace.set_item("__doc__", format!("`<{}>`.", verb.tag))?;
    namespace.set_item(ROW, Row { kind, verb })?;
    for child in verb.children {
        if let Some(method) = child.method {
            namespace.set_item(method, VerbMethod { kind, verb: child })?;
        }
    }
    let bases = PyTuple::new(py, [py.get_type::<TwiML>()])?;
    let made = py.get_type::<PyType>().call1((verb.class, bases, namespace))?.cast_into::<PyType>()?;
    // where two threads made one, both use the first
    Ok(classes().entry(key).or_insert_with(|| made.unbind()).bind(py).clone())
}

fn module(kind: Kind) -> &'static str {
    match kind {
        Kind::Voice => "ringback.twiml.voice_response",
        Kind::Messaging => "ringback.twiml.messaging_response",
        Kind::Fax => "ringback.twiml.fax_response",
    }
}

fn kind_of(module_name: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| module(*kind).ends_with(module_name))
}

/// The class of a verb by its name in a module such as `voice_response`, if there is one.
#[pyfunction]
pub(crate) fn twiml_class<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Option<Bound<'py, PyType>>> {
    let Some(kind) = kind_of(module) else { return Ok(None) };
    let verb = kind.verbs().iter().find(|verb| verb.class == name);
    verb.map(|verb| class(py, kind, verb)).transpose()
}

/// The names of the classes of a module such as `voice_response`.
#[pyfunction]
pub(crate) fn twiml_classes(module: &str) -> Vec<&'static str> {
    kind_of(module).into_iter().flat_map(|kind| kind.verbs()).map(|verb| verb.class).collect()
}
