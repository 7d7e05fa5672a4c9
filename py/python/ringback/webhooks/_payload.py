"""What every webhook has in Python, and how one is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - frameworks look the types of members up
from typing import TYPE_CHECKING, Any, ClassVar

from ringback import _ringback
from ringback.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Protocol

    from typing_extensions import Self

    from ringback.webhooks._payloads import Event

    class _Lists(Protocol):
        """A multidict of Django or Werkzeug."""

        def lists(self) -> Iterable[tuple[str, list[str]]]: ...

    class _Items(Protocol):
        """A multidict of Starlette."""

        def multi_items(self) -> Iterable[tuple[str, Any]]: ...

    class _All(Protocol):
        """A multidict of aiohttp."""

        def getall(self, key: str, /) -> Iterable[Any]: ...

    Params = Mapping[str, Any] | Sequence[tuple[str, str]] | _Lists | _Items | _All | str | bytes
    """A decoded form as a dict, a multidict or a list of pairs, or a form or query as it came."""

__all__ = ["CloudEvent", "JsonText", "Payload", "Unknown", "parse", "parse_events"]


def _refuse(constant: str) -> Any:
    """Refuse what Python's JSON has besides."""
    raise ValueError(f"{constant} is no JSON")


class JsonText(str):
    """JSON inside a field, which is read when somebody asks for its value."""

    __slots__ = ()

    def value(self) -> Any:
        """Read it; a `ValueError` if it is no JSON."""
        try:
            return json.loads(self, parse_constant=_refuse)
        except RecursionError:
            raise ValueError("the JSON is nested too deep") from None


@dataclass(frozen=True, kw_only=True, repr=False)
class Payload:
    """A webhook that was read."""

    _kind: ClassVar[str | None] = None
    _key: ClassVar[tuple[str, ...]] = ()

    received: dict[str, str] = field(default_factory=dict)
    """Every field as it came; where a name stands twice, the first counts."""
    extra: dict[str, str] = field(default_factory=dict)
    """The fields that are not known in this kind of webhook."""
    problems: tuple[str, ...] = ()
    """The names of the fields whose texts are not of their form, so that nothing but the text is known."""

    @classmethod
    def from_params(cls, params: Params) -> Self:
        """Read it from a decoded form or query, or from a raw one.

        A request of another kind is an `InvalidArgumentError` that names the field which it lacks.
        """
        payload = _ringback.read_payload(params, cls)
        if not isinstance(payload, cls):
            raise InvalidArgumentError(
                f"the request is of the kind {type(payload).__name__}, so it is no {cls.__name__}; "
                "read it as an event of any kind"
            )
        return payload

    def __repr__(self) -> str:
        """Tell which it is, and not what it says: that is about people."""
        key = "".join(f" {name}={str(getattr(self, name))!r}" for name in self._key)
        return f"<{type(self).__name__}{key}>"


@dataclass(frozen=True, kw_only=True, repr=False)
class Unknown(Payload):
    """A webhook of no kind that is known."""

    _kind: ClassVar[str | None] = "Unknown"


@dataclass(frozen=True, kw_only=True, repr=False)
class CloudEvent:
    """An event of an event stream; it may come more than once, and its `source` and `id` together are its own."""

    specversion: str
    event_type: str
    """`type`, such as `com.twilio.messaging.message.delivered`."""
    source: str
    id: str
    dataschema: str | None = None
    datacontenttype: str | None = None
    subject: str | None = None
    time: datetime | None = None
    data: Any = None
    extra: dict[str, Any] = field(default_factory=dict)
    """What else the event holds."""
    payload: Payload | None = None
    """The webhook that would have told the same: of messages that arrived, and of what became of sent ones."""

    def __repr__(self) -> str:
        """Tell which it is, and not what it says: that is about people."""
        return f"<CloudEvent {self.event_type} id={self.id!r}>"


def parse(params: Params) -> Event:
    """Read a webhook as what its fields say that it is; `Unknown` if it is of no kind that is known."""
    event: Event = _ringback.read_payload(params)
    return event


def parse_events(body: bytes | str) -> list[CloudEvent]:
    """Read the body of a request of an event stream; a `DecodeError` if it holds no CloudEvents."""
    events: list[CloudEvent] = _ringback.read_cloud_events(body)
    return events
