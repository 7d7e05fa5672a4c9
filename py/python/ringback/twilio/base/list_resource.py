"""A list of the API, under the official name."""

from __future__ import annotations

from ringback._ringback import ListResource

__all__ = ["ListResource"]
