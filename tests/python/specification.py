"""Twilio's OpenAPI files as the tests read them: by rules of their own, without the table."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from email.utils import parsedate
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

VERBS = ("get", "put", "post", "delete", "patch")
BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "twilio-oai"
WITHHELD = {"twilio_monitor_v2.json"}
"""Files whose operations the official library leaves out."""


@dataclass
class Operation:
    """An operation as a file declares it."""

    domain: str
    verb: str
    path: str
    body: dict[str, Any]
    document: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it: its domain, its verb, and its path without the names of the parameters."""
        return self.domain, self.verb.upper(), anonymous(self.path)

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follow references."""
        while "$ref" in schema:
            target: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            schema = target
        return schema

    def responses(self) -> Iterator[dict[str, Any]]:
        """Give the contents of its answers."""
        for response in self.body.get("responses", {}).values():
            yield from self.resolve(response).get("content", {}).values()

    def response_schema(self) -> dict[str, Any] | None:
        """Give the schema of its first answer that has one."""
        return next((self.resolve(content["schema"]) for content in self.responses() if "schema" in content), None)

    def answers(self) -> Iterator[Any]:
        """Give the example answers that stand in its file."""
        for response in self.body.get("responses", {}).values():
            for content in response.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    if "value" in example:
                        yield example["value"]
                    elif "$ref" in example:
                        yield self.resolve(example)["value"]

    def requests(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Give the example requests: their content type, their schema and their value."""
        for content_type, content in self.body.get("requestBody", {}).get("content", {}).items():
            for example in content.get("examples", {}).values():
                yield content_type, self.resolve(content["schema"]), self.resolve(example)["value"]

    def item_schema(self) -> dict[str, Any] | None:
        """Give the schema of the records, if it answers a page of them."""
        schema = self.response_schema() or {}
        arrays = (self.resolve(value) for value in self.properties(schema).values())
        items = next((value["items"] for value in arrays if value.get("type") == "array"), None)
        return None if items is None else self.resolve(items)

    def properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        """List the properties of a schema, those of its parts included."""
        schema = self.resolve(schema)
        found: dict[str, Any] = {}
        for part in schema.get("allOf", ()):
            found.update(self.properties(part))
        found.update(schema.get("properties", {}))
        return found


def anonymous(path: str) -> str:
    """Leave out the names of parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@cache
def operations() -> list[Operation]:
    """Read every file; skip the test where they are not."""
    named = os.environ.get("RINGBACK_OPENAPI")
    folder = Path(named) if named else BESIDE
    if not folder.is_dir():
        pytest.skip(f"the OpenAPI files are not in {folder} (RINGBACK_OPENAPI)")
    found = []
    for file in sorted(folder.glob("*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        domain = document["servers"][0]["url"].removeprefix("https://").split(".")[0].replace("-", "_")
        for path, item in document["paths"].items():
            verbs = [verb for verb in VERBS if verb in item and file.name not in WITHHELD]
            found += [Operation(domain, verb, path, item[verb], document) for verb in verbs]
    return found


def underscore(name: str) -> str:
    """Spell a word of several as Python does."""
    name = re.sub(r"([A-Z]+)([A-Z][a-z][a-z]+)", r"\1_\2", name)
    name = re.sub(r"([a-z\d])([A-Z])", r"\1_\2", name)
    return name.replace("-", "_").lower()


def attribute(key: str, schema: dict[str, Any]) -> str:
    """Name the attribute of a JSON key."""
    if key == "from":
        return "from_" if schema.get("format") == "phone-number" else "_from"
    plain = re.sub(r"\W", "", re.sub(r"[\[\].\-: /\\|]", "_", key.replace("[]", "")))
    return plain.lower() if plain.upper() == plain else underscore(plain)


def parameter(name: str) -> str:
    """Name the argument of a parameter."""
    if name == "From":
        return "from_"
    name = re.sub(r"[^a-zA-Z\d]+", "_", name.replace("<", "Before").replace(">", "After"))
    for pattern in (r"([a-z])([A-Z])", r"(\d[A-Z]*)([A-Z])", r"([A-Z])([A-Z][a-z])"):
        name = re.sub(pattern, r"\1_\2", name)
    return name.lower()


def decoded(schema: dict[str, Any], value: Any) -> Any:
    """Read a value as its schema says; what is not of its kind stays as it came."""
    kind, form = schema.get("type"), schema.get("format")
    text = value if isinstance(value, str) else ""
    try:
        if form == "date-time":
            value = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        elif form == "date":
            value = datetime.strptime(text, "%Y-%m-%d").date()
        elif form == "date-time-rfc-2822":
            parts = parsedate(text)
            value = None if parts is None else datetime(*parts[:6], tzinfo=timezone.utc)
        elif kind == "integer" and form is None and value is not None:
            value = int(value)
        elif kind == "number" and form is None and value:
            value = Decimal(str(value))
    except (TypeError, ValueError, ArithmeticError):
        pass
    return value


def same(left: Any, right: Any) -> bool:
    """Compare values and, where it matters, their types."""
    if isinstance(right, (date, Decimal)) or right is None:
        return type(left) is type(right) and left == right
    return bool(left == right)
