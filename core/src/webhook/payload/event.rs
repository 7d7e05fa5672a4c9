//! A webhook of any kind.

use super::{
    AnsweringMachineDetection, CallStatus, ConferenceEvent, ConversationEvent, ConversationRelayAction, DialAction,
    EnqueueAction, FaxStatus, GatherAction, GatherPartial, IncomingMessage, MessageStatus, Payload, PayloadKind,
    QueueCall, QueueWait, RealTimeTranscription, Received, RecordAction, RecordingStatus, ReferAction, StreamStatus,
    Transcription, VerifyEvent, VoiceRequest,
};
use crate::Result;

/// Makes the enum of all kinds.
macro_rules! events {
    ($($class:ident)*) => {
        /// A webhook whose kind was recognised by its fields.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $(#[doc = concat!("See [`", stringify!($class), "`].")] $class(Box<$class>),)*
            /// None of the kinds that are known.
            Unknown(Received),
        }

        impl Event {
            pub(super) fn of(received: Received) -> Self {
                match received.kind() {
                    $(PayloadKind::$class => Self::$class(Box::new($class::of(received))),)*
                    PayloadKind::Unknown => Self::Unknown(received),
                }
            }

            /// Every field as it came.
            pub fn received(&self) -> &Received {
                match self {
                    $(Self::$class(payload) => &payload.received,)*
                    Self::Unknown(received) => received,
                }
            }
        }

        $(
            impl From<$class> for Event {
                fn from(payload: $class) -> Self {
                    Self::$class(Box::new(payload))
                }
            }
        )*
    };
}

events! {
    IncomingMessage MessageStatus VoiceRequest CallStatus GatherAction GatherPartial RecordAction RecordingStatus
    Transcription RealTimeTranscription DialAction ReferAction EnqueueAction QueueWait QueueCall ConferenceEvent
    AnsweringMachineDetection ConversationRelayAction StreamStatus FaxStatus VerifyEvent ConversationEvent
}

impl Event {
    /// Reads the decoded parameters of a form or of a query; what is of no known kind is `Unknown`.
    pub fn read(params: &[(String, String)]) -> Self {
        Self::of(Received::recognise(params))
    }

    /// Which kind it is.
    pub fn kind(&self) -> PayloadKind {
        self.received().kind()
    }
}

/// Never fails.
impl Payload for Event {
    fn read(params: &[(String, String)]) -> Result<Self> {
        Ok(Self::read(params))
    }
}
