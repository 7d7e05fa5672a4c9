"""The ways to sign in."""

from __future__ import annotations

from enum import Enum

__all__ = ["AuthType"]


class AuthType(Enum):
    """A way to sign in."""

    ORGS_TOKEN = "orgs_stoken"  # noqa: S105 - the official spelling of a name
    NO_AUTH = "noauth"
    BASIC = "basic"
    API_KEY = "api_key"
    CLIENT_CREDENTIALS = "client_credentials"

    def __str__(self) -> str:
        """Give its text."""
        return self.value
