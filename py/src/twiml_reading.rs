//! TwiML that was written elsewhere, for Python: read into a tree, and what is wrong with it.

use std::sync::Arc;

use pyo3::{
    prelude::*,
    types::{PyDict, PyList, PyString},
};
use ringback::twiml::{self, CheckOptions, Child};

use crate::{arguments, errors, twiml::TwiML};

/// An element of a document that was read.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Element {
    root: Arc<twiml::Element>,
    /// Which child of which child it is; documents are not deep.
    path: Vec<usize>,
}

impl Element {
    fn here(&self) -> &twiml::Element {
        let mut here = &*self.root;
        for index in &self.path {
            match here.children().get(*index) {
                Some(Child::Element(child)) => here = child,
                _ => break,
            }
        }
        here
    }

    fn below(&self, index: usize) -> Self {
        let path = self.path.iter().copied().chain([index]).collect();
        Self { root: self.root.clone(), path }
    }
}

#[pymethods]
impl Element {
    /// The name of the element.
    #[getter]
    fn name(&self) -> &str {
        self.here().name()
    }

    /// The attributes by their names in XML, as a new dict.
    #[getter]
    fn attributes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let attributes = PyDict::new(py);
        for (name, value) in self.here().attributes() {
            attributes.set_item(name, value)?;
        }
        Ok(attributes)
    }

    /// What it holds, in order: elements, texts, and comments.
    #[getter]
    fn children<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let children = PyList::empty(py);
        for (index, child) in self.here().children().iter().enumerate() {
            match child {
                Child::Element(_) => children.append(self.below(index))?,
                Child::Text(text) => children.append(text.as_str())?,
                Child::Comment(text) => children.append(Comment(text.to_string()))?,
                _ => {}
            }
        }
        Ok(children)
    }

    /// The text directly in it, as it stands.
    #[getter]
    fn text(&self) -> String {
        let texts = self.here().children().iter().filter_map(|child| match child {
            Child::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// The element as a document of its own.
    #[pyo3(signature = (xml_declaration = true))]
    fn to_xml(&self, py: Python<'_>, xml_declaration: bool) -> PyResult<String> {
        let here = self.here();
        let text = if xml_declaration { here.to_xml() } else { here.to_fragment() };
        text.map_err(|error| errors::raised(py, &error))
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.to_xml(py, true)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.here() == other.here()
    }

    fn __repr__(&self) -> String {
        format!("<Element {}>", self.name())
    }
}

/// A comment of a document that was read.
#[pyclass(frozen, eq, hash, module = "ringback._ringback")]
#[derive(PartialEq, Hash)]
pub(crate) struct Comment(String);

#[pymethods]
impl Comment {
    /// The text of the comment.
    #[getter]
    fn text(&self) -> &str {
        &self.0
    }

    fn __repr__(&self) -> &'static str {
        "<Comment>"
    }
}

/// Something that is wrong with a document, or may be.
#[pyclass(frozen, module = "ringback._ringback")]
pub(crate) struct Finding(twiml::Finding);

#[pymethods]
impl Finding {
    /// How bad it is: `error` or `warning`.
    #[getter]
    fn severity(&self) -> &'static str {
        self.0.severity.as_str()
    }

    /// The code of the error or the warning that Twilio would note, where it is known.
    #[getter]
    fn code(&self) -> Option<u32> {
        self.0.code
    }

    /// The line, from 1.
    #[getter]
    fn line(&self) -> usize {
        self.0.line
    }

    /// The column, from 1, in characters.
    #[getter]
    fn column(&self) -> usize {
        self.0.column
    }

    /// What is wrong.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do.
    #[getter]
    fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Finding {}>", self.0)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (self.0.line, self.0.column, self.0.code, &self.0.message).hash(&mut hasher);
        hasher.finish()
    }
}

/// Reads a document into a tree.
#[pyfunction]
#[pyo3(name = "parse_twiml", signature = (xml))]
pub(crate) fn parse(xml: &Bound<'_, PyString>) -> PyResult<Element> {
    let text = arguments::text_of("xml", xml)?;
    let root = xml.py().detach(|| twiml::parse(&text)).map_err(|error| errors::raised(xml.py(), &error))?;
    Ok(Element { root: Arc::new(root), path: Vec::new() })
}

/// What is wrong with a document, given as XML, as a verb, or as a tree that was read.
#[pyfunction]
#[pyo3(name = "check_twiml", signature = (document, kind = None, parameter = false, context = None))]
pub(crate) fn check(
    document: &Bound<'_, PyAny>,
    kind: Option<&str>,
    parameter: bool,
    context: Option<&str>,
) -> PyResult<Vec<Finding>> {
    let py = document.py();
    let options = options(kind, parameter, context).map_err(|error| errors::raised(py, &error))?;
    let xml = if let Ok(text) = document.cast::<PyString>() {
        arguments::text_of("document", text)?
    } else if let Ok(verb) = document.cast::<TwiML>() {
        verb.get().xml(py)?
    } else if let Ok(element) = document.cast::<Element>() {
        element.get().to_xml(py, true)?
    } else {
        return Err(errors::invalid_argument(py, "document must be a text, a verb of TwiML, or an element"));
    };
    Ok(py.detach(|| options.check(&xml)).into_iter().map(Finding).collect())
}

fn options(kind: Option<&str>, parameter: bool, context: Option<&str>) -> ringback::Result<CheckOptions> {
    let mut options = CheckOptions::new().parameter(parameter);
    if let Some(kind) = kind {
        options = options.kind(kind.parse()?);
    }
    if let Some(context) = context {
        options = options.context(context.parse()?);
    }
    Ok(options)
}
