"""Tokens: what a phone or a browser signs in to Twilio with, made and checked without asking anybody.

The objects hold what they were given; what a token says is made by the core when it is written.
"""

from __future__ import annotations

import time

from ringback import _ringback
from ringback._ringback import ClientValidation
from ringback.errors import InvalidArgumentError, RingbackError

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

__all__ = [
    "AccessToken",
    "AccessTokenGrant",
    "ChatGrant",
    "ClientCapabilityToken",
    "ClientValidation",
    "Jwt",
    "JwtDecodeError",
    "PlaybackGrant",
    "ScopeURI",
    "SyncGrant",
    "TaskQueueCapabilityToken",
    "TaskRouterCapabilityToken",
    "TaskRouterGrant",
    "VideoGrant",
    "VoiceGrant",
    "WorkerCapabilityToken",
    "WorkspaceCapabilityToken",
    "decode",
]


class JwtDecodeError(Exception):
    """A token is not believed: its text says why."""


def decode(
    token: str, key: str | bytes, algorithm: str, *, leeway: float = 60
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the header and the claims of a token that this key signed by this algorithm, if its time is now.

    The key is the secret, or for `RS256` the PEM text of the public key; clocks may differ by `leeway` seconds.
    """
    try:
        return _ringback.token_decode(token, key, algorithm, int(leeway))
    except RingbackError as error:
        raise JwtDecodeError(str(error)) from error


def _seconds(moment: Any) -> int:
    """Give a moment in seconds since 1970; a date and time without a zone is in UTC."""
    if hasattr(moment, "utctimetuple"):
        import calendar  # noqa: PLC0415 - loaded where somebody gives a datetime

        return calendar.timegm(moment.utctimetuple())
    return int(moment)


class Jwt:
    """A token of any kind; a subclass says what it holds."""

    GENERATE: Any = object()
    """The moment when the token is written."""
    ALGORITHM = "HS256"

    def __init__(
        self,
        secret_key: str | bytes | None,
        issuer: str | None,
        subject: str | None = None,
        algorithm: str | None = None,
        nbf: Any = GENERATE,
        ttl: int = 3600,
        valid_until: int | datetime | None = None,
    ) -> None:
        """Take the key, who signs and for whom, and when the token is valid, in seconds or as moments."""
        self.secret_key = secret_key
        self.issuer = issuer
        self.subject = subject
        self.algorithm = algorithm or self.ALGORITHM
        self.nbf = nbf
        self.ttl = ttl
        self.valid_until = valid_until
        self.__decoded_payload: dict[str, Any] | None = None
        self.__decoded_headers: dict[str, Any] | None = None

    def _generate_payload(self) -> dict[str, Any]:
        """Give the claims besides those that every token has; a subclass says which."""
        raise NotImplementedError("a subclass of Jwt says in _generate_payload what its token holds")

    def _generate_headers(self) -> dict[str, Any]:
        """Give the header besides what every token has."""
        return {}

    @classmethod
    def _from_jwt(cls, headers: dict[str, Any], payload: dict[str, Any], key: str | bytes | None = None) -> Jwt:
        """Make a token of what was read."""
        token = Jwt(
            key,
            payload.get("iss"),
            payload.get("sub"),
            headers.get("alg"),
            payload.get("nbf"),
            valid_until=payload.get("exp"),
        )
        token.__decoded_payload = payload
        token.__decoded_headers = headers
        return token

    @property
    def payload(self) -> dict[str, Any]:
        """What the token says if it is written now, or what it said when it was read."""
        if self.__decoded_payload:
            return self.__decoded_payload
        claims = self._generate_payload().copy()
        now = int(time.time())
        not_before = now if self.nbf is self.GENERATE else None if self.nbf is None else _seconds(self.nbf)
        expires_at = _seconds(self.valid_until) if self.valid_until else now + int(self.ttl)
        claims |= _ringback.token_registered(self.issuer, self.subject, not_before, expires_at)
        return claims

    @property
    def headers(self) -> dict[str, Any]:
        """The header of the token."""
        if self.__decoded_headers:
            return self.__decoded_headers
        return {**self._generate_headers(), "typ": "JWT", "alg": self.algorithm}

    def to_jwt(self, ttl: int | None = None) -> str:
        """Write and sign the token; `ttl` is how long it is valid instead, in seconds."""
        if not self.secret_key:
            raise InvalidArgumentError("a token is signed with a key, and none was given")
        payload = self.payload
        if ttl:
            payload = {**payload, "exp": int(time.time()) + int(ttl)}
        self._check(payload)
        return _ringback.token_encode(self.headers, payload, self.secret_key, self.algorithm)

    def _check(self, payload: dict[str, Any]) -> None:
        """Refuse what Twilio would refuse, where that is known."""

    @classmethod
    def from_jwt(cls, jwt: str, key: str | bytes | None = "") -> Jwt:
        """Read a token of this kind; without a key it is read whoever wrote it, which proves nothing."""
        try:
            headers, payload = _ringback.token_decode(jwt, key or None, cls.ALGORITHM, 0, int(time.time()))
        except (RingbackError, TypeError) as error:
            raise JwtDecodeError(str(error)) from error
        return cls._from_jwt(headers, payload, key)

    def __str__(self) -> str:
        """Show the token as it is sent."""
        return f"<JWT {self.to_jwt()}>"


class AccessTokenGrant:
    """What an access token allows; a subclass says what."""

    @property
    def key(self) -> str:
        """The key that Twilio knows it by."""
        raise NotImplementedError("a grant says in key what Twilio calls it")

    def to_payload(self) -> Any:
        """Give what stands under the key."""
        raise NotImplementedError("a grant says in to_payload what it allows")

    def __str__(self) -> str:
        """Show what it allows."""
        return f"<{type(self).__name__} {self.to_payload()}>"


class _Grant(AccessTokenGrant):
    """A grant that the core knows."""

    _KEY = ""

    @property
    def key(self) -> str:
        """The key that Twilio knows it by."""
        return self._KEY

    def to_payload(self) -> dict[str, Any]:
        """Give what stands under the key; what says nothing is left out."""
        return _ringback.grant_payload(self._KEY, self)


class VoiceGrant(_Grant):
    """Calls: through which application they go out, and whether they come in."""

    _KEY = "voice"

    def __init__(
        self,
        incoming_allow: bool | None = None,
        outgoing_application_sid: str | None = None,
        outgoing_application_params: Mapping[str, Any] | None = None,
        push_credential_sid: str | None = None,
        endpoint_id: str | None = None,
    ) -> None:
        """Take what is allowed."""
        self.incoming_allow = incoming_allow
        self.outgoing_application_sid = outgoing_application_sid
        self.outgoing_application_params = outgoing_application_params
        self.push_credential_sid = push_credential_sid
        self.endpoint_id = endpoint_id


class VideoGrant(_Grant):
    """Video rooms: one by name or sid, or any."""

    _KEY = "video"

    def __init__(self, room: str | None = None) -> None:
        """Take the room."""
        self.room = room


class ChatGrant(_Grant):
    """Conversations, and Chat before it."""

    _KEY = "chat"

    def __init__(
        self,
        service_sid: str | None = None,
        endpoint_id: str | None = None,
        deployment_role_sid: str | None = None,
        push_credential_sid: str | None = None,
    ) -> None:
        """Take what is allowed."""
        self.service_sid = service_sid
        self.endpoint_id = endpoint_id
        self.deployment_role_sid = deployment_role_sid
        self.push_credential_sid = push_credential_sid


class SyncGrant(_Grant):
    """Objects that are kept in step."""

    _KEY = "data_sync"

    def __init__(self, service_sid: str | None = None, endpoint_id: str | None = None) -> None:
        """Take what is allowed."""
        self.service_sid = service_sid
        self.endpoint_id = endpoint_id


class TaskRouterGrant(_Grant):
    """Tasks and who works on them."""

    _KEY = "task_router"

    def __init__(
        self, workspace_sid: str | None = None, worker_sid: str | None = None, role: str | None = None
    ) -> None:
        """Take what is allowed."""
        self.workspace_sid = workspace_sid
        self.worker_sid = worker_sid
        self.role = role


class PlaybackGrant(AccessTokenGrant):
    """Streams of video that are watched: a grant that the API made."""

    def __init__(self, grant: Any = None) -> None:
        """Take the grant as the API gave it."""
        self.grant = grant

    @property
    def key(self) -> str:
        """The key that Twilio knows it by."""
        return "player"

    def to_payload(self) -> Any:
        """Give the grant."""
        return self.grant


class AccessToken(Jwt):
    """An access token, which an API key of the account signs; a token that Twilio would refuse is an error."""

    _refuses = True

    def __init__(
        self,
        account_sid: str,
        signing_key_sid: str,
        secret: str,
        grants: list[AccessTokenGrant] | None = None,
        identity: Any = None,
        nbf: Any = Jwt.GENERATE,
        ttl: int = 3600,
        valid_until: int | datetime | None = None,
        region: str | None = None,
        *,
        algorithm: str | None = None,
    ) -> None:
        """Take the account, an API key with its secret, who holds the token, what is allowed, and for how long."""
        grants = grants or []
        for grant in grants:
            self._check_grant(grant)
        self.account_sid = account_sid
        self.signing_key_sid = signing_key_sid
        self.identity = identity
        self.region = region
        self.grants = grants
        super().__init__(secret, signing_key_sid, account_sid, algorithm, nbf, ttl, valid_until)

    @staticmethod
    def _check_grant(grant: object) -> None:
        """Refuse what is no grant."""
        if not isinstance(grant, AccessTokenGrant):
            raise InvalidArgumentError("a grant must be an AccessTokenGrant, such as VoiceGrant")

    def add_grant(self, grant: AccessTokenGrant) -> None:
        """Allow something besides."""
        self._check_grant(grant)
        self.grants.append(grant)

    def _generate_headers(self) -> dict[str, Any]:
        """Give what makes a token one of access."""
        region = self.region if isinstance(self.region, str) else None
        return _ringback.access_token_headers(region)

    def _generate_payload(self) -> dict[str, Any]:
        """Give who holds the token, and what it allows."""
        grants = {grant.key: grant.to_payload() for grant in self.grants}
        claims: dict[str, Any] = _ringback.access_token_claims(
            self.signing_key_sid, int(time.time()), self.identity, grants
        )
        return claims

    def _check(self, payload: dict[str, Any]) -> None:
        """Refuse a sid of another kind, and a life that Twilio does not believe."""
        if self._refuses:
            _ringback.access_token_check(self.account_sid, self.signing_key_sid, payload["exp"], int(time.time()))

    def __str__(self) -> str:
        """Show the token as it is sent."""
        return f"<{type(self).__name__} {self.to_jwt()}>"


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


_OF_EVERY_TOKEN = {
    "web_sockets": True,
    "fetch_self": True,
    "update_self": False,
    "delete_self": False,
    "fetch_subresources": False,
    "delete_subresources": False,
    "update_subresources": False,
}
"""What may be allowed as an argument of every token of TaskRouter, and whether it is unless it is said."""
_OF_A_WORKER = {
    "fetch_activities": True,
    "fetch_reservations": True,
    "fetch_worker_reservations": True,
    "update_activities": False,
    "update_reservations": False,
}


class TaskRouterCapabilityToken(Jwt):
    """A capability token of TaskRouter, which the auth token of the account signs; a subclass says of whom."""

    VERSION = "v1"
    DOMAIN = "https://taskrouter.twilio.com"
    EVENTS_BASE_URL = "https://event-bridge.twilio.com/v1/wschannels"

    def __init__(self, account_sid: str, auth_token: str, workspace_sid: str, channel_id: str, **kwargs: Any) -> None:
        """Take whose token it is, when it is valid, and what is allowed, such as `allow_update_self`."""
        super().__init__(
            auth_token,
            account_sid,
            None,
            self.ALGORITHM,
            kwargs.get("nbf", Jwt.GENERATE),
            kwargs.get("ttl", 3600),
            kwargs.get("valid_until"),
        )
        self._validate_inputs(account_sid, workspace_sid, channel_id)
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.workspace_sid = workspace_sid
        self.channel_id = channel_id
        self.policies: list[dict[str, Any]] = []
        self._allow_all(_OF_EVERY_TOKEN, kwargs)

    def _allow_all(self, permissions: dict[str, bool], kwargs: dict[str, Any]) -> None:
        """Allow what the arguments say, by the methods of these names."""
        for name, default in permissions.items():
            if kwargs.get(f"allow_{name}", default):
                getattr(self, f"allow_{name}")()

    @property
    def workspace_url(self) -> str:
        """The address of the workspace."""
        return f"{self.DOMAIN}/{self.VERSION}/Workspaces/{self.workspace_sid}"

    @property
    def resource_url(self) -> str:
        """The address of whom the token is for."""
        raise NotImplementedError("a subclass of TaskRouterCapabilityToken says what its resource_url is")

    @property
    def channel_prefix(self) -> str:
        """How the sid begins of whom the token is for."""
        raise NotImplementedError("a subclass of TaskRouterCapabilityToken says what its channel_prefix is")

    def _allow(self, permission: str, channel_id: str | None = None) -> None:
        """Allow what a permission means here."""
        self.policies += _ringback.task_router_policies(
            permission, self.workspace_url, self.resource_url, self.account_sid, channel_id or self.channel_id
        )

    def allow_fetch_self(self) -> None:
        """Allow to read whom the token is for."""
        self._allow("fetch_self")

    def allow_update_self(self) -> None:
        """Allow to change it."""
        self._allow("update_self")

    def allow_delete_self(self) -> None:
        """Allow to delete it."""
        self._allow("delete_self")

    def allow_fetch_subresources(self) -> None:
        """Allow to read what belongs to it."""
        self._allow("fetch_subresources")

    def allow_update_subresources(self) -> None:
        """Allow to change what belongs to it."""
        self._allow("update_subresources")

    def allow_delete_subresources(self) -> None:
        """Allow to delete what belongs to it."""
        self._allow("delete_subresources")

    def allow_web_sockets(self, channel_id: str | None = None) -> None:
        """Allow to be told of events."""
        self._allow("web_sockets", channel_id)

    def _generate_payload(self) -> dict[str, Any]:
        """Give whose token it is, and what it allows."""
        return _ringback.task_router_claims(self.account_sid, self.workspace_sid, self.channel_id, self.policies)

    def _make_policy(
        self,
        url: str,
        method: str,
        allowed: bool,
        query_filter: dict[str, Any] | None = None,
        post_filter: dict[str, Any] | None = None,
    ) -> None:
        """Allow or forbid a method of any address."""
        self.policies.append(
            {
                "url": url,
                "method": method.upper(),
                "allow": allowed,
                "query_filter": query_filter or {},
                "post_filter": post_filter or {},
            }
        )

    def _validate_inputs(self, account_sid: str, workspace_sid: str, channel_id: str) -> None:
        """Refuse a sid of another kind."""
        for name, sid, prefix in (
            ("account_sid", account_sid, "AC"),
            ("workspace_sid", workspace_sid, "WS"),
            ("channel_id", channel_id, self.channel_prefix),
        ):
            if not sid or not sid.startswith(prefix):
                raise InvalidArgumentError(f"{name} must be a sid that starts with {prefix}")

    def __str__(self) -> str:
        """Show the token as it is sent."""
        return f"<{self._shown_as()} {self.to_jwt()}>"

    @classmethod
    def _shown_as(cls) -> str:
        """Name the class of the family that this is."""
        family = (WorkerCapabilityToken, TaskQueueCapabilityToken, WorkspaceCapabilityToken)
        return next((kind.__name__ for kind in family if issubclass(cls, kind)), "TaskRouterCapabilityToken")


class WorkerCapabilityToken(TaskRouterCapabilityToken):
    """A token of a worker, who is told of tasks."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        workspace_sid: str,
        worker_sid: str,
        ttl: int = 3600,
        **kwargs: Any,
    ) -> None:
        """Take what every token takes, and `allow_update_activities` and the like."""
        super().__init__(account_sid, auth_token, workspace_sid, worker_sid, ttl=ttl, **kwargs)
        self._allow_all(_OF_A_WORKER, kwargs)

    @property
    def resource_url(self) -> str:
        """The address of the worker."""
        return f"{self.workspace_url}/Workers/{self.channel_id}"

    @property
    def channel_prefix(self) -> str:
        """How the sid of a worker begins."""
        return "WK"

    def allow_fetch_activities(self) -> None:
        """Allow to read the activities of the workspace."""
        self._allow("fetch_activities")

    def allow_fetch_reservations(self) -> None:
        """Allow to read the tasks of the workspace."""
        self._allow("fetch_reservations")

    def allow_fetch_worker_reservations(self) -> None:
        """Allow to read the reservations of the worker."""
        self._allow("fetch_worker_reservations")

    def allow_update_activities(self) -> None:
        """Allow to change the activity of the worker."""
        self._allow("update_activities")

    def allow_update_reservations(self) -> None:
        """Allow to accept and refuse tasks."""
        self._allow("update_reservations")


class TaskQueueCapabilityToken(TaskRouterCapabilityToken):
    """A token of a task queue."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        workspace_sid: str,
        task_queue_sid: str,
        ttl: int = 3600,
        **kwargs: Any,
    ) -> None:
        """Take what every token takes."""
        super().__init__(account_sid, auth_token, workspace_sid, task_queue_sid, ttl=ttl, **kwargs)

    @property
    def resource_url(self) -> str:
        """The address of the task queue."""
        return f"{self.workspace_url}/TaskQueues/{self.channel_id}"

    @property
    def channel_prefix(self) -> str:
        """How the sid of a task queue begins."""
        return "WQ"


class WorkspaceCapabilityToken(TaskRouterCapabilityToken):
    """A token of a whole workspace."""

    def __init__(self, account_sid: str, auth_token: str, workspace_sid: str, ttl: int = 3600, **kwargs: Any) -> None:
        """Take what every token takes."""
        super().__init__(account_sid, auth_token, workspace_sid, workspace_sid, ttl=ttl, **kwargs)

    @property
    def resource_url(self) -> str:
        """The address of the workspace."""
        return self.workspace_url

    @property
    def channel_prefix(self) -> str:
        """How the sid of a workspace begins."""
        return "WS"
