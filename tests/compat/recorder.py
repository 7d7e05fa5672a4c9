"""HTTP clients that send nothing: they note what they were asked to do, and answer as they were told."""

from __future__ import annotations

import copy
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """What a package asked for."""

    method: str
    url: str
    params: Any
    data: Any
    headers: dict[str, str]
    auth: Any
    timeout: Any
    allow_redirects: Any

    def shown(self) -> dict[str, Any]:
        """Give what must be equal: everything but what names the package."""
        shown = dict(vars(self))
        shown["headers"] = {
            name: value for name, value in self.headers.items() if name not in {"User-Agent", "X-Twilio-Client"}
        }
        return shown


@dataclass
class Answer:
    """What a request is answered with."""

    status_code: int
    text: str
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json", "X-Region": "us1"})

    @property
    def content(self) -> str:
        """The body once more, under the name by which later releases of the official package look for it."""
        return self.text

    @classmethod
    def of(cls, body: Any, status: int = 200) -> Answer:
        """Answer with JSON."""
        return cls(status, "" if body is None else json.dumps(body))


class Recorder:
    """Notes requests, and gives the answers one after the other, the last one again and again."""

    is_async = False

    def __init__(self) -> None:
        """Know nothing yet."""
        self.requests: list[Request] = []
        self.answers: deque[Answer] = deque()

    def expect(self, *answers: Answer) -> None:
        """Forget what was, and prepare the next answers."""
        self.requests = []
        self.answers = deque(answers)

    def note(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,
        allow_redirects: Any = False,  # noqa: FBT002 - the protocol of these clients
    ) -> Answer:
        """Note a request and choose its answer."""
        parts = copy.deepcopy((params, data, headers))
        self.requests.append(Request(method, url, *parts, auth, timeout, allow_redirects))
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]

    def request(self, *args: Any, **kwargs: Any) -> Answer:
        """Take a request."""
        return self.note(*args, **kwargs)


class AsyncRecorder(Recorder):
    """The same, awaited."""

    is_async = True

    async def request(self, *args: Any, **kwargs: Any) -> Answer:  # type: ignore[override]
        """Take a request."""
        return self.note(*args, **kwargs)
