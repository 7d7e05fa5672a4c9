//! The one place where TwiML becomes text, and the one place where text is escaped.

use super::{Child, Element, names};
use crate::{Error, Result};

/// How deep elements may be nested; no document of Twilio's needs more than a few levels.
pub const MAX_DEPTH: usize = 100;

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// The declaration and the element.
pub(super) fn document(root: &Element) -> Result<String> {
    let mut out = String::with_capacity(256);
    out.push_str(DECLARATION);
    write(root, None, &mut out)?;
    Ok(out)
}

/// The element alone.
pub(super) fn fragment(root: &Element) -> Result<String> {
    let mut out = String::with_capacity(256);
    write(root, None, &mut out)?;
    Ok(out)
}

/// Where text stands; it decides what is escaped, and is named when the text is refused.
#[derive(Clone, Copy)]
enum Place<'a> {
    Attribute { element: &'a str, name: &'a str },
    Text { element: &'a str },
    Comment { element: &'a str },
}

/// An element that is being written, and those around it.
struct Scope<'a> {
    element: &'a Element,
    depth: usize,
    around: Option<&'a Scope<'a>>,
}

impl Scope<'_> {
    fn declares(&self, prefix: &str) -> bool {
        let here = self.element.attributes().any(|(name, _)| names::declared_prefix(name) == Some(prefix));
        here || self.around.is_some_and(|around| around.declares(prefix))
    }
}

fn write(element: &Element, around: Option<&Scope<'_>>, out: &mut String) -> Result<()> {
    let name = element.name();
    let scope = Scope { element, depth: around.map_or(1, |around| around.depth + 1), around };
    if scope.depth > MAX_DEPTH {
        return Err(Error::invalid_argument(format!("{name} is nested deeper than {MAX_DEPTH} levels")));
    }
    if !names::is_allowed_among(name, false, |prefix| scope.declares(prefix)) {
        return Err(Error::invalid_argument(format!("XML allows no element named {name:?}")));
    }
    out.push('<');
    out.push_str(name);
    for (attribute, value) in element.attributes() {
        if !names::is_allowed_among(attribute, true, |prefix| scope.declares(prefix)) {
            return Err(Error::invalid_argument(format!("XML allows no attribute named {attribute:?} ({name})")));
        }
        out.push(' ');
        out.push_str(attribute);
        out.push_str("=\"");
        escape(value, Place::Attribute { element: name, name: attribute }, out)?;
        out.push('"');
    }
    if element.children().iter().all(|child| matches!(child, Child::Text(text) if text.is_empty())) {
        out.push_str(" />");
        return Ok(());
    }
    out.push('>');
    for child in element.children() {
        match child {
            Child::Element(child) => write(child, Some(&scope), out)?,
            Child::Node(node) => node.read(|child| write(child, Some(&scope), out))?,
            Child::Text(text) => escape(text, Place::Text { element: name }, out)?,
            Child::Comment(text) => {
                out.push_str("<!--");
                escape(text, Place::Comment { element: name }, out)?;
                out.push_str("-->");
            }
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    Ok(())
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
