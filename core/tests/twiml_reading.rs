//! What was written as TwiML is read as it was, and nothing that a stranger sends does harm.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ringback::{
    ErrorKind,
    twiml::{Child, Element, Finding, Kind, MAX_DEPTH, check, parse},
};

/// How many random trees are tried; `RINGBACK_TREES=1000000` tries a million.
fn cases() -> u32 {
    std::env::var("RINGBACK_TREES").ok().and_then(|count| count.parse().ok()).unwrap_or(2000)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-zé<>&\"' \t\n\r;#x!?/=\\[\\]-]{0,14}",
        2 => prop::sample::select(vec!["]]>", "<![CDATA[", "--", "-->", "&amp;", "&#10;", "\r\n", "\"'", "</Say>", "<?xml?>", " ", "\u{feff}"])
            .prop_map(str::to_owned),
        2 => "[😀𝒳日本🇸🇪\u{10ffff}\u{7f}\u{85}\u{2028}]{0,6}",
        1 => any::<String>(),
        1 => "[a-z\u{0}-\u{1f}\u{fffe}\u{ffff}]{0,4}",
    ]
}

fn tree() -> impl Strategy<Value = Element> {
    let verbs = || Kind::ALL.iter().flat_map(|kind| kind.verbs());
    let mut names: Vec<&'static str> = verbs().map(|verb| verb.tag).collect();
    names.extend(["x", "_", "a.b-c", "élan", "日本"]);
    let mut attributes: Vec<&'static str> =
        verbs().flat_map(|verb| verb.attributes.iter().map(|attribute| attribute.name)).collect();
    attributes.extend(["x", "_9", "ñ", "xml:space"]);
    let named = (prop::sample::select(names), prop::collection::vec((prop::sample::select(attributes), text()), 0..12));
    let element = named.prop_map(|(name, attributes)| {
        let mut element = Element::new(name);
        for (name, value) in attributes {
            element.set(name, value);
        }
        element
    });
    let element = element.boxed();
    let leaf = element.clone();
    leaf.prop_recursive(6, 32, 5, move |inner| {
        let child = prop_oneof![
            3 => inner.prop_map(Child::Element),
            4 => text().prop_map(|text| Child::Text(text.into())),
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

/// The tree with each end of a line a line feed, and texts that stand together one.
fn joined(tree: &Element) -> Element {
    let line_ends = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    let mut plain = Element::new(tree.name().to_owned());
    for (name, value) in tree.attributes() {
        plain.set(name.to_owned(), value);
    }
    let mut pending = String::new();
    for child in tree.children() {
        if let Child::Text(more) = child {
            pending.push_str(more);
            continue;
        }
        if !pending.is_empty() {
            plain.push(line_ends(&std::mem::take(&mut pending)));
        }
        match child {
            Child::Element(element) => plain.push(joined(element)),
            Child::Comment(text) => plain.push(Child::Comment(line_ends(text).into())),
            other => plain.push(other.clone()),
        };
    }
    if !pending.is_empty() {
        plain.push(line_ends(&pending));
    }
    plain
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_that_can_be_written_is_read_as_it_was(tree in tree()) {
        if let Ok(xml) = tree.to_xml() {
            let read = parse(&xml);
            prop_assert!(read.is_ok(), "{:?}: {xml}", read.err());
            prop_assert_eq!(read.unwrap(), joined(&tree), "{}", xml);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_that_was_damaged_is_read_or_refused(
        tree in tree(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), text()), 1..4),
    ) {
        let mut xml = tree.to_xml().unwrap_or_else(|_| "<Response><Say>x</Say></Response>".to_owned());
        for (from, length, text) in cuts {
            let mut letters: Vec<char> = xml.chars().collect();
            let from = from.index(letters.len() + 1);
            let to = from + length.index(4.min(letters.len() - from) + 1);
            letters.splice(from..to, text.chars());
            xml = letters.into_iter().collect();
        }
        harmless(&xml)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), tags in "[<>/?!&;=\"' \n\\[\\]a-cCDATA-]{0,60}") {
        harmless(&text)?;
        harmless(&tags)?;
        harmless(&format!("<Response>{tags}</Response>"))?;
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        harmless(&String::from_utf8_lossy(&bytes))?;
    }
}

/// Whether a finding says that the text is no XML, or of another version.
fn is_unreadable(finding: &Finding) -> bool {
    matches!(finding.code, Some(12100 | 12101))
}

/// Reads and checks a text, and holds what both say against each other.
fn harmless(xml: &str) -> Result<(), TestCaseError> {
    let findings = check(xml);
    match parse(xml) {
        Ok(tree) => {
            prop_assert!(findings.iter().all(|finding| !is_unreadable(finding)), "{findings:?}: {xml}");
            if let Ok(written) = tree.to_xml() {
                // a carriage return that stood there as a reference is written as one, and read as the end of a line
                prop_assert_eq!(parse(&written).unwrap(), joined(&tree));
            }
        }
        Err(error) => {
            prop_assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            let last = findings.last().unwrap();
            prop_assert!(is_unreadable(last), "{}", last);
            let place = format!("at line {}, column {}: {}", last.line, last.column, last.message);
            prop_assert!(error.message().contains(&place), "{}: {}", error, place);
        }
    }
    Ok(())
}

/// A tree with one text changed must not pass for the one that was written.
#[test]
fn the_comparison_of_trees_finds_a_reader_that_changes_a_text() {
    let tree = |text: &str| {
        let mut say = Element::new("Say");
        say.push(text);
        say
    };
    assert_eq!(parse(&tree("a\r").to_xml().unwrap()).unwrap(), joined(&tree("a\r")));
    for other in ["a", "a ", "a\n\n"] {
        assert_ne!(parse(&tree("a\r").to_xml().unwrap()).unwrap(), joined(&tree(other)));
    }
}

#[test]
fn xml_is_read_as_xml_means_it() {
    let read = |xml: &str| parse(xml).unwrap().to_fragment().unwrap();
    for (xml, tree) in [
        ("\u{feff}<?xml version='1.0'?><!-- x --><Response /><?pi ?> <!-- y -->", "<Response />"),
        ("<a b='x\r\n\ty' c='&#10;&lt;&quot;'></a >", r#"<a b="x  y" c="&#10;&lt;&quot;" />"#),
        ("<a>1<![CDATA[<&>]]>2&#x1F600;&apos;</a>", "<a>1&lt;&amp;&gt;2😀'</a>"),
        ("<a>x\r\ny\rz<?pi?>!<!-- a\r\n --></a>", "<a>x\ny\nz!<!-- a\n --></a>"),
        ("<a\n b = \"1\"\tc='\"'/>", r#"<a b="1" c="&quot;" />"#),
        ("<a><b/><b></b> </a>", "<a><b /><b /> </a>"),
        ("<a>]]</a>", "<a>]]</a>"),
    ] {
        assert_eq!(read(xml), tree, "{xml}");
    }
    let tree = parse("<a>1<![CDATA[]]><!--x-->2&amp;</a>").unwrap();
    let expected = [Child::Text("1".into()), Child::Comment("x".into()), Child::Text("2&".into())];
    assert_eq!(tree.children(), expected);
}

#[test]
fn what_is_not_xml_is_refused_with_its_place() {
    for (xml, place, words) in [
        ("", "line 1, column 1", "no element"),
        ("hello", "line 1, column 1", "outside"),
        ("<a/>\n\n x", "line 3, column 2", "outside"),
        ("<a></a><b/>", "line 1, column 8", "<b> stands behind"),
        ("<a></a></a>", "line 1, column 8", "</a> closes what was never opened"),
        ("<é>\n😀<b></é>", "line 2, column 5", "</é> stands where <b>"),
        ("<a><b>", "line 1, column 4", "<b> is never closed"),
        ("<a", "line 1, column 1", "tag that begins here"),
        ("<a>\n<b c='>", "line 2, column 1", "value in the tag"),
        ("<a><!-- x", "line 1, column 4", "comment that begins here"),
        ("<a><!-- x -- y --></a>", "line 1, column 11", "two hyphens"),
        ("<a><!-- x ---></a>", "line 1, column 11", "two hyphens"),
        ("<a><![CDATA[ x", "line 1, column 4", "CDATA"),
        ("<a><! x></a>", "line 1, column 4", "<! begins neither"),
        ("<a><!-x--></a>", "line 1, column 4", "<! begins neither"),
        ("<a><![cdata[x]]></a>", "line 1, column 4", "write CDATA in capital letters"),
        ("<a>\n<b</a>", "line 2, column 1", "tag that begins here"),
        ("<a>\n<b c='1'</a>", "line 2, column 1", "tag that begins here"),
        ("<a /b='1'/>", "line 1, column 4", "not at its end"),
        ("<a>x</a", "line 1, column 5", "tag that begins here"),
        ("<a>x</a b='1'>", "line 1, column 5", "</a b='1'> does not close <a>; write </a>"),
        ("<a><b>x</B></a>", "line 1, column 8", "</B> does not close <b>; write </b>"),
        ("<a><b>x</b</a>", "line 1, column 8", "tag that begins here"),
        ("<a>AT&amp T</a>", "line 1, column 6", "end the reference with ;"),
        ("<a b='&#38'/>", "line 1, column 7", "end the reference with ;"),
        ("<a><?xml version='1.0'?></a>", "line 1, column 4", "very beginning; remove it"),
        ("<?1?><a/>", "line 1, column 1", "<? begins no instruction; write < as &lt;"),
        ("<?a:b?><a/>", "line 1, column 1", "<? begins no instruction"),
        ("<a><?pi", "line 1, column 4", "instruction"),
        ("<a>x]]></a>", "line 1, column 5", "]]>"),
        ("<a>1 < 2</a>", "line 1, column 6", "< begins no tag"),
        ("<a>1 <2</a>", "line 1, column 6", "no element named"),
        ("<a>& b</a>", "line 1, column 4", "write it as &amp;"),
        ("<a>&b</a>", "line 1, column 4", "write it as &amp;"),
        ("<a>&copy;</a>", "line 1, column 4", "&copy;"),
        ("<a>&#0;</a>", "line 1, column 4", "&#0;"),
        ("<a>&#xD800;</a>", "line 1, column 4", "&#xD800;"),
        ("<a>&#+65;</a>", "line 1, column 4", "&#+65;"),
        ("<a>&#;</a>", "line 1, column 4", "&#;"),
        ("<a b='&'/>", "line 1, column 7", "write it as &amp;"),
        ("<a b='x&y;'/>", "line 1, column 8", "&y;"),
        ("<a b='<'/>", "line 1, column 7", "holds <"),
        ("<a b=c/>", "line 1, column 6", "quotation marks"),
        ("<a b/>", "line 1, column 4", "the attribute b of <a> has no value"),
        ("<a b='it's'/>", "line 1, column 10", "no attribute named \"s'\""),
        ("<a b=/>", "line 1, column 6", "quotation marks"),
        ("<a b='1' b='2'/>", "line 1, column 10", "attribute b twice"),
        ("<a b='1'c='2'/>", "line 1, column 9", "no space"),
        ("<a 1b='1'/>", "line 1, column 4", "no attribute named \"1b\""),
        ("<a>\u{1}</a>", "line 1, column 4", "U+0001"),
        ("<a>\u{ffff}</a>", "line 1, column 4", "U+FFFF"),
        (" <?xml version='1.0'?><a/>", "line 1, column 2", "very beginning"),
        ("<?xml encoding='UTF-8'?><a/>", "line 1, column 1", "version"),
        ("<!DOCTYPE a><a/>", "line 1, column 1", "document type"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>", "line 1, column 1", "document type"),
        ("<!doctype><a/>", "line 1, column 1", "document type"),
    ] {
        let error = parse(xml).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{xml}");
        assert!(error.message().contains(place) && error.message().contains(words), "{xml:?}: {error}");
    }
}

#[test]
fn what_is_deep_large_or_hostile_is_refused_at_once() {
    const MANY: usize = 100_000;
    let open: String = "<p>".repeat(MANY);
    assert!(parse(&open).unwrap_err().message().contains("deeper than 100 levels"));
    assert_eq!(check(&open).len(), 1);
    let allowed = format!("{}{}", "<p>".repeat(MAX_DEPTH), "</p>".repeat(MAX_DEPTH));
    assert_eq!(
        parse(&allowed).unwrap().to_fragment().unwrap(),
        format!("{}<p />{}", &allowed[..(MAX_DEPTH - 1) * 3], "</p>".repeat(MAX_DEPTH - 1))
    );

    let attributes: String = (0..MANY).rev().map(|number| format!(" attribute{number}='{number}'")).collect();
    let wide = format!("<Response><Say{attributes}>x</Say></Response>");
    assert_eq!(parse(&wide).unwrap().to_fragment().unwrap().len(), wide.len());
    assert_eq!(check(&wide).len(), 1001);
    let twice = format!("<Response><Say{attributes} attribute7=''>x</Say></Response>");
    assert!(parse(&twice).unwrap_err().message().contains("attribute7 twice"));

    let comment = format!("<Response><!--{}--></Response>", "- ".repeat(1_000_000));
    assert_eq!(parse(&comment).unwrap().to_fragment().unwrap(), comment);
    for end in ["", "--", "-->"] {
        assert!(parse(&format!("<Response><!--{}{end}", "-".repeat(1_000_000))).is_err());
    }
    for hostile in
        ["&", "&amp;", "<", "<a ", "<a='", "]]>", "<![CDATA[", "<!--", "<!DOCTYPE [", "\r", "<a/>", "</a>", "&#", "<é>"]
    {
        let many = hostile.repeat(MANY);
        let _ = (parse(&many), check(&many));
        let inside = format!("<Response>{many}</Response>");
        let _ = (parse(&inside), check(&inside));
        let _ = parse(&format!("<Response a=\"{many}\"/>"));
    }
    let names: String = (0..MANY).map(|number| format!("<Verb{number}/>")).collect();
    let findings = check(&format!("<Response>{names}</Response>"));
    assert_eq!(findings.len(), 1001);
    assert!(findings.last().unwrap().message.contains("more than 1000"));

    let long = "x".repeat(MANY);
    for broken in [format!("<{long}"), format!("<{long}>"), format!("<a {long}=1/>"), format!("<a>&{long};</a>")] {
        assert!(parse(&broken).unwrap_err().message().len() < 400);
    }
    let large = format!("<Response>{}</Response>", "x".repeat(17 << 20));
    assert!(parse(&large).unwrap_err().message().contains("longer than 16 MiB"));
    assert_eq!(check(&large)[0].code, Some(11750));
}

#[test]
fn a_second_byte_order_mark_is_refused() {
    let document = "\u{feff}\u{feff}<Response/>";
    assert!(parse(document).unwrap_err().message().contains("byte order mark"));
    assert_eq!(check(document)[0].code, Some(12100));
    assert!(parse("\u{feff}<Response/>").is_ok());
}

#[test]
fn names_of_declared_prefixes_are_read_and_written() {
    let xml = r#"<Response xmlns:a="u" a:b="1"><a:Say xmlns="v" xml:lang="en">x</a:Say></Response>"#;
    let response = parse(xml).unwrap();
    assert_eq!(parse(&response.to_fragment().unwrap()).unwrap(), response);
    for (wrong, name) in [
        ("<Response a:b='1'/>", "a:b"),
        ("<Response><a:Say/></Response>", "a:Say"),
        ("<Response><Say xmlns:a='u'/><a:Say/></Response>", "a:Say"),
    ] {
        let error = parse(wrong).unwrap_err();
        assert!(error.message().contains(&format!("the prefix of {name} is not declared")), "{error}");
    }
    for wrong in ["<Response xmlns:a='u' a:b:c='1'/>", "<xml:Response/>", "<xmlns/>"] {
        assert!(parse(wrong).unwrap_err().message().contains("no namespace allows the name"), "{wrong}");
        assert_eq!(check(wrong)[0].code, Some(12100), "{wrong}");
    }
    let mut built = Element::new("Response");
    built.set("a:b", "1");
    assert!(built.to_fragment().is_err());
    built.set("xmlns:a", "u");
    assert_eq!(built.to_fragment().unwrap(), r#"<Response a:b="1" xmlns:a="u" />"#);
}

#[test]
fn what_no_reader_takes_is_refused() {
    for wrong in [
        "<? xml version=\"1.0\"?><Response/>",
        "<??><Response/>",
        "<?xml version=\"1.0\" garbage?><Response/>",
        "<?xml version='1.0' encoding=UTF-8?><Response/>",
        "<?xml version='1.0'encoding='UTF-8'?><Response/>",
        "<?xml version='1.0' standalone='no' encoding='UTF-8'?><Response/>",
        "<?xml version='1.0' version='1.0'?><Response/>",
        "<?xml version='1.'?><Response/>",
        "<?xml version='2.0'?><Response/>",
        "<?xml version='1.0' encoding='8'?><Response/>",
        "<?xml version='1.0' encoding='U&#84;F-8'?><Response/>",
        "<?xml version='1.0' standalone='maybe'?><Response/>",
        "<![CDATA[ ]]><Response/>",
        "<Response/>&#32;",
    ] {
        assert!(parse(wrong).is_err(), "{wrong}");
        let code = if wrong.contains("'1.'") || wrong.contains("2.0") { 12101 } else { 12100 };
        assert_eq!(check(wrong)[0].code, Some(code), "{wrong}");
    }
    for right in [
        "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><Response/>",
        "<?xml version='1.1'?><?go on?><Response/><?stop?>",
    ] {
        assert!(parse(right).is_ok(), "{right}");
    }
}

#[test]
fn text_is_found_where_it_begins_whatever_ends_the_lines() {
    for (text, place) in [
        ("<Response>\n  hello\n</Response>", (2, 3)),
        ("<Response>\r\n  hello\r\n</Response>", (2, 3)),
        ("<Response>\r\n\r\n <![CDATA[ hello]]></Response>", (3, 12)),
        ("<Response>\r\n &amp; hello</Response>", (2, 2)),
    ] {
        let found = check(text);
        assert_eq!((found[0].line, found[0].column), place, "{text:?}: {}", found[0]);
    }
}

#[test]
fn findings_are_counted_to_the_last() {
    let of = |count: usize| check(&format!("<Response>{}</Response>", "<Zzzzzzzz/>".repeat(count)));
    assert_eq!((of(1000).len(), of(1001).len()), (1000, 1001));
    assert!(!of(1000)[999].message.contains("more than") && of(1001)[1000].message.contains("more than"));
    assert_eq!(of(5000).len(), 1001);
}
