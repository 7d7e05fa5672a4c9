"""Calls through an HTTP client of the caller's own: how Python's values are written for it, and how it is awaited."""

from __future__ import annotations

import datetime
import json
import time

from ringback._values import unset

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from typing import Any

__all__ = [
    "awaited",
    "boolean",
    "collapsed",
    "date",
    "date_time",
    "each",
    "records",
    "records_async",
    "text_of_json",
    "without_none",
]

MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def boolean(value: Any) -> Any:
    """Write a truth value as Twilio reads it; a text in small letters."""
    if value is unset or value is None:
        return value
    return value.lower() if isinstance(value, str) else "true" if value else "false"


def date(value: Any) -> Any:
    """Write a day, or the day of a moment; what is neither, nor text, is nothing."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if value is unset or isinstance(value, str) else None


def date_time(value: Any) -> Any:
    """Write a moment by its own clock, to the second; what is none, nor text, is nothing."""
    if isinstance(value, datetime.date):
        return value.strftime(MOMENT)
    return value if value is unset or isinstance(value, str) else None


def text_of_json(value: Any) -> Any:
    """Write a dict or a list as JSON; everything else stays."""
    return json.dumps(value) if isinstance(value, (dict, list)) else value


def each(values: Any, write: Callable[[Any], Any]) -> Any:
    """Write every value of a list."""
    return [write(value) for value in values] if isinstance(values, list) else values


def collapsed(values: Any, prefix: str) -> dict[str, Any]:
    """Give the leaves of nested dicts under their keys with dots between them, the prefix first."""
    leaves: dict[str, Any] = {}
    for key, value in values.items() if isinstance(values, dict) else ():
        if isinstance(value, dict):
            leaves.update(collapsed(value, f"{prefix}.{key}"))
        else:
            leaves[f"{prefix}.{key}"] = value
    return leaves


def without_none(value: Any) -> Any:
    """Leave `None` out of dicts and lists, however deep."""
    if isinstance(value, dict):
        return {key: without_none(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_none(one) for one in value if one is not None]
    return value


async def awaited(
    client: Any, arguments: tuple[Any, ...], keywords: dict[str, Any], finish: Callable[[Any], Any]
) -> Any:
    """Make a request by a client whose `request` is awaited, and give what becomes of its answer."""
    if not getattr(client, "is_async", False):
        raise RuntimeError("an awaited call needs an http_client whose is_async is true")
    began = time.monotonic()
    answer = await client.request(*arguments, **keywords)
    return finish((answer, time.monotonic() - began))


def records(page: Any, limit: int | None) -> Iterator[Any]:
    """Give the records of a page and of those after it, each fetched when it is reached."""
    left = limit
    while page is not None:
        for record in page:
            yield record
            if left is not None:
                left -= 1
                if left == 0:
                    return
        page = page.next_page()


async def records_async(page: Any, limit: int | None) -> AsyncIterator[Any]:
    """Give the same, where pages are awaited; the first one may be awaited too."""
    left = limit
    if hasattr(page, "__await__"):
        page = await page
    while page is not None:
        for record in page:
            yield record
            if left is not None:
                left -= 1
                if left == 0:
                    return
        page = await page.next_page_async()


async def whole(page: Awaitable[Any], limit: int | None, finish: Callable[[list[Any]], Any]) -> Any:
    """Read a whole list and give what becomes of it."""
    return finish([record async for record in records_async(page, limit)])
