"""Webhooks in WSGI applications."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ringback._ringback import CheckedRequest, Refusal
from ringback.webhooks._gate import Gate, Settings, environ_target, refused, unchecked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Unpack

__all__ = ["WebhookMiddleware", "checked"]

KEY = "ringback.webhook"


class WebhookMiddleware:
    """Lets Twilio's requests through to an application, and answers all others itself, with an empty body.

    A request that comes through has its body back, and what was checked is `environ["ringback.webhook"]`, a
    `CheckedRequest`.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], **settings: Unpack[Settings]) -> None:
        """Wrap an application; a setting that is missing or wrong is a `ConfigurationError`."""
        self.app = app
        self._gate = Gate(**settings)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Check a request, and hand it on."""
        environ.pop(KEY, None)
        verdict: Any = self._gate.admit_environ(environ, environ)
        body = b""
        if not isinstance(verdict, Refusal):
            read = read_body(environ, self._gate.max_body)
            if isinstance(read, bytes):
                body = read
                verdict = self._gate.check(verdict, body)
            else:
                verdict = read
        if isinstance(verdict, Refusal):
            refused(verdict, environ["REQUEST_METHOD"], environ_target(environ))
            status = HTTPStatus(verdict.status)
            start_response(f"{status.value} {status.phrase}", [("Content-Length", "0")])
            return [b""]
        restore(environ, body)
        environ[KEY] = verdict
        return self.app(environ, start_response)


def read_body(environ: dict[str, Any], limit: int) -> bytes | Refusal:
    """Read the body, no more than just over the limit."""
    length = environ.get("CONTENT_LENGTH")
    if not length:
        if environ.get("wsgi.input_terminated"):
            wanted = limit + 1
        elif environ.get("HTTP_TRANSFER_ENCODING"):
            return Refusal("no_length")
        else:
            return b""
    else:
        wanted = int(length)  # a number within the limit, or the request was not admitted
    chunks = []
    while wanted > 0:
        chunk = environ["wsgi.input"].read(wanted)
        if not chunk:
            break
        chunks.append(chunk)
        wanted -= len(chunk)
    return Refusal("unreadable") if length and wanted else b"".join(chunks)


def restore(environ: dict[str, Any], body: bytes) -> None:
    """Put a body that was read back, for whoever reads it next."""
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # it has a length now


def checked(environ: dict[str, Any]) -> CheckedRequest:
    """Give the checked request of an environ; it raises if nobody checked."""
    found = environ.get(KEY)
    if not isinstance(found, CheckedRequest):
        raise unchecked("ringback.webhooks.wsgi.WebhookMiddleware to its application")
    return found
