//! A document as the checker walks it: its elements in their order, each with its place.

use std::{borrow::Cow, ops::Range};

use crate::twiml::reader::{self, Attribute, Listener, Malformed, Tag};

/// The elements of a document.
#[derive(Default)]
pub(super) struct Outline<'x> {
    /// In the order in which they begin.
    pub(super) elements: Vec<Part<'x>>,
    attributes: Vec<Attribute<'x>>,
    open: Vec<usize>,
}

/// An element.
pub(super) struct Part<'x> {
    pub(super) name: &'x str,
    /// Where it begins, in bytes.
    pub(super) at: usize,
    pub(super) parent: Option<usize>,
    /// The text directly in it.
    pub(super) text: Cow<'x, str>,
    /// Where the first of its text stands that is more than white space.
    pub(super) text_at: usize,
    /// Whether the text directly in it is nothing but white space.
    pub(super) is_blank: bool,
    /// How many characters of text are in it and in all that it holds.
    pub(super) length: usize,
    attributes: Range<usize>,
    /// The number of the first element behind it and all that it holds.
    end: usize,
}

impl<'x> Outline<'x> {
    /// Reads a document without its byte order mark.
    pub(super) fn of(xml: &'x str) -> Result<Self, Malformed> {
        let mut outline = Self::default();
        reader::read(xml, &mut outline)?;
        Ok(outline)
    }

    /// The attributes of an element, in their order.
    pub(super) fn attributes(&self, part: &Part<'x>) -> &[Attribute<'x>] {
        &self.attributes[part.attributes.clone()]
    }

    /// The value of an attribute.
    pub(super) fn value(&self, part: &Part<'x>, name: &str) -> Option<&str> {
        self.attributes(part).iter().find(|attribute| attribute.name == name).map(|attribute| &*attribute.value)
    }

    /// The elements directly in the one of this number.
    pub(super) fn children(&self, number: usize) -> impl Iterator<Item = &Part<'x>> {
        let end = self.elements[number].end;
        let mut next = number + 1;
        std::iter::from_fn(move || {
            let child = self.elements.get(next).filter(|_| next < end)?;
            next = child.end;
            Some(child)
        })
    }
}

impl<'x> Listener<'x> for Outline<'x> {
    fn open(&mut self, tag: &Tag<'x>, at: usize, attributes: &mut Vec<Attribute<'x>>) {
        let first = self.attributes.len();
        self.attributes.append(attributes);
        let parent = self.open.last().copied();
        self.open.push(self.elements.len());
        self.elements.push(Part {
            name: tag.name,
            at,
            parent,
            text: Cow::Borrowed(""),
            text_at: at,
            is_blank: true,
            length: 0,
            attributes: first..self.attributes.len(),
            end: 0,
        });
    }

    fn text(&mut self, text: Cow<'x, str>, at: usize) {
        let Some(part) = self.open.last().and_then(|number| self.elements.get_mut(*number)) else { return };
        part.length += text.chars().count();
        let trimmed = text.trim_start();
        if part.is_blank && !trimmed.is_empty() {
            part.is_blank = false;
            part.text_at = at;
        }
        match part.text.is_empty() {
            true => part.text = text,
            false => part.text.to_mut().push_str(&text),
        }
    }

    fn comment(&mut self, _text: Cow<'x, str>) {}

    fn close(&mut self) {
        let Some(number) = self.open.pop() else { return };
        let end = self.elements.len();
        let Some(part) = self.elements.get_mut(number) else { return };
        part.end = end;
        let length = part.length;
        if let Some(parent) = self.open.last().and_then(|number| self.elements.get_mut(*number)) {
            parent.length += length;
        }
    }
}
