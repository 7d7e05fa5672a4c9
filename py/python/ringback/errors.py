"""What went wrong, and whether Twilio may have acted on it: one class per kind of error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "ApiError",
    "AuthenticationError",
    "ConfigurationError",
    "DecodeError",
    "InternalError",
    "InvalidArgumentError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitedError",
    "RejectedError",
    "RingbackError",
    "ServerError",
    "TimedOutError",
    "TransportError",
]

Outcome = Literal["not_sent", "sent", "unknown"]


class RingbackError(Exception):
    """Whatever goes wrong in ringback, with what Twilio said of it; it never holds a secret."""

    kind: str = "interrupted"
    """What kind of thing went wrong; `interrupted` is this class itself."""
    outcome: Outcome = "not_sent"
    """Whether Twilio acted: `not_sent` (provably not), `sent`, or `unknown` (only looking can tell)."""
    status: int | None = None
    """The HTTP status, if an answer came."""
    code: int | None = None
    """Twilio's error code, such as 21211."""
    more_info: str | None = None
    """The address of Twilio's page on the code."""
    details: Any = None
    """What else Twilio said."""
    problem: dict[str, Any] | None = None
    """What an RFC 9457 problem says besides code and status: `type`, `title`, `detail`, `instance`, `errors`."""
    request_id: str | None = None
    """Twilio's name for the request, which its support asks for."""
    retry_after: float | None = None
    """How many seconds Twilio asks to wait."""
    method: str | None = None
    """The HTTP method of the request."""
    uri: str | None = None
    """The path of the request, without its query."""
    begun_at: datetime | None = None
    """When the call was begun, in UTC by the clock of this machine; `messages.reconcile` takes it, or the error."""
    correlation_id: str | None = None
    """The id that the status callbacks of this call carry, if the client was made with `correlate_callbacks`."""
    index: int | None = None
    """The number from 0 of its request, if it is a result of `create_many`."""
    operation: str | None = None
    """The name of the operation that was called, such as `api.v2010.accounts.messages.create`."""

    def __init__(self, message: str, *, text: str | None = None, **fields: Any) -> None:
        """Take the message, the sentence that `str` gives where it says more, and the other attributes."""
        super().__init__(message if text is None else text)
        self.message = message
        for name, value in fields.items():
            if value is not None:
                setattr(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by class, text and attributes."""
        return _restore, (type(self), self.args, self.__dict__)


class ConfigurationError(RingbackError):
    """The client's settings are missing or contradict each other."""

    kind = "configuration"


class InvalidArgumentError(RingbackError, ValueError):
    """An argument cannot be sent; the message names the parameter in Twilio's spelling."""

    kind = "invalid_argument"


class TransportError(RingbackError):
    """The request or its answer was lost on the way."""

    kind = "transport"


class TimedOutError(TransportError, TimeoutError):
    """The deadline of the call passed."""

    kind = "timed_out"


class ApiError(RingbackError):
    """Twilio answered, and said no."""


class AuthenticationError(ApiError):
    """HTTP 401: the credentials are wrong."""

    kind = "authentication"


class PermissionDeniedError(ApiError):
    """HTTP 403: the credentials do not allow this."""

    kind = "permission_denied"


class NotFoundError(ApiError):
    """HTTP 404 or 410: there is no such resource."""

    kind = "not_found"


class RateLimitedError(ApiError):
    """HTTP 429: too many requests; nothing was done."""

    kind = "rate_limited"


class RejectedError(ApiError):
    """Any other answer that says no."""

    kind = "rejected"


class ServerError(ApiError):
    """HTTP 5xx: the service failed and may have acted."""

    kind = "server"


class DecodeError(RingbackError):
    """An answer came that could not be understood."""

    kind = "decode"


class InternalError(RingbackError):
    """A defect of this library."""

    kind = "internal"


_CLASSES: dict[str, type[RingbackError]] = {
    cls.kind: cls
    for cls in (
        ConfigurationError,
        InvalidArgumentError,
        TransportError,
        TimedOutError,
        AuthenticationError,
        PermissionDeniedError,
        NotFoundError,
        RateLimitedError,
        RejectedError,
        ServerError,
        DecodeError,
        InternalError,
        RingbackError,
    )
}


def _make(kind: str, message: str, text: str, cause: str | None, **fields: Any) -> RingbackError:
    """Make the error of a kind; the native module calls this."""
    return _make_of(_CLASSES[kind], message, text, cause, **fields)


def _make_of(cls: type[RingbackError], message: str, text: str, cause: str | None, **fields: Any) -> RingbackError:
    """Make an error of a class."""
    error = cls(message, text=text, **fields)
    if cause is not None:
        error.__cause__ = OSError(cause) if isinstance(error, TransportError) else ValueError(cause)
    return error


def _restore(cls: type[RingbackError], args: tuple[str, ...], fields: dict[str, Any]) -> RingbackError:
    """Make the error that was pickled."""
    error = cls(*args)
    error.__dict__.update(fields)
    return error
