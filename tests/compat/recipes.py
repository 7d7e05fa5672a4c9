"""Makes arguments for the methods of both packages by the types that the official one declares."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import typing
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any

ZONE = timezone(timedelta(hours=2))
JSON = {"text": "ä & b", "list": [1, None, {"deep": True, "none": None}], "none": None, "number": 1.5}
DEEPEST = 4
"""Deeper than any model that does not hold itself."""

PLAIN: dict[type, Any] = {
    int: 7,
    float: 1.5,
    bool: True,
    Decimal: Decimal("1.50"),
    datetime: datetime(2026, 1, 31, 12, 34, 56, 789),
    date: date(2026, 1, 31),
}
ODD: dict[type, Any] = {
    int: 0,
    float: 3,
    bool: False,
    Decimal: "2.5",
    datetime: datetime(2026, 7, 1, 1, 2, 3, tzinfo=ZONE),
    date: datetime(2026, 7, 1, 23, 59),
}
TEXTS: dict[type, Any] = {
    int: "8",
    float: "0.25",
    bool: "TRUE",
    Decimal: "3",
    datetime: date(2026, 3, 4),
    date: "2026-03-05",
}


@dataclass(frozen=True)
class Field:
    """An attribute that a class of the official package reads out of JSON."""

    key: str
    decoder: str | None
    annotation: str


@dataclass(frozen=True)
class ModelRecipe:
    """An object of a model class, which each package makes by a class of its own."""

    name: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Untyped:
    """A JSON body that has no model: the official package wants an object that gives a dict."""

    content: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Give the dict."""
        return self.content


@cache
def fields(kind: type) -> dict[str, Field]:
    """Read the attributes of an instance or a model from its `__init__`: `self.sid: str = payload.get("sid")`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind.__init__)))  # type: ignore[misc]
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Attribute):
            continue
        calls = [call for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)]
        key = next((call.args[0] for call in calls if call.func.attr == "get"), None)  # type: ignore[attr-defined]
        if isinstance(key, ast.Constant):
            names = [call.func.attr for call in calls if call.func.attr != "get"]  # type: ignore[attr-defined]
            decoder = names[0] if names else None
            found[node.target.attr] = Field(key.value, decoder, ast.unparse(node.annotation))
    return found


def is_model(kind: Any) -> bool:
    """Tell a model from other classes."""
    return isinstance(kind, type) and "to_dict" in vars(kind)


def is_enum(kind: Any) -> bool:
    """Tell an enum, which the official package writes as a class of texts."""
    return isinstance(kind, type) and bool(constants(kind)) and not is_model(kind)


def constants(kind: type) -> list[str]:
    """List the texts of an enum."""
    return [value for name, value in vars(kind).items() if name.isupper() and isinstance(value, str)]


class Recipes:
    """What to give for each argument of one method: as it is meant, oddly, or as text."""

    def __init__(self, method: Any, style: str) -> None:
        """Resolve the types of a method."""
        self.style = style
        self.module = vars(sys.modules[method.__module__])
        self.signature = inspect.signature(method)

    def arguments(self, *, every: bool) -> dict[str, Any]:
        """Give the required arguments, or every one."""
        chosen = {}
        for name, parameter in list(self.signature.parameters.items())[1:]:
            required = parameter.default is inspect.Parameter.empty
            if name in {"limit", "page_size", "page_token", "page_number"} or not (required or every):
                continue
            if self.style == "none" and not required:
                chosen[name] = None
            elif name == "body" and parameter.annotation in (object, typing.Union[object]):  # noqa: UP007
                chosen[name] = Untyped(dict(JSON))
            else:
                chosen[name] = self.value(name, parameter.annotation)
        return chosen

    def value(self, name: str, kind: Any, depth: int = 0) -> Any:  # noqa: PLR0911
        """Give a value of a declared type."""
        if isinstance(kind, (str, typing.ForwardRef)):
            kind = self.resolve(kind if isinstance(kind, str) else kind.__forward_arg__)
        origin = typing.get_origin(kind)
        if origin is typing.Union:
            kinds = [one for one in typing.get_args(kind) if one not in (object, type(None))]
            return self.value(name, kinds[0] if kinds else object, depth)
        if origin is list:
            inner = typing.get_args(kind)[0]
            one = self.value(name, inner, depth + 1)
            return [one] if self.style == "odd" else [one, one]
        if origin is dict or kind is object or kind is dict:
            return dict(JSON)
        table = {"odd": ODD, "text": TEXTS}.get(self.style, PLAIN)
        if kind in table:
            return table[kind]
        if is_model(kind):
            return self.model(kind, depth)
        if is_enum(kind):
            texts = constants(kind)
            return texts[-1 if self.style == "odd" else 0]
        return f"{name} ä&=+/{depth}" if self.style != "odd" else ""

    def model(self, kind: type, depth: int) -> ModelRecipe:
        """Give an object of a model with every field of it, but for those that never end."""
        values = {}
        for field in fields(kind).values():
            if depth < DEEPEST:
                values[field.key] = self.value(field.key, field.annotation, depth + 1)
        return ModelRecipe(kind.__name__, values)

    def resolve(self, annotation: str) -> Any:
        """Read a type that the official package writes as text; a few of them name nothing, and mean text."""
        try:
            return eval(annotation, self.module)  # noqa: S307 - the text is the package's own source
        except (AttributeError, NameError):
            return str


def build(value: Any, owner: Any) -> Any:
    """Make the value of a recipe with the model classes that stand on a class of either package."""
    if isinstance(value, ModelRecipe):
        return getattr(owner, value.name)({key: build(one, owner) for key, one in value.fields.items()})
    if isinstance(value, list):
        return [build(one, owner) for one in value]
    return value
