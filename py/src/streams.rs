//! Messages of Media Streams and ConversationRelay, audio and handshakes, for the modules of `ringback.streams`.

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyDict, PyString},
};
use ringback::{
    Error, ErrorKind,
    streams::{
        self, Unknown,
        media::{self, FromTwilio as FromStream, Session},
        relay::{self, FromTwilio as FromRelay},
    },
};

use crate::{arguments, errors, once::intern, values, webhook::RequestValidator};

/// The name of a message and what it says, by the names that its Python class has.
type Read<'py> = (&'static str, Bound<'py, PyDict>);

/// Makes the fields of a message.
macro_rules! fields {
    ($py:ident, $($name:literal: $value:expr),+ $(,)?) => {{
        let fields = PyDict::new($py);
        $(fields.set_item(intern!($py, $name), $value)?;)+
        fields
    }};
}

/// Gives the text of a message, as a WebSocket library gives it, to what reads it.
fn with_text<T>(message: &Bound<'_, PyAny>, read: impl FnOnce(&str) -> ringback::Result<T>) -> PyResult<T> {
    let py = message.py();
    let raised = |error: &Error| errors::raised(py, error);
    let unreadable = || raised(&Error::new(ErrorKind::Decode, "a message of a stream is not UTF-8"));
    if let Ok(text) = message.cast::<PyString>() {
        return read(text.to_str().map_err(|_| unreadable())?).map_err(|error| raised(&error));
    }
    let Ok(bytes) = message.cast::<PyBytes>() else {
        return Err(PyTypeError::new_err("a message of a stream is a text or bytes"));
    };
    read(str::from_utf8(bytes.as_bytes()).map_err(|_| unreadable())?).map_err(|error| raised(&error))
}

/// Reads a message of a media stream.
#[pyfunction]
pub(crate) fn read_media<'py>(message: &Bound<'py, PyAny>) -> PyResult<Read<'py>> {
    of_stream(message.py(), &with_text(message, FromStream::parse)?)
}

/// Reads a message of ConversationRelay.
#[pyfunction]
pub(crate) fn read_relay<'py>(message: &Bound<'py, PyAny>) -> PyResult<Read<'py>> {
    of_relay(message.py(), &with_text(message, FromRelay::parse)?)
}

fn of_unknown<'py>(py: Python<'py>, unknown: &Unknown) -> PyResult<Read<'py>> {
    Ok(("unknown", fields!(py, "name": &unknown.name, "json": values::json(py, &unknown.json)?)))
}

fn of_stream<'py>(py: Python<'py>, message: &FromStream) -> PyResult<Read<'py>> {
    Ok(match message {
        FromStream::Connected(said) => ("connected", fields!(py, "protocol": &said.protocol, "version": &said.version)),
        FromStream::Start(said) => {
            let format = fields!(
                py,
                "encoding": &said.media_format.encoding,
                "sample_rate": said.media_format.sample_rate,
                "channels": said.media_format.channels,
            );
            let fields = fields!(
                py,
                "sequence_number": said.sequence_number,
                "stream_sid": &said.stream_sid,
                "account_sid": &said.account_sid,
                "call_sid": &said.call_sid,
                "tracks": &said.tracks,
                "custom_parameters": &said.custom_parameters,
                "media_format": format,
            );
            ("start", fields)
        }
        FromStream::Media(said) => {
            let fields = fields!(
                py,
                "sequence_number": said.sequence_number,
                "stream_sid": &said.stream_sid,
                "track": &said.track,
                "chunk": said.chunk,
                "timestamp": said.timestamp,
                "payload": PyBytes::new(py, &said.payload),
            );
            ("media", fields)
        }
        FromStream::Dtmf(said) => {
            let fields = fields!(
                py,
                "sequence_number": said.sequence_number,
                "stream_sid": &said.stream_sid,
                "track": &said.track,
                "digit": &said.digit,
            );
            ("dtmf", fields)
        }
        FromStream::Mark(said) => {
            let fields = fields!(
                py,
                "sequence_number": said.sequence_number,
                "stream_sid": &said.stream_sid,
                "name": &said.name,
            );
            ("mark", fields)
        }
        FromStream::Stop(said) => {
            let fields = fields!(
                py,
                "sequence_number": said.sequence_number,
                "stream_sid": &said.stream_sid,
                "account_sid": &said.account_sid,
                "call_sid": &said.call_sid,
            );
            ("stop", fields)
        }
        FromStream::Unknown(unknown) => of_unknown(py, unknown)?,
        _ => return Err(unmapped(py)),
    })
}

