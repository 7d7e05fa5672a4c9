"""Every example of Twilio's specification: answers are decoded, and requests are encoded, as their schemas say."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

import ringback
import specification
from conftest import Answer, Server
from ringback._ringback import Page
from specification import Operation, attribute, decoded, parameter, same
from surface import Found, methods, reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def by_place() -> dict[tuple[str, str, str], list[Found]]:
    """Index the methods by domain, verb and path, as their docstrings say."""
    found = defaultdict(list)
    for one in methods():
        if one.method.__name__ in {"create", "fetch", "update", "delete", "patch", "page"}:
            verb, path = one.method.__doc__.split(" ")[:2]
            domain = one.method.operation.split(".")[0]
            found[domain, verb, specification.anonymous(path.rstrip(","))].append(one)
    return found


def call(client: Any, found: Found, arguments: dict[str, Any]) -> Any:
    """Call a method, with `1` for what it requires besides."""
    place = reach(client, found.method.operation, context=found.is_on_context)
    method = getattr(place, found.method.__name__)
    for name, declared in method.__signature__.parameters.items():
        if declared.default is declared.empty and name != "self":
            arguments.setdefault(name, "1")
    return method(**arguments)


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """Give a server that the tests of this module share."""
    server = Server()
    yield server
    server.close()


def documented(operations: list[Operation], places: dict[Any, list[Found]]) -> dict[str, dict[str, Any]]:
    """List the properties of each class of instances; of several declarations of one, the first counts."""
    classes: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in operations:
        schema = operation.item_schema() if is_list(operation, places) else operation.response_schema()
        for found in places[operation.key]:
            for key, value in operation.properties(schema or {}).items():
                classes[f"{found.cls.__module__}.{found.resource}"].setdefault(key, operation.resolve(value))
    return classes


def is_list(operation: Operation, places: dict[Any, list[Found]]) -> bool:
    return any(found.method.__name__ == "page" for found in places[operation.key])


def test_every_example_answer_is_decoded_as_its_schema_says(shared: Server, say: Callable[[str], None]) -> None:
    operations, places = specification.operations(), by_place()
    classes = documented(operations, places)
    client = shared.client()
    answers = attributes = 0
    wrong: list[Any] = []
    for operation in operations:
        for example in operation.answers():
            answers += 1
            shared.answers.append(Answer(200, example))
            found = places[operation.key][0]
            try:
                answer = call(client, found, {})
            except (ringback.RingbackError, TypeError) as error:
                wrong.append((operation.key, error))
                continue
            if operation.verb == "delete":
                assert answer == (example or True)
                continue
            is_page = isinstance(answer, Page)
            records = next(value for value in example.values() if isinstance(value, list)) if is_page else [example]
            instances = list(answer) if is_page else [answer]
            for instance, record in zip(instances, records, strict=True):
                properties = classes[f"{type(instance).__module__}.{type(instance).__name__.removesuffix('Instance')}"]
                for key, schema in properties.items():
                    attributes += 1
                    name = attribute(key, schema)
                    want = decoded(schema, record.get(key))
                    got = getattr(instance, name)
                    if not same(got, want):
                        wrong.append((operation.key, name, got, want))
    say(f"{answers} example answers, {attributes} attributes")
    assert not wrong, "\n".join(map(str, wrong))
    assert answers >= 1700


def test_every_example_request_is_written_as_its_schema_says(shared: Server, say: Callable[[str], None]) -> None:
    places = by_place()
    client = shared.client()
    requests = fields = undeclared = 0
    wrong: list[Any] = []
    for operation in specification.operations():
        for content_type, schema, given in operation.requests():
            requests += 1
            example = given
            found = places[operation.key][0]
            is_form = content_type == "application/x-www-form-urlencoded"
            if is_form:
                example = {name: value for name, value in given.items() if name in operation.properties(schema)}
                undeclared += len(given) - len(example)
                arguments = {parameter(name): value for name, value in example.items()}
            else:
                names = list(found.method.__signature__.parameters)
                arguments = {names[1]: example}
            try:
                call(client, found, arguments)
            except (ringback.RingbackError, TypeError) as error:
                wrong.append((operation.key, error))
                continue
            sent = shared.requests[-1]
            assert sent.headers["content-type"] == content_type
            want = form(operation, schema, example) if is_form else without_none(example)
            got = parse_qs(sent.body.decode(), keep_blank_values=True) if is_form else json.loads(sent.body)
            fields += len(want)
            # what the example lacks though it is required was given as 1
            got = {name: value for name, value in got.items() if name in want or value != ["1"]} if is_form else got
            if got != want:
                wrong.append((operation.key, got, want))
    say(f"{requests} example requests, {fields} fields, {undeclared} more that no schema declares")
    assert not wrong, "\n".join(map(str, wrong))
    assert requests >= 600


def form(operation: Operation, schema: dict[str, Any], example: dict[str, Any]) -> dict[str, list[str]]:
    """Write an example as the fields of a form."""
    properties = operation.properties(schema)
    fields = {}
    for name, value in example.items():
        declared = operation.resolve(properties[name])
        if declared.get("type") == "array":
            item = operation.resolve(declared["items"])
            values = value if isinstance(value, list) else [value]
            fields[name] = [text(item, one) for one in values]
        else:
            fields[name] = [text(declared, value)]
    return {name: values for name, values in fields.items() if values}


def text(schema: dict[str, Any], value: Any) -> str:
    """Write one value."""
    if schema.get("type") == "boolean":
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def without_none(value: Any) -> Any:
    """Leave out what is `None`, at any depth."""
    if isinstance(value, dict):
        return {key: without_none(one) for key, one in value.items() if one is not None}
    return [without_none(one) for one in value if one is not None] if isinstance(value, list) else value
