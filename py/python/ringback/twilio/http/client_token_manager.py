"""Fetches access tokens for client credentials."""

from __future__ import annotations

from typing import Any

from ringback.twilio.http.http_client import TwilioHttpClient
from ringback.twilio.http.token_manager import TokenManager

__all__ = ["ClientTokenManager"]


class _Plain(TwilioHttpClient):
    """Sends as it is told: a token is asked for by what the form holds, and needs no account."""


class ClientTokenManager(TokenManager):
    """Fetches access tokens from Twilio's OAuth service."""

    def __init__(
        self,
        grant_type: str,
        client_id: str,
        client_secret: str,
        code: str | None = None,
        redirect_uri: str | None = None,
        audience: str | None = None,
        refreshToken: str | None = None,  # noqa: N803 - the official name
        scope: str | None = None,
    ) -> None:
        """Take what the service is asked with."""
        from ringback.twilio.rest import Client  # noqa: PLC0415 - a client may itself take what this makes

        self._asked: dict[str, Any] = {
            "grant_type": grant_type,
            "client_id": client_id,
            "client_secret": client_secret,
            "code": code,
            "redirect_uri": redirect_uri,
            "audience": audience,
            "refresh_token": refreshToken,
            "scope": scope,
        }
        self.client = Client(http_client=_Plain())

    def fetch_access_token(self) -> str:
        """Fetch a token."""
        token: str = self.client.oauth.v2.token.create(**self._asked).access_token
        return token
