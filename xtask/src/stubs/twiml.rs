//! The stubs of TwiML: a class a verb.

use std::{collections::BTreeMap, fmt::Write};

use ringback::twiml::{
    self,
    table::{Attribute, Form, Verb},
};

use super::{HEADER, is_identifier};
use crate::verbs;

pub(super) fn module(kind: twiml::Kind) -> &'static str {
    match kind {
        twiml::Kind::Voice => "voice_response",
        twiml::Kind::Messaging => "messaging_response",
        twiml::Kind::Fax => "fax_response",
    }
}

/// The verbs of a kind of document; an attribute that Twilio adds later may be given as well.
pub(super) fn stub(kind: twiml::Kind) -> String {
    let mut out = format!(
        "{HEADER}from collections.abc import Sequence as _Sequence\nfrom typing import Any as _Any\n\n\
         from ringback._ringback import TwiML\n"
    );
    let mut classes = BTreeMap::new();
    for verb in kind.verbs() {
        let mut body = format!("    def __init__(self{}) -> None: ...\n", verb_arguments(verb, false));
        for child in verb.children {
            if let Some(method) = child.method {
                let _ = writeln!(body, "    def {method}(self{}) -> {}: ...", verb_arguments(child, true), child.class);
            }
        }
        classes.insert(verb.class, format!("\nclass {}(TwiML):\n{body}", verb.class));
    }
    out.extend(classes.into_values());
    out
}

/// The arguments of the class of a verb, or of the method that adds it, which takes some attributes by position too.
fn verb_arguments(verb: &Verb, is_method: bool) -> String {
    let mut arguments = verb.text.map(|name| format!(", {name}: object = ...")).unwrap_or_default();
    let (mut placed, mut named) = verbs::attributes(verb);
    if !is_method {
        named.extend(std::mem::take(&mut placed));
        named.sort_unstable_by_key(|attribute| attribute.name);
    }
    let add = |arguments: &mut String, attributes: &[&Attribute]| {
        for attribute in attributes.iter().filter(|attribute| is_identifier(attribute.python)) {
            let _ = write!(arguments, ", {}: {} | None = ...", attribute.python, attribute_type(attribute));
        }
    };
    add(&mut arguments, &placed);
    if !named.is_empty() {
        arguments.push_str(", *");
        add(&mut arguments, &named);
    }
    arguments + ", **attributes: _Any"
}

fn attribute_type(attribute: &Attribute) -> &'static str {
    match (attribute.form, attribute.list) {
        (_, true) => "str | _Sequence[str]",
        (Form::Boolean, _) => "bool",
        (Form::Integer, _) => "int",
        _ => "str",
    }
}
