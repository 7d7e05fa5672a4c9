"""One instance of the API as Twilio sent it, under the official name."""

from __future__ import annotations

from ringback._ringback import InstanceResource

__all__ = ["InstanceResource"]
