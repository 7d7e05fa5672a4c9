"""What calls say of themselves in Python: one logger, one function for metrics, and never a secret."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from conftest import ACCOUNT, TOKEN, Answer, Server, message, until
from ringback import CallRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

FROM, TO = "+15557654321", "+15551234567"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CREATE = "api.v2010.accounts.messages.create"
SECRETS = [TOKEN, "the-body-text", "the-query-text", TO, TO[1:], FROM[1:]]


def created(**headers: str) -> Answer:
    """Give the answer to a create."""
    return Answer(201, message(), headers)


def send(client: ringback.Client) -> Any:
    """Send a message."""
    return client.messages.create(to=TO, from_=FROM, body="the-body-text")


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Give what could not be raised."""
    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", seen.append)
    yield seen
    seen.clear()


def test_a_call_is_one_line_at_debug_with_what_became_of_it(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "ringback")
    server.answers.append(created(**{"Twilio-Request-Id": "RQ1"}))
    server.answers.append(Answer(400, {"code": 21211, "message": "the-body-text is wrong"}))
    client = server.client()
    send(client)
    with pytest.raises(ringback.RejectedError):
        send(client)
    first, second = (record for record in caplog.records if record.name == "ringback")
    assert (first.levelname, second.levelname) == ("DEBUG", "DEBUG")
    assert first.getMessage().startswith(f"POST {PATH}: status 201, sent, ")
    assert first.getMessage().endswith(" ms, attempts 1, request id RQ1")
    assert second.getMessage().startswith(f"POST {PATH}: status 400, not_sent (rejected), ")
    assert first.funcName == "send", "the line points at who made the call"


