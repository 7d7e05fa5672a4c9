"""The HTTP client that a `Client` has unless it is given another.

As it is, a `Client` sends through ringback's own connections and takes only the time-out and the retries from here. A
subclass, a proxy, and what is asked of it directly, goes through Python's standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ringback.twilio.http import HttpClient

if TYPE_CHECKING:
    from logging import Logger

    from ringback.twilio.http.response import Response

__all__ = ["TwilioHttpClient"]

TIMEOUT = 30.0
"""How long an answer may take in seconds, unless it is said: nothing waits for ever."""


class TwilioHttpClient(HttpClient):
    """An HTTP client of the standard library; it never sends a request twice."""

    def __init__(
        self,
        pool_connections: bool = True,
        request_hooks: dict[str, object] | None = None,
        timeout: float | None = None,
        logger: Logger | None = None,
        proxy: dict[str, str] | None = None,
        max_retries: int | None = None,
    ) -> None:
        """Take the time-out in seconds, the proxies by scheme, and how often ringback may repeat what is safe."""
        super().__init__(logger, is_async=False, timeout=timeout)
        if request_hooks:
            raise ValueError("request_hooks belong to another HTTP library: override request() instead")
        self.pool_connections = pool_connections
        self.proxy = proxy or {}
        self.max_retries = max_retries

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
        """Make a request."""
        if timeout is not None and timeout <= 0:
            raise ValueError(timeout)
        self.log_request({"method": method.upper(), "url": url})
        response = send(
            method, url, params, data, headers, auth, timeout or self.timeout or TIMEOUT, self.proxy, allow_redirects
        )
        self.log_response(response.status_code, response)
        return response


def send(
    method: str,
    url: str,
    params: dict[str, Any] | None,
    data: dict[str, Any] | None,
    headers: dict[str, str] | None,
    auth: tuple[str, str] | None,
    timeout: float,
    proxy: dict[str, str],
    allow_redirects: bool,
) -> Response:
    """Send a request by the standard library, and read the whole answer."""
    return send_prepared(prepare(method, url, params, data, headers, auth), timeout, proxy, allow_redirects)


class Prepared(NamedTuple):
    """A request as it is sent."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes | None


def prepare(
    method: str,
    url: str,
    params: dict[str, Any] | None,
    data: dict[str, Any] | None,
    headers: dict[str, str] | None,
    auth: tuple[str, str] | None,
) -> Prepared:
    """Write a request as it is sent."""
    import base64  # noqa: PLC0415
    import json  # noqa: PLC0415
    from urllib import parse  # noqa: PLC0415

    query = parse.urlencode(_given(params), doseq=True)
    sent = _given(headers)
    body = None
    if data is not None and method.upper() != "GET":
        is_json = sent.get("Content-Type", "").split(";")[0].endswith("json")
        body = (json.dumps(data) if is_json else parse.urlencode(_given(data), doseq=True)).encode()
    if auth is not None:
        sent["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
    address = f"{url}{'&' if '?' in url else '?'}{query}" if query else url
    if not address.startswith(("https://", "http://")):
        raise ValueError("a request goes to an http or https address")
    return Prepared(method.upper(), address, sent, body)


def send_prepared(prepared: Prepared, timeout: float, proxy: dict[str, str], allow_redirects: bool) -> Response:
    """Send a request as it is by the standard library, which is imported only now, and read the whole answer."""
    from urllib import error  # noqa: PLC0415
    from urllib import request as urllib_request  # noqa: PLC0415

    from ringback.twilio.http.response import Response  # noqa: PLC0415

    class Stay(urllib_request.HTTPRedirectHandler):
        """Follows no redirect."""

        def redirect_request(self, *_args: Any) -> None:
            """Give nothing to go on with."""

    made = urllib_request.Request(  # noqa: S310 - checked when it was prepared
        prepared.address, prepared.body, prepared.headers, method=prepared.method
    )
    handlers: list[Any] = [] if allow_redirects else [Stay()]
    if proxy:
        handlers.append(urllib_request.ProxyHandler(proxy))
    try:
        answer = urllib_request.build_opener(*handlers).open(made, timeout=timeout)
    except error.HTTPError as refusal:
        answer = refusal
    with answer:
        return Response(answer.status, answer.read().decode("utf-8", "replace"), dict(answer.headers.items()))


def _given(values: dict[str, Any] | None) -> dict[str, Any]:
    """Leave out what is `None`."""
    return {name: value for name, value in (values or {}).items() if value is not None}
