"""What an HTTP client answers with."""

from __future__ import annotations

from typing import Any

__all__ = ["Response"]


class Response:
    """A status, a text and headers."""

    def __init__(self, status_code: int, text: str, headers: Any = None) -> None:
        """Take them."""
        self.content = text
        self.headers = headers
        self.cached = False
        self.status_code = status_code
        self.ok = status_code < 400  # noqa: PLR2004 - where HTTP's errors begin

    @property
    def text(self) -> str:
        """The body."""
        return self.content

    def __repr__(self) -> str:
        """Show the status and the body."""
        return f"HTTP {self.status_code} {self.content}"
