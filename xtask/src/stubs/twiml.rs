//! The stubs of TwiML: a class a verb.

use std::{collections::BTreeMap, fmt::Write};

use ringback::{
    names,
    twiml::{
        self,
        table::{Attribute, Form, Verb},
    },
};

use super::{HEADER, is_identifier, shape::identifier};

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
        let mut body = format!("    def __init__(self{}) -> None: ...\n", verb_arguments(verb));
        for child in verb.children {
            if let Some(method) = child.method {
                let _ = writeln!(body, "    def {method}(self{}) -> {}: ...", verb_arguments(child), child.class);
            }
        }
        classes.insert(verb.class, format!("\nclass {}(TwiML):\n{body}", verb.class));
    }
    out.extend(classes.into_values());
    out
}

fn verb_arguments(verb: &Verb) -> String {
    let mut arguments = verb.text.map(|name| format!(", {name}: object = ...")).unwrap_or_default();
    arguments.push_str(", *");
    let mut any = false;
    for attribute in verb.attributes {
        let name = python_name(attribute);
        if is_identifier(&name) && Some(name.as_str()) != verb.text {
            let _ = write!(arguments, ", {name}: {} | None = ...", attribute_type(attribute));
            any = true;
        }
    }
    if !any {
        arguments.truncate(arguments.len() - ", *".len());
    }
    arguments + ", **attributes: _Any"
}

/// The argument of an attribute: `numDigits` is `num_digits`, `for` is `for_`, `xml:lang` is `xml_lang`.
fn python_name(attribute: &Attribute) -> String {
    identifier(names::snake(attribute.name))
}

fn attribute_type(attribute: &Attribute) -> &'static str {
    match (attribute.form, attribute.list) {
        (_, true) => "str | _Sequence[str]",
        (Form::Boolean, _) => "bool",
        (Form::Integer, _) => "int",
        _ => "str",
    }
}
