"""Tokens: what a phone or a browser signs in to Twilio with, made and checked without asking anybody.

The objects hold what they were given; what a token says is made by the core when it is written.
"""

from __future__ import annotations

from ringback._ringback import ClientValidation
from ringback.tokens._access import AccessToken
from ringback.tokens._client_capability import ClientCapabilityToken, ScopeURI
from ringback.tokens._grants import (
    AccessTokenGrant,
    ChatGrant,
    PlaybackGrant,
    SyncGrant,
    TaskRouterGrant,
    VideoGrant,
    VoiceGrant,
)
from ringback.tokens._jwt import Jwt, JwtDecodeError, decode
from ringback.tokens._task_router import (
    TaskQueueCapabilityToken,
    TaskRouterCapabilityToken,
    WorkerCapabilityToken,
    WorkspaceCapabilityToken,
)

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
