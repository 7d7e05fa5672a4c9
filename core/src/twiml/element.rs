//! The tree: an element, its attributes, and what it holds.

use std::borrow::Cow;

use compact_str::{CompactString, ToCompactString as _, format_compact};

use super::{Node, render};
use crate::{Result, Value};

/// An element of a TwiML document, of any name.
///
/// Building it never fails; writing it as XML says what is wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    name: Cow<'static, str>,
    /// Sorted by name, since that is how they are written.
    attributes: Vec<(Cow<'static, str>, CompactString)>,
    children: Vec<Child>,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Child {
    /// Another element.
    Element(Element),
    /// A verb that others may still change.
    Node(Node),
    /// Text, which needs no memory of its own up to 24 bytes.
    Text(CompactString),
    /// A comment, which Twilio ignores.
    Comment(CompactString),
}

impl Element {
    /// An empty element.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), attributes: Vec::new(), children: Vec::new() }
    }

    /// Its name in XML.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its attributes, sorted by name.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// What it holds, in order.
    pub fn children(&self) -> &[Child] {
        &self.children
    }

    /// Sets an attribute, in place of an earlier value of it; `Value::Unset` removes it.
    ///
    /// The name is taken as it is. Booleans are `true` or `false`, lists have one space between their values.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> &mut Self {
        let name = name.into();
        let place = self.attributes.binary_search_by(|(known, _)| known.as_ref().cmp(&name));
        match (place, text_of(value.into())) {
            (Ok(at), Some(text)) => self.attributes[at].1 = text,
            (Ok(at), None) => {
                self.attributes.remove(at);
            }
            (Err(at), Some(text)) => self.attributes.insert(at, (name, text)),
            (Err(_), None) => {}
        }
        self
    }

    /// Adds an element, text or a comment at the end.
    pub fn push(&mut self, child: impl Into<Child>) -> &mut Self {
        self.children.push(child.into());
        self
    }

    /// An element that is complete; its attributes are sorted by name, and no two have one.
    pub(super) fn of_parts(
        name: Cow<'static, str>,
        attributes: Vec<(Cow<'static, str>, CompactString)>,
        children: Vec<Child>,
    ) -> Self {
        Self { name, attributes, children }
    }

    /// Takes what it holds.
    pub(super) fn take_children(&mut self) -> Vec<Child> {
        std::mem::take(&mut self.children)
    }

    /// Adds the shared verbs that it holds, however deep, up to the next shared ones.
    pub(super) fn nodes_into(&self, found: &mut Vec<Node>) {
        let mut pending = vec![self];
        while let Some(element) = pending.pop() {
            for child in &element.children {
                match child {
                    Child::Element(element) => pending.push(element),
                    Child::Node(node) => found.push(node.clone()),
                    Child::Text(_) | Child::Comment(_) => {}
                }
            }
        }
    }

    /// The document with this element as its root: the XML declaration, then the element.
    ///
    /// Fails with `InvalidArgument` if a name or a character is not allowed in XML, or if elements are nested deeper
    /// than [`MAX_DEPTH`](super::MAX_DEPTH).
    pub fn to_xml(&self) -> Result<String> {
        render::document(self)
    }

    /// The element as XML without the declaration.
    pub fn to_fragment(&self) -> Result<String> {
        render::fragment(self)
    }
}

/// An attribute's value as text, or nothing if it is unset.
fn text_of(value: Value) -> Option<CompactString> {
    Some(match value {
        Value::Unset => return None,
        Value::Text(text) => text.into(),
        Value::Boolean(flag) => flag.to_compact_string(),
        Value::Integer(number) => number.to_compact_string(),
        Value::Float(number) => format_compact!("{number:?}"),
        Value::Decimal(number) => number.to_compact_string(),
        Value::Date(date) => date.to_compact_string(),
        Value::DateTime(moment) => moment.to_compact_string(),
        Value::List(values) => values.into_iter().filter_map(text_of).collect::<Vec<_>>().join(" ").into(),
        Value::Json(json) => json.to_compact_string(),
    })
}

impl From<Element> for Child {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl From<&str> for Child {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Child {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Node> for Child {
    fn from(node: Node) -> Self {
        Self::Node(node)
    }
}

impl Child {
    /// Whether dropping it goes deeper than its own children.
    fn is_deep(&self) -> bool {
        match self {
            Self::Element(element) => !element.children.is_empty(),
            Self::Node(_) => true,
            Self::Text(_) | Self::Comment(_) => false,
        }
    }
}

/// Takes a deep tree apart level by level: dropping it by recursion could exhaust the stack.
impl Drop for Element {
    fn drop(&mut self) {
        if !self.children.iter().any(Child::is_deep) {
            return;
        }
        let mut pending = std::mem::take(&mut self.children);
        while let Some(child) = pending.pop() {
            match child {
                Child::Element(mut element) if element.children.iter().any(Child::is_deep) => {
                    pending.append(&mut element.children);
                }
                Child::Element(_) => {}
                Child::Node(node) => pending.extend(node.into_children()),
                Child::Text(_) | Child::Comment(_) => {}
            }
        }
    }
}
