//! XML as what a document can hold, piece by piece, each with its place: what the parser and the checker listen to.

use std::borrow::Cow;

use quick_xml::{
    Error as XmlError, Reader,
    errors::{IllFormedError, SyntaxError},
    escape::resolve_xml_entity,
    events::{
        Event,
        attributes::{AttrError, Attributes},
    },
};

use super::{MAX_DEPTH, names, names::Prefixes};

/// The longest document that is read, in bytes; Twilio takes 64 kB.
pub(super) const MAX_LENGTH: usize = 16 << 20;

/// Hears what a document holds, in its order.
pub(super) trait Listener<'x> {
    /// An element begins; no two of its attributes have one name.
    fn open(&mut self, name: &'x str, at: usize, attributes: &mut Vec<Attribute<'x>>);
    /// A piece of text, and where more than white space begins in it; what stands between two tags may be several.
    fn text(&mut self, text: Cow<'x, str>, at: usize);
    /// A comment.
    fn comment(&mut self, text: Cow<'x, str>);
    /// The element that was opened last and is not closed yet ends.
    fn close(&mut self);
}

/// An attribute as it stands in a document, its value as XML means it.
pub(super) struct Attribute<'x> {
    pub(super) name: &'x str,
    pub(super) value: Cow<'x, str>,
    /// Where its name begins, in bytes.
    pub(super) at: usize,
}

/// Why a text is no document, and what to do.
#[derive(Debug)]
pub(super) struct Malformed {
    /// Where, in bytes.
    pub(super) at: usize,
    pub(super) problem: String,
    pub(super) remedy: Cow<'static, str>,
}

impl Malformed {
    pub(super) fn new(at: usize, problem: impl Into<String>, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self { at, problem: problem.into(), remedy: remedy.into() }
    }
}

