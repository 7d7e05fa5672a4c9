//! Reads TwiML into a tree of verbs.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesStart, Event},
};

/// How deep verbs may stand in each other; Twilio knows four levels, SSML a few more.
const DEEPEST: usize = 32;

/// An element with its attributes, its children and its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    /// The text directly in it.
    pub(crate) raw: String,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The text directly in it, trimmed, since the documentation's examples indent it.
    pub(crate) fn text(&self) -> &str {
        self.raw.trim()
    }

    /// Its text and that of everything in it, as it is spoken.
    pub(crate) fn spoken(&self) -> String {
        let mut parts = vec![self.text().to_owned()];
        parts.extend(self.children.iter().map(Self::spoken));
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }
}

/// Why a document is not TwiML, with Twilio's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotTwiml {
    pub(crate) code: u32,
    pub(crate) text: String,
}

/// Reads a document; an empty one has no verbs.
pub(crate) fn parse(document: &str) -> Result<Vec<Element>, NotTwiml> {
    let document = document.trim_start_matches('\u{feff}').trim();
    if document.is_empty() {
        return Ok(Vec::new());
    }
    let wrong = |text: String| NotTwiml { code: 12100, text };
    let mut reader = Reader::from_str(document);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    loop {
        let event = reader.read_event().map_err(|cause| wrong(format!("the TwiML is not well-formed: {cause}")))?;
        match event {
            Event::Start(start) => {
                if root.is_some() || open.len() >= DEEPEST {
                    return Err(wrong("the TwiML has two roots or is too deep".into()));
                }
                open.push(element(&start).map_err(wrong)?);
            }
            Event::Empty(start) => {
                let done = element(&start).map_err(wrong)?;
                close(&mut open, &mut root, done).map_err(wrong)?;
            }
            Event::End(_) => {
                let done = open.pop().ok_or_else(|| wrong("the TwiML closes what it did not open".into()))?;
                close(&mut open, &mut root, done).map_err(wrong)?;
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()).map_err(wrong)?,
            Event::CData(text) => add(&mut open, &text.xml10_content()).map_err(wrong)?,
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().map_err(|cause| wrong(cause.to_string()))?;
                let name = reference.xml10_content();
                let text = match letter {
                    Some(letter) => Cow::Owned(letter.to_string()),
                    None => resolve_xml_entity(&name)
                        .map(Cow::Borrowed)
                        .ok_or_else(|| wrong(format!("the TwiML names the unknown entity &{name};")))?,
                };
                add(&mut open, &text).map_err(wrong)?;
            }
            Event::DocType(_) => return Err(wrong("TwiML has no document type".into())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let root = root.filter(|_| open.is_empty()).ok_or_else(|| wrong("the TwiML ends before its end".into()))?;
    if root.name != "Response" {
        return Err(NotTwiml { code: 12102, text: format!("the root of TwiML is <Response>, not <{}>", root.name) });
    }
    Ok(root.children)
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|cause| format!("the TwiML has a wrong attribute: {cause}"))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|cause| format!("the TwiML has a wrong attribute: {cause}"))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.name().as_ref().to_owned(), attributes, ..Element::default() })
}

fn close(open: &mut [Element], root: &mut Option<Element>, done: Element) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None if root.is_none() => *root = Some(done),
        None => return Err("the TwiML has two roots".into()),
    }
    Ok(())
}

fn add(open: &mut [Element], text: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.raw.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err("the TwiML has text outside of its root".into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_read_with_attributes_text_and_children() {
        let document = r#"<?xml version="1.0" encoding="UTF-8"?>
            <!-- a menu -->
            <Response>
                <Gather numDigits="1" action="/menu?a=1&amp;b=2">
                    <Say voice="alice">Press &lt;1&gt; &amp; wait &#233;</Say>
                </Gather>
                <Redirect><![CDATA[ /again ]]></Redirect>
                <Hangup/>
            </Response>"#;
        let verbs = parse(document).unwrap();
        let names: Vec<&str> = verbs.iter().map(|verb| verb.name.as_str()).collect();
        assert_eq!(names, ["Gather", "Redirect", "Hangup"]);
        assert_eq!(verbs[0].attribute("action"), Some("/menu?a=1&b=2"));
        assert_eq!(verbs[0].children[0].text(), "Press <1> & wait é");
        assert_eq!(verbs[1].text(), "/again");
    }

    #[test]
    fn what_is_not_twiml_says_why_by_twilios_code() {
        for (document, code) in [
            ("<Answer/>", 12102),
            ("<Response>", 12100),
            ("<Response></Say></Response>", 12100),
            ("<Response/><Response/>", 12100),
            ("hello", 12100),
            ("<!DOCTYPE x [<!ENTITY a 'b'>]><Response>&a;</Response>", 12100),
            ("<Response>&nbsp;</Response>", 12100),
        ] {
            assert_eq!(parse(document).unwrap_err().code, code, "{document}");
        }
        assert_eq!(parse("  ").unwrap(), []);
        let deep = format!("<Response>{}", "<Say>".repeat(100_000));
        assert!(parse(&deep).is_err());
    }
}
