"""The class that all models of JSON bodies have as their base."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

__all__ = ["Model"]


class Model:
    """A JSON object of known fields; an attribute that is `None` is left out of the request."""

    _fields: ClassVar[dict[str, str]] = {}
    """The attributes and the JSON keys that they stand for."""

    def __init__(self, payload: Mapping[str, Any]) -> None:
        """Take the values by their JSON keys."""
        for attribute, key in self._fields.items():
            setattr(self, attribute, payload.get(key))

    def to_dict(self) -> dict[str, Any]:
        """Give the values by their JSON keys, and those of the models in it likewise."""
        return {key: _plain(getattr(self, attribute)) for attribute, key in self._fields.items()}

    def __repr__(self) -> str:
        """Show what is set."""
        values = {key: value for key, value in self.to_dict().items() if value is not None}
        return f"{type(self).__qualname__}({values!r})"


def _plain(value: Any) -> Any:
    """Give a model, or a list of models, as what JSON is made of."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value
