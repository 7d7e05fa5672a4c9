//! Messages of streams are read and written as the vectors say, nothing else is a message, and only Twilio may connect.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Debug;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use ringback::{
    ErrorKind, Outcome, Result,
    streams::{FRAME, MAX_MESSAGE, media, relay, validate_handshake},
    webhook::{RequestValidator, SIGNATURE_HEADER},
};
use serde_json::{Value, json};

fn vectors(protocol: &str, section: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/streams.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let section = vectors[protocol][section].as_array().unwrap().clone();
    assert!(section.len() > 3);
    section
}

/// The name of a message and what it says, as the vectors write it.
fn of_media(message: &media::FromTwilio) -> (&str, Value) {
    use media::FromTwilio;
    match message {
        FromTwilio::Connected(it) => ("connected", json!({"protocol": it.protocol, "version": it.version})),
        FromTwilio::Start(it) => (
            "start",
            json!({
                "sequence_number": it.sequence_number,
                "stream_sid": it.stream_sid,
                "account_sid": it.account_sid,
                "call_sid": it.call_sid,
                "tracks": it.tracks,
                "custom_parameters": it.custom_parameters,
                "media_format": {
                    "encoding": it.media_format.encoding,
                    "sample_rate": it.media_format.sample_rate,
                    "channels": it.media_format.channels,
                },
            }),
        ),
        FromTwilio::Media(it) => (
            "media",
            json!({
                "sequence_number": it.sequence_number,
                "stream_sid": it.stream_sid,
                "track": it.track,
                "chunk": it.chunk,
                "timestamp": it.timestamp,
                "payload": STANDARD.encode(&it.payload),
            }),
        ),
        FromTwilio::Dtmf(it) => (
            "dtmf",
            json!({
                "sequence_number": it.sequence_number,
                "stream_sid": it.stream_sid,
                "track": it.track,
                "digit": it.digit,
            }),
        ),
        FromTwilio::Mark(it) => (
            "mark",
            json!({
                "sequence_number": it.sequence_number,
                "stream_sid": it.stream_sid,
                "name": it.name,
            }),
        ),
        FromTwilio::Stop(it) => (
            "stop",
            json!({
                "sequence_number": it.sequence_number,
                "stream_sid": it.stream_sid,
                "account_sid": it.account_sid,
                "call_sid": it.call_sid,
            }),
        ),
        FromTwilio::Unknown(it) => ("unknown", json!({"name": it.name, "json": it.json})),
        other => panic!("{other:?} is not in the vectors"),
    }
}

fn of_relay(message: &relay::FromTwilio) -> (&str, Value) {
    use relay::FromTwilio;
    match message {
        FromTwilio::Setup(it) => (
            "setup",
            json!({
                "session_id": it.session_id,
                "account_sid": it.account_sid,
                "parent_call_sid": it.parent_call_sid,
                "call_sid": it.call_sid,
                "from": it.from,
                "to": it.to,
                "forwarded_from": it.forwarded_from,
                "call_type": it.call_type,
                "caller_name": it.caller_name,
                "direction": it.direction,
                "call_status": it.call_status,
                "custom_parameters": it.custom_parameters,
            }),
        ),
        FromTwilio::Prompt(it) => {
            ("prompt", json!({"voice_prompt": it.voice_prompt, "lang": it.lang, "last": it.last}))
        }
        FromTwilio::Interrupt(it) => (
            "interrupt",
            json!({
                "utterance_until_interrupt": it.utterance_until_interrupt,
                "duration_until_interrupt_ms": it.duration_until_interrupt_ms,
            }),
        ),
        FromTwilio::Dtmf(it) => ("dtmf", json!({"digit": it.digit})),
        FromTwilio::Error(it) => ("error", json!({"description": it.description})),
        FromTwilio::Unknown(it) => ("unknown", json!({"name": it.name, "json": it.json})),
        other => panic!("{other:?} is not in the vectors"),
    }
}

/// Reads every message of a protocol, and writes it again.
fn reads_all<T: PartialEq + Debug>(
    protocol: &str,
    parse: impl Fn(&str) -> Result<T>,
    write: impl Fn(&T) -> String,
    fields: impl for<'a> Fn(&'a T) -> (&'a str, Value),
) {
    for vector in vectors(protocol, "from_twilio") {
        let text = vector["text"].as_str().unwrap();
        let message = parse(text).unwrap();
        let (name, fields) = fields(&message);
        assert_eq!((name, &fields), (vector["name"].as_str().unwrap(), &vector["fields"]), "{}", vector["id"]);
        let written = write(&message);
        assert_eq!(parse(&written).unwrap(), message, "{written}");
        if vector["as_twilio_writes_it"].as_bool() != Some(false) {
            let as_json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(as_json(&written), as_json(text), "{}", vector["id"]);
        }
    }
    for vector in vectors(protocol, "refused") {
        let error = parse(vector["text"].as_str().unwrap()).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::NotSent), "{vector}: {error}");
    }
}

