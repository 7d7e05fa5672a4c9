"""An event is acted on once: the scenarios that every store plays, processes that share a file, and crashes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from ringback.idempotency import Begun, MemoryStore, ReplayGuard, SqliteStore, act_once, acts_once, event_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringback.idempotency import Store

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "idempotency.json").read_text(encoding="utf-8"))
KINDS = ["memory", "sqlite"]


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def set(self, seconds: float) -> None:
        self.now = 1_000_000.0 + seconds

    def __call__(self) -> float:
        return self.now


def make(kind: str, folder: Path, clock: Callable[[], float] | None = None) -> Store:
    if kind == "memory":
        return MemoryStore(lease=10, keep=100, clock=clock)
    return SqliteStore(folder / "events.sqlite", lease=10, keep=100, clock=clock)


def play(store: Store, hands: Hands, steps: list[dict[str, Any]]) -> None:
    claims: dict[str, Begun] = {}
    for step in steps:
        hands.set(step["at"])
        said: object
        if "begin" in step:
            begun = store.begin(step["begin"])
            if begun:
                claims[step["as"]] = begun
            said = begun.state
        elif "finish" in step:
            said = store.finish(claims[step["finish"]])
        else:
            said = store.abandon(claims[step["abandon"]])
        assert said == step["gives"], step


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scenario", VECTORS["scenarios"], ids=[one["id"] for one in VECTORS["scenarios"]])
def test_every_store_plays_every_scenario(kind: str, scenario: dict[str, Any], tmp_path: Path) -> None:
    hands = Hands()
    play(make(kind, tmp_path, hands), hands, scenario["steps"])


def test_the_scenarios_find_a_store_that_forgets() -> None:
    class Forgetful:
        def begin(self, key: str, /) -> Begun:
            return Begun(key, "first", 1)

        def finish(self, begun: Begun, /) -> bool:
            return bool(begun)

        def abandon(self, begun: Begun, /) -> bool:
            return bool(begun)

    with pytest.raises((AssertionError, KeyError)):
        play(Forgetful(), Hands(), VECTORS["scenarios"][0]["steps"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_replay_is_told_whatever_token_it_brings(kind: str, tmp_path: Path) -> None:
    guard = ReplayGuard(make(kind, tmp_path))
    for seen in VECTORS["sightings"]:
        assert guard.see(seen["signature"], seen["token"]) == seen["gives"], seen


def test_a_guard_fails_when_its_store_does() -> None:
    guard = ReplayGuard(MemoryStore(capacity=1))
    assert guard.see("one") == "fresh"
    for _ in range(2):
        with pytest.raises(ringback.ConfigurationError, match="full"):
            guard.see("two")

    class Broken:
        def begin(self, key: str, /) -> Begun:
            raise OSError("no disk for " + key)

    with pytest.raises(OSError, match="no disk"):
        ReplayGuard(Broken()).see("one")


@pytest.mark.parametrize("kind", KINDS)
def test_what_raises_is_tried_again_and_what_is_done_is_not(kind: str, tmp_path: Path) -> None:
    store = make(kind, tmp_path)

    def fail() -> None:
        with act_once(store, "a") as first:
            assert first
            raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        fail()
    with act_once(store, "a") as first:
        assert first
        with act_once(store, "a") as second:
            assert not second
            assert second.state == "in_progress"
    with act_once(store, "a") as first:
        assert not first
        assert first.state == "done"
    for key in ("", "k" * 513):
        with pytest.raises(ringback.InvalidArgumentError):
            store.begin(key)


def test_a_function_acts_once_awaited_or_not() -> None:
    acted: list[str] = []
    store = MemoryStore()

    @acts_once(store, key=lambda name: f"called:{name}")
    def called(name: str) -> int:
        acted.append(name)
        return len(acted)

    @acts_once(store, key=lambda name: f"awaited:{name}")
    async def awaited(name: str) -> int:
        await asyncio.sleep(0)
        return called(name)  # type: ignore[no-any-return]

    async def both() -> list[int | None]:
        return list(await asyncio.gather(awaited("a"), awaited("a")))

    assert asyncio.run(both()) == [1, None]
    assert called("a") is None
    assert called("b") == 2


def test_what_is_not_acted_on_may_be_answered_otherwise() -> None:
    store = MemoryStore()

    @acts_once(store, key=str, otherwise=lambda begun: begun.state)
    def called(name: str) -> str | None:
        return called(name) if name == "again" else "acted"

    assert called("again") == "in_progress"
    assert called("again") == "done"
    assert [called("once"), called("once")] == ["acted", "done"]


@pytest.mark.parametrize("kind", KINDS)
def test_who_acts_for_longer_than_the_lease_is_told(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = [1000.0]
    store = make(kind, tmp_path, lambda: now[0])
    with act_once(store, "quick"):
        now[0] += 1
    assert caplog.text == ""
    with act_once(store, "slow") as first:
        assert first
        now[0] += 3600
        with act_once(store, "slow") as second:
            assert second, "its lease had ended"
    assert "longer than the lease" in caplog.text


def test_a_clock_that_raises_is_heard() -> None:
    def broken() -> float:
        raise OSError("no clock")

    for clock, told in ((broken, "no clock"), (lambda: -1.0, "clock"), (lambda: float("nan"), "clock")):
        store = MemoryStore(clock=clock)
        with pytest.raises((OSError, ringback.InvalidArgumentError), match=told):
            store.begin("a")
    with pytest.raises(TypeError):
        MemoryStore(clock=lambda: "noon").begin("a")  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("kind", KINDS)
def test_of_many_threads_one_is_first(kind: str, tmp_path: Path) -> None:
    store = make(kind, tmp_path)
    first: list[str] = []

    def work() -> None:
        first.extend(str(number) for number in range(20) if store.begin(str(number)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(first, key=int) == [str(number) for number in range(20)]


COUNT = """
import sys
from ringback.idempotency import SqliteStore
store = SqliteStore(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(" ".join(str(number) for number in range(50) if store.begin(str(number))))
"""


def test_of_two_processes_one_is_first(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNT, str(tmp_path / "events.sqlite")]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    found = [process.communicate(timeout=60)[0].split() for process in processes]
    assert sorted([*found[0], *found[1]], key=int) == [str(number) for number in range(50)]


FORK = """
import os, sys
from ringback.idempotency import SqliteStore
path = sys.argv[1]
store = SqliteStore(path)
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.read(reader, 1)  # until the parent has closed the file
    begun = store.begin("one")
    assert begun and store.finish(begun)
    os._exit(0)
other = SqliteStore(path)
other.begin("other")
other.close()
store.close()
os.write(writer, b"x")
assert os.waitpid(child, 0)[1] == 0
print(SqliteStore(path).begin("one").state, store.begin("one").state)
"""


def test_a_store_is_taken_over_a_fork(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORK, str(tmp_path / "events.sqlite")]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (found.stdout, found.stderr) == ("done done\n", "")


def test_what_the_action_raised_is_raised_also_if_the_store_fails(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def begin(self, key: str, /) -> Begun:
            return Begun(key, "first", 1)

        def finish(self, _: Begun, /) -> bool:
            return True

        def abandon(self, _: Begun, /) -> bool:
            raise OSError("no disk")

    with pytest.raises(KeyError), act_once(Broken(), "a"):
        raise KeyError("a")
    assert "no disk" in caplog.text


def test_times_that_cannot_be_are_refused(tmp_path: Path) -> None:
    for wrong in (-1.0, float("nan"), float("inf")):
        times: list[dict[str, Any]] = [{"lease": wrong}, {"keep": wrong}]
        for given in times:
            for make_store in (MemoryStore, lambda **times: SqliteStore(tmp_path / "events.sqlite", **times)):
                with pytest.raises(ringback.InvalidArgumentError, match="cannot be"):
                    make_store(**given)


OPEN = """
import sys
from ringback.idempotency import SqliteStore
print("ready", flush=True)
for path in sys.stdin:
    SqliteStore(path.strip()).begin("a")
    print("open", flush=True)
"""


def test_processes_that_open_a_new_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(3)]
    with contextlib.ExitStack() as ending:
        for process in processes:
            ending.enter_context(process)
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for number in range(30):
            for process in processes:
                assert process.stdin is not None
                process.stdin.write(f"{tmp_path / str(number)}.sqlite\n")
                process.stdin.flush()
            for process in processes:
                assert process.stdout is not None
                assert process.stdout.readline() == "open\n"


CRASH = """
import os, sys
from ringback.idempotency import SqliteStore, act_once
with act_once(SqliteStore(sys.argv[1], lease=10, clock=lambda: 1_000_000.0), "a") as first:
    assert first
    os._exit(9)
"""


def test_a_process_that_crashed_is_followed_after_the_lease(tmp_path: Path) -> None:
    path = tmp_path / "events.sqlite"
    assert subprocess.run([sys.executable, "-c", CRASH, str(path)], check=False, timeout=60).returncode == 9
    hands = Hands()
    store = SqliteStore(path, lease=10, clock=hands)
    hands.set(9)
    assert store.begin("a").state == "in_progress"
    hands.set(10)
    assert store.begin("a").state == "first"
    store.close()


def test_events_are_named_by_what_is_signed() -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert event_key(form, "T") == event_key(b"MessageStatus=sent&MessageSid=SM1") == "message:SM1:sent"
    assert event_key({"Digits": "1"}, "T") == "token:T"
    assert event_key({"Digits": "1"}) != event_key({"Digits": "2"})
