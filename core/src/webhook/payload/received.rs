//! What was received: every field as it came, found by its name.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    FieldValue, JsonText, Media, PayloadKind, parts, recognition,
    table::{Field, Form, Presence},
    value,
};
use crate::{Error, Result, webhook::MAX_PARAMETERS};

/// A webhook whose kind is known, with every field as it came.
///
/// Where a name stands twice, the first counts. An empty text says nothing, as Twilio sends it for what it does not know.
#[derive(Clone)]
pub struct Received {
    kind: PayloadKind,
    params: Box<[(String, String)]>,
    /// The places of the names, sorted by them.
    order: Box<[u32]>,
    problems: Vec<&'static str>,
}

impl Received {
    /// Finds out which kind of webhook a request is; `Unknown` if it is none of them.
    ///
    /// Of a request with more than [`MAX_PARAMETERS`], which no signature covers, only so many are kept.
    pub fn recognise(params: &[(String, String)]) -> Self {
        let mut received = Self::new(params);
        if params.len() <= MAX_PARAMETERS {
            let kind = recognition::kind_of(&received);
            if received.missing(kind).is_none() {
                received.settle(kind);
            }
        }
        received
    }

    /// Takes a request as one of this kind.
    ///
    /// # Errors
    /// `InvalidArgument` that names the field without which a request is not of this kind.
    pub fn of_kind(kind: PayloadKind, params: &[(String, String)]) -> Result<Self> {
        // a signature is not checked over more than these, so nobody could have signed them
        if params.len() > MAX_PARAMETERS {
            let text = format!("the request has more than {MAX_PARAMETERS} parameters, so it is none of Twilio's");
            return Err(Error::invalid_argument(text));
        }
        let mut received = Self::new(params);
        if let Some(field) = received.missing(kind) {
            return Err(Error::invalid_argument(format!(
                "the request has no {}, so it is no {}; read it as an event of any kind",
                field.name,
                kind.as_str()
            )));
        }
        received.settle(kind);
        Ok(received)
    }

    fn new(params: &[(String, String)]) -> Self {
        let params: Box<[(String, String)]> = params.iter().take(MAX_PARAMETERS).cloned().collect();
        let mut order: Box<[u32]> = (0..).take(params.len()).collect();
        order.sort_by(|one, other| params[*one as usize].0.cmp(&params[*other as usize].0));
        Self { kind: PayloadKind::Unknown, params, order, problems: Vec::new() }
    }

    /// The first field that a request of this kind has and this one has not.
    fn missing(&self, kind: PayloadKind) -> Option<&'static Field> {
        kind.row()?.every_field().find(|field| field.presence == Presence::Key && self.text(field.name).is_none())
    }

    fn settle(&mut self, kind: PayloadKind) {
        let fields = kind.row().into_iter().flat_map(|row| row.every_field());
        let is_wrong = |field: &Field| {
            !matches!(field.form, Form::Text)
                && self.text(field.name).is_some_and(|text| value::read(field.form, text).is_none())
        };
        let problems = fields.filter(|field| is_wrong(field)).map(|field| field.name).collect();
        self.kind = kind;
        self.problems = problems;
    }

    /// Which kind of webhook it is.
    pub fn kind(&self) -> PayloadKind {
        self.kind
    }

    /// The text of a field by its name in Twilio's spelling, also an empty one.
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.order.partition_point(|index| self.params[*index as usize].0.as_str() < name);
        let (known, text) = &self.params[*self.order.get(at)? as usize];
        (known == name).then_some(text)
    }

    /// Every field in the order in which they came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.params.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The fields that are not known in this kind of webhook.
    pub fn extra(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(|(name, _)| !self.kind.row().is_some_and(|row| row.knows(name)))
    }

    /// The names of the fields whose texts are not of their form, so that nothing but the text is known.
    pub fn problems(&self) -> &[&'static str] {
        &self.problems
    }

    /// What a field says; nothing if it is not there, empty, or not of its form.
    pub fn value(&self, field: &Field) -> Option<FieldValue<'_>> {
        value::read(field.form, self.text(field.name)?)
    }

    /// A text that says something.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|text| !text.is_empty())
    }

    /// An integer.
    pub fn integer(&self, name: &str) -> Option<i64> {
        value::integer(self.text(name)?)
    }

    /// A decimal number.
    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        value::decimal(self.text(name)?)
    }

    /// `true` or `false`.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        value::boolean(self.text(name)?)
    }

    /// A moment, as RFC 2822 or ISO 8601 writes it.
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        value::moment(self.text(name)?)
    }

    /// JSON.
    pub fn json(&self, name: &str) -> Option<JsonText> {
        self.text(name).map(JsonText::new)
    }

    /// What was attached, in the order of its numbers: as much as is there, whatever `NumMedia` says.
    pub fn media(&self) -> Vec<Media> {
        parts::media(self)
    }

    /// Every `SipHeader_…`, by the name of its header.
    pub fn sip_headers(&self) -> BTreeMap<String, String> {
        parts::sip_headers(self)
    }
}

impl PartialEq for Received {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.params) == (other.kind, &other.params)
    }
}

/// Tells its kind and what it is known by, and not what it says: that is about people.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(self.kind.row().map_or("Unknown", |row| row.class));
        let fields = self.kind.row().into_iter().flat_map(|row| row.every_field());
        for field in fields.filter(|field| field.presence == Presence::Key) {
            out.field(field.name, &self.text(field.name).unwrap_or_default());
        }
        out.finish_non_exhaustive()
    }
}
