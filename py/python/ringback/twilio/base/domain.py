"""A product of Twilio's, under the official name."""

from __future__ import annotations

from ringback._ringback import Domain

__all__ = ["Domain"]
