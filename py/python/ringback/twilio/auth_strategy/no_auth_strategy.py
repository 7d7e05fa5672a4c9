"""No signing in."""

from __future__ import annotations

from ringback.twilio.auth_strategy.auth_strategy import AuthStrategy
from ringback.twilio.auth_strategy.auth_type import AuthType

__all__ = ["NoAuthStrategy"]


class NoAuthStrategy(AuthStrategy):
    """Gives nothing."""

    def __init__(self) -> None:
        """Take nothing."""
        super().__init__(AuthType.NO_AUTH)

    def get_auth_string(self) -> str:
        """Give nothing."""
        return ""

    def requires_authentication(self) -> bool:
        """Say no."""
        return False
