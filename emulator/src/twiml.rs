//! Reads TwiML into a tree of verbs.

use ringback::twiml::{self, Child};

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
    if document.trim_start_matches('\u{feff}').trim().is_empty() {
        return Ok(Vec::new());
    }
    let root = twiml::parse(document).map_err(|error| NotTwiml { code: 12100, text: error.message().to_owned() })?;
    if root.name() != "Response" {
        return Err(NotTwiml { code: 12102, text: format!("the root of TwiML is <Response>, not <{}>", root.name()) });
    }
    Ok(element(&root).children)
}

/// What a call or a conversation needs of an element; the core has bounded how deep it goes.
fn element(read: &twiml::Element) -> Element {
    let attributes = read.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut element = Element { name: read.name().to_owned(), attributes, ..Element::default() };
    for child in read.children() {
        match child {
            Child::Element(child) => element.children.push(self::element(child)),
            Child::Text(text) => element.raw.push_str(text),
            _ => {}
        }
    }
    element
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
