//! XML as what a document can hold, piece by piece, each with its place: what the parser and the checker listen to.

mod tag;

use std::borrow::Cow;

use memchr::memchr2;

pub(super) use self::tag::Tag;
use self::tag::{is_name, skip_space};
use super::{MAX_DEPTH, names::Prefixes};

/// The longest document that is read, in bytes; Twilio takes 64 kB.
pub(super) const MAX_LENGTH: usize = 16 << 20;

/// Hears what a document holds, in its order.
pub(super) trait Listener<'x> {
    /// An element begins; no two of its attributes have one name.
    fn open(&mut self, tag: &Tag<'x>, at: usize, attributes: &mut Vec<Attribute<'x>>);
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
    has_prefix: bool,
}

/// Why a text is no document, and what to do.
#[derive(Debug)]
pub(super) struct Malformed {
    /// Where, in bytes.
    pub(super) at: usize,
    /// The code that Twilio would note.
    pub(super) code: u32,
    pub(super) problem: String,
    pub(super) remedy: Cow<'static, str>,
}

/// Twilio's code for what is no XML.
const NOT_XML: u32 = 12100;

/// Twilio's code for a version of XML that it does not read.
const WRONG_VERSION: u32 = 12101;

impl Malformed {
    pub(super) fn new(at: usize, problem: impl Into<String>, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self { at, code: NOT_XML, problem: problem.into(), remedy: remedy.into() }
    }
}

/// Reads a document without its byte order mark, and tells the listener of it.
pub(super) fn read<'x>(xml: &'x str, listener: &mut impl Listener<'x>) -> Result<(), Malformed> {
    if xml.len() > MAX_LENGTH {
        let problem = format!("the document is longer than {} MiB", MAX_LENGTH >> 20);
        return Err(Malformed::new(0, problem, "Twilio takes 64 kB"));
    }
    if xml.starts_with('\u{feff}') {
        return Err(Malformed::new(0, "a second byte order mark stands before the document", "remove it"));
    }
    let holds = Holds::of(xml)?;
    let mut walk = Walk {
        xml,
        holds,
        listener,
        open: Vec::new(),
        has_root: false,
        attributes: Vec::new(),
        prefixes: Prefixes::default(),
    };
    let bytes = xml.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        at = match (bytes[at], bytes.get(at + 1)) {
            (b'<', Some(b'/')) => walk.end_tag(at)?,
            (b'<', Some(b'!')) => walk.declaration(at)?,
            (b'<', Some(b'?')) => walk.instruction(at)?,
            (b'<', _) => walk.tag(at)?,
            (b'&', _) => walk.reference(at)?,
            _ => walk.text(at)?,
        };
    }
    match walk.open.last() {
        Some((name, at)) => {
            let name = shown(name);
            Err(Malformed::new(*at, format!("<{name}> is never closed"), format!("add </{name}>")))
        }
        None if !walk.has_root => {
            Err(Malformed::new(0, "the document holds no element", "the least that TwiML may be is <Response/>"))
        }
        None => Ok(()),
    }
}

/// A document that is being read. Each part is read from where it begins, and tells where it ends.
struct Walk<'x, 'l, L> {
    xml: &'x str,
    holds: Holds,
    listener: &'l mut L,
    /// The elements around this place, each with where it begins.
    open: Vec<(&'x str, usize)>,
    has_root: bool,
    attributes: Vec<Attribute<'x>>,
    prefixes: Prefixes,
}

impl<'x, L: Listener<'x>> Walk<'x, '_, L> {
    /// `<name attribute="value">` or `<name/>`.
    fn tag(&mut self, from: usize) -> Result<usize, Malformed> {
        let tag = tag::read(self.xml, from, &mut self.attributes)?;
        self.enter(&tag, from)?;
        self.listener.open(&tag, from, &mut self.attributes);
        match tag.is_empty {
            true => self.leave(),
            false => self.open.push((tag.name, from)),
        }
        Ok(tag.end)
    }

