"""What the tests share: an emulator, a server for webhooks, and a server that answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl

import pytest

import ringback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ringback.emulator import Emulator

ACCOUNT = "AC" + "a" * 32
TOKEN = "0123456789abcdef"
LONGEST = 20.0


@dataclass
class Request:
    """A request that the server got."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of its form."""
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass
class Answer:
    """What the server answers."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """How long it waits before it answers; for ever if it is told to hang."""


class Server:
    """An HTTP server on loopback that answers as it is told and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: deque[Answer] = deque()
        self.reply: Callable[[Request], Answer] = lambda _: self.answers.popleft() if self.answers else Answer()
        self.news = threading.Condition()
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path, _, query = self.path.partition("?")
                request = Request(
                    self.command,
                    path,
                    parse_qs(query),
                    {name.lower(): value for name, value in self.headers.items()},
                    body,
                )
                answer = outer.take(request)
                if answer.seconds:
                    outer.released.wait(answer.seconds)
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256  # a crowd that connects at once must not wait for a second try

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that went away is part of some tests."""

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def take(self, request: Request) -> Answer:
        """Remember a request and choose its answer."""
        answer = self.reply(request)
        with self.news:
            self.requests.append(request)
            self.news.notify_all()
        return answer

    def wait(self, count: int = 1) -> Request:
        """Wait until this many requests came; give the last of them."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.requests) >= count, LONGEST), f"{len(self.requests)} of {count}"
            return self.requests[count - 1]

    def wait_for(self, **fields: str) -> dict[str, str]:
        """Wait for a form that holds these fields."""

        def find() -> dict[str, str] | None:
            forms = (dict(parse_qsl(request.body.decode(), keep_blank_values=True)) for request in self.requests)
            return next((form for form in forms if fields.items() <= form.items()), None)

        with self.news:
            found = self.news.wait_for(find, LONGEST)
        assert found, f"no request with {fields}"
        return found

    def client(self, **settings: Any) -> ringback.Client:
        """Make a client of this server."""
        return ringback.Client(ACCOUNT, TOKEN, base_url=self.url, **settings)

    def async_client(self, **settings: Any) -> ringback.AsyncClient:
        """Make a client of this server whose calls are awaited."""
        return ringback.AsyncClient(ACCOUNT, TOKEN, base_url=self.url, **settings)

    def close(self) -> None:
        """End it."""
        self.released.set()
        self.http.shutdown()
        self.http.server_close()


def until(holds: Callable[[], Any], what: str = "it") -> Any:
    """Look again until something is so."""
    deadline = time.monotonic() + LONGEST
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.01)
    return found


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server that answers `{}` unless told otherwise."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Give what prints a figure that belongs to the proof, also when the test passes."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")

    return say


@pytest.fixture
def emulator(ringback_emulator: Emulator) -> Emulator:
    """Give the emulator of the package's own plugin."""
    return ringback_emulator


def message(**fields: Any) -> dict[str, Any]:
    """Give a message as Twilio sends it."""
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "hello",
        "date_created": "Fri, 24 May 2019 17:44:46 +0000",
        "date_sent": None,
        "direction": "outbound-api",
        "error_code": None,
        "from": "+15557654321",
        "sid": "SM" + "b" * 32,
        "status": "queued",
        "subresource_uris": {"media": "/media"},
        "to": "+15551234567",
        **fields,
    }
