"""Small Python types that the native module makes values of."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import inspect
    from collections.abc import Sequence

__all__ = ["TextEnum", "signature", "unset"]


class _Unset:
    """The type of `unset`."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show it as it is written."""
        return "unset"

    def __bool__(self) -> bool:
        """Nothing is given."""
        return False

    def __reduce__(self) -> str:
        """Stay the one there is."""
        return "unset"


unset = _Unset()
"""What stands for an argument that was not given."""


class TextEnum(str, enum.Enum):
    """A text that is one of a few; it compares, formats and serialises as its text."""

    def __str__(self) -> str:
        """Give the text itself."""
        return str.__str__(self)

    def __format__(self, spec: str) -> str:
        """Format the text itself."""
        return str.__format__(self, spec)


def signature(names: Sequence[str], required: int, positional: int | None = None) -> inspect.Signature:
    """Make the signature of a method: the first `required` arguments have no default."""
    from inspect import Parameter, Signature  # noqa: PLC0415 - slow to import, and rarely asked for

    parameters = [Parameter("self", Parameter.POSITIONAL_ONLY)]
    for at, name in enumerate(names):
        by_position = positional is None or at < positional
        kind = Parameter.POSITIONAL_OR_KEYWORD if by_position else Parameter.KEYWORD_ONLY
        parameters.append(Parameter(name, kind, default=Parameter.empty if at < required else unset))
    return Signature(parameters)
