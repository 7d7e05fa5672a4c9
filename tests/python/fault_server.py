"""A server on a real socket that plays a fault of `tests/vectors/faults.json` and keeps a journal of its work."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterator

FAULTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "faults.json").read_text(encoding="utf-8")
)["faults"]

BLOCK = 1 << 16
ENDLESS = 1 << 12
"""How many bytes of a `repeat` without an end are written at once."""
PACE = 0.005
"""How long it rests after them, in seconds: the library is tested without optimisation as well."""
GONE = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


def fault(name: str) -> dict[str, Any]:
    """Give the fault of this name."""
    return next(fault for fault in FAULTS if fault["name"] == name)


class Over(Exception):  # noqa: N818 - nothing went wrong
    """The connection is over, as the peer wanted or as the steps say."""


class Entry:
    """A request in the journal; its body may arrive after the work was done."""

    def __init__(self, whole: bytearray) -> None:
        self.whole = whole

    @property
    def text(self) -> str:
        """The `Body` with which the client marked it."""
        _, _, body = bytes(self.whole).partition(b"\r\n\r\n")
        return parse_qs(body.decode("latin-1")).get("Body", [""])[0]


class FaultServer:
    """Plays one fault on every connection, each on a thread of its own."""

    def __init__(self, fault: dict[str, Any]) -> None:
        self.fault = fault
        self.news = threading.Condition()
        self.open = 0
        self.taken = 0
        self.read = 0
        """How many requests were read whole."""
        self.sent = 0
        """How many `send` steps were done."""
        self.journal: list[Entry] = []
        self.stopped = threading.Event()
        self.fillers: list[socket.socket] = []
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.url = f"{fault.get('scheme', 'http')}://127.0.0.1:{port}"
        match fault.get("listener", "open"):
            case "open":
                self.listener.listen(256)
                threading.Thread(target=self._accept, daemon=True).start()
            case "full":
                self.listener.listen(0)
                self._fill(port)
            case _:
                pass  # bound, so that nobody else gets the port, and closed to everyone

    def _fill(self, port: int) -> None:
        for _ in range(8):
            filler = socket.socket()
            filler.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                filler.connect(("127.0.0.1", port))
            self.fillers.append(filler)

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.note(open=1, taken=1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        player = Player(self, connection)
        with contextlib.suppress(Over, OSError):
            while player.play(self.fault["steps"]):
                pass
        connection.close()
        self.note(open=-1)

    def note(self, **counts: int) -> None:
        """Count what happened."""
        with self.news:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)
            self.news.notify_all()

    def accept(self, entry: Entry) -> None:
        """Do the work of a request."""
        with self.news:
            self.journal.append(entry)
            self.news.notify_all()

    def times(self, text: str) -> int:
        """How often the work was done that a create with this text asked for."""
        with self.news:
            return sum(entry.text == text for entry in self.journal)

    def wait_for(self, holds: Any, seconds: float = 20.0) -> bool:
        """Wait until something is so; give whether it came to be."""
        with self.news:
            return bool(self.news.wait_for(holds, seconds))

    def close(self) -> None:
        """End it."""
        self.stopped.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for filler in self.fillers:
            filler.close()


class Player:
    """What happens on one connection."""

    def __init__(self, server: FaultServer, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.request = bytearray()
        """What has arrived of the request that is being read."""
        self.rest = bytearray()
        """What has arrived behind it."""
        self.is_whole = False

    def play(self, steps: list[dict[str, Any]]) -> bool:
        """Do the steps once; give whether they start again."""
        self.request, self.rest, self.is_whole = bytearray(self.rest), bytearray(), False
        for step in steps:
            if step["step"] == "again":
                return True
            getattr(self, step["step"])(**{key: value for key, value in step.items() if key != "step"})
        return False

    def _more(self) -> None:
        try:
            part = self.connection.recv(BLOCK)
        except OSError:
            part = b""
        if not part:
            raise Over
        self.request += part

    def read_bytes(self, count: int) -> None:
        """Read until so many bytes have arrived."""
        while len(self.request) < count:
            self._more()

    def read_head(self) -> None:
        """Read until the end of the head."""
        while b"\r\n\r\n" not in self.request:
            self._more()

    def read_request(self) -> None:
        """Read one whole request."""
        self.read_head()
        head, _, _ = bytes(self.request).partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        end = len(head) + 4 + (int(lengths[0]) if lengths else 0)
        while len(self.request) < end:
            self._more()
        self.rest += self.request[end:]
        del self.request[end:]
        self.server.note(read=1)

    def accept(self) -> None:
        """Do the work of the request that was read, or is being read."""
        self.server.accept(Entry(self.request))

    def send(self, text: str = "", hex: str = "", piece: int = 0, pause_ms: int = 0) -> None:  # noqa: A002 - as in the file
        """Write a text or bytes, in pieces if that is wanted."""
        data = bytes.fromhex(hex) if hex else text.encode("latin-1")
        for part in pieces(data, piece or len(data)):
            self._write(part)
            if pause_ms:
                self.pause(pause_ms)
        self.server.note(sent=1)

    def repeat(self, text: str = "", hex: str = "", times: int | None = None) -> None:  # noqa: A002 - as in the file
        """Write the same again and again."""
        data = bytes.fromhex(hex) if hex else text.encode("latin-1")
        if times is not None:
            self._write(data * times)
            return
        block = data * (ENDLESS // len(data) + 1)
        while not self.server.stopped.wait(PACE):
            self._write(block)
        raise Over

    def _write(self, data: bytes) -> None:
        if self.server.stopped.is_set():
            raise Over
        self.connection.sendall(data)

    def pause(self, ms: int) -> None:
        """Wait."""
        if self.server.stopped.wait(ms / 1000):
            raise Over

    def stall(self) -> None:
        """Do nothing until the peer has gone."""
        poll = select.poll()
        poll.register(self.connection, GONE)
        while not self.server.stopped.is_set():
            if poll.poll(50):
                break
        raise Over

    def close(self) -> None:
        """Close in the ordinary way."""
        raise Over

    def reset(self) -> None:
        """Close with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Over


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Cut data into pieces."""
    for start in range(0, len(data), size):
        yield data[start : start + size]


@contextlib.contextmanager
def playing(fault: dict[str, Any]) -> Iterator[FaultServer]:
    """Give a server that plays a fault."""
    server = FaultServer(fault)
    try:
        yield server
    finally:
        server.close()
