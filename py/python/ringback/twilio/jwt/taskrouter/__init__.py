"""Capability tokens of TaskRouter under the official name."""

from __future__ import annotations

from ringback.tokens import TaskRouterCapabilityToken

__all__ = ["TaskRouterCapabilityToken"]
