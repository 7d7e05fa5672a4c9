//! TwiML is written to the byte as the official Python package writes it, is always well-formed, or is refused.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::borrow::Cow;

use proptest::prelude::*;
use quick_xml::{Reader, events::Event};
use ringback::{
    ErrorKind, Result, Value,
    twiml::{
        Child, Client, Dial, Draft, Element, Gather, Hangup, Kind, MAX_DEPTH, Media, Message, MessagingResponse, Node,
        Number, Pause, Play, Prompt, Record, Redirect, Reject, Say, SsmlBreak, SsmlLang, SsmlSayAs, VoiceResponse,
    },
};

fn vectors() -> serde_json::Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/twiml.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn documents(vectors: &serde_json::Value, section: &str) -> Vec<(String, Kind, serde_json::Value)> {
    let kind = |name: &str| match name {
        "voice" => Kind::Voice,
        "messaging" => Kind::Messaging,
        _ => Kind::Fax,
    };
    let documents = vectors[section].as_array().unwrap();
    assert!(!documents.is_empty());
    let read = |document: &serde_json::Value| {
        (document["id"].as_str().unwrap().to_owned(), kind(document["kind"].as_str().unwrap()), document.clone())
    };
    documents.iter().map(read).collect()
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Bool(flag) => (*flag).into(),
        serde_json::Value::Number(number) => number.as_i64().unwrap().into(),
        serde_json::Value::Array(values) => Value::List(values.iter().map(value).collect()),
        other => other.as_str().unwrap().into(),
    }
}

/// Adds what stands in a vector, name by name, as the bindings do.
fn fill(parent: &Node, children: &serde_json::Value) -> Result<()> {
    for child in children.as_array().into_iter().flatten() {
        if let Some(text) = child.as_str() {
            parent.text(text);
            continue;
        }
        let text = child["text"].as_str();
        let node = match child["free"].as_str() {
            Some(tag) => parent.add_free(tag, text)?,
            None => parent.add(child["verb"].as_str().unwrap(), text)?,
        };
        for (name, json) in child["attributes"].as_object().into_iter().flatten() {
            match name.as_str() {
                "futureOption" => node.set_free(name, value(json))?,
                _ => node.set(name, value(json))?,
            }
        }
        fill(&node, &child["children"])?;
    }
    Ok(())
}

fn write(kind: Kind, document: &serde_json::Value) -> Result<String> {
    let root = Node::root(kind);
    fill(&root, &document["children"])?;
    root.to_xml()
}

#[test]
fn documents_are_written_as_the_official_package_writes_them() {
    for (id, kind, document) in documents(&vectors(), "documents") {
        let xml = write(kind, &document).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(xml, document["xml"].as_str().unwrap(), "{id}");
    }
}

#[test]
fn what_cannot_be_a_document_is_refused_with_its_place() {
    for (id, kind, document) in documents(&vectors(), "refused") {
        let error = write(kind, &document).expect_err(&id);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{id}");
        for name in document["names"].as_array().unwrap() {
            assert!(error.message().contains(name.as_str().unwrap()), "{id}: {error}");
        }
    }
}

