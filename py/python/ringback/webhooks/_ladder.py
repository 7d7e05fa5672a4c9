"""What the status of a callback is to the one that was known before."""

from __future__ import annotations

from ringback._enums import TextEnum

__all__ = ["LadderStep"]


class LadderStep(TextEnum):
    """What the status of a callback is to the status that was known before."""

    ADVANCE = "advance"
    """Something new has happened."""
    LATE = "late"
    """It tells of what was before, and came too late."""
    REPEATED = "repeated"
    """It tells what is known already."""
    CONTRADICTION = "contradiction"
    """Both cannot be true, such as delivered after failed; what was known first stays."""
    UNKNOWN = "unknown"
    """The status is none of those that are known here; what was known stays."""
