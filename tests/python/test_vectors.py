"""The vectors that every language reads: signatures, TwiML, names."""

from __future__ import annotations

import json
import threading
from collections import UserDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from ringback import _ringback

if TYPE_CHECKING:
    from ringback.twiml import TwiML

VECTORS = Path(__file__).parents[1] / "vectors"


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def ids(vectors: list[dict[str, Any]]) -> list[str]:
    return [str(vector["id"]) for vector in vectors]


SIGNATURES = load("signature.json")
TWIML = load("twiml.json")


NAMES = load("names.json")


def test_names_are_spelt_as_every_language_spells_them() -> None:
    for vector in NAMES["parameters"]:
        assert _ringback.spell("parameter", vector["wire"]) == vector["python"], vector
    for vector in NAMES["properties"]:
        assert _ringback.spell("phone" if vector["phone"] else "property", vector["wire"]) == vector["python"], vector
    for vector in NAMES["paths"]:
        assert _ringback.spell("path", vector["wire"]) == vector["python"], vector


def check(vector: dict[str, Any]) -> bool:
    validator = ringback.RequestValidator(vector["token"])
    params = vector["body"] if "params" not in vector else vector["params"]
    return validator.validate(vector["url"], params, vector["signature"], settings=vector.get("settings"))


@pytest.mark.parametrize("vector", SIGNATURES["accepted"], ids=ids(SIGNATURES["accepted"]))
def test_genuine_signatures_are_accepted(vector: dict[str, Any]) -> None:
    assert check(vector)


@pytest.mark.parametrize("vector", SIGNATURES["refused"], ids=ids(SIGNATURES["refused"]))
def test_other_signatures_are_refused(vector: dict[str, Any]) -> None:
    assert not check(vector)


def test_a_form_is_read_in_every_shape() -> None:
    url, pairs = "https://example.com/sms", [("A", "1"), ("A", "2"), ("B", "é")]
    validator = ringback.RequestValidator("12345")
    signature = validator.compute_signature(url, {"A": ["1", "2"], "B": "é"})

    class Django(dict):  # type: ignore[type-arg]
        def lists(self) -> list[tuple[str, list[str]]]:
            return [("A", ["1", "2"]), ("B", ["é"])]

    class Starlette(UserDict):  # type: ignore[type-arg]
        def multi_items(self) -> list[tuple[str, str]]:
            return pairs

    class Multi(UserDict):  # type: ignore[type-arg]
        def getall(self, name: str) -> list[str]:
            return [value for known, value in pairs if known == name]

    flat = dict(pairs)
    for params in (
        pairs,
        bytearray(b"A=1&A=2&B=%C3%A9"),
        Django(flat),
        Starlette(flat),
        Multi(flat),
        {"A": ("1", "2"), "B": "é"},
        "A=1&A=2&B=%C3%A9",
        b"A=1&A=2&B=%C3%A9",
    ):
        assert validator.validate(url, params, signature), params
    assert not validator.validate(url, flat, signature)


def test_what_a_stranger_sends_never_raises() -> None:
    validator = ringback.RequestValidator("12345")
    for url in ("", "\ud800", "https://[", None, b"\xff", "x" * 100_000):
        for params in ({}, None, {"\ud800": "x"}, {"x": "\ud800"}, {"x": None}, b"\xff\xfe", "%", {"x": object()}):
            for signature in ("", "\ud800", "=", None, 7, b"\xff"):
                assert validator.validate(url, params, signature) is False
                for algorithm in ("", "HMAC_SHA256", "HMAC_MD5", 7):
                    assert validator.validate(url, params, signature, algorithm) is False  # type: ignore[arg-type]
                for settings in ("", "algorithm=HMAC_SHA256", "=", b"\xff", 7):
                    assert validator.validate(url, params, signature, settings=settings) is False
    with pytest.raises(ringback.ConfigurationError):
        ringback.RequestValidator("")
    assert "12345" not in repr(validator)


def fill(parent: TwiML, children: list[Any], kind: str) -> None:
    for child in children:
        if isinstance(child, str):
            parent.append(child)
            continue
        attributes = child.get("attributes", {})
        given = [] if child.get("text") is None else [child["text"]]
        if "free" in child:
            node: Any = parent.add_child(child["free"], *given, **attributes)
        else:
            method = next(
                (
                    name
                    for name in dir(parent)
                    if (getattr(type(parent), name).__doc__ or "").startswith(f"Adds `<{child['verb']}>`")
                ),
                None,
            )
            if method is None:
                raise ringback.InvalidArgumentError(f"{parent.name} has no {child['verb']}, unlike Say")
            node = getattr(parent, method)(*given, **attributes)
        fill(node, child.get("children", []), kind)


def build(vector: dict[str, Any]) -> str:
    root: type[TwiML] = _ringback.twiml_class(f"{vector['kind']}_response", f"{vector['kind'].capitalize()}Response")
    response = root()
    fill(response, vector["children"], vector["kind"])
    return str(response)


@pytest.mark.parametrize("vector", TWIML["documents"], ids=ids(TWIML["documents"]))
def test_documents_are_written_to_the_byte(vector: dict[str, Any]) -> None:
    assert build(vector) == vector["xml"]


@pytest.mark.parametrize("vector", TWIML["refused"], ids=ids(TWIML["refused"]))
def test_what_is_no_twiml_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises((ringback.InvalidArgumentError, TypeError)) as caught:
        build(vector)
    assert all(name in str(caught.value) for name in vector["names"][:1])


def test_verbs_are_made_nested_and_shared() -> None:
    from ringback.twiml.voice_response import Dial, Gather, Say, VoiceResponse

    response = VoiceResponse()
    with response.gather(num_digits=1, action="/menu") as gather:
        gather.say(message="Press 1")
        assert isinstance(gather, Gather)
    dial = Dial(caller_id="+15551234567", record=None)
    assert response.append(dial) is response
    dial.number("+15557654321", status_callback_event=["ringing", "answered"])
    response.add_child("future", "text", new_thing=True)
    response.comment("the end")
    assert response.to_xml(xml_declaration=False) == (
        '<Response><Gather action="/menu" numDigits="1"><Say>Press 1</Say></Gather>'
        '<Dial callerId="+15551234567"><Number statusCallbackEvent="ringing answered">+15557654321</Number></Dial>'
        '<future newThing="true">text</future><!--the end--></Response>'
    )
    with pytest.raises(ringback.InvalidArgumentError, match="did you mean numDigits"):
        response.gather(num_digit=1)
    with pytest.raises(ringback.InvalidArgumentError, match="cannot hold"):
        gather.append(dial)
    say = Say("x")
    with pytest.raises(ringback.InvalidArgumentError):
        say.append(say)


def test_documents_are_built_in_several_threads() -> None:
    wrong: list[str] = []

    def work() -> None:
        for _ in range(200):
            response = ringback.VoiceResponse()
            response.say("a").break_()
            if str(response).count("break") != 1:
                wrong.append(str(response))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
