"""The token that validates a request, under the official name."""

from __future__ import annotations

from typing import Any

from ringback import _ringback
from ringback.tokens import Jwt

__all__ = ["ClientValidationJwt"]


class ClientValidationJwt(Jwt):
    """The token that proves that a request was not changed on its way."""

    ALGORITHM = "RS256"

    def __init__(
        self, account_sid: str, api_key_sid: str, credential_sid: str, private_key: str | bytes, validation_payload: Any
    ) -> None:
        """Take who signs, the sid of the public key, the private key, and what of the request is signed."""
        super().__init__(private_key, api_key_sid, account_sid, self.ALGORITHM, ttl=300)
        self.credential_sid = credential_sid
        self.validation_payload = validation_payload

    def _generate_headers(self) -> dict[str, Any]:
        """Give what makes a token one of validation."""
        return _ringback.validation_headers(self.credential_sid)

    def _generate_payload(self) -> dict[str, Any]:
        """Give the names of the signed headers, and the hash of the request."""
        request = self.validation_payload
        headers = [
            (name, value)
            for name, values in request.all_headers.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        return _ringback.validation_claims(
            (request.method, request.path, request.query_string), headers, list(request.signed_headers), body
        )
