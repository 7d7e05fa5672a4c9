"""What became of a message whose send ended unknown."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Generic, Literal, TypeVar

    Message_co = TypeVar("Message_co", covariant=True)

    class _Generic(Generic[Message_co]):
        """A class of its messages."""
else:

    class _Generic:
        """A class of its messages."""

        def __class_getitem__(cls, _message: object) -> type:
            """Stay the same class, whatever its messages are."""
            return cls

    Message_co = object

__all__ = ["Reconciliation"]


class Reconciliation(_Generic[Message_co]):
    """What the list of messages says: `found`, `absent` (strong evidence and no proof) or `ambiguous`."""

    status: Literal["found", "absent", "ambiguous"]
    candidates: list[Message_co]
    """The messages that are it, or may be it."""

    def __init__(self, status: Literal["found", "absent", "ambiguous"], candidates: list[Message_co]) -> None:
        """Take the verdict and the messages that led to it."""
        self.status = status
        self.candidates = candidates

    @property
    def message(self) -> Message_co | None:
        """The message, if it was found."""
        return self.candidates[0] if self.status == "found" else None

    @property
    def sid(self) -> str | None:
        """The sid of the message, if it was found."""
        sid: str | None = getattr(self.message, "sid", None)
        return sid

    def __repr__(self) -> str:
        """Show the verdict and the sids."""
        sids = ", ".join(str(getattr(message, "sid", None)) for message in self.candidates)
        return f"<Reconciliation {self.status}{': ' if sids else ''}{sids}>"
