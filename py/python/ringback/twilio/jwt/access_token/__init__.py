"""Access tokens under the official name."""

from __future__ import annotations

from ringback import tokens
from ringback.tokens import AccessTokenGrant

__all__ = ["AccessToken", "AccessTokenGrant"]


class AccessToken(tokens.AccessToken):
    """An access token, which an API key of the account signs; it may hold what Twilio refuses, as the official one."""

    _refuses = False
