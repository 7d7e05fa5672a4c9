//! A tag that begins an element: its name and its attributes, each byte looked at once.

use std::borrow::Cow;

use super::{Attribute, Malformed, lone_ampersand, resolve, shown, unclosed};
use crate::twiml::names;

/// A tag that was read; its attributes stand in the list that was given.
pub(in crate::twiml) struct Tag<'x> {
    pub(in crate::twiml) name: &'x str,
    /// Whether the names of its attributes are in their order.
    pub(in crate::twiml) is_sorted: bool,
    /// Whether its name or that of an attribute has a prefix.
    pub(super) has_prefixes: bool,
    /// Whether it ends with `/>`.
    pub(super) is_empty: bool,
    /// Where it ends.
    pub(super) end: usize,
}

/// Is no white space.
const INK: u8 = 1;
/// Ends a name in a tag.
const NAME_END: u8 = 2;
/// Is more than a letter of ASCII, a digit or one of `_-.`, so that a name that holds it needs a closer look.
const UNUSUAL: u8 = 4;
/// A quotation mark, or what a value holds that is not as it stands.
const VALUE_STOP: u8 = 8;

/// What each byte is.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        let mut class = 0;
        if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            class |= NAME_END;
        } else {
            class |= INK;
        }
        if matches!(byte, b'=' | b'/' | b'>' | b'<') {
            class |= NAME_END;
        }
        if !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.') {
            class |= UNUSUAL;
        }
        if matches!(byte, b'"' | b'\'' | b'&' | b'<' | b'\t' | b'\n' | b'\r') {
            class |= VALUE_STOP;
        }
        classes[byte as usize] = class;
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

/// Where the first byte of one of these classes stands, from `at` on; the end if there is none.
fn find(bytes: &[u8], at: usize, classes: u8) -> usize {
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| CLASSES[usize::from(*byte)] & classes != 0).unwrap_or(rest.len())
}

/// Where the white space ends that stands at `at`.
pub(super) fn skip_space(bytes: &[u8], at: usize) -> usize {
    find(bytes, at, INK)
}

/// Reads the tag that begins at `from`.
pub(super) fn read<'x>(xml: &'x str, from: usize, attributes: &mut Vec<Attribute<'x>>) -> Result<Tag<'x>, Malformed> {
    let bytes = xml.as_bytes();
    let name = Name::at(xml, from + 1);
    let end = from + 1 + name.text.len();
    if !name.is_allowed() {
        return Err(match (name.text.is_empty(), end == bytes.len()) {
            (_, true) => unclosed(from, "tag", ">"),
            (true, false) => Malformed::new(from, "< begins no tag", "write it as &lt;"),
            (false, false) => {
                let problem = format!("XML allows no element named {:?}", shown(name.text));
                Malformed::new(from, problem, "write < as &lt; where no tag begins")
            }
        });
    }
    let mut tag = Tag { name: name.text, is_sorted: true, has_prefixes: name.has_prefix(), is_empty: false, end };
    attributes.clear();
    loop {
        let begin = skip_space(bytes, tag.end);
        match bytes.get(begin) {
            None | Some(b'<') => return Err(unclosed(from, "tag", ">")),
            Some(b'>') => {
                tag.end = begin + 1;
                break;
            }
            Some(b'/') if bytes.get(begin + 1) == Some(&b'>') => {
                (tag.end, tag.is_empty) = (begin + 2, true);
                break;
            }
            Some(b'/') => {
                let problem = format!("/ stands in the tag <{}> but not at its end", shown(name.text));
                return Err(Malformed::new(begin, problem, "an element without content ends with />"));
            }
            Some(_) => {}
        }
        let (attribute, end) = attribute(xml, begin, name.text, from)?;
        if begin == tag.end {
            let problem =
                format!("no space stands before the attribute {} of <{}>", shown(attribute.name), shown(name.text));
            return Err(Malformed::new(begin, problem, "add one"));
        }
        tag.end = end;
        tag.has_prefixes |= attribute.has_prefix;
        tag.is_sorted = tag.is_sorted && attributes.last().is_none_or(|last| last.name < attribute.name);
        attributes.push(attribute);
    }
    if !tag.is_sorted
        && let Some(second) = repeated(attributes)
    {
        let problem = format!("<{}> has the attribute {} twice", shown(name.text), shown(second.name));
        return Err(Malformed::new(second.at, problem, "keep one of them"));
    }
    Ok(tag)
}

