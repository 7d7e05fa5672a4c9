//! Messages of Media Streams and ConversationRelay: whatever is read is written and read the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::streams::{media, relay};

fuzz_target!(|text: &str| {
    if let Ok(message) = media::FromTwilio::parse(text) {
        assert_eq!(media::FromTwilio::parse(&message.to_json()).unwrap(), message);
    }
    if let Ok(message) = media::ToTwilio::parse(text) {
        assert_eq!(media::ToTwilio::parse(&message.to_json()).unwrap(), message);
    }
    if let Ok(message) = relay::FromTwilio::parse(text) {
        assert_eq!(relay::FromTwilio::parse(&message.to_json()).unwrap(), message);
    }
    if let Ok(message) = relay::ToTwilio::parse(text) {
        assert_eq!(relay::ToTwilio::parse(&message.to_json()).unwrap(), message);
    }
    // a session takes them one by one, whatever their order
    let mut session = media::Session::new();
    for line in text.lines() {
        let _ = session.receive(line);
        let _ = session.mark("a").and(session.media(line.as_bytes()));
        let _ = session.clear();
        assert!(session.pending_marks().len() <= text.len() + 1);
    }
});
