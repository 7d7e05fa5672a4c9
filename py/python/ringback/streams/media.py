"""Media Streams: the audio of a call, as ``<Connect><Stream>`` and ``<Start><Stream>`` exchange it.

    stream = media.Session()
    async for text in websocket.iter_text():
        match stream.receive(text):
            case media.Media(payload=audio):
                await websocket.send_text(stream.media(audio))
            case media.Dtmf():
                await websocket.send_text(stream.clear())

Audio is µ-law at 8,000 samples a second, a byte a sample, which `ringback.streams.decode_mulaw` turns into PCM.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ringback import _ringback

__all__ = [
    "Connected",
    "Dtmf",
    "Mark",
    "Media",
    "MediaFormat",
    "Message",
    "Session",
    "Start",
    "Stop",
    "Unknown",
    "clear",
    "mark",
    "media",
    "parse",
]


@dataclass(frozen=True)
class Connected:
    """The WebSocket is open: the first message."""

    protocol: str
    version: str


@dataclass(frozen=True)
class MediaFormat:
    """How audio is written."""

    encoding: str
    """The MIME type, `audio/x-mulaw`."""
    sample_rate: int
    """Samples a second."""
    channels: int


@dataclass(frozen=True)
class Start:
    """The stream begins."""

    sequence_number: int
    """The place of the message in the stream, from 1 on; 0 if Twilio did not say it, as in the others."""
    stream_sid: str
    """The name of the stream, which every message to Twilio carries."""
    account_sid: str
    call_sid: str
    tracks: list[str]
    """`inbound`, `outbound` or both."""
    custom_parameters: dict[str, str]
    """What `<Parameter>` said in the TwiML."""
    media_format: MediaFormat


@dataclass(frozen=True)
class Media:
    """A piece of audio."""

    sequence_number: int
    stream_sid: str
    track: str
    """`inbound` is what the caller says, `outbound` what the caller hears."""
    chunk: int
    """The place of the piece in its track, from 1 on."""
    timestamp: int
    """Milliseconds since the stream began."""
    payload: bytes
    """The audio, µ-law."""


@dataclass(frozen=True)
class Dtmf:
    """A key was pressed; in `<Connect><Stream>` only."""

    sequence_number: int
    stream_sid: str
    track: str
    digit: str
    """One of `0` to `9`, `*` and `#`."""


@dataclass(frozen=True)
class Mark:
    """What was sent before a mark was played, or cleared."""

    sequence_number: int
    stream_sid: str
    name: str
    """The name that it was sent with."""


@dataclass(frozen=True)
class Stop:
    """The stream or the call is over."""

    sequence_number: int
    stream_sid: str
    account_sid: str
    call_sid: str


@dataclass(frozen=True)
class Unknown:
    """Something newer than this library."""

    name: str
    """Its `event`."""
    json: Any
    """All of it."""


Message = Connected | Start | Media | Dtmf | Mark | Stop | Unknown
"""What Twilio sends."""

_CLASSES: dict[str, type[Message]] = {
    "connected": Connected,
    "media": Media,
    "dtmf": Dtmf,
    "mark": Mark,
    "stop": Stop,
    "unknown": Unknown,
}


def _message(name: str, fields: dict[str, Any]) -> Message:
    """Make a message of what was read."""
    if name == "start":
        return Start(**{**fields, "media_format": MediaFormat(**fields["media_format"])})
    return _CLASSES[name](**fields)


def parse(message: str | bytes) -> Message:
    """Read a message of Twilio's; names and fields that are not known are no error.

    What is no message of a stream, or longer than a megabyte, raises `DecodeError`.
    """
    return _message(*_ringback.read_media(message))


def media(stream_sid: str, payload: bytes) -> str:
    """Write the message that plays audio: µ-law of any length, without the header of a file."""
    return _ringback.media_media(stream_sid, payload)


def mark(stream_sid: str, name: str) -> str:
    """Write the message that asks for a mark when what was sent before has been played."""
    return _ringback.media_mark(stream_sid, name)


def clear(stream_sid: str) -> str:
    """Write the message that forgets what was not played yet; its marks come back at once."""
    return _ringback.media_clear(stream_sid)


class Session:
    """One stream: reads what Twilio sends, and writes what Twilio is sent.

    It knows the name of the stream, follows its marks and counts what of it was lost. Writing before `Start` was
    received raises `InvalidArgumentError`.
    """

    start: Start | None
    """What the stream is about, once it began."""

    def __init__(self) -> None:
        """Know nothing of the stream yet."""
        self._native = _ringback.MediaSession()
        self.start = None

    def receive(self, message: str | bytes) -> Message:
        """Read a message as `parse` does, and keep what it says of the stream."""
        read = _message(*self._native.receive(message))
        if isinstance(read, Start):
            self.start = read
        return read

    @property
    def stream_sid(self) -> str | None:
        """The name of the stream, once it began."""
        return self._native.stream_sid

    @property
    def is_over(self) -> bool:
        """Whether Twilio said that the stream is over."""
        return self._native.is_over

    @property
    def missed(self) -> int:
        """How many messages are missing so far, by the numbers of those that came."""
        return self._native.missed

    @property
    def pending_marks(self) -> list[str]:
        """The marks that did not come back yet, in the order sent."""
        return self._native.pending_marks

    def media(self, payload: bytes) -> str:
        """Write the message that plays audio after all that was sent before: µ-law of any length."""
        return self._native.media(payload)

    def frames(self, audio: bytes) -> list[str]:
        """Write the messages that play audio, 20 ms each."""
        return self._native.frames(audio)

    def mark(self, name: str) -> str:
        """Write the message that asks for a mark when what was sent before has been played."""
        return self._native.mark(name)

    def clear(self) -> str:
        """Write the message that forgets what was not played yet; its marks come back at once."""
        return self._native.clear()

    def __repr__(self) -> str:
        """Show the name of the stream."""
        return f"<Session {self.stream_sid}>"
