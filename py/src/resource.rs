//! The objects of the resource tree: lists, contexts and instances.

use std::sync::{Arc, OnceLock};

use pyo3::{
    exceptions::{PyAttributeError, PyRuntimeError, PyTypeError},
    prelude::*,
    types::{PyDict, PyList, PyTuple},
};
use ringback::{
    Document, Params, names,
    operation::{Attach, Operation},
};
use serde_json::Value;

use crate::{
    arguments, errors,
    handle::Handle,
    node::Node,
    shape::{self, Role},
    values,
};

/// Where an object stands: its resource, its client, and the values of its path parameters.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) node: &'static Node,
    pub(crate) handle: Arc<Handle>,
    pub(crate) values: Arc<[String]>,
}

impl Place {
    /// The path parameters of an operation, to which a call adds its own.
    pub(crate) fn params(&self, operation: &'static Operation) -> Params {
        let row = self.node.row;
        let is_list = self.values.len() == row.list_parameters.len();
        let names = if is_list { row.list_parameters } else { row.instance_parameters };
        let pairs = names.iter().zip(self.values.iter().map(String::as_str));
        // a few paths lack what the instance is known by
        let wanted = pairs.filter(|(name, _)| operation.path_parameters().any(|known| known == **name));
        // in braces, since one form has a parameter of the path's name
        wanted.map(|(name, value)| (format!("{{{name}}}"), value)).collect()
    }

    /// `<Twilio.Api.V2010.MessageContext account_sid=AC… sid=SM…>`
    fn repr(&self, role: Role) -> String {
        let row = self.node.row;
        let names = if row.instance_path.is_some() { row.instance_parameters } else { row.list_parameters };
        // an answer may lack what names its own instance
        let values = self.values.iter().map(String::as_str).chain(std::iter::repeat("None"));
        let pairs = names.iter().zip(values);
        let pairs: String = pairs.map(|(name, value)| format!(" {}={value}", names::parameter(name))).collect();
        format!("<{}{pairs}>", self.node.title(role))
    }

    fn child(&self, py: Python<'_>, attach: Attach, name: &str) -> Option<PyResult<Py<PyAny>>> {
        let node = self.node.child(attach, name)?;
        Some(list(py, node, self.handle.clone(), self.values.clone()))
    }
}

/// The list of a resource, under the values of its parents.
pub(crate) fn list(
    py: Python<'_>,
    node: &'static Node,
    handle: Arc<Handle>,
    values: Arc<[String]>,
) -> PyResult<Py<PyAny>> {
    let object = node.class(py, Role::List)?.call0()?;
    let _ = object.cast::<ListResource>()?.get().0.set(Place { node, handle, values });
    Ok(object.unbind())
}

/// An instance from its JSON, under the values of its parents or all of its own.
pub(crate) fn instance(
    py: Python<'_>,
    node: &'static Node,
    handle: Arc<Handle>,
    values: Arc<[String]>,
    json: Document,
) -> PyResult<Py<PyAny>> {
    let object = node.class(py, Role::Instance)?.call0()?;
    let place = Place { node, handle, values };
    let _ = object.cast::<InstanceResource>()?.get().0.set(Held { place, json });
    Ok(object.unbind())
}

/// One instance by the values of all its path parameters.
pub(crate) fn context(py: Python<'_>, place: Place) -> PyResult<Py<PyAny>> {
    let object = place.node.class(py, Role::Context)?.call0()?;
    let _ = object.cast::<InstanceContext>()?.get().0.set(place);
    Ok(object.unbind())
}

/// Where the object that a method was called on stands.
pub(crate) fn place_of(object: &Bound<'_, PyAny>) -> PyResult<Place> {
    if let Ok(list) = object.cast::<ListResource>() {
        return list.get().place().cloned();
    }
    if let Ok(context) = object.cast::<InstanceContext>() {
        return context.get().place().cloned();
    }
    object.cast::<InstanceResource>()?.get().context_place(object.py())
}

fn orphan() -> PyErr {
    PyRuntimeError::new_err("resources come from a client")
}

/// The error of an attribute that is not there, with the nearest that is.
pub(crate) fn no_attribute<'a>(
    object: &Bound<'_, PyAny>,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> PyErr {
    let near = names::nearest(name, known).map(|near| format!(". Did you mean '{near}'?")).unwrap_or_default();
    let class = object.get_type().qualname().map_or_else(|_| "object".to_owned(), |name| name.to_string());
    PyAttributeError::new_err(format!("'{class}' object has no attribute '{name}'{near}"))
}

/// Keeps what an attribute gave, so that it is found without us the next time.
pub(crate) fn keep(object: &Bound<'_, PyAny>, name: &str, value: Py<PyAny>) -> PyResult<Py<PyAny>> {
    object.setattr(name, &value)?;
    Ok(value)
}

/// What `dir` shows: the class, and what is made when it is touched.
pub(crate) fn dir<'py>(
    object: &Bound<'py, PyAny>,
    more: impl IntoIterator<Item = String>,
) -> PyResult<Bound<'py, PyList>> {
    let py = object.py();
    let known = py.import("builtins")?.getattr("object")?.call_method1("__dir__", (object,))?;
    let all = PyList::new(py, more)?;
    all.call_method1("extend", (known,))?;
    Ok(all)
}

