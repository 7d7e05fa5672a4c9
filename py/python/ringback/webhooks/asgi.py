"""Webhooks in ASGI applications: Starlette, FastAPI, and every other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ringback._ringback import CheckedRequest, Refusal
from ringback.webhooks._gate import Gate, Settings, refused, scope_target, unchecked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from typing_extensions import Unpack

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Any, Receive, Send], Awaitable[None]]

__all__ = ["WebhookMiddleware", "checked"]

_STATE = "twilio"
READ_WITHIN = 15.0
"""How long a body may take, in seconds."""


class WebhookMiddleware:
    """Lets Twilio's requests through to an application, and answers all others itself, with an empty body.

    A request that comes through has its body back, and what was checked is `request.state.twilio`
    (`scope["state"]["twilio"]`), a `CheckedRequest`. Handshakes of WebSockets are checked too. Everything behind the
    middleware is checked: other pages of the same site belong in front of it, in an application that mounts this one.
    """

    def __init__(self, app: Any, **settings: Unpack[Settings]) -> None:
        """Wrap an application; a setting that is missing or wrong is a `ConfigurationError`."""
        self.app: Application = app
        self._gate = Gate(**settings)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Check a request, and hand it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] not in {"http", "websocket"}:
            raise ValueError("the guard of webhooks knows http and websocket only")
        verdict: Any = self._gate.admit_scope(scope, scope)
        body = b""
        if not isinstance(verdict, Refusal) and scope["type"] == "http":
            read = await _in_time(self._read(receive))
            if read is None:
                return
            if isinstance(read, Refusal):
                verdict = read
            else:
                body = read
        if not isinstance(verdict, Refusal):
            verdict = await self._gate.check_async(verdict, body)
        if isinstance(verdict, Refusal):
            refused(verdict, scope.get("method", "GET"), scope_target(scope))
            await _refuse(scope, receive, send, verdict.status)
            return
        inner = {**scope, "state": {**scope.get("state", {}), _STATE: verdict}}
        await self.app(inner, _again(body, receive) if scope["type"] == "http" else receive, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Read the body, no more than just over the limit; nothing if the client has gone."""
        chunks = []
        left = self._gate.max_body
        while left >= 0:
            message = await receive()
            if message["type"] != "http.request":
                return None
            chunk = message.get("body", b"")
            if chunk:
                chunks.append(chunk)
                left -= len(chunk)
            if not message.get("more_body", False):
                break
        return b"".join(chunks)


async def _in_time(reading: Awaitable[bytes | None]) -> bytes | Refusal | None:
    """Read as long as a body may take; event loops other than that of asyncio leave the time to their server."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return await reading
    try:
        return await asyncio.wait_for(reading, READ_WITHIN)
    except asyncio.TimeoutError:
        return Refusal("unreadable")


def _again(body: bytes, receive: Receive) -> Receive:
    """Hand the body out once more, and then what the server says."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


async def _refuse(scope: Any, receive: Receive, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await receive()  # the wish to connect
        await send({"type": "websocket.close", "code": 1008})  # the server answers 403
        return
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def checked(scope: Any) -> CheckedRequest:
    """Give the checked request of a scope, or of a request or WebSocket of Starlette's; it raises if nobody checked."""
    state = getattr(scope, "scope", scope).get("state") or {}
    found = state.get(_STATE)
    if not isinstance(found, CheckedRequest):
        raise unchecked("ringback.webhooks.asgi.WebhookMiddleware to its application")
    return found
