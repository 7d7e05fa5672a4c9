//! TwiML: what a webhook answers, checked by name against the core's table of verbs.

use std::{
    ffi::{CString, c_char},
    mem::MaybeUninit,
};

use ringback::{
    Result, Value,
    twiml::{Kind, Node},
};

use crate::{
    boundary::{Failure, free, given, optional_text, owned, place, run, text},
    error::ringback_error,
};

/// A verb of a TwiML document, or the document itself, whose root is `<Response>`.
///
/// A document keeps the verbs that were added to it; their handles are freed apart from it, before or after.
pub struct ringback_twiml {
    node: Node,
    /// The text that was given last.
    xml: CString,
}

impl From<Node> for ringback_twiml {
    fn from(node: Node) -> Self {
        Self { node, xml: CString::default() }
    }
}

impl ringback_twiml {
    fn add(
        parent: Option<&Self>,
        child: Option<&mut MaybeUninit<Box<Self>>>,
        make: impl FnOnce(&Node) -> Result<Node>,
    ) -> Failure {
        run(|| {
            let node = make(&given(parent, "parent")?.node)?;
            if let Some(child) = child {
                child.write(Box::new(node.into()));
            }
            Ok(())
        })
    }

    fn set(verb: Option<&Self>, attribute: *const c_char, set: impl FnOnce(&Node, &str) -> Result<()>) -> Failure {
        run(|| set(&given(verb, "verb")?.node, text(attribute, "attribute")?))
    }
}

/// Makes a document that tells Twilio what to do with a call.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_new_voice() -> Box<ringback_twiml> {
    Box::new(Node::root(Kind::Voice).into())
}

/// Makes a document that tells Twilio what to answer to a message.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_new_messaging() -> Box<ringback_twiml> {
    Box::new(Node::root(Kind::Messaging).into())
}

/// Adds a verb such as "Say", "Gather" or "Message" at the end of another one, with its text or NULL.
///
/// Fails if the parent may not hold it. child may be NULL where nothing is set on it.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_add(
    parent: Option<&ringback_twiml>,
    verb: *const c_char,
    content: *const c_char,
    child: Option<&mut MaybeUninit<Box<ringback_twiml>>>,
) -> Option<Box<ringback_error>> {
    ringback_twiml::add(parent, child, |node| node.add(text(verb, "verb")?, optional_text(content, "content")?))
}

/// Adds an element of any name, for what the table of verbs does not know.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_add_any(
    parent: Option<&ringback_twiml>,
    tag: *const c_char,
    content: *const c_char,
    child: Option<&mut MaybeUninit<Box<ringback_twiml>>>,
) -> Option<Box<ringback_error>> {
    ringback_twiml::add(parent, child, |node| node.add_free(text(tag, "tag")?, optional_text(content, "content")?))
}

/// Adds text at the end of a verb.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_add_text(
    parent: Option<&ringback_twiml>,
    content: *const c_char,
) -> Option<Box<ringback_error>> {
    run(|| {
        given(parent, "parent")?.node.text(text(content, "content")?);
        Ok(())
    })
}

/// Adds a comment, which Twilio ignores, at the end of a verb.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_add_comment(
    parent: Option<&ringback_twiml>,
    content: *const c_char,
) -> Option<Box<ringback_error>> {
    run(|| {
        given(parent, "parent")?.node.comment(text(content, "content")?);
        Ok(())
    })
}

/// Sets an attribute in Twilio's spelling (numDigits) or in Python's (num_digits); a NULL value removes it.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_set(
    verb: Option<&ringback_twiml>,
    attribute: *const c_char,
    value: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_twiml::set(verb, attribute, |node, name| node.set(name, optional_text(value, name)?))
}

/// Sets an attribute that is a whole number.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_set_integer(
    verb: Option<&ringback_twiml>,
    attribute: *const c_char,
    value: i64,
) -> Option<Box<ringback_error>> {
    ringback_twiml::set(verb, attribute, |node, name| node.set(name, value))
}

/// Sets an attribute that is true or false.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_set_boolean(
    verb: Option<&ringback_twiml>,
    attribute: *const c_char,
    value: bool,
) -> Option<Box<ringback_error>> {
    ringback_twiml::set(verb, attribute, |node, name| node.set(name, Value::Boolean(value)))
}

/// Sets an attribute of any name, for what the table of verbs does not know; a NULL value removes it.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_set_any(
    verb: Option<&ringback_twiml>,
    attribute: *const c_char,
    value: *const c_char,
) -> Option<Box<ringback_error>> {
    ringback_twiml::set(verb, attribute, |node, name| node.set_free(name, optional_text(value, name)?))
}

/// Writes where the XML of the document is; the text stays until the next call of this function or until the free.
///
/// Fails if the document holds characters that XML forbids, or is nested too deep.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_to_xml(
    document: Option<&mut ringback_twiml>,
    xml: Option<&mut MaybeUninit<*const c_char>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (document, xml) = (given(document, "document")?, place(xml, "xml")?);
        document.xml = owned(document.node.to_xml()?);
        xml.write(document.xml.as_ptr());
        Ok(())
    })
}

/// Frees the handle; documents that hold the verb keep it.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_free(twiml: Option<Box<ringback_twiml>>) {
    free(twiml);
}
