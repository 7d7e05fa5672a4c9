"""What stands for an argument that was not given, and the signature of a method made from the table."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    import inspect
    from collections.abc import Sequence

__all__ = ["signature", "unset"]


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


def signature(names: Sequence[str], required: int, positional: int | None = None, nones: int = 0) -> inspect.Signature:
    """Make the signature of a method: the first `required` arguments have no default, the last `nones` have `None`."""
    from inspect import Parameter, Signature  # noqa: PLC0415 - slow to import, and rarely asked for

    parameters = [Parameter("self", Parameter.POSITIONAL_ONLY)]
    for at, name in enumerate(names):
        by_position = positional is None or at < positional
        kind = Parameter.POSITIONAL_OR_KEYWORD if by_position else Parameter.KEYWORD_ONLY
        default = Parameter.empty if at < required else None if at >= len(names) - nones else unset
        parameters.append(Parameter(name, kind, default=default))
    return Signature(parameters)
