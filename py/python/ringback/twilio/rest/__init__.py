"""The client, and the classes of Twilio's resources in the modules where the official package has them."""

from __future__ import annotations

import sys

from ringback.twilio.base.client_base import ClientBase
from ringback.twilio.rest._resources import Resources

__all__ = ["Client", "TwilioClient"]

if not any(isinstance(finder, Resources) for finder in sys.meta_path):
    sys.meta_path.append(Resources())


class Client(ClientBase):
    """A client of Twilio's API."""


TwilioClient = Client
