"""What stands for an argument that was not given."""

from __future__ import annotations

from typing import Any

from ringback._values import unset

__all__ = ["of", "unset"]


def of(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not given."""
    return {name: value for name, value in values.items() if value is not unset}
