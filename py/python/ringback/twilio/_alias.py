"""Makes `import twilio` find ringback's package, for code that is not one's own, and undoes it."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = ["install", "uninstall"]

OFFICIAL = "twilio"
OURS = __name__.rpartition(".")[0]


class _Alias(MetaPathFinder, Loader):
    """Finds our modules under the official names; both names are one module."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Answer for every name of the official package, so that no other finder does."""
        if not _is_official(fullname):
            return None
        ours = _ours(fullname)
        found = find_spec(ours)
        if found is None:
            raise ModuleNotFoundError(f"No module named {fullname!r}: there is no {ours!r}", name=fullname)
        return ModuleSpec(fullname, self, is_package=found.submodule_search_locations is not None)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Give our module, and keep what it knows of where it is from."""
        module = import_module(_ours(spec.name))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module as it is: it was executed under its own name."""
        spec = module.__spec__
        if spec is not None and _is_official(spec.name):
            module.__spec__ = spec.loader_state


_alias = _Alias()
_set_aside: dict[str, ModuleType] = {}


def install(*, replace: bool = False) -> None:
    """Make `import twilio` find this package, in this process, from now on.

    If the official package is imported already this is a `RuntimeError`, since two packages would then be in use at
    once; `replace` sets its modules aside, and objects that were made of them stay what they are.
    """
    if _alias in sys.meta_path:
        return
    imported = {name: module for name, module in sys.modules.items() if _is_official(name)}
    if imported and not replace:
        raise RuntimeError(
            "the official twilio package is imported already: call install() before whatever imports it, "
            "or install(replace=True)"
        )
    for name in imported:
        del sys.modules[name]
    _set_aside.update(imported)
    sys.meta_path.insert(0, _alias)


def uninstall() -> None:
    """Undo `install`, and put back what it set aside."""
    if _alias not in sys.meta_path:
        return
    sys.meta_path.remove(_alias)
    for name in [name for name in sys.modules if _is_official(name)]:
        del sys.modules[name]
    sys.modules.update(_set_aside)
    _set_aside.clear()


def _is_official(name: str) -> bool:
    """Tell the names of the official package from others."""
    return name == OFFICIAL or name.startswith(OFFICIAL + ".")


def _ours(name: str) -> str:
    """Give our name of a module of the official package."""
    return OURS + name.removeprefix(OFFICIAL)
