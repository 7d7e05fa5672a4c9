"""A version of a product, under the official name."""

from __future__ import annotations

from ringback._ringback import Version

__all__ = ["Version"]
