//! The kinds of webhooks by name and number.

use std::fmt;

use super::{
    AnsweringMachineDetection, CallStatus, ConferenceEvent, ConversationEvent, ConversationRelayAction, DialAction,
    EnqueueAction, FaxStatus, GatherAction, GatherPartial, IncomingMessage, MessageStatus, QueueCall, QueueWait,
    RealTimeTranscription, RecordAction, RecordingStatus, ReferAction, StreamStatus, Transcription, VerifyEvent,
    VoiceRequest, table::Row,
};

/// A kind of webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(C)]
#[non_exhaustive]
pub enum PayloadKind {
    /// None of the kinds below.
    Unknown = 0,
    /// A message that arrived.
    IncomingMessage = 1,
    /// What became of a message that was sent.
    MessageStatus = 2,
    /// A call that waits to be told what to do.
    VoiceRequest = 3,
    /// What became of a call.
    CallStatus = 4,
    /// What somebody has keyed in or said.
    GatherAction = 5,
    /// What somebody is saying.
    GatherPartial = 6,
    /// What Record has recorded.
    RecordAction = 7,
    /// What became of a recording.
    RecordingStatus = 8,
    /// The text of a recording.
    Transcription = 9,
    /// What is being said in a call.
    RealTimeTranscription = 10,
    /// What became of the call that Dial made.
    DialAction = 11,
    /// Where the other end of Dial wants to be transferred to.
    ReferAction = 12,
    /// How a call left its queue.
    EnqueueAction = 13,
    /// A call that waits in a queue.
    QueueWait = 14,
    /// A call that leaves its queue.
    QueueCall = 15,
    /// What happened in a conference.
    ConferenceEvent = 16,
    /// Who or what answered a call.
    AnsweringMachineDetection = 17,
    /// How a session of ConversationRelay ended.
    ConversationRelayAction = 18,
    /// What happened to a media stream.
    StreamStatus = 19,
    /// A fax that was sent or received.
    FaxStatus = 20,
    /// What happened to a factor or a challenge of Verify.
    VerifyEvent = 21,
    /// What happened in Conversations.
    ConversationEvent = 22,
}

impl PayloadKind {
    /// Every kind but `Unknown`, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::IncomingMessage,
        Self::MessageStatus,
        Self::VoiceRequest,
        Self::CallStatus,
        Self::GatherAction,
        Self::GatherPartial,
        Self::RecordAction,
        Self::RecordingStatus,
        Self::Transcription,
        Self::RealTimeTranscription,
        Self::DialAction,
        Self::ReferAction,
        Self::EnqueueAction,
        Self::QueueWait,
        Self::QueueCall,
        Self::ConferenceEvent,
        Self::AnsweringMachineDetection,
        Self::ConversationRelayAction,
        Self::StreamStatus,
        Self::FaxStatus,
        Self::VerifyEvent,
        Self::ConversationEvent,
    ];

    /// The row of the table; none of what is unknown.
    pub fn row(self) -> Option<&'static Row> {
        Some(match self {
            Self::Unknown => return None,
            Self::IncomingMessage => &IncomingMessage::ROW,
            Self::MessageStatus => &MessageStatus::ROW,
            Self::VoiceRequest => &VoiceRequest::ROW,
            Self::CallStatus => &CallStatus::ROW,
            Self::GatherAction => &GatherAction::ROW,
            Self::GatherPartial => &GatherPartial::ROW,
            Self::RecordAction => &RecordAction::ROW,
            Self::RecordingStatus => &RecordingStatus::ROW,
            Self::Transcription => &Transcription::ROW,
            Self::RealTimeTranscription => &RealTimeTranscription::ROW,
            Self::DialAction => &DialAction::ROW,
            Self::ReferAction => &ReferAction::ROW,
            Self::EnqueueAction => &EnqueueAction::ROW,
            Self::QueueWait => &QueueWait::ROW,
            Self::QueueCall => &QueueCall::ROW,
            Self::ConferenceEvent => &ConferenceEvent::ROW,
            Self::AnsweringMachineDetection => &AnsweringMachineDetection::ROW,
            Self::ConversationRelayAction => &ConversationRelayAction::ROW,
            Self::StreamStatus => &StreamStatus::ROW,
            Self::FaxStatus => &FaxStatus::ROW,
            Self::VerifyEvent => &VerifyEvent::ROW,
            Self::ConversationEvent => &ConversationEvent::ROW,
        })
    }

    /// The kind by the name of its type.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// The name of its type in Rust and in Python.
    pub fn as_str(self) -> &'static str {
        self.row().map_or("Unknown", |row| row.class)
    }
}

impl fmt::Display for PayloadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
