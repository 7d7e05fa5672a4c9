//! Calls over WebSockets: the audio of Media Streams, the texts of ConversationRelay, and who may connect.
//!
//! Any WebSocket library will do: messages are read from text and written as text.
//!
//! ```
//! use ringback::streams::media::{FromTwilio, Session};
//!
//! /// What to send for a message of Twilio's: what the caller said, back again.
//! fn echo(stream: &mut Session, message: &str) -> ringback::Result<Option<String>> {
//!     match stream.receive(message)? {
//!         FromTwilio::Media(media) => stream.media(&media.payload).map(Some),
//!         FromTwilio::Dtmf(_) => stream.clear().map(Some), // what was not played yet is forgotten
//!         _ => Ok(None),
//!     }
//! }
//!
//! let mut stream = Session::new();
//! echo(&mut stream, r#"{"event":"start","sequenceNumber":"1","start":{"callSid":"CA1"},"streamSid":"MZ1"}"#)?;
//! let said = r#"{"event":"media","sequenceNumber":"2","media":{"payload":"f39/"},"streamSid":"MZ1"}"#;
//! let answer = r#"{"event":"media","streamSid":"MZ1","media":{"payload":"f39/"}}"#;
//! assert_eq!(echo(&mut stream, said)?.as_deref(), Some(answer));
//! # Ok::<(), ringback::Error>(())
//! ```

mod audio;
mod handshake;
mod json;
pub mod media;
pub mod relay;

pub use audio::{FRAME, MULAW_SILENCE, decode_mulaw, encode_mulaw};
pub use handshake::validate_handshake;
pub use json::{MAX_MESSAGE, Unknown};
