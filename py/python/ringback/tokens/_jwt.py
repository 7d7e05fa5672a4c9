"""A token of any kind, and the reading of one."""

from __future__ import annotations

import time

from ringback import _ringback
from ringback.errors import InvalidArgumentError, RingbackError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any


class JwtDecodeError(Exception):
    """A token is not believed: its text says why."""


def decode(
    token: str, key: str | bytes, algorithm: str, *, leeway: float = 60
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the header and the claims of a token that this key signed by this algorithm, if its time is now.

    The key is the secret, or for `RS256` the PEM text of the public key; clocks may differ by `leeway` seconds.
    """
    try:
        return _ringback.token_decode(token, key, algorithm, int(leeway))
    except RingbackError as error:
        raise JwtDecodeError(str(error)) from error


def _seconds(moment: Any) -> int:
    """Give a moment in seconds since 1970; a date and time without a zone is in UTC."""
    if hasattr(moment, "utctimetuple"):
        import calendar  # noqa: PLC0415 - loaded where somebody gives a datetime

        return calendar.timegm(moment.utctimetuple())
    return int(moment)


class Jwt:
    """A token of any kind; a subclass says what it holds."""

    GENERATE: Any = object()
    """The moment when the token is written."""
    ALGORITHM = "HS256"

    def __init__(
        self,
        secret_key: str | bytes | None,
        issuer: str | None,
        subject: str | None = None,
        algorithm: str | None = None,
        nbf: Any = GENERATE,
        ttl: int = 3600,
        valid_until: int | datetime | None = None,
    ) -> None:
        """Take the key, who signs and for whom, and when the token is valid, in seconds or as moments."""
        self.secret_key = secret_key
        self.issuer = issuer
        self.subject = subject
        self.algorithm = algorithm or self.ALGORITHM
        self.nbf = nbf
        self.ttl = ttl
        self.valid_until = valid_until
        self.__decoded_payload: dict[str, Any] | None = None
        self.__decoded_headers: dict[str, Any] | None = None

    def _generate_payload(self) -> dict[str, Any]:
        """Give the claims besides those that every token has; a subclass says which."""
        raise NotImplementedError("a subclass of Jwt says in _generate_payload what its token holds")

    def _generate_headers(self) -> dict[str, Any]:
        """Give the header besides what every token has."""
        return {}

    @classmethod
    def _from_jwt(cls, headers: dict[str, Any], payload: dict[str, Any], key: str | bytes | None = None) -> Jwt:
        """Make a token of what was read."""
        token = Jwt(
            key,
            payload.get("iss"),
            payload.get("sub"),
            headers.get("alg"),
            payload.get("nbf"),
            valid_until=payload.get("exp"),
        )
        token.__decoded_payload = payload
        token.__decoded_headers = headers
        return token

    @property
    def payload(self) -> dict[str, Any]:
        """What the token says if it is written now, or what it said when it was read."""
        if self.__decoded_payload:
            return self.__decoded_payload
        claims = self._generate_payload().copy()
        claims |= _ringback.token_registered(self.issuer, self.subject, *self._validity(int(time.time())))
        return claims

    def _validity(self, now: int) -> tuple[int | None, int]:
        """Give from when, if that is said, to when the token is valid."""
        not_before = now if self.nbf is self.GENERATE else None if self.nbf is None else _seconds(self.nbf)
        return not_before, _seconds(self.valid_until) if self.valid_until else now + int(self.ttl)

    @property
    def headers(self) -> dict[str, Any]:
        """The header of the token."""
        if self.__decoded_headers:
            return self.__decoded_headers
        return {**self._generate_headers(), "typ": "JWT", "alg": self.algorithm}

    def to_jwt(self, ttl: int | None = None) -> str:
        """Write and sign the token; `ttl` is how long it is valid instead, in seconds."""
        if not self.secret_key:
            raise InvalidArgumentError("a token is signed with a key, and none was given")
        payload = self.payload
        if ttl:
            payload = {**payload, "exp": int(time.time()) + int(ttl)}
        self._check(payload)
        return _ringback.token_encode(self.headers, payload, self.secret_key, self.algorithm)

    def _check(self, payload: dict[str, Any]) -> None:
        """Refuse what Twilio would refuse, where that is known."""

    @classmethod
    def from_jwt(cls, jwt: str, key: str | bytes | None = "", *, algorithm: str | None = None) -> Jwt:
        """Read a token of this kind; without a key it is read whoever wrote it, which proves nothing.

        It must be signed by the algorithm of the kind, or by the one that is named here.
        """
        try:
            headers, payload = _ringback.token_decode(jwt, key or None, algorithm or cls.ALGORITHM, 0, int(time.time()))
        except RingbackError as error:
            raise JwtDecodeError(str(error)) from error
        return cls._from_jwt(headers, payload, key)

    def __str__(self) -> str:
        """Show the token as it is sent."""
        return f"<JWT {self.to_jwt()}>"
