"""Texts are cut, numbers and addresses checked, and costs estimated, as the vectors say and against the emulator."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from ringback import text

if TYPE_CHECKING:
    from ringback.emulator import Emulator

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
SEGMENTS = json.loads((VECTORS / "segments.json").read_text(encoding="utf-8"))
ADDRESSES = json.loads((VECTORS / "addresses.json").read_text(encoding="utf-8"))


def body(given: Any) -> str:
    """Give a text that may be given as pieces with how often each is repeated."""
    return given if isinstance(given, str) else "".join(piece * times for piece, times in given)


@pytest.mark.parametrize("case", SEGMENTS["texts"], ids=[case["id"] for case in SEGMENTS["texts"]])
def test_texts_are_cut_as_the_vectors_say(case: dict[str, Any]) -> None:
    segments = text.Segments(body(case["text"]), smart_encoded=case.get("smart_encoded", False))
    assert segments.encoding == case["encoding"]
    assert segments.count == len(segments) == len(segments.texts) == case["segments"]
    assert (segments.characters, segments.units, segments.room) == (case["characters"], case["units"], case["room"])
    assert segments.units_of_each == case["units_of_each"]
    assert "".join(segments.texts) == segments.text
    assert segments.is_too_long is case.get("is_too_long", False)
    found = [[one.index, one.character, one.look_alike] for one in segments.unencodable]
    assert found == case.get("unencodable", found)
    assert all(segments.text[one.index] == one.character for one in segments.unencodable)


def test_smart_encoding_replaces_what_the_table_says() -> None:
    table = SEGMENTS["smart_encoding"]
    for point, expected in table.items():
        assert text.smart_encode(f"a{chr(int(point, 16))}b") == f"a{expected}b"
    assert len(table) == 271
    assert text.smart_encode("plain 😀") == "plain 😀"


def test_numbers_are_accepted_as_they_are_or_refused_with_advice() -> None:
    for number in ADDRESSES["numbers"]["accepted"]:
        assert text.e164(number) == number
    for number, advice in ADDRESSES["numbers"]["refused"]:
        with pytest.raises(ringback.InvalidArgumentError) as caught:
            text.e164(number)
        assert str(caught.value) == f"the number is not in E.164: {advice}"


def test_addresses_are_told_apart() -> None:
    for given, kind, value in ADDRESSES["addresses"]["accepted"]:
        address = text.Address(given)
        assert (address.kind, address.value, str(address)) == (kind, value, given)
        assert address == text.Address(given)
        assert len({address, text.Address(given)}) == 1
    for given, reason in ADDRESSES["addresses"]["refused"]:
        with pytest.raises(ringback.InvalidArgumentError) as caught:
            text.Address(given)
        assert reason in str(caught.value)
    assert str(text.Address.whatsapp("+15551234567")) == "whatsapp:+15551234567"
    assert text.Address("whatsapp:+15551234567").number == "+15551234567"
    assert text.Address("ACME").number is None


def test_a_lone_surrogate_is_no_text() -> None:
    for function in (text.Segments, text.smart_encode, text.e164, text.Address):
        with pytest.raises(ringback.InvalidArgumentError, match="lone surrogate"):
            function("\ud800")


GERMANY = {
    "country": "Germany",
    "iso_country": "DE",
    "price_unit": "USD",
    "outbound_sms_prices": [
        {
            "carrier": carrier,
            "mcc": "262",
            "mnc": mnc,
            "prices": [{"number_type": "local", "base_price": price, "current_price": price}],
        }
        for carrier, mnc, price in (("One", "01", "0.1072"), ("Two", "02", "0.119"))
    ],
    "inbound_sms_prices": [{"number_type": "local", "base_price": "0.0075", "current_price": "0.0070"}],
}


@pytest.fixture
def priced(ringback_emulator: Emulator) -> Emulator:
    """Give an emulator that knows what messages cost in Germany."""
    ringback_emulator.control("POST", "records", {"resource": "pricing.v1.messaging.countries", "record": GERMANY})
    return ringback_emulator


def check(prices: text.MessagePrices) -> None:
    estimate = prices.estimate("ж" * 71, number_type="Local")
    assert (estimate.segments, estimate.currency) == (2, "USD")
    assert (estimate.lowest, estimate.highest) == (Decimal("0.2144"), Decimal("0.238"))
    assert str(estimate) == "0.2144 to 0.238 USD"
    assert prices.estimate(text.Segments("x"), direction="inbound").lowest == Decimal("0.0070")
    assert prices.estimate("“" * 100, smart_encoded=True).segments == prices.estimate(1).segments == 1
    assert (prices.country, prices.currency) == ("DE", "USD")
    assert [(one.direction, one.carrier, one.base) for one in prices.prices] == [
        ("outbound", "One", Decimal("0.1072")),
        ("outbound", "Two", Decimal("0.119")),
        ("inbound", None, Decimal("0.0075")),
    ]
    with pytest.raises(ringback.InvalidArgumentError, match="kinds of number with one: local"):
        prices.estimate("x", number_type="mobile")
    with pytest.raises(ringback.InvalidArgumentError, match="outbound or inbound"):
        prices.estimate("x", direction="up")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        prices.estimate(1.5)  # type: ignore[arg-type]


def test_costs_are_estimated_from_the_prices_of_a_country(priced: Emulator) -> None:
    with priced.client() as client:
        check(text.message_prices(client, "DE"))


def test_prices_are_awaited_with_an_async_client(priced: Emulator) -> None:
    async def fetch() -> text.MessagePrices:
        async with priced.async_client() as client:
            return await text.message_prices(client, "DE")

    check(asyncio.run(fetch()))


def test_what_is_no_price_list_cannot_be_decoded() -> None:
    with pytest.raises(ringback.DecodeError):
        text.MessagePrices({"iso_country": "DE"})
