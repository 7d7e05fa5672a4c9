"""The short ways to resources, and what a subclass of a client may change: warnings and classes of errors."""

from __future__ import annotations

import json
import operator
import warnings
from pathlib import Path
from typing import Any

import pytest

import ringback
from conftest import ACCOUNT, Answer, Server

NAMES = Path(__file__).resolve().parents[2].parent / "shared" / "facts" / "api-aliases.json"


class Warned(ringback.Client):
    """A client that warns as the official library does."""

    _warns_of_short_names = True


class FailureError(Exception):
    """An error of a subclass's own."""


class Other(ringback.Client):
    """A client with errors of its own."""

    @staticmethod
    def _make_error(kind: str, message: str, text: str, cause: str | None, **fields: Any) -> FailureError:
        return FailureError(kind, message, text, cause, fields)


class AsyncOther(ringback.AsyncClient):
    """The same, awaited."""

    _make_error = staticmethod(Other._make_error)


def test_every_short_name_of_the_official_library_is_there(server: Server) -> None:
    if not NAMES.is_file():
        pytest.skip(f"{NAMES} is not there")
    client = server.client()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for short, full in json.loads(NAMES.read_text()).items():
            left, right = (operator.attrgetter(name)(client) for name in (short, full))
            assert repr(left) == repr(right), short
            assert type(left) is type(right), short


def test_a_client_warns_of_a_short_name_if_its_class_says_so(server: Server) -> None:
    client = Warned("AC1", "t", base_url=server.url)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert client.messages
        assert client.verify.v2.services
        assert client.api.account.messages
        assert client.api.accounts
        assert client.intelligence.services
        assert client.preview_iam.organization
    for _ in range(2):
        with pytest.warns(DeprecationWarning, match="^services is deprecated. Use v2.services instead.$") as caught:
            assert client.verify.services
        assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="^messages is deprecated. Use account.messages instead.$"):
        assert client.api.messages
    with pytest.warns(DeprecationWarning, match="^sims is deprecated. Use wireless.sims instead.$"):
        assert client.preview.sims


def test_ways_to_an_account(server: Server) -> None:
    client = server.client()
    for messages in (
        client.messages,
        client.api.messages,
        client.api.account.messages,
        client.api.v2010.account.messages,
        client.api.v2010.accounts(ACCOUNT).messages,
    ):
        messages.create("+1")
    assert {request.path for request in server.requests} == {f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"}
    client.api.v2010.accounts("AC2").messages.create("+1")
    ringback.Client("AC1", "t", "AC3", base_url=server.url).messages.create("+1")
    assert [request.path.split("/")[3] for request in server.requests[-2:]] == ["AC2", "AC3"]
    with pytest.raises(AttributeError, match="Did you mean 'messages'"):
        _ = client.api.mesages  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="Did you mean 'v2'"):
        _ = client.verify.v22  # type: ignore[attr-defined]


async def test_a_subclass_chooses_its_errors(server: Server) -> None:
    server.reply = lambda _: Answer(404, {"code": 20404, "message": "no such message", "details": {"a": 1}})
    client = Other("AC1", "t", base_url=server.url)
    for call in (client.messages("SM1").fetch, client.messages.list, lambda: list(client.messages.stream())):
        with pytest.raises(FailureError) as caught:
            call()
        kind, message, _, _, fields = caught.value.args
        assert (kind, message) == ("not_found", "no such message")
        assert fields["status"] == 404
        assert fields["code"] == 20404
        assert fields["details"] == {"a": 1}
        assert fields["operation"].startswith("api.v2010.accounts.messages.")
    awaited = AsyncOther("AC1", "t", base_url=server.url)
    for begin in (client.messages("SM1").fetch_async, awaited.messages("SM1").fetch, awaited.messages.page):
        with pytest.raises(FailureError):
            await begin()
    with pytest.raises(FailureError):
        _ = [one async for one in awaited.messages.stream()]
    with pytest.raises(FailureError) as caught:
        Other("AC1", "t", timeout=-1)
    with pytest.raises(ringback.NotFoundError):
        server.client().messages("SM1").fetch()


def test_a_resource_whose_path_begins_with_parameters_is_opened_with_them(server: Server) -> None:
    client: Any = server.client()
    server.reply = lambda _: Answer(200, {})
    client.numbers.v1.embedded_sessions("BU1").create({"themeSetId": "x"})
    client.memory.v1.observations("S1", profile_id="P1").create({"observations": []})
    client.memory.v1.observations("S1", "P1", "O1").fetch()
    client.memory.v1.observations("S1", "P1", observation_id="O1").delete()
    assert [request.path for request in server.requests] == [
        "/v1/SenderIdRegistrations/BU1/EmbeddedSessions",
        "/v1/Stores/S1/Profiles/P1/Observations",
        "/v1/Stores/S1/Profiles/P1/Observations/O1",
        "/v1/Stores/S1/Profiles/P1/Observations/O1",
    ]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'profile_id'"):
        client.memory.v1.observations("S1")
    with pytest.raises(TypeError, match="takes only store_id, profile_id, observation_id"):
        client.memory.v1.observations("S1", "P1", "O1", "X")
