"""Fetches access tokens for the client credentials of an organization."""

from __future__ import annotations

from ringback.twilio.http.client_token_manager import ClientTokenManager

__all__ = ["OrgTokenManager"]


class OrgTokenManager(ClientTokenManager):
    """Fetches access tokens from Twilio's OAuth service."""
