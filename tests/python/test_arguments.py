"""Arguments: what goes on the wire for each type of Python's, and what is refused with which words."""

from __future__ import annotations

import enum
import inspect
import json
from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

import ringback
from conftest import ACCOUNT, Answer, Server, message
from ringback.rest.api.v2010.account.message import MessageInstance

TO = "+15551234567"


class Color(enum.Enum):
    """An enum that is no text itself."""

    RED = "red"


class Model:
    """What knows its own JSON."""

    def to_dict(self) -> dict[str, Any]:
        return {"a": 1, "b": None}


@pytest.mark.parametrize(
    ("name", "value", "wire"),
    [
        ("body", "é 😀 & =", ["é 😀 & ="]),
        ("body", 7, ["7"]),
        ("body", Color.RED, ["red"]),
        ("body", None, None),
        ("body", ringback.unset, None),
        ("content_variables", {"1": "a"}, ['{"1":"a"}']),
        ("content_variables", OrderedDict(a=[1, True, None]), ['{"a":[1,true]}']),
        ("content_variables", Model(), ['{"a":1}']),
        ("max_price", Decimal("0.10"), ["0.10"]),
        ("max_price", 0.5, ["0.5"]),
        ("media_url", ["https://a", "https://b"], ["https://a", "https://b"]),
        ("media_url", ("https://a", None), ["https://a"]),
        ("media_url", "https://a", ["https://a"]),
        ("provide_feedback", True, ["true"]),
        ("provide_feedback", "TRUE", ["true"]),
        ("attempt", 3, ["3"]),
        ("risk_check", MessageInstance.RiskCheck.DISABLE, ["disable"]),
        ("send_at", datetime(2026, 1, 2, 3, 4, 5, 999), ["2026-01-02T03:04:05Z"]),
        ("send_at", datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))), ["2026-01-02T01:04:05Z"]),
        ("send_at", date(2026, 1, 2), ["2026-01-02T00:00:00Z"]),
        ("send_at", "whenever", ["whenever"]),
    ],
)
def test_a_value_is_written_as_its_parameter_wants(server: Server, name: str, value: Any, wire: Any) -> None:
    server.client().messages.create(TO, **{name: value})
    form = server.requests[0].form
    assert form.pop("To") == [TO]
    assert list(form.values()) == ([] if wire is None else [wire])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("body", object(), "Body cannot take a value of type object"),
        ("body", b"bytes", "Body cannot take a value of type bytes"),
        ("body", "\ud800", "Body holds a lone surrogate"),
        ("body", ["a", "b"], "Body takes one value"),
        ("status_callback", {1: 2}, "StatusCallback cannot take a value of type int"),
        ("attempt", 1.5, "Attempt takes a whole number"),
        ("attempt", True, "Attempt takes a whole number"),
        ("provide_feedback", 1, "ProvideFeedback takes true or false"),
        ("max_price", float("nan"), "MaxPrice is NaN"),
        ("content_variables", {"a": "\udfff"}, "ContentVariables holds a lone surrogate"),
    ],
)
def test_a_wrong_value_is_named_in_twilios_spelling(server: Server, name: str, value: Any, words: str) -> None:
    with pytest.raises(ringback.InvalidArgumentError, match=words) as caught:
        server.client().messages.create(TO, **{name: value})
    assert caught.value.outcome == "not_sent"
    assert server.requests == []


def test_filters_of_a_list_keep_their_wire_names(server: Server) -> None:
    server.answers.append(Answer(body={"messages": []}))
    server.client().messages.list(date_sent_after=date(2026, 1, 2), from_=TO, limit=20)
    query = server.requests[0].query
    assert query == {"DateSent>": ["2026-01-02T00:00:00Z"], "From": [TO], "PageSize": ["20"]}


def test_arguments_are_bound_as_python_binds_them(server: Server) -> None:
    messages = server.client().messages
    cases: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
        ((), {}, r"MessageList.create\(\) missing 1 required positional argument: 'to'"),
        ((TO,), {"boddy": "x"}, r"unexpected keyword argument 'boddy'. Did you mean 'body'\?"),
        ((TO,), {"to": TO}, "multiple values for argument 'to'"),
        (tuple("x" * 40), {}, "takes at most 27 positional arguments but 41 were given"),
    ]
    for args, kwargs, words in cases:
        with pytest.raises(TypeError, match=words):
            messages.create(*args, **kwargs)
    services = server.client().verify.v2.services("VA1")
    with pytest.raises(TypeError, match="missing 2 required positional arguments: 'to' and 'channel'"):
        services.verifications.create()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'sid'"):
        server.client().messages()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="not callable"):
        server.client().balance()  # type: ignore[operator]
    assert server.requests == []


def test_signatures_can_be_inspected(server: Server) -> None:
    signature = inspect.signature(server.client().messages.create)
    assert list(signature.parameters)[:2] == ["to", "status_callback"]
    assert signature.parameters["to"].default is inspect.Parameter.empty
    assert signature.parameters["body"].default is ringback.unset
    assert list(inspect.signature(server.client().messages.list).parameters)[-2:] == ["limit", "page_size"]
    assert inspect.ismethod(server.client().messages.create)


