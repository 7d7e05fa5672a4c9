//! Numbers and addresses: what is accepted is in its right form, and reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::text::{Address, E164};

fuzz_target!(|text: &str| {
    match E164::parse(text) {
        Ok(number) => {
            assert_eq!(number.as_str(), text);
            is_number(&number);
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.len() < 200, "{error}");
            // advice that shows a number can be followed
            if let Some((_, number)) = error.rsplit_once(": +") {
                is_number(&E164::parse(&format!("+{number}")).unwrap());
            }
        }
    }
    if let Some(number) = E164::as_twilio_reads(text) {
        is_number(&number);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(number.digits().ends_with(&digits), "{number}");
    }
    for address in [Address::parse(text).ok(), Address::as_twilio_reads(text)].into_iter().flatten() {
        assert_eq!(Address::parse(address.as_str()).unwrap(), address);
        assert!(address.as_str().ends_with(address.value()));
    }
});

fn is_number(number: &E164) {
    let text = number.as_str().as_bytes();
    assert!(text.len() <= 16 && text[0] == b'+' && (b'1'..=b'9').contains(&text[1]));
    assert!(text[1..].iter().all(u8::is_ascii_digit));
}