    /// Refuses an element that cannot stand here.
    fn enter(&mut self, tag: &Tag<'x>, at: usize) -> Result<(), Malformed> {
        let name = tag.name;
        if self.open.is_empty() && std::mem::replace(&mut self.has_root, true) {
            let problem = format!("<{}> stands behind the end of the document", shown(name));
            return Err(Malformed::new(at, problem, "a document has one root; put all verbs into one <Response>"));
        }
        if self.open.len() >= MAX_DEPTH {
            let problem = format!("<{}> is nested deeper than {MAX_DEPTH} levels", shown(name));
            return Err(Malformed::new(at, problem, "TwiML needs only a few"));
        }
        if tag.has_prefixes {
            self.prefixes.enter(self.open.len(), self.attributes.iter().map(|attribute| attribute.name));
            let prefixed = self.attributes.iter().filter(|attribute| attribute.has_prefix);
            let mut names = prefixed.map(|attribute| (attribute.name, attribute.at, true));
            names.try_for_each(|(name, at, is_attribute)| check_name(&self.prefixes, name, at, is_attribute))?;
        }
        if tag.has_prefixes || name == "xmlns" {
            check_name(&self.prefixes, name, at, false)?;
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.listener.close();
        self.prefixes.leave(self.open.len());
    }

    /// `</name>`
    fn end_tag(&mut self, from: usize) -> Result<usize, Malformed> {
        let rest = &self.xml[from + 2..];
        let last = self.open.last().map(|(name, _)| *name);
        let behind = last.and_then(|name| rest.strip_prefix(name)?.strip_prefix('>'));
        let end = match behind {
            Some(behind) => self.xml.len() - behind.len(),
            None => self.unusual_end_tag(from, last)?,
        };
        self.open.pop();
        self.leave();
        Ok(end)
    }

    /// An end tag with white space, or a wrong one.
    fn unusual_end_tag(&self, from: usize, last: Option<&str>) -> Result<usize, Malformed> {
        let rest = &self.xml[from + 2..];
        let length = rest.find(['<', '>']).filter(|length| rest.as_bytes()[*length] == b'>');
        let Some(length) = length else { return Err(unclosed(from, "tag", ">")) };
        let name = rest[..length].trim_end_matches(is_space);
        match last {
            Some(last) if name == last => Ok(from + 2 + length + 1),
            Some(last) if self.open.iter().all(|(open, _)| *open != name) => {
                let (expected, found) = (shown(last), shown(name));
                let problem = format!("</{found}> does not close <{expected}>");
                Err(Malformed::new(from, problem, format!("write </{expected}>")))
            }
            Some(last) => {
                let (expected, found) = (shown(last), shown(name));
                let problem = format!("</{found}> stands where <{expected}> must be closed first");
                Err(Malformed::new(from, problem, format!("write </{expected}> before it")))
            }
            None => {
                let problem = format!("</{}> closes what was never opened", shown(name));
                Err(Malformed::new(from, problem, "remove it"))
            }
        }
    }

    /// All up to the next tag or reference.
    fn text(&mut self, from: usize) -> Result<usize, Malformed> {
        let bytes = self.xml.as_bytes();
        let end = memchr2(b'<', b'&', &bytes[from..]).map_or(bytes.len(), |length| from + length);
        let text = &self.xml[from..end];
        if self.holds.brackets
            && let Some(end) = text.find("]]>")
        {
            let problem = "the text holds ]]>, which ends a CDATA section that never began";
            return Err(Malformed::new(from + end, problem, "write > as &gt;"));
        }
        let begin = skip_space(&bytes[..end], from);
        if !self.open.is_empty() {
            self.listener.text(self.holds.line_ends(text), begin);
        } else if begin < end {
            return Err(outside(begin));
        }
        Ok(end)
    }

    /// `&name;`
    fn reference(&mut self, from: usize) -> Result<usize, Malformed> {
        if self.open.is_empty() {
            return Err(outside(from));
        }
        let rest = &self.xml[from + 1..];
        let length = rest.find([';', '&', '<']).filter(|length| rest.as_bytes()[*length] == b';');
        let Some(length) = length else { return Err(lone_ampersand(rest, from)) };
        let mut letter = String::new();
        resolve(&rest[..length], from, &mut letter)?;
        self.listener.text(Cow::Owned(letter), from);
        Ok(from + 1 + length + 1)
    }

    /// A comment or a CDATA section.
    fn declaration(&mut self, from: usize) -> Result<usize, Malformed> {
        let rest = &self.xml[from..];
        if rest.starts_with("<!--") {
            let (begin, end) = self.delimited(from, "<!--", "-->", "comment")?;
            let text = &self.xml[begin..end];
            if let Some(hyphens) = text.find("--").or_else(|| text.ends_with('-').then(|| text.len() - 1)) {
                let problem = "the comment holds two hyphens in a row or ends with one";
                return Err(Malformed::new(begin + hyphens, problem, "a comment ends with --> only"));
            }
            if !self.open.is_empty() {
                self.listener.comment(self.holds.line_ends(text));
            }
            return Ok(end + 3);
        }
        if rest.starts_with("<![CDATA[") {
            let (begin, end) = self.delimited(from, "<![CDATA[", "]]>", "CDATA section")?;
            if self.open.is_empty() {
                return Err(outside(from));
            }
            let text = self.holds.line_ends(&self.xml[begin..end]);
            self.listener.text(text, skip_space(&self.xml.as_bytes()[..end], begin));
            return Ok(end + 3);
        }
        let begins = |with: &str| rest.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
        if begins("<!DOCTYPE") {
            return Err(Malformed::new(from, "TwiML has no document type", "remove <!DOCTYPE …>"));
        }
        let remedy = match begins("<![CDATA[") {
            true => "write CDATA in capital letters",
            false => "write < as &lt;",
        };
        Err(Malformed::new(from, "<! begins neither a comment nor a CDATA section", remedy))
    }

    /// `<?xml version="1.0"?>`, or what is meant for another program.
    fn instruction(&self, from: usize) -> Result<usize, Malformed> {
        let (begin, end) = self.delimited(from, "<?", "?>", "instruction")?;
        let text = &self.xml[begin..end];
        let target = text.split(is_space).next().unwrap_or_default();
        if target == "xml" {
            if from != 0 {
                let remedy = match self.has_root {
                    true => "remove it",
                    false => "remove what stands before it, be it only a space or an empty line",
                };
                return Err(Malformed::new(from, "the XML declaration is not at the very beginning", remedy));
            }
            self.check_declaration(begin + target.len(), end).map_err(|(code, problem)| {
                let remedy = "write <?xml version=\"1.0\" encoding=\"UTF-8\"?> or leave it out";
                Malformed { code, ..Malformed::new(from, problem, remedy) }
            })?;
        } else if !is_name(target) || target.contains(':') || target.eq_ignore_ascii_case("xml") {
            let remedy = match text.trim_start().get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case("xml")) {
                true => "an XML declaration begins with <?xml, in small letters and without a space",
                false => "write < as &lt;",
            };
            return Err(Malformed::new(from, "<? begins no instruction", remedy));
        }
        Ok(end + 2)
    }

