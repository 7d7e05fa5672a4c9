"""Every operation of the table is there, under its path, in both clients and in the stubs."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import ringback
from conftest import ACCOUNT, Answer, Request, Server
from surface import methods, reach

HOME = Path(ringback.__file__).parent
STUBS = sorted((HOME / "rest").rglob("*.pyi"))


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
        for cls, name, method in methods():
            if method.__name__ in {"stream", "page", "get_page"}:
                continue
            if (name, method.__name__) in NEED_AN_INSTANCE:
                continue
            place = reach(client, method.operation, context=name.endswith("Context"))
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
                assert (
                    type(answer).__name__.removeprefix("Async")
                    == name.replace("Context", "List").removesuffix("List") + "Instance"
                )
            verb, template = method.__doc__.split(" ")[:2]
            sent = server.requests[-1]
            assert sent.method == verb, method
            assert matches(template.rstrip(","), sent.path), (template, sent.path)
            seen.add(method.operation)
            assert cls.__module__.startswith("ringback.rest.")

    asyncio.run(walk())
    assert len(seen) > 250


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


def test_every_method_is_in_the_stubs() -> None:
    known = {path: path.read_text(encoding="utf-8") for path in STUBS}
    for cls, name, method in methods():
        parts = cls.__module__.split(".")[2:]
        here = HOME.joinpath("rest", *parts)
        text = known.get(here.with_suffix(".pyi")) or known[here / "__init__.pyi"]
        for prefix in ("", "Async"):
            body = text.split(f"\nclass {prefix}{name}(", 1)[1].split("\nclass ", 1)[0]
            word = "async def" if prefix and method.__name__ != "stream" else "def"
            line = next(line for line in body.split("\n") if line.startswith(f"    {word} {method.__name__}(self"))
            for argument in inspect.signature(method).parameters:
                assert argument == "self" or f" {argument}: " in line, (cls, method, argument)


GOOD = """
from datetime import datetime
from ringback import AsyncClient, Client, VoiceResponse

client = Client("AC1", "t", timeout=3)
message = client.messages.create("+1", from_="+2", body="x", media_url=["a"], send_at=datetime.now())
sid: str = message.sid
same: bool = message.status == "queued" or message.status is message.Status.SENT
client.messages(sid).media.list(limit=3)
client.calls.create(to="+1", from_="+2", twiml=VoiceResponse())
client.verify.v2.services("VA1").verifications.create(to="+1", channel="sms").status
for one in client.messages.stream(limit=3):
    one.delete()

async def main() -> None:
    async with AsyncClient() as client:
        (await client.messages.create(to="+1")).sid.upper()
        async for one in client.messages.stream():
            await one.fetch()
"""
BAD = {
    'client.messages.create(to="+1", boddy="x")': "Unexpected keyword argument",
    'client.messages.create(body="x")': "Missing positional argument",
    "client.messages.create(to=1)": "incompatible type",
    "client.mesages": "has no attribute",
    'client.messages.create(to="+1").sidd': "has no attribute",
    'Client("AC1", timeout="soon")': "No overload variant",
    'VoiceResponse().sey("x")': "has no attribute",
}


def check_types(folder: Path, program: str) -> str:
    (folder / "program.py").write_text(program, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--cache-dir",
        str(folder.parent / "mypy"),
        "program.py",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_the_types_accept_what_is_right_and_refuse_what_is_misspelt(tmp_path: Path) -> None:
    assert "Success" in check_types(tmp_path, GOOD)
    for line, words in BAD.items():
        out = check_types(tmp_path, f"from ringback import Client, VoiceResponse\nclient = Client()\n{line}\n")
        assert words in out, (line, out)