/// Reads the attribute that begins at `begin`, in the tag of this name that begins at `from`; gives where it ends too.
pub(super) fn attribute<'x>(
    xml: &'x str,
    begin: usize,
    tag: &str,
    from: usize,
) -> Result<(Attribute<'x>, usize), Malformed> {
    let bytes = xml.as_bytes();
    let name = Name::at(xml, begin);
    if !name.is_allowed() {
        let problem = format!("XML allows no attribute named {:?} (in <{}>)", shown(name.text), shown(tag));
        return Err(Malformed::new(begin, problem, "write NAME=\"value\", with a space before it"));
    }
    let equals = skip_space(bytes, begin + name.text.len());
    match bytes.get(equals) {
        Some(b'=') => {}
        Some(_) => {
            let problem = format!("the attribute {} of <{}> has no value", shown(name.text), shown(tag));
            return Err(Malformed::new(begin, problem, "write NAME=\"value\""));
        }
        None => return Err(unclosed(from, "tag", ">")),
    }
    let opening = skip_space(bytes, equals + 1);
    let (quote, mark) = match bytes.get(opening) {
        Some(b'"') => (b'"', "\""),
        Some(b'\'') => (b'\'', "'"),
        Some(_) => {
            let (name, tag) = (shown(name.text), shown(tag));
            let problem = format!("the value of the attribute {name} of <{tag}> does not stand in quotation marks");
            return Err(Malformed::new(opening, problem, "write NAME=\"value\""));
        }
        None => return Err(unclosed(from, "tag", ">")),
    };
    let mut is_plain = true;
    let mut closing = opening + 1;
    loop {
        closing = find(bytes, closing, VALUE_STOP);
        match bytes.get(closing) {
            None => return Err(unclosed(from, "value in the tag", mark)),
            Some(byte) if *byte == quote => break,
            Some(byte) => is_plain &= matches!(byte, b'"' | b'\''),
        }
        closing += 1;
    }
    let raw = &xml[opening + 1..closing];
    let value = if is_plain { Cow::Borrowed(raw) } else { Cow::Owned(value_of(raw, opening + 1, name.text)?) };
    Ok((Attribute { name: name.text, value, at: begin, has_prefix: name.has_prefix() }, closing + 1))
}

/// What stands where a name should.
struct Name<'x> {
    text: &'x str,
    /// Whether it is nothing but a letter of ASCII and then such letters, digits and `_-.`.
    is_usual: bool,
}

impl<'x> Name<'x> {
    fn at(xml: &'x str, begin: usize) -> Self {
        let bytes = xml.as_bytes();
        let usual_end = find(bytes, begin, UNUSUAL);
        let end = find(bytes, usual_end, NAME_END);
        let begins = bytes.get(begin).is_some_and(u8::is_ascii_alphabetic);
        Self { text: &xml[begin..end], is_usual: usual_end == end && begins }
    }

    fn is_allowed(&self) -> bool {
        self.is_usual || is_name(self.text)
    }

    fn has_prefix(&self) -> bool {
        !self.is_usual && self.text.contains(':')
    }
}

/// Whether XML allows this name; namespaces are not looked into.
pub(super) fn is_name(name: &str) -> bool {
    name.split(':').all(|part| part == "xmlns" || names::is_allowed(part))
}

/// An attribute whose name an earlier one has too.
fn repeated<'a, 'x>(attributes: &'a [Attribute<'x>]) -> Option<&'a Attribute<'x>> {
    const FEW: usize = 8;
    if attributes.len() <= FEW {
        let names = attributes.iter().enumerate();
        return names
            .filter(|(index, one)| attributes[..*index].iter().any(|earlier| earlier.name == one.name))
            .map(|(_, one)| one)
            .next();
    }
    let mut sorted: Vec<&Attribute<'x>> = attributes.iter().collect();
    sorted.sort_by(|left, right| left.name.cmp(right.name).then(left.at.cmp(&right.at)));
    sorted.windows(2).find(|pair| pair[0].name == pair[1].name).map(|pair| pair[1])
}

/// The value that begins at `begin` as XML means it: white space is spaces, references are what they stand for.
fn value_of(raw: &str, begin: usize, name: &str) -> Result<String, Malformed> {
    let mut value = String::with_capacity(raw.len());
    let mut at = 0;
    loop {
        let next = find(raw.as_bytes(), at, VALUE_STOP);
        value.push_str(&raw[at..next]);
        at = next + 1;
        match raw.as_bytes().get(next) {
            None => return Ok(value),
            Some(b'&') => {
                let Some(length) = raw[at..].find(';') else { return Err(lone_ampersand(&raw[at..], begin + next)) };
                resolve(&raw[at..at + length], begin + next, &mut value)?;
                at += length + 1;
            }
            Some(b'<') => {
                let problem = format!("the value of the attribute {} holds <", shown(name));
                return Err(Malformed::new(begin + next, problem, "write it as &lt;, or close the quotation marks"));
            }
            Some(quote @ (b'"' | b'\'')) => value.push(char::from(*quote)),
            Some(_) => {
                value.push(' ');
                // CR and LF are one end of a line
                at += usize::from(raw[next..].starts_with("\r\n"));
            }
        }
    }
}
