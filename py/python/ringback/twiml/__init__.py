"""TwiML: what a webhook answers to tell Twilio what to do."""

from __future__ import annotations

from ringback._ringback import TwiML

__all__ = ["TwiML"]
