"""Access tokens, which ringback does not make yet."""

from __future__ import annotations

raise ImportError("ringback.twilio.jwt: ringback makes no access tokens yet; keep the official twilio package for them")
