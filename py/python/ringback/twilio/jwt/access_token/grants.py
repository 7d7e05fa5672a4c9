"""Grants under the official names."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, TypeVar

from ringback.tokens import (
    AccessTokenGrant,
    ChatGrant,
    PlaybackGrant,
    SyncGrant,
    TaskRouterGrant,
    VideoGrant,
    VoiceGrant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "AccessTokenGrant",
    "ChatGrant",
    "PlaybackGrant",
    "SyncGrant",
    "TaskRouterGrant",
    "VideoGrant",
    "VoiceGrant",
    "deprecated",
]

_Result = TypeVar("_Result")


def deprecated(func: Callable[..., _Result]) -> Callable[..., _Result]:
    """Warn whenever a function is called."""

    @functools.wraps(func)
    def warning(*args: Any, **kwargs: Any) -> _Result:
        message = f"Call to deprecated function {func.__name__}."
        warnings.warn(message, category=DeprecationWarning, stacklevel=2)
        return func(*args, **kwargs)

    return warning
