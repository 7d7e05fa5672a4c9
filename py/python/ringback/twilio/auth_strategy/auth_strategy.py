"""What every way to sign in has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringback.twilio.auth_strategy.auth_type import AuthType

__all__ = ["AuthStrategy"]


class AuthStrategy:
    """Gives the `Authorization` header of a request."""

    def __init__(self, auth_type: AuthType) -> None:
        """Take the way to sign in."""
        self._auth_type = auth_type

    @property
    def auth_type(self) -> AuthType:
        """The way to sign in."""
        return self._auth_type

    def get_auth_string(self) -> str:
        """Give the header; a subclass says which."""
        raise NotImplementedError

    def requires_authentication(self) -> bool:
        """Tell whether there is a header at all; a subclass says so."""
        raise NotImplementedError
