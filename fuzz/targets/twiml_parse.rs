//! TwiML that somebody sent: it is read or refused, what was read is written and read the same, and no check breaks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::twiml::{CheckOptions, Context, Kind, check, parse};

fuzz_target!(|text: &str| {
    let findings = check(text);
    let lines = text.split(['\n', '\r']).count();
    assert!(findings.iter().all(|found| (1..=lines).contains(&found.line) && found.column > 0));
    for kind in [Kind::Voice, Kind::Messaging] {
        for context in Context::ALL {
            CheckOptions::new().kind(kind).context(*context).parameter(true).check(text);
        }
    }
    if let Ok(mut element) = parse(text) {
        let mut written = element.to_fragment().unwrap();
        if written.contains('\r') {
            // a carriage return that stood there as a reference is written as one, and read as the end of a line
            element = parse(&written).unwrap();
            written = element.to_fragment().unwrap();
        }
        assert_eq!(parse(&written).unwrap(), element, "{written}");
        assert_eq!(parse(&element.to_xml().unwrap()).unwrap(), element);
    }
});
