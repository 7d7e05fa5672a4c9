"""HTTP clients under the official names: what a client of one's own derives from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringback.twilio.base.exceptions import TwilioException

if TYPE_CHECKING:
    from logging import Logger

    from ringback.twilio.http.response import Response

__all__ = ["AsyncHttpClient", "HttpClient"]


class HttpClient:
    """An HTTP client that a `Client` may be given; `request` is what a subclass has."""

    def __init__(self, logger: Logger | None, is_async: bool, timeout: float | None = None) -> None:
        """Take where to log, whether `request` is awaited, and the time-out in seconds."""
        if timeout is not None and timeout <= 0:
            raise ValueError(timeout)
        self._logger = logger
        self.is_async = is_async
        self.timeout = timeout

    @property
    def logger(self) -> Logger:
        """Where to log; the official place unless another was given."""
        import logging  # noqa: PLC0415 - slow to import, and rarely asked for

        kind = "async_http_client" if self.is_async else "http_client"
        return self._logger or logging.getLogger(f"twilio.{kind}")

    def request(
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
        """Make a request; a subclass says how."""
        raise TwilioException("HttpClient is an abstract class")

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Log the method and the address; what the request holds is not logged."""
        self.logger.info("%s %s", kwargs["method"], kwargs["url"])

    def log_response(self, status_code: int, response: Any) -> None:
        """Log the status."""
        self.logger.info("status %s", status_code)


class AsyncHttpClient(HttpClient):
    """An HTTP client whose `request` is awaited."""

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
        """Make a request; a subclass says how."""
        raise TwilioException("AsyncHttpClient is an abstract class")
