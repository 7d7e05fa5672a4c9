"""Awaited calls: on any event loop, in several of them, cancelled, forgotten, in tasks and groups."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from conftest import Answer, Server, message

if TYPE_CHECKING:
    from ringback.emulator import Emulator

FROM, TO = "+15557654321", "+15551234567"


async def test_the_names_are_the_same_and_awaited(emulator: Emulator) -> None:
    async with emulator.async_client() as client:
        sent = [await client.messages.create(to=TO, from_=FROM, body=str(number)) for number in range(5)]
        sids = [one.sid for one in sent][::-1]
        assert [one.sid for one in await client.messages.list()] == sids
        assert [one.sid async for one in client.messages.stream(limit=4, page_size=2)] == sids[:4]
        page = await client.messages.page(page_size=2)
        assert [one.sid for one in page] == sids[:2]
        following = await page.next_page()
        assert following is not None
        assert [one.sid for one in following] == sids[2:4]
        assert (await sent[0].fetch()).body == "0"
        emulator.advance(60)
        assert await sent[0].delete() is True
        with pytest.raises(ringback.NotFoundError):
            await client.messages(sent[0].sid).fetch()
    with pytest.raises(ringback.ConfigurationError, match="closed"):
        await client.messages.list()


async def test_many_calls_are_under_way_at_once(server: Server) -> None:
    server.reply = lambda request: Answer(201, message(body=request.form["Body"][0]), seconds=0.2)
    client = server.async_client()
    calls = [client.messages.create(to=TO, from_=FROM, body=str(number)) for number in range(40)]
    answers = await asyncio.gather(*calls)
    assert [one.body for one in answers] == [str(number) for number in range(40)]


async def test_calls_work_in_tasks_timeouts_and_groups(server: Server) -> None:
    client = server.async_client()
    server.reply = lambda _: Answer(201, message())
    task: asyncio.Task[Any] = asyncio.create_task(client.messages.create(to=TO, body="x"))
    assert (await task).status == "queued"
    assert (await asyncio.wait_for(client.messages.create(to=TO, body="x"), 10)).status == "queued"
    server.reply = lambda _: Answer(seconds=60)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(client.messages.create(to=TO, body="x"), 0.2)


async def test_a_begun_call_that_is_cancelled_says_that_it_may_have_been_sent(server: Server) -> None:
    server.reply = lambda _: Answer(seconds=60)
    client = server.async_client()
    seen: list[BaseException] = []

    async def send() -> None:
        try:
            await client.messages.create(to=TO, from_=FROM, body="x")
        except asyncio.CancelledError as error:
            seen.append(error)
            raise

    task = asyncio.create_task(send())
    await asyncio.to_thread(server.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert getattr(seen[0], "outcome", None) == "unknown"
    cause = seen[0].__cause__
    assert isinstance(cause, ringback.RingbackError)
    assert (cause.kind, cause.outcome) == ("interrupted", "unknown")
    assert len(server.requests) == 1


async def test_a_call_that_could_not_begin_was_provably_not_sent() -> None:
    client = ringback.AsyncClient("AC1", "t", base_url="http://127.0.0.1:9", max_retries=0)
    with pytest.raises(ringback.TransportError) as caught:
        await client.messages.create(to=TO, from_=FROM, body="x")
    assert caught.value.outcome == "not_sent"


def test_a_call_that_is_never_awaited_is_not_sent_and_warned_of(server: Server) -> None:
    client = server.async_client()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        forgotten = client.messages.create(to=TO, body="x")
        del forgotten
        gc.collect()
    assert [str(one.message) for one in caught] == [
        "coroutine 'api.v2010.accounts.messages.create' was never awaited",
    ]
    assert server.requests == []


def test_one_client_serves_loops_one_after_the_other_and_side_by_side(server: Server) -> None:
    server.reply = lambda _: Answer(201, message())
    client = server.async_client()  # outside any loop

    async def send(times: int) -> int:
        answers = await asyncio.gather(*(client.messages.create(to=TO, body="x") for _ in range(times)))
        return len(answers)

    assert asyncio.run(send(3)) == 3
    assert asyncio.run(send(3)) == 3
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(asyncio.run(send(5)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [5] * 4


async def test_errors_come_out_of_await_with_their_fields(server: Server) -> None:
    server.answers.append(Answer(400, {"code": 21211, "message": "Invalid 'To'", "status": 400}))
    with pytest.raises(ringback.RejectedError) as caught:
        await server.async_client().messages.create(to="x", body="y")
    assert (caught.value.code, caught.value.status, caught.value.outcome) == (21211, 400, "not_sent")


async def test_an_error_in_the_middle_of_a_stream_ends_it(server: Server) -> None:
    following = "/2010-04-01/x?Page=1"
    server.answers.append(Answer(body={"messages": [message(), message()], "next_page_uri": following}))
    server.answers.append(Answer(404, {"code": 20404, "message": "gone"}))
    stream = server.async_client().messages.stream()
    assert [(await anext(stream)).sid, (await anext(stream)).sid] == [message()["sid"]] * 2
    with pytest.raises(ringback.NotFoundError):
        await anext(stream)
    assert [one async for one in stream] == []
