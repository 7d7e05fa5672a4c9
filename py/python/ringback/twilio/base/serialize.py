"""How Python's values are written for Twilio, under the official names."""

from __future__ import annotations

from ringback._handover import boolean as boolean_to_string
from ringback._handover import collapsed as prefixed_collapsible_map
from ringback._handover import date as iso8601_date
from ringback._handover import date_time as iso8601_datetime
from ringback._handover import each as map  # noqa: A004 - the official name
from ringback._handover import text_of_json as object  # noqa: A004

__all__ = ["boolean_to_string", "iso8601_date", "iso8601_datetime", "map", "object", "prefixed_collapsible_map"]
