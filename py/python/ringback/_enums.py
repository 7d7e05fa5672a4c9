"""The class that all enums of the API have as their base."""

from __future__ import annotations

import enum

__all__ = ["TextEnum"]


class TextEnum(str, enum.Enum):
    """A text that is one of a few; it compares, formats and serialises as its text."""

    def __str__(self) -> str:
        """Give the text itself."""
        return str.__str__(self)

    def __format__(self, spec: str) -> str:
        """Format the text itself."""
        return str.__format__(self, spec)
