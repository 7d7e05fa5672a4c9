"""Signing in by client credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringback.twilio.auth_strategy.auth_type import AuthType
from ringback.twilio.auth_strategy.token_auth_strategy import TokenAuthStrategy
from ringback.twilio.base.exceptions import TwilioException
from ringback.twilio.credential.credential_provider import CredentialProvider
from ringback.twilio.http.client_token_manager import ClientTokenManager

if TYPE_CHECKING:
    from ringback.twilio.http.token_manager import TokenManager

__all__ = ["ClientCredentialProvider"]


class ClientCredentialProvider(CredentialProvider):
    """Signs in by tokens that client credentials are worth."""

    manager: type[ClientTokenManager] = ClientTokenManager

    def __init__(self, client_id: str, client_secret: str, token_manager: TokenManager | None = None) -> None:
        """Take the credentials, and what fetches tokens if it is not Twilio's service."""
        super().__init__(AuthType.CLIENT_CREDENTIALS)
        if client_id is None or client_secret is None:
            raise TwilioException("client_id and client_secret are needed")
        self.grant_type = "client_credentials"
        self.client_id = client_id
        self.client_secret = client_secret
        self.token_manager = token_manager
        self.auth_strategy: TokenAuthStrategy | None = None

    def to_auth_strategy(self) -> TokenAuthStrategy:
        """Give what keeps the token."""
        if self.auth_strategy is None:
            manager = self.token_manager or self.manager(self.grant_type, self.client_id, self.client_secret)
            self.token_manager = manager
            self.auth_strategy = TokenAuthStrategy(manager)
        return self.auth_strategy
