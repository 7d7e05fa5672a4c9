"""Checks that a webhook is Twilio's, under the official name."""

from __future__ import annotations

from ringback._ringback import RequestValidator

__all__ = ["RequestValidator"]
