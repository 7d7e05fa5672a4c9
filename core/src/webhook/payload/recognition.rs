//! Which kind of webhook a request is, by the fields that only this kind has.

use super::{CallState, PayloadKind, Received};

/// The fields that give a kind away, looked for in this order.
///
/// A request about a call often holds what an earlier verb left as well, so what is told last comes first.
const MARKS: &[(&[&str], PayloadKind)] = &[
    (&["ConferenceSid", "StatusCallbackEvent"], PayloadKind::ConferenceEvent),
    (&["RecordingSid", "RecordingStatus"], PayloadKind::RecordingStatus),
    (&["TranscriptionSid", "TranscriptionEvent"], PayloadKind::RealTimeTranscription),
    (&["CallSid", "TranscriptionStatus"], PayloadKind::Transcription),
    (&["StreamSid", "StreamEvent"], PayloadKind::StreamStatus),
    (&["FaxSid"], PayloadKind::FaxStatus),
    (&["service_sid", "type"], PayloadKind::VerifyEvent),
    (&["CallSid", "SessionStatus"], PayloadKind::ConversationRelayAction),
    (&["CallSid", "ReferTransferTarget"], PayloadKind::ReferAction),
    (&["CallSid", "DialCallStatus"], PayloadKind::DialAction),
    (&["CallSid", "QueueResult"], PayloadKind::EnqueueAction),
    (&["CallSid", "DequeingCallSid"], PayloadKind::QueueCall),
    (&["CallSid", "QueuePosition"], PayloadKind::QueueWait),
    (&["CallSid", "UnstableSpeechResult"], PayloadKind::GatherPartial),
    (&["CallSid", "StableSpeechResult"], PayloadKind::GatherPartial),
    (&["CallSid", "CallbackSource"], PayloadKind::CallStatus),
    (&["CallSid", "CallDuration"], PayloadKind::CallStatus),
    (&["CallSid", "RecordingUrl"], PayloadKind::RecordAction),
];

/// What a `<Gather>` sends, empty where nobody said anything.
const GATHERED: &[&str] = &["Digits", "SpeechResult", "FinishedOnKey", "msg"];

/// What only a message that arrived has.
const ARRIVED: &[&str] = &["Body", "NumMedia"];

pub(super) fn kind_of(received: &Received) -> PayloadKind {
    let says = |name: &str| received.text(name).is_some();
    let holds_any = |names: &[&str]| names.iter().any(|name| received.get(name).is_some());
    // its events tell of messages, whose fields they hold
    let is_conversation = received.text("EventType").is_some_and(|event| event.starts_with("on"));
    if is_conversation && ["ConversationSid", "ChatServiceSid", "UserSid"].iter().any(|name| says(name)) {
        return PayloadKind::ConversationEvent;
    }
    if let Some((_, kind)) = MARKS.iter().find(|(names, _)| names.iter().all(|name| says(name))) {
        return *kind;
    }
    if says("CallSid") {
        return if holds_any(GATHERED) {
            PayloadKind::GatherAction
        } else if !says("CallStatus") && says("AnsweredBy") {
            PayloadKind::AnsweringMachineDetection
        } else if received.text("CallStatus").map(CallState::from).is_some_and(|state| is_over(&state)) {
            // a call that is over waits for nothing
            PayloadKind::CallStatus
        } else {
            PayloadKind::VoiceRequest
        };
    }
    if !says("MessageSid") {
        return PayloadKind::Unknown;
    }
    let status = received.text("MessageStatus");
    let has_arrived = received.text("SmsStatus") == Some("received") || holds_any(ARRIVED);
    match status {
        Some(status) if status != "received" || !has_arrived => PayloadKind::MessageStatus,
        _ if has_arrived => PayloadKind::IncomingMessage,
        _ => PayloadKind::Unknown,
    }
}

fn is_over(state: &CallState) -> bool {
    matches!(
        state,
        CallState::Completed | CallState::Busy | CallState::Failed | CallState::NoAnswer | CallState::Canceled
    )
}
