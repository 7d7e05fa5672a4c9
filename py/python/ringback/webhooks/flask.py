"""Webhooks in Flask: a decorator that gives a view the typed payload, and a check for a whole blueprint."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from flask import Blueprint, Flask, Response, current_app, request

from ringback._ringback import CheckedRequest, Refusal
from ringback.webhooks import wsgi
from ringback.webhooks._gate import Gate, P, Settings, environ_target, read_payload, refused, unchecked

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Unpack

__all__ = ["Webhooks", "checked"]

# kept with the request itself: what Flask calls `g` may outlive it
_GATE = "ringback.webhook.gate"

A = ParamSpec("A")
R = TypeVar("R")


class Webhooks:
    """The check of webhooks for views of Flask; `checked()` gives a view what was checked."""

    def __init__(self, app: Flask | Blueprint | None = None, **settings: Unpack[Settings]) -> None:
        """Take the settings; one that is missing or wrong is a `ConfigurationError`."""
        self._gate = Gate(**settings)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask | Blueprint) -> None:
        """Check every request of an application or a blueprint before its view."""
        app.before_request(self._check)

    def webhook(self, kind: type[P]) -> Callable[[Callable[Concatenate[P, A], R]], Callable[A, R | Response]]:
        """Decorate a view: it runs for Twilio's requests only, and its first argument is the payload.

        Flask's own decorator stands above this one.
        """

        def decorate(view: Callable[Concatenate[P, A], R]) -> Callable[A, R | Response]:
            @wraps(view)
            def wrapper(*args: A.args, **kwargs: A.kwargs) -> R | Response:
                refusal = self._check()
                if refusal is not None:
                    return refusal
                payload = read_payload(kind, checked())
                if payload is None:
                    return Response(status=400)
                answer: R = current_app.ensure_sync(view)(payload, *args, **kwargs)
                return answer

            return wrapper

        return decorate

    def _check(self) -> Response | None:
        """Check the request that is under way, unless this guard has; the answer if it is refused."""
        if request.environ.get(_GATE) is self._gate:
            return None
        verdict: Any = self._gate.admit_environ(request.environ, request)
        if not isinstance(verdict, Refusal):
            body = self._read()
            verdict = body if isinstance(body, Refusal) else self._gate.check(verdict, body)
        if isinstance(verdict, Refusal):
            refused(verdict, request.method, environ_target(request.environ))
            return Response(status=verdict.status)
        request.environ.update({wsgi.KEY: verdict, _GATE: self._gate})
        return None

    def _read(self) -> bytes | Refusal:
        """Read the body so that the view can read it again."""
        if request.content_length is not None or "_cached_data" in request.__dict__:
            body = request.get_data(cache=True)  # no longer than its length, which was looked at
            # an earlier hook that asked for the form has used the body up, and what it found is not what is checked
            is_whole = len(body) == (request.content_length or len(body))
            return body if is_whole else Refusal("unreadable")
        read = wsgi.read_body(request.environ, self._gate.max_body)
        if isinstance(read, bytes):
            wsgi.restore(request.environ, read)
            request.__dict__.pop("stream", None)
        return read


def checked() -> CheckedRequest:
    """Give the checked request that is under way; it raises if nobody checked."""
    found = request.environ.get(wsgi.KEY)
    if not isinstance(found, CheckedRequest):
        raise unchecked("@webhooks.webhook to the view, or webhooks.init_app to its blueprint")
    return found
