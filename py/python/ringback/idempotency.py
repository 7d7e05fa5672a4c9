"""Acting once on an event, however often Twilio, or somebody else, tells of it."""

from __future__ import annotations

import functools
import inspect
import os
import threading
import weakref
from contextlib import contextmanager

from ringback._ringback import Begun, MemoryStore, ReplayGuard, event_key, event_statements

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    import logging
    import sqlite3
    from collections.abc import Callable, Iterator
    from types import ModuleType
    from typing import Any, Protocol

    class Store(Protocol):
        """Where it is kept which events are acted on; one caller only may be first, also of callers at once."""

        def begin(self, key: str, /) -> Begun:
            """Claim an event, unless somebody else did."""

        def finish(self, begun: Begun, /) -> bool:
            """Note that the event was acted on; no if the claim was lost to another."""

        def abandon(self, begun: Begun, /) -> bool:
            """Give the claim back; no if it was not held any more."""


IDEMPOTENCY_HEADER = "I-Twilio-Idempotency-Token"
_LONGEST = 1e9
"""The longest lease, and the longest time to keep an event, in seconds."""
_PATIENCE = 5.0
"""How long a process waits for another that writes, in seconds."""

__all__ = [
    "IDEMPOTENCY_HEADER",
    "Begun",
    "MemoryStore",
    "ReplayGuard",
    "SqliteStore",
    "act_once",
    "acts_once",
    "event_key",
]


def _errors() -> ModuleType:
    from ringback import errors  # noqa: PLC0415 - only needed where one is raised

    return errors


def _log() -> logging.Logger:
    import logging  # noqa: PLC0415 - only needed where something is said

    return logging.getLogger("ringback.idempotency")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for one another: of processes that say so at once, SQLite lets one do it."""
    import sqlite3  # noqa: PLC0415 - only who keeps events in a file needs it
    import time  # noqa: PLC0415 - the same

    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:  # noqa: PERF203 - it is tried again
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.005)
        else:
            return


class SqliteStore:
    """Keeps events in a SQLite file: across restarts, and for all processes of this machine that open it.

    The store of the Rust library reads and writes the same file.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        lease: float = 60.0,
        keep: float = 86400.0,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Open the file, and make it if it is not there; times are seconds, and the clock is for tests."""
        import time  # noqa: PLC0415 - only who keeps events in a file needs it

        for name, seconds in (("lease", lease), ("keep", keep)):
            if not 0 <= seconds < _LONGEST:
                raise _errors().InvalidArgumentError(f"{name} cannot be {seconds}")
        self._path = os.fspath(path)
        self._lease = lease
        self._keep = keep
        self._clock = clock or time.time
        self._statements = event_statements()
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        # before it is opened, so that a fork meanwhile closes it too
        _stores.add(self)
        with self._lock:
            for statement in self._statements["schema"]:
                self._run(statement)

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Run a statement."""
        if self._connection is not None and self._process != os.getpid():
            # Python was not told of the fork, and what SQLite knows of the locks of the parent cannot be undone
            raise _errors().ConfigurationError("the store was opened before the process forked: open it after")
        if self._connection is None:
            import sqlite3  # noqa: PLC0415 - only who keeps events in a file needs it

            connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            _write_ahead(connection)
            self._connection, self._process = connection, os.getpid()
        return self._connection.execute(statement, values)

    def begin(self, key: str, /) -> Begun:
        """Claim an event, unless somebody else did."""
        if not 0 < len(key.encode()) <= self._statements["longest_key"]:
            raise _errors().InvalidArgumentError("the key of an event is empty or too long: hash it")
        now = self._clock()
        claim = int.from_bytes(os.urandom(8), "big") >> 1 or 1
        with self._lock:
            self._run(self._statements["forget"], int(now * 1000))
            until = int((now + self._lease) * 1000)
            if self._run(self._statements["begin"], key, claim, int(now * 1000), until).rowcount == 1:
                return Begun(key, "first", claim)
            row = self._run(self._statements["look"], key).fetchone()
        return Begun(key, "done" if row and row[0] else "in_progress")

    def finish(self, begun: Begun, /) -> bool:
        """Note that the event was acted on; no if the claim was lost to another."""
        until = int((self._clock() + self._keep) * 1000)
        with self._lock:
            return self._run(self._statements["finish"], begun.key, begun.claim, until).rowcount == 1

    def abandon(self, begun: Begun, /) -> bool:
        """Give the claim back; no if it was not held any more."""
        with self._lock:
            return self._run(self._statements["abandon"], begun.key, begun.claim).rowcount == 1

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
            self._connection = None

    def _before_fork(self) -> None:
        """Close the file: SQLite keeps the locks of a process where its child would take them for its own."""
        self._lock.acquire()
        self._close()

    def _after_fork(self) -> None:
        """Let the file be opened again, here and in the child."""
        self._lock.release()


_stores: weakref.WeakSet[SqliteStore] = weakref.WeakSet()
_forking: list[SqliteStore] = []


def _before_fork() -> None:
    for store in list(_stores):
        store._before_fork()  # noqa: SLF001 - of this module
        _forking.append(store)


def _after_fork() -> None:
    while _forking:
        _forking.pop()._after_fork()  # noqa: SLF001 - the same


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)


@contextmanager
def act_once(store: Store, key: str) -> Iterator[Begun]:
    """Give whether to act on an event; what is raised inside lets the next try act at once.

    ``with act_once(store, key) as first:`` and then ``if first:``. A process that ends inside lets another act after
    the lease; so does one that takes longer, which is logged as a warning to ``ringback.idempotency``.
    """
    begun = store.begin(key)
    try:
        yield begun
    except BaseException:
        if begun:
            try:
                store.abandon(begun)
            except Exception:  # what the action raised counts, and the lease ends the claim
                _log().warning("an event that was not acted on keeps its claim until its lease ends", exc_info=True)
        raise
    if begun and not store.finish(begun):
        _log().warning("an event took longer than the lease of its store: another may have acted on it too")


def acts_once(
    store: Store, key: Callable[..., str], *, otherwise: Callable[[Begun], Any] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function act once on each event, whose key is made of its arguments.

    For an event that somebody acts on or has acted on, ``otherwise`` gives the answer, whose argument tells by its
    ``state`` which of them it is; without it the answer is ``None``. While it is "in_progress", an answer of 503
    makes Twilio try again, if the webhook was registered with the override ``#rp=5xx``. An async function is awaited
    inside; its store must answer quickly, as those in memory and in SQLite do.
    """

    def instead(begun: Begun) -> Any:
        return None if otherwise is None else otherwise(begun)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def awaited(*arguments: Any, **named: Any) -> Any:
            with act_once(store, key(*arguments, **named)) as first:
                return await function(*arguments, **named) if first else instead(first)

        @functools.wraps(function)
        def called(*arguments: Any, **named: Any) -> Any:
            with act_once(store, key(*arguments, **named)) as first:
                return function(*arguments, **named) if first else instead(first)

        return awaited if inspect.iscoroutinefunction(function) else called

    return decorate
