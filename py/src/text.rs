//! What a text takes, what an address is, and what sending costs.

use pyo3::{IntoPyObjectExt, exceptions::PyTypeError, prelude::*, types::PyString};
use ringback::text::{self, E164};
use rust_decimal::Decimal;

use crate::{
    arguments::{self, Nulls},
    errors,
};

/// The text messages that a text is cut into.
#[pyclass(frozen, module = "ringback.text")]
pub(crate) struct Segments(text::Segments<'static>);

/// A character that GSM-7 does not have.
#[pyclass(frozen, get_all, module = "ringback.text")]
pub(crate) struct Unencodable {
    character: char,
    index: usize,
    look_alike: Option<&'static str>,
}

#[pymethods]
impl Unencodable {
    fn __repr__(&self) -> String {
        format!("<Unencodable {:?} at {}>", self.character, self.index)
    }
}

#[pymethods]
impl Segments {
    #[new]
    #[pyo3(signature = (body, *, smart_encoded = false))]
    fn new(body: &Bound<'_, PyString>, smart_encoded: bool) -> PyResult<Self> {
        let body = arguments::text_of("body", body)?;
        let segments = match smart_encoded {
            true => text::Segments::of_smart_encoded(&body),
            false => text::Segments::of(&body),
        };
        Ok(Self(segments.into_owned()))
    }

    #[getter]
    fn text(&self) -> &str {
        self.0.text()
    }

    #[getter]
    fn encoding(&self) -> &'static str {
        self.0.encoding().as_str()
    }

    #[getter]
    fn count(&self) -> usize {
        self.0.count()
    }

    #[getter]
    fn characters(&self) -> usize {
        self.0.characters()
    }

    #[getter]
    fn units(&self) -> usize {
        self.0.units()
    }

    #[getter]
    fn room(&self) -> usize {
        self.0.room()
    }

    #[getter]
    fn is_too_long(&self) -> bool {
        self.0.is_too_long()
    }

    #[getter]
    fn texts(&self) -> Vec<&str> {
        self.0.texts().collect()
    }

    #[getter]
    fn units_of_each(&self) -> Vec<usize> {
        self.0.units_of_each().collect()
    }

    #[getter]
    fn unencodable(&self) -> Vec<Unencodable> {
        let found = self.0.unencodable();
        found
            .map(|found| Unencodable { character: found.character, index: found.index, look_alike: found.look_alike })
            .collect()
    }

    fn __len__(&self) -> usize {
        self.0.count()
    }

    fn __repr__(&self) -> String {
        format!("<Segments {} {}, {} units>", self.0.count(), self.0.encoding(), self.0.units())
    }
}

/// The text with what smart encoding replaces.
#[pyfunction]
pub(crate) fn smart_encode(body: &Bound<'_, PyString>) -> PyResult<String> {
    Ok(text::smart_encode(&arguments::text_of("body", body)?).into_owned())
}

/// The number, if it is in E.164.
#[pyfunction]
pub(crate) fn e164(number: &Bound<'_, PyString>) -> PyResult<String> {
    let text = arguments::text_of("number", number)?;
    E164::parse(&text).map(String::from).map_err(|error| errors::raised(number.py(), &error))
}

/// An address in the form in which Twilio takes and answers it.
#[pyclass(frozen, eq, hash, module = "ringback.text")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Address(text::Address);

#[pymethods]
impl Address {
    #[new]
    fn new(text: &Bound<'_, PyString>) -> PyResult<Self> {
        let given = arguments::text_of("address", text)?;
        text::Address::parse(&given).map(Self).map_err(|error| errors::raised(text.py(), &error))
    }

    /// The address of a number in WhatsApp.
    #[staticmethod]
    fn whatsapp(number: &Bound<'_, PyString>) -> PyResult<Self> {
        let text = arguments::text_of("number", number)?;
        let number = E164::parse(&text).map_err(|error| errors::raised(number.py(), &error))?;
        Ok(Self(text::Address::whatsapp(&number)))
    }

    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind().as_str()
    }

    #[getter]
    fn value(&self) -> &str {
        self.0.value()
    }

    #[getter]
    fn number(&self) -> Option<String> {
        self.0.number().map(String::from)
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self) -> String {
        format!("Address({:?})", self.0.as_str())
    }
}

