"""Many creates at once: order, concurrency, pace, errors in their places, progress, Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import signal
import sys
import threading
import time
import types
import warnings
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from conftest import Answer, Server, message, until
from test_process import finish, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringback.emulator import Emulator

FROM, TO = "+15557654321", "+15551234567"


def request(body: object) -> dict[str, Any]:
    return {"to": TO, "from_": FROM, "body": str(body)}


def requests(count: int) -> list[dict[str, Any]]:
    return [request(number) for number in range(count)]


def many(client: ringback.Client | ringback.AsyncClient) -> Any:
    """Give the method without its types: a test that a result is a message asks for its attributes."""
    return client.messages.create_many


class Crowd:
    """What a server sees of a batch: how many requests are under way at once."""

    def __init__(self, server: Server, seconds: float = 0.0) -> None:
        self.lock = threading.Lock()
        self.now = self.most = 0
        self.seconds = seconds
        server.reply = self.reply

    def reply(self, request: Any) -> Answer:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(self.seconds)
        with self.lock:
            self.now -= 1
        body = request.form["Body"][0]
        if body == "refused":
            return Answer(400, {"code": 21211, "message": "no such number", "status": 400})
        return Answer(201, message(body=body))


def test_results_are_in_order_and_as_many_are_under_way_as_asked_for(server: Server) -> None:
    crowd = Crowd(server, 0.005)
    results = many(server.client())(requests(100), concurrency=8)
    assert len(results) == 100
    assert [one.body for one in results] == [str(number) for number in range(100)]
    assert crowd.most == 8
    assert len(server.requests) == 100


def test_results_can_be_asked_for_by_their_places_and_read_again(server: Server) -> None:
    Crowd(server)
    results = many(server.client())(requests(5))
    assert results[2].body == "2"
    assert [one.body for one in results[3:]] == ["3", "4"]
    assert [one.body for one in results] == [one.body for one in results] == list("01234")
    assert len(server.requests) == 5
    streamed = many(server.client())(requests(2))
    next(streamed)
    with pytest.raises(TypeError, match="one by one"):
        streamed[0]


def test_the_error_of_one_request_is_its_result(server: Server) -> None:
    Crowd(server)
    wrong = [
        request("refused"),
        {"body": "to nobody"},
        {**request(1), "boddy": "x"},
        {**request(1), "send_at": object()},
        "not a dict",
        {**request(1), "body": "a\0b"},
    ]
    results = list(many(server.client())([request(1), *wrong, request(2)]))
    assert [results[0].body, results[-1].body] == ["1", "2"]
    errors = results[1:-1]
    assert all(isinstance(error, ringback.RingbackError) for error in errors)
    assert [(error.kind, error.outcome) for error in errors] == [
        ("rejected", "not_sent"),
        *[("invalid_argument", "not_sent")] * 5,
    ]
    assert errors[0].code == 21211
    for error, says in zip(
        errors[1:], ["'to'", "Did you mean 'body'?", "SendAt", "dict of arguments", "U+0000"], strict=True
    ):
        assert says in str(error)
    assert len(server.requests) == 3


def test_results_come_as_they_complete_if_asked_so(server: Server) -> None:
    server.reply = lambda got: Answer(201, message(body=got.form["Body"][0]), seconds=60 * (got.form["Body"] == ["0"]))
    results = many(server.client())(requests(20), concurrency=4, ordered=False)
    assert results.index is None  # before the first
    seen = []
    for _ in range(19):
        seen.append(next(results).body)
        assert str(results.index) == seen[-1]
    assert set(seen) == {str(number) for number in range(1, 20)}
    results.stop()
    last: Any = next(results)
    assert (last.kind, last.outcome, last.index) == ("interrupted", "unknown", 0)
    assert list(results) == []


def test_an_endless_iterable_is_read_as_far_as_there_is_room(server: Server) -> None:
    Crowd(server)
    taken = itertools.count()
    results = many(server.client())((request(next(taken)) for _ in itertools.count()), concurrency=4)
    assert [one.body for one in itertools.islice(results, 50)] == [str(number) for number in range(50)]
    assert next(taken) <= 50 + 16 * 4 + 1  # however late the next in order is
    with pytest.raises(TypeError, match="without a length"):
        len(results)
    results.stop()
    assert all(
        one.outcome in {"unknown", "not_sent", "sent"} for one in results if isinstance(one, ringback.RingbackError)
    )


def test_a_slow_iterable_does_not_hold_results_back_until_there_is_no_more_room(server: Server) -> None:
    Crowd(server)
    taken = 0

    def slow() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for number in range(200):
            if number > 0:
                until(lambda: len(server.requests) >= number)  # noqa: B023 - it is called at once
            taken += 1
            yield request(number)

    results = many(server.client())(slow(), concurrency=64)
    assert next(results).body == "0"
    assert taken < 20
    assert [one.body for one in results] == [str(number) for number in range(1, 200)]


def test_what_the_iterable_raises_comes_out_and_the_results_can_be_read(server: Server) -> None:
    Crowd(server)

    def breaks() -> Iterator[dict[str, Any]]:
        yield request(0)
        yield request(1)
        raise LookupError("the database is gone")

    results = many(server.client())(breaks())
    seen: list[Any] = []
    with pytest.raises(LookupError, match="the database is gone"):
        seen.extend(one.body for one in results)
    seen.extend(one.body for one in results)
    assert seen == ["0", "1"]


def test_ctrl_c_inside_of_the_iterable_stops_the_batch_too(server: Server) -> None:
    asked = threading.Event()

    def reply(_: Any) -> Answer:
        asked.set()
        return Answer(201, message(), seconds=20)

    server.reply = reply

    def pressed() -> Iterator[dict[str, Any]]:
        yield request(0)
        assert asked.wait(20)
        raise KeyboardInterrupt

    results = many(server.client())(pressed())
    with pytest.raises(KeyboardInterrupt) as caught:
        next(results)
    assert caught.value.results is results  # type: ignore[attr-defined]
    assert [(one.index, one.outcome) for one in results] == [(0, "unknown")]


def test_a_request_that_was_taken_has_a_result_whatever_its_reading_raises(server: Server) -> None:
    Crowd(server)

    class Odd:
        def to_dict(self) -> object:
            raise LookupError("gone")

    results = many(server.client())([request(0), {**request(1), "content_variables": Odd()}, request(2)])
    seen: list[Any] = []
    with pytest.raises(LookupError):
        seen.extend(results)
    seen.extend(results)
    assert [getattr(one, "body", None) or one.outcome for one in seen] == ["0", "not_sent", "2"]


def test_no_more_begin_in_a_second_than_asked_for(server: Server) -> None:
    Crowd(server)
    client = server.client()
    began = time.monotonic()
    assert len(list(many(client)(requests(21), per_second=50))) == 21
    assert time.monotonic() - began >= 0.39


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": -1}, "concurrency"),
        ({"concurrency": "many"}, "concurrency"),
        ({"per_second": 0}, "per_second"),
        ({"per_second": float("nan")}, "per_second"),
        ({"per_second": "fast"}, "per_second"),
    ],
)
def test_a_manner_that_cannot_be_kept_is_an_error_at_once(server: Server, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ringback.InvalidArgumentError, match=says):
        many(server.client())(requests(1), **options)
    with pytest.raises(ringback.InvalidArgumentError, match="put it into a list"):
        many(server.client())(request(1))
    with pytest.raises(TypeError):
        many(server.client())(7)
    with pytest.raises(TypeError, match="concurency"):
        many(server.client())([], concurency=7)
    assert server.requests == []


def test_progress_is_told_after_each_result(server: Server) -> None:
    Crowd(server)
    told: list[tuple[int, int | None]] = []
    client = server.client()
    list(many(client)(requests(3), progress=lambda done, total: told.append((done, total))))
    assert told == [(1, 3), (2, 3), (3, 3)]
    told.clear()
    list(many(client)(iter(requests(2)), progress=lambda done, total: told.append((done, total))))
    assert told == [(1, None), (2, None)]


def test_a_callback_that_raises_loses_no_result(server: Server) -> None:
    Crowd(server)

    def fails(done: int, _: int | None) -> None:
        if done == 2:
            raise RuntimeError("no terminal")

    results = many(server.client())(requests(3), progress=fails)
    assert next(results).body == "0"
    with pytest.raises(RuntimeError, match="no terminal"):
        next(results)
    assert [one.body for one in results] == ["1", "2"]


def test_a_batch_can_be_stopped_from_the_callback(server: Server) -> None:
    Crowd(server)
    results: Any = None

    def enough(done: int, _: int | None) -> None:
        if done == 3:
            results.stop()

    results = many(server.client())(requests(50), concurrency=2, progress=enough)
    outcomes = ["sent" if hasattr(one, "sid") else one.outcome for one in results]
    assert len(outcomes) == 50
    assert outcomes[:3] == ["sent"] * 3
    assert outcomes[-1] == "not_sent"


def test_what_breaks_off_a_reading_by_places_loses_nothing(server: Server) -> None:
    Crowd(server)

    def fails(done: int, _: int | None) -> None:
        if done == 2:
            raise RuntimeError("no terminal")

    results = many(server.client())(requests(4), progress=fails)
    with pytest.raises(RuntimeError):
        results[3]
    assert [one.body for one in results] == ["0", "1", "2", "3"]


def test_a_bar_is_shown_where_there_is_one(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    Crowd(server)
    bars: list[Any] = []

    class Tqdm:
        def __init__(self, total: int | None) -> None:
            self.total, self.n, self.closed = total, 0, False
            bars.append(self)

        def update(self, by: int) -> None:
            self.n += by

        def close(self) -> None:
            self.closed = True

    module = types.ModuleType("tqdm.auto")
    module.tqdm = Tqdm  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    assert len(list(many(server.client())(requests(4), progress=True))) == 4
    assert [(bar.total, bar.n, bar.closed) for bar in bars] == [(4, 4, True)]
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert len(list(many(server.client())(requests(4), progress=True))) == 4


def test_results_that_nobody_reads_are_warned_of_since_nothing_was_sent(server: Server) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        many(server.client())(requests(3))
        many(server.async_client())(requests(3))
        gc.collect()
    assert ["never read" in str(one.message) for one in caught] == [True, True]
    assert server.requests == []


def test_any_resource_that_is_created_can_be_created_many_times(emulator: Emulator) -> None:
    client: Any = emulator.client()
    names = [{"friendly_name": name} for name in ("one", "two", "three")]
    services = list(client.verify.v2.services.create_many(names))
    assert [one.friendly_name for one in services] == ["one", "two", "three"]
    sid = services[0].sid
    calls = [{"to": f"+1555123456{digit}", "channel": "sms"} for digit in range(3)]
    assert [one.status for one in client.verify.v2.services(sid).verifications.create_many(calls)] == ["pending"] * 3
    assert not hasattr(client.messages("SM1"), "create_many")


def test_a_client_with_an_http_client_of_its_own_says_that_it_cannot() -> None:
    client = ringback.Client("AC1", "t", http_client=object())
    with pytest.raises(ringback.ConfigurationError, match="http_client"):
        many(client)(requests(1))


def test_a_closed_client_begins_no_batch(server: Server) -> None:
    client = server.client()
    client.close()
    with pytest.raises(ringback.ConfigurationError, match="closed"):
        many(client)(requests(1))


async def test_results_are_awaited_one_by_one_or_all_at_once(server: Server) -> None:
    crowd = Crowd(server, 0.005)
    client = server.async_client()
    bodies = [one.body async for one in many(client)(requests(60), concurrency=6)]
    assert bodies == [str(number) for number in range(60)]
    assert crowd.most == 6
    results = await many(client)([request(1), request("refused"), {}], ordered=True)
    assert results[0].body == "1"
    assert [error.outcome for error in results[1:]] == ["not_sent", "not_sent"]
    unordered = await many(client)(requests(20), ordered=False)
    assert sorted(int(one.body) for one in unordered) == list(range(20))


async def test_a_batch_that_is_cancelled_tells_what_became_of_each_request(server: Server) -> None:
    server.reply = lambda got: Answer(201, message(), seconds=20.0 * (int(got.form["Body"][0]) >= 3))
    results = many(server.async_client())(requests(20), concurrency=4)
    task = asyncio.ensure_future(_awaited(results))
    await asyncio.to_thread(until, lambda: len(server.requests) >= 7)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    told = caught.value.results  # type: ignore[attr-defined]
    outcomes = ["sent" if hasattr(one, "sid") else one.outcome for one in told]
    assert outcomes == ["sent"] * 3 + ["unknown"] * 4 + ["not_sent"] * 13


async def _awaited(results: Any) -> list[Any]:
    whole: list[Any] = await results
    return whole


async def test_a_task_that_gives_up_a_result_leaves_it_for_the_next(server: Server) -> None:
    release = threading.Event()

    def reply(got: Any) -> Answer:
        release.wait(20)
        return Answer(201, message(body=got.form["Body"][0]))

    server.reply = reply
    results = many(server.async_client())(requests(3))
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(results.__anext__(), 0.2)
    other = asyncio.ensure_future(_next(results))
    await asyncio.sleep(0)
    with pytest.raises(ValueError, match="another task"):
        await results.__anext__()
    release.set()
    assert (await other).body == "0"
    assert [one.body async for one in results] == ["1", "2"]
    assert len(server.requests) == 3


async def _next(results: Any) -> Any:
    return await results.__anext__()


async def test_the_loop_goes_on_while_a_batch_is_under_way(server: Server) -> None:
    Crowd(server, 0.01)
    turns = 0
    done = asyncio.ensure_future(_whole(many(server.async_client())(requests(30), concurrency=2)))
    while not done.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert len(done.result()) == 30
    assert turns > 10


async def _whole(results: Any) -> list[Any]:
    return [one async for one in results]


@pytest.mark.parametrize("ordered", ["True", "False"])
def test_ctrl_c_stops_a_batch_and_every_outcome_is_known(server: Server, ordered: str) -> None:
    server.reply = lambda got: Answer(201, message(), seconds=0.0 if int(got.form["Body"][0]) < 10 else 60.0)
    process = start(
        server,
        f"""
        requests = [dict(to="+15551234567", from_="+15557654321", body=str(at)) for at in range(100)]
        results = client.messages.create_many(requests, concurrency=8, ordered={ordered})
        seen = []
        try:
            for one in results:
                seen.append(one)
        except KeyboardInterrupt as error:
            noticed = time.monotonic()
            assert error.results is results
            seen += results
        outcomes = ["sent" if hasattr(one, "sid") else one.outcome for one in seen]
        print(noticed, len(outcomes), *(outcomes.count(one) for one in ("sent", "unknown", "not_sent")))
        """,
    )
    server.wait(18)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err, _ = finish(process)
    assert out, err
    noticed, *counts = out.split()
    assert counts == ["100", "10", "8", "82"]
    assert float(noticed) - pressed < 15
    assert len(server.requests) == 18


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_has_batches_of_its_own_and_not_those_of_its_parent(server: Server) -> None:
    server.reply = lambda got: Answer(201, message(body=got.form["Body"][0]))
    process = start(
        server,
        """
        import warnings
        warnings.simplefilter("ignore")
        def requests(name):
            return [dict(to="+15551234567", from_="+15557654321", body=f"{name}{at}") for at in range(30)]
        results = client.messages.create_many(requests("parent"))
        first = next(results)
        child = os.fork()
        if child == 0:
            try:
                next(results)
            except ValueError as error:
                mine = [one.body for one in client.messages.create_many(requests("child"))]
                os._exit(0 if mine == [f"child{at}" for at in range(30)] and "forked" in str(error) else 1)
            os._exit(2)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        rest = [one.body for one in results]
        print(code, [first.body, *rest] == [f"parent{at}" for at in range(30)])
        """,
    )
    out, err, _ = finish(process)
    assert out.split() == ["0", "True"], err


def test_the_interpreter_ends_with_a_batch_under_way(server: Server) -> None:
    server.reply = lambda _: Answer(201, message(), seconds=60)
    process = start(
        server,
        """
        requests = [dict(to="+15551234567", from_="+15557654321", body="x") for _ in range(100)]
        results = client.messages.create_many(requests, concurrency=8)
        threading.Thread(target=lambda: next(results), daemon=True).start()
        sys.stdin.read()
        print("over")
        """,
    )
    server.wait(8)
    out, err, took = finish(process)
    assert (out.split(), err, process.returncode) == (["over"], "", 0)
    assert took < 15


def test_threads_may_not_read_the_same_results_at_once_and_are_told(server: Server) -> None:
    server.reply = lambda _: Answer(201, message(), seconds=20)
    results = many(server.client())(requests(2))
    thread = threading.Thread(target=lambda: list(results))
    thread.start()
    server.wait()

    def refused() -> bool:
        try:
            next(results)
        except ValueError as error:
            return "another thread" in str(error)
        return False

    until(refused)
    server.released.set()
    thread.join()
