"""The verbs of voice documents, one class each, made when they are first asked for."""

from __future__ import annotations

from typing import Any

from ringback import _ringback

__all__ = _ringback.twiml_classes("voice_response")  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Make the class of a verb."""
    found = _ringback.twiml_class("voice_response", name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List every verb."""
    return sorted({*globals(), *__all__})
