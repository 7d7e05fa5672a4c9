//! Which verbs and attributes are known where they stand, and what was meant by others.

use super::{
    Check, Report,
    outline::{Outline, Part},
    rules,
};
use crate::{
    names::{distance, nearest},
    twiml::{
        Kind, attribute_name,
        reader::{Attribute, shown},
        table::{Attribute as AttributeRow, Verb},
    },
};

/// How far a name may be from a known one to be a slip of the pen and not something new.
const SLIP: usize = 2;

/// The kind of document that knows most of what stands in `<Response>`, the first of several.
pub(super) fn recognise(outline: &Outline<'_>) -> Kind {
    let knows = |kind: Kind, name| child(kind.root(), name).or_else(|| as_before(kind.root(), name)).is_some();
    let known = |kind: Kind| outline.children(0).filter(|part| knows(kind, part.name)).count();
    let mut best = (Kind::Voice, known(Kind::Voice));
    for kind in Kind::ALL {
        let count = known(*kind);
        if count > best.1 {
            best = (*kind, count);
        }
    }
    best.0
}

/// The row of a verb inside another one; what is wrong with its name or its place is reported.
pub(super) fn resolve(
    check: &Check<'_, '_>,
    parent: &'static Verb,
    part: &Part<'_>,
    report: &mut Report,
) -> Option<&'static Verb> {
    let kind = check.kind;
    if let Some(row) = child(parent, part.name).or_else(|| as_before(parent, part.name)) {
        return Some(row);
    }
    let name = shown(part.name);
    let code = rules::NESTING.iter().find(|(class, _)| *class == parent.class).map_or(rules::SCHEMA, |(_, code)| *code);
    if let Some(row) = with_tag(kind, part.name) {
        let message = format!("<{}> cannot hold <{name}>", parent.tag);
        report.error(part.at, code, message).hint(places(kind, part.name));
        return Some(row);
    }
    let other = Kind::ALL.iter().find_map(|other| Some((*other, with_tag(*other, part.name)?)));
    if let Some((other, row)) = other {
        let message =
            format!("<{name}> is a verb of {} documents, and this is a {} one", other.as_str(), kind.as_str());
        report.error(part.at, code, message).hint(format!("a {} webhook takes it", other.as_str()));
        return Some(row);
    }
    let tags = || parent.children.iter().chain(kind.verbs()).copied();
    if let Some(row) = tags().find(|row| row.tag.eq_ignore_ascii_case(part.name)) {
        let message = format!("TwiML knows no verb <{name}>, since case counts");
        report.error(part.at, rules::SCHEMA, message).hint(format!("write <{}>", row.tag));
        return Some(row);
    }
    let message = format!("TwiML knows no verb <{name}>");
    match nearest(part.name, tags().map(|row| row.tag)) {
        Some(near) if is_slip(part.name, near) => {
            report.error(part.at, rules::SCHEMA, message).hint(format!("did you mean <{near}>?"));
        }
        Some(near) => report.warning(part.at, rules::SCHEMA, message).hint(format!("did you mean <{near}>?")),
        None => {
            report.warning(part.at, rules::SCHEMA, message);
        }
    }
    None
}

/// The row of an attribute; what is wrong with its name is reported.
pub(super) fn resolve_attribute(
    verb: &'static Verb,
    attribute: &Attribute<'_>,
    report: &mut Report,
) -> Option<&'static AttributeRow> {
    if let Ok(at) = verb.attributes.binary_search_by(|row| row.name.cmp(attribute.name)) {
        return Some(&verb.attributes[at]);
    }
    // declarations of namespaces and of a schema say nothing to Twilio
    let is_root = verb.method.is_none();
    if is_root
        && (attribute.name == "xmlns" || attribute.name.starts_with("xmlns:") || attribute.name.starts_with("xsi:"))
    {
        return None;
    }
    if rules::SPELT_TWICE.contains(&(verb.class, attribute.name)) {
        return None;
    }
    let name = shown(attribute.name);
    let (tag, at) = (verb.tag, attribute.at);
    let camel = attribute_name(attribute.name);
    if let Some(row) = verb.attributes.iter().find(|row| row.name.eq_ignore_ascii_case(&camel)) {
        let why = match attribute.name == row.python {
            true => "which is its name in Python",
            false => "since case counts",
        };
        let message = format!("<{tag}> has no attribute {name}, {why}");
        report.error(at, rules::SCHEMA, message).hint(format!("write {}", row.name));
        return Some(row);
    }
    let message = format!("<{tag}> has no attribute {name}");
    match nearest(attribute.name, verb.attributes.iter().map(|row| row.name)) {
        Some(near) if is_slip(attribute.name, near) => {
            report.error(at, rules::SCHEMA, message).hint(format!("did you mean {near}?"));
        }
        Some(near) => report.warning(at, rules::SCHEMA, message).hint(format!("did you mean {near}?")),
        None => {
            report.warning(at, rules::SCHEMA, message);
        }
    }
    None
}

fn child(parent: &Verb, tag: &str) -> Option<&'static Verb> {
    parent.children.iter().find(|row| row.tag == tag).copied()
}

/// The verb by which a message was answered before there was `<Message>`, and still may be.
fn as_before(parent: &Verb, tag: &str) -> Option<&'static Verb> {
    let is_old = std::ptr::eq(parent, Kind::Messaging.root()) && tag == "Sms";
    if is_old { Kind::Voice.find(tag) } else { None }
}

/// A verb of this tag, wherever it may stand.
fn with_tag(kind: Kind, tag: &str) -> Option<&'static Verb> {
    kind.verbs().iter().find(|row| row.tag == tag && row.method.is_some()).copied()
}

/// Where a verb of this tag may stand.
fn places(kind: Kind, tag: &str) -> String {
    let holds = |row: &&&'static Verb| row.children.iter().any(|child| child.tag == tag);
    let parents: Vec<String> = kind.verbs().iter().filter(holds).map(|row| format!("<{}>", row.tag)).collect();
    format!("it stands in {}", parents.join(", "))
}

fn is_slip(name: &str, known: &str) -> bool {
    // what is far is long, and needs no look at each letter
    name.len().abs_diff(known.len()) <= SLIP && distance(&name.to_lowercase(), &known.to_lowercase()) <= SLIP
}