#[test]
fn every_message_of_a_media_stream_is_read() {
    reads_all("media", media::FromTwilio::parse, media::FromTwilio::to_json, of_media);
}

#[test]
fn every_message_of_conversation_relay_is_read() {
    reads_all("relay", relay::FromTwilio::parse, relay::FromTwilio::to_json, of_relay);
}

#[test]
fn messages_to_a_media_stream_are_written_to_the_byte() {
    for vector in vectors("media", "to_twilio") {
        let field = |key: &str| vector["fields"][key].as_str().unwrap().to_owned();
        let message = match vector["name"].as_str().unwrap() {
            "media" => {
                let payload = STANDARD.decode(field("payload")).unwrap();
                media::ToTwilio::Media { stream_sid: field("stream_sid"), payload }
            }
            "mark" => media::ToTwilio::Mark { stream_sid: field("stream_sid"), name: field("name") },
            "clear" => media::ToTwilio::Clear { stream_sid: field("stream_sid") },
            other => panic!("there is no {other}"),
        };
        assert_eq!(message.to_json(), vector["text"].as_str().unwrap());
        assert_eq!(media::ToTwilio::parse(&message.to_json()).unwrap(), message);
    }
    let unknown = media::ToTwilio::parse(r#"{"event":"dance"}"#).unwrap();
    assert!(matches!(&unknown, media::ToTwilio::Unknown(unknown) if unknown.name == "dance"));
    assert_eq!(unknown.to_json(), r#"{"event":"dance"}"#);
}

#[test]
fn messages_to_conversation_relay_are_written_to_the_byte() {
    for vector in vectors("relay", "to_twilio") {
        let fields = &vector["fields"];
        let text = |key: &str| fields[key].as_str().map(str::to_owned);
        let flag = |key: &str| fields[key].as_bool();
        let message: relay::ToTwilio = match vector["name"].as_str().unwrap() {
            "text" => relay::Text {
                token: text("token").unwrap(),
                last: flag("last").unwrap(),
                lang: text("lang"),
                interruptible: flag("interruptible"),
                preemptible: flag("preemptible"),
            }
            .into(),
            "play" => relay::Play {
                source: text("source").unwrap(),
                times: fields["loop"].as_u64().map(|times| times.try_into().unwrap()),
                interruptible: flag("interruptible"),
                preemptible: flag("preemptible"),
            }
            .into(),
            "sendDigits" => relay::SendDigits { digits: text("digits").unwrap() }.into(),
            "language" => relay::Language {
                tts_language: text("tts_language"),
                transcription_language: text("transcription_language"),
            }
            .into(),
            "end" => relay::End { handoff_data: text("handoff_data") }.into(),
            other => panic!("there is no {other}"),
        };
        assert_eq!(message.to_json(), vector["text"].as_str().unwrap());
        assert_eq!(relay::ToTwilio::parse(&message.to_json()).unwrap(), message);
    }
    let unknown = relay::ToTwilio::parse(r#"{"type":"dance"}"#).unwrap();
    assert_eq!(unknown.to_json(), r#"{"type":"dance"}"#);
    assert!(relay::ToTwilio::parse(r#"{"type":"text"}"#).is_err());
}

#[test]
fn a_message_that_is_too_long_is_refused_unread() {
    let long = |length: usize| format!(r#"{{"event":"new","type":"new","x":"{}"}}"#, "x".repeat(length));
    let shell = long(0).len();
    let fits = long(MAX_MESSAGE - shell);
    assert!(media::FromTwilio::parse(&fits).is_ok() && relay::FromTwilio::parse(&fits).is_ok());
    assert!(media::ToTwilio::parse(&fits).is_ok() && relay::ToTwilio::parse(&fits).is_ok());
    let long = long(MAX_MESSAGE - shell + 1);
    let errors = [
        media::FromTwilio::parse(&long).unwrap_err(),
        relay::FromTwilio::parse(&long).unwrap_err(),
        media::ToTwilio::parse(&long).unwrap_err(),
        relay::ToTwilio::parse(&long).unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.to_string().contains("longer than the 1048576")), "{errors:?}");
}

#[test]
fn no_error_repeats_what_was_said() {
    let secret = "4111111111111111";
    for text in [
        format!(r#"{{"type":"prompt","voicePrompt":["{secret}"]}}"#),
        format!(r#"{{"type":"prompt","voicePrompt":"x","last":"{secret}"}}"#),
        format!(r#"{{"type":"{secret} {secret} {secret}","x":}}"#),
        format!(r#"{{"type":"{secret} {secret} {secret}","x":"\ud800"}}"#),
    ] {
        let error = relay::FromTwilio::parse(&text).unwrap_err();
        assert!(!error.to_string().contains(secret), "{error}");
    }
}

/// A message of a stream with its number.
fn numbered(number: u64, event: &str, said: &str) -> String {
    format!(r#"{{"event":"{event}","sequenceNumber":"{number}","{event}":{said},"streamSid":"MZ1"}}"#)
}

#[test]
fn a_session_knows_its_stream() {
    let mut stream = media::Session::new();
    for refused in [stream.media(b""), stream.mark("a"), stream.clear(), stream.frames(b"").map(|_| String::new())] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("StreamSid"), "{error}");
    }
    assert_eq!((stream.pending_marks().len(), stream.stream_sid()), (0, None));
    stream.receive(r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#).unwrap();
    stream.receive(&numbered(1, "start", r#"{"callSid":"CA1"}"#)).unwrap();
    assert_eq!(stream.stream_sid(), Some("MZ1"));
    assert_eq!(stream.start().unwrap().call_sid, "CA1");
    assert_eq!(stream.clear().unwrap(), media::clear("MZ1"));
    let audio = [7; 2 * FRAME + 1];
    let frames: Vec<_> = stream.frames(&audio).unwrap().collect();
    let expected: Vec<_> = [FRAME, FRAME, 1].iter().map(|length| media::media("MZ1", &audio[..*length])).collect();
    assert_eq!(frames, expected);
    assert!(!stream.is_over());
    stream.receive(&numbered(2, "stop", "{}")).unwrap();
    assert!(stream.is_over());
}

#[test]
fn a_session_follows_its_marks() {
    let mut stream = media::Session::new();
    stream.receive(&numbered(1, "start", "{}")).unwrap();
    for name in ["a", "b", "a", "c"] {
        assert_eq!(stream.mark(name).unwrap(), media::mark("MZ1", name));
    }
    for (number, name, left) in [(2, "a", "b a c"), (3, "stranger", "b a c"), (4, "b", "a c"), (5, "c", "a")] {
        stream.receive(&numbered(number, "mark", &format!(r#"{{"name":"{name}"}}"#))).unwrap();
        assert_eq!(stream.pending_marks().collect::<Vec<_>>().join(" "), left);
    }
    stream.receive(&numbered(1, "start", "{}")).unwrap();
    assert_eq!(stream.pending_marks().len(), 0);
}

#[test]
fn a_session_counts_what_is_missing() {
    let mut stream = media::Session::new();
    let media = r#"{"payload":""}"#;
    for (number, missed) in [(1, 0), (2, 0), (5, 2), (5, 2), (4, 2), (6, 2), (8, 3), (0, 3), (u64::MAX, u64::MAX - 6)] {
        let message = if number == 1 { numbered(1, "start", "{}") } else { numbered(number, "media", media) };
        stream.receive(&message).unwrap();
        assert_eq!(stream.missed(), missed, "after {number}");
    }
    stream.receive(&numbered(1, "start", "{}")).unwrap();
    stream.receive(&numbered(2, "new", r#""something""#)).unwrap();
    assert!(stream.receive(&numbered(3, "media", "{}")).is_err());
    stream.receive(&numbered(3, "media", media)).unwrap();
    assert_eq!(stream.missed(), 0);
}

#[test]
fn only_twilio_may_connect() {
    let validator = |vector: &Value| RequestValidator::new(vector["token"].as_str().unwrap()).unwrap();
    let accepts = |vector: &Value| {
        let (url, signature) = (vector["url"].as_str().unwrap(), vector["signature"].as_str().unwrap());
        let mut headers = http::HeaderMap::new();
        headers.insert("x-twilio-signature", signature.parse().unwrap());
        let by_headers = validate_handshake(&validator(vector), url, &headers);
        headers.append(SIGNATURE_HEADER, signature.parse().unwrap());
        assert!(!validate_handshake(&validator(vector), url, &headers), "two signatures are one too many");
        assert_eq!(validator(vector).validate_handshake(url, signature), by_headers);
        by_headers
    };
    for vector in vectors("handshakes", "accepted") {
        assert!(accepts(&vector), "{}", vector["id"]);
        let signed = validator(&vector).compute_signature::<&str, &str>(vector["signed"].as_str().unwrap(), &[]);
        assert_eq!(signed, vector["signature"].as_str().unwrap());
    }
    for vector in vectors("handshakes", "refused") {
        assert!(!accepts(&vector), "{}", vector["id"]);
    }
    let validator = RequestValidator::new("12345").unwrap();
    assert!(!validate_handshake(&validator, "wss://example.com/stream", &http::HeaderMap::new()));
}

/// Nearly a message: the JSON of one with some of it replaced.
fn nearly_a_message() -> impl Strategy<Value = String> {
    let mut texts: Vec<String> = Vec::new();
    for protocol in ["media", "relay"] {
        for section in ["from_twilio", "to_twilio", "refused"] {
            texts.extend(vectors(protocol, section).iter().map(|vector| vector["text"].as_str().unwrap().to_owned()));
        }
    }
    (prop::sample::select(texts), any::<prop::sample::Index>(), any::<prop::sample::Index>(), ".{0,8}").prop_map(
        |(text, from, to, other)| {
            let characters: Vec<char> = text.chars().collect();
            let (from, to) = (from.index(characters.len() + 1), to.index(characters.len() + 1));
            let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 12));
            characters[..from].iter().copied().chain(other.chars()).chain(characters[to..].iter().copied()).collect()
        },
    )
}

/// Reads what a stranger sent in every way; what is a message is the same message when it is written.
fn survives(text: &str) {
    let mut stream = media::Session::new();
    let _ = stream.receive(text);
    let read: [Result<(String, String)>; 4] = [
        media::FromTwilio::parse(text)
            .and_then(|it| Ok((it.to_json(), media::FromTwilio::parse(&it.to_json())?.to_json()))),
        media::ToTwilio::parse(text)
            .and_then(|it| Ok((it.to_json(), media::ToTwilio::parse(&it.to_json())?.to_json()))),
        relay::FromTwilio::parse(text)
            .and_then(|it| Ok((it.to_json(), relay::FromTwilio::parse(&it.to_json())?.to_json()))),
        relay::ToTwilio::parse(text)
            .and_then(|it| Ok((it.to_json(), relay::ToTwilio::parse(&it.to_json())?.to_json()))),
    ];
    for (once, twice) in read.into_iter().flatten() {
        assert_eq!(once, twice);
    }
}

#[test]
fn whatever_is_deep_ends_no_program() {
    for event in ["media", "start", "new"] {
        let head = format!(r#"{{"event":"{event}","type":"{event}","streamSid":"MZ1","{event}":"#);
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        survives(&format!("{head}{open}"));
        survives(&format!("{head}{open}{close}}}"));
        assert!(media::FromTwilio::parse(&format!("{head}{open}{close}}}")).is_err());
    }
}

proptest! {
    #[test]
    fn whatever_a_stranger_sends_is_read_or_refused(text in ".{0,200}") {
        survives(&text);
    }

    #[test]
    fn whatever_is_nearly_a_message_is_read_or_refused(text in nearly_a_message()) {
        survives(&text);
    }

    #[test]
    fn a_handshake_of_a_stranger_is_refused(url in "\\PC{0,60}", signature in "\\PC{0,40}") {
        let validator = RequestValidator::new("12345").unwrap();
        prop_assert!(!validator.validate_handshake(&url, &signature));
        let wss = format!("wss://{url}");
        prop_assert!(!validator.validate_handshake(&wss, &signature));
        let signature = validator.compute_signature::<&str, &str>(&wss, &[]);
        // a hash of a body in the URL would say that there was one
        prop_assert!(validator.validate_handshake(&wss, &signature) || url.contains("bodySHA256"));
    }

    #[test]
    fn audio_of_any_length_arrives_whole(audio in prop::collection::vec(any::<u8>(), 0..1000)) {
        let mut stream = media::Session::new();
        stream.receive(&numbered(1, "start", "{}")).unwrap();
        let mut arrived = Vec::new();
        for frame in stream.frames(&audio).unwrap() {
            let media::ToTwilio::Media { payload, .. } = media::ToTwilio::parse(&frame).unwrap() else { panic!() };
            prop_assert!(payload.len() <= FRAME && !payload.is_empty());
            arrived.extend(payload);
        }
        prop_assert_eq!(arrived, audio);
    }
}
