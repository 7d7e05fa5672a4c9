//! What names an event: the same for each telling of it, another for another.

use super::super::form;

/// Which parameters name an event, the most telling first: the kind, the parameters that must be there, and those that may.
const EVENTS: &[(&str, &[&str], &[&str])] = &[
    ("conference", &["ConferenceSid", "StatusCallbackEvent", "SequenceNumber"], &[]),
    ("recording", &["RecordingSid", "RecordingStatus"], &["RecordingTrack"]),
    ("transcription", &["TranscriptionSid", "TranscriptionStatus"], &[]),
    ("message", &["MessageSid", "MessageStatus"], &[]),
    ("message", &["MessageSid", "SmsStatus"], &[]),
    ("message", &["SmsSid", "SmsStatus"], &[]),
    // other webhooks of a call have numbers too, which count something else
    ("call", &["CallSid", "CallStatus", "SequenceNumber", "CallbackSource"], &[]),
];

/// The key of the event that a webhook tells of, for a [`Store`](super::Store).
///
/// Sid, status and sequence number name an event where they are there: they are signed. Else it is the header
/// `I-Twilio-Idempotency-Token`, which is the same for all tries of one request, but is not signed: a replay may bring
/// another. Without either it is a hash of all parameters.
pub fn event_key<N: AsRef<str>, V: AsRef<str>>(params: &[(N, V)], idempotency_token: Option<&str>) -> String {
    let value = |wanted: &str| {
        let (_, value) = params.iter().find(|(name, _)| name.as_ref() == wanted)?;
        Some(value.as_ref()).filter(|value| !value.is_empty())
    };
    for (kind, needed, more) in EVENTS {
        let Some(parts) = needed.iter().map(|name| value(name)).collect::<Option<Vec<_>>>() else { continue };
        let parts: Vec<_> = parts.into_iter().chain(more.iter().filter_map(|name| value(name))).collect();
        return short(&format!("{kind}:{}", parts.join(":")));
    }
    match idempotency_token.filter(|token| !token.is_empty()) {
        Some(token) => short(&format!("token:{token}")),
        None => format!("params:{}", form::body_sha256(&form::signed_text(params))),
    }
}

/// Keys from texts of any length.
fn short(key: &str) -> String {
    match key.len() {
        ..=200 => key.to_owned(),
        _ => format!("hash:{}", form::body_sha256(key.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_telling_of_an_event_has_its_key_and_another_event_has_another() {
        let read = |text: &str| -> Vec<(String, String)> {
            form_urlencoded::parse(text.as_bytes()).into_owned().collect()
        };
        for (params, token, key) in [
            ("MessageSid=SM1&MessageStatus=sent&SmsStatus=sent", None, "message:SM1:sent"),
            ("SmsSid=SM1&MessageSid=SM1&SmsStatus=received&Body=hi", Some("T"), "message:SM1:received"),
            ("CallSid=CA1&CallStatus=completed&SequenceNumber=3&CallbackSource=call-progress-events", None,
                "call:CA1:completed:3:call-progress-events"),
            ("CallSid=CA1&RecordingSid=RE1&RecordingStatus=completed&SequenceNumber=0", None, "recording:RE1:completed"),
            ("ConferenceSid=CF1&StatusCallbackEvent=participant-join&SequenceNumber=2&CallSid=CA1", None,
                "conference:CF1:participant-join:2"),
            ("CallSid=CA1&CallStatus=in-progress&Digits=1", Some("T"), "token:T"),
            ("CallSid=CA1&CallStatus=in-progress&SequenceNumber=1&StableSpeechResult=x", Some("T"), "token:T"),
            ("MessageSid=&MessageStatus=sent", Some("T"), "token:T"),
        ] {
            assert_eq!(event_key(&read(params), token), key, "{params}");
        }
        let hash = event_key(&read("CallSid=CA1&Digits=1"), None);
        assert_eq!(hash, event_key(&read("Digits=1&CallSid=CA1"), Some("")));
        assert_ne!(hash, event_key(&read("CallSid=CA1&Digits=2"), None));
        let long = event_key(&[("", "")], Some(&"x".repeat(10_000)));
        assert!(long.starts_with("hash:") && long.len() < 100);
    }
}
