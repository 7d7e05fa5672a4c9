//! From XML to the tree.

use std::{borrow::Cow, convert::Infallible, sync::OnceLock};

use compact_str::CompactString;

use super::{
    Child, Element, Kind,
    place::Places,
    reader::{self, Attribute, Listener, Tag},
};
use crate::{Error, Result, process::kept};

/// Reads XML into the tree that writes it.
///
/// Text and CDATA become [`Child::Text`], one for all that stands together, with references resolved and each end of a
/// line a line feed; comments inside the root are kept. What [`Element::to_xml`] has written is read
/// as it was, but for carriage returns in texts, which XML reads as line feeds.
///
/// Fails with `InvalidArgument`, which names the line and the column, if the text is not well-formed XML, has a document
/// type, is nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH), or is longer than 16 MiB. Which names and which nesting
/// Twilio knows is not asked here but by [`check`](super::check()).
///
/// ```
/// use ringback::twiml;
///
/// let response = twiml::parse("<Response><Say voice='alice'>1 &lt; 2</Say></Response>")?;
/// assert_eq!(response.to_fragment()?, r#"<Response><Say voice="alice">1 &lt; 2</Say></Response>"#);
/// let error = twiml::parse("<Response>\n  <Say>Hello</Response>").unwrap_err();
/// assert_eq!(
///     error.message(),
///     "TwiML is not well-formed at line 2, column 13: </Response> stands where <Say> must be closed first; write </Say> before it",
/// );
/// # Ok::<(), ringback::Error>(())
/// ```
pub fn parse(xml: &str) -> Result<Element> {
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    let mut builder =
        Builder { names: Names::get(), open: Vec::new(), done: Vec::new(), root: None, text: CompactString::default() };
    if let Err(malformed) = reader::read(xml, &mut builder) {
        let (line, column) = Places::of(xml).of_next(malformed.at);
        let (problem, remedy) = (malformed.problem, malformed.remedy);
        let message = format!("TwiML is not well-formed at line {line}, column {column}: {problem}; {remedy}");
        return Err(Error::invalid_argument(message));
    }
    // the reader has seen a root
    builder.root.ok_or_else(|| Error::invalid_argument("TwiML holds no element; write <Response/>"))
}

/// Puts together the tree that the reader tells of.
struct Builder {
    names: &'static Names,
    open: Vec<Open>,
    /// What was read of every open element, that of the innermost last.
    done: Vec<Child>,
    root: Option<Element>,
    /// The text since the last tag or comment.
    text: CompactString,
}

/// An element whose end was not read yet.
struct Open {
    name: Cow<'static, str>,
    attributes: Vec<(Cow<'static, str>, CompactString)>,
    /// Where its children begin in what was read.
    children: usize,
}

impl Builder {
    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Child::Text(std::mem::take(&mut self.text)));
        }
    }
}

impl<'x> Listener<'x> for Builder {
    fn open(&mut self, tag: &Tag<'x>, _at: usize, attributes: &mut Vec<Attribute<'x>>) {
        self.end_text();
        if !tag.is_sorted {
            attributes.sort_unstable_by(|left, right| left.name.cmp(right.name));
        }
        let attributes =
            attributes.drain(..).map(|Attribute { name, value, .. }| (self.names.keep(name), value.into()));
        let open =
            Open { name: self.names.keep(tag.name), attributes: attributes.collect(), children: self.done.len() };
        self.open.push(open);
    }

    fn text(&mut self, text: Cow<'x, str>, _at: usize) {
        if self.text.is_empty() {
            self.text = text.into();
        } else {
            self.text.push_str(&text);
        }
    }

    fn comment(&mut self, text: Cow<'x, str>) {
        self.end_text();
        self.done.push(Child::Comment(text.into()));
    }

    fn close(&mut self) {
        self.end_text();
        let Some(Open { name, attributes, children }) = self.open.pop() else { return };
        let element = Element::of_parts(name, attributes, self.done.drain(children..).collect());
        match self.open.is_empty() {
            true => self.root = Some(element),
            false => self.done.push(Child::Element(element)),
        }
    }
}

/// The names of the table of verbs, found by their letters: what carries one of them needs no text of its own.
struct Names {
    /// Open addressing; a third is taken, so a search is short.
    slots: Vec<Option<(Letters, &'static str)>>,
}

/// The first and the last letters of a name, which are all of it up to 16 bytes, and its length.
#[derive(Clone, Copy, PartialEq)]
struct Letters(u64, u64, usize);

impl Letters {
    fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let (head, tail) = if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u64::from_le_bytes(*head), u64::from_le_bytes(*tail))
        } else if let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u32::from_le_bytes(*head).into(), u32::from_le_bytes(*tail).into())
        } else {
            (bytes.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)), 0)
        };
        Self(head, tail, bytes.len())
    }

    /// Whether two names of these letters are one.
    fn decide(self, name: &str, known: &str) -> bool {
        self.2 <= 16 || name == known
    }
}

impl Names {
    const SLOTS: usize = 1024;

    /// The names, made when they are first asked for.
    fn get() -> &'static Self {
        static NAMES: OnceLock<Names> = OnceLock::new();
        let Ok(names) = kept(&NAMES, || Ok::<_, Infallible>(Self::new()));
        names
    }

    fn new() -> Self {
        let mut names = Self { slots: vec![None; Self::SLOTS] };
        let verbs = || Kind::ALL.iter().flat_map(|kind| kind.verbs());
        let attributes = verbs().flat_map(|verb| verb.attributes.iter().map(|attribute| attribute.name));
        for name in verbs().map(|verb| verb.tag).chain(attributes) {
            if let Err(slot) = names.find(name) {
                names.slots[slot] = Some((Letters::of(name), name));
            }
        }
        names
    }

    /// The name as the table has it, or the slot where it would be.
    fn find(&self, name: &str) -> Result<&'static str, usize> {
        let letters = Letters::of(name);
        let mixed = (letters.0 ^ letters.1.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut slot = (mixed >> 32) as usize % Self::SLOTS;
        while let Some((known_letters, known)) = self.slots[slot] {
            if known_letters == letters && letters.decide(name, known) {
                return Ok(known);
            }
            slot = (slot + 1) % Self::SLOTS;
        }
        Err(slot)
    }

    /// The name, without a copy if the table holds it.
    fn keep(&self, name: &str) -> Cow<'static, str> {
        self.find(name).map_or_else(|_| Cow::Owned(name.to_owned()), Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table_is_found_and_others_are_copied() {
        let taken = Names::get().slots.iter().flatten().count();
        assert!(taken > 200 && taken < Names::SLOTS / 2, "{taken}");
        for verb in Kind::ALL.iter().flat_map(|kind| kind.verbs()) {
            assert!(matches!(Names::get().keep(verb.tag), Cow::Borrowed(name) if name == verb.tag));
            for attribute in verb.attributes {
                assert!(matches!(Names::get().keep(attribute.name), Cow::Borrowed(name) if name == attribute.name));
            }
        }
        assert!(matches!(Names::get().keep("say"), Cow::Owned(name) if name == "say"));
    }
}
