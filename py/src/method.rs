//! A method of a resource: binds arguments to the parameters of a row, and calls its operation.

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyList, PyString, PyTuple, PyType},
};
use ringback::{
    Params, names,
    operation::{Operation, Verb},
};

use crate::{
    arguments, bridge,
    node::Node,
    paging::{self, Walk},
    resource::{self, Place, Source},
    shape::{self, Action, Argument, Face, MethodShape},
};

// A method, made from a row; a descriptor as functions are. A documented class would hide the getter of `__doc__`.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Method {
    node: &'static Node,
    operation: &'static Operation,
    action: Action,
    name: &'static str,
    qualname: String,
    arguments: Vec<Argument>,
    required: usize,
}

/// What arguments were bound to.
struct Given {
    params: Params,
    walk: Walk,
}

impl Method {
    pub(crate) fn new(node: &'static Node, class: &str, method: &MethodShape) -> Self {
        let MethodShape { name, action, operation } = *method;
        let (arguments, required) = shape::arguments(operation, action);
        Self { node, operation, action, name, qualname: format!("{class}.{name}"), arguments, required }
    }

    /// Binds as Python does, with Python's errors, and the nearest name for a misspelt one.
    fn bind(&self, place: &Place, args: &[Bound<'_, PyAny>], kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Given> {
        let mut bound = Given { params: place.params(), walk: Walk::default() };
        let mut by_name = vec![false; self.required];
        let given = args.len();
        if given > self.arguments.len() {
            return Err(PyTypeError::new_err(format!(
                "{}() takes at most {} positional arguments but {} were given",
                self.qualname,
                self.arguments.len() + 1,
                given + 1
            )));
        }
        for (argument, value) in self.arguments.iter().zip(args) {
            self.set(&mut bound, argument, value)?;
        }
        for (key, value) in kwargs.into_iter().flatten() {
            let key = key.cast::<PyString>()?;
            let known = key.to_str().ok().and_then(|key| self.arguments.iter().position(|known| known.name == key));
            match known {
                Some(at) if at >= given => {
                    self.set(&mut bound, &self.arguments[at], &value)?;
                    if let Some(found) = by_name.get_mut(at) {
                        *found = true;
                    }
                }
                Some(at) => {
                    let name = &self.arguments[at].name;
                    let message = format!("{}() got multiple values for argument '{name}'", self.qualname);
                    return Err(PyTypeError::new_err(message));
                }
                None => return Err(self.unexpected(&key.to_string_lossy())),
            }
        }
        let required = self.arguments.iter().zip(&by_name).skip(given);
        let missing: Vec<&str> =
            required.filter(|(_, found)| !**found).map(|(argument, _)| argument.name.as_str()).collect();
        if missing.is_empty() { Ok(bound) } else { Err(self.missing(&missing)) }
    }

    fn set(&self, bound: &mut Given, argument: &Argument, value: &Bound<'_, PyAny>) -> PyResult<()> {
        match &argument.parameter {
            Some((_, wire)) => {
                if let Some(value) = arguments::value(wire, value)? {
                    bound.params.set(wire.clone(), value);
                }
                Ok(())
            }
            None => bound.walk.set(&argument.name, value),
        }
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
            self.qualname,
            names.len()
        ))
    }

    fn unexpected(&self, name: &str) -> PyErr {
        let known = self.arguments.iter().map(|argument| argument.name.as_str());
        let near = names::nearest(name, known).map(|near| format!(". Did you mean '{near}'?")).unwrap_or_default();
        PyTypeError::new_err(format!("{}() got an unexpected keyword argument '{name}'{near}", self.qualname))
    }

    fn invoke(
        &self,
        object: &Bound<'_, PyAny>,
        args: &[Bound<'_, PyAny>],
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        let py = object.py();
        let place = resource::place_of(object)?;
        let Given { params, walk } = self.bind(&place, args, kwargs)?;
        match self.action {
            Action::Call => self.call(py, &place, params),
            Action::Stream => paging::stream(py, place, self.operation, params, &walk),
            Action::List => paging::list(py, place, self.operation, params, &walk),
            Action::Page | Action::GetPage => paging::page(py, place, self.operation, params, &walk),
        }
    }

    fn call(&self, py: Python<'_>, place: &Place, params: Params) -> PyResult<Py<PyAny>> {
        let (node, handle, values) = (self.node, place.handle.clone(), place.values.clone());
        let deletes = self.operation.verb == Verb::Delete;
        bridge::exchange(py, &place.handle, self.operation, params, move |py, response| {
            if deletes && response.body().is_empty() {
                return Ok(true.into_pyobject(py)?.to_owned().into_any().unbind());
            }
            resource::instance(py, node, handle, values, Source::Answer(response))
        })
    }

    fn describe(&self) -> String {
        let row = self.operation;
        let does = match self.action {
            Action::Call => "",
            Action::List => ", every record of it",
            Action::Stream => ", record by record",
            Action::Page => ", one page of it",
            Action::GetPage => ", the page at an address",
        };
        format!("{} {}{does} (`{}`).", row.method.as_str(), row.path, row.name)
    }
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
        METHOD_TYPE.import(slf.py(), "types", "MethodType")?.call1((slf, object))
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
    fn __name__(&self) -> &'static str {
        self.name
    }

    #[getter]
    fn __qualname__(&self) -> &str {
        &self.qualname
    }

    #[getter]
    fn __doc__(&self) -> String {
        self.describe()
    }

    #[getter]
    fn __module__(&self) -> String {
        shape::module(self.node.row)
    }

    /// The name of the operation that it calls.
    #[getter]
    fn operation(&self) -> &'static str {
        self.operation.name
    }

    /// What `inspect.signature` gives; it is made when asked for, since `inspect` is slow to import.
    #[getter]
    fn __signature__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let names = PyList::new(py, self.arguments.iter().map(|argument| argument.name.as_str()))?;
        py.import("ringback._values")?.getattr("signature")?.call1((names, self.required))
    }

    fn __repr__(&self) -> String {
        let awaited = if self.node.face == Face::Async { "async " } else { "" };
        format!("<{awaited}method {}>", self.qualname)
    }
}
