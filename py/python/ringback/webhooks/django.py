"""Webhooks in Django: a decorator that gives a view, sync or async, the typed payload."""

from __future__ import annotations

import inspect
from functools import wraps
from io import BytesIO
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from ringback._ringback import Admission, CheckedRequest, Refusal
from ringback.webhooks._gate import Gate, P, Settings, environ_target, read_payload, refused, scope_target, unchecked

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Unpack

__all__ = ["Webhooks", "checked"]

A = ParamSpec("A")

# Django has no types
_exempt: Callable[[Callable[..., Any]], Callable[..., Any]] = csrf_exempt


class Webhooks:
    """The check of webhooks for views of Django; what was checked is `request.twilio`, a `CheckedRequest`."""

    def __init__(self, **settings: Unpack[Settings]) -> None:
        """Take the settings; one that is missing or wrong is a `ConfigurationError`."""
        self._gate = Gate(**settings)

    def webhook(self, kind: type[P]) -> Callable[[Callable[Concatenate[Any, P, A], Any]], Callable[..., Any]]:
        """Decorate a view: it runs for Twilio's requests only, and its second argument is the payload.

        The view needs no CSRF token, since the signature says where a request comes from.
        """

        def decorate(view: Callable[Concatenate[Any, P, A], Any]) -> Callable[..., Any]:
            if inspect.iscoroutinefunction(view):

                @wraps(view)
                async def wrapper_async(request: HttpRequest, *args: A.args, **kwargs: A.kwargs) -> Any:
                    admitted = self._admit(request)
                    verdict = await self._gate.check_async(*admitted) if isinstance(admitted, tuple) else admitted
                    refusal, payload = self._settle(request, verdict, kind)
                    return refusal if payload is None else await view(request, payload, *args, **kwargs)

                return _exempt(wrapper_async)

            @wraps(view)
            def wrapper(request: HttpRequest, *args: A.args, **kwargs: A.kwargs) -> Any:
                admitted = self._admit(request)
                verdict = self._gate.check(*admitted) if isinstance(admitted, tuple) else admitted
                refusal, payload = self._settle(request, verdict, kind)
                return refusal if payload is None else view(request, payload, *args, **kwargs)

            return _exempt(wrapper)

        return decorate

    def _admit(self, request: HttpRequest) -> tuple[Admission, bytes] | Refusal:
        """Look at the head, and read the body so that the view can read it again."""
        if hasattr(request, "scope"):
            admission = self._gate.admit_scope(request.scope, request)
        else:
            admission = self._gate.admit_environ(_environ(request), request)
        if isinstance(admission, Refusal):
            return admission
        try:
            if not request.META.get("CONTENT_LENGTH") and not hasattr(request, "_body"):
                body = request.read(self._gate.max_body + 1)
                request._body = body  # noqa: SLF001 - where Django itself keeps a body that was read
                request._stream = BytesIO(body)  # noqa: SLF001
            body = request.body
        except RequestDataTooBig:
            return Refusal("too_large")
        except (RawPostDataException, UnreadablePostError):
            return Refusal("unreadable")
        return admission, body

    def _settle(
        self, request: HttpRequest, verdict: CheckedRequest | Refusal, kind: type[P]
    ) -> tuple[HttpResponse | None, P | None]:
        """Give the payload, or the answer if there is none."""
        if isinstance(verdict, Refusal):
            is_scope = hasattr(request, "scope")
            target = scope_target(request.scope) if is_scope else environ_target(_environ(request))
            refused(verdict, request.method or "", target)
            return HttpResponse(status=verdict.status), None
        request.twilio = verdict
        payload = read_payload(kind, verdict)
        return (HttpResponse(status=400), None) if payload is None else (None, payload)


def _environ(request: HttpRequest) -> dict[str, Any]:
    """Give the environ as WSGI has it: Django puts decoded paths into it."""
    paths = {key: request.META.get(key, "").encode().decode("latin-1") for key in ("SCRIPT_NAME", "PATH_INFO")}
    return {**request.META, **paths}


def checked(request: HttpRequest) -> CheckedRequest:
    """Give what was checked of a request; it raises if nobody checked."""
    found = getattr(request, "twilio", None)
    if not isinstance(found, CheckedRequest):
        raise unchecked("@webhooks.webhook to the view")
    return found
