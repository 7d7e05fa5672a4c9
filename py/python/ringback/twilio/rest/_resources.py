"""Finds the modules of resources under the official names; their classes are those of `ringback.rest`."""

from __future__ import annotations

from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ringback import _ringback

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = ["Resources"]

PACKAGE = __name__.rpartition(".")[0]
DOMAIN, VERSION = 1, 2
"""How many names a module has after the package that stands for a domain, and for a version of one."""


class Resources(MetaPathFinder, Loader):
    """Makes the modules of this package."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module whose counterpart there is."""
        if not fullname.startswith(PACKAGE + "."):
            return None
        try:
            found = find_spec(_home(fullname))
        except ModuleNotFoundError:
            return None
        return found and ModuleSpec(fullname, self, is_package=found.submodule_search_locations is not None)

    def exec_module(self, module: ModuleType) -> None:
        """Let the module find its classes when they are asked for."""
        name = module.__name__
        home = import_module(_home(name))
        names = [known for known in getattr(home, "__all__", ()) if not known.startswith("Async")]
        own = _of_the_way(name)

        def find(attribute: str) -> Any:
            if attribute in own:
                found = own[attribute]
            elif attribute in names:
                found = getattr(home, attribute)
            else:
                raise AttributeError(f"module {name!r} has no attribute {attribute!r}")
            setattr(module, attribute, found)
            return found

        known = [*names, *own]
        module.__dict__.update(__all__=known, __getattr__=find, __dir__=lambda: sorted({*vars(module), *known}))


def _home(name: str) -> str:
    """Give the module where the classes are at home."""
    return "ringback.rest" + name.removeprefix(PACKAGE)


def _of_the_way(name: str) -> dict[str, Any]:
    """Give the class of a domain or a version: `Verify` and `V2`, which are one class each in ringback."""
    parts = name.removeprefix(PACKAGE + ".").split(".")
    title = "".join(word.capitalize() for word in parts[-1].split("_"))
    if len(parts) == DOMAIN:
        return {title: _ringback.Domain}
    return {title: _ringback.Version} if len(parts) == VERSION else {}
