"""Walks the official package by introspection: every list and context that a client leads to, and their methods."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMS = ("", "_async", "_with_http_info", "_with_http_info_async")
"""How the name of a method goes on after its verb."""
VERBS = ("create", "fetch", "update", "patch", "delete", "list", "stream", "page")


@dataclass(frozen=True)
class Step:
    """One step from an object to the next: an attribute, or a call of the object."""

    name: str | None
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f".{self.name}" if self.name else f"({', '.join(self.arguments)})"

    def go(self, thing: Any) -> Any:
        """Take the step."""
        return getattr(thing, self.name) if self.name else thing(*self.arguments)


@dataclass(frozen=True)
class Place:
    """A list or a context, by the way that leads from a client to it."""

    steps: tuple[Step, ...]
    kind: type
    """Its class in the official package."""

    def __str__(self) -> str:
        return "".join(map(str, self.steps)).removeprefix(".")

    def of(self, client: Any) -> Any:
        """Go there from a client."""
        thing = client
        for step in self.steps:
            thing = step.go(thing)
        return thing

    @property
    def verbs(self) -> list[str]:
        """The verbs of its methods."""
        return [verb for verb in VERBS if verb in vars(self.kind)]

    def method(self, name: str) -> Callable[..., Any]:
        """Give a method of its class."""
        return getattr(self.kind, name)

    @property
    def stem(self) -> str:
        """Its class without what says that it is a list or a context: `Message`."""
        return self.kind.__name__.removesuffix("List").removesuffix("Context")

    def sibling(self, suffix: str) -> type | None:
        """Find the class beside it, such as `MessageInstance`."""
        return getattr(inspect.getmodule(self.kind), self.stem + suffix, None)


def properties(kind: type) -> list[str]:
    """List what a class computes: its children."""
    return sorted(
        name
        for name in dir(kind)
        if not name.startswith("_") and isinstance(inspect.getattr_static(kind, name, None), property)
    )


def versions(client: Any) -> Iterator[tuple[Step, ...]]:
    """Find every version of every domain."""
    from twilio.base.domain import Domain
    from twilio.base.version import Version

    for domain in properties(type(client)):
        try:
            found = getattr(client, domain)
        except ImportError:
            continue  # this release of the package lacks the module
        if not isinstance(found, Domain):
            continue
        for base in type(found).__mro__:
            for version in properties(base):
                if version not in vars(base) or not base.__name__.endswith("Base"):
                    continue
                if isinstance(getattr(found, version), Version):
                    yield Step(domain), Step(version)


def places(client: Any) -> Iterator[Place]:
    """Walk from a client to every list and context."""
    for steps in versions(client):
        version = Place(steps, object).of(client)
        for name in properties(type(version)):
            yield from _from(client, (*steps, Step(name)))


def _from(client: Any, steps: tuple[Step, ...]) -> Iterator[Place]:
    from twilio.base.instance_context import InstanceContext
    from twilio.base.list_resource import ListResource

    try:
        thing = Place(steps, object).of(client)
    except TypeError:
        return  # a defect of the package: a list that it makes without the path parameters that it needs
    if not isinstance(thing, (ListResource, InstanceContext)):
        return
    yield Place(steps, type(thing))
    for name in properties(type(thing)):
        yield from _from(client, (*steps, Step(name)))
    if isinstance(thing, ListResource) and "__call__" in vars(type(thing)):
        wanted = list(inspect.signature(type(thing).__call__).parameters)[1:]
        yield from _from(client, (*steps, Step(None, tuple(f"{name}-{len(steps)}" for name in wanted))))
