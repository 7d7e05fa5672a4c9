//! Webhooks are recognised, read as what they are, and lose nothing, whatever a stranger sends.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use ringback::{
    ErrorKind, names,
    webhook::{
        CloudEvent, Event, MAX_PARAMETERS, Payload, decode_form,
        payload::{
            CallStatus, FieldValue, IncomingMessage, MessageState, MessageStatus, PayloadKind, Received, VoiceRequest,
            table::{Field, PartForm, Presence},
        },
    },
};
use serde_json::{Value, json};

type Parameters = Vec<(String, String)>;

fn vectors(section: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/payloads.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let section = vectors[section].as_array().unwrap().clone();
    assert!(!section.is_empty());
    section
}

fn params(vector: &Value) -> Parameters {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
    vector["params"].as_array().unwrap().iter().map(pair).collect()
}

fn form(params: &Parameters) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

/// A value as the vectors write it.
fn written(value: Option<FieldValue<'_>>) -> Value {
    match value {
        None => Value::Null,
        Some(FieldValue::Text(text) | FieldValue::Choice { text, .. }) => json!(text),
        Some(FieldValue::Integer(number)) => json!(number),
        Some(FieldValue::Boolean(flag)) => json!(flag),
        Some(FieldValue::Decimal(decimal)) => json!({ "decimal": decimal.to_string() }),
        Some(FieldValue::Moment(moment)) => json!({ "moment": moment.to_string() }),
        Some(FieldValue::Json(text)) => json!({ "json": serde_json::from_str::<Value>(text).unwrap() }),
        Some(other) => unreachable!("{other:?}"),
    }
}

fn field(kind: PayloadKind, name: &str) -> &'static Field {
    let found = kind.row().unwrap().every_field().find(|field| field.name == name);
    found.unwrap_or_else(|| unreachable!("{kind} has no {name}"))
}

fn check_values(received: &Received, values: &Value, id: &str) {
    for (name, expected) in values.as_object().unwrap() {
        let field = field(received.kind(), name);
        let nothing = if field.is_plain() { json!("") } else { Value::Null };
        let found = received.value(field).map_or(nothing, |value| written(Some(value)));
        assert_eq!(&found, expected, "{id}: {name}");
    }
}

#[test]
fn webhooks_are_recognised_and_say_what_the_vectors_say() {
    let mut kinds = BTreeSet::new();
    for vector in vectors("recognised") {
        let id = vector["id"].as_str().unwrap();
        let params = params(&vector);
        let event = Event::read(&params);
        let received = event.received();
        assert_eq!(received.kind().as_str(), vector["kind"].as_str().unwrap(), "{id}");
        kinds.insert(received.kind());
        check_values(received, &vector["values"], id);
        let extra: Vec<Value> = received.extra().map(|(name, text)| json!([name, text])).collect();
        assert_eq!(json!(extra), *vector.get("extra").unwrap_or(&json!([])), "{id}");
        assert_eq!(json!(received.problems()), *vector.get("problems").unwrap_or(&json!([])), "{id}");
        let media: Vec<Value> = received.media().iter().map(|media| json!([media.url, media.content_type])).collect();
        assert_eq!(json!(media), *vector.get("media").unwrap_or(&json!([])), "{id}");
        assert_eq!(json!(received.sip_headers()), *vector.get("sip_headers").unwrap_or(&json!({})), "{id}");
        // from a body and from a URL it is the same
        assert_eq!(Event::read_form(form(&params).as_bytes()).unwrap(), event, "{id}");
        assert_eq!(Event::read_query(&format!("https://a.example/hook?{}#rc=2", form(&params))).unwrap(), event);
    }
    let missing: Vec<_> = PayloadKind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "no vector for {missing:?}");
}

#[test]
fn groups_are_there_when_any_of_their_fields_is() {
    let mut seen = 0;
    for vector in vectors("recognised") {
        let event = Event::read(&params(&vector));
        for (attribute, expected) in vector["parts"].as_object().into_iter().flatten() {
            let part = event.kind().row().unwrap().every_part().find(|part| part.attribute == attribute).unwrap();
            let PartForm::Group(group) = part.form else { unreachable!("{attribute}") };
            let found = group.fields.iter().map(|field| (field, event.received().value(field)));
            let found: serde_json::Map<String, Value> = found
                .filter(|(_, value)| value.is_some())
                .map(|(field, value)| (field.attribute().to_owned(), written(value)))
                .collect();
            assert_eq!(json!(found), if expected.is_null() { json!({}) } else { expected.clone() });
            seen += 1;
        }
    }
    assert!(seen >= 6);
    let Event::IncomingMessage(plain) = Event::read(&params(&vectors("recognised")[0])) else { unreachable!() };
    assert_eq!((plain.referral, plain.location, plain.button), (None, None, None));
}

