//! Media Streams: the audio of a call, as `<Connect><Stream>` and `<Start><Stream>` exchange it.

mod session;
mod wire;

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub use self::session::Session;
use super::json::{BASE64, Unknown};
use crate::Result;

/// What Twilio sends.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FromTwilio {
    /// The WebSocket is open.
    Connected(Connected),
    /// The stream begins.
    Start(Start),
    /// Audio.
    Media(Media),
    /// A key was pressed; in `<Connect><Stream>` only.
    Dtmf(Dtmf),
    /// What was sent before a mark was played, or cleared.
    Mark(Mark),
    /// The stream or the call is over.
    Stop(Stop),
    /// Something newer than this library.
    Unknown(Unknown),
}

/// The first message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connected {
    /// Such as `Call`.
    pub protocol: String,
    /// Such as `1.0.0`.
    pub version: String,
}

/// What the stream is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// The place of the message in the stream, from 1 on; 0 if Twilio did not say it, as in the others.
    pub sequence_number: u64,
    /// The name of the stream, which every message to Twilio carries.
    pub stream_sid: String,
    /// Whose call it is.
    pub account_sid: String,
    /// The call.
    pub call_sid: String,
    /// `inbound`, `outbound` or both.
    pub tracks: Vec<String>,
    /// What `<Parameter>` said in the TwiML.
    pub custom_parameters: BTreeMap<String, String>,
    /// What the payloads are.
    pub media_format: MediaFormat,
}

/// How audio is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFormat {
    /// The MIME type, `audio/x-mulaw`.
    pub encoding: String,
    /// Samples a second.
    pub sample_rate: u64,
    /// How many channels each payload holds.
    pub channels: u64,
}

/// The one format that Twilio sends.
impl Default for MediaFormat {
    fn default() -> Self {
        Self { encoding: "audio/x-mulaw".to_owned(), sample_rate: 8000, channels: 1 }
    }
}

/// A piece of audio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// The place of the message in the stream.
    pub sequence_number: u64,
    /// The name of the stream.
    pub stream_sid: String,
    /// `inbound` is what the caller says, `outbound` what the caller hears.
    pub track: String,
    /// The place of the piece in its track, from 1 on.
    pub chunk: u64,
    /// Milliseconds since the stream began.
    pub timestamp: u64,
    /// The audio, µ-law.
    pub payload: Vec<u8>,
}

/// A key that was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dtmf {
    /// The place of the message in the stream.
    pub sequence_number: u64,
    /// The name of the stream.
    pub stream_sid: String,
    /// Such as `inbound_track`.
    pub track: String,
    /// One of `0` to `9`, `*` and `#`.
    pub digit: String,
}

/// A mark that was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The place of the message in the stream.
    pub sequence_number: u64,
    /// The name of the stream.
    pub stream_sid: String,
    /// The name that it was sent with.
    pub name: String,
}

/// The last message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// The place of the message in the stream.
    pub sequence_number: u64,
    /// The name of the stream.
    pub stream_sid: String,
    /// Whose call it was.
    pub account_sid: String,
    /// The call.
    pub call_sid: String,
}

impl FromTwilio {
    /// Reads a message; names and fields that are not known are no error.
    ///
    /// # Errors
    /// `Decode` if it is no message of a stream, or is longer than [`MAX_MESSAGE`](super::MAX_MESSAGE).
    pub fn parse(text: &str) -> Result<Self> {
        wire::from_twilio(text)
    }

    /// The message as Twilio writes it: for tests of what answers it.
    pub fn to_json(&self) -> String {
        match self {
            Self::Connected(Connected { protocol, version }) => {
                json!({"event": "connected", "protocol": protocol, "version": version})
            }
            Self::Start(start) => enveloped(
                "start",
                start.sequence_number,
                &start.stream_sid,
                &json!({
                    "accountSid": start.account_sid,
                    "streamSid": start.stream_sid,
                    "callSid": start.call_sid,
                    "tracks": start.tracks,
                    "mediaFormat": {
                        "encoding": start.media_format.encoding,
                        "sampleRate": start.media_format.sample_rate,
                        "channels": start.media_format.channels,
                    },
                    "customParameters": start.custom_parameters,
                }),
            ),
            Self::Media(media) => enveloped(
                "media",
                media.sequence_number,
                &media.stream_sid,
                &json!({
                    "track": media.track,
                    "chunk": media.chunk.to_string(),
                    "timestamp": media.timestamp.to_string(),
                    "payload": in_base64(&media.payload),
                }),
            ),
            Self::Dtmf(dtmf) => enveloped(
                "dtmf",
                dtmf.sequence_number,
                &dtmf.stream_sid,
                &json!({
                    "track": dtmf.track,
                    "digit": dtmf.digit,
                }),
            ),
            Self::Mark(mark) => enveloped("mark", mark.sequence_number, &mark.stream_sid, &json!({"name": mark.name})),
            Self::Stop(stop) => enveloped(
                "stop",
                stop.sequence_number,
                &stop.stream_sid,
                &json!({
                    "accountSid": stop.account_sid,
                    "callSid": stop.call_sid,
                }),
            ),
            Self::Unknown(unknown) => unknown.json.clone(),
        }
        .to_string()
    }
}

/// A message from Twilio around what it says.
fn enveloped(event: &str, sequence_number: u64, stream_sid: &str, said: &Value) -> Value {
    json!({"event": event, "sequenceNumber": sequence_number.to_string(), event: said, "streamSid": stream_sid})
}

/// What Twilio is sent, in `<Connect><Stream>` only.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ToTwilio {
    /// Audio to be played after all that was sent before.
    Media {
        /// The name of the stream.
        stream_sid: String,
        /// The audio, µ-law of any length, without the header of a file.
        payload: Vec<u8>,
    },
    /// Asks for a mark when what was sent before has been played.
    Mark {
        /// The name of the stream.
        stream_sid: String,
        /// The name that comes back.
        name: String,
    },
    /// Forgets what was not played yet; its marks come back at once.
    Clear {
        /// The name of the stream.
        stream_sid: String,
    },
    /// Something that Twilio does not know, and warns of.
    Unknown(Unknown),
}

impl ToTwilio {
    /// Reads a message as Twilio reads it: for tests of what sends it.
    ///
    /// # Errors
    /// As [`FromTwilio::parse`].
    pub fn parse(text: &str) -> Result<Self> {
        wire::to_twilio(text)
    }

    /// The message to be sent.
    pub fn to_json(&self) -> String {
        match self {
            Self::Media { stream_sid, payload } => media(stream_sid, payload),
            Self::Mark { stream_sid, name } => mark(stream_sid, name),
            Self::Clear { stream_sid } => clear(stream_sid),
            Self::Unknown(unknown) => unknown.json.to_string(),
        }
    }
}

/// The message that plays audio: µ-law of any length, without the header of a file.
pub fn media(stream_sid: &str, payload: &[u8]) -> String {
    json!({"event": "media", "streamSid": stream_sid, "media": {"payload": in_base64(payload)}}).to_string()
}

/// The message that asks for a mark when what was sent before has been played.
pub fn mark(stream_sid: &str, name: &str) -> String {
    json!({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}}).to_string()
}

/// The message that forgets what was not played yet.
pub fn clear(stream_sid: &str) -> String {
    json!({"event": "clear", "streamSid": stream_sid}).to_string()
}

fn in_base64(payload: &[u8]) -> String {
    base64::Engine::encode(&BASE64, payload)
}
