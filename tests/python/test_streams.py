"""Messages of streams, their audio and their handshakes, as the vectors say."""

from __future__ import annotations

import dataclasses
import json
import sys
import typing
import warnings
from base64 import b64decode, b64encode
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import ringback
from ringback import RequestValidator, streams
from ringback.streams import media, relay

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests" / "vectors" / "streams.json").read_text(encoding="utf-8"))
PROTOCOLS: dict[str, Any] = {"media": media, "relay": relay}


def named(protocol: str, section: str) -> pytest.MarkDecorator:
    """Mark a test with every vector of a section."""
    vectors = VECTORS[protocol][section]
    assert len(vectors) > 3
    return pytest.mark.parametrize("vector", vectors, ids=[vector["id"] for vector in vectors])


def fields(message: Any) -> tuple[str, dict[str, Any]]:
    """Name a message and what it says, as the vectors write it."""
    said = dataclasses.asdict(message)
    if "payload" in said:
        said["payload"] = b64encode(said["payload"]).decode()
    name = {"failure": "error"}.get(type(message).__name__.lower(), type(message).__name__.lower())
    return name, {field.removesuffix("_"): value for field, value in said.items()}


@named("media", "from_twilio")
def test_every_message_of_a_media_stream_is_read(vector: dict[str, Any]) -> None:
    for text in (vector["text"], vector["text"].encode()):
        assert fields(media.parse(text)) == (vector["name"], vector["fields"])
        assert media.Session().receive(text) == media.parse(text)


@named("relay", "from_twilio")
def test_every_message_of_conversation_relay_is_read(vector: dict[str, Any]) -> None:
    for text in (vector["text"], vector["text"].encode()):
        assert fields(relay.parse(text)) == (vector["name"], vector["fields"])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_class_is_in_the_vectors(protocol: str) -> None:
    classes = {cls.__name__.lower() for cls in typing.get_args(PROTOCOLS[protocol].Message)}
    assert {vector["name"] for vector in VECTORS[protocol]["from_twilio"]} == {
        "error" if name == "failure" else name for name in classes
    }


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_no_message_is_refused(protocol: str) -> None:
    for vector in VECTORS[protocol]["refused"]:
        with pytest.raises(ringback.DecodeError) as caught:
            PROTOCOLS[protocol].parse(vector["text"])
        assert caught.value.outcome == "not_sent"
    for wrong in ("\ud800", b"\xff", " " * (1 << 20) + "{}", "[" * 100_000):
        with pytest.raises(ringback.DecodeError):
            PROTOCOLS[protocol].parse(wrong)
    for no_text in (None, 7, object()):
        with pytest.raises(TypeError):
            PROTOCOLS[protocol].parse(no_text)


@named("media", "to_twilio")
def test_messages_to_a_media_stream_are_written_to_the_byte(vector: dict[str, Any]) -> None:
    given = dict(vector["fields"])
    if "payload" in given:
        given["payload"] = b64decode(given["payload"])
    assert getattr(media, vector["name"])(**given) == vector["text"]


