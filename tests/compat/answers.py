"""Makes the answers: the examples of the specification, and JSON made up from the attributes that a class reads."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipes import fields
from recorder import Answer

if TYPE_CHECKING:
    from recorder import Request
    from walk import Place

SPECIFICATION = Path(
    os.environ.get("RINGBACK_OPENAPI") or Path(__file__).resolve().parents[3] / "shared" / "twilio-oai"
)

DECODED: dict[str, list[Any]] = {
    "iso8601_datetime": ["2026-01-31T12:34:56Z", "2026-01-31T12:34:56.789Z", "2026-01-31T12:34:56+02:00", None, ""],
    "rfc2822_datetime": ["Sat, 31 Jan 2026 12:34:56 +0000", "Sat, 31 Jan 2026 12:34:56 -0700", "soon", None, ""],
    "iso8601_date": ["2026-01-31", "2026-01-31T12:34:56Z", "2026", None, ""],
    "decimal": ["1.50", 2.25, 0, None, "-0.000000000000000000001"],
    "integer": ["7", 8, "many", None],
}
RAW: list[Any] = ["text ä", 12, 1.25, True, {"a": {"b": [1, None]}}, ["x", 2], None, "2026-01-31T12:34:56Z"]


def made_up(kind: type | None, turn: int) -> dict[str, Any]:
    """Make JSON for an instance, with other values at each turn."""
    body: dict[str, Any] = {"never heard of": 1}
    for at, field in enumerate(fields(kind).values() if kind else ()):
        values = DECODED.get(field.decoder or "")
        if values:
            body[field.key] = values[turn % len(values)]
        elif "sid" in field.key.lower() or field.annotation in {"Optional[str]", "str"}:
            body[field.key] = f"{field.key} {turn}"
        else:
            body[field.key] = RAW[(at + turn) % len(RAW)]
    return body


def pages(place: Place, turn: int, base: str) -> list[Answer]:
    """Make two pages of a list, the first of which leads to the second."""
    record = place.sibling("Instance")
    first = [made_up(record, turn), made_up(record, turn + 1)]
    links = {"next_page_url": None, "previous_page_url": None, "key": "things"}
    following = {**links, "next_page_url": f"{base}/v9/Things?PageSize=2&Page=1&PageToken=PA%2Fb"}
    return [
        Answer.of({"meta": following, "things": first}),
        Answer.of({"meta": links, "things": [made_up(record, turn + 2)]}),
    ]


@cache
def _templates() -> list[tuple[str, re.Pattern[str], int, list[Any]]]:
    """Read the examples of every operation of the specification."""
    found = []
    for path in sorted(SPECIFICATION.glob("*.json")):
        document = json.loads(path.read_text())
        server = document["servers"][0]["url"] if document.get("servers") else ""
        for template, item in document["paths"].items():
            base = item["servers"][0]["url"] if item.get("servers") else server
            pattern = re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(base + template)) + "$")
            for method, operation in item.items():
                if method not in {"get", "post", "put", "patch", "delete"}:
                    continue
                for status, response in operation["responses"].items():
                    if not status.startswith(("2", "3")):
                        continue
                    examples = [
                        example["value"]
                        for content in response.get("content", {}).values()
                        for example in content.get("examples", {}).values()
                        if "value" in example
                    ]
                    found.append((method.upper(), pattern, int(status), examples))
    return found


def examples(request: Request) -> list[Answer]:
    """Find the examples that the specification has for a request."""
    matches = [row for row in _templates() if row[0] == request.method and row[1].match(request.url)]
    # a path without parameters is meant before one that has them
    first = min((row[1].pattern.count("[^/]+") for row in matches), default=0)
    return [
        Answer.of(example, status)
        for _, pattern, status, values in matches
        if pattern.pattern.count("[^/]+") == first
        for example in values
    ]
