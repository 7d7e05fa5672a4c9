//! Names and texts of the rows, each kept once for the whole table: 41 kB instead of a pointer for each place.

use std::{
    borrow::Cow,
    fmt,
    ops::{Deref, Range},
};

use crate::api::NAMES;

/// A name of Twilio's, such as `StatusCallback`; it reads as text everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name(u16);

/// All names, one after the other.
static TEXTS: &str = match std::str::from_utf8(&BYTES) {
    Ok(texts) => texts,
    Err(_) => "",
};

static BYTES: [u8; length()] = joined();

/// Where each name starts, and where the last one ends.
static STARTS: [u32; NAMES.len() + 1] = starts();

const fn length() -> usize {
    let (mut length, mut at) = (0, 0);
    while at < NAMES.len() {
        length += NAMES[at].len();
        at += 1;
    }
    length
}

const fn joined() -> [u8; length()] {
    let mut bytes = [0; length()];
    let (mut end, mut at) = (0, 0);
    while at < NAMES.len() {
        let name = NAMES[at].as_bytes();
        let mut letter = 0;
        while letter < name.len() {
            bytes[end] = name[letter];
            end += 1;
            letter += 1;
        }
        at += 1;
    }
    bytes
}

const fn starts() -> [u32; NAMES.len() + 1] {
    let mut starts = [0; NAMES.len() + 1];
    let mut at = 0;
    while at < NAMES.len() {
        starts[at + 1] = starts[at] + NAMES[at].len() as u32;
        at += 1;
    }
    starts
}

/// Whether one text stands before another in the list of names.
const fn precedes(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return one[at] < other[at];
        }
        at += 1;
    }
    one.len() < other.len()
}

impl Name {
    /// The name of this text; the compiler runs it, and refuses a text that is not in the list.
    #[expect(clippy::panic, reason = "it is only run by the compiler")]
    pub(crate) const fn of(text: &str) -> Self {
        let (mut low, mut high) = (0, NAMES.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if precedes(NAMES[middle].as_bytes(), text.as_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low == NAMES.len() || precedes(text.as_bytes(), NAMES[low].as_bytes()) {
            panic!("a row has a name that is not in the list of names");
        }
        Self(low as u16)
    }

    /// The name as text.
    pub fn as_str(self) -> &'static str {
        &TEXTS[self.range()]
    }

    fn range(self) -> Range<usize> {
        let at = usize::from(self.0);
        STARTS[at] as usize..STARTS[at + 1] as usize
    }

    /// Whether it is this text; most are told apart by their lengths, as a search among parameters needs it.
    fn is(self, text: &str) -> bool {
        let range = self.range();
        range.len() == text.len() && BYTES[range] == *text.as_bytes()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.is(other)
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.is(other)
    }
}

impl PartialEq<String> for Name {
    fn eq(&self, other: &String) -> bool {
        self.is(other)
    }
}

impl PartialEq<&String> for Name {
    fn eq(&self, other: &&String) -> bool {
        self.is(other)
    }
}

impl PartialEq<Name> for str {
    fn eq(&self, other: &Name) -> bool {
        other.is(self)
    }
}

impl PartialEq<Name> for &str {
    fn eq(&self, other: &Name) -> bool {
        other.is(self)
    }
}

impl PartialEq<Name> for String {
    fn eq(&self, other: &Name) -> bool {
        other.is(self)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Name> for &'static str {
    fn from(name: Name) -> Self {
        name.as_str()
    }
}

impl From<Name> for Cow<'static, str> {
    fn from(name: Name) -> Self {
        Self::Borrowed(name.as_str())
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.as_str().to_owned()
    }
}
