"""What a method `..._with_http_info` gives, under the official name."""

from __future__ import annotations

from ringback._responses import ApiResponse

__all__ = ["ApiResponse"]
