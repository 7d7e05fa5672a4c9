"""What a send says of itself against everything that a server can do to it, beside the journal of that server."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from conftest import ACCOUNT, TOKEN
from fault_server import FAULTS, FaultServer, fault, playing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

FROM, TO = "+15557654321", "+15551234567"
SYNC_SENDS = 2
"""How many sends a waiting client makes for each fault, unless the fault says more."""
ASYNC_SENDS = 8
"""How many sends an awaiting client has under way at once for each fault."""
LATE = 1.5
"""How many seconds after its deadline a call may end on a machine that does much else; the wait itself ends in time."""
LARGEST_BODY = 1 << 18

MARKS = itertools.count()
TALLY: dict[str, int] = {}


@dataclass
class Sent:
    """What one create said of itself."""

    mark: str
    outcome: str
    kind: str | None
    seconds: float


def mark() -> str:
    """Give a text that no other create has."""
    return f"mark-{next(MARKS)}"


def settings(server: FaultServer) -> dict[str, Any]:
    """Give the settings of a client for a fault."""
    timeout = server.fault.get("timeout_ms", 5000) / 1000
    return {"base_url": server.url, "timeout": timeout, "largest_body": LARGEST_BODY}


def send(client: ringback.Client) -> Sent:
    """Send a message and wait."""
    text, began = mark(), time.monotonic()
    try:
        client.messages.create(to=TO, from_=FROM, body=text)
    except ringback.RingbackError as error:
        return Sent(text, error.outcome, error.kind, time.monotonic() - began)
    return Sent(text, "sent", None, time.monotonic() - began)


async def send_async(client: ringback.AsyncClient) -> Sent:
    """Send a message and await it."""
    text, began = mark(), time.monotonic()
    try:
        await client.messages.create(to=TO, from_=FROM, body=text)
    except ringback.RingbackError as error:
        return Sent(text, error.outcome, error.kind, time.monotonic() - began)
    return Sent(text, "sent", None, time.monotonic() - began)


def judge(server: FaultServer, sent: Sent) -> list[str]:
    """Say what is wrong with what a create said, by the file and by the journal."""
    expected, wrong = server.fault["create"], []
    if sent.outcome not in expected["outcome"]:
        wrong.append(f"outcome {sent.outcome}, not {expected['outcome']}")
    if sent.kind not in expected["kind"]:
        wrong.append(f"kind {sent.kind}, not {expected['kind']}")
    if sent.outcome == "sent" and not server.wait_for(lambda: server.times(sent.mark) > 0, 5):
        wrong.append("called sent, and the journal has it not")
    times = server.times(sent.mark)
    if times and sent.outcome == "not_sent":
        wrong.append("called not_sent, and the journal has it")
    if times > 1:
        wrong.append(f"the work was done {times} times")
    if sent.seconds > server.fault.get("timeout_ms", 5000) / 1000 + LATE:
        wrong.append(f"took {sent.seconds:.2f} seconds")
    TALLY[sent.outcome] = TALLY.get(sent.outcome, 0) + 1
    return [f"{sent.mark}: {what}" for what in wrong]


def names(fault: dict[str, Any]) -> str:
    """Name the test of a fault."""
    return str(fault["name"])


@pytest.mark.parametrize("fault", FAULTS, ids=names)
def test_a_client_that_waits_says_what_became_of_each_send(fault: dict[str, Any]) -> None:
    with playing(fault) as server, ringback.Client(ACCOUNT, TOKEN, **settings(server)) as client:
        sent = [send(client) for _ in range(fault.get("sends", SYNC_SENDS))]
        assert [wrong for one in sent for wrong in judge(server, one)] == []


@pytest.mark.parametrize("fault", FAULTS, ids=names)
async def test_a_client_that_awaits_says_what_became_of_each_of_many_sends_at_once(fault: dict[str, Any]) -> None:
    with playing(fault) as server:
        async with ringback.AsyncClient(ACCOUNT, TOKEN, **settings(server)) as client:
            sent = await asyncio.gather(*(send_async(client) for _ in range(ASYNC_SENDS)))
        assert [wrong for one in sent for wrong in judge(server, one)] == []


def test_a_run_is_a_thousand_sends(say: Callable[[str], None]) -> None:
    sends = sum(fault.get("sends", SYNC_SENDS) + ASYNC_SENDS for fault in FAULTS)
    assert sends >= 1000
    say(f"{len(FAULTS)} faults, {sum(TALLY.values())} of {sends} sends judged: {TALLY}")


@pytest.mark.parametrize("name", ["did the work and closes without a word", "did the work and says 503"])
def test_a_client_that_repeats_every_failed_create_is_caught_by_the_journal(name: str) -> None:
    with playing(fault(name)) as server, ringback.Client(ACCOUNT, TOKEN, **settings(server)) as client:
        sent = send(client)
        assert judge(server, sent) == []
        # the control: the same create once more
        with pytest.raises(ringback.RingbackError):
            client.messages.create(to=TO, from_=FROM, body=sent.mark)
        assert judge(server, sent) == [f"{sent.mark}: the work was done 2 times"]


def test_a_client_that_guesses_is_caught_by_the_journal() -> None:
    with playing(fault("did the work and resets")) as server:
        with ringback.Client(ACCOUNT, TOKEN, **settings(server)) as client:
            sent = send(client)
        guessed = Sent(sent.mark, "not_sent", "transport", sent.seconds)
        assert f"{sent.mark}: called not_sent, and the journal has it" in judge(server, guessed)
        guessed = Sent(mark(), "sent", None, 60.0)
        server.wait_for = lambda *_: False  # type: ignore[method-assign]
        assert judge(server, guessed)[2:] == [
            f"{guessed.mark}: called sent, and the journal has it not",
            f"{guessed.mark}: took 60.00 seconds",
        ]


async def cancelled(call: Awaitable[Any], when: Callable[[], Awaitable[None]]) -> tuple[str, str]:
    """Cancel a call when it has come so far; give what its exception says."""
    seen: list[asyncio.CancelledError] = []

    async def work() -> None:
        try:
            await call
        except asyncio.CancelledError as error:
            seen.append(error)
            raise

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await when()
    assert not task.done(), task
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    cause = seen[0].__cause__
    assert isinstance(cause, ringback.RingbackError)
    return str(getattr(seen[0], "outcome", None)), cause.outcome


@pytest.mark.parametrize(
    ("name", "outcome", "came"),
    [
        ("the queue of connections is full", "not_sent", lambda _: True),
        ("a TLS server is silent", "not_sent", lambda server: server.taken > 0),
        ("did the work and is silent", "unknown", lambda server: len(server.journal) > 0),
        ("did nothing and is silent", "unknown", lambda server: server.read > 0),
        ("stops between head and body", "sent", lambda server: server.sent > 0),
        ("drips the body, too slowly", "sent", lambda server: server.sent > 0),
    ],
)
async def test_a_call_that_is_cancelled_says_how_far_it_had_come_and_lets_its_connection_go(
    name: str, outcome: str, came: Callable[[FaultServer], bool]
) -> None:
    found, wait = ("", ""), 0.02
    with playing(fault(name)) as server:
        client = ringback.AsyncClient(ACCOUNT, TOKEN, base_url=server.url, timeout=60)

        async def when() -> None:
            assert await asyncio.to_thread(server.wait_for, lambda: came(server))
            await asyncio.sleep(wait)

        # the server knows when it has written, and not when the client has read: the client may need a little longer
        while found != (outcome, outcome) and wait < 5:
            taken = server.taken
            found = await cancelled(client.messages.create(to=TO, from_=FROM, body=mark()), when)
            assert found in {(outcome, outcome), ("unknown", "unknown")}
            assert server.taken <= taken + 1
            # and the server sees it go
            assert await asyncio.to_thread(server.wait_for, lambda: server.open == 0), server.open
            wait *= 2
            server.read = server.sent = server.taken = 0
            server.journal.clear()
        assert found == (outcome, outcome)
        # nobody waits, and the client goes on
        await client.close()


async def test_a_call_that_is_cancelled_before_it_began_or_between_two_tries_was_not_sent() -> None:
    busy = {
        "steps": [
            {"step": "read_request"},
            {"step": "send", "text": "HTTP/1.1 429 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n"},
            {"step": "again"},
        ]
    }
    with playing(busy) as server:
        client = ringback.AsyncClient(ACCOUNT, TOKEN, base_url=server.url, timeout=60)

        async def when() -> None:
            assert await asyncio.to_thread(server.wait_for, lambda: server.sent > 0)
            await asyncio.sleep(0.2)

        found = await cancelled(client.messages.create(to=TO, from_=FROM, body=mark()), when)
        assert found == ("not_sent", "not_sent")
        assert (server.read, server.taken) == (1, 1)
        forgotten = asyncio.ensure_future(client.messages.create(to=TO, from_=FROM, body=mark()))
        forgotten.cancel()
        with pytest.raises(asyncio.CancelledError):
            await forgotten
        assert (server.read, server.taken) == (1, 1)


async def test_calls_beside_one_that_is_cancelled_go_on() -> None:
    with playing(fault("waits before it reads")) as server:
        async with ringback.AsyncClient(ACCOUNT, TOKEN, **settings(server)) as client:
            tasks = [asyncio.create_task(send_async(client)) for _ in range(20)]
            await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in done[::2])
        assert [wrong for one in done[1::2] if isinstance(one, Sent) for wrong in judge(server, one)] == []
        assert all(isinstance(one, Sent) for one in done[1::2])
