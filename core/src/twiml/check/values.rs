//! Whether the values of attributes are what Twilio takes.

use url::Url;

use super::{
    Check, Report, names,
    outline::Part,
    rules::{self, Takes},
};
use crate::twiml::{
    reader::{Attribute, shown},
    table::{Attribute as AttributeRow, Form, Verb},
};

/// Looks at every attribute of an element.
pub(super) fn check(
    check: &Check<'_, '_>,
    number: usize,
    verb: &'static Verb,
    parent: Option<&'static Verb>,
    report: &mut Report,
) {
    let part = &check.outline.elements[number];
    for attribute in check.outline.attributes(part) {
        if report.is_full() {
            return;
        }
        if let Some(row) = names::resolve_attribute(verb, attribute, report) {
            look(&Seen { verb, parent, row, attribute }, report);
            if check.options.parameter {
                absolute(part, verb, attribute, report);
            }
        }
    }
}

/// An attribute with its row.
struct Seen<'a, 'x> {
    verb: &'static Verb,
    parent: Option<&'static Verb>,
    row: &'static AttributeRow,
    attribute: &'a Attribute<'x>,
}

impl Seen<'_, '_> {
    /// The beginning of a message: which attribute of what, and its value.
    fn says(&self) -> String {
        format!("{} of <{}> is {:?}", self.row.name, self.verb.tag, shown(&self.attribute.value))
    }

    fn code(&self, code: u32) -> u32 {
        if self.parent.is_some_and(|parent| parent.class == "Gather") { rules::in_gather(code) } else { code }
    }
}

fn look(seen: &Seen<'_, '_>, report: &mut Report) {
    let Seen { verb, row, attribute, .. } = seen;
    let rule = rules::of(verb.class, row.name);
    let code = seen.code(rule.map_or(rules::SCHEMA, |rule| rule.code));
    let value = attribute.value.trim();
    let mut warn = |code: u32, problem: &str, hint: &str| {
        report.warning(attribute.at, code, format!("{}, {problem}", seen.says())).hint(hint);
    };
    if rules::is_method(row) {
        if !rules::METHODS.iter().any(|known| known.eq_ignore_ascii_case(value)) {
            warn(code, "which is no method that Twilio uses", "write GET or POST");
        }
        return;
    }
    if rules::is_request(verb.class, row.name) {
        if let Some(problem) = bad_address(&attribute.value) {
            let code = if rule.is_some() { code } else { rules::BAD_URL };
            warn(code, problem, "write an absolute http or https URL, or a relative one");
        }
        return;
    }
    if let Some(rule) = rule
        && let Some((code, problem, hint)) = broken(seen, &rule.takes, value)
    {
        return warn(seen.code(code.unwrap_or(rule.code)), &problem, &hint);
    }
    let accepts_more = match rule.map(|rule| &rule.takes) {
        Some(Takes::Also(values) | Takes::FromOr(_, values)) => values.contains(&value),
        Some(Takes::Voice) => value.contains('.'),
        Some(Takes::Language) => is_language(value),
        _ => false,
    };
    if !accepts_more {
        form(seen, code, report);
    }
}

/// What a rule says against a value: another code than the rule's, the problem, and what to do.
fn broken(seen: &Seen<'_, '_>, takes: &Takes, value: &str) -> Option<(Option<u32>, String, String)> {
    let wrong = |problem: &str, hint: String| Some((None, problem.to_owned(), hint));
    let number = value.parse::<i64>().ok();
    let raw = &*seen.attribute.value;
    match takes {
        Takes::Form | Takes::Also(_) | Takes::Voice | Takes::Language => None,
        Takes::From(least) if number? < *least => {
            wrong("which Twilio does not take", format!("write a number from {least} on"))
        }
        Takes::Between(least, most) if !(*least..=*most).contains(&number?) => {
            wrong("which Twilio does not take", format!("write a number from {least} to {most}"))
        }
        Takes::FromOr(least, words) => {
            let is_known = number.is_some_and(|number| number >= *least) || words.contains(&value);
            // what is no number at all is told by its row, where that takes a number
            let is_told = number.is_none() && seen.row.form == Form::Integer;
            match is_known || is_told {
                true => None,
                false => wrong(
                    "which Twilio does not take",
                    format!("write a number from {least} on, or {}", words.join(" or ")),
                ),
            }
        }
        Takes::Words(words) if !words.iter().any(|known| known.eq_ignore_ascii_case(value)) => {
            wrong("which Twilio does not know", format!("write {}", words.join(" or ")))
        }
        Takes::Letters(letters) => {
            let other = raw.chars().find(|letter| !letters.contains(*letter))?;
            wrong(&format!("which holds {other:?}"), format!("write only {letters}"))
        }
        Takes::Letter(letters, code) => match raw.chars().find(|letter| !letters.contains(*letter)) {
            Some(other) => wrong(&format!("which holds {other:?}"), format!("write one of {letters}, or nothing")),
            None if raw.chars().nth(1).is_some() => {
                Some((Some(*code), "which is more than one key".to_owned(), format!("write one of {letters}")))
            }
            None => None,
        },
        Takes::Characters(most) if raw.chars().nth(*most).is_some() => {
            wrong(&format!("which is longer than {most} characters"), "write a shorter one".to_owned())
        }
        Takes::CallSid if !is_call_sid(value) => {
            wrong("which is not the SID of a call", "write CA and 32 hexadecimal digits".to_owned())
        }
        Takes::From(_) | Takes::Between(..) | Takes::Words(_) | Takes::Characters(_) | Takes::CallSid => None,
    }
}

