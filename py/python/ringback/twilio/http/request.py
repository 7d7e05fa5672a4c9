"""A request as tests compare it: what is not said equals anything."""

from __future__ import annotations

from enum import Enum
from typing import Any
from urllib.parse import urlencode

__all__ = ["Match", "Request"]

COMPARED = ("method", "url", "auth", "params", "data", "headers")


class Match(Enum):
    """What equals anything."""

    ANY = "*"


class Request:
    """A request, or the parts of one that matter."""

    def __init__(
        self,
        method: Any = Match.ANY,
        url: Any = Match.ANY,
        auth: Any = Match.ANY,
        params: Any = Match.ANY,
        data: Any = Match.ANY,
        headers: Any = Match.ANY,
        **_kwargs: Any,
    ) -> None:
        """Take the parts that matter."""
        self.method = method.upper() if isinstance(method, str) else method
        self.url = url
        self.auth = auth
        self.params = params
        self.data = data
        self.headers = headers

    @classmethod
    def attribute_equal(cls, lhs: Any, rhs: Any) -> bool:
        """Compare two parts; nothing equals what is empty."""
        return lhs is Match.ANY or rhs is Match.ANY or (lhs or None) == (rhs or None)

    def __eq__(self, other: object) -> bool:
        """Compare all parts."""
        return isinstance(other, Request) and all(
            self.attribute_equal(getattr(self, name), getattr(other, name)) for name in COMPARED
        )

    # what equals anything has no hash
    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        """Show it as a command line would, without what signs in."""

        def items(part: Any) -> list[tuple[str, Any]]:
            return list(part.items()) if isinstance(part, dict) else []

        query = urlencode(items(self.params), doseq=True)
        lines = [f"{self.method} {self.url}" + (f"?{query}" if query else "")]
        lines += [' -d "{}={}"'.format(*item) for item in items(self.data)]
        lines += [' -H "{}: {}"'.format(*item) for item in items(self.headers) if item[0].lower() != "authorization"]
        return "\n".join(lines)

    __repr__ = __str__