#[test]
fn a_request_of_another_kind_is_refused_by_the_name_of_what_it_lacks() {
    for vector in vectors("refused") {
        let kind = PayloadKind::of_name(vector["as"].as_str().unwrap()).unwrap();
        let error = Received::of_kind(kind, &params(&vector)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(error.message(), vector["message"].as_str().unwrap(), "{}", vector["id"]);
    }
}

#[test]
fn typed_members_hold_what_the_fields_say() {
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let message = IncomingMessage::read(&[
        pair("MessageSid", "SM1"),
        pair("From", "+15551234567"),
        pair("Latitude", "1.5"),
        pair("ButtonType", "SWIPE"),
    ])
    .unwrap();
    assert_eq!((message.from.as_str(), message.body.as_str(), message.num_media), ("+15551234567", "", None));
    assert_eq!(message.location.unwrap().latitude.unwrap().to_string(), "1.5");
    assert_eq!(message.button.unwrap().kind.unwrap(), "SWIPE");
    let status = MessageStatus::read(&[pair("MessageSid", "SM1"), pair("MessageStatus", "sent")]).unwrap();
    assert_eq!((status.message_status, status.sms_status), (MessageState::Sent, None));
    let call =
        CallStatus::read(&[pair("CallSid", "CA1"), pair("CallDuration", "abc"), pair("SipHeader_X", "y")]).unwrap();
    assert_eq!((call.call_duration, call.received.get("CallDuration")), (None, Some("abc")));
    assert_eq!((call.received.problems(), call.sip_headers["X"].as_str()), (&["CallDuration"][..], "y"));
}

#[test]
fn nothing_that_is_about_people_is_shown() {
    for vector in vectors("recognised") {
        let event = Event::read(&params(&vector));
        let shown = format!("{event:?}");
        assert!(!shown.contains("555") && !shown.contains("secret") && !shown.contains("Hello"), "{shown}");
    }
    let call = VoiceRequest::read(&[("CallSid".to_owned(), "CA1".to_owned())]).unwrap();
    assert_eq!(format!("{call:?}"), "VoiceRequest { CallSid: \"CA1\", .. }");
}

#[test]
fn event_streams_are_read() {
    for vector in vectors("cloud_events") {
        let events = CloudEvent::read_all(vector["body"].as_str().unwrap().as_bytes()).unwrap();
        let expected = vector["events"].as_array().unwrap();
        assert_eq!(events.len(), expected.len());
        for (event, expected) in events.iter().zip(expected) {
            assert_eq!((json!(event.event_type), json!(event.id)), (expected["type"].clone(), expected["id"].clone()));
            assert_eq!(json!(event.time.map(|time| time.to_string())), expected["time"]);
            let payload = event.payload();
            assert_eq!(payload.is_some(), !expected["payload"].is_null());
            let Some(payload) = payload else { continue };
            assert_eq!(json!(payload.kind().as_str()), expected["payload"]["kind"]);
            check_values(payload.received(), &expected["payload"]["values"], &event.id);
            let extra: serde_json::Map<String, Value> =
                payload.received().extra().map(|(name, text)| (name.to_owned(), json!(text))).collect();
            assert_eq!(json!(extra), expected["payload"]["extra"]);
        }
    }
    for vector in vectors("no_cloud_events") {
        let error = CloudEvent::read_all(vector["body"].as_str().unwrap().as_bytes()).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Decode, vector["message"].as_str().unwrap()));
    }
}

#[test]
fn names_in_rust_and_python_follow_from_twilios() {
    // words that are taken, or would say less
    let others = [("type", "event_type"), ("Final", "is_final"), ("ButtonType", "kind")];
    for kind in PayloadKind::ALL {
        let row = kind.row().unwrap();
        let groups: Vec<&str> = row
            .every_part()
            .filter_map(|part| if let PartForm::Group(group) = part.form { Some(group.class) } else { None })
            .collect();
        let mut seen = BTreeSet::new();
        for field in row.every_field() {
            assert!(seen.insert(field.name), "{kind}: {} stands twice", field.name);
            // a group says once what its fields are about
            let whole = names::parameter(field.name);
            let is_short = groups.iter().any(|group| whole == format!("{}_{}", names::snake(group), field.attribute()));
            let is_other = others.contains(&(field.name, field.attribute()));
            assert!(whole == field.attribute() || is_short || is_other, "{kind}: {}", field.name);
        }
        assert!(row.every_field().any(|field| field.presence == Presence::Key), "{kind}");
        assert_eq!(PayloadKind::of_name(kind.as_str()), Some(*kind));
    }
}

#[test]
fn a_query_is_read_out_of_its_url_and_a_url_without_one_says_nothing() {
    let of = |url: &str| Event::read_query(url).unwrap();
    for url in ["MessageSid=SM1&Body=a", "?MessageSid=SM1&Body=a", "/sms?MessageSid=SM1&Body=a#rc=2"] {
        assert_eq!(of(url).received().iter().collect::<Vec<_>>(), [("MessageSid", "SM1"), ("Body", "a")], "{url}");
    }
    for url in ["", "/sms", "/a=b", "https://a.example/sms", "https://a.example/sms#MessageSid=SM1"] {
        assert_eq!(of(url).received().iter().len(), 0, "{url}");
    }
}

