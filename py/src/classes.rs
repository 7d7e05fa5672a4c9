//! Making a class from the rows of a resource.

use std::sync::OnceLock;

use pyo3::{
    prelude::*,
    types::{PyDict, PyTuple, PyType},
};
use ringback::{
    names,
    operation::{Enum, Model},
};

use crate::{
    method::Method,
    node::Node,
    paging::Page,
    resource::{InstanceContext, InstanceResource, ListResource},
    shape::{self, Face, Role},
};

/// Makes the class that a resource has for a role.
pub(crate) fn make(node: &'static Node, py: Python<'_>, role: Role) -> PyResult<Py<PyType>> {
    let name = node.class_name(role);
    let module = shape::module(node.row);
    let namespace = PyDict::new(py);
    namespace.set_item("__module__", &module)?;
    namespace.set_item("__qualname__", &name)?;
    namespace.set_item("__doc__", describe(node, role))?;
    for method in shape::methods(node.row, role, node.face) {
        namespace.set_item(method.name(), Method::new(node, role, method))?;
    }
    let nested = |inner| Nested { node, inner, made: OnceLock::new() };
    if role == Role::Instance {
        for index in shape::enums(node.row) {
            namespace.set_item(node.enum_row(index).class, nested(Inner::Enum(index)))?;
        }
    }
    if role != Role::Page {
        for index in shape::models(node.row) {
            if let Some(model) = shape::model(node.row, index) {
                namespace.set_item(model.name, nested(Inner::Model(model)))?;
            }
        }
    }
    let base = match role {
        Role::List => py.get_type::<ListResource>(),
        Role::Context => py.get_type::<InstanceContext>(),
        Role::Instance => py.get_type::<InstanceResource>(),
        Role::Page => py.get_type::<Page>(),
    };
    let class = py.get_type::<PyType>().call1((name, PyTuple::new(py, [base])?, namespace))?;
    Ok(class.cast_into::<PyType>()?.unbind())
}

fn describe(node: &Node, role: Role) -> String {
    let name = node.row.name;
    let awaited = if node.face == Face::Async { ", awaited" } else { "" };
    match role {
        Role::List => format!("The list of `{name}`{awaited}."),
        Role::Context => format!("One instance of `{name}` by its identifiers{awaited}."),
        Role::Instance => format!("One instance of `{name}` as Twilio sent it{awaited}."),
        Role::Page => format!("One page of the list of `{name}`{awaited}."),
    }
}

/// Makes the class of an enum; its values are text.
pub(crate) fn make_enum<'py>(node: &Node, py: Python<'py>, row: &'static Enum) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(py);
    keywords.set_item("module", shape::module(node.row))?;
    keywords.set_item("qualname", format!("{}Instance.{}", node.row.class, row.class))?;
    py.import("ringback._enums")?.getattr("TextEnum")?.call((row.class, shape::members(row)), Some(&keywords))
}

/// Makes the class of a model: a JSON object of known fields.
pub(crate) fn make_model<'py>(node: &Node, py: Python<'py>, row: &'static Model) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    for field in row.fields {
        fields.set_item(names::attribute(&field.key, false), field.key.as_str())?;
    }
    let namespace = PyDict::new(py);
    namespace.set_item("__module__", shape::module(node.row))?;
    namespace.set_item("__qualname__", format!("{}List.{}", node.row.class, row.name))?;
    let keys: Vec<&str> = row.fields.iter().map(|field| field.key.as_str()).collect();
    namespace.set_item("__doc__", format!("A JSON object of {}.", keys.join(", ")))?;
    namespace.set_item("_fields", fields)?;
    let base = py.import("ringback._models")?.getattr("Model")?;
    py.get_type::<PyType>().call1((row.name, PyTuple::new(py, [base])?, namespace))
}

/// An enum or a model on a class, made when it is first looked at.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Nested {
    node: &'static Node,
    inner: Inner,
    made: OnceLock<Py<PyAny>>,
}

enum Inner {
    Enum(u16),
    Model(&'static Model),
}

#[pymethods]
impl Nested {
    fn __get__(
        &self,
        py: Python<'_>,
        object: &Bound<'_, PyAny>,
        class: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let _ = (object, class);
        if let Some(made) = self.made.get() {
            return Ok(made.clone_ref(py));
        }
        let made = match self.inner {
            Inner::Enum(index) => self.node.enum_class(py, index)?,
            Inner::Model(row) => self.node.model_class(py, row)?,
        };
        Ok(self.made.get_or_init(|| made.unbind()).clone_ref(py))
    }
}
