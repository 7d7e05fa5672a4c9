"""Capability tokens of workers, task queues and workspaces under the official names."""

from __future__ import annotations

from ringback.tokens import (
    TaskQueueCapabilityToken,
    TaskRouterCapabilityToken,
    WorkerCapabilityToken,
    WorkspaceCapabilityToken,
)

__all__ = [
    "TaskQueueCapabilityToken",
    "TaskRouterCapabilityToken",
    "WorkerCapabilityToken",
    "WorkspaceCapabilityToken",
]
