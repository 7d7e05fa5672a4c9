"""Capability tokens of TaskRouter."""

from __future__ import annotations

from ringback import _ringback
from ringback.errors import InvalidArgumentError
from ringback.tokens._jwt import Jwt

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any


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
