//! Making a class from the rows of a resource.

use std::sync::OnceLock;

use pyo3::{
    prelude::*,
    types::{PyDict, PyTuple, PyType},
};
use ringback::operation::Enum;

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
    for method in shape::methods(node.row, role) {
        namespace.set_item(method.name, Method::new(node, &name, &method))?;
    }
    if role == Role::Instance {
        for index in shape::enums(node.row) {
            namespace.set_item(node.enum_row(index).class, LazyEnum { node, index, made: OnceLock::new() })?;
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

/// An enum on a class, made when it is first looked at.
#[pyclass(frozen, module = "ringback._ringback")]
struct LazyEnum {
    node: &'static Node,
    index: u16,
    made: OnceLock<Py<PyAny>>,
}

#[pymethods]
impl LazyEnum {
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
        let made = self.node.enum_class(py, self.index)?.unbind();
        Ok(self.made.get_or_init(|| made).clone_ref(py))
    }
}