/// Reads a document without its byte order mark, and tells the listener of it.
pub(super) fn read<'x>(xml: &'x str, listener: &mut impl Listener<'x>) -> Result<(), Malformed> {
    if xml.len() > MAX_LENGTH {
        let problem = format!("the document is longer than {} MiB", MAX_LENGTH >> 20);
        return Err(Malformed::new(0, problem, "Twilio takes 64 kB"));
    }
    if xml.starts_with('\u{feff}') {
        // the tokenizer would leave this one out too, and all places would be wrong
        return Err(Malformed::new(0, "a second byte order mark stands before the document", "remove it"));
    }
    let holds = Holds::of(xml)?;
    let mut tokens = Reader::from_str(xml);
    let mut open: Vec<(&'x str, usize)> = Vec::new();
    let mut has_root = false;
    let mut attributes = Vec::new();
    let mut prefixes = Prefixes::default();
    loop {
        let from = position(tokens.buffer_position());
        let event = tokens.read_event();
        let to = position(tokens.buffer_position());
        match event {
            Ok(Event::Start(tag)) => {
                let name = opened(xml, from, to - 1, tag.name().0.len(), &mut attributes)?;
                enter(&open, &mut has_root, name, from)?;
                check_names(&mut prefixes, name, from, open.len(), &attributes)?;
                listener.open(name, from, &mut attributes);
                open.push((name, from));
            }
            Ok(Event::Empty(tag)) => {
                let name = opened(xml, from, to - 2, tag.name().0.len(), &mut attributes)?;
                enter(&open, &mut has_root, name, from)?;
                check_names(&mut prefixes, name, from, open.len(), &attributes)?;
                listener.open(name, from, &mut attributes);
                listener.close();
                prefixes.leave(open.len());
            }
            Ok(Event::End(_)) => {
                open.pop();
                listener.close();
                prefixes.leave(open.len());
            }
            Ok(Event::Text(_)) => {
                let text = &xml[from..to];
                if holds.brackets
                    && let Some(end) = text.find("]]>")
                {
                    let problem = "the text holds ]]>, which ends a CDATA section that never began";
                    return Err(Malformed::new(from + end, problem, "write > as &gt;"));
                }
                let begin = from + text.len() - text.trim_start().len();
                if !open.is_empty() {
                    listener.text(holds.line_ends(text), begin);
                } else if text.contains(|letter: char| !letter.is_ascii_whitespace()) {
                    return Err(outside(begin));
                }
            }
            Ok(Event::CData(_) | Event::GeneralRef(_)) if open.is_empty() => return Err(outside(from)),
            Ok(Event::CData(_)) => {
                // `<![CDATA[` and `]]>` stand around it
                let text = &xml[from + 9..to - 3];
                listener.text(holds.line_ends(text), from + 9 + text.len() - text.trim_start().len());
            }
            Ok(Event::GeneralRef(_)) => {
                let mut letter = String::new();
                resolve(&xml[from + 1..to - 1], from, &mut letter)?;
                listener.text(Cow::Owned(letter), from);
            }
            Ok(Event::Comment(_)) => {
                let text = &xml[from + 4..to - 3];
                if let Some(hyphens) = text.find("--").or_else(|| text.ends_with('-').then(|| text.len() - 1)) {
                    let problem = "the comment holds two hyphens in a row or ends with one";
                    return Err(Malformed::new(from + 4 + hyphens, problem, "a comment ends with --> only"));
                }
                if !open.is_empty() {
                    listener.comment(holds.line_ends(text));
                }
            }
            Ok(Event::Decl(declaration)) => {
                if from != 0 {
                    let remedy = "remove what stands before it, be it only a space or an empty line";
                    return Err(Malformed::new(from, "the XML declaration is not at the very beginning", remedy));
                }
                let remedy = "write <?xml version=\"1.0\" encoding=\"UTF-8\"?> or leave it out";
                if !declaration.version().is_ok_and(|version| version.starts_with("1.")) {
                    return Err(Malformed::new(from, "the XML declaration names no version 1 of XML", remedy));
                }
                if !is_declaration(&xml[from + 5..to - 2]) {
                    return Err(Malformed::new(from, "the XML declaration is malformed", remedy));
                }
            }
            Ok(Event::PI(_)) => {
                let target = xml[from + 2..to - 2].split(|letter: char| letter.is_ascii_whitespace()).next();
                if !target.is_some_and(|target| is_name(target) && !target.eq_ignore_ascii_case("xml")) {
                    let remedy = "an XML declaration begins with <?xml, in small letters and without a space";
                    return Err(Malformed::new(from, "<? begins no instruction", remedy));
                }
            }
            Ok(Event::DocType(_)) => return Err(no_document_type(from)),
            Ok(Event::Eof) => break,
            Err(error) => return Err(explain(&error, from, position(tokens.error_position()), &open)),
        }
    }
    match open.last() {
        Some((name, at)) => {
            let name = shown(name);
            Err(Malformed::new(*at, format!("<{name}> is never closed"), format!("add </{name}>")))
        }
        None if !has_root => {
            Err(Malformed::new(0, "the document holds no element", "the least that TwiML may be is <Response/>"))
        }
        None => Ok(()),
    }
}

/// What a document holds somewhere, so that not every piece of it must be searched.
struct Holds {
    brackets: bool,
    returns: bool,
}

impl Holds {
    /// Looks through a document, and refuses the characters that XML forbids everywhere.
    fn of(xml: &str) -> Result<Self, Malformed> {
        const CONTROL: u8 = 1;
        const RETURN: u8 = 2;
        const BRACKET: u8 = 4;
        const NONCHARACTER: u8 = 8;
        // no branches, so that many bytes are looked at together
        let found = xml.bytes().fold(0_u8, |found, byte| {
            let control = u8::from(byte < b' ') & u8::from(byte != b'\t') & u8::from(byte != b'\n');
            let is_return = u8::from(byte == b'\r');
            found
                | ((control & (is_return ^ 1)) * CONTROL)
                | (is_return * RETURN)
                | (u8::from(byte == b']') * BRACKET)
                | (u8::from(byte == 0xEF) * NONCHARACTER)
        });
        if found & (CONTROL | NONCHARACTER) != 0
            && let Some((at, letter)) = xml.char_indices().find(|(_, letter)| !is_character(*letter))
        {
            let problem = format!("XML forbids the character U+{:04X}", u32::from(letter));
            return Err(Malformed::new(at, problem, "remove it"));
        }
        Ok(Self { brackets: found & BRACKET != 0, returns: found & RETURN != 0 })
    }

