"""The verbs of these documents, under the official names."""

from __future__ import annotations

from typing import Any

from ringback import _ringback
from ringback.twiml import voice_response as _home

__all__ = _ringback.twiml_classes("voice_response")  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Give the class of a verb."""
    return getattr(_home, name)
