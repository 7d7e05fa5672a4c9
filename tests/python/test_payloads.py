"""Webhooks become the payloads that the vectors describe, from whatever shape a framework gives."""

from __future__ import annotations

import json
import pickle
from collections import UserDict
from dataclasses import FrozenInstanceError, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import ringback
from ringback import webhooks
from ringback.webhooks import (
    CallLadder,
    IncomingMessage,
    JsonText,
    LadderStep,
    MessageLadder,
    MessageState,
    MessageStatus,
    Payload,
    Unknown,
    VoiceRequest,
)

VECTORS = Path(__file__).parents[1] / "vectors"
PAYLOADS = json.loads((VECTORS / "payloads.json").read_text(encoding="utf-8"))
LADDER = json.loads((VECTORS / "ladder.json").read_text(encoding="utf-8"))


def ids(vectors: list[dict[str, Any]]) -> list[str]:
    return [str(vector["id"]) for vector in vectors]


def written(value: object) -> object:
    """A value as the vectors write it."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        assert value.tzinfo is not None
        return {"moment": value.isoformat().replace("+00:00", "Z")}
    if isinstance(value, JsonText):
        return {"json": value.value()}
    return value


def attribute(name: str) -> str:
    """The name in Python of a field."""
    spelt = ringback._ringback.spell("parameter", name)
    assert spelt
    return {"type": "event_type", "final": "is_final"}.get(spelt, spelt)


def check_values(payload: object, values: dict[str, object]) -> None:
    for name, expected in values.items():
        found = written(getattr(payload, attribute(name)))
        assert found == expected, name
        assert type(found) is not bool or type(expected) is bool


def shapes(params: list[list[str]]) -> list[Any]:
    pairs = [(name, value) for name, value in params]
    form = urlencode(pairs)
    made: list[Any] = [pairs, tuple(pairs), form, form.encode()]
    if len(dict(pairs)) == len(pairs):
        made += [dict(pairs), UserDict(pairs), {name: [value] for name, value in pairs}]
    return made


@pytest.mark.parametrize("vector", PAYLOADS["recognised"], ids=ids(PAYLOADS["recognised"]))
def test_a_webhook_says_what_the_vector_says(vector: dict[str, Any]) -> None:
    payload = webhooks.parse([(name, value) for name, value in vector["params"]])
    assert type(payload).__name__ == vector["kind"]
    check_values(payload, vector["values"])
    assert payload.extra == dict(vector.get("extra", []))
    assert payload.problems == tuple(vector.get("problems", []))
    first: dict[str, str] = {}
    for name, value in vector["params"]:
        first.setdefault(name, value)
    assert payload.received == first
    media = [[media.url, media.content_type] for media in getattr(payload, "media", ()) or () if vector.get("media")]
    assert media == vector.get("media", [])
    assert getattr(payload, "sip_headers", {}) == vector.get("sip_headers", {})
    for name, expected in vector.get("parts", {}).items():
        part = getattr(payload, name)
        if expected is None:
            assert part is None
        else:
            assert {key: written(value) for key, value in vars(part).items() if value is not None} == expected
    for shape in shapes(vector["params"]):
        assert webhooks.parse(shape) == payload
        assert type(payload).from_params(shape) == payload


@pytest.mark.parametrize("vector", PAYLOADS["refused"], ids=ids(PAYLOADS["refused"]))
def test_a_request_of_another_kind_is_refused(vector: dict[str, Any]) -> None:
    kind: type[Payload] = getattr(webhooks, vector["as"])
    with pytest.raises(ringback.InvalidArgumentError) as caught:
        kind.from_params([(name, value) for name, value in vector["params"]])
    assert str(caught.value) == vector["message"]


def test_multidicts_are_read_as_the_frameworks_have_them() -> None:
    class Lists(dict[str, str]):
        def lists(self) -> list[tuple[str, list[str]]]:
            return [(name, [value]) for name, value in self.items()]

    class Items(UserDict[str, str]):
        def multi_items(self) -> list[tuple[str, str]]:
            return list(self.items())

    class All(UserDict[str, str]):
        def getall(self, key: str) -> list[str]:
            return [self[key]]

    form = {"MessageSid": "SM1", "SmsStatus": "received", "Body": "hello"}
    for shape in (Lists(form), Items(form), All(form)):
        message = webhooks.parse(shape)
        assert isinstance(message, IncomingMessage)
        assert message.body == "hello"


def test_the_base_of_calls_reads_any_of_them_and_nothing_else() -> None:
    call = webhooks.CallPayload.from_params({"CallSid": "CA1", "Digits": "1"})
    assert isinstance(call, webhooks.GatherAction)
    assert call.digits == "1"
    with pytest.raises(ringback.InvalidArgumentError, match="of the kind MessageStatus, so it is no CallPayload"):
        webhooks.CallPayload.from_params({"MessageSid": "SM1", "MessageStatus": "sent"})
    assert isinstance(Payload.from_params({"hello": "world"}), Unknown)


def test_what_is_no_form_is_a_type_error() -> None:
    shapeless: Any
    nothing: Any
    for shapeless in (7, object(), [1, 2], [("one", 2)], [("a", "b", "c")], {1: "x"}):
        with pytest.raises(TypeError, match="params must be a mapping"):
            webhooks.parse(shapeless)
    for nothing in (b"", "", {}, [], b"\xff\x00=%ff&&="):
        assert isinstance(webhooks.parse(nothing), Unknown)


def test_a_payload_is_frozen_compared_copied_and_pickled() -> None:
    message = IncomingMessage.from_params(
        b"MessageSid=SM1&From=%2B15551234567&MediaUrl0=u&Latitude=1.5&SmsStatus=received"
    )
    with pytest.raises(FrozenInstanceError):
        message.body = "another"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(message)) == message  # noqa: S301
    assert replace(message, body="another").body == "another"
    assert message.sms_status is MessageState.RECEIVED
    made = IncomingMessage(message_sid="SM1", from_="+15551234567")
    assert (made.body, made.num_media, made.media, made.received) == ("", None, (), {})


def test_a_class_of_the_users_own_is_read_as_well() -> None:
    class Order(IncomingMessage):
        @property
        def number(self) -> int:
            return int(self.body.lstrip("#"))

    assert Order.from_params({"MessageSid": "SM1", "Body": "#1234"}).number == 1234


def test_nothing_that_is_about_people_is_shown() -> None:
    for vector in PAYLOADS["recognised"]:
        shown = repr(webhooks.parse([(name, value) for name, value in vector["params"]]))
        assert "555" not in shown
        assert "secret" not in shown
    assert repr(MessageStatus.from_params("MessageSid=SM1&MessageStatus=sent")) == (
        "<MessageStatus message_sid='SM1' message_status='sent'>"
    )
    assert repr(VoiceRequest.from_params("CallSid=CA1&CallToken=secret")) == "<VoiceRequest call_sid='CA1'>"


@pytest.mark.parametrize("vector", PAYLOADS["cloud_events"], ids=ids(PAYLOADS["cloud_events"]))
def test_event_streams_are_read(vector: dict[str, Any]) -> None:
    for body in (vector["body"], vector["body"].encode()):
        events = webhooks.parse_events(body)
        assert [(event.event_type, event.id) for event in events] == [
            (expected["type"], expected["id"]) for expected in vector["events"]
        ]
        for event, expected in zip(events, vector["events"], strict=True):
            assert (event.time is None) == (expected["time"] is None)
            if expected["payload"] is None:
                assert event.payload is None
                continue
            assert type(event.payload).__name__ == expected["payload"]["kind"]
            check_values(event.payload, expected["payload"]["values"])
            assert event.payload is not None
            assert event.payload.extra == expected["payload"]["extra"]
            assert "SM" not in repr(event)


@pytest.mark.parametrize("vector", PAYLOADS["no_cloud_events"], ids=ids(PAYLOADS["no_cloud_events"]))
def test_what_is_no_event_stream_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(ringback.errors.DecodeError) as caught:
        webhooks.parse_events(vector["body"])
    assert str(caught.value) == vector["message"]


def test_steps_are_what_the_vectors_say() -> None:
    for last, following, step in LADDER["messages"]:
        assert webhooks.message_step(last, following) == step, (last, following)
    for last, following, step in LADDER["calls"]:
        assert webhooks.call_step(last and tuple(last), tuple(following)) == step, (last, following)
    assert {step for _, _, step in LADDER["messages"]} == {str(step) for step in LadderStep}


def test_ladders_are_climbed_by_payloads() -> None:
    ladder = MessageLadder(capacity=2)
    statuses = ["queued", "delivered", "sent", "delivered", "failed"]
    steps = []
    for status in statuses:
        callback = MessageStatus.from_params({"MessageSid": "SM1", "MessageStatus": status})
        steps.append(ladder.climb(callback.message_sid, callback.message_status))
    assert steps == ["advance", "advance", "late", "repeated", "contradiction"]
    assert steps[2] is LadderStep.LATE
    assert (ladder.status("SM1"), ladder.status("SM2"), len(ladder)) == ("delivered", None, 1)
    calls = CallLadder()
    assert calls.climb("CA1", "completed", 3) is LadderStep.ADVANCE
    assert calls.climb("CA1", "ringing", sequence_number=1) is LadderStep.LATE
    assert calls.climb("CA1", "completed") is LadderStep.REPEATED
    assert (calls.status("CA1"), len(calls)) == ("completed", 1)