    /// The text with each end of a line as XML means it: one line feed.
    fn line_ends<'x>(&self, text: &'x str) -> Cow<'x, str> {
        if !self.returns || !text.contains('\r') {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    }
}

/// Whether XML 1.0 allows a character at all.
fn is_character(letter: char) -> bool {
    !matches!(letter, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// Where a part of a document begins in it.
fn place(xml: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(xml.as_ptr() as usize)
}

/// The beginning of a name or a value that a stranger chose, short enough for a message and in one line.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 48;
    let end = text.char_indices().nth(LONGEST).map(|(end, _)| end);
    let begin = &text[..end.unwrap_or(text.len())];
    if end.is_none() && !begin.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut short = begin.replace(char::is_control, " ");
    if end.is_some() {
        short.push('…');
    }
    Cow::Owned(short)
}

/// The name of the tag that begins at `from` and whose attributes end at `end`.
fn opened<'x>(
    xml: &'x str,
    from: usize,
    end: usize,
    name_length: usize,
    attributes: &mut Vec<Attribute<'x>>,
) -> Result<&'x str, Malformed> {
    let tag = &xml[from + 1..end];
    let name = &tag[..name_length];
    if name.is_empty() {
        return Err(Malformed::new(from, "< begins no tag", "write it as &lt;"));
    }
    if !is_name(name) {
        let problem = format!("XML allows no element named {:?}", shown(name));
        return Err(Malformed::new(from, problem, "write < as &lt; where no tag begins"));
    }
    attributes.clear();
    // names are compared below, without a table for each tag
    for attribute in Attributes::new(tag, name_length).with_checks(false) {
        let attribute = attribute.map_err(|error| explain_attribute(&error, name, from + 1))?;
        let Cow::Borrowed(value) = attribute.value else { continue };
        let (spelt, at) = (attribute.key.0, place(xml, attribute.key.0));
        if !is_name(spelt) {
            let problem = format!("XML allows no attribute named {:?} (in <{}>)", shown(spelt), shown(name));
            return Err(Malformed::new(at, problem, "write NAME=\"value\", with a space before it"));
        }
        if !xml.as_bytes()[at - 1].is_ascii_whitespace() {
            let problem = format!("no space stands before the attribute {} of <{}>", shown(spelt), shown(name));
            return Err(Malformed::new(at, problem, "add one"));
        }
        attributes.push(Attribute { name: spelt, value: value_of(xml, spelt, value)?, at });
    }
    match repeated(attributes) {
        None => Ok(name),
        Some(second) => {
            let problem = format!("<{}> has the attribute {} twice", shown(name), shown(second.name));
            Err(Malformed::new(second.at, problem, "keep one of them"))
        }
    }
}

/// Whether XML allows this name; namespaces are not looked into.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    (begins && bytes.all(plain)) || name.split(':').all(|part| part == "xmlns" || names::is_allowed(part))
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