#[test]
fn typed_verbs_write_the_same_documents() {
    let gather = Gather::new().num_digits(1).action("/menu").input(["dtmf", "speech"]).say(Say::new("Press 1"));
    let dial = Dial::new()
        .caller_id("+15557654321")
        .number(Number::new("+15551234567").status_callback_event(vec!["initiated", "answered"]))
        .client(Client::new("alice"));
    let speech = Say::new("Your code is ")
        .voice("Polly.Joanna")
        .say_as(SsmlSayAs::new("1234").interpret_as("digits"))
        .child(" & ")
        .break_(SsmlBreak::new().time("1s"))
        .lang(SsmlLang::new("merci").xml_lang("fr-FR"));
    let response = VoiceResponse::new()
        .say(Say::new("Hello").voice("alice").loop_(2))
        .gather(gather)
        .dial(dial)
        .say(speech)
        .play(Play::default().digits("w1"))
        .pause(Pause::new().length(1))
        .record(Record::new().max_length(30).play_beep(false))
        .prompt(Prompt::new().for_("expiration-date").attempt([1, 2]))
        .redirect(Redirect::new("/next?a=1&b=2").method("GET"))
        .reject(Reject::new().reason("busy"))
        .hangup(Hangup::new().attribute("newThing", true).attribute("nothing", Value::Unset));
    let expected = concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Response><Say loop="2" voice="alice">Hello</Say>"#,
        r#"<Gather action="/menu" input="dtmf speech" numDigits="1"><Say>Press 1</Say></Gather>"#,
        r#"<Dial callerId="+15557654321"><Number statusCallbackEvent="initiated answered">+15551234567</Number>"#,
        r#"<Client>alice</Client></Dial><Say voice="Polly.Joanna">Your code is <say-as interpret-as="digits">1234"#,
        r#"</say-as> &amp; <break time="1s" /><lang xml:lang="fr-FR">merci</lang></Say><Play digits="w1" />"#,
        r#"<Pause length="1" /><Record maxLength="30" playBeep="false" /><Prompt attempt="1 2" for="expiration-date" />"#,
        r#"<Redirect method="GET">/next?a=1&amp;b=2</Redirect><Reject reason="busy" /><Hangup newThing="true" />"#,
        "</Response>",
    );
    assert_eq!(response.to_xml().unwrap(), expected);

    let reply = MessagingResponse::new().message(Message::new("hi").to("+15551234567").media(Media::new("/a.png")));
    let expected = r#"<Response><Message to="+15551234567">hi<Media>/a.png</Media></Message></Response>"#;
    assert_eq!(Element::from(reply).to_fragment().unwrap(), expected);
}

#[test]
fn names_are_accepted_in_both_spellings_and_unknown_ones_are_answered_with_the_nearest() {
    let response = Node::root(Kind::Voice);
    let gather = response.add("gather", None).unwrap();
    gather.set("num_digits", 1).unwrap();
    gather.set("numDigits", 2).unwrap();
    let say = gather.add("Say", Some("code")).unwrap();
    say.add("say_as", Some("12")).unwrap().set("interpret_as", "digits").unwrap();
    say.add("SsmlBreak", None).unwrap();
    let expected = r#"<Response><Gather numDigits="2"><Say>code<say-as interpret-as="digits">12</say-as><break /></Say></Gather></Response>"#;
    assert_eq!(response.to_fragment().unwrap(), expected);

    gather.set("num_digits", Value::Unset).unwrap();
    assert!(!response.to_fragment().unwrap().contains("numDigits"));
    let error = gather.set("numdigit", 1).unwrap_err();
    assert_eq!(error.message(), "Gather has no attribute numdigit; did you mean numDigits?");
    let error = gather.add("Dial", None).unwrap_err();
    assert_eq!(error.message(), "Gather cannot hold Dial");
    assert_eq!(
        gather.set_free("foo_bar", true).ok().and(response.to_fragment().ok()).unwrap().matches("fooBar").count(),
        1
    );
    assert!(gather.set_free("a b", 1).is_err());
}

