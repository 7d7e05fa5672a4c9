"""What fetches access tokens."""

from __future__ import annotations

__all__ = ["TokenManager"]


class TokenManager:
    """Fetches access tokens; a subclass says where."""

    def fetch_access_token(self) -> str:
        """Fetch a token."""
        raise NotImplementedError