/// A value as XML means it: white space is spaces, references are what they stand for.
fn value_of<'x>(xml: &'x str, name: &str, raw: &'x str) -> Result<Cow<'x, str>, Malformed> {
    let special = |byte: u8| matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r');
    let Some(first) = raw.bytes().position(special) else { return Ok(Cow::Borrowed(raw)) };
    let begin = place(xml, raw);
    let mut value = String::with_capacity(raw.len());
    value.push_str(&raw[..first]);
    let mut at = first;
    while at < raw.len() {
        let rest = &raw[at..];
        let next = rest.bytes().position(special).unwrap_or(rest.len());
        value.push_str(&rest[..next]);
        at += next;
        match raw.as_bytes().get(at) {
            Some(b'&') => {
                let end = raw[at..].bytes().position(|byte| byte == b';');
                let Some(end) = end else { return Err(lone_ampersand(begin + at)) };
                resolve(&raw[at + 1..at + end], begin + at, &mut value)?;
                at += end + 1;
            }
            Some(b'<') => {
                let problem = format!("the value of the attribute {} holds <", shown(name));
                return Err(Malformed::new(begin + at, problem, "write it as &lt;, or close the quotation marks"));
            }
            Some(b'\r') if raw[at..].starts_with("\r\n") => {
                value.push(' ');
                at += 2;
            }
            Some(_) => {
                value.push(' ');
                at += 1;
            }
            None => {}
        }
    }
    Ok(Cow::Owned(value))
}

/// Adds what a reference stands for, given without its `&` and `;`.
fn resolve(name: &str, at: usize, out: &mut String) -> Result<(), Malformed> {
    if let Some(text) = resolve_xml_entity(name) {
        out.push_str(text);
        return Ok(());
    }
    let digits = name.strip_prefix('#');
    let number = digits.map(|digits| match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    });
    let Some((digits, base)) = number else {
        if !is_name(name) {
            return Err(lone_ampersand(at));
        }
        let problem = format!("XML knows no entity &{};", shown(name));
        return Err(Malformed::new(at, problem, "write the character itself, or & as &amp;"));
    };
    let letter = digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, base).ok());
    match letter.flatten().and_then(char::from_u32).filter(|letter| is_character(*letter)) {
        Some(letter) => {
            out.push(letter);
            Ok(())
        }
        None => Err(Malformed::new(at, format!("&{}; is no character that XML allows", shown(name)), "remove it")),
    }
}

/// Refuses an element that cannot stand here.
fn enter(open: &[(&str, usize)], has_root: &mut bool, name: &str, at: usize) -> Result<(), Malformed> {
    if open.is_empty() && std::mem::replace(has_root, true) {
        let problem = format!("<{}> stands behind the end of the document", shown(name));
        return Err(Malformed::new(at, problem, "a document has one root; put all verbs into one <Response>"));
    }
    if open.len() >= MAX_DEPTH {
        let problem = format!("<{}> is nested deeper than {MAX_DEPTH} levels", shown(name));
        return Err(Malformed::new(at, problem, "TwiML needs only a few"));
    }
    Ok(())
}