fn of_relay<'py>(py: Python<'py>, message: &FromRelay) -> PyResult<Read<'py>> {
    Ok(match message {
        FromRelay::Setup(said) => {
            let fields = fields!(
                py,
                "session_id": &said.session_id,
                "account_sid": &said.account_sid,
                "parent_call_sid": &said.parent_call_sid,
                "call_sid": &said.call_sid,
                "from_": &said.from,
                "to": &said.to,
                "forwarded_from": &said.forwarded_from,
                "call_type": &said.call_type,
                "caller_name": &said.caller_name,
                "direction": &said.direction,
                "call_status": &said.call_status,
                "custom_parameters": &said.custom_parameters,
            );
            ("setup", fields)
        }
        FromRelay::Prompt(said) => {
            ("prompt", fields!(py, "voice_prompt": &said.voice_prompt, "lang": &said.lang, "last": said.last))
        }
        FromRelay::Interrupt(said) => {
            let fields = fields!(
                py,
                "utterance_until_interrupt": &said.utterance_until_interrupt,
                "duration_until_interrupt_ms": said.duration_until_interrupt_ms,
            );
            ("interrupt", fields)
        }
        FromRelay::Dtmf(said) => ("dtmf", fields!(py, "digit": &said.digit)),
        FromRelay::Error(said) => ("error", fields!(py, "description": &said.description)),
        FromRelay::Unknown(unknown) => of_unknown(py, unknown)?,
        _ => return Err(unmapped(py)),
    })
}

/// The core has a message that this module was not taught; the tests walk over all of them.
fn unmapped(py: Python<'_>) -> PyErr {
    errors::raised(py, &Error::new(ErrorKind::Internal, "a message of a stream has no class in Python"))
}

/// What a program knows of a media stream.
#[pyclass(module = "ringback")]
#[derive(Default)]
pub(crate) struct MediaSession(Session);

impl MediaSession {
    fn sent(py: Python<'_>, message: ringback::Result<String>) -> PyResult<String> {
        message.map_err(|error| errors::raised(py, &error))
    }
}

#[pymethods]
impl MediaSession {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    fn receive<'py>(&mut self, message: &Bound<'py, PyAny>) -> PyResult<Read<'py>> {
        of_stream(message.py(), &with_text(message, |text| self.0.receive(text))?)
    }

    #[getter]
    fn stream_sid(&self) -> Option<&str> {
        self.0.stream_sid()
    }

    #[getter]
    fn is_over(&self) -> bool {
        self.0.is_over()
    }

    #[getter]
    fn missed(&self) -> u64 {
        self.0.missed()
    }

    #[getter]
    fn pending_marks(&self) -> Vec<&str> {
        self.0.pending_marks().collect()
    }

    fn media(&self, py: Python<'_>, payload: &[u8]) -> PyResult<String> {
        Self::sent(py, self.0.media(payload))
    }

    fn frames(&self, py: Python<'_>, audio: &[u8]) -> PyResult<Vec<String>> {
        Ok(self.0.frames(audio).map_err(|error| errors::raised(py, &error))?.collect())
    }

    fn mark(&mut self, name: &Bound<'_, PyString>) -> PyResult<String> {
        let message = self.0.mark(&arguments::text_of("name", name)?);
        Self::sent(name.py(), message)
    }

    fn clear(&self, py: Python<'_>) -> PyResult<String> {
        Self::sent(py, self.0.clear())
    }
}

/// The message that plays audio.
#[pyfunction]
pub(crate) fn media_media(stream_sid: &Bound<'_, PyString>, payload: &[u8]) -> PyResult<String> {
    Ok(media::media(&arguments::text_of("streamSid", stream_sid)?, payload))
}

/// The message that asks for a mark.
#[pyfunction]
pub(crate) fn media_mark(stream_sid: &Bound<'_, PyString>, name: &Bound<'_, PyString>) -> PyResult<String> {
    Ok(media::mark(&arguments::text_of("streamSid", stream_sid)?, &arguments::text_of("name", name)?))
}

