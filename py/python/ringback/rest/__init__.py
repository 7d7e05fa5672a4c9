"""The classes of Twilio's resources, importable from the modules where the official library has them.

`from ringback.rest.api.v2010.account.message import MessageInstance`: the modules are made from the table of
operations when they are imported, and hold nothing of their own.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

from ringback import _ringback

TYPE_CHECKING = False  # as in typing, which is slow to import, and so is importlib.abc
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader, MetaPathFinder
    from types import ModuleType
    from typing import Any

    class _Finder(MetaPathFinder, Loader):
        """Finds and loads modules."""
else:
    _Finder = object


class _Resources(_Finder):
    """Makes the modules of this package."""

    def __init__(self) -> None:
        """Know the names of the modules, and of the packages that hold them."""
        self.modules = frozenset(_ringback.modules())
        self.packages = {parent for name in self.modules for parent in _parents(name)}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the finder's protocol
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Find a module that is a resource, or holds some."""
        if fullname in self.modules or fullname in self.packages:
            return ModuleSpec(fullname, self, is_package=fullname in self.packages)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002 - the loader's protocol
        """Leave it to Python."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Let the module find its classes when they are asked for."""
        name = module.__name__
        names: list[str] = _ringback.class_of(name) or []

        def find(attribute: str) -> Any:
            found = _ringback.class_of(name, attribute) if attribute in names else None
            if found is None:
                raise AttributeError(f"module {name!r} has no attribute {attribute!r}")
            setattr(module, attribute, found)
            return found

        module.__dict__.update(__all__=names, __getattr__=find, __dir__=lambda: sorted({*vars(module), *names}))


def _parents(name: str) -> list[str]:
    """List the packages that a module stands in, up to this one."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(3, len(parts))]


# before the finder of folders, which would take the folders of the stubs for packages
sys.meta_path.insert(0, _Resources())
