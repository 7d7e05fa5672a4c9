"""Marks for what is no longer there, or soon will not be."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ObsoleteException", "deprecated_method", "obsolete_client"]


class ObsoleteException(Exception):  # noqa: N818 - the official name
    """Something that is no longer there was used."""


def obsolete_client(func: Callable[..., Any]) -> Callable[..., NoReturn]:
    """Make a class or function that only says that it is gone."""

    @functools.wraps(func)
    def gone(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise ObsoleteException(f"{func.__name__} is not in this version of the library any more")

    return gone


def deprecated_method(new_func: Any = None) -> Any:
    """Make a function that warns when it is called; `new_func` names the one to use instead."""
    instead = f" in favor of .{new_func}()" if isinstance(new_func, str) else ""

    def mark(func: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(func)
        def warning(*args: Any, **kwargs: Any) -> Any:
            text = f"Function method .{func.__name__}() is deprecated{instead}"
            warnings.warn(text, DeprecationWarning, stacklevel=2)
            return func(*args, **kwargs)

        return warning

    return mark(new_func) if callable(new_func) else mark
