//! The one place where TwiML becomes text, and the one place where text is escaped.

use super::{Child, Element, names::Prefixes};
use crate::{Error, Result};

/// How deep elements may be nested; no document of Twilio's needs more than a few levels.
pub const MAX_DEPTH: usize = 100;

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// The declaration and the element.
pub(super) fn document(root: &Element) -> Result<String> {
    Writer::new(DECLARATION).whole(root)
}

/// The element alone.
pub(super) fn fragment(root: &Element) -> Result<String> {
    Writer::new("").whole(root)
}

/// What was written, and where in the tree that is.
struct Writer {
    out: String,
    depth: usize,
    prefixes: Prefixes,
}

/// Where text stands; it decides what is escaped, and is named when the text is refused.
#[derive(Clone, Copy)]
enum Place<'a> {
    Attribute { element: &'a str, name: &'a str },
    Text { element: &'a str },
    Comment { element: &'a str },
}

impl Writer {
    fn new(begin: &str) -> Self {
        let mut out = String::with_capacity(256);
        out.push_str(begin);
        Self { out, depth: 0, prefixes: Prefixes::default() }
    }

    fn whole(mut self, root: &Element) -> Result<String> {
        self.write(root)?;
        Ok(self.out)
    }

    fn write(&mut self, element: &Element) -> Result<()> {
        let name = element.name();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::invalid_argument(format!("{name} is nested deeper than {MAX_DEPTH} levels")));
        }
        self.prefixes.enter(self.depth, element.attributes().map(|(name, _)| name));
        if !self.prefixes.allow(name, false) {
            return Err(Error::invalid_argument(format!("XML allows no element named {name:?}")));
        }
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in element.attributes() {
            if !self.prefixes.allow(attribute, true) {
                return Err(Error::invalid_argument(format!("XML allows no attribute named {attribute:?} ({name})")));
            }
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str("=\"");
            escape(value, Place::Attribute { element: name, name: attribute }, &mut self.out)?;
            self.out.push('"');
        }
        if element.children().iter().all(|child| matches!(child, Child::Text(text) if text.is_empty())) {
            self.out.push_str(" />");
        } else {
            self.out.push('>');
            for child in element.children() {
                match child {
                    Child::Element(child) => self.write(child)?,
                    Child::Node(node) => node.read(|child| self.write(child))?,
                    Child::Text(text) => escape(text, Place::Text { element: name }, &mut self.out)?,
                    Child::Comment(text) => {
                        self.out.push_str("<!--");
                        escape(text, Place::Comment { element: name }, &mut self.out)?;
                        self.out.push_str("-->");
                    }
                }
            }
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
        self.prefixes.leave(self.depth);
        self.depth -= 1;
        Ok(())
    }
}

/// The bytes that are escaped or refused somewhere, the first of U+FFFE and U+FFFF among them.
const MAY_NEED_CARE: [bool; 256] = {
    let mut found = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        found[byte] = byte < 0x20 || matches!(byte as u8, b'"' | b'&' | b'<' | b'>' | 0xEF);
        byte += 1;
    }
    found
};

/// Writes text so that a reader finds it unchanged, but for the ends of its lines, or refuses what XML 1.0 cannot hold.
fn escape(text: &str, place: Place<'_>, out: &mut String) -> Result<()> {
    if matches!(place, Place::Comment { .. }) && (text.contains("--") || text.ends_with('-')) {
        return Err(Error::invalid_argument(format!("{place} holds two hyphens in a row or ends with one")));
    }
    if text.bytes().all(|byte| !MAY_NEED_CARE[usize::from(byte)]) {
        out.push_str(text);
        return Ok(());
    }
    let in_attribute = matches!(place, Place::Attribute { .. });
    let in_comment = matches!(place, Place::Comment { .. });
    let mut plain = 0;
    for (at, letter) in text.char_indices() {
        let escaped = match letter {
            '\n' if in_attribute => "&#10;",
            '\t' if in_attribute => "&#09;",
            '\r' if in_attribute => "&#13;",
            '"' if in_attribute => "&quot;",
            '\n' | '\t' | '\r' => continue,
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {
                let position = text[..at].chars().count();
                return Err(Error::invalid_argument(format!(
                    "{place} holds a character that XML forbids, U+{:04X} at position {position}",
                    u32::from(letter)
                )));
            }
            '&' if !in_comment => "&amp;",
            '<' if !in_comment => "&lt;",
            '>' if !in_comment => "&gt;",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(escaped);
        plain = at + letter.len_utf8();
    }
    out.push_str(&text[plain..]);
    Ok(())
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Attribute { element, name } => write!(f, "the attribute {name} of {element}"),
            Self::Text { element } => write!(f, "the text of {element}"),
            Self::Comment { element } => write!(f, "a comment in {element}"),
        }
    }
}
