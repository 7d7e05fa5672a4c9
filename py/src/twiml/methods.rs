//! The methods that add verbs to others, such as `response.say("Hello")`.

use pyo3::{
    exceptions::PyAttributeError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyTuple},
};
use ringback::twiml::{Draft, Kind};

use super::{TwiML, fill};
use crate::{errors, once::Once};

/// What every verb is; it has all methods at first, and each class takes those that it may have.
#[pyclass(frozen, subclass, extends = TwiML, name = "Verb", module = "ringback._ringback")]
pub(crate) struct Verbs;

/// The methods by name; a class that were to inherit them would seem to hold what it may not.
pub(super) fn methods(py: Python<'_>) -> PyResult<&Bound<'_, PyDict>> {
    static METHODS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let class = py.get_type::<Verbs>();
    let taken = METHODS.kept(py, || {
        // no other thread comes between, since no code of Python runs here
        let taken = PyDict::new(py);
        for name in Kind::ALL.iter().flat_map(|kind| kind.verbs()).filter_map(|verb| verb.method) {
            if !taken.contains(name)? {
                taken.set_item(name, class.getattr(name)?)?;
                class.delattr(name)?;
            }
        }
        Ok(taken.unbind())
    })?;
    Ok(taken.bind(py))
}

/// Adds the verb of a method and gives it.
pub(super) fn add<'py>(
    parent: &Bound<'py, Verbs>,
    method: &'static str,
    first: Option<&Bound<'py, PyAny>>,
    others: &Bound<'py, PyTuple>,
    attributes: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = parent.py();
    let verb = parent.as_super().get().verb()?;
    let Some(class) = verb.class.and_then(|class| class.child(method)) else {
        return Err(PyAttributeError::new_err(method));
    };
    let draft = fill(py, Draft::new(class.kind, class.verb), Some(class.verb), first, others, attributes)?;
    let node = verb.node.add_draft(draft).map_err(|error| errors::raised(py, &error))?;
    class.wrap(py, node)
}

/// Makes the methods of their rows: a name, and how its arguments are shown.
macro_rules! methods {
    ($($(#[doc = $doc:literal])+ $name:ident $signature:literal;)+) => {
        #[pyo3::pymethods]
        impl $crate::twiml::methods::Verbs {
            #[new]
            #[pyo3(signature = (*args, **kwargs))]
            fn new(
                args: &pyo3::Bound<'_, pyo3::types::PyTuple>,
                kwargs: Option<&pyo3::Bound<'_, pyo3::types::PyDict>>,
            ) -> pyo3::PyClassInitializer<Self> {
                pyo3::PyClassInitializer::from($crate::twiml::TwiML::new(args, kwargs)).add_subclass(Self)
            }

            $(
                $(#[doc = $doc])+
                #[pyo3(signature = (first = None, /, *others, **attributes), text_signature = $signature)]
                fn $name<'py>(
                    slf: &pyo3::Bound<'py, Self>,
                    first: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    others: &pyo3::Bound<'py, pyo3::types::PyTuple>,
                    attributes: Option<&pyo3::Bound<'py, pyo3::types::PyDict>>,
                ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    $crate::twiml::methods::add(slf, stringify!($name), first, others, attributes)
                }
            )+
        }
    };
}

pub(super) use methods as declare;
