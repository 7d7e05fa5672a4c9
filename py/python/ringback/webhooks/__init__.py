"""Webhooks as typed payloads, and how far messages and calls have come.

Check the signature first (`ringback.RequestValidator`): what is read here is what somebody sent. The modules `asgi`,
`wsgi`, `fastapi`, `flask` and `django` do so inside web frameworks.
"""

from __future__ import annotations

from ringback._ringback import CallLadder, CheckedRequest, MessageLadder, call_step, message_step
from ringback.webhooks._ladder import LadderStep
from ringback.webhooks._payload import CloudEvent, JsonText, Payload, Unknown, parse, parse_events
from ringback.webhooks._payloads import *  # noqa: F403 - every kind, and what they are made of
from ringback.webhooks._payloads import __all__ as _kinds

__all__ = [  # noqa: PLE0604 - the generated module says what it has
    "CallLadder",
    "CheckedRequest",
    "CloudEvent",
    "JsonText",
    "LadderStep",
    "MessageLadder",
    "Payload",
    "Unknown",
    "call_step",
    "message_step",
    "parse",
    "parse_events",
    *_kinds,
]
