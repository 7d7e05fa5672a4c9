"""The HTTP client for awaited calls; as it is, a `Client` sends through ringback's own connections instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringback.twilio.http import AsyncHttpClient
from ringback.twilio.http.http_client import TIMEOUT, send

if TYPE_CHECKING:
    from logging import Logger

    from ringback.twilio.http.response import Response

__all__ = ["AsyncTwilioHttpClient"]


class AsyncTwilioHttpClient(AsyncHttpClient):
    """An HTTP client of the standard library, which waits in a thread; it never sends a request twice."""

    def __init__(
        self,
        pool_connections: bool = True,
        trace_configs: Any = None,
        timeout: float | None = None,
        logger: Logger | None = None,
        proxy_url: str | None = None,
        max_retries: int | None = None,
    ) -> None:
        """Take the time-out in seconds, the proxy, and how often ringback may repeat what is safe."""
        super().__init__(logger, is_async=True, timeout=timeout)
        if trace_configs:
            raise ValueError("trace_configs belong to another HTTP library: override request() instead")
        self.pool_connections = pool_connections
        self.proxy = {"http": proxy_url, "https": proxy_url} if proxy_url else {}
        self.max_retries = max_retries

    async def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make a request."""
        import asyncio  # noqa: PLC0415 - slow to import, and loaded where this is awaited

        if timeout is not None and timeout <= 0:
            raise ValueError(timeout)
        self.log_request({"method": method.upper(), "url": url})
        seconds = timeout or self.timeout or TIMEOUT
        response = await asyncio.to_thread(
            send, method, url, params, data, headers, auth, seconds, self.proxy, allow_redirects
        )
        self.log_response(response.status_code, response)
        return response

    async def close(self) -> None:
        """Do nothing: no connection is kept."""

    async def __aenter__(self) -> AsyncTwilioHttpClient:
        """Give itself."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close it."""
        await self.close()