/// The message that forgets what was not played yet.
#[pyfunction]
pub(crate) fn media_clear(stream_sid: &Bound<'_, PyString>) -> PyResult<String> {
    Ok(media::clear(&arguments::text_of("streamSid", stream_sid)?))
}

/// A text that may be left out.
fn optional(name: &str, given: Option<&Bound<'_, PyString>>) -> PyResult<Option<String>> {
    given.map(|given| arguments::text_of(name, given)).transpose()
}

/// The message that has text spoken.
#[pyfunction]
pub(crate) fn relay_text(
    token: &Bound<'_, PyString>,
    last: bool,
    lang: Option<&Bound<'_, PyString>>,
    interruptible: Option<bool>,
    preemptible: Option<bool>,
) -> PyResult<String> {
    let token = arguments::text_of("token", token)?;
    Ok(relay::Text { token, last, lang: optional("lang", lang)?, interruptible, preemptible }.to_json())
}

/// The message that has audio played.
#[pyfunction]
pub(crate) fn relay_play(
    source: &Bound<'_, PyString>,
    times: Option<&Bound<'_, PyAny>>,
    interruptible: Option<bool>,
    preemptible: Option<bool>,
) -> PyResult<String> {
    let source = arguments::text_of("source", source)?;
    let wrong = |times: &Bound<'_, PyAny>| errors::invalid_argument(times.py(), "loop must be a whole number from 0");
    let times = times.map(|times| times.extract::<u32>().map_err(|_| wrong(times))).transpose()?;
    Ok(relay::Play { source, times, preemptible, interruptible }.to_json())
}

/// The message that has keys pressed.
#[pyfunction]
pub(crate) fn relay_send_digits(digits: &Bound<'_, PyString>) -> PyResult<String> {
    Ok(relay::SendDigits { digits: arguments::text_of("digits", digits)? }.to_json())
}

/// The message that changes languages.
#[pyfunction]
pub(crate) fn relay_language(
    tts_language: Option<&Bound<'_, PyString>>,
    transcription_language: Option<&Bound<'_, PyString>>,
) -> PyResult<String> {
    let tts_language = optional("ttsLanguage", tts_language)?;
    let transcription_language = optional("transcriptionLanguage", transcription_language)?;
    Ok(relay::Language { tts_language, transcription_language }.to_json())
}

/// The message that ends the session.
#[pyfunction]
pub(crate) fn relay_end(handoff_data: Option<&Bound<'_, PyString>>) -> PyResult<String> {
    Ok(relay::End { handoff_data: optional("handoffData", handoff_data)? }.to_json())
}

/// The samples of µ-law as 16-bit PCM, the lower byte first.
#[pyfunction]
pub(crate) fn decode_mulaw<'py>(py: Python<'py>, mulaw: &[u8]) -> Bound<'py, PyBytes> {
    let pcm: Vec<u8> = streams::decode_mulaw(mulaw).into_iter().flat_map(i16::to_le_bytes).collect();
    PyBytes::new(py, &pcm)
}

/// 16-bit PCM, the lower byte first, as µ-law.
#[pyfunction]
pub(crate) fn encode_mulaw<'py>(py: Python<'py>, pcm: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let (samples, rest) = pcm.as_chunks();
    if !rest.is_empty() {
        let text = format!("pcm has {} bytes, and two are a sample; end it where a sample ends", pcm.len());
        return Err(errors::invalid_argument(py, text));
    }
    let samples: Vec<i16> = samples.iter().copied().map(i16::from_le_bytes).collect();
    Ok(PyBytes::new(py, &streams::encode_mulaw(&samples)))
}

/// Whether a WebSocket is opened by Twilio.
#[pyfunction]
pub(crate) fn validate_handshake(
    validator: &Bound<'_, RequestValidator>,
    url: &Bound<'_, PyAny>,
    signature: &Bound<'_, PyAny>,
) -> bool {
    // what a stranger sent never raises
    let text = |given: &Bound<'_, PyAny>| given.str().ok().and_then(|text| text.to_str().map(str::to_owned).ok());
    text(url)
        .zip(text(signature))
        .is_some_and(|(url, signature)| validator.get().0.validate_handshake(&url, &signature))
}
