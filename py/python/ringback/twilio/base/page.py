"""One page of a list, under the official name."""

from __future__ import annotations

from ringback._ringback import Page

__all__ = ["Page"]
