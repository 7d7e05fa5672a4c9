"""Messages against the emulator: sent, followed by signed callbacks, listed, changed, received."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

import ringback
from conftest import ACCOUNT, Answer, Server, message

if TYPE_CHECKING:
    from ringback.emulator import Emulator

FROM, TO = "+15557654321", "+15551234567"


def test_a_message_is_followed_by_signed_callbacks_until_it_is_delivered(emulator: Emulator, server: Server) -> None:
    client = ringback.Client()  # the plugin set the environment
    url = f"{server.url}/status"
    sent = client.messages.create(to=TO, from_=FROM, body="shipped 😀", status_callback=url)
    assert sent.sid.startswith("SM")
    assert sent.status == "queued"
    assert isinstance(sent.date_created, datetime)
    assert sent.date_created.tzinfo is timezone.utc
    form = server.wait_for(MessageSid=sent.sid, MessageStatus="delivered")

    validator = ringback.RequestValidator(emulator.auth_token)
    signature = next(request.headers["x-twilio-signature"] for request in reversed(server.requests))
    assert validator.validate(url, form, signature)
    assert not validator.validate(url, {**form, "MessageStatus": "failed"}, signature)
    assert not ringback.RequestValidator("another").validate(url, form, signature)

    fetched = sent.fetch()
    assert fetched.status is fetched.Status.DELIVERED
    assert fetched.body == "shipped 😀"


def test_lists_stop_at_their_limit_and_pages_lead_to_each_other(emulator: Emulator) -> None:
    client = emulator.client()
    sids = [client.messages.create(to=TO, from_=FROM, body=str(number)).sid for number in range(7)]
    assert [one.sid for one in client.messages.list()] == sids[::-1]
    assert [one.sid for one in client.messages.list(limit=3)] == sids[:3:-1]
    assert [one.sid for one in client.messages.stream(limit=5, page_size=2)] == sids[:1:-1]

    page = client.messages.page(page_size=3)
    first = [one.sid for one in page]
    second = page.next_page()
    assert second is not None
    assert first + [one.sid for one in second] == sids[:0:-1]
    before = second.previous_page()
    assert before is not None
    assert [one.sid for one in before] == first
    assert page.next_page_url is not None
    assert [one.sid for one in client.messages.get_page(page.next_page_url)] == sids[3:0:-1]
    last = client.messages.page(page_size=50)
    assert last.next_page() is None


def test_an_instance_changes_and_deletes_itself(emulator: Emulator) -> None:
    client = emulator.client()
    sent = client.messages.create(to=TO, from_=FROM, body="a secret")
    emulator.advance(60)
    assert sent.update(body="").body == ""
    assert client.messages(sent.sid).media.list() == []
    assert sent.media.list() == []
    assert sent.delete() is True
    with pytest.raises(ringback.NotFoundError) as caught:
        client.messages(sent.sid).fetch()
    assert caught.value.code == 20404


def test_a_received_message_is_answered_with_twiml(emulator: Emulator, server: Server) -> None:
    client = emulator.client()
    reply = ringback.MessagingResponse()
    reply.message("got it")
    server.reply = lambda _: Answer(body=str(reply).encode(), headers={"Content-Type": "text/xml"})
    client.incoming_phone_numbers.create(phone_number=FROM, sms_url=f"{server.url}/sms")
    emulator.receive_message(from_=TO, to=FROM, body="hi")
    assert server.wait_for(From=TO, To=FROM, Body="hi")
    emulator.advance(60)
    answers = [one for one in client.messages.list(to=TO) if one.direction == "outbound-reply"]
    assert [one.body for one in answers] == ["got it"]


def test_attributes_are_typed(server: Server) -> None:
    server.answers.append(Answer(201, message(error_code="30003", status="brand-new", price=None)))
    got = server.client().messages.create(to=TO, from_=FROM, body="x")
    assert got.error_code == 30003
    assert got.status == "brand-new"
    assert type(got.status) is str
    assert got.direction is got.Direction.OUTBOUND_API
    assert f"{got.direction} {got.direction!s}" == "outbound-api outbound-api"
    assert got.date_created == datetime(2019, 5, 24, 17, 44, 46, tzinfo=timezone.utc)
    assert got.date_sent is None
    assert got.price is None
    assert got.from_ == FROM
    assert got.subresource_uris == {"media": "/media"}
    assert repr(got) == f"<Twilio.Api.V2010.MessageInstance account_sid={ACCOUNT} sid={got.sid}>"
    with pytest.raises(AttributeError, match="Did you mean 'status'"):
        got.statu  # type: ignore[attr-defined]  # noqa: B018
    assert {"sid", "status", "media", "fetch"} <= set(dir(got))
