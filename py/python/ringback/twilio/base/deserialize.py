"""How Twilio's JSON becomes Python's values, under the official names; what cannot be read stays as it came."""

from __future__ import annotations

from typing import Any

from ringback._ringback import decode

__all__ = ["decimal", "integer", "iso8601_date", "iso8601_datetime", "rfc2822_datetime"]


def iso8601_date(value: Any) -> Any:
    """Read `2026-01-31`."""
    return decode("date", value)


def iso8601_datetime(value: Any) -> Any:
    """Read `2026-01-31T12:00:00Z`."""
    return decode("date_time", value)


def rfc2822_datetime(value: Any) -> Any:
    """Read `Sat, 31 Jan 2026 12:00:00 +0000`; what is none is `None`."""
    return decode("rfc2822", value)


def decimal(value: Any) -> Any:
    """Read a decimal number."""
    return decode("decimal", value)


def integer(value: Any) -> Any:
    """Read a whole number."""
    return decode("integer", value)
