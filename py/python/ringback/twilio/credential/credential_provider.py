"""What every provider of credentials has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringback.twilio.auth_strategy.auth_strategy import AuthStrategy
    from ringback.twilio.auth_strategy.auth_type import AuthType

__all__ = ["CredentialProvider"]


class CredentialProvider:
    """Gives a client its way to sign in."""

    def __init__(self, auth_type: AuthType) -> None:
        """Take the way to sign in."""
        self._auth_type = auth_type

    @property
    def auth_type(self) -> AuthType:
        """The way to sign in."""
        return self._auth_type

    def to_auth_strategy(self) -> AuthStrategy:
        """Give what makes the headers; a subclass says how."""
        raise NotImplementedError
