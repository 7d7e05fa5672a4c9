"""What the adapters share: their settings, their log, and the way from a request to its check."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, TypeVar

from ringback._ringback import Admission, CheckedRequest, Refusal, WebhookGuard, encode_target, webhook_headers
from ringback.errors import ConfigurationError, InvalidArgumentError

if TYPE_CHECKING:
    from typing_extensions import Self

    from ringback.idempotency import ReplayGuard

log = logging.getLogger("ringback.webhooks")

Tokens = str | Sequence[str]

HEADERS = [name.encode() for name in webhook_headers()]
_SMALL = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_KEYS = [(_SMALL.get(name, "HTTP_" + name.upper().replace("-", "_")), name.encode()) for name in webhook_headers()]


class Settings(TypedDict, total=False):
    """What every adapter takes."""

    auth_token: Tokens | Callable[[str | None], Tokens | Awaitable[Tokens | None] | None]
    """The token, several while they are rotated, or a function that gives the tokens of an account; `None` stands for
    a request that names no account. Default: the variable `TWILIO_AUTH_TOKEN`."""
    public_url: str | Callable[[Any], str | None]
    """Where Twilio reaches the server, such as `https://example.com`, with the part of the path that a proxy takes
    away; or a function that gives the whole URL of a request (of its scope, environ or request object)."""
    trusted_proxies: Sequence[str]
    """The addresses and networks of the proxies whose `X-Forwarded-*` or `Forwarded` headers are believed."""
    max_body: int
    """How large a body may be, in bytes. Default: 256 kB."""
    replay_guard: ReplayGuard
    """What remembers the requests that came through, and refuses who only repeats one (403); if its store fails the
    answer is 503. What Twilio tries again comes through as `sighting == "retried"`. Default: none."""


class Payload(Protocol):
    """A class of payloads."""

    @classmethod
    def from_params(cls, params: Any, /) -> Self:
        """Read it."""
        ...


P = TypeVar("P", bound="Payload | CheckedRequest")


class Gate:
    """The settings of one adapter, and what they say of requests."""

    def __init__(
        self,
        *,
        auth_token: Any = None,
        public_url: Any = None,
        trusted_proxies: Sequence[str] | None = None,
        max_body: int | None = None,
        replay_guard: ReplayGuard | None = None,
    ) -> None:
        """Check the settings; what is missing or wrong is a `ConfigurationError`."""
        if callable(public_url) and trusted_proxies is not None:
            raise ConfigurationError("public_url and trusted_proxies exclude each other")
        if isinstance(trusted_proxies, str):
            raise ConfigurationError("trusted_proxies takes a list of addresses and networks")
        self._token_of = auth_token if callable(auth_token) else None
        self._url_of = public_url if callable(public_url) else None
        tokens = None if auth_token is None or self._token_of else _listed(auth_token)
        self._guard = WebhookGuard(
            tokens,
            by_account=self._token_of is not None,
            public_url=None if self._url_of else public_url,
            trusted_proxies=None if trusted_proxies is None else list(trusted_proxies),
            max_body=max_body,
            replay_guard=replay_guard,
        )
        self.max_body = self._guard.max_body

    def admit_scope(self, scope: Any, request: Any) -> Admission | Refusal:
        """Look at the scope of an ASGI request, before its body is read."""
        client = scope.get("client")
        return self._admit(
            request,
            scope.get("method", "GET"),
            scope.get("scheme", "http" if scope["type"] == "http" else "ws"),
            scope_target(scope),
            client[0] if client else None,
            [(name, value) for name, value in scope["headers"] if name in HEADERS],
        )

    def admit_environ(self, environ: Any, request: Any) -> Admission | Refusal:
        """Look at the environ of a WSGI request, before its body is read."""
        headers = [(name, _bytes(environ[key])) for key, name in _KEYS if environ.get(key)]
        if "HTTP_HOST" not in environ:
            headers.append((b"host", _bytes(f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}")))
        return self._admit(
            request,
            environ["REQUEST_METHOD"],
            environ["wsgi.url_scheme"],
            environ_target(environ),
            environ.get("REMOTE_ADDR"),
            headers,
        )

    def _admit(  # noqa: PLR0917 - what one request is
        self,
        request: Any,
        method: str,
        scheme: str,
        target: bytes,
        peer: str | None,
        headers: list[tuple[bytes, bytes]],
    ) -> Admission | Refusal:
        url = None
        if self._url_of is not None:
            url = self._url_of(request)
            if url is None:
                return Refusal("unknown_url")
            url = str(url)  # frameworks have classes for URLs
        return self._guard.admit(method, scheme, target, peer, headers, url)

    def check(self, admission: Admission, body: bytes) -> CheckedRequest | Refusal:
        """Check the body of an admitted request."""
        if self._token_of is None:
            return admission.check(body)
        account = admission.account(body)
        return account if isinstance(account, Refusal) else _check(admission, body, self._token_of(account))

    async def check_async(self, admission: Admission, body: bytes) -> CheckedRequest | Refusal:
        """Check it where tokens may be awaited."""
        if self._token_of is None:
            return admission.check(body)
        account = admission.account(body)
        if isinstance(account, Refusal):
            return account
        tokens = self._token_of(account)
        return _check(admission, body, await tokens if isinstance(tokens, Awaitable) else tokens)


def scope_target(scope: Any) -> bytes:
    """Give path and query of an ASGI request as they came, as far as the server keeps them."""
    query: bytes = scope.get("query_string", b"")
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        return encode_target(scope["path"].encode(), query)
    path = raw.partition(b"?")[0]
    return path + b"?" + query if query else path


def environ_target(environ: Any) -> bytes:
    """Give path and query of a WSGI request as they came, as far as the server keeps them."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw:
        return _bytes(raw)
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return encode_target(_bytes(path), _bytes(environ.get("QUERY_STRING", "")))


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")  # as WSGI has it


def _listed(tokens: Any) -> list[str]:
    return [tokens] if isinstance(tokens, str) else list(tokens)


def _check(admission: Admission, body: bytes, tokens: Any) -> CheckedRequest | Refusal:
    return admission.check(body, _listed(tokens)) if tokens else Refusal("no_token")


def refused(refusal: Refusal, method: str, target: bytes) -> None:
    """Say why to whoever reads the log; whoever sent the request is told nothing."""
    path = target.partition(b"?")[0].decode("ascii", "backslashreplace")
    log.warning("refused a webhook, %s %r: %s", method, path, refusal, exc_info=refusal.cause)


def unchecked(where: str) -> ConfigurationError:
    """Say that a handler would have run for a request that nobody checked."""
    return ConfigurationError(f"the request was not checked, so its handler does not run: add {where}")


def read_payload(kind: type[P], checked: CheckedRequest) -> P | None:
    """Read the payload that a handler takes; nothing if a genuine request is of another kind."""
    if isinstance(checked, kind):
        return checked
    try:
        reader: Any = kind
        payload: P = reader.from_params(checked.params)
    except InvalidArgumentError as error:
        log.warning("a genuine webhook is of another kind than its handler takes: %s", error)
        return None
    return payload
