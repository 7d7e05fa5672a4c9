"""The client of the official names: its arguments, its attributes, and requests to any address of Twilio's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ringback._handover import without_none
from ringback._ringback import Client
from ringback.twilio import _errors
from ringback.twilio.credential.client_credential_provider import ClientCredentialProvider
from ringback.twilio.credential.orgs_credential_provider import OrgsCredentialProvider
from ringback.twilio.http.async_http_client import AsyncTwilioHttpClient
from ringback.twilio.http.http_client import TwilioHttpClient
from ringback.twilio.http.validation_client import ValidationClient

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ClientBase"]

_OURS = {TwilioHttpClient, AsyncTwilioHttpClient, ValidationClient}
"""The classes for which ringback's own connections stand in; a subclass is the caller's own."""


def _native(provider: Any, http_client: Any) -> dict[str, str]:
    """Give the settings of ringback's own for client credentials that nothing of the caller's has a part in."""
    is_ours = type(http_client) in _OURS and not http_client.proxy
    if not is_ours or type(provider) not in {ClientCredentialProvider, OrgsCredentialProvider}:
        return {}
    if provider.token_manager is not None or provider.auth_strategy is not None:
        return {}
    return {"client_id": provider.client_id, "client_secret": provider.client_secret}


class ClientBase(Client):
    """A client of Twilio's API, made and used as the official package's."""

    _make_error = staticmethod(_errors.make)
    _warns_of_short_names = True
    _may_lack_credentials = True

    def __init__(
        self,
        username: str | None = None,
        password: str | None = None,
        account_sid: str | None = None,
        region: str | None = None,
        http_client: Any = None,
        environment: Mapping[str, str] | None = None,
        edge: str | None = None,
        user_agent_extensions: list[str] | None = None,
        credential_provider: Any = None,
        **settings: Any,
    ) -> None:
        """Take what the official client takes, and ringback's `base_url`, `timeout` and `max_retries` by name."""
        found = environment or os.environ
        self.username = username or found.get("TWILIO_ACCOUNT_SID")
        self.password = password or found.get("TWILIO_AUTH_TOKEN")
        self.edge = edge or found.get("TWILIO_EDGE")
        self.region = region or found.get("TWILIO_REGION")
        self.user_agent_extensions = user_agent_extensions or []
        self.credential_provider = credential_provider
        self.auth = (self.username, self.password)
        self.http_client: Any = http_client or TwilioHttpClient()
        if sign_in := _native(credential_provider, self.http_client):
            settings |= sign_in
        elif credential_provider or type(self.http_client) not in _OURS or self.http_client.proxy:
            settings |= {"http_client": self.http_client, "credential_provider": credential_provider}
        if "http_client" not in settings:
            settings.setdefault("timeout", self.http_client.timeout)
            settings.setdefault("max_retries", self.http_client.max_retries)
            if type(self.http_client) is ValidationClient:
                settings |= {"client_validation": self.http_client.validation}
        super().__init__(
            self.username,
            self.password,
            account_sid or self.username,
            self.region,
            edge=self.edge,
            user_agent_extensions=self.user_agent_extensions,
            **settings,
        )

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """Make a request to an address of Twilio's; any other is refused, since it would get the credentials."""
        arguments, keywords = self._request(method, uri, params, data, headers, auth, timeout)
        return self.http_client.request(*arguments, **keywords, allow_redirects=allow_redirects)

    async def request_async(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """Make the same request by an asynchronous `http_client`."""
        if not self.http_client.is_async:
            raise RuntimeError("an awaited request needs an http_client whose is_async is true")
        arguments, keywords = self._request(method, uri, params, data, headers, auth, timeout)
        return await self.http_client.request(*arguments, **keywords, allow_redirects=allow_redirects)

    def _request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None,
        data: dict[str, object] | None,
        headers: dict[str, str] | None,
        auth: tuple[str, str] | None,
        timeout: float | None,
    ) -> tuple[tuple[str, str], dict[str, Any]]:
        """Give the arguments with which the HTTP client is called."""
        url, common, sign_in = self._hand_over(uri)
        sent = {**common, **(headers or {})}
        if method in {"POST", "PUT"}:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if method == "DELETE":
            del sent["Accept"]
        if self.credential_provider:
            sent["Authorization"] = self.credential_provider.to_auth_strategy().get_auth_string()
            sign_in = None
        else:
            sign_in = sign_in and (auth or sign_in)
        rest = {"params": params, "data": without_none(data), "headers": sent, "auth": sign_in, "timeout": timeout}
        return (method, url), rest

    def get_hostname(self, uri: str) -> str:
        """Give an address of Twilio's with the client's region and edge."""
        url: str = self._hand_over(uri)[0]
        return url

    def __repr__(self) -> str:
        """Show the account."""
        return f"<Twilio {self.account_sid}>"