#[test]
fn drafts_take_what_twilio_adds_later_but_no_slip_of_the_pen() {
    let say = Kind::Voice.find("Say").unwrap();
    let mut draft = Draft::new(Kind::Voice, say);
    draft.text("hi").unwrap();
    draft.set("voice", "alice").unwrap();
    draft.set("new_thing", 1).unwrap();
    assert_eq!(draft.set("voic", 1).unwrap_err().message(), "Say has no attribute voic; did you mean voice?");
    assert!(draft.set("a b", 1).is_err());
    let response = Node::root(Kind::Voice);
    response.add_draft(draft).unwrap();
    assert_eq!(response.to_fragment().unwrap(), r#"<Response><Say newThing="1" voice="alice">hi</Say></Response>"#);

    let hangup = Kind::Voice.find("Hangup").unwrap();
    let error = Draft::new(Kind::Voice, hangup).text("now").unwrap_err();
    assert_eq!(error.message(), "Hangup takes no text");
    let number = Draft::new(Kind::Voice, Kind::Voice.find("Number").unwrap());
    assert!(response.add_draft(number).is_err());
    assert!(Draft::free(Kind::Voice, "a:b").is_err());
}

#[test]
fn the_names_of_python_are_those_that_become_twilios() {
    for attribute in Kind::ALL.iter().flat_map(|kind| kind.verbs()).flat_map(|verb| verb.attributes) {
        assert_eq!(ringback::twiml::attribute_name(attribute.python), attribute.name);
    }
}

#[test]
fn every_verb_of_the_table_is_reached_by_its_names_and_only_where_it_may_stand() {
    for kind in Kind::ALL {
        for parent in kind.verbs() {
            for verb in kind.verbs() {
                let node = Node::new(*kind, parent.class, None).unwrap();
                let may = parent.children.iter().any(|child| std::ptr::eq(*child, *verb));
                assert_eq!(node.append(&Node::new(*kind, verb.class, None).unwrap()).is_ok(), may);
                // `Sip` in `<Refer>` is the tag of another verb than the class `Sip`
                let added = node.add(verb.class, None).is_ok_and(|added| std::ptr::eq(added.verb().unwrap(), *verb));
                assert_eq!(added, may, "{} in {}", verb.class, parent.class);
                if may {
                    assert!(std::ptr::eq(node.add(verb.method.unwrap(), None).unwrap().verb().unwrap(), *verb));
                    assert!(std::ptr::eq(node.add(verb.tag, None).unwrap().verb().unwrap(), *verb));
                }
            }
        }
    }
}

#[test]
fn a_verb_is_shared_and_never_holds_itself() {
    let response = Node::root(Kind::Voice);
    let dial = Node::new(Kind::Voice, "Dial", None).unwrap();
    response.append(&dial).unwrap();
    response.append(&dial).unwrap();
    dial.add("number", Some("+15551234567")).unwrap();
    assert_eq!(response.to_fragment().unwrap().matches("<Number>").count(), 2);

    let outer = Node::new(Kind::Voice, "SsmlEmphasis", None).unwrap();
    let inner = outer.add("prosody", None).unwrap();
    assert!(outer.append(&outer).is_err());
    assert!(inner.append(&outer).is_err());
    assert!(dial.append_free(&response).is_err());
}

#[test]
fn a_document_deeper_than_any_is_refused_and_does_no_harm() {
    let root = Node::root(Kind::Voice);
    let mut node = root.add("say", None).unwrap();
    for _ in 0..200_000 {
        node = node.add("emphasis", None).unwrap();
    }
    assert!(root.to_xml().unwrap_err().message().contains("deeper"));
    drop((node, root));

    let mut deep = Element::new("p");
    for _ in 0..200_000 {
        let mut outer = Element::new("p");
        outer.push(deep);
        deep = outer;
    }
    assert!(deep.to_xml().is_err());

    let mut allowed = Element::new("p");
    for _ in 1..MAX_DEPTH {
        let mut outer = Element::new("p");
        outer.push(allowed);
        allowed = outer;
    }
    assert!(allowed.to_xml().is_ok());
}

/// The tree that a reader of XML finds, in a form that can be compared.
fn read(xml: &str) -> String {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut out = String::new();
    let mut open = 0;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
            Event::Start(tag) => {
                open += 1;
                out.push_str(&format!("<{}", tag.name().0));
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let name = attribute.key.0;
                    out.push_str(&format!(" {name}={:?}", quick_xml::escape::unescape(&attribute.value).unwrap()));
                }
                out.push('>');
            }
            Event::End(_) => {
                open -= 1;
                out.push_str("</>");
            }
            Event::Text(text) => out.push_str(&text),
            Event::GeneralRef(reference) => {
                out.push_str(&quick_xml::escape::unescape(&format!("&{};", &*reference)).unwrap());
            }
            Event::Comment(text) => out.push_str(&format!("!{}!", &*text)),
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(open, 0);
    out
}

