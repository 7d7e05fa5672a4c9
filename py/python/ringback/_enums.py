"""The class that all enums of the API have as their base."""

from __future__ import annotations

import enum

TYPE_CHECKING = False  # as in typing, which is slow to import

__all__ = ["TextEnum"]


class TextEnum(str, enum.Enum):
    """A text that is one of a few; it compares, formats and serialises as its text."""

    def __str__(self) -> str:
        """Give the text itself."""
        return str.__str__(self)

    def __format__(self, spec: str) -> str:
        """Format the text itself."""
        return str.__format__(self, spec)

    if TYPE_CHECKING:
        # what only a checker sees: it is text, but not where another enum is wanted, and equal to more than itself
        def __getnewargs__(self) -> tuple[str, TextEnum]: ...  # type: ignore[override]
        def __eq__(self, other: object) -> bool: ...
        def __hash__(self) -> int: ...
