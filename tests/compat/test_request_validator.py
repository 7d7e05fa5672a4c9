"""The drop-in's validator beside the official one: what that accepts is accepted, and its names do the same."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
import twilio.request_validator as official

import ringback.twilio.request_validator as ours

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "signature.json").read_text(encoding="utf-8"))

# versions of the official package before 9.13 know no algorithm but the first
CHOOSES = hasattr(official, "get_signature_algorithm")
needs_algorithms = pytest.mark.skipif(not CHOOSES, reason="this version of the official package knows no algorithms")

# what the official package accepts and this one does not: a body whose hash it does not compare
STRICTER = {"json-empty-body", "json-two-hashes"}


class Multi(dict[str, Any]):
    """A dict that gives all values of a name, as Flask's does."""

    def getall(self, name: str) -> list[str]:
        value = self[name]
        return value if isinstance(value, list) else [value]


def verdict(module: Any, vector: dict[str, Any]) -> bool | type[Exception]:
    params = Multi(vector["params"]) if "params" in vector else vector["body"]
    algorithm = (module.get_signature_algorithm(vector["settings"]),) if "settings" in vector else ()
    try:
        found: bool = module.RequestValidator("12345").validate(vector["url"], params, vector["signature"], *algorithm)
    except Exception as error:  # whatever the official one raises
        return type(error)
    return found


@pytest.mark.parametrize("section", ["accepted", "refused"])
def test_what_the_official_validator_accepts_is_accepted(section: str) -> None:
    officially = 0
    for vector in VECTORS[section]:
        accepted = verdict(ours, vector)
        assert accepted is (section == "accepted"), vector["id"]
        if ("settings" not in vector or CHOOSES) and verdict(official, vector) is True:
            officially += 1
            assert accepted or vector["id"] in STRICTER, vector["id"]
    stricter = len(STRICTER) if CHOOSES else 1  # an earlier version refuses one of them too
    assert officially >= (40 if section == "accepted" else stricter)


@needs_algorithms
@pytest.mark.parametrize("algorithm", [None, "", "HMAC_SHA1", "HMAC_SHA256", "hmac_sha256"])
def test_signatures_are_the_same(algorithm: str | None) -> None:
    for vector in VECTORS["accepted"]:
        for params in (Multi(vector.get("params", {})), {}, None):
            found = [
                module.RequestValidator("12345").compute_signature(vector["url"], params, algorithm)
                for module in (ours, official)
            ]
            assert found[0] == found[1], vector["id"]


@needs_algorithms
def test_an_unknown_algorithm_is_refused_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    for module in (ours, official):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            assert module.RequestValidator("12345").validate("https://a.com/", {}, "x", "HMAC_MD5") is False
        assert [record.name for record in caplog.records] == [module.__name__]
        assert "HMAC_MD5" in caplog.text
        with pytest.raises(ValueError, match="algorithm"):
            module.RequestValidator("12345").compute_signature("https://a.com/", {}, "HMAC_MD5")


@needs_algorithms
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "key=1,algorithm=HMAC_SHA256",
        " algorithm = hmac_sha256 ",
        "algorithm=",
        "algorithm=,algorithm=X",
        "ALGORITHM=X",
        "algorithm=A=B",
        "key=1",
        ",,=,",
    ],
)
def test_the_header_of_the_settings_is_read_the_same_way(header: str | None) -> None:
    assert ours.get_signature_algorithm(header) == official.get_signature_algorithm(header)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.com/x?y=1",
        "http://a.com",
        "https://a.com:8443/x",
        "https://u:p@a.com:1/x",
        "wss://a.com/x",
        "HTTPS://A.com/?",
        "https://a.com/x#f",
    ],
)
def test_ports_are_added_and_removed_the_same_way(url: str) -> None:
    for name in ("add_port", "remove_port"):
        assert getattr(ours, name)(urlparse(url)) == getattr(official, name)(urlparse(url))


def test_the_other_names_are_there_and_do_the_same() -> None:
    # base64, hmac and the like, which the official module imports, are none of its own names
    names = {name for name in vars(official) if name.isupper() or callable(getattr(official, name))}
    own = {
        name for name in names if getattr(getattr(official, name), "__module__", official.__name__) == official.__name__
    }
    assert {"RequestValidator", "compare", "add_port"} <= own
    for name in own:
        assert hasattr(ours, name), name
        if name.isupper():
            assert getattr(ours, name) == getattr(official, name)
    for pair in (("a", "a"), ("a", "b"), ("a", ""), ("é", "é")):
        assert ours.compare(*pair) == official.compare(*pair)
    validators = [module.RequestValidator("12345") for module in (ours, official)]
    for params in ({"a": "1"}, Multi({"a": ["1", "2"]})):
        assert validators[0].get_values(params, "a") == validators[1].get_values(params, "a")
    assert validators[0].compute_hash("é") == validators[1].compute_hash("é")
