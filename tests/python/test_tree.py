"""Every operation of the table is there, under its path, in both clients and in the stubs."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from typing import Any

import pytest

from conftest import ACCOUNT, Answer, Request, Server
from surface import methods, reach


def reply(request: Request) -> Answer:
    if request.method == "DELETE":
        return Answer(204, b"")
    return Answer(200, {"meta": {"key": "records"}, "records": []})


# the official library has these on the list too, whose path lacks what they need
NEED_AN_INSTANCE = {("AssistantsKnowledgeList", "create"), ("AssistantsToolList", "create")}


@pytest.mark.parametrize("face", ["sync", "async"])
def test_every_operation_is_reached_by_its_name_and_sent_to_its_path(server: Server, face: str) -> None:
    server.reply = reply
    client: Any = server.client() if face == "sync" else server.async_client()
    seen = set()

    async def walk() -> None:
        for found in methods():
            cls, name, method = found
            if method.__name__ in {"stream", "page", "get_page"}:
                continue
            if (name, method.__name__) in NEED_AN_INSTANCE:
                continue
            place = reach(client, method.operation, context=found.is_on_context)
            call = getattr(place, method.__name__)
            required = [
                parameter
                for parameter in inspect.signature(call).parameters.values()
                if parameter.default is inspect.Parameter.empty
            ]
            answer = call(*[value_of(parameter.name) for parameter in required])
            if face == "async":
                answer = await answer
            if method.__name__ == "list":
                assert answer == []
            elif method.__name__ == "delete":
                assert answer is True
            else:
                assert type(answer).__name__.removeprefix("Async") == f"{found.resource}Instance"
            verb, template = method.__doc__.split(" ")[:2]
            sent = server.requests[-1]
            assert sent.method == verb, method
            assert matches(template.rstrip(","), sent.path), (template, sent.path)
            seen.add(method.operation)
            assert cls.__module__.startswith("ringback.rest.")

    asyncio.run(walk())
    assert len(seen) > 1400


def value_of(name: str) -> Any:
    """Give a required argument a value that its kind takes."""
    if name.endswith("_request"):
        return {}
    if name.startswith(("date", "start_date", "end_date")):
        return "2026-01-01"
    flags = {"enabled", "tolerance"}
    return "true" if any(flag in name for flag in flags) else "1"


def matches(template: str, path: str) -> bool:
    """Compare a path with its template: `X` or the account for each parameter."""
    pairs = zip(template.split("/"), path.split("/"), strict=True)
    return all(
        part == wanted or (wanted.startswith("{") and part.removesuffix(".json") in {"X", ACCOUNT})
        for wanted, part in pairs
    )


def test_the_classes_can_be_imported_and_are_those_of_the_client(server: Server) -> None:
    module = importlib.import_module("ringback.rest.api.v2010.account.message")
    client = server.client()
    assert type(client.messages) is module.MessageList
    assert type(client.messages("SM1")) is module.MessageContext
    assert type(server.async_client().messages) is module.AsyncMessageList
    assert module.MessageInstance.Status.QUEUED == "queued"
    assert module.MessageInstance.Status is module.AsyncMessageInstance.Status
    assert module.__all__ == dir(module)[-len(module.__all__) :] or set(module.__all__) <= set(dir(module))
    assert client.messages is client.messages
    with pytest.raises(ImportError):
        importlib.import_module("ringback.rest.api.v2010.account.massage")
    with pytest.raises(AttributeError):
        _ = module.MessageLust


def test_objects_show_what_they_are(server: Server) -> None:
    client = server.client()
    assert repr(client) == f"<Client {ACCOUNT}>"
    assert repr(client.api) == "<Twilio.Api>"
    assert repr(client.verify.v2) == "<Twilio.Verify.V2>"
    assert repr(client.messages) == "<Twilio.Api.V2010.MessageList>"
    assert repr(client.messages("SM1")) == f"<Twilio.Api.V2010.MessageContext account_sid={ACCOUNT} sid=SM1>"
    assert repr(client.messages.create) == f"<bound method MessageList.create of {client.messages!r}>"
    assert {"messages", "calls", "verify", "close"} <= set(dir(client))
    with pytest.raises(AttributeError, match="Did you mean 'messages'"):
        _ = client.mesages  # type: ignore[attr-defined]
