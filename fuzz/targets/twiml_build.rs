//! TwiML that a program builds from any text: what is written is read as the same tree, so that no text breaks its structure.
//!
//! The lines of an input are steps: `<name` opens an element, `>` closes it, `=name value` sets an attribute, `!` starts a
//! comment, and anything else is text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::twiml::{Child, Element, parse};

fuzz_target!(|text: &str| {
    let mut open = vec![Element::new("Response")];
    for line in text.split('\n') {
        let last = open.len() - 1;
        if let Some(name) = line.strip_prefix('<') {
            open.push(Element::new(name.to_owned()));
        } else if line == ">" {
            close(&mut open);
        } else if let Some(attribute) = line.strip_prefix('=') {
            let (name, value) = attribute.split_once(' ').unwrap_or((attribute, ""));
            open[last].set(name.to_owned(), value);
        } else if let Some(comment) = line.strip_prefix('!') {
            open[last].push(Child::Comment(comment.into()));
        } else {
            open[last].push(Child::Text(line.into()));
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let root = &open[0];
    if let Ok(written) = root.to_xml() {
        assert_eq!(parse(&written).unwrap(), joined(root), "{written}");
    }
});

/// Puts the last element into the one before it.
fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(child) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.push(Child::Element(child));
    }
}

/// A text with the ends of lines that XML knows.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The same tree with texts that stand together as one, without empty ones and with one end of lines: XML tells no more.
fn joined(element: &Element) -> Element {
    let mut same = Element::new(element.name().to_owned());
    for (name, value) in element.attributes() {
        same.set(name.to_owned(), value);
    }
    let mut text = String::new();
    for child in element.children() {
        if let Child::Text(more) = child {
            text.push_str(more);
            continue;
        }
        if !text.is_empty() {
            same.push(Child::Text(lines(&std::mem::take(&mut text)).into()));
        }
        match child {
            Child::Element(child) => same.push(Child::Element(joined(child))),
            Child::Comment(text) => same.push(Child::Comment(lines(text).into())),
            other => same.push(other.clone()),
        };
    }
    if !text.is_empty() {
        same.push(Child::Text(lines(&text).into()));
    }
    same
}
