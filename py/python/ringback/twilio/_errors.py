"""The errors of a client of the official names: each is one of ringback's and one of the official package's."""

from __future__ import annotations

from typing import Any

from ringback import errors
from ringback.twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

__all__ = ["make"]

_PHRASES = {
    "create": "Unable to create record",
    "fetch": "Unable to fetch record",
    "update": "Unable to update record",
    "patch": "Unable to update record",
    "delete": "Unable to delete record",
    "list": "Unable to fetch page",
}


class _Rest(TwilioRestException):
    """An answer that says no, with the attributes of both packages."""

    def __init__(self, message: str, *, text: str | None = None, **fields: Any) -> None:
        """Take what ringback's errors take, and say it as the official package does."""
        errors.RingbackError.__init__(self, message, text=text, **fields)  # type: ignore[arg-type]
        self.msg = _phrase(fields.get("operation"), message, fields.get("status"))
        self.uri = relative(fields.get("uri"))
        if self.code is None:
            self.code = self.status


class _Service(TwilioServiceException):
    """An answer that says no as RFC 9457 wants it, with the attributes of both packages."""

    def __init__(self, message: str, *, text: str | None = None, **fields: Any) -> None:
        """Take what ringback's errors take, and the members of the problem."""
        errors.RingbackError.__init__(self, message, text=text, **fields)  # type: ignore[arg-type]
        problem = fields.get("problem") or {}
        self.uri = relative(fields.get("uri"))
        self.type = problem.get("type")
        self.title = problem.get("title")
        self.detail = problem.get("detail")
        self.instance = problem.get("instance")
        self.errors = problem.get("errors") or []


def relative(uri: str | None) -> str:
    """Leave the version out of a path, as the official package does."""
    return "/" + (uri or "").lstrip("/").partition("/")[2]


def _phrase(operation: str | None, message: str, status: int | None) -> str:
    """Say what failed, and what the service said of it if it said anything."""
    phrase = _PHRASES.get((operation or "").rpartition(".")[2], "Unable to fetch record")
    return phrase if message == f"the service answered HTTP {status}" else f"{phrase}: {message}"


def _both(prefix: str, base: type, ours: type) -> type:
    """Make the class that is of both packages; it can be found by its name, and so pickled."""
    name = prefix + ours.__name__
    made = type(name, (base, ours), {"__module__": __name__, "__qualname__": name, "__doc__": ours.__doc__})
    globals()[name] = made
    return made


_KINDS = {
    "authentication": errors.AuthenticationError,
    "permission_denied": errors.PermissionDeniedError,
    "not_found": errors.NotFoundError,
    "rate_limited": errors.RateLimitedError,
    "rejected": errors.RejectedError,
    "server": errors.ServerError,
}
_REST = {kind: _both("Twilio", _Rest, ours) for kind, ours in _KINDS.items()}
_SERVICE = {kind: _both("TwilioService", _Service, ours) for kind, ours in _KINDS.items()}
_OTHERS = {
    ours.kind: _both("Twilio", TwilioException, ours)
    for ours in (
        errors.ConfigurationError,
        errors.InvalidArgumentError,
        errors.TransportError,
        errors.TimedOutError,
        errors.DecodeError,
        errors.InternalError,
        errors.RingbackError,
    )
}


def make(kind: str, message: str, text: str, cause: str | None, **fields: Any) -> errors.RingbackError:
    """Make the error of a kind; the native module calls this for clients of the official names."""
    cls = (_SERVICE if fields.get("problem") else _REST).get(kind) or _OTHERS[kind]
    return errors._make_of(cls, message, text, cause, **fields)  # noqa: SLF001 - one way to make an error
