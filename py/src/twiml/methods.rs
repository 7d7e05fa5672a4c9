//! The methods that add verbs to others, such as `response.say("Hello")`.

use pyo3::{exceptions::PyAttributeError, prelude::*, sync::PyOnceLock, types::PyDict};
use ringback::twiml::{Draft, Kind};

use super::{TwiML, fill};
use crate::errors;

/// What every verb is; it has all methods at first, and each class takes those that it may have.
#[pyclass(frozen, subclass, extends = TwiML, name = "Verb", module = "ringback._ringback")]
pub(crate) struct Verbs;

/// The methods by name; a class that were to inherit them would seem to hold what it may not.
pub(super) fn methods(py: Python<'_>) -> PyResult<&Bound<'_, PyDict>> {
    static METHODS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let taken = METHODS.get_or_try_init(py, || {
        let (class, taken) = (py.get_type::<Verbs>(), PyDict::new(py));
        for name in Kind::ALL.iter().flat_map(|kind| kind.verbs()).filter_map(|verb| verb.method) {
            if !taken.contains(name)? {
                taken.set_item(name, class.getattr(name)?)?;
                class.delattr(name)?;
            }
        }
        PyResult::Ok(taken.unbind())
    })?;
    Ok(taken.bind(py))
}

/// Adds the verb of a method and gives it.
pub(super) fn add<'py>(
    parent: &Bound<'py, Verbs>,
    method: &'static str,
    first: Option<&Bound<'py, PyAny>>,
    others: &[Option<&Bound<'py, PyAny>>],
    attributes: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = parent.py();
    let verb = parent.as_super().get().verb()?;
    let Some(class) = verb.class.and_then(|class| class.child(method)) else {
        return Err(PyAttributeError::new_err(method));
    };
    let draft = fill(py, Draft::new(class.kind, class.verb), Some(class.verb), first, given(others), attributes)?;
    let node = verb.node.add_draft(draft).map_err(|error| errors::raised(py, &error))?;
    class.wrap(py, node)
}

/// The arguments up to the last that was given.
fn given<T>(arguments: &[Option<T>]) -> &[Option<T>] {
    let end = arguments.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    &arguments[..end]
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
                // so many by position, since `*others` would cost a tuple and a second dict at every call
                #[pyo3(
                    signature = (
                        a1 = None, a2 = None, a3 = None, a4 = None, a5 = None, a6 = None, a7 = None, a8 = None, a9 = None, a10 = None, a11 = None, a12 = None, a13 = None, a14 = None, a15 = None, a16 = None, a17 = None, a18 = None, a19 = None, a20 = None, a21 = None, a22 = None, a23 = None, a24 = None, a25 = None,
                        /, **attributes
                    ),
                    text_signature = $signature
                )]
                #[expect(clippy::too_many_arguments, reason = "as many as the official methods take by position")]
                fn $name<'py>(
                    slf: &pyo3::Bound<'py, Self>,
                    a1: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a2: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a3: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a4: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a5: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a6: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a7: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a8: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a9: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a10: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a11: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a12: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a13: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a14: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a15: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a16: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a17: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a18: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a19: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a20: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a21: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a22: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a23: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a24: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    a25: Option<&pyo3::Bound<'py, pyo3::PyAny>>,
                    attributes: Option<&pyo3::Bound<'py, pyo3::types::PyDict>>,
                ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    let others = [a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24, a25];
                    $crate::twiml::methods::add(slf, stringify!($name), a1, &others, attributes)
                }
            )+
        }
    };
}

pub(super) use methods as declare;