/// Refuses names whose prefix is declared nowhere, of an element with so many around it.
fn check_names(
    prefixes: &mut Prefixes,
    name: &str,
    at: usize,
    depth: usize,
    attributes: &[Attribute<'_>],
) -> Result<(), Malformed> {
    prefixes.enter(depth, attributes.iter().map(|attribute| attribute.name));
    if name.contains(':') || name == "xmlns" {
        check_name(prefixes, name, at, false)?;
    }
    let mut prefixed = attributes.iter().filter(|attribute| attribute.name.contains(':'));
    prefixed.try_for_each(|attribute| check_name(prefixes, attribute.name, attribute.at, true))
}

fn check_name(prefixes: &Prefixes, name: &str, at: usize, is_attribute: bool) -> Result<(), Malformed> {
    if prefixes.allow(name, is_attribute) {
        return Ok(());
    }
    let is_reserved = name == "xmlns" || name.starts_with("xml:") || name.starts_with("xmlns:");
    let problem = match is_reserved || name.matches(':').count() > 1 {
        true => format!("no namespace allows the name {}", shown(name)),
        false => format!("the prefix of {} is not declared", shown(name)),
    };
    Err(Malformed::new(at, problem, "leave it out: TwiML has no namespaces"))
}

/// Whether this stands in an XML declaration: a version, then perhaps an encoding and whether it stands alone.
fn is_declaration(text: &str) -> bool {
    let mut expected = ["version", "encoding", "standalone"].iter();
    Attributes::new(text, 0).all(|attribute| {
        let Ok(attribute) = attribute else { return false };
        let begin = place(text, attribute.key.0);
        let is_apart = begin > 0 && text.as_bytes()[begin - 1].is_ascii_whitespace();
        is_apart && expected.any(|name| *name == attribute.key.0)
    })
}

fn outside(at: usize) -> Malformed {
    Malformed::new(at, "text stands outside of the root", "put it into a verb of <Response>")
}

fn no_document_type(at: usize) -> Malformed {
    Malformed::new(at, "TwiML has no document type", "remove <!DOCTYPE …>")
}

fn lone_ampersand(at: usize) -> Malformed {
    Malformed::new(at, "& begins no reference", "write it as &amp;")
}

/// What the tokenizer refused, in words of this crate.
fn explain(error: &XmlError, from: usize, at: usize, open: &[(&str, usize)]) -> Malformed {
    let unclosed = |what: &str, end: &'static str| {
        Malformed::new(from, format!("{what} that begins here is never closed"), format!("end it with {end}"))
    };
    match error {
        XmlError::Syntax(SyntaxError::UnclosedComment) => unclosed("the comment", "-->"),
        XmlError::Syntax(SyntaxError::UnclosedCData) => unclosed("the CDATA section", "]]>"),
        XmlError::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => unclosed("the instruction", "?>"),
        XmlError::Syntax(SyntaxError::UnclosedSingleQuotedAttributeValue) => unclosed("a value in the tag", "'"),
        XmlError::Syntax(SyntaxError::UnclosedDoubleQuotedAttributeValue) => unclosed("a value in the tag", "\""),
        XmlError::Syntax(SyntaxError::UnclosedTag) => unclosed("the tag", ">"),
        XmlError::Syntax(SyntaxError::UnclosedDoctype) | XmlError::IllFormed(IllFormedError::MissingDoctypeName) => {
            no_document_type(from)
        }
        XmlError::Syntax(SyntaxError::InvalidBangMarkup) => {
            Malformed::new(from, "<! begins neither a comment nor a CDATA section", "write < as &lt;")
        }
        XmlError::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            let (expected, found) = (shown(expected), shown(found));
            let problem = format!("</{found}> stands where <{expected}> must be closed first");
            Malformed::new(from, problem, format!("write </{expected}> before it"))
        }
        XmlError::IllFormed(IllFormedError::UnmatchedEndTag(name)) => {
            Malformed::new(from, format!("</{}> closes what was never opened", shown(name)), "remove it")
        }
        XmlError::IllFormed(IllFormedError::UnclosedReference) => lone_ampersand(from),
        other => {
            let inside = open.last().map_or_else(String::new, |(name, _)| format!(" in <{}>", shown(name)));
            Malformed::new(at, format!("the XML is broken{inside} ({other})"), "mend it")
        }
    }
}

/// What is wrong with an attribute of a tag whose name begins at `begin`.
fn explain_attribute(error: &AttrError, tag: &str, begin: usize) -> Malformed {
    let tag = shown(tag);
    match error {
        AttrError::ExpectedEq(at) => {
            let problem = format!("an attribute of <{tag}> has no value");
            Malformed::new(begin + at, problem, "write NAME=\"value\"")
        }
        AttrError::ExpectedValue(at) | AttrError::UnquotedValue(at) | AttrError::ExpectedQuote(at, _) => {
            let problem = format!("the value of an attribute of <{tag}> does not stand in quotation marks");
            Malformed::new(begin + at, problem, "write NAME=\"value\"")
        }
        AttrError::Duplicated(at, _) => {
            Malformed::new(begin + at, format!("<{tag}> has an attribute twice"), "keep one of them")
        }
    }
}
