"""TwiML under the official names."""

from __future__ import annotations

from ringback.twilio.base.exceptions import TwilioException
from ringback.twiml import TwiML

__all__ = ["TwiML", "TwiMLException"]


class TwiMLException(TwilioException):
    """The official error of a document; ringback's documents raise `ValueError` and `TypeError`."""
