//! The classes of verbs, by kind of document.

use std::sync::LazyLock;

use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyTuple, PyType},
};
use ringback::twiml::{Kind, Node, table::Verb as Rule};

use super::{
    Verb,
    methods::{Verbs, methods},
};
use crate::once::Once;

/// The name of the attribute by which a class knows its verb.
pub(super) const ROW: &str = "_row";

/// A verb of a kind of document, and its class in Python, made when it is first asked for.
pub(super) struct Class {
    pub(super) kind: Kind,
    pub(super) verb: &'static Rule,
    object: PyOnceLock<Py<PyType>>,
    /// The methods that add what it may hold, sorted, and where the classes of that stand among those of its kind.
    children: Vec<(&'static str, usize)>,
}

/// What a class in Python holds to know its verb.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Row(pub(super) &'static Class);

/// Every class, by kind and in the order of its rows.
static CLASSES: LazyLock<Vec<Vec<Class>>> = LazyLock::new(|| {
    let place = |kind: Kind, wanted: &Rule| kind.verbs().iter().position(|verb| std::ptr::eq(*verb, wanted));
    let class = |kind: Kind, verb: &'static Rule| {
        let children = verb.children.iter().filter_map(|child| Some((child.method?, place(kind, child)?)));
        let mut children: Vec<_> = children.collect();
        children.sort_unstable();
        Class { kind, verb, object: PyOnceLock::new(), children }
    };
    Kind::ALL.iter().map(|kind| kind.verbs().iter().map(|verb| class(*kind, verb)).collect()).collect()
});

impl Class {
    fn all(kind: Kind) -> &'static [Self] {
        let place = Kind::ALL.iter().position(|known| *known == kind);
        place.and_then(|at| CLASSES.get(at)).map_or(&[], Vec::as_slice)
    }

    /// The class of the verb that this method adds.
    pub(super) fn child(&self, method: &str) -> Option<&'static Self> {
        let at = self.children.binary_search_by_key(&method, |(name, _)| name).ok()?;
        Self::all(self.kind).get(self.children.get(at)?.1)
    }

    /// The class as Python sees it.
    fn object<'py>(&'static self, py: Python<'py>) -> PyResult<Bound<'py, PyType>> {
        let made = self.object.kept(py, || self.make(py).map(Bound::unbind))?;
        Ok(made.bind(py).clone())
    }

    fn make<'py>(&'static self, py: Python<'py>) -> PyResult<Bound<'py, PyType>> {
        let namespace = PyDict::new(py);
        namespace.set_item("__module__", module(self.kind))?;
        namespace.set_item("__doc__", format!("`<{}>`.", self.verb.tag))?;
        namespace.set_item(ROW, Row(self))?;
        for method in self.verb.children.iter().filter_map(|child| child.method) {
            namespace.set_item(method, methods(py)?.get_item(method)?)?;
        }
        let bases = PyTuple::new(py, [py.get_type::<Verbs>()])?;
        Ok(py.get_type::<PyType>().call1((self.verb.class, bases, namespace))?.cast_into()?)
    }

    /// A verb of this class as Python sees it.
    pub(super) fn wrap<'py>(&'static self, py: Python<'py>, node: Node) -> PyResult<Bound<'py, PyAny>> {
        super::wrap(&self.object(py)?, Verb { node, class: Some(self) })
    }
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
    let class = Class::all(kind).iter().find(|class| class.verb.class == name);
    class.map(|class| class.object(py)).transpose()
}

/// The names of the classes of a module such as `voice_response`.
#[pyfunction]
pub(crate) fn twiml_classes(module: &str) -> Vec<&'static str> {
    kind_of(module).into_iter().flat_map(|kind| kind.verbs()).map(|verb| verb.class).collect()
}