/// A list of the API: `client.messages`.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback._ringback")]
pub(crate) struct ListResource(OnceLock<Place>);

impl ListResource {
    fn place(&self) -> PyResult<&Place> {
        self.0.get().ok_or_else(orphan)
    }

    fn context(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        let place = self.place()?;
        let node = place.node;
        let class = node.class_name(Role::List);
        if !shape::has(node.row, Role::Context) {
            return Err(PyTypeError::new_err(format!("'{class}' object is not callable")));
        }
        let wanted: Vec<_> =
            shape::own_parameters(node.row).iter().map(|name| (name.as_str(), names::parameter(name))).collect();
        let mut values = place.values.to_vec();
        values.extend(arguments::path_values(&class, &wanted, wanted.len(), args, kwargs)?);
        context(py, Place { node, handle: place.handle.clone(), values: values.into() })
    }
}

#[pymethods]
impl ListResource {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(OnceLock::new())
    }

    /// One instance by its identifiers.
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.context(py, args, kwargs)
    }

    /// One instance by its identifiers.
    #[pyo3(signature = (*args, **kwargs))]
    fn get(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.context(py, args, kwargs)
    }

    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        let place = slf.get().place()?;
        match place.child(slf.py(), Attach::List, name) {
            Some(child) => keep(slf.as_any(), name, child?),
            None => Err(no_attribute(slf.as_any(), name, place.node.names(Role::List).iter().map(String::as_str))),
        }
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let place = slf.get().place()?;
        dir(slf.as_any(), place.node.children(Attach::List).map(str::to_owned))
    }

    fn __repr__(&self) -> String {
        self.0.get().map_or_else(|| "<ListResource>".to_owned(), |place| format!("<{}>", place.node.title(Role::List)))
    }
}

/// One instance of the API by its identifiers: `client.messages("SM…")`.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback._ringback")]
pub(crate) struct InstanceContext(OnceLock<Place>);

impl InstanceContext {
    fn place(&self) -> PyResult<&Place> {
        self.0.get().ok_or_else(orphan)
    }
}

#[pymethods]
impl InstanceContext {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(OnceLock::new())
    }

    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        let place = slf.get().place()?;
        match place.child(slf.py(), Attach::Instance, name) {
            Some(child) => keep(slf.as_any(), name, child?),
            None => Err(no_attribute(slf.as_any(), name, place.node.names(Role::Context).iter().map(String::as_str))),
        }
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let place = slf.get().place()?;
        dir(slf.as_any(), place.node.children(Attach::Instance).map(str::to_owned))
    }

    fn __repr__(&self) -> String {
        self.0.get().map_or_else(|| "<InstanceContext>".to_owned(), |place| place.repr(Role::Context))
    }
}

/// One instance of the API as Twilio sent it; attributes are read when they are first touched.
#[pyclass(frozen, subclass, dict, weakref, module = "ringback._ringback")]
pub(crate) struct InstanceResource(OnceLock<Held>);

struct Held {
    /// The values of its parents, or all of its own if it came from a context.
    place: Place,
    json: Document,
}

impl InstanceResource {
    fn held(&self) -> PyResult<&Held> {
        self.0.get().ok_or_else(orphan)
    }

    /// The values of all of its path parameters, those of its own read from its attributes.
    fn context_place(&self, py: Python<'_>) -> PyResult<Place> {
        let Held { place, json } = self.held()?;
        let all = place.node.row.instance_parameters;
        let mut values = place.values.to_vec();
        for name in all.iter().skip(values.len()) {
            let attribute = names::parameter(name);
            let value = place.node.property(&attribute).and_then(|property| json.get(&property.key));
            values.push(match value {
                Some(Value::String(text)) => text,
                Some(Value::Number(number)) => number.to_string(),
                _ => {
                    let text = format!("{name} is needed for this, and Twilio's answer did not hold it");
                    return Err(errors::invalid_argument(py, text));
                }
            });
        }
        Ok(Place { values: values.into(), ..place.clone() })
    }
}

#[pymethods]
impl InstanceResource {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self(OnceLock::new())
    }

    fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
        let py = slf.py();
        let Held { place, json } = slf.get().held()?;
        if let Some(property) = place.node.property(name) {
            let value = values::property(py, place.node, property, &json.get(&property.key).unwrap_or_default())?;
            return keep(slf.as_any(), name, value.unbind());
        }
        if place.node.child(Attach::Instance, name).is_some()
            && let Some(child) = slf.get().context_place(py)?.child(py, Attach::Instance, name)
        {
            return keep(slf.as_any(), name, child?);
        }
        // the official library spells this one `_from` where the specification says no phone number
        if name == "from_" && place.node.property("_from").is_some() {
            return slf.as_any().getattr("_from").map(Bound::unbind);
        }
        Err(no_attribute(slf.as_any(), name, place.node.names(Role::Instance).iter().map(String::as_str)))
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let node = slf.get().held()?.place.node;
        let attributes = node.attributes().map(str::to_owned);
        dir(slf.as_any(), attributes.chain(node.children(Attach::Instance).map(str::to_owned)))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        let Some(held) = slf.get().0.get() else { return "<InstanceResource>".to_owned() };
        let place = slf.get().context_place(slf.py()).unwrap_or_else(|_| held.place.clone());
        place.repr(Role::Instance)
    }
}
