"""Texts and addresses before they are sent: what a text takes, whether an address is one, and what sending costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from ringback._ringback import (
    Address,
    AsyncClient,
    CostEstimate,
    MessagePrice,
    MessagePrices,
    Segments,
    Unencodable,
    e164,
    smart_encode,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ringback._ringback import Client

__all__ = [
    "Address",
    "CostEstimate",
    "MessagePrice",
    "MessagePrices",
    "Segments",
    "Unencodable",
    "e164",
    "message_prices",
    "smart_encode",
]


@overload
def message_prices(client: Client, country: str) -> MessagePrices: ...
@overload
def message_prices(client: AsyncClient, country: str) -> Coroutine[Any, Any, MessagePrices]: ...
def message_prices(client: Client | AsyncClient, country: str) -> Any:
    """Fetch what text messages cost in a country, such as "US"; awaited with an `AsyncClient`.

    MMS, other channels and fees of carriers are not in these prices.
    """
    if isinstance(client, AsyncClient):
        return _fetch(client, country)
    return MessagePrices(_answer(client.pricing.v1.messaging.countries(country).fetch()))


async def _fetch(client: AsyncClient, country: str) -> MessagePrices:
    return MessagePrices(_answer(await client.pricing.v1.messaging.countries(country).fetch()))


def _answer(country: Any) -> dict[str, Any]:
    keys = ("iso_country", "price_unit", "inbound_sms_prices", "outbound_sms_prices")
    return {key: getattr(country, key) for key in keys}
