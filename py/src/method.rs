//! A method of a resource: binds arguments to the parameters of a row, and calls its operation.

use std::sync::{Arc, OnceLock};

use pyo3::{
    exceptions::{PyAttributeError, PyTypeError},
    prelude::*,
    types::{PyBool, PyDict, PyList, PyString, PyTuple, PyType},
};
use ringback::{
    Params, Response, names,
    operation::{Kind, Operation, Verb},
};
use serde_json::Value;

use crate::{
    arguments, batch, bridge,
    by_hand::ByHand,
    custom,
    info::Info,
    node::Node,
    once::Import,
    paging::{self, Ask, Walk},
    reconcile::{self, Sought},
    resource::{self, Place},
    shape::{self, Action, Argument, Face, MethodShape, Role},
    values,
};

// A method, made from a row; a descriptor as functions are. A documented class would hide the getter of `__doc__`.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Method {
    node: &'static Node,
    role: Role,
    shape: MethodShape,
    /// Made when it is first called or looked at.
    signature: OnceLock<Signature>,
}

struct Signature {
    arguments: Vec<Argument>,
    required: usize,
}

/// What arguments were bound to.
struct Given {
    params: Params,
    walk: Walk,
}

impl Method {
    pub(crate) fn new(node: &'static Node, role: Role, shape: MethodShape) -> Self {
        Self { node, role, shape, signature: OnceLock::new() }
    }

    fn signature(&self) -> &Signature {
        self.signature.get_or_init(|| {
            let (arguments, required) = shape::arguments(self.shape.operation, self.shape.action);
            Signature { arguments, required }
        })
    }

    /// Whether calling it waits or gives something to await.
    fn way(&self) -> Face {
        if self.shape.form.is_async { Face::Async } else { self.node.face }
    }

    fn qualname(&self) -> String {
        format!("{}.{}", self.node.class_name(self.role), self.shape.name())
    }

