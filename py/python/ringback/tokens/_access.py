"""Access tokens: who a phone or a browser is, and what it may do for a while."""

from __future__ import annotations

import time

from ringback import _ringback
from ringback.errors import InvalidArgumentError
from ringback.tokens._grants import AccessTokenGrant
from ringback.tokens._jwt import Jwt

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any


_WRITING = {"_generate_headers", "_generate_payload", "_validity", "_check", "headers", "payload"}
"""What a token is written from: where a subclass has its own, it is put together in Python."""
_NO_GRANT = "a grant must be an AccessTokenGrant, such as VoiceGrant"


class AccessToken(Jwt):
    """An access token, which an API key of the account signs; a token that Twilio would refuse is an error."""

    _refuses = True
    _is_standard = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """See whether a subclass writes another token than this one."""
        super().__init_subclass__(**kwargs)
        cls._is_standard = cls._is_standard and _WRITING.isdisjoint(vars(cls))

    def __init__(
        self,
        account_sid: str,
        signing_key_sid: str,
        secret: str,
        grants: list[AccessTokenGrant] | None = None,
        identity: Any = None,
        nbf: Any = Jwt.GENERATE,
        ttl: int = 3600,
        valid_until: int | datetime | None = None,
        region: str | None = None,
        *,
        algorithm: str | None = None,
    ) -> None:
        """Take the account, an API key with its secret, who holds the token, what is allowed, and for how long."""
        for grant in grants or ():
            if not isinstance(grant, AccessTokenGrant):
                raise InvalidArgumentError(_NO_GRANT)
        super().__init__(secret, signing_key_sid, account_sid, algorithm, nbf, ttl, valid_until)
        self.account_sid = account_sid
        self.signing_key_sid = signing_key_sid
        self.identity = identity
        self.region = region
        self.grants = grants or []

    def add_grant(self, grant: AccessTokenGrant) -> None:
        """Allow something besides."""
        if not isinstance(grant, AccessTokenGrant):
            raise InvalidArgumentError(_NO_GRANT)
        self.grants.append(grant)

    def to_jwt(self, ttl: int | None = None) -> str:
        """Write and sign the token; `ttl` is how long it is valid instead, in seconds."""
        if not self._is_standard:
            return super().to_jwt(ttl)
        now = int(time.time())
        not_before, expires_at = self._validity(now)
        return _ringback.access_token_jwt(self, now, not_before, now + int(ttl) if ttl else expires_at)

    def _generate_headers(self) -> dict[str, Any]:
        """Give what makes a token one of access."""
        region = self.region if isinstance(self.region, str) else None
        return _ringback.access_token_headers(region)

    def _generate_payload(self) -> dict[str, Any]:
        """Give who holds the token, and what it allows."""
        grants = {grant.key: grant.to_payload() for grant in self.grants}
        claims: dict[str, Any] = _ringback.access_token_claims(
            self.signing_key_sid, int(time.time()), self.identity, grants
        )
        return claims

    def _check(self, payload: dict[str, Any]) -> None:
        """Refuse a sid of another kind, and a life that Twilio does not believe."""
        if self._refuses:
            _ringback.access_token_check(self.account_sid, self.signing_key_sid, payload["exp"], int(time.time()))

    def __str__(self) -> str:
        """Show the token as it is sent."""
        return f"<{type(self).__name__} {self.to_jwt()}>"