/// The same form of the tree that was written.
fn describe(element: &Element, out: &mut String) {
    out.push_str(&format!("<{}", element.name()));
    for (name, value) in element.attributes() {
        out.push_str(&format!(" {name}={value:?}"));
    }
    out.push('>');
    for child in element.children() {
        match child {
            Child::Element(element) => describe(element, out),
            Child::Text(text) => out.push_str(text),
            Child::Comment(text) => out.push_str(&format!("!{text}!")),
            other => panic!("{other:?}"),
        }
    }
    out.push_str("</>");
}

fn is_character(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether XML can hold the tree, told in another way than the crate does.
fn is_allowed(element: &Element) -> bool {
    element.attributes().all(|(_, value)| value.chars().all(is_character))
        && element.children().iter().all(|child| match child {
            Child::Element(element) => is_allowed(element),
            Child::Text(text) => text.chars().all(is_character),
            Child::Comment(text) => text.chars().all(is_character) && !format!("{text}-").contains("--"),
            _ => true,
        })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-zé<>&\"' \t\n\r;#x-]{0,12}",
        2 => "\\PC{0,8}",
        1 => any::<String>(),
        1 => "[a-z\u{0}-\u{1f}\u{fffe}\u{ffff}]{0,4}",
    ]
}

fn tree() -> impl Strategy<Value = Element> {
    let verbs: Vec<&'static str> = Kind::Voice.verbs().iter().map(|verb| verb.tag).collect();
    let attributes: Vec<&'static str> =
        Kind::Voice.verbs().iter().flat_map(|verb| verb.attributes.iter().map(|attribute| attribute.name)).collect();
    let named = (prop::sample::select(verbs), prop::collection::vec((prop::sample::select(attributes), text()), 0..4));
    let element = named.prop_map(|(name, attributes)| {
        let mut element = Element::new(name);
        for (name, value) in attributes {
            element.set(Cow::Borrowed(name), value);
        }
        element
    });
    let element = element.boxed();
    let leaf = element.clone();
    leaf.prop_recursive(6, 48, 6, move |inner| {
        let child = prop_oneof![
            3 => inner.prop_map(Child::Element),
            3 => text().prop_map(|text| Child::Text(text.into())),
            1 => text().prop_map(|text| Child::Comment(text.into())),
        ];
        (element.clone(), prop::collection::vec(child, 0..6)).prop_map(|(mut element, children)| {
            for child in children {
                element.push(child);
            }
            element
        })
    })
}

/// Whether a writer keeps the promise for one tree: what it writes is read back unchanged, or it refuses.
fn keeps_promise(tree: &Element, written: Option<&str>) -> bool {
    let Some(xml) = written else { return !is_allowed(tree) };
    let mut expected = String::new();
    describe(tree, &mut expected);
    is_allowed(tree) && std::panic::catch_unwind(|| read(xml)).is_ok_and(|found| found == expected)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_is_written_so_that_it_is_read_back_or_is_refused(tree in tree()) {
        prop_assert!(keeps_promise(&tree, tree.to_xml().ok().as_deref()));
    }
}

/// A writer that escapes nothing must not pass the same check.
#[test]
fn the_check_of_written_trees_finds_a_writer_that_does_not_escape() {
    let naive = |text: &str| format!("<Say>{text}</Say>");
    for text in ["a < b", "a & b", "a\u{0}b", "&lt;"] {
        let mut say = Element::new("Say");
        say.push(text);
        assert!(!keeps_promise(&say, Some(&naive(text))), "{text:?}");
        assert!(keeps_promise(&say, say.to_xml().ok().as_deref()), "{text:?}");
    }
}