    /// Says what is wrong with an XML declaration: a version, then perhaps an encoding and whether it stands alone.
    fn check_declaration(&self, from: usize, end: usize) -> Result<(), (u32, &'static str)> {
        const MALFORMED: (u32, &str) = (NOT_XML, "the XML declaration is malformed");
        const VERSION: (u32, &str) = (WRONG_VERSION, "the XML declaration names no version 1 of XML");
        let declaration = &self.xml[..end];
        let mut expected = ["version", "encoding", "standalone"].iter();
        let mut has_version = false;
        let mut at = from;
        loop {
            let begin = skip_space(declaration.as_bytes(), at);
            if begin == end {
                break;
            }
            let (Attribute { name, value, .. }, behind) =
                tag::attribute(declaration, begin, "xml", 0).map_err(|_| MALFORMED)?;
            let is_right = match name {
                "version" if !value.strip_prefix("1.").is_some_and(is_number) => return Err(VERSION),
                "version" => true,
                "encoding" => value.starts_with(|letter: char| letter.is_ascii_alphabetic()) && is_plain(&value),
                _ => matches!(&*value, "yes" | "no"),
            };
            if begin == at || !is_right || matches!(value, Cow::Owned(_)) || !expected.any(|one| *one == name) {
                return Err(MALFORMED);
            }
            has_version |= name == "version";
            at = behind;
        }
        match has_version {
            true => Ok(()),
            false => Err(MALFORMED),
        }
    }

    /// Where what stands between these marks begins and ends.
    fn delimited(
        &self,
        from: usize,
        opening: &str,
        closing: &'static str,
        what: &str,
    ) -> Result<(usize, usize), Malformed> {
        let begin = from + opening.len();
        match self.xml[begin..].find(closing) {
            Some(length) => Ok((begin, begin + length)),
            None => Err(unclosed(from, what, closing)),
        }
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

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether nothing stands here but letters of ASCII, digits and `._-`.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Whether XML 1.0 allows a character at all.
fn is_character(letter: char) -> bool {
    !matches!(letter, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
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

/// Adds what a reference stands for, given without its `&` and `;`.
fn resolve(name: &str, at: usize, out: &mut String) -> Result<(), Malformed> {
    let known = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    };
    if let Some(letter) = known {
        out.push(letter);
        return Ok(());
    }
    let digits = name.strip_prefix('#');
    let number = digits.map(|digits| match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    });
    let Some((digits, base)) = number else {
        if !is_name(name) {
            return Err(lone_ampersand(name, at));
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

/// Refuses a name whose prefix is declared nowhere.
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

fn outside(at: usize) -> Malformed {
    Malformed::new(at, "text stands outside of the root", "put it into a verb of <Response>")
}

fn unclosed(from: usize, what: &str, closing: &'static str) -> Malformed {
    let problem = format!("the {what} that begins here is never closed");
    Malformed::new(from, problem, format!("end it with {closing}"))
}

/// What is wrong with an `&` that this follows.
fn lone_ampersand(rest: &str, at: usize) -> Malformed {
    let is_begun = ["#", "amp", "lt", "gt", "quot", "apos"].iter().any(|name| rest.starts_with(name));
    let remedy = if is_begun { "end the reference with ;" } else { "write it as &amp;" };
    Malformed::new(at, "& begins no reference", remedy)
}
