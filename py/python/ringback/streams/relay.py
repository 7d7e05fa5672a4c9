"""ConversationRelay: what a caller says as text, and the text that Twilio speaks.

    async for message in websocket.iter_text():
        match relay.parse(message):
            case relay.Prompt(voice_prompt=words, last=True):
                await websocket.send_text(relay.text(f"You said: {words}"))

Any WebSocket library will do: messages are read from text and written as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ringback import _ringback

__all__ = [
    "Dtmf",
    "Failure",
    "Interrupt",
    "Message",
    "Prompt",
    "Setup",
    "Unknown",
    "end",
    "language",
    "parse",
    "play",
    "send_digits",
    "text",
]


@dataclass(frozen=True)
class Setup:
    """The session begins: the first message."""

    session_id: str
    """The session, `VX…`."""
    account_sid: str
    parent_call_sid: str | None
    """The call that this one is a leg of."""
    call_sid: str
    from_: str
    to: str
    forwarded_from: str | None
    """Who was called before the call was forwarded."""
    call_type: str
    """Such as `PSTN`."""
    caller_name: str | None
    direction: str
    call_status: str
    """Such as `RINGING`."""
    custom_parameters: dict[str, str]
    """What `<Parameter>` said in the TwiML."""


@dataclass(frozen=True)
class Prompt:
    """The caller said something."""

    voice_prompt: str
    """The words."""
    lang: str | None
    """The language that it was said in, such as `en-US`."""
    last: bool
    """Whether the caller is done; false only where `partialPrompts` was asked for."""


@dataclass(frozen=True)
class Interrupt:
    """The caller spoke while Twilio did."""

    utterance_until_interrupt: str
    """What of the text had been spoken."""
    duration_until_interrupt_ms: int
    """For how long it had been spoken."""


@dataclass(frozen=True)
class Dtmf:
    """The caller pressed a key."""

    digit: str
    """One of `0` to `9`, `*` and `#`."""


@dataclass(frozen=True)
class Failure:
    """Twilio could not do what it was sent: the message `error`."""

    description: str


@dataclass(frozen=True)
class Unknown:
    """Something newer than this library."""

    name: str
    """Its `type`."""
    json: Any
    """All of it."""


Message = Setup | Prompt | Interrupt | Dtmf | Failure | Unknown
"""What Twilio sends."""

_CLASSES: dict[str, type[Message]] = {
    "setup": Setup,
    "prompt": Prompt,
    "interrupt": Interrupt,
    "dtmf": Dtmf,
    "error": Failure,
    "unknown": Unknown,
}


def parse(message: str | bytes) -> Message:
    """Read a message of Twilio's; names and fields that are not known are no error.

    What is no message of a session, or longer than a megabyte, raises `DecodeError`.
    """
    name, fields = _ringback.read_relay(message)
    return _CLASSES[name](**fields)


def text(
    token: str,
    *,
    last: bool = True,
    lang: str | None = None,
    interruptible: bool | None = None,
    preemptible: bool | None = None,
) -> str:
    """Write the message that has text spoken.

    Parts of an answer may be sent as they come, all but the last of them with `last=False`.
    """
    return _ringback.relay_text(token, last, lang, interruptible, preemptible)


def play(
    source: str, *, loop: int | None = None, interruptible: bool | None = None, preemptible: bool | None = None
) -> str:
    """Write the message that has the audio of a URL played, `loop` times."""
    return _ringback.relay_play(source, loop, interruptible, preemptible)


def send_digits(digits: str) -> str:
    """Write the message that has keys pressed: `0` to `9`, `*`, `#`, and `w` for a pause."""
    return _ringback.relay_send_digits(digits)


def language(*, tts_language: str | None = None, transcription_language: str | None = None) -> str:
    """Write the message that changes what is spoken and what is understood; what is left out stays."""
    return _ringback.relay_language(tts_language, transcription_language)


def end(handoff_data: str | None = None) -> str:
    """Write the message that ends the session; the request to the `action` of `<Connect>` carries the data."""
    return _ringback.relay_end(handoff_data)
