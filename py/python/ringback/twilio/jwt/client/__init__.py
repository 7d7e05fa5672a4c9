"""Capability tokens of the older browser client under the official names."""

from __future__ import annotations

from ringback.tokens import ClientCapabilityToken, ScopeURI

__all__ = ["ClientCapabilityToken", "ScopeURI"]