@named("relay", "to_twilio")
def test_messages_to_conversation_relay_are_written_to_the_byte(vector: dict[str, Any]) -> None:
    write = getattr(relay, {"sendDigits": "send_digits"}.get(vector["name"], vector["name"]))
    positional = [vector["fields"][name] for name in ("token", "source", "digits") if name in vector["fields"]]
    others = {name: value for name, value in vector["fields"].items() if name not in {"token", "source", "digits"}}
    assert write(*positional, **others) == vector["text"]


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(ringback.InvalidArgumentError, match="token"):
        relay.text("\ud800")
    with pytest.raises(TypeError):
        media.media("MZ1", "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        relay.text(None)  # type: ignore[arg-type]


def numbered(number: int, event: str, said: object) -> str:
    """Write a message of Twilio's with its number."""
    return json.dumps({"event": event, "sequenceNumber": str(number), event: said, "streamSid": "MZ1"})


def test_a_session_knows_its_stream() -> None:
    session = media.Session()
    for early in (lambda: session.media(b""), lambda: session.mark("a"), session.clear, lambda: session.frames(b"")):
        with pytest.raises(ringback.InvalidArgumentError, match="StreamSid"):
            early()
    assert (session.start, session.stream_sid, session.pending_marks) == (None, None, [])
    start = session.receive(numbered(1, "start", {"callSid": "CA1", "customParameters": {"a": "b"}}))
    assert isinstance(start, media.Start)
    assert session.start == start
    assert start.custom_parameters == {"a": "b"}
    assert (session.stream_sid, repr(session)) == ("MZ1", "<Session MZ1>")
    assert session.media(b"\xff") == media.media("MZ1", b"\xff")
    assert session.clear() == media.clear("MZ1")
    audio = bytes(range(250)) * 2
    frames = [b64decode(json.loads(frame)["media"]["payload"]) for frame in session.frames(audio)]
    assert [len(frame) for frame in frames] == [streams.FRAME, 160, 160, 20]
    assert b"".join(frames) == audio
    assert [session.mark(name) for name in "ab"] == [media.mark("MZ1", "a"), media.mark("MZ1", "b")]
    assert session.pending_marks == ["a", "b"]
    session.receive(numbered(2, "mark", {"name": "a"}))
    assert session.pending_marks == ["b"]
    session.receive(numbered(5, "media", {"payload": ""}))
    assert (session.missed, session.is_over) == (2, False)
    with pytest.raises(ringback.DecodeError):
        session.receive(numbered(6, "media", {}))
    session.receive(numbered(6, "stop", {}))
    assert (session.missed, session.is_over) == (2, True)


def test_audio_is_what_audioop_made_of_it_but_for_its_bias() -> None:
    if sys.version_info >= (3, 13):
        pytest.skip("audioop is gone from Python 3.13")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop
    every = bytes(range(256))
    assert streams.decode_mulaw(every) == audioop.ulaw2lin(every, 2)
    positive = b"".join(sample.to_bytes(2, "little", signed=True) for sample in range(2**15))
    assert streams.encode_mulaw(positive) == audioop.lin2ulaw(positive, 2)
    # audioop counts negative samples four too low, so that -1 becomes as loud as -8; the standard does not
    negative = b"".join(sample.to_bytes(2, "little", signed=True) for sample in range(-(2**15) + 4, 0))
    lower = b"".join((sample - 4).to_bytes(2, "little", signed=True) for sample in range(-(2**15) + 4, 0))
    assert streams.encode_mulaw(lower) == audioop.lin2ulaw(negative, 2)
    assert streams.encode_mulaw(negative) != audioop.lin2ulaw(negative, 2)


def test_audio_is_whole_samples() -> None:
    assert streams.decode_mulaw(b"") == streams.encode_mulaw(b"") == b""
    assert streams.decode_mulaw(streams.MULAW_SILENCE * 2) == bytes(4)
    assert streams.encode_mulaw(bytes(4)) == streams.MULAW_SILENCE * 2
    with pytest.raises(ringback.InvalidArgumentError, match="pcm has 3 bytes"):
        streams.encode_mulaw(b"abc")


@named("handshakes", "accepted")
def test_twilio_may_connect(vector: dict[str, Any]) -> None:
    validator = RequestValidator(vector["token"])
    assert validator.compute_signature(vector["signed"], {}) == vector["signature"]
    assert streams.validate_handshake(validator, vector["url"], {"X-Twilio-Signature": vector["signature"]})


@named("handshakes", "refused")
def test_nobody_else_may_connect(vector: dict[str, Any]) -> None:
    validator = RequestValidator(vector["token"])
    assert not streams.validate_handshake(validator, vector["url"], {"X-Twilio-Signature": vector["signature"]})


def test_headers_are_read_in_every_shape() -> None:
    from starlette.datastructures import Headers as StarletteHeaders
    from websockets.datastructures import Headers as WebSocketsHeaders

    url, validator = "wss://example.com/stream", RequestValidator("12345")
    right, wrong = validator.compute_signature(url, {}), "AAAAAAAAAAAAAAAAAAAAAAAAAAA="

    def shapes(*signatures: str) -> list[Any]:
        pairs = [("Host", "example.com"), *(("X-Twilio-Signature", signature) for signature in signatures)]
        raw = [(name.lower().encode(), value.encode()) for name, value in pairs]
        return [pairs, iter(pairs), raw, StarletteHeaders(raw=raw), WebSocketsHeaders(pairs)]

    for headers in (*shapes(right), {"x-twilio-signature": right}, {"X-TWILIO-SIGNATURE": right}):
        assert streams.validate_handshake(validator, url, headers)
    for headers in chain(shapes(), shapes(wrong), shapes(right, wrong), shapes(wrong, right), shapes(right, right)):
        assert not streams.validate_handshake(validator, url, headers)
    for wrong_headers in ({}, {"x-twilio-signature": "\ud800"}, [(b"x-twilio-signature", b"\xff")]):
        assert not streams.validate_handshake(validator, url, wrong_headers)
    assert not streams.validate_handshake(validator, "\ud800", {"x-twilio-signature": right})
    from starlette.datastructures import URL

    assert streams.validate_handshake(validator, URL(url), {"x-twilio-signature": right})
