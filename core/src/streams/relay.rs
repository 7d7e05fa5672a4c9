//! ConversationRelay: what a caller says as text, and the text that Twilio speaks.
//!
//! ```
//! use ringback::streams::relay::{FromTwilio, Text};
//!
//! let said = FromTwilio::parse(r#"{"type":"prompt","voicePrompt":"Good morning","lang":"en-US","last":true}"#)?;
//! let FromTwilio::Prompt(prompt) = said else { panic!("it is a prompt") };
//! let answer = Text { token: format!("You said: {}", prompt.voice_prompt), last: true, ..Text::default() };
//! assert_eq!(answer.to_json(), r#"{"type":"text","token":"You said: Good morning","last":true}"#);
//! # Ok::<(), ringback::Error>(())
//! ```

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::json::{self, Unknown};
use crate::Result;

/// What Twilio sends.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FromTwilio {
    /// The session begins.
    Setup(Setup),
    /// The caller said something.
    Prompt(Prompt),
    /// The caller spoke while Twilio did.
    Interrupt(Interrupt),
    /// The caller pressed a key.
    Dtmf(Dtmf),
    /// Twilio could not do what it was sent.
    Error(Failure),
    /// Something newer than this library.
    Unknown(Unknown),
}

/// The first message: whose session it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Setup {
    /// The session, `VX…`.
    #[serde(deserialize_with = "json::text")]
    pub session_id: String,
    /// Whose call it is.
    #[serde(deserialize_with = "json::text")]
    pub account_sid: String,
    /// The call that this one is a leg of.
    #[serde(deserialize_with = "json::said_text", skip_serializing_if = "Option::is_none")]
    pub parent_call_sid: Option<String>,
    /// The call.
    #[serde(deserialize_with = "json::text")]
    pub call_sid: String,
    /// Who calls.
    #[serde(deserialize_with = "json::text")]
    pub from: String,
    /// Who is called.
    #[serde(deserialize_with = "json::text")]
    pub to: String,
    /// Who was called before the call was forwarded.
    #[serde(deserialize_with = "json::said_text", skip_serializing_if = "Option::is_none")]
    pub forwarded_from: Option<String>,
    /// Such as `PSTN`.
    #[serde(deserialize_with = "json::text")]
    pub call_type: String,
    /// The name of who calls, if it was looked up.
    #[serde(deserialize_with = "json::said_text", skip_serializing_if = "Option::is_none")]
    pub caller_name: Option<String>,
    /// Such as `inbound`.
    #[serde(deserialize_with = "json::text")]
    pub direction: String,
    /// Such as `RINGING`.
    #[serde(deserialize_with = "json::text")]
    pub call_status: String,
    /// What `<Parameter>` said in the TwiML.
    #[serde(deserialize_with = "json::texts")]
    pub custom_parameters: BTreeMap<String, String>,
}

/// What the caller said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    /// The words.
    #[serde(deserialize_with = "json::text")]
    pub voice_prompt: String,
    /// The language that it was said in, such as `en-US`.
    #[serde(default, deserialize_with = "json::optional_text", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Whether the caller is done; false only where `partialPrompts` was asked for.
    #[serde(default = "yes")]
    pub last: bool,
}

fn yes() -> bool {
    true
}

/// Where the caller broke in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Interrupt {
    /// What of the text had been spoken.
    #[serde(deserialize_with = "json::text")]
    pub utterance_until_interrupt: String,
    /// For how long it had been spoken.
    #[serde(deserialize_with = "json::number", serialize_with = "as_text")]
    pub duration_until_interrupt_ms: u64,
}

/// Writes a number as Twilio does.
fn as_text<S: serde::Serializer>(number: &u64, writer: S) -> Result<S::Ok, S::Error> {
    writer.collect_str(number)
}

/// A key that was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dtmf {
    /// One of `0` to `9`, `*` and `#`.
    #[serde(deserialize_with = "json::text")]
    pub digit: String,
}

/// What Twilio could not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Failure {
    /// What went wrong.
    #[serde(deserialize_with = "json::text")]
    pub description: String,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, rename = "type")]
    name: Cow<'a, str>,
}

/// The name of a message.
fn name_of(text: &str) -> Result<Cow<'_, str>> {
    json::check_size(text)?;
    json::read::<Named<'_>>("", text).map(|named| named.name)
}

/// A message of this name with its fields.
fn written(name: &str, fields: &impl Serialize) -> Value {
    let mut message = json!({"type": name});
    if let (Some(message), Ok(Value::Object(fields))) = (message.as_object_mut(), serde_json::to_value(fields)) {
        message.extend(fields);
    }
    message
}

