"""The client, and the classes of Twilio's resources in the modules where the official package has them."""

from __future__ import annotations

import sys

from ringback.twilio.base.client_base import ClientBase
from ringback.twilio.rest._resources import Resources

__all__ = ["Client", "TwilioClient"]

if not any(isinstance(finder, Resources) for finder in sys.meta_path):
    # before the finder of files, to which the folders of the stubs would be packages
    sys.meta_path.insert(0, Resources())


class Client(ClientBase):
    """A client of Twilio's API."""


TwilioClient = Client
