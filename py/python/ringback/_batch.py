"""What `create_many` needs of Python: its signature, its bar, and all results in one list."""

from __future__ import annotations

from contextlib import suppress

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable
    from typing import Any

__all__ = ["reporter", "signature", "whole"]


class Bar:
    """A bar of tqdm that is moved by counts."""

    def __init__(self, bar: Any) -> None:
        """Hold a bar."""
        self.bar = bar

    def __call__(self, done: int, _total: int | None) -> None:
        """Move it to where the batch is."""
        self.bar.update(done - self.bar.n)

    def _close(self) -> None:
        """Leave it as it stands."""
        self.bar.close()


def reporter(progress: Any, total: int | None) -> Callable[[int, int | None], object] | None:
    """Make of `progress` what is called after each result: itself, or a bar where tqdm is installed."""
    if callable(progress):
        return progress  # type: ignore[no-any-return]
    if not progress:
        return None
    try:
        from tqdm.auto import tqdm  # noqa: PLC0415 - there is a bar where it is installed
    except ImportError:
        return None
    return Bar(tqdm(total=total))


async def whole(results: Any) -> list[Any]:
    """Read all results; what breaks it off, such as a cancellation, stops the batch and has them as `results`."""
    told: list[Any] = []
    try:
        async for result in results:
            told.append(result)  # noqa: PERF401 - what was told must outlive what breaks it off
    except BaseException as error:
        with suppress(AttributeError):  # a class with slots goes without
            error.results = [*told, *results._settle()]  # type: ignore[attr-defined]  # noqa: SLF001 - it is ours
        raise
    return told


def signature() -> inspect.Signature:
    """Make the signature of `create_many`."""
    from inspect import Parameter, Signature  # noqa: PLC0415 - slow to import, and rarely asked for

    defaults = {"requests": Parameter.empty, "concurrency": 64, "per_second": None, "ordered": True, "progress": None}
    parameters = [Parameter("self", Parameter.POSITIONAL_ONLY)]
    for name, default in defaults.items():
        parameters.append(Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default))
    return Signature(parameters)
