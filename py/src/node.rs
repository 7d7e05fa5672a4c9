//! A resource of the table as Python sees it: its attributes, its children and its classes, made when first asked for.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyList, PyString, PyType},
};
use ringback::{
    api, names,
    operation::{Attach, Enum, Model, Property, Resource},
};

use crate::{
    classes,
    once::{Once, intern},
    shape::{self, Face, MethodShape, Role, capitalised, mount},
};

/// A resource with one of its two faces; lives as long as the process.
pub(crate) struct Node {
    pub(crate) row: &'static Resource,
    pub(crate) face: Face,
    /// Names of attributes and their properties, sorted by name.
    attributes: Vec<(String, &'static Property)>,
    classes: [PyOnceLock<Py<PyType>>; 4],
}

impl Node {
    /// The node of a resource.
    pub(crate) fn of(row: &'static Resource, face: Face) -> &'static Self {
        static NODES: LazyLock<Mutex<HashMap<(&'static str, Face), &'static Node>>> = LazyLock::new(Mutex::default);
        let mut nodes = NODES.lock().unwrap_or_else(PoisonError::into_inner);
        nodes.entry((row.name, face)).or_insert_with(|| Box::leak(Box::new(Self::new(row, face))))
    }

    fn new(row: &'static Resource, face: Face) -> Self {
        Self { row, face, attributes: shape::attributes(row), classes: [const { PyOnceLock::new() }; 4] }
    }

    /// The property that is this attribute.
    pub(crate) fn property(&self, attribute: &str) -> Option<&'static Property> {
        let at = self.attributes.binary_search_by(|(name, _)| name.as_str().cmp(attribute)).ok()?;
        Some(self.attributes[at].1)
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }

    /// The child of this name, on the list or on one instance.
    pub(crate) fn child(&self, attach: Attach, name: &str) -> Option<&'static Self> {
        shape::children(self.row, attach).find(|child| mount(child) == name).map(|child| Self::of(child, self.face))
    }

    pub(crate) fn children(&self, attach: Attach) -> impl Iterator<Item = &'static str> {
        shape::children(self.row, attach).map(mount)
    }

    /// Every name that an object of a class has, for those who misspell one.
    pub(crate) fn names(&self, role: Role) -> Vec<String> {
        let attach = if role == Role::List { Attach::List } else { Attach::Instance };
        let methods = shape::methods(self.row, role, self.face);
        let attributes = self.attributes().filter(|_| role == Role::Instance);
        let attributes = attributes.map(str::to_owned);
        let children = self.children(attach).map(str::to_owned);
        methods.iter().map(MethodShape::name).chain(attributes).chain(children).collect()
    }

    pub(crate) fn class_name(&self, role: Role) -> String {
        shape::class_name(self.row, self.face, role)
    }

    /// The class, made now if this is the first time.
    pub(crate) fn class<'py>(&'static self, py: Python<'py>, role: Role) -> PyResult<Bound<'py, PyType>> {
        let place = &self.classes[role as usize];
        place.kept(py, || classes::make(self, py, role)).map(|class| class.bind(py).clone())
    }

    /// What opens a `repr`: `Twilio.Api.V2010.MessageInstance`.
    pub(crate) fn title(&self, role: Role) -> String {
        let (domain, version) = self.row.version.name.split_once('.').unwrap_or_default();
        format!("Twilio.{}.{}.{}{}", capitalised(domain), capitalised(version), self.row.class, role.as_str())
    }

    /// An enum of this page, made for the first resource that needs it.
    pub(crate) fn enum_class<'py>(&'static self, py: Python<'py>, index: u16) -> PyResult<Bound<'py, PyAny>> {
        let row = self.enum_row(index);
        self.made_once(py, "enum", row.name, || classes::make_enum(self, py, row))
    }

    /// A model of this page, made for the first resource that needs it.
    pub(crate) fn model_class<'py>(&'static self, py: Python<'py>, row: &'static Model) -> PyResult<Bound<'py, PyAny>> {
        self.made_once(py, "model", row.name, || classes::make_model(self, py, row))
    }

    /// What is made once for a page.
    fn made_once<'py>(
        &self,
        py: Python<'py>,
        what: &'static str,
        name: &'static str,
        make: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        static MADE: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
        let made = MADE.kept(py, || Ok(PyDict::new(py).unbind()))?.bind(py);
        let key = (self.row.version.name, what, name);
        if let Some(class) = made.get_item(key)? {
            return Ok(class);
        }
        // where two threads made one, the first stays
        made.call_method1(intern!(py, "setdefault"), (key, make()?))
    }

    /// A value of an enum, or plain text if Twilio has added it since.
    pub(crate) fn enum_value<'py>(
        &'static self,
        py: Python<'py>,
        index: u16,
        text: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let members = self.enum_class(py, index)?.getattr("_value2member_map_")?;
        let text = PyString::new(py, text).into_any();
        members.cast::<PyDict>()?.get_item(&text).map(|member| member.unwrap_or(text))
    }

    pub(crate) fn enum_row(&self, index: u16) -> &'static Enum {
        &self.row.version.enums[usize::from(index)]
    }
}

/// Every resource of the table.
fn resources() -> impl Iterator<Item = &'static Resource> {
    api::versions().iter().flat_map(|version| version.resources.iter().copied())
}

/// The resource of a module.
fn resource_of(name: &str) -> Option<&'static Resource> {
    let mut parts = name.strip_prefix(shape::PACKAGE)?.strip_prefix('.')?.splitn(3, '.');
    let (domain, number) = (parts.next()?, parts.next()?);
    let (_, version) = shape::versions(domain).find(|(known, _)| *known == number)?;
    version.resources.iter().copied().find(|row| shape::module(row) == name)
}

/// A name of Twilio's in Python: of a `parameter`, of a `path`, or of a property, which may hold a `phone` number.
#[pyfunction]
pub(crate) fn spell(what: &str, name: &str) -> Option<String> {
    match what {
        "parameter" => Some(names::parameter(name)),
        "path" => Some(names::underscore(name)),
        "property" => Some(names::attribute(name, false).into_owned()),
        "phone" => Some(names::attribute(name, true).into_owned()),
        _ => None,
    }
}

/// The names of the modules that resources can be imported from.
#[pyfunction]
pub(crate) fn modules(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    PyList::new(py, resources().map(shape::module))
}

/// The class of this name in such a module, if there is one; without a name, the names of its classes.
#[pyfunction]
#[pyo3(signature = (module, name = None))]
pub(crate) fn class_of<'py>(py: Python<'py>, module: &str, name: Option<&str>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(row) = resource_of(module) else { return Ok(None) };
    let mut known = Vec::new();
    for face in Face::ALL {
        let node = Node::of(row, face);
        for role in Role::ALL.into_iter().filter(|role| shape::has(row, *role)) {
            if Some(node.class_name(role).as_str()) == name {
                return Ok(Some(node.class(py, role)?.into_any()));
            }
            known.push(node.class_name(role));
        }
    }
    Ok(if name.is_none() { Some(PyList::new(py, known)?.into_any()) } else { None })
}
