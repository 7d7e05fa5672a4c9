"""Signing in by a token that is fetched when it is needed and again when it has ended."""

from __future__ import annotations

import base64
import json
import threading
import time
from typing import TYPE_CHECKING

from ringback.twilio.auth_strategy.auth_strategy import AuthStrategy
from ringback.twilio.auth_strategy.auth_type import AuthType

if TYPE_CHECKING:
    from ringback.twilio.http.token_manager import TokenManager

__all__ = ["TokenAuthStrategy"]


class TokenAuthStrategy(AuthStrategy):
    """Gives the token of a manager; threads that need a new one at once fetch it once."""

    def __init__(self, token_manager: TokenManager) -> None:
        """Take what fetches tokens."""
        super().__init__(AuthType.ORGS_TOKEN)
        self.token_manager = token_manager
        self.token: str | None = None
        self.lock = threading.Lock()

    def get_auth_string(self) -> str:
        """Give the header with a token that has not ended."""
        return f"Bearer {self.fetch_token()}"

    def requires_authentication(self) -> bool:
        """Say yes."""
        return True

    def fetch_token(self) -> str:
        """Give the token, a new one if there is none or it has ended."""
        with self.lock:
            if not self.token or self.is_token_expired(self.token):
                self.token = self.token_manager.fetch_access_token()
            return self.token

    def is_token_expired(self, token: str) -> bool:
        """Tell by what the token says of itself; what says nothing has ended."""
        try:
            claims = token.split(".")[1]
            end = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
            return float(end) < time.time()
        except (IndexError, KeyError, TypeError, ValueError):
            return True
