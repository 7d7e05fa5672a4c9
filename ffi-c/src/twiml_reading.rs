//! TwiML that was written elsewhere: read into a tree, and what is wrong with it.

use std::{
    ffi::{CString, c_char},
    mem::MaybeUninit,
    ptr,
    sync::Arc,
};

use ringback::twiml::{self, CheckOptions, Child, Finding, Severity};

use crate::{
    boundary::{free, optional_text, owned, place, read, run, text},
    error::ringback_error,
};

/// An element of a document that was read, with all that it holds; threads may share it.
pub struct ringback_element(Arc<Read>);

/// The texts of an element, as C takes them.
struct Read {
    name: CString,
    attributes: Vec<(CString, CString)>,
    text: CString,
    children: Vec<Arc<Self>>,
}

impl Read {
    /// Takes over an element; how deep it goes was bounded when it was read.
    fn of(element: &twiml::Element) -> Self {
        let copy = |text: &str| owned(text.to_owned());
        let mut text = String::new();
        let mut children = Vec::new();
        for child in element.children() {
            match child {
                Child::Element(child) => children.push(Arc::new(Self::of(child))),
                Child::Text(more) => text.push_str(more),
                _ => {}
            }
        }
        Self {
            name: copy(element.name()),
            attributes: element.attributes().map(|(name, value)| (copy(name), copy(value))).collect(),
            text: owned(text),
            children,
        }
    }
}

/// Reads a document into a tree; fails if it is not well-formed, and says where.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_parse(
    xml: *const c_char,
    element: Option<&mut MaybeUninit<Box<ringback_element>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (xml, element) = (text(xml, "xml")?, place(element, "element")?);
        element.write(Box::new(ringback_element(Arc::new(Read::of(&twiml::parse(xml)?)))));
        Ok(())
    })
}

/// Gives the name of an element.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_get_name(element: Option<&ringback_element>) -> *const c_char {
    read(ptr::null(), || Some(element?.0.name.as_ptr()))
}

/// Gives the text directly in an element, which may be empty.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_get_text(element: Option<&ringback_element>) -> *const c_char {
    read(ptr::null(), || Some(element?.0.text.as_ptr()))
}

/// Gives the value of an attribute in Twilio's spelling, or NULL if the element has none of this name.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_get_attribute(
    element: Option<&ringback_element>,
    name: *const c_char,
) -> *const c_char {
    read(ptr::null(), || {
        let (element, name) = (element?, text(name, "name").ok()?);
        let (_, value) = element.0.attributes.iter().find(|(known, _)| known.to_bytes() == name.as_bytes())?;
        Some(value.as_ptr())
    })
}

/// Gives how many elements stand directly in an element.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_get_child_count(element: Option<&ringback_element>) -> usize {
    read(0, || Some(element?.0.children.len()))
}

/// Gives the element of this number, from 0, in another one, as a handle of its own, or NULL if there are not as many.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_get_child(
    element: Option<&ringback_element>,
    index: usize,
) -> Option<Box<ringback_element>> {
    read(None, || Some(Some(Box::new(ringback_element(element?.0.children.get(index)?.clone())))))
}

/// Frees the handle and the texts that it gave; handles of other elements are not touched.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_element_free(element: Option<Box<ringback_element>>) {
    free(element);
}

/// What is wrong with a document, in its order; threads may share it.
pub struct ringback_findings(Vec<Found>);

struct Found {
    finding: Finding,
    message: CString,
    hint: Option<CString>,
    line: CString,
}

impl ringback_findings {
    fn get(findings: Option<&Self>, index: usize) -> Option<&Found> {
        findings?.0.get(index)
    }
}

/// Looks for what is wrong with a document: it fails only for its arguments, and finds nothing if all is well.
///
/// kind is "voice", "messaging", "fax", or NULL, and then the verbs tell. context is NULL for a document of the call's
/// own, or "number_url", "conference_wait_url", "enqueue_wait_url" or "queue_url", where Twilio allows fewer verbs.
/// is_parameter says that the document is sent as the parameter Twiml.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_twiml_check(
    xml: *const c_char,
    kind: *const c_char,
    context: *const c_char,
    is_parameter: bool,
    findings: Option<&mut MaybeUninit<Box<ringback_findings>>>,
) -> Option<Box<ringback_error>> {
    run(|| {
        let (xml, findings) = (text(xml, "xml")?, place(findings, "findings")?);
        let mut options = CheckOptions::new().parameter(is_parameter);
        if let Some(kind) = optional_text(kind, "kind")? {
            options = options.kind(kind.parse()?);
        }
        if let Some(context) = optional_text(context, "context")? {
            options = options.context(context.parse()?);
        }
        let found = options.check(xml).into_iter().map(|finding| Found {
            message: owned(finding.message.clone()),
            hint: finding.hint.clone().map(owned),
            line: owned(finding.to_string()),
            finding,
        });
        findings.write(Box::new(ringback_findings(found.collect())));
        Ok(())
    })
}

/// Gives how many findings there are.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_count(findings: Option<&ringback_findings>) -> usize {
    read(0, || Some(findings?.0.len()))
}

/// Gives how bad a finding is.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_severity(findings: Option<&ringback_findings>, index: usize) -> Severity {
    read(Severity::Warning, || Some(ringback_findings::get(findings, index)?.finding.severity))
}

/// Gives the code of the error or the warning that Twilio would note, or 0 where it is not known.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_code(findings: Option<&ringback_findings>, index: usize) -> u32 {
    read(0, || ringback_findings::get(findings, index)?.finding.code)
}

/// Gives the line of a finding, from 1.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_line(findings: Option<&ringback_findings>, index: usize) -> usize {
    read(0, || Some(ringback_findings::get(findings, index)?.finding.line))
}

/// Gives the column of a finding, from 1, in characters.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_column(findings: Option<&ringback_findings>, index: usize) -> usize {
    read(0, || Some(ringback_findings::get(findings, index)?.finding.column))
}

/// Gives what is wrong, in one sentence.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_message(findings: Option<&ringback_findings>, index: usize) -> *const c_char {
    read(ptr::null(), || Some(ringback_findings::get(findings, index)?.message.as_ptr()))
}

/// Gives what to do, or NULL where that is not known.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_hint(findings: Option<&ringback_findings>, index: usize) -> *const c_char {
    read(ptr::null(), || Some(ringback_findings::get(findings, index)?.hint.as_ref()?.as_ptr()))
}

/// Gives a finding as a line that compilers write, such as "2:3: error[12200]: TwiML knows no verb <sy>".
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_get_text(findings: Option<&ringback_findings>, index: usize) -> *const c_char {
    read(ptr::null(), || Some(ringback_findings::get(findings, index)?.line.as_ptr()))
}

/// Frees the findings and every text that they gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_findings_free(findings: Option<Box<ringback_findings>>) {
    free(findings);
}
