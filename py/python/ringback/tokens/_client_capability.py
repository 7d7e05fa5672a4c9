"""Capability tokens of the older browser client."""

from __future__ import annotations

from ringback import _ringback
from ringback.tokens._jwt import Jwt

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any


class ScopeURI:
    """What the browser client may do, and with which parameters."""

    def __init__(self, service: str, privilege: str, params: dict[str, Any] | None = None) -> None:
        """Take what is allowed of which service."""
        self.service = service
        self.privilege = privilege
        self.params = params or {}

    def add_param(self, key: str, value: Any) -> None:
        """Set a parameter."""
        self.params[key] = value

    def to_payload(self) -> str:
        """Write it as the claim of a token holds it."""
        return _ringback.scope_text(self.service, self.privilege, self.params)

    def __str__(self) -> str:
        """Show it as a token holds it."""
        return f"<ScopeURI {self.to_payload()}>"


class ClientCapabilityToken(Jwt):
    """A capability token for the older browser client, which the auth token of the account signs."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        nbf: Any = Jwt.GENERATE,
        ttl: int = 3600,
        valid_until: int | datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """Take the account with its token, and the arguments of `allow_…` under the names of these methods."""
        super().__init__(auth_token, account_sid, None, self.ALGORITHM, nbf, ttl, valid_until)
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.client_name: str | None = None
        self.capabilities: dict[str, ScopeURI] = {}
        for name in ("allow_client_outgoing", "allow_client_incoming", "allow_event_stream"):
            if name in kwargs:
                getattr(self, name)(**kwargs[name])

    def allow_client_outgoing(self, application_sid: str, **kwargs: Any) -> None:
        """Allow calls out through an application, which is given the other arguments."""
        self._allow("outgoing", ScopeURI("client", "outgoing", {"appSid": application_sid}), "appParams", kwargs)

    def allow_client_incoming(self, client_name: str) -> None:
        """Allow calls that come in for a name."""
        self.client_name = client_name
        self._allow("incoming", ScopeURI("client", "incoming", {"clientName": client_name}), "", {})

    def allow_event_stream(self, **kwargs: Any) -> None:
        """Allow to follow events, of which the arguments let through some."""
        self._allow("events", ScopeURI("stream", "subscribe", {"path": "/2010-04-01/Events"}), "params", kwargs)

    def _allow(self, name: str, scope: ScopeURI, key: str, params: dict[str, Any]) -> None:
        """Keep a scope, with the parameters that it carries as a query."""
        if params:
            scope.add_param(key, _ringback.scope_query(params))
        self.capabilities[name] = scope

    def _generate_payload(self) -> dict[str, Any]:
        """Give the scopes."""
        scopes = [(name, scope.service, scope.privilege, scope.params) for name, scope in self.capabilities.items()]
        return _ringback.capability_claims(scopes, self.client_name)