#[test]
fn a_flood_of_parameters_is_no_webhook() {
    let mut flood: Parameters = (0..=MAX_PARAMETERS).map(|number| (format!("MediaUrl{number}"), "x".into())).collect();
    flood[0] = ("MessageSid".into(), "SM1".into());
    assert!(IncomingMessage::read(&flood).is_err());
    let event = Event::read(&flood);
    assert_eq!((event.kind(), event.received().iter().len()), (PayloadKind::Unknown, MAX_PARAMETERS));
    flood.pop();
    assert_eq!(IncomingMessage::read(&flood).unwrap().media.len(), MAX_PARAMETERS - 1);
}

/// Names of fields that the table knows, and others.
fn any_name() -> impl Strategy<Value = String> {
    let known: Vec<&str> =
        PayloadKind::ALL.iter().flat_map(|kind| kind.row().unwrap().every_field().map(|field| field.name)).collect();
    prop_oneof![
        6 => prop::sample::select(known).prop_map(str::to_owned),
        2 => (0..20u32).prop_map(|number| format!("MediaUrl{number}")),
        1 => "SipHeader_[A-Z-]{0,4}",
        1 => ".{0,12}",
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z-]{0,10}",
        "-?[0-9]{1,25}(\\.[0-9]{1,30})?",
        prop::sample::select(vec!["true", "delivered", "received", "onMessageAdded", "completed", "{\"a\":1}"])
            .prop_map(str::to_owned),
        "[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{2,4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}",
        "-?[0-9]{4,6}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
        ".{0,20}",
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_an_event_of_some_kind(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let event = Event::read_form(&body).unwrap();
        prop_assert_eq!(event.received().iter().len(), decode_form(&body).len());
        let _ = CloudEvent::read_all(&body);
    }

    #[test]
    fn every_field_is_kept_and_found_again(params in prop::collection::vec((any_name(), any_text()), 0..40)) {
        let event = Event::read(&params);
        let received = event.received();
        let kept: Parameters = received.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        prop_assert_eq!(&kept, &params);
        // the first of a name is the one that counts
        for (name, _) in &params {
            let first = params.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
            prop_assert_eq!(received.get(name), first);
        }
        // each field is known by its kind, or extra
        let row = received.kind().row();
        let extra = received.extra().count();
        let known = params.iter().filter(|(name, _)| row.is_some_and(|row| row.knows(name))).count();
        prop_assert_eq!(known + extra, params.len());
        // read again from a form, it is the same
        prop_assert_eq!(Event::read_form(form(&kept).as_bytes()).unwrap(), event);
    }

    #[test]
    fn a_known_kind_comes_back_from_its_own_fields(index in 0..PayloadKind::ALL.len(), text in any_text()) {
        let kind = PayloadKind::ALL[index];
        let params: Parameters = kind.row().unwrap().every_field().map(|field| {
            let text = if field.presence == Presence::Key { "x".to_owned() } else { text.clone() };
            (field.name.to_owned(), text)
        }).collect();
        let received = Received::of_kind(kind, &params).unwrap();
        prop_assert_eq!(received.kind(), kind);
        prop_assert_eq!(received.extra().count(), 0);
        // what cannot be read is said to be so, and nothing else is
        for field in kind.row().unwrap().every_field() {
            let is_problem = received.problems().contains(&field.name);
            let is_silent = received.text(field.name).is_some() && received.value(field).is_none();
            prop_assert_eq!(is_problem, is_silent, "{}", field.name);
        }
    }
}

#[test]
fn a_query_may_hold_question_marks_and_a_path_what_looks_like_parameters() {
    let fields = |url: &str| -> Vec<(String, String)> {
        let event = Event::read_query(url).unwrap();
        event.received().iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    };
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(fields("MessageSid=SM1&Body=a?b"), [pair("MessageSid", "SM1"), pair("Body", "a?b")]);
    assert_eq!(fields("https://a.example/x=1"), []);
    assert_eq!(fields("/x=1?a=2?"), [pair("a", "2?")]);
    assert_eq!(fields("hook?a=1#b=2"), [pair("a", "1")]);
    assert_eq!(fields("a=1#b"), [pair("a", "1")]);
    assert_eq!(fields(""), []);
}

#[test]
fn the_first_of_a_medium_counts_also_if_it_is_empty() {
    let event =
        Event::read_form(b"MessageSid=SM1&Body=x&MediaUrl0=&MediaUrl0=https://other.example/&MediaUrl1=u").unwrap();
    let media: Vec<_> = event.received().media().into_iter().map(|media| media.url).collect();
    assert_eq!(media, ["u"]);
}