    /// Binds as Python does, with Python's errors, and the nearest name for a misspelt one.
    fn bind<'py>(
        &self,
        args: &[Bound<'py, PyAny>],
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Vec<(&Argument, Bound<'py, PyAny>)>> {
        let Signature { arguments, required } = self.signature();
        let mut bound = Vec::with_capacity(args.len() + kwargs.map_or(0, |kwargs| kwargs.len()));
        let mut by_name = vec![false; *required];
        let given = args.len();
        if given > arguments.len() {
            return Err(PyTypeError::new_err(format!(
                "{}() takes at most {} positional arguments but {} were given",
                self.qualname(),
                arguments.len() + 1,
                given + 1
            )));
        }
        bound.extend(arguments.iter().zip(args.iter().cloned()));
        for (key, value) in kwargs.into_iter().flatten() {
            let key = key.cast::<PyString>()?;
            let known = key.to_str().ok().and_then(|key| position(arguments, key));
            match known {
                Some(at) if at >= given => {
                    bound.push((&arguments[at], value));
                    if let Some(found) = by_name.get_mut(at) {
                        *found = true;
                    }
                }
                Some(at) => {
                    let name = &arguments[at].name;
                    let message = format!("{}() got multiple values for argument '{name}'", self.qualname());
                    return Err(PyTypeError::new_err(message));
                }
                None => return Err(self.unexpected(&key.to_string_lossy())),
            }
        }
        let needed = arguments.iter().zip(&by_name).skip(given);
        let missing: Vec<&str> =
            needed.filter(|(_, found)| !**found).map(|(argument, _)| argument.name.as_str()).collect();
        if missing.is_empty() { Ok(bound) } else { Err(self.missing(&missing)) }
    }

    /// What the core takes for what was given.
    fn given(&self, place: &Place, bound: &[(&Argument, Bound<'_, PyAny>)]) -> PyResult<Given> {
        let mut given = Given { params: place.params(self.shape.operation), walk: Walk::default() };
        for (argument, value) in bound {
            let Some((row, wire)) = &argument.parameter else {
                given.walk.set(&argument.name, value)?;
                continue;
            };
            if let Kind::Enum(index) = row.kind {
                arguments::check_enum(wire, self.node.enum_row(index), value)?;
            }
            if let Some(value) = arguments::parameter(row, wire, value)? {
                given.params.set(wire.clone(), value);
            }
        }
        Ok(given)
    }

    /// The operation that it calls.
    pub(crate) fn row(&self) -> &'static Operation {
        self.shape.operation
    }

    /// What the core takes for keyword arguments.
    pub(crate) fn params(&self, place: &Place, kwargs: &Bound<'_, PyDict>) -> PyResult<Params> {
        let bound = self.bind(&[], Some(kwargs))?;
        Ok(self.given(place, &bound)?.params)
    }

    fn missing(&self, names: &[&str]) -> PyErr {
        let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let list = match quoted.as_slice() {
            [.., _] if quoted.len() > 2 => {
                format!("{}, and {}", quoted[..quoted.len() - 1].join(", "), quoted[quoted.len() - 1])
            }
            _ => quoted.join(" and "),
        };
        let plural = if names.len() == 1 { "" } else { "s" };
        PyTypeError::new_err(format!(
            "{}() missing {} required positional argument{plural}: {list}",
            self.qualname(),
            names.len()
        ))
    }

    fn unexpected(&self, name: &str) -> PyErr {
        let known = self.signature().arguments.iter().map(|argument| argument.name.as_str());
        let near = names::nearest(name, known).map(|near| format!(". Did you mean '{near}'?")).unwrap_or_default();
        PyTypeError::new_err(format!("{}() got an unexpected keyword argument '{name}'{near}", self.qualname()))
    }

    fn invoke(
        &self,
        object: &Bound<'_, PyAny>,
        args: &[Bound<'_, PyAny>],
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        let py = object.py();
        let place = resource::place_of(object)?;
        let bound = self.bind(args, kwargs)?;
        match self.shape.action {
            Action::ByHand(method) => return self.by_hand(py, method, place, &bound),
            Action::CreateMany => {
                let given = bound.iter().map(|(argument, value)| (argument.name.as_str(), value));
                let create = Self::new(self.node, self.role, MethodShape { action: Action::Call, ..self.shape });
                return batch::start(py, place, create, given);
            }
            _ => {}
        }
        let handle = Arc::clone(&place.handle);
        if let Some(custom) = &handle.custom {
            return custom::invoke(py, custom, place, self.shape, self.way(), &bound);
        }
        let Given { params, walk } = self.given(&place, &bound)?;
        let MethodShape { action, operation, form } = self.shape;
        if action == Action::Call {
            return self.call(py, &place, params);
        }
        let ask = Ask { place, operation, way: self.way(), with_info: form.with_info };
        match action {
            Action::Stream if form.is_async || form.with_info => paging::started_stream(py, ask, params, &walk),
            Action::Stream => paging::stream(py, ask, params, &walk),
            Action::List => paging::list(py, &ask, params, &walk),
            Action::Page | Action::GetPage | Action::Call | Action::CreateMany | Action::ByHand(_) => {
                paging::page(py, ask, params, &walk)
            }
        }
    }

    fn by_hand(
        &self,
        py: Python<'_>,
        method: ByHand,
        place: Place,
        bound: &[(&Argument, Bound<'_, PyAny>)],
    ) -> PyResult<Py<PyAny>> {
        let (of_create, own): (Vec<_>, Vec<_>) =
            bound.iter().cloned().partition(|(argument, _)| argument.parameter.is_some());
        match method {
            ByHand::Reconcile => {
                let look = || {
                    let mut sought = Sought::default();
                    own.iter().try_for_each(|(argument, value)| sought.set(&argument.name, value))?;
                    let params = self.given(&place, &of_create)?.params;
                    reconcile::reconcile(py, place, self.way(), self.shape.operation, params, sought)
                };
                look().map_err(|error| reconcile::undecided(py, error))
            }
        }
    }

    fn call(&self, py: Python<'_>, place: &Place, params: Params) -> PyResult<Py<PyAny>> {
        let MethodShape { operation, form, .. } = self.shape;
        let finish = finish(place, operation);
        let finish = move |py: Python<'_>, response: Response| {
            let info = form.with_info.then(|| Info::of(&response));
            Info::perhaps_around(info, py, finish(py, response)?)
        };
        bridge::exchange(py, &place.handle, self.way(), operation, params, finish)
    }

    fn describe(&self) -> String {
        let row = self.shape.operation;
        let does = match self.shape.action {
            Action::Call => "",
            Action::List => ", every record of it",
            Action::Stream => ", record by record",
            Action::Page => ", one page of it",
            Action::GetPage => ", the page at an address",
            Action::ByHand(method) => return format!("{} (`{}`).", method.does(), row.name),
            Action::CreateMany => ", many of them, each by a dict of arguments",
        };
        let more = if self.shape.form.with_info { ", with the status and the headers of the answer" } else { "" };
        format!("{} {}{does}{more} (`{}`).", row.method.as_str(), row.path, row.name)
    }
}

/// What a call that is no list makes of its answer.
pub(crate) fn finish(
    place: &Place,
    operation: &'static Operation,
) -> impl FnOnce(Python<'_>, Response) -> PyResult<Py<PyAny>> + Send + 'static {
    let Place { node, handle, values } = place.clone();
    move |py, response| {
        let body = response.into_document().map_err(|error| handle.errors.raised(py, &error, Some(operation)))?;
        if operation.verb != Verb::Delete {
            return resource::instance(py, node, handle, values, body);
        }
        match body.value() {
            Value::Null => Ok(PyBool::new(py, true).to_owned().into_any().unbind()),
            body => Ok(values::json(py, &body)?.unbind()),
        }
    }
}

/// Which argument is given by a name: its own, or another one that the core knows for its parameter.
fn position(arguments: &[Argument], name: &str) -> Option<usize> {
    let renamed =
        |argument: &Argument| argument.parameter.as_ref().is_some_and(|(_, wire)| names::is_parameter(wire, name));
    arguments.iter().position(|known| known.name == name).or_else(|| arguments.iter().position(renamed))
}

#[pymethods]
impl Method {
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        object: &Bound<'py, PyAny>,
        class: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        static METHOD_TYPE: pyo3::sync::PyOnceLock<Py<PyType>> = pyo3::sync::PyOnceLock::new();
        let _ = class;
        if object.is_none() {
            return Ok(slf.clone().into_any());
        }
        METHOD_TYPE.imported(slf.py(), "types", "MethodType")?.call1((slf, object))
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __call__(&self, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Py<PyAny>> {
        let args: Vec<Bound<'_, PyAny>> = args.iter().collect();
        match args.split_first() {
            Some((object, args)) => self.invoke(object, args, kwargs),
            None => Err(self.missing(&["self"])),
        }
    }

    #[getter]
    fn __name__(&self) -> String {
        self.shape.name()
    }

    #[getter]
    fn __qualname__(&self) -> String {
        self.qualname()
    }

    #[getter]
    fn __doc__(&self) -> String {
        self.describe()
    }

    #[getter]
    fn __module__(&self) -> String {
        shape::module(self.node.row)
    }

    /// The name of the operation that it is; a batch of them and what the library adds are none.
    #[getter]
    fn operation(&self) -> PyResult<&'static str> {
        match self.shape.action {
            Action::CreateMany => Err(PyAttributeError::new_err("create_many calls an operation many times")),
            Action::ByHand(method) => {
                Err(PyAttributeError::new_err(format!("{} is no operation of Twilio's", method.name())))
            }
            _ => Ok(self.shape.operation.name),
        }
    }

    /// What `inspect.signature` gives; it is made when asked for, since `inspect` is slow to import.
    #[getter]
    fn __signature__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Signature { arguments, required } = self.signature();
        let names = PyList::new(py, arguments.iter().map(|argument| argument.name.as_str()))?;
        // what steers a walk is `None` unless it is given, as in the official library
        let nones = if matches!(self.shape.action, Action::List | Action::Stream) { 2 } else { 0 };
        if self.shape.action == Action::CreateMany {
            return py.import("ringback._batch")?.getattr("signature")?.call0();
        }
        py.import("ringback._values")?.getattr("signature")?.call1((names, *required, py.None(), nones))
    }

    fn __repr__(&self) -> String {
        let awaited = if self.way() == Face::Async { "async " } else { "" };
        format!("<{awaited}method {}>", self.qualname())
    }
}
