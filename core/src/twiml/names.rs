//! Names in TwiML: from Python's spelling to Twilio's, what XML allows, and what a misspelt one may have meant.

use std::{borrow::Cow, collections::HashMap};

use crate::names::nearest;

/// The name of an attribute in XML, from Python's spelling or from its own: `num_digits` is `numDigits`.
///
/// `from_`, `for_`, `break_`, `xml_lang` and `interpret_as` are `from`, `for`, `break`, `xml:lang` and `interpret-as`.
/// A name without an underscore is itself.
pub fn attribute_name(name: &str) -> Cow<'_, str> {
    match name {
        "from_" => return Cow::Borrowed("from"),
        "for_" => return Cow::Borrowed("for"),
        "break_" => return Cow::Borrowed("break"),
        "xml_lang" => return Cow::Borrowed("xml:lang"),
        "interpret_as" => return Cow::Borrowed("interpret-as"),
        _ if !name.contains('_') => return Cow::Borrowed(name),
        _ => {}
    }
    let mut camel = String::with_capacity(name.len());
    let mut starts_word = true;
    for letter in name.chars() {
        match (letter, camel.is_empty(), starts_word) {
            ('_', ..) => {}
            (_, true, _) | (_, _, false) => camel.extend(letter.to_lowercase()),
            _ => camel.extend(letter.to_uppercase()),
        }
        // a letter after a digit starts a word too, as in Python's str.title
        starts_word = !letter.is_alphabetic();
    }
    if camel.is_empty() { Cow::Borrowed(name) } else { Cow::Owned(camel) }
}

/// Whether XML allows this name for an element or an attribute.
///
/// A colon stands in `xml:…` only: TwiML has no namespaces, and a reader refuses a prefix that was never declared.
pub(super) fn is_allowed(name: &str) -> bool {
    let local = name.strip_prefix("xml:").unwrap_or(name);
    let mut letters = local.chars();
    letters.next().is_some_and(opens_name) && letters.all(continues_name) && local != "xmlns"
}

/// The prefixes that are declared on the elements around a place.
#[derive(Default)]
pub(super) struct Prefixes {
    /// Each with how often it is declared.
    known: HashMap<String, usize>,
    /// Each as it was declared, with how many elements stand around its own.
    declared: Vec<(usize, String)>,
}

impl Prefixes {
    /// Goes into an element with so many around it, whose attributes declare prefixes as `xmlns:…`.
    pub(super) fn enter<'a>(&mut self, depth: usize, attributes: impl Iterator<Item = &'a str>) {
        for prefix in attributes.filter_map(|name| name.strip_prefix("xmlns:")) {
            *self.known.entry(prefix.to_owned()).or_default() += 1;
            self.declared.push((depth, prefix.to_owned()));
        }
    }

    /// Leaves the element with so many around it.
    pub(super) fn leave(&mut self, depth: usize) {
        while let Some((_, prefix)) = self.declared.pop_if(|(declared, _)| *declared >= depth) {
            match self.known.get_mut(&prefix) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.known.remove(&prefix)),
            }
        }
    }

    /// Whether XML allows this name here; only attributes declare prefixes, and only they may be `xml:…`.
    pub(super) fn allow(&self, name: &str, is_attribute: bool) -> bool {
        let is_plain = |part: &str| is_allowed(part) && !part.contains(':');
        match name.split_once(':') {
            None => is_plain(name) || (is_attribute && name == "xmlns"),
            Some(("xml" | "xmlns", local)) => is_attribute && is_plain(local),
            Some((prefix, local)) => is_plain(prefix) && is_plain(local) && self.known.contains_key(prefix),
        }
    }
}

fn opens_name(letter: char) -> bool {
    matches!(letter,
        'A'..='Z' | 'a'..='z' | '_' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(letter: char) -> bool {
    opens_name(letter)
        || matches!(letter, '0'..='9' | '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The end of a message about an unknown name: the nearest of the known ones, if it is near.
pub(super) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    did_you_mean(nearest(name, known))
}

/// The end of a message, if a name was near.
pub(super) fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |known| format!("; did you mean {known}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_spelt_as_twilio_python_spells_them() {
        for (python, xml) in [
            ("num_digits", "numDigits"),
            ("numDigits", "numDigits"),
            ("from_", "from"),
            ("xml_lang", "xml:lang"),
            ("interpret_as", "interpret-as"),
            ("foo_bar", "fooBar"),
            ("trailing_", "trailing"),
            ("_leading", "leading"),
            ("a_2b", "a2B"),
            ("LOUD_NAME", "loudName"),
            ("status_CALLBACK", "statusCallback"),
            ("_", "_"),
            ("", ""),
        ] {
            assert_eq!(attribute_name(python), xml, "{python}");
        }
    }

    #[test]
    fn names_that_xml_forbids_are_told() {
        for name in ["Say", "xml:lang", "say-as", "a.b", "é", "_"] {
            assert!(is_allowed(name), "{name}");
        }
        for name in ["", "1a", "a b", "a<", "foo:bar", "xmlns", "xmlns:a", "xml:", "-a", "a\"", "a\u{0}"] {
            assert!(!is_allowed(name), "{name}");
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let known = ["numDigits", "action", "timeout"];
        assert_eq!(suggestion("numDigit", known.into_iter()), "; did you mean numDigits?");
        assert_eq!(suggestion("unrelated", known.into_iter()), "");
    }
}