impl FromTwilio {
    /// Reads a message; names and fields that are not known are no error.
    ///
    /// # Errors
    /// `Decode` if it is no message of a session, or is longer than [`MAX_MESSAGE`](super::MAX_MESSAGE).
    pub fn parse(text: &str) -> Result<Self> {
        let name = name_of(text)?;
        Ok(match name.as_ref() {
            "setup" => Self::Setup(json::read(&name, text)?),
            "prompt" => Self::Prompt(json::read(&name, text)?),
            "interrupt" => Self::Interrupt(json::read(&name, text)?),
            "dtmf" => Self::Dtmf(json::read(&name, text)?),
            "error" => Self::Error(json::read(&name, text)?),
            unknown => Self::Unknown(Unknown::read(unknown, text)?),
        })
    }

    /// The message as Twilio writes it: for tests of what answers it.
    pub fn to_json(&self) -> String {
        match self {
            Self::Setup(setup) => written("setup", setup),
            Self::Prompt(prompt) => written("prompt", prompt),
            Self::Interrupt(interrupt) => written("interrupt", interrupt),
            Self::Dtmf(dtmf) => written("dtmf", dtmf),
            Self::Error(failure) => written("error", failure),
            Self::Unknown(unknown) => unknown.json.clone(),
        }
        .to_string()
    }
}

/// What Twilio is sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ToTwilio {
    /// Text to be spoken.
    Text(Text),
    /// Audio to be played.
    Play(Play),
    /// Keys to be pressed.
    SendDigits(SendDigits),
    /// Other languages from now on.
    Language(Language),
    /// The end of the session.
    End(End),
    /// Something that Twilio does not know.
    Unknown(Unknown),
}

/// Text to be spoken; parts of an answer may be sent as they come, the last of them with `last`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text, or its next part.
    pub token: String,
    /// Whether the answer ends with it.
    #[serde(default)]
    pub last: bool,
    /// The language that it is spoken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Whether the caller may break in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interruptible: Option<bool>,
    /// Whether what is sent next may cut it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptible: Option<bool>,
}

/// Audio to be played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Play {
    /// Its URL.
    pub source: String,
    /// How often it is played.
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Whether what is sent next may cut it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptible: Option<bool>,
    /// Whether the caller may break in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interruptible: Option<bool>,
}

/// Keys to be pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendDigits {
    /// `0` to `9`, `*`, `#`, and `w` for a pause.
    pub digits: String,
}

/// Other languages from now on; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Language {
    /// The language that is spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tts_language: Option<String>,
    /// The language that is understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcription_language: Option<String>,
}

/// The end of the session; the call goes on with what the `action` of `<Connect>` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// What the request to the `action` carries as `HandoffData`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff_data: Option<String>,
}

impl ToTwilio {
    /// Reads a message as Twilio reads it: for tests of what sends it.
    ///
    /// # Errors
    /// As [`FromTwilio::parse`].
    pub fn parse(text: &str) -> Result<Self> {
        let name = name_of(text)?;
        Ok(match name.as_ref() {
            "text" => Self::Text(json::read(&name, text)?),
            "play" => Self::Play(json::read(&name, text)?),
            "sendDigits" => Self::SendDigits(json::read(&name, text)?),
            "language" => Self::Language(json::read(&name, text)?),
            "end" => Self::End(json::read(&name, text)?),
            unknown => Self::Unknown(Unknown::read(unknown, text)?),
        })
    }

    /// The message to be sent.
    pub fn to_json(&self) -> String {
        match self {
            Self::Text(text) => text.to_json(),
            Self::Play(play) => play.to_json(),
            Self::SendDigits(digits) => digits.to_json(),
            Self::Language(language) => language.to_json(),
            Self::End(end) => end.to_json(),
            Self::Unknown(unknown) => unknown.json.to_string(),
        }
    }
}

/// Makes what every message to Twilio has: its text, and its place among the others.
macro_rules! messages {
    ($($message:ident $name:literal)+) => {$(
        impl $message {
            /// The message to be sent.
            pub fn to_json(&self) -> String {
                written($name, self).to_string()
            }
        }

        impl From<$message> for ToTwilio {
            fn from(message: $message) -> Self {
                Self::$message(message)
            }
        }
    )+};
}

messages! {
    Text "text"
    Play "play"
    SendDigits "sendDigits"
    Language "language"
    End "end"
}
