"""The HTTP client that signs requests; as it is, a `Client` signs them on ringback's own connections instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ringback.twilio.base.exceptions import TwilioRestException
from ringback.twilio.http import HttpClient
from ringback.twilio.http.http_client import TIMEOUT, prepare, send_prepared

if TYPE_CHECKING:
    from ringback.tokens import ClientValidation
    from ringback.twilio.http.response import Response

__all__ = ["ValidationClient", "ValidationPayload"]

TLS_TEST = "https://tls-test.twilio.com:443"


class ValidationPayload(NamedTuple):
    """What of a request is signed."""

    method: str
    path: str
    query_string: str
    all_headers: Any
    signed_headers: Any
    body: Any


class ValidationClient(HttpClient):
    """An HTTP client that signs requests with a private key, whose public half Twilio knows as a credential."""

    def __init__(
        self,
        account_sid: str,
        api_key_sid: str,
        credential_sid: str,
        private_key: str | bytes,
        pool_connections: bool = True,
    ) -> None:
        """Take the account, its API key, the sid of the public key, and the private key in PEM."""
        super().__init__(None, is_async=False)
        self.account_sid = account_sid
        self.credential_sid = credential_sid
        self.api_key_sid = api_key_sid
        self.private_key = private_key
        self.pool_connections = pool_connections
        self.proxy: dict[str, str] = {}
        self.max_retries: int | None = None

    @property
    def validation(self) -> ClientValidation:
        """What signs; it is asked for when the client is given to a `Client`, or sends by itself."""
        from ringback.tokens import ClientValidation  # noqa: PLC0415 - tokens are loaded where requests are signed

        return ClientValidation(self.account_sid, self.api_key_sid, self.credential_sid, self.private_key)

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
        """Make a signed request."""
        from urllib.parse import urlparse  # noqa: PLC0415 - loaded where somebody sends by this client

        prepared = prepare(method, url, params, data, headers, auth)
        address = urlparse(prepared.address)
        found = {name.lower(): value for name, value in prepared.headers.items()}
        host = found.get("host") or address.netloc
        if "host" not in found:
            prepared.headers["Host"] = host
        name, value = self.validation.header(
            prepared.method,
            host,
            (address.path, address.query),
            found.get("authorization", ""),
            prepared.body or b"",
        )
        prepared.headers[name] = value
        return send_prepared(prepared, timeout or TIMEOUT, self.proxy, allow_redirects)

    def validate_ssl_certificate(self, client: Any) -> None:
        """Make a request of a client to the host that has Twilio's next certificate; it raises if that fails."""
        response = client.request("GET", TLS_TEST)
        if not 200 <= response.status_code < 300:  # noqa: PLR2004 - HTTP's successes
            raise TwilioRestException(response.status_code, TLS_TEST, "Failed to validate SSL certificate")
