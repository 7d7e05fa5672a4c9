//! The rows of TwiML: every verb, its attributes, and what it may hold.

use std::fmt;

use super::generated::table as rows;

/// A document that Twilio reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub enum Kind {
    /// What to do with a call.
    Voice = 1,
    /// What to answer to a message.
    Messaging = 2,
    /// What to do with a fax; Twilio ended this product in 2021.
    Fax = 3,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: &'static [Self] = &[Self::Voice, Self::Messaging, Self::Fax];

    /// The row of `<Response>`, the root of such a document.
    pub fn root(self) -> &'static Verb {
        match self {
            Self::Voice => &rows::VOICE_RESPONSE,
            Self::Messaging => &rows::MESSAGING_RESPONSE,
            Self::Fax => &rows::FAX_RESPONSE,
        }
    }

    /// Every verb of such documents, the root included.
    pub fn verbs(self) -> &'static [&'static Verb] {
        match self {
            Self::Voice => rows::VOICE,
            Self::Messaging => rows::MESSAGING,
            Self::Fax => rows::FAX,
        }
    }

    /// The verb of this name in such documents, whatever it stands in: `Gather`, `gather` or `SsmlSayAs`.
    ///
    /// A class decides before a tag, since `<Sip>` in `<Refer>` is another verb than `<Sip>` in `<Dial>`.
    pub fn find(self, name: &str) -> Option<&'static Verb> {
        let verbs = self.verbs();
        verbs.iter().find(|verb| verb.class == name).or_else(|| verbs.iter().find(|verb| verb.is(name))).copied()
    }
}

/// One verb of TwiML.
#[non_exhaustive]
pub struct Verb {
    /// Its name in XML, such as `Gather` or `say-as`.
    pub tag: &'static str,
    /// Its class in Python and its type in Rust, such as `Gather` or `SsmlSayAs`; unique within a kind of document.
    pub class: &'static str,
    /// The method in Python that adds it to what may hold it, such as `say_as`; a root has none.
    pub method: Option<&'static str>,
    /// The name of its text as an argument in Python, if it takes text.
    pub text: Option<&'static str>,
    /// Its attributes, sorted by name.
    pub attributes: &'static [Attribute],
    /// The names of the attributes that Python also takes by position, after the text and in this order.
    pub arguments: &'static [&'static str],
    /// The verbs that it may hold.
    pub children: &'static [&'static Self],
}

impl Verb {
    /// The verb of this name among those that this one may hold: a tag, a class, or Python's method.
    pub fn child(&self, name: &str) -> Option<&'static Self> {
        self.children.iter().find(|child| child.is(name)).copied()
    }

    /// The attribute of this name, in Twilio's spelling or in Python's.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        let known = self.attributes.iter().find(|known| known.name == name || known.python == name);
        known.or_else(|| {
            // Python's spelling takes more than one form: `_num_digits` is `numDigits` too
            let spelt = super::attribute_name(name);
            self.attributes.iter().find(|known| known.name == spelt)
        })
    }

    fn is(&self, name: &str) -> bool {
        self.tag == name || self.class == name || self.method == Some(name)
    }
}

/// Names the class only: verbs hold each other without end.
impl fmt::Debug for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verb").field("class", &self.class).finish_non_exhaustive()
    }
}

/// One attribute of a verb.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attribute {
    /// Its name in XML, such as `numDigits` or `xml:lang`.
    pub name: &'static str,
    /// Its name as an argument in Python, such as `num_digits` or `xml_lang`.
    pub python: &'static str,
    /// What it takes.
    pub form: Form,
    /// Whether it takes several values, written with one space between them.
    pub list: bool,
}

/// What an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// One of these, and what Twilio has added since: other values are sent as they are.
    Enum(&'static [&'static str]),
}
