"""Calls over WebSockets: the audio of Media Streams, the texts of ConversationRelay, and who may connect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ringback import _ringback
from ringback._ringback import RequestValidator, decode_mulaw, encode_mulaw
from ringback.streams import media, relay

__all__ = ["FRAME", "MULAW_SILENCE", "decode_mulaw", "encode_mulaw", "media", "relay", "validate_handshake"]

FRAME = 160
"""The bytes of 20 ms, as Twilio sends them in one message."""
MULAW_SILENCE = b"\xff"
"""The sample of silence."""

_SIGNATURE = "x-twilio-signature"

Headers = Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
"""Headers as WebSocket libraries have them: a mapping, or pairs of texts or, as in ASGI, of bytes."""


def validate_handshake(validator: RequestValidator, url: object, headers: Headers) -> bool:
    """Tell whether a WebSocket is opened by Twilio; answer 403 where it is not, before accepting it.

    The URL is the public one of the `<Stream>` or `<ConversationRelay>`; `https` counts as `wss`, which Twilio signs.
    """
    pairs = _pairs(headers)
    found = [value for name, value in pairs if _text(name).lower() == _SIGNATURE]
    # of several a proxy may have seen another one
    return len(found) == 1 and _ringback.validate_handshake(validator, url, _text(found[0]))


def _pairs(headers: Headers) -> Iterable[tuple[str | bytes, str | bytes]]:
    """List names and values, also those of a name that is there more than once."""
    for every in ("multi_items", "raw_items"):  # Starlette and httpx, and websockets
        if hasattr(headers, every):
            pairs: Iterable[tuple[str, str]] = getattr(headers, every)()
            return pairs
    if isinstance(headers, Mapping):
        return headers.items()
    return headers


def _text(name_or_value: str | bytes) -> str:
    """Decode what ASGI has as bytes."""
    return name_or_value if isinstance(name_or_value, str) else bytes(name_or_value).decode("latin-1")
