"""The arguments of every method: their names, order and defaults, compared with the specification alone."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

import ringback
import specification
from specification import Operation, parameter
from surface import methods
from test_examples import by_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Server

PAGING = {"Page", "PageToken", "PageSize"}
WALK = {
    "list": ["limit", "page_size"],
    "stream": ["limit", "page_size"],
    "page": ["page_token", "page_number", "page_size"],
}

# what Twilio has added or renamed since the specification was published, and made required or optional since
SINCE = {
    "author_sid",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "configuration_id",
    "message_intent",
    "passports",
    "recording_configuration_id",
    "resource_id",
    "resource_type",
    "suppress_email_notification",
    "templates",
    "transcription_configuration_id",
    *(f"emergency_{part}" for part in ("address", "caller_location", "caller_position", "city", "country", "name")),
    *(f"emergency_{part}" for part in ("state", "zip_code")),
}
SINCE_REQUIRED_OR_OPTIONAL = {("oauth", "POST", "/v2/token"), ("verify", "POST", "/v2/Services/{}/Passkeys/Challenges")}


def known_then(arguments: tuple[list[str], list[str]]) -> tuple[list[str], ...]:
    """Leave out what came later."""
    return tuple([name for name in names if name not in SINCE] for names in arguments)


def expected(operation: Operation, method: str) -> tuple[list[str], list[str]]:
    """List the required and the optional arguments that the specification asks for."""
    outside = [
        (parameter(declared["name"]), declared.get("required", False))
        for declared in map(operation.resolve, operation.body.get("parameters", []))
        if declared["in"] in {"query", "header"} and not (method in WALK and declared["name"] in PAGING)
    ]
    inside: list[tuple[str, bool]] = []
    request = operation.body.get("requestBody", {})
    for content_type, content in list(request.get("content", {}).items())[-1:]:
        schema = content["schema"]
        if content_type == "application/x-www-form-urlencoded":
            whole = operation.resolve(schema)
            inside = [(parameter(name), name in whole.get("required", [])) for name in operation.properties(whole)]
        else:
            inside = [(body_name(operation, schema), request.get("required", False))]
    if method in WALK:
        return [], [name for name, _ in outside if name != "page_size"] + WALK[method]
    required = [name for name, is_required in outside + inside if is_required]
    optional = [name for name, is_required in outside + inside if not is_required]
    return required, optional


def body_name(operation: Operation, schema: dict[str, Any]) -> str:
    """Name the argument of a JSON body: after its model, or `body` if it has none."""
    is_typed = bool(operation.properties(schema))
    name = schema.get("$ref", "").split("/")[-1] or (schema.get("title", "") if is_typed else "")
    if name:
        return parameter("".join(part[:1].upper() + part[1:] for part in name.split(".")))
    if is_typed:
        identifier = operation.body["operationId"]
        return parameter(identifier[:1].upper() + identifier[1:] + "Request")
    return "body"


def arguments(method: Any) -> tuple[list[str], list[str]]:
    """List the required and the optional arguments of a method."""
    parameters = list(inspect.signature(method).parameters.values())[1:]
    required = [one.name for one in parameters if one.default is one.empty]
    return required, [one.name for one in parameters if one.default is not one.empty]


def test_every_method_takes_what_the_specification_says_in_its_order(say: Callable[[str], None]) -> None:
    places = by_place()
    compared = 0
    wrong = []
    for operation in specification.operations():
        assert places[operation.key], operation.key
        for found in places[operation.key]:
            names = ["list", "stream", "page"] if found.method.__name__ == "page" else [found.method.__name__]
            for name in names:
                want = expected(operation, name)
                for suffix in ("", "_async", "_with_http_info", "_with_http_info_async"):
                    compared += 1
                    got = arguments(getattr(found.cls, name + suffix))
                    if operation.key in SINCE_REQUIRED_OR_OPTIONAL:
                        assert {*got[0], *got[1]} - SINCE == {*want[0], *want[1]}
                    elif known_then(got) != known_then(want):
                        wrong.append((operation.key, name + suffix, got, want))
    say(f"{compared} signatures")
    assert not wrong, "\n".join(map(str, wrong))
    assert compared > 6000


def test_what_is_left_out_is_unset_and_a_walk_goes_to_the_end() -> None:
    for found in methods(plain=False):
        for one in list(inspect.signature(found.method).parameters.values())[1:]:
            steers = one.name in {"limit", "page_size"} and found.method.__name__.startswith(("list", "stream"))
            assert one.default is one.empty or one.default is (None if steers else ringback.unset), (found, one)


def test_an_awaiting_class_has_each_method_once(server: Server) -> None:
    client: Any = server.async_client()
    assert {name for name in dir(client.messages) if name.startswith(("create", "list", "get_page"))} == {
        "create",
        "create_many",
        "create_with_http_info",
        "get_page",
        "list",
        "list_with_http_info",
    }


@pytest.mark.parametrize("name", ["version", "resource_version"])
def test_a_version_may_be_called_by_both_of_its_names(server: Server, name: str) -> None:
    versions: Any = server.client().flex_api.v1.plugins("FP1").plugin_versions
    with pytest.raises(TypeError, match="plugin_url"):
        versions.create(**{name: "1.0.0"})
    versions.create(**{name: "1.0.0"}, plugin_url="https://example.com")
    assert server.requests[0].form["Version"] == ["1.0.0"]
