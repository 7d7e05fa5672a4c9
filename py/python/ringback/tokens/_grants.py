"""Grants: what the holder of an access token may do."""

from __future__ import annotations

from ringback import _ringback

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


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
    _is_standard = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """See whether a subclass says something else than its fields."""
        super().__init_subclass__(**kwargs)
        cls._is_standard = cls._is_standard and {"key", "to_payload"}.isdisjoint(vars(cls))

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