def test_numbered_parameters_are_all_there(server: Server) -> None:
    call = server.client().calls("CA1")
    call.siprec.create(name="x", parameter2_name="n", parameter2_value="v")
    assert server.requests[0].form == {"Name": ["x"], "Parameter2.Name": ["n"], "Parameter2.Value": ["v"]}


def test_a_path_cannot_be_left(server: Server) -> None:
    server.client().lookups.v2.phone_numbers("a/../b?c#d%").fetch()
    assert server.requests[0].path.endswith("/v2/PhoneNumbers/a%2F..%2Fb%3Fc%23d%25")
    messages = server.client().messages
    for sid in ("", ".", "..", "a\n", "a/b", "a?b", "a#b", "a%2Fb"):
        with pytest.raises(ringback.InvalidArgumentError):
            messages(sid).fetch()
    assert len(server.requests) == 1


def test_subaccounts_and_the_own_account_are_reached(server: Server) -> None:
    client = server.client()
    server.reply = lambda _: Answer(body=message())
    client.api.v2010.accounts("AC2").messages("SM1").fetch()
    client.api.v2010.account.messages("SM1").fetch()
    assert [request.path.split("/")[3] for request in server.requests] == ["AC2", ACCOUNT]


def test_clients_take_the_arguments_of_the_official_library(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RINGBACK_BASE_URL", server.url)
    clients = [
        ringback.Client("SK1", "secret", "AC1"),
        ringback.Client(username="SK1", password="secret", account_sid="AC1"),
        ringback.Client(account_sid="AC1", api_key="SK1", api_secret="secret"),
    ]
    for client in clients:
        client.balance.fetch()
    assert {request.headers["authorization"] for request in server.requests} == {"Basic U0sxOnNlY3JldA=="}
    assert {request.path for request in server.requests} == {"/2010-04-01/Accounts/AC1/Balance.json"}
    with pytest.raises(ringback.ConfigurationError, match="give it to the client or set TWILIO_ACCOUNT_SID"):
        ringback.Client()
    with pytest.raises(ringback.ConfigurationError, match="TWILIO_AUTH_TOKEN"):
        ringback.Client("AC1")
    with pytest.raises(TypeError, match="Did you mean 'timeout'"):
        ringback.Client("AC1", "t", timout=3)  # type: ignore[call-overload]
    with pytest.raises(ringback.ConfigurationError, match="timeout must be"):
        ringback.Client("AC1", "t", timeout=-1)


def test_a_client_can_be_subclassed(server: Server) -> None:
    class Shop(ringback.Client):
        def __init__(self, url: str) -> None:
            super().__init__("AC1", "t", base_url=url)

    with Shop(server.url) as shop:
        shop.messages("SM1").fetch()
    with pytest.raises(ringback.ConfigurationError, match="closed"):
        shop.messages("SM1").fetch()


def test_none_inside_of_a_document_is_null_and_is_left_out_of_a_json_body(server: Server) -> None:
    client = server.client()
    documents = client.sync.v1.services("IS1").documents
    documents.create(data={"a": [1, None], "b": None})
    assert json.loads(server.requests[0].form["Data"][0]) == {"a": [1, None], "b": None}
    client.sync.v1.services("IS1").documents("ET1").update(data=[None, {"a": None}])
    assert json.loads(server.requests[1].form["Data"][0]) == [None, {"a": None}]
    client.content.v1.contents.create({"language": "en", "friendly_name": None, "types": {"twilio/text": None}})
    assert json.loads(server.requests[2].body) == {"language": "en", "types": {}}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"ca_file": "/no/such/file"}, "ca_file /no/such/file cannot be read"),
        ({"ca_file": 7}, "ca_file must be the path of a file"),
        ({"proxy": "socks5://me:hunter2@proxy.example"}, "proxy must be a URL"),
        ({"proxy": "me:hunter2@proxy.example:3128"}, "proxy must be a URL"),
        ({"proxy": 7}, "proxy must be text"),
        ({"proxy": "http://me:hunter2@proxy.example", "base_url": "http://127.0.0.1:9"}, "base_url is plain http"),
    ],
)
@pytest.mark.parametrize("kind", [ringback.Client, ringback.AsyncClient])
def test_a_way_that_cannot_be_used_is_named_without_its_password(
    kind: Any, settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(ringback.ConfigurationError) as raised:
        kind(ACCOUNT, "t", **settings)
    assert says in str(raised.value)
    assert "hunter2" not in repr(raised.value)


def test_requests_go_through_the_proxy_that_is_named(server: Server) -> None:
    client = ringback.Client(ACCOUNT, "t", base_url="http://127.0.0.1:9", proxy=server.url)
    client.messages.create(TO, from_=TO, body="hello")
    assert len(server.requests) == 1
