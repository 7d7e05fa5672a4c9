"""Calls an operation of both packages side by side and finds what differs in the requests and in the results."""

from __future__ import annotations

import asyncio
import inspect
import re
import warnings
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from recipes import Recipes, build, fields
from recorder import Answer, AsyncRecorder, Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from walk import Place

ACCOUNT = "AC" + "a" * 32
TOKEN = "0123456789abcdef"
LOOP = asyncio.new_event_loop()
LIMIT = 3
ATTRIBUTES = {
    "TwilioRestException": ("status", "uri", "msg", "code", "method", "details"),
    "TwilioServiceException": ("type", "title", "status", "code", "detail", "instance", "errors", "method", "uri"),
}
"""What the errors of the official package hold."""


def wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Wait for what is awaited."""
    return LOOP.run_until_complete(coroutine)


@dataclass(frozen=True)
class Call:
    """A call of a method: its verb and form, what it is given, and what is answered."""

    place: Place
    verb: str
    form: str = ""
    style: str = "plain"
    every: bool = True
    answers: tuple[Answer, ...] = ()

    def __str__(self) -> str:
        given = self.style if self.every or self.style != "plain" else "required"
        return f"{self.place}.{self.verb}{self.form} [{given}]"

    @property
    def awaited(self) -> bool:
        """Whether it is the awaited form."""
        return self.form.endswith("_async")


@dataclass(frozen=True)
class Difference:
    """Something that is not the same in the other package."""

    call: str
    what: str
    official: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.call}: {self.what}\n    official: {self.official!r}\n    ours:     {self.ours!r}"


class Package:
    """A package as it is called: with clients of its own, whose requests are noted instead of sent."""

    def __init__(self, name: str, make: Callable[[Recorder], Any], *, awaits: bool = False) -> None:
        """Make its clients: one that waits, one that is awaited; `awaits` if all names are awaited anyway."""
        self.name = name
        self.awaits = awaits
        self.recorders = {False: Recorder(), True: AsyncRecorder()}
        if awaits:
            self.recorders[False] = self.recorders[True]
        self.clients = {awaited: make(recorder) for awaited, recorder in self.recorders.items()}

    def takes(self, call: Call) -> bool:
        """Whether this package has the form of a call."""
        return not (self.awaits and call.awaited)

    def run(self, call: Call) -> dict[str, Any]:
        """Make a call; give the requests and what became of it."""
        recorder = self.recorders[call.awaited]
        recorder.expect(*call.answers)
        self.follow: list[Any] = []
        try:
            with warnings.catch_warnings(record=True):
                result = self.invoke(call)
                shown = self.show(result, call)
        except Exception as error:
            shown = raised(error)
        return {"requests": [request.shown() for request in recorder.requests], "result": shown}

    def invoke(self, call: Call) -> Any:
        """Call the method with the arguments that its recipes make."""
        target = call.place.of(self.clients[call.awaited])
        official = call.place.method(call.verb)
        chosen = Recipes(official, call.style).arguments(every=call.every)
        keywords = {name: build(value, type(target)) for name, value in chosen.items()}
        if call.verb in {"list", "stream"} and call.every:
            keywords["limit"] = LIMIT
        if call.verb == "page" and call.every:
            keywords |= {"page_token": "PA/b", "page_number": 2, "page_size": 20}
        made = getattr(target, call.verb + call.form)(**keywords)
        return self.settle(made)

    def settle(self, made: Any) -> Any:
        """Await what is awaited, and read what is read step by step."""
        if inspect.isawaitable(made):
            made = wait(made)
        if isinstance(made, tuple):
            stream, *rest = made
            return (self.settle(stream), *rest)
        if hasattr(made, "__anext__"):

            async def read() -> list[Any]:
                return [one async for one in made]

            return wait(read())
        if hasattr(made, "__next__") and not hasattr(made, "next_page_url"):
            return list(made)
        return made

    def named(self, text: str) -> str:
        """Leave out of a text what the classes of an awaited client begin with."""
        return re.sub(r"\bAsync(?=\w+(Instance|Page))", "", text) if self.awaits else text

    def show(self, value: Any, call: Call) -> Any:
        """Show a result so that equal results are shown alike."""
        kind = call.place.sibling("Instance")
        if hasattr(value, "status_code"):
            return [
                self.show(value.data, call),
                value.status_code,
                dict(value.headers),
                *map(self.named, (repr(value), str(value))),
            ]
        if isinstance(value, (list, tuple)):
            return [self.show(one, call) for one in value]
        if hasattr(value, "next_page_url"):
            shown = {
                "records": [self.show(one, call) for one in value],
                "next": value.next_page_url,
                "previous": value.previous_page_url,
                "repr": repr(value),
            }
            follow = "next_page_async" if call.awaited and not self.awaits else "next_page"
            after = self.settle(getattr(value, follow)())
            return shown | {"page": "none" if after is None else [self.show(one, call) for one in after]}
        if kind is not None and type(value).__name__.endswith(kind.__name__):
            return {"repr": repr(value), "class": kind.__name__} | {
                name: plain(getattr(value, name, "missing")) for name in fields(kind)
            }
        return plain(value)


def plain(value: Any) -> Any:
    """Show a value with its type; an enum is its text."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return f"{type(value).__name__} {value!r}"


def raised(error: Exception) -> dict[str, Any]:
    """Show an exception: the official classes that it is of, its text and its attributes."""
    family = ["TwilioException", "TwilioRestException", "TwilioServiceException", "TypeError"]
    bases = [base.__name__ for base in type(error).__mro__]
    shown: dict[str, Any] = {"raises": [name for name in family if name in bases]}
    # what Twilio did not say, each package says in words of its own
    for family_name, names in ATTRIBUTES.items():
        if family_name in bases:
            shown |= {name: plain(getattr(error, name, "missing")) for name in names} | {"text": str(error)}
    if not shown["raises"]:
        shown["class"] = type(error).__name__
        shown["text"] = str(error)
    return shown


def differences(call: Call, official: dict[str, Any], ours: dict[str, Any]) -> Iterable[Difference]:
    """Find what differs between what became of a call in one package and in the other."""
    for what, left, right in _unequal("", official, ours):
        yield Difference(str(call), what.removeprefix("."), left, right)


def _unequal(at: str, left: Any, right: Any) -> Iterable[tuple[str, Any, Any]]:
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [*left, *(key for key in right if key not in left)]:
            yield from _unequal(f"{at}.{key}", left.get(key, "missing"), right.get(key, "missing"))
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _unequal(f"{at}.{index}", one, other)
    elif left != right or not _same_type(left, right):
        yield at, left, right


def _same_type(left: Any, right: Any) -> bool:
    """Tell true from 1; a text of any class is a text."""
    return isinstance(left, str) == isinstance(right, str) and isinstance(left, bool) == isinstance(right, bool)
