"""TwiML: what a webhook answers to tell Twilio what to do."""

from __future__ import annotations

from ringback._ringback import Comment, Element, Finding, TwiML
from ringback._ringback import check_twiml as check
from ringback._ringback import parse_twiml as parse

__all__ = ["Comment", "Element", "Finding", "TwiML", "check", "parse"]
