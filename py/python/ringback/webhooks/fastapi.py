"""Webhooks in FastAPI: a dependency that gives a handler the typed payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection  # noqa: TC002 - FastAPI looks it up

from ringback.webhooks import asgi
from ringback.webhooks._gate import P, read_payload
from ringback.webhooks.asgi import WebhookMiddleware

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["WebhookMiddleware", "webhook"]


def webhook(kind: type[P]) -> Callable[[HTTPConnection], Awaitable[P]]:
    """Make a dependency of a payload: `message: Annotated[IncomingMessage, Depends(webhook(IncomingMessage))]`.

    `CheckedRequest` as the kind gives the request itself. Without `WebhookMiddleware` every request ends with HTTP 500,
    so a forgotten middleware cannot let a forger in.
    """

    async def payload(connection: HTTPConnection) -> P:
        found = read_payload(kind, asgi.checked(connection))
        if found is None:
            raise HTTPException(400)
        return found

    return payload
