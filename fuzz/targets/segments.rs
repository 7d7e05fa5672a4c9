//! Segments: they are whole, in order, no larger than they may be, and no fewer than a simple count says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::text::{Encoding, Segments, body_length, smart_encode};

fuzz_target!(|text: &str| {
    let plain = Segments::of(text);
    assert_eq!(plain.text(), text);
    check(&plain);
    let smart = Segments::of_smart_encoded(text);
    assert_eq!(smart.text(), smart_encode(text));
    assert_eq!(smart_encode(smart.text()), smart.text());
    check(&smart);
});

fn check(segments: &Segments<'_>) {
    let encoding = segments.encoding();
    let limit = if segments.count() == 1 { encoding.units_alone() } else { encoding.units_each() };
    let each: Vec<usize> = segments.units_of_each().collect();
    assert_eq!(segments.texts().collect::<String>(), segments.text());
    assert_eq!(each.iter().sum::<usize>(), segments.units());
    assert!(each.iter().all(|units| *units <= limit && (*units > 0 || segments.text().is_empty())));
    assert_eq!(segments.room(), limit - each[each.len() - 1]);
    assert!(segments.characters() <= segments.text().chars().count());
    assert_eq!(segments.is_too_long(), body_length(segments.text()) > 1600);
    assert_eq!(encoding == Encoding::Gsm7, segments.unencodable().next().is_none());
    for found in segments.unencodable() {
        assert!(segments.text()[found.offset..].starts_with(found.character));
    }
    match encoding {
        Encoding::Gsm7 => {
            let extended = segments.text().chars().filter(|letter| "\u{c}^{}\\[~]|€".contains(*letter)).count();
            assert_eq!(segments.units(), segments.text().chars().count() + extended);
            // a segment is left at most one septet short, where an escape does not fit
            let full = each.iter().rev().skip(1).all(|units| *units + 1 >= limit);
            assert!(full || segments.count() == 1);
        }
        Encoding::Ucs2 => assert_eq!(segments.units(), body_length(segments.text())),
    }
}