/// Whether a value is what its row in the table takes.
fn form(seen: &Seen<'_, '_>, code: u32, report: &mut Report) {
    let (row, attribute) = (seen.row, seen.attribute);
    let values = || attribute.value.split_ascii_whitespace();
    let every = |fits: &dyn Fn(&str) -> bool| match row.list {
        true => values().all(fits),
        false => fits(attribute.value.trim()),
    };
    match row.form {
        Form::Boolean => {
            if !every(&|value| value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")) {
                report
                    .error(attribute.at, code, format!("{}, which is neither true nor false", seen.says()))
                    .hint("write true or false");
            }
        }
        Form::Integer => {
            if !every(&|value| value.parse::<i64>().is_ok()) {
                let is_large = every(&|value| value.bytes().all(|byte| byte.is_ascii_digit()));
                let (problem, hint) = match is_large && !attribute.value.trim().is_empty() {
                    true => ("which is more than Twilio takes", "write a smaller number"),
                    false => ("which is no whole number", "write digits only"),
                };
                report.error(attribute.at, code, format!("{}, {problem}", seen.says())).hint(hint);
            }
        }
        Form::Enum(known) => {
            if !every(&|value| known.contains(&value)) {
                let found = report.warning(
                    attribute.at,
                    code,
                    format!("{}, which is none of the values that are known", seen.says()),
                );
                found.hint(among(known, attribute.value.trim()));
            }
        }
        Form::Text => {}
    }
}

/// What to write instead of a value that none of the known ones is.
fn among(known: &[&str], value: &str) -> String {
    const FEW: usize = 8;
    if known.len() <= FEW {
        return format!("known are {}", known.join(", "));
    }
    match crate::names::nearest(value, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {} and {} more", known[..FEW].join(", "), known.len() - FEW),
    }
}

/// What is wrong with an address for a request, if anything is: an empty one is the document's own.
pub(super) fn bad_address(value: &str) -> Option<&'static str> {
    let value = value.trim();
    if value.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Some("which holds white space");
    }
    match scheme(value) {
        None => None,
        Some(scheme) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            match Url::parse(value) {
                Ok(_) => None,
                Err(_) => Some("which is no URL"),
            }
        }
        Some(_) => Some("which is neither http nor https"),
    }
}

/// The scheme of an absolute address; a relative one has none.
pub(super) fn scheme(value: &str) -> Option<&str> {
    let (scheme, _) = value.split_once(':')?;
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'));
    is_scheme.then_some(scheme)
}

/// Refuses relative addresses in the parameter `Twiml`, which has no address that they could be relative to.
fn absolute(part: &Part<'_>, verb: &Verb, attribute: &Attribute<'_>, report: &mut Report) {
    let value = attribute.value.trim();
    let is_relative = scheme(value).is_none() && !value.is_empty();
    if !rules::is_request(verb.class, attribute.name) || !is_relative {
        return;
    }
    let (verbs, code) = rules::ABSOLUTE_ACTION;
    let hint = "write an absolute URL";
    if attribute.name == "action" && verbs.contains(&verb.class) {
        let message = format!("action of <{}> is relative, and the parameter Twiml has no address", part.name);
        report.error(attribute.at, code, message).hint(hint);
    } else {
        let message =
            format!("{} of <{}> is relative, and the parameter Twiml has no address", attribute.name, part.name);
        report.warning(attribute.at, None, message).hint(hint);
    }
}

/// Whether a value has the form of a language's tag, such as `pt-AO` or `cmn-Hans-CN`.
fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_call_sid(value: &str) -> bool {
    value
        .strip_prefix("CA")
        .is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
