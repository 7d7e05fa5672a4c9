"""Signing in by the client credentials of an organization."""

from __future__ import annotations

from ringback.twilio.credential.client_credential_provider import ClientCredentialProvider
from ringback.twilio.http.orgs_token_manager import OrgTokenManager

__all__ = ["OrgsCredentialProvider"]


class OrgsCredentialProvider(ClientCredentialProvider):
    """Signs in by tokens that the credentials of an organization are worth."""

    manager = OrgTokenManager
