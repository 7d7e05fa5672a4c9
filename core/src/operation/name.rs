//! Names, paths and other texts of the rows, each kept once for the whole table: a place in a row is two bytes, no pointer.

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
        length += NAMES[at].1.len();
        at += 1;
    }
    length
}

const fn joined() -> [u8; length()] {
    let mut bytes = [0; length()];
    let (mut end, mut at) = (0, 0);
    while at < NAMES.len() {
        let name = NAMES[at].1.as_bytes();
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
        starts[at + 1] = starts[at] + NAMES[at].1.len() as u32;
        at += 1;
    }
    starts
}

/// What a name is found by: the compiler computes it for every place of every row, so it is little work.
#[doc(hidden)]
pub const fn hash(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let (mut hash, mut at) = (bytes.len() as u64, 0);
    while at < bytes.len() {
        hash = (hash * 16_777_619 + bytes[at] as u64) & 0xffff_ffff;
        at += 1;
    }
    hash as u32
}

impl Name {
    /// The name of this text; the compiler runs it, and refuses a text that is not in the list.
    #[expect(clippy::panic, reason = "it is only run by the compiler")]
    pub(crate) const fn of(text: &str) -> Self {
        let wanted = hash(text);
        let (mut low, mut high) = (0, NAMES.len());
        while low < high {
            let middle = (low + high) / 2;
            if NAMES[middle].0 < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low == NAMES.len() || NAMES[low].0 != wanted {
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
