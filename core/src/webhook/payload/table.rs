//! The shape of the table: what a kind of webhook holds, in Twilio's spelling.

use std::fmt;

/// A kind of webhook.
#[derive(Debug)]
pub struct Row {
    /// The name of its type in Rust and in Python.
    pub class: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// The fields that it shares with others, and the name that they go by together.
    pub base: Option<&'static Base>,
    /// Its own fields.
    pub fields: &'static [Field],
    /// What several of its fields are together.
    pub parts: &'static [Part],
}

/// Fields that several kinds share.
#[derive(Debug)]
pub struct Base {
    /// The name of the Python class that holds them.
    pub class: &'static str,
    /// What they are, in one sentence.
    pub about: &'static str,
    /// The fields.
    pub fields: &'static [Field],
    /// What several of its fields are together.
    pub parts: &'static [Part],
}

/// A field.
#[derive(Debug)]
pub struct Field {
    /// The name in Twilio's spelling.
    pub name: &'static str,
    /// The name in Rust; [`Field::attribute`] is Python's.
    pub(super) member: &'static str,
    /// How its text is read.
    pub form: Form,
    /// When it is there.
    pub presence: Presence,
}

impl Field {
    /// The name in Python.
    pub fn attribute(&self) -> &'static str {
        if self.member == "from" { "from_" } else { self.member }
    }

    /// Whether its value is always there, and not `None` where Twilio sent nothing.
    pub fn is_plain(&self) -> bool {
        match self.presence {
            Presence::Key => true,
            Presence::Always => matches!(self.form, Form::Text),
            Presence::Sometimes => false,
        }
    }
}

/// When a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A request without it is not of this kind.
    Key,
    /// Twilio says that it is always there; a text is empty where it is not.
    Always,
    /// In some requests.
    Sometimes,
}

/// How the text of a field is read.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// As it is.
    Text,
    /// An integer.
    Integer,
    /// A decimal number.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// A moment, as RFC 2822 or as ISO 8601 writes it.
    Moment,
    /// JSON, which is read when somebody wants to.
    Json,
    /// One of a few texts, or one that Twilio has added since.
    Choice(&'static Choices),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Moment => "moment",
            Self::Json => "json",
            Self::Choice(_) => "choice",
        })
    }
}

/// The texts that an open enum knows.
#[derive(Debug)]
pub struct Choices {
    /// The name of its type in Rust and in Python.
    pub class: &'static str,
    /// What it tells, in one sentence.
    pub about: &'static str,
    /// The texts.
    pub texts: &'static [&'static str],
}

/// Several fields that are one value together.
#[derive(Debug)]
pub struct Part {
    /// The name of the value in Rust and in Python.
    pub attribute: &'static str,
    /// What it is.
    pub form: PartForm,
}

/// What several fields are together.
#[derive(Clone, Copy, Debug)]
pub enum PartForm {
    /// `MediaUrl0`, `MediaContentType0` and so on.
    Media,
    /// Every `SipHeader_…`.
    SipHeaders,
    /// Fields that are there together or not at all.
    Group(&'static Group),
}

/// Fields that are there together or not at all; all of them are `Sometimes`.
#[derive(Debug)]
pub struct Group {
    /// The name of its type in Rust and in Python.
    pub class: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// The fields.
    pub fields: &'static [Field],
}

impl Row {
    /// Every field, those that are shared first; fields of groups too.
    pub fn every_field(&self) -> impl Iterator<Item = &'static Field> {
        let shared = self.base.map_or(&[][..], |base| base.fields);
        let groups = self.every_part().filter_map(|part| match part.form {
            PartForm::Group(group) => Some(group.fields),
            PartForm::Media | PartForm::SipHeaders => None,
        });
        shared.iter().chain(self.fields).chain(groups.flatten())
    }

    /// Every part, those that are shared first.
    pub fn every_part(&self) -> impl Iterator<Item = &'static Part> {
        self.base.map_or(&[][..], |base| base.parts).iter().chain(self.parts)
    }

    /// Whether a field of this name, in Twilio's spelling, is known in this kind.
    pub fn knows(&self, name: &str) -> bool {
        self.every_field().any(|field| field.name == name)
            || self.every_part().any(|part| match part.form {
                PartForm::Media => super::parts::media_index(name).is_some(),
                PartForm::SipHeaders => super::parts::sip_header(name).is_some(),
                PartForm::Group(_) => false,
            })
    }
}
