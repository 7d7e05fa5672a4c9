"""A small, fast, typed and safe client for Twilio, with a Twilio that runs on your machine."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from ringback import emulator, errors, idempotency, rest, streams, text, tokens, twiml, webhooks
    from ringback._reconciliation import Reconciliation
    from ringback._responses import ApiResponse
    from ringback._ringback import AsyncClient, CallRecord, Client, RequestValidator, correlation_id
    from ringback._values import unset
    from ringback.emulator import Emulator
    from ringback.errors import (
        ApiError,
        AuthenticationError,
        ConfigurationError,
        DecodeError,
        InternalError,
        InvalidArgumentError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitedError,
        RejectedError,
        RingbackError,
        ServerError,
        TimedOutError,
        TransportError,
    )
    from ringback.tokens import AccessToken
    from ringback.twiml.messaging_response import MessagingResponse
    from ringback.twiml.voice_response import VoiceResponse

# where each name is found when it is first asked for: importing the package itself costs almost nothing
_HOMES = {
    "AccessToken": "tokens",
    "ApiResponse": "_responses",
    "AsyncClient": "_ringback",
    "CallRecord": "_ringback",
    "Client": "_ringback",
    "RequestValidator": "_ringback",
    "correlation_id": "_ringback",
    "Reconciliation": "_reconciliation",
    "Emulator": "emulator",
    "VoiceResponse": "twiml.voice_response",
    "MessagingResponse": "twiml.messaging_response",
    "unset": "_values",
    "ApiError": "errors",
    "AuthenticationError": "errors",
    "ConfigurationError": "errors",
    "DecodeError": "errors",
    "InternalError": "errors",
    "InvalidArgumentError": "errors",
    "NotFoundError": "errors",
    "PermissionDeniedError": "errors",
    "RateLimitedError": "errors",
    "RejectedError": "errors",
    "RingbackError": "errors",
    "ServerError": "errors",
    "TimedOutError": "errors",
    "TransportError": "errors",
}
_MODULES = {"emulator", "errors", "idempotency", "rest", "streams", "text", "tokens", "twiml", "webhooks"}

__all__ = [
    "AccessToken",
    "ApiError",
    "ApiResponse",
    "AsyncClient",
    "AuthenticationError",
    "CallRecord",
    "Client",
    "ConfigurationError",
    "DecodeError",
    "Emulator",
    "InternalError",
    "InvalidArgumentError",
    "MessagingResponse",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitedError",
    "Reconciliation",
    "RejectedError",
    "RequestValidator",
    "RingbackError",
    "ServerError",
    "TimedOutError",
    "TransportError",
    "VoiceResponse",
    "correlation_id",
    "emulator",
    "errors",
    "idempotency",
    "rest",
    "streams",
    "text",
    "tokens",
    "twiml",
    "unset",
    "webhooks",
]


def _find(name: str) -> Any:
    """Find a name where it lives, once."""
    if name in _HOMES:
        value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    elif name in _MODULES:
        value = import_module(f".{name}", __name__)
    elif name == "__version__":
        value = import_module("._ringback", __name__).__version__
    else:
        raise AttributeError(f"module 'ringback' has no attribute {name!r}")
    globals()[name] = value
    return value


if not TYPE_CHECKING:
    # a checker knows every name from above, and so can tell a misspelt one
    __getattr__ = _find


def __dir__() -> list[str]:
    """List what the package offers, found or not yet."""
    return sorted({*globals(), *_HOMES, *_MODULES})
