"""How the tests find every method of every class, and the object of a client that has it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple

from ringback import _ringback


class Found(NamedTuple):
    """A method, its class, and the name of the class."""

    cls: Any
    class_name: str
    method: Any

    @property
    def resource(self) -> str:
        """What the names of all classes of the resource begin with."""
        return self.class_name.removesuffix("Context" if self.is_on_context else "List")

    @property
    def is_on_context(self) -> bool:
        """Whether one instance must be named to call it."""
        return self.class_name.endswith("Context")


def methods(*, plain: bool = True) -> list[Found]:
    """List the methods of every waiting list and context, in their plain forms or in all of them."""
    found = []
    for module in _ringback.modules():
        for name in _ringback.class_of(module):
            if not name.startswith("Async") and name.endswith(("List", "Context")):
                cls = _ringback.class_of(module, name)
                members = [method for method in vars(cls).values() if hasattr(method, "operation")]
                found += [
                    Found(cls, name, method)
                    for method in members
                    if not plain or not method.__name__.endswith(("_async", "_with_http_info"))
                ]
    return found


ON_THE_LIST = {"task_queues_statistics": "statistics", "workers_statistics": "statistics"}
"""Resources of a list that are called there as those of one instance are; the table names them after their classes."""


def reach(client: Any, operation: str, *, context: bool) -> Any:
    """Go from a client to the list or context of an operation."""
    domain, version, *names, _verb = operation.split(".")
    place = getattr(getattr(client, domain), version)
    for at, name in enumerate(names):
        place = getattr(place, ON_THE_LIST.get(name, name))
        if type(place).__name__ == "Opener":
            place = filled(place)
        last = at == len(names) - 1
        following = "" if last else names[at + 1]
        stays = following in ON_THE_LIST or (following not in ON_THE_LIST.values() and hasattr(place, following))
        if context if last else not stays:
            place = filled(place)
    return place


def filled(place: Any) -> Any:
    """Call with as few identifiers as will do."""
    for count in range(4):
        with suppress(TypeError):
            return place(*["X"] * count)
    raise AssertionError(place)
