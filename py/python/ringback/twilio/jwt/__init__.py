"""Tokens under the official names."""

from __future__ import annotations

from ringback.tokens import Jwt, JwtDecodeError

__all__ = ["Jwt", "JwtDecodeError"]
