//! Webhooks as typed payloads: any request is read, and every field of it is found as it came.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ringback::webhook::{CloudEvent, Event, MAX_PARAMETERS, decode_form};

fuzz_target!(|body: &[u8]| {
    let params = decode_form(body);
    let event = Event::read(&params);
    let received = event.received();
    let kept: Vec<_> = params.iter().take(MAX_PARAMETERS).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(received.iter().collect::<Vec<_>>(), kept);
    for (name, _) in &kept {
        let first = kept.iter().find(|(known, _)| known == name).map(|(_, text)| *text);
        assert_eq!(received.get(name), first);
        let _ = (received.integer(name), received.decimal(name), received.boolean(name), received.moment(name));
    }
    assert!(received.media().len() <= kept.len() && received.sip_headers().len() <= kept.len());
    assert!(received.extra().count() <= kept.len());
    let _ = format!("{event:?}");

    for event in CloudEvent::read_all(body).unwrap_or_default() {
        let _ = event.payload();
    }
});