def test_a_call_that_was_repeated_is_worth_an_info(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ringback")
    server.answers.append(created())
    server.answers.append(Answer(429, {"code": 20429}, {"Retry-After": "0"}))
    server.answers.append(created())
    client = server.client()
    send(client)
    send(client)
    (record,) = caplog.records
    assert (record.levelname, record.name) == ("INFO", "ringback")
    assert ", sent, " in record.getMessage()
    assert ", attempts 2, " in record.getMessage()


def test_no_line_and_no_record_holds_a_secret_a_body_or_a_query(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    records: list[CallRecord] = []
    client = server.client(on_call=records.append)
    server.reply = lambda request: Answer(
        201 if request.method == "POST" else 200, message(body="the-body-text", messages=[])
    )
    send(client)
    client.messages.list(to="the-query-text")
    assert server.requests[1].query == {"To": ["the-query-text"]}
    server.reply = lambda _: Answer(500, b"the-body-text")
    with pytest.raises(ringback.ServerError):
        send(client)

    def found() -> list[str]:
        said = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
        said += [repr(record) + str({name: getattr(record, name) for name in FIELDS}) for record in records]
        return [line for line in said if any(secret in line for secret in SECRETS)]

    assert (len(caplog.records), len(records)) == (3, 3)
    assert found() == []
    # the control: a line that prints the body is found by the same search
    logging.getLogger("ringback").debug("POST %s %s", PATH, server.requests[0].form)
    assert len(found()) == 1


FIELDS = ["operation", "method", "path", "status", "outcome", "error_kind", "seconds", "attempts", "request_id"]


def test_on_call_gets_every_call_with_its_attributes(server: Server) -> None:
    records: list[CallRecord] = []
    client = server.client(on_call=records.append)
    server.answers.append(created(**{"Twilio-Request-Id": "RQ1"}))
    send(client)
    (record,) = records
    seconds = record.seconds
    assert 0 < seconds < 20
    assert {name: getattr(record, name) for name in FIELDS} == {
        "operation": CREATE,
        "method": "POST",
        "path": PATH,
        "status": 201,
        "outcome": "sent",
        "error_kind": None,
        "seconds": seconds,
        "attempts": 1,
        "request_id": "RQ1",
    }
    assert repr(record) == f"<CallRecord POST {PATH} sent>"
    server.answers.append(Answer(503, {}))
    with pytest.raises(ringback.ServerError):
        send(client)
    server.answers.append(Answer(201, b"<html>"))
    with pytest.raises(ringback.DecodeError):
        send(client)
    assert [(one.status, one.outcome, one.error_kind) for one in records[1:]] == [
        (503, "unknown", "server"),
        (201, "sent", "decode"),
    ]
    with pytest.raises(TypeError):
        client.messages.create(tu=TO)  # type: ignore[call-arg]
    with pytest.raises(ringback.InvalidArgumentError):
        client.messages("a/b").fetch()
    assert len(records) == 3, "what was never made is no call"


def test_every_page_is_a_call(server: Server) -> None:
    records: list[CallRecord] = []
    client = server.client(on_call=records.append)
    for following in ("/2010-04-01/x.json?Page=1", None):
        server.answers.append(Answer(body={"messages": [message()], "next_page_uri": following}))
    assert len(client.messages.list()) == 2
    assert [record.path for record in records] == [PATH, "/2010-04-01/x.json"]
    records.clear()
    for following in ("/2010-04-01/x.json?Page=1", None):
        server.answers.append(Answer(body={"messages": [message()], "next_page_uri": following}))
    stream = client.messages.stream()
    assert records == []
    next(stream)
    assert len(records) == 1
    assert len(list(stream)) == 1
    assert len(records) == 2


def test_every_request_of_a_batch_is_a_call(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "ringback")
    server.reply = lambda request: created() if request.form["Body"] != ["3"] else Answer(400, {"code": 21211})
    records: list[tuple[int, CallRecord]] = []
    requests = [{"to": TO, "from_": FROM, "body": str(number)} for number in range(20)]

    def on_call(record: CallRecord) -> None:
        records.append((threading.get_ident(), record))

    def found() -> list[Any]:
        told = sorted((record.status, record.outcome) for _, record in records)
        here = {thread for thread, _ in records} == {threading.get_ident()}
        lines = len(caplog.records)
        records.clear()
        caplog.clear()
        return [told, here, lines]

    expected = [[(201, "sent")] * 19 + [(400, "not_sent")], True, 20]
    assert len(list(server.client(on_call=on_call).messages.create_many(requests, concurrency=4))) == 20
    assert found() == expected

    async def awaited() -> None:
        assert len(await server.async_client(on_call=on_call).messages.create_many(requests)) == 20

    asyncio.run(awaited())
    assert found() == expected


async def test_awaited_calls_are_told_of_on_the_thread_and_in_the_context_of_who_awaits(server: Server) -> None:
    server.reply = lambda _: created()
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name")
    seen: list[tuple[int, str, str]] = []

    def on_call(record: CallRecord) -> None:
        assert asyncio.get_running_loop()
        seen.append((threading.get_ident(), name.get(), record.outcome))

    client = server.async_client(on_call=on_call)

    async def one(number: int) -> None:
        name.set(str(number))
        await client.messages.create(to=TO, from_=FROM, body="x")

    await asyncio.gather(*(one(number) for number in range(20)))
    assert sorted(seen, key=lambda one: int(one[1])) == [
        (threading.get_ident(), str(number), "sent") for number in range(20)
    ]


async def test_a_cancelled_call_is_told_of_once(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "ringback")
    server.reply = lambda _: Answer(seconds=60)
    records: list[CallRecord] = []
    client = server.async_client(on_call=records.append)
    task = asyncio.ensure_future(client.messages.create(to=TO, from_=FROM, body="x"))
    await asyncio.to_thread(server.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [(one.outcome, one.error_kind, one.status) for one in records] == [("unknown", "interrupted", None)]
    (line,) = caplog.records
    assert ": no status, unknown (interrupted), " in line.getMessage()


def test_async_pages_are_calls(server: Server) -> None:
    records: list[CallRecord] = []

    async def walk() -> None:
        client = server.async_client(on_call=records.append)
        for following in ("/2010-04-01/x.json?Page=1", None):
            server.answers.append(Answer(body={"messages": [message()], "next_page_uri": following}))
        assert len([one async for one in client.messages.stream()]) == 2

    asyncio.run(walk())
    assert [record.path for record in records] == [PATH, "/2010-04-01/x.json"]


@pytest.mark.parametrize("wrong", [ValueError("mine"), SystemExit(3), asyncio.CancelledError()])
async def test_what_on_call_raises_is_reported_and_breaks_nothing(
    server: Server, unraisable: list[Any], wrong: BaseException
) -> None:
    server.reply = lambda _: created()

    def on_call(_: CallRecord) -> None:
        raise wrong

    assert send(server.client(on_call=on_call)).status == "queued"
    sent = await server.async_client(on_call=on_call).messages.create(to=TO, from_=FROM, body="x")
    assert sent.status == "queued"
    assert [(one.exc_value, one.object) for one in unraisable] == [(wrong, on_call)] * 2


def test_ctrl_c_in_on_call_reaches_the_program_after_the_result(server: Server, unraisable: list[Any]) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    server.reply = lambda _: created()

    def on_call(_: CallRecord) -> None:
        raise KeyboardInterrupt

    def send_and_go_on() -> None:
        send(server.client(on_call=on_call))
        until(lambda: False, "the interrupt")

    with pytest.raises(KeyboardInterrupt):
        send_and_go_on()
    signal.signal(signal.SIGINT, before)
    assert len(unraisable) == 1


def test_a_handler_that_fails_breaks_nothing(server: Server, unraisable: list[Any]) -> None:
    server.reply = lambda _: created()

    class Wrong(logging.Filter):
        def filter(self, _: logging.LogRecord) -> bool:
            raise ValueError("mine")

    logger, wrong, before = logging.getLogger("ringback"), Wrong(), logging.getLogger("ringback").level
    logger.addFilter(wrong)
    logger.setLevel(logging.DEBUG)
    try:
        assert send(server.client()).status == "queued"
    finally:
        logger.removeFilter(wrong)
        logger.setLevel(before)
    assert [str(one.exc_value) for one in unraisable] == ["mine"]


def test_on_call_must_be_callable() -> None:
    with pytest.raises(ringback.ConfigurationError, match="on_call must be callable"):
        ringback.Client("AC1", "t", on_call=3)  # type: ignore[call-overload]


class Custom:
    """An HTTP client of the caller's own."""

    is_async = False

    def __init__(self, status: int, body: Any) -> None:
        self.answer = SimpleNamespace(status_code=status, text=json.dumps(body), headers={"Twilio-Request-Id": "RQ7"})

    def request(self, *_: Any, **__: Any) -> Any:
        """Answer, or fail as such clients do."""
        if self.answer.status_code == 0:
            raise OSError("no network")
        return self.answer


class AsyncCustom(Custom):
    """The same, awaited."""

    is_async = True

    async def request(self, *_: Any, **__: Any) -> Any:
        """Answer."""
        return self.answer


def test_calls_through_a_client_of_the_callers_own_are_told_of_where_a_status_is_known() -> None:
    records: list[CallRecord] = []
    told = ["status", "outcome", "error_kind", "request_id", "attempts", "path", "operation"]
    client = ringback.Client(ACCOUNT, TOKEN, http_client=Custom(201, message()), on_call=records.append)
    send(client)
    client = ringback.Client(ACCOUNT, TOKEN, http_client=Custom(503, {}), on_call=records.append)
    with pytest.raises(ringback.ServerError):
        send(client)
    client = ringback.Client(ACCOUNT, TOKEN, http_client=Custom(0, {}), on_call=records.append)
    with pytest.raises(OSError, match="no network"):
        send(client)

    async def awaited() -> None:
        client = ringback.AsyncClient(ACCOUNT, TOKEN, http_client=AsyncCustom(201, message()), on_call=records.append)
        await client.messages.create(to=TO, from_=FROM, body="x")

    asyncio.run(awaited())
    yes = (201, "sent", None, "RQ7", 1, PATH, CREATE)
    assert [tuple(getattr(record, name) for name in told) for record in records] == [
        yes,
        (503, "unknown", "server", "RQ7", 1, PATH, CREATE),
        yes,
    ]
    assert all(0 <= record.seconds < 20 for record in records)


def test_importing_and_sending_does_not_import_logging() -> None:
    program = """
import sys
import ringback
client = ringback.Client("AC1", "t", base_url="http://127.0.0.1:9", max_retries=0)
try:
    client.messages.create(to="+1", body="x")
except ringback.TransportError:
    print("logging" in sys.modules)
import logging
logging.basicConfig(level=logging.DEBUG, format="%(name)s %(levelname)s %(message)s", stream=sys.stdout)
try:
    client.messages.create(to="+1", body="x")
except ringback.TransportError:
    pass
"""
    home = ringback.__file__.rsplit("/", 2)[0]
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], env={"PYTHONPATH": home}, capture_output=True, text=True, check=False
    )
    first, second = done.stdout.splitlines()
    assert first == "False", done.stderr
    start = "ringback DEBUG POST /2010-04-01/Accounts/AC1/Messages.json: no status, not_sent (transport), "
    assert second.startswith(start)
