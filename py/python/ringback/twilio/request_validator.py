"""Checks that a webhook is Twilio's, under the official names."""

from __future__ import annotations

import hmac
import logging
from hashlib import sha256

from ringback._ringback import RequestValidator as _Validator
from ringback._ringback import signature_algorithm, signature_algorithms

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any
    from urllib.parse import ParseResult

logger = logging.getLogger(__name__)

SIGNATURE_HEADER = "X-Twilio-Signature"
SIGNATURE_SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
HMAC_SHA1 = "HMAC_SHA1"
HMAC_SHA256 = "HMAC_SHA256"

__all__ = [
    "HMAC_SHA1",
    "HMAC_SHA256",
    "SIGNATURE_HEADER",
    "SIGNATURE_SETTINGS_HEADER",
    "RequestValidator",
    "add_port",
    "compare",
    "get_signature_algorithm",
    "remove_port",
]


def compare(string1: str, string2: str) -> bool:
    """Compare two texts in a time that does not depend on where they differ."""
    return hmac.compare_digest(string1.encode(), string2.encode())


def remove_port(uri: ParseResult) -> str:
    """Give a parsed URL without its port; what stands before the first colon of its place is kept, as officially."""
    return uri._replace(netloc=uri.netloc.split(":")[0]).geturl() if uri.port else uri.geturl()


def add_port(uri: ParseResult) -> str:
    """Give a parsed URL with the port of its scheme: 443 for https and 80 for everything else."""
    if uri.port:
        return uri.geturl()
    return uri._replace(netloc=f"{uri.netloc}:{443 if uri.scheme == 'https' else 80}").geturl()


def get_signature_algorithm(signature_settings_header: str | None) -> str:
    """Give the name of the algorithm in the header of the settings, HMAC_SHA1 if it names none."""
    return signature_algorithm(signature_settings_header or "")


class RequestValidator(_Validator):
    """Checks webhooks with an auth token, or with a shared key for HMAC_SHA256."""

    def validate(
        self, uri: object, params: object, signature: object, algorithm: str | None = None, *, settings: object = None
    ) -> bool:
        """Whether the request is Twilio's; an unknown algorithm is refused and logged."""
        if algorithm and algorithm.upper() not in signature_algorithms():
            logger.warning("the webhook names the signature algorithm %r, which is not known: it is refused", algorithm)
            return False
        return super().validate(uri, params, signature, algorithm or None, settings=settings)

    def get_values(self, param_dict: Any, param_name: str) -> Any:
        """Give all values of a parameter, from whichever kind of dict a framework has."""
        for name in ("getall", "getlist"):
            if hasattr(param_dict, name):
                return getattr(param_dict, name)(param_name)
        return [param_dict[param_name]]

    def compute_hash(self, body: str) -> str:
        """Give the hash of a body as the URL holds it."""
        return sha256(body.encode()).hexdigest()