/// The prices of text messages in one country.
#[pyclass(frozen, module = "ringback.text")]
pub(crate) struct MessagePrices(text::MessagePrices);

/// The price of one segment.
#[pyclass(frozen, get_all, module = "ringback.text")]
pub(crate) struct MessagePrice {
    direction: &'static str,
    number_type: String,
    carrier: Option<String>,
    current: Py<PyAny>,
    base: Py<PyAny>,
}

#[pymethods]
impl MessagePrice {
    fn __repr__(&self) -> String {
        format!("<MessagePrice {} {} {}>", self.direction, self.number_type, self.current)
    }
}

/// What a message will cost.
#[pyclass(frozen, module = "ringback.text")]
pub(crate) struct CostEstimate {
    #[pyo3(get)]
    segments: usize,
    #[pyo3(get)]
    lowest: Py<PyAny>,
    #[pyo3(get)]
    highest: Py<PyAny>,
    #[pyo3(get)]
    currency: String,
    text: String,
}

#[pymethods]
impl CostEstimate {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("<CostEstimate {}>", self.text)
    }
}

#[pymethods]
impl MessagePrices {
    /// Reads what `pricing.v1.messaging.countries.fetch` answered, as a dict.
    #[new]
    fn new(answer: &Bound<'_, PyAny>) -> PyResult<Self> {
        let json = arguments::json("prices", answer, Nulls::Kept, 0)?.unwrap_or_default();
        text::MessagePrices::from_json(&json).map(Self).map_err(|error| errors::raised(answer.py(), &error))
    }

    #[getter]
    fn country(&self) -> &str {
        self.0.country()
    }

    #[getter]
    fn currency(&self) -> &str {
        self.0.currency()
    }

    #[getter]
    fn prices(&self, py: Python<'_>) -> PyResult<Vec<MessagePrice>> {
        self.0
            .iter()
            .map(|price| {
                Ok(MessagePrice {
                    direction: price.direction.as_str(),
                    number_type: price.number_type.clone(),
                    carrier: price.carrier.clone(),
                    current: decimal(py, price.current)?,
                    base: decimal(py, price.base)?,
                })
            })
            .collect()
    }

    /// What a text, or so many segments, cost.
    #[pyo3(signature = (body, *, direction = "outbound", number_type = None, smart_encoded = false))]
    fn estimate(
        &self,
        body: &Bound<'_, PyAny>,
        direction: &str,
        number_type: Option<&str>,
        smart_encoded: bool,
    ) -> PyResult<CostEstimate> {
        let py = body.py();
        let segments = if let Ok(body) = body.cast::<PyString>() {
            Segments::new(body, smart_encoded)?.0.count()
        } else if let Ok(segments) = body.cast::<Segments>() {
            segments.get().0.count()
        } else {
            body.extract()
                .map_err(|_| PyTypeError::new_err("body takes a text, its Segments, or how many there are"))?
        };
        let estimate = direction.parse().and_then(|direction| self.0.estimate(direction, number_type, segments));
        let estimate = estimate.map_err(|error| errors::raised(py, &error))?;
        Ok(CostEstimate {
            segments,
            lowest: decimal(py, estimate.lowest)?,
            highest: decimal(py, estimate.highest)?,
            text: estimate.to_string(),
            currency: estimate.currency,
        })
    }

    fn __repr__(&self) -> String {
        format!("<MessagePrices {} in {}>", self.0.country(), self.0.currency())
    }
}

fn decimal(py: Python<'_>, value: Decimal) -> PyResult<Py<PyAny>> {
    arguments::decimal(py)?.call1((value.to_string(),))?.into_py_any(py)
}
