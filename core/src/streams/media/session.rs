//! One stream from its beginning to its end: its name, its marks, and what of it was lost.

use std::collections::VecDeque;

use super::{FromTwilio, Start, clear, mark, media};
use crate::{Error, Fields as _, Result, streams::FRAME};

/// What a program knows of a stream; it reads what Twilio sends and writes what Twilio is sent.
///
/// ```
/// use ringback::streams::media::Session;
///
/// let mut stream = Session::new();
/// stream.receive(r#"{"event":"start","sequenceNumber":"1","start":{"callSid":"CA1"},"streamSid":"MZ1"}"#)?;
/// let to_send: Vec<String> = stream.frames(&[0xff; 800])?.chain([stream.mark("greeting")?]).collect();
/// assert_eq!(to_send.len(), 6); // 100 ms are five messages of 20 ms, and then comes the mark
/// assert_eq!(stream.pending_marks().collect::<Vec<_>>(), ["greeting"]);
/// stream.receive(r#"{"event":"mark","sequenceNumber":"2","mark":{"name":"greeting"},"streamSid":"MZ1"}"#)?;
/// assert_eq!(stream.pending_marks().count(), 0); // it was played
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Session {
    start: Option<Start>,
    pending: VecDeque<String>,
    latest: u64,
    missed: u64,
    is_over: bool,
}

impl Session {
    /// A stream of which nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a message and keeps what it says of the stream.
    ///
    /// # Errors
    /// As [`FromTwilio::parse`]; the stream then stays as it was.
    pub fn receive(&mut self, text: &str) -> Result<FromTwilio> {
        let message = FromTwilio::parse(text)?;
        match &message {
            FromTwilio::Start(start) => {
                // a stream that begins anew counts anew
                *self = Self { start: Some(start.clone()), ..Self::default() };
                self.count(start.sequence_number);
            }
            FromTwilio::Media(media) => self.count(media.sequence_number),
            FromTwilio::Dtmf(dtmf) => self.count(dtmf.sequence_number),
            FromTwilio::Mark(mark) => {
                self.count(mark.sequence_number);
                // marks come back in their order, so that the first of a name is meant
                if let Some(place) = self.pending.iter().position(|name| *name == mark.name) {
                    self.pending.remove(place);
                }
            }
            FromTwilio::Stop(stop) => {
                self.count(stop.sequence_number);
                self.is_over = true;
            }
            FromTwilio::Connected(_) => {}
            FromTwilio::Unknown(unknown) => {
                // what is new is counted like the rest
                let number = unknown.json.integer("sequenceNumber").and_then(|number| number.try_into().ok());
                self.count(number.unwrap_or_default());
            }
        }
        Ok(message)
    }

    fn count(&mut self, number: u64) {
        if number > self.latest {
            self.missed = self.missed.saturating_add(number - self.latest - 1);
            self.latest = number;
        }
    }

    /// What the stream is about, once it began.
    pub fn start(&self) -> Option<&Start> {
        self.start.as_ref()
    }

    /// The name of the stream, once it began.
    pub fn stream_sid(&self) -> Option<&str> {
        self.start.as_ref().map(|start| start.stream_sid.as_str())
    }

    /// Whether Twilio said that the stream is over.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// How many messages are missing so far, by the numbers of those that came.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    /// The marks that did not come back yet, in the order sent.
    pub fn pending_marks(&self) -> impl ExactSizeIterator<Item = &str> {
        self.pending.iter().map(String::as_str)
    }

    /// The message that plays audio after all that was sent before: µ-law of any length.
    ///
    /// # Errors
    /// `InvalidArgument` before the stream began, as for the others.
    pub fn media(&self, payload: &[u8]) -> Result<String> {
        Ok(media(self.begun()?, payload))
    }

    /// The messages that play audio, 20 ms each.
    pub fn frames<'a>(&self, audio: &'a [u8]) -> Result<impl Iterator<Item = String> + use<'a>> {
        let stream_sid = self.begun()?.to_owned();
        Ok(audio.chunks(FRAME).map(move |frame| media(&stream_sid, frame)))
    }

    /// The message that asks for a mark when what was sent before has been played.
    pub fn mark(&mut self, name: &str) -> Result<String> {
        let message = mark(self.begun()?, name);
        self.pending.push_back(name.to_owned());
        Ok(message)
    }

    /// The message that forgets what was not played yet; its marks come back at once.
    pub fn clear(&self) -> Result<String> {
        Ok(clear(self.begun()?))
    }

    fn begun(&self) -> Result<&str> {
        self.stream_sid().ok_or_else(|| {
            Error::invalid_argument("the stream has no StreamSid yet; send when its message start was received")
        })
    }
}
