"""The errors of the official package; what ringback raises is one of them and one of its own."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["TwilioException", "TwilioRestException", "TwilioServiceException"]


class TwilioException(Exception):  # noqa: N818 - the official name
    """Whatever goes wrong."""


class TwilioRestException(TwilioException):
    """An answer that says no."""

    def __init__(
        self,
        status: int,
        uri: str,
        msg: str = "",
        code: int | None = None,
        method: str = "GET",
        details: object | None = None,
    ) -> None:
        """Take the HTTP status, the path, the text, Twilio's code, the HTTP method, and what else was said."""
        self.uri = uri
        self.status: int | None = status
        self.msg = msg
        self.code = code
        self.method: str | None = method
        self.details: Any = details

    def __str__(self) -> str:
        """Give one line, or several where a person reads them."""
        if not _is_read_by_a_person():
            return f"HTTP {self.status} error: {self.msg}"
        more = [f"https://www.twilio.com/docs/errors/{self.code}"] if self.code else []
        return _page(f"{self.method} {self.uri}", [self.msg], more)


class TwilioServiceException(TwilioException):
    """An answer that says no as RFC 9457 wants it."""

    def __init__(
        self,
        type_uri: str,
        title: str,
        status: int,
        code: int,
        detail: str | None = None,
        instance: str | None = None,
        errors: list[dict[str, str]] | None = None,
        method: str = "GET",
        uri: str = "",
    ) -> None:
        """Take the members of the problem, and the request."""
        self.type: str | None = type_uri
        self.title: str | None = title
        self.status: int | None = status
        self.code: int | None = code
        self.detail = detail
        self.instance = instance
        self.errors = errors or []
        self.method: str | None = method
        self.uri = uri

    def __str__(self) -> str:
        """Give one line, or several where a person reads them."""
        found = [(error.get("pointer", "?"), error.get("detail", "?")) for error in self.errors]
        if not _is_read_by_a_person():
            detail = f" - {self.detail}" if self.detail else ""
            listed = ", ".join(f"{pointer} ({text})" for pointer, text in found)
            return f"HTTP {self.status} error: {self.title}{detail}" + (
                f" | Validation errors: {listed}" if found else ""
            )
        said = [str(self.title), *([self.detail] if self.detail else []), f"Code {self.code}, status {self.status}"]
        said += [f"{pointer}: {text}" for pointer, text in found]
        return _page(f"{self.method} {self.uri}", said, [str(self.type)])


def _is_read_by_a_person() -> bool:
    """Tell a terminal from a file."""
    return hasattr(sys.stderr, "isatty") and sys.stderr.isatty()


def _page(request: str, said: list[str], more: list[str]) -> str:
    """Lay an error out for a terminal: the request, what was said of it, and where more is said."""

    def coloured(number: int, text: str) -> str:
        return f"\033[{number}m\033[49m{text}\033[0m"

    lines = ["", coloured(31, "HTTP error") + " " + coloured(36, request), "", *(coloured(34, text) for text in said)]
    return "\n".join([*lines, *(coloured(34, address) for address in more), ""])
