//! What webhooks say: one table of their kinds and fields, a type for each kind, and which kind a request is.
//!
//! ```
//! use ringback::webhook::{Payload as _, payload::{Event, IncomingMessage, MessageState}};
//!
//! let body = b"MessageSid=SM1&SmsStatus=received&From=%2B15551234567&Body=Hi&NumMedia=1&MediaUrl0=https%3A%2F%2Fa.example%2F1";
//! let message = IncomingMessage::read_form(body)?;
//! assert_eq!((message.from.as_str(), message.body.as_str(), message.media.len()), ("+15551234567", "Hi", 1));
//!
//! match Event::read_form(b"MessageSid=SM1&MessageStatus=delivered&Surprise=yes")? {
//!     Event::MessageStatus(callback) => {
//!         assert_eq!(callback.message_status, MessageState::Delivered);
//!         assert_eq!(callback.received.extra().collect::<Vec<_>>(), [("Surprise", "yes")]);
//!     }
//!     other => println!("nobody asked for {:?}", other.kind()),
//! }
//! # Ok::<(), ringback::Error>(())
//! ```
//!
//! Check the signature first: what is read here is what somebody sent.

mod call;
mod choices;
mod cloud_event;
mod conversation;
mod event;
mod fax;
mod kind;
mod macros;
mod message;
mod parts;
mod received;
mod recognition;
pub mod table;
mod value;
mod verify;

use super::decode_form;
use crate::Result;

pub use call::{
    AnsweringMachineDetection, CallStatus, ConferenceEvent, ConversationRelayAction, DialAction, EnqueueAction,
    GatherAction, GatherPartial, QueueCall, QueueWait, RealTimeTranscription, RecordAction, RecordingStatus,
    ReferAction, StreamStatus, Transcription, VoiceRequest,
};
pub use choices::{
    AnsweredBy, ButtonType, CallState, ConferenceEventType, ConversationEventType, DialState, Direction, FaxState,
    MessageState, OptOutType, QueueResult, RecordingSource, RecordingState, SessionState, StreamEventType,
    TranscriptionEventType, TranscriptionState, VerifyEventType,
};
pub use cloud_event::CloudEvent;
pub use conversation::ConversationEvent;
pub use event::Event;
pub use fax::FaxStatus;
pub use kind::PayloadKind;
pub use message::{IncomingMessage, MessageStatus};
pub use parts::{Button, Location, Media, Referral};
pub use received::Received;
pub use value::{FieldValue, JsonText};
pub use verify::VerifyEvent;

/// A webhook that was read.
///
/// Reading fails only where a request is of another kind. A field that Twilio adds later, a text that an enum does not
/// know and a value that is not of its form lose nothing: `received` holds every field as it came.
pub trait Payload: Sized {
    /// Reads the decoded parameters of a form or of a query.
    ///
    /// # Errors
    /// `InvalidArgument` that names the field without which a request is not of this kind.
    fn read(params: &[(String, String)]) -> Result<Self>;

    /// Reads the body of a POST.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_form(body: &[u8]) -> Result<Self> {
        Self::read(&decode_form(body))
    }

    /// Reads the query of a GET, or the URL that holds it; its fragment is left out.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_query(url: &str) -> Result<Self> {
        let url = url.split('#').next().unwrap_or_default();
        let (before, query) = url.split_once('?').unwrap_or((url, ""));
        // a query may hold question marks, and a path may hold what looks like a parameter
        let is_url = before.starts_with('/') || before.contains("://") || !before.contains('=');
        let query = if is_url { query } else { url };
        Self::read(&decode_form(query.as_bytes()))
    }
}
