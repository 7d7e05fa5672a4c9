"""One instance of the API by its identifiers, under the official name."""

from __future__ import annotations

from ringback._ringback import InstanceContext

__all__ = ["InstanceContext"]
