//! How the messages of Media Streams lie in JSON.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    super::json::{self, Bytes, Number, Text, Unknown, optional, part},
    Connected, Dtmf, FromTwilio, Mark, Media, MediaFormat, Start, Stop, ToTwilio,
};
use crate::Result;

/// Every message; what its fields hold is read when the name of the event is known.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    sequence_number: Option<&'a RawValue>,
    #[serde(borrow)]
    stream_sid: Option<&'a RawValue>,
    #[serde(borrow)]
    protocol: Option<&'a RawValue>,
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    start: Option<&'a RawValue>,
    #[serde(borrow)]
    media: Option<&'a RawValue>,
    #[serde(borrow)]
    dtmf: Option<&'a RawValue>,
    #[serde(borrow)]
    mark: Option<&'a RawValue>,
    #[serde(borrow)]
    stop: Option<&'a RawValue>,
}

impl<'a> Frame<'a> {
    fn read(text: &'a str) -> Result<Self> {
        json::check_size(text)?;
        json::read("", text)
    }

    fn sequence_number(&self) -> Result<u64> {
        optional::<Number>(&self.event, self.sequence_number).map(|number| number.0)
    }

    fn stream_sid(&self) -> Result<String> {
        part::<Text>(&self.event, "streamSid", self.stream_sid).map(|text| text.0)
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct StartPart {
    #[serde(deserialize_with = "json::text")]
    account_sid: String,
    #[serde(deserialize_with = "json::text")]
    call_sid: String,
    tracks: Option<Vec<Text>>,
    #[serde(deserialize_with = "json::texts")]
    custom_parameters: BTreeMap<String, String>,
    media_format: Option<FormatPart>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FormatPart {
    encoding: Option<Text>,
    sample_rate: Option<Number>,
    channels: Option<Number>,
}

impl From<FormatPart> for MediaFormat {
    fn from(part: FormatPart) -> Self {
        let usual = Self::default();
        Self {
            encoding: part.encoding.map_or(usual.encoding, |encoding| encoding.0),
            sample_rate: part.sample_rate.map_or(usual.sample_rate, |rate| rate.0),
            channels: part.channels.map_or(usual.channels, |channels| channels.0),
        }
    }
}

#[derive(Deserialize)]
struct MediaPart {
    #[serde(default, deserialize_with = "json::text")]
    track: String,
    #[serde(default, deserialize_with = "json::number")]
    chunk: u64,
    #[serde(default, deserialize_with = "json::number")]
    timestamp: u64,
    payload: Bytes,
}

#[derive(Deserialize)]
struct DtmfPart {
    #[serde(default, deserialize_with = "json::text")]
    track: String,
    #[serde(deserialize_with = "json::text")]
    digit: String,
}

#[derive(Deserialize)]
struct MarkPart {
    #[serde(deserialize_with = "json::text")]
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct StopPart {
    #[serde(deserialize_with = "json::text")]
    account_sid: String,
    #[serde(deserialize_with = "json::text")]
    call_sid: String,
}

pub(super) fn from_twilio(text: &str) -> Result<FromTwilio> {
    let frame = Frame::read(text)?;
    let event = frame.event.as_ref();
    Ok(match event {
        "connected" => FromTwilio::Connected(Connected {
            protocol: optional::<Text>(event, frame.protocol)?.0,
            version: optional::<Text>(event, frame.version)?.0,
        }),
        "start" => {
            let said: StartPart = part(event, "start", frame.start)?;
            FromTwilio::Start(Start {
                sequence_number: frame.sequence_number()?,
                stream_sid: frame.stream_sid()?,
                account_sid: said.account_sid,
                call_sid: said.call_sid,
                tracks: said.tracks.unwrap_or_default().into_iter().map(|track| track.0).collect(),
                custom_parameters: said.custom_parameters,
                media_format: said.media_format.unwrap_or_default().into(),
            })
        }
        "media" => {
            let said: MediaPart = part(event, "media", frame.media)?;
            FromTwilio::Media(Media {
                sequence_number: frame.sequence_number()?,
                stream_sid: frame.stream_sid()?,
                track: said.track,
                chunk: said.chunk,
                timestamp: said.timestamp,
                payload: said.payload.0,
            })
        }
        "dtmf" => {
            let DtmfPart { track, digit } = part(event, "dtmf", frame.dtmf)?;
            let (sequence_number, stream_sid) = (frame.sequence_number()?, frame.stream_sid()?);
            FromTwilio::Dtmf(Dtmf { sequence_number, stream_sid, track, digit })
        }
        "mark" => {
            let MarkPart { name } = part(event, "mark", frame.mark)?;
            let (sequence_number, stream_sid) = (frame.sequence_number()?, frame.stream_sid()?);
            FromTwilio::Mark(Mark { sequence_number, stream_sid, name })
        }
        "stop" => {
            let StopPart { account_sid, call_sid } = optional(event, frame.stop)?;
            let (sequence_number, stream_sid) = (frame.sequence_number()?, frame.stream_sid()?);
            FromTwilio::Stop(Stop { sequence_number, stream_sid, account_sid, call_sid })
        }
        unknown => FromTwilio::Unknown(Unknown::read(unknown, text)?),
    })
}

pub(super) fn to_twilio(text: &str) -> Result<ToTwilio> {
    let frame = Frame::read(text)?;
    let event = frame.event.as_ref();
    Ok(match event {
        "media" => {
            let said: MediaPart = part(event, "media", frame.media)?;
            ToTwilio::Media { stream_sid: frame.stream_sid()?, payload: said.payload.0 }
        }
        "mark" => {
            let MarkPart { name } = part(event, "mark", frame.mark)?;
            ToTwilio::Mark { stream_sid: frame.stream_sid()?, name }
        }
        "clear" => ToTwilio::Clear { stream_sid: frame.stream_sid()? },
        unknown => ToTwilio::Unknown(Unknown::read(unknown, text)?),
    })
}
