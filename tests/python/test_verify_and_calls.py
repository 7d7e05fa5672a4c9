"""Logins confirmed by a code, and calls with a menu, against the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ringback
from conftest import Answer, Request, Server, until

if TYPE_CHECKING:
    from ringback.emulator import Emulator

FROM, TO = "+15557654321", "+15551234567"


def test_a_login_is_confirmed_by_its_code_and_only_once(emulator: Emulator) -> None:
    client = emulator.client()
    service = client.verify.v2.services(client.verify.v2.services.create(friendly_name="Shop").sid)
    started = service.verifications.create(to=TO, channel="sms")
    assert started.status == "pending"
    code = emulator.verifications(to=TO)[0]["code"]
    wrong = "000000" if code != "000000" else "000001"
    assert service.verification_checks.create(to=TO, code=wrong).status == "pending"
    checked = service.verification_checks.create(to=TO, code=code)
    assert (checked.status, checked.valid) == ("approved", True)
    with pytest.raises(ringback.NotFoundError):
        service.verification_checks.create(to=TO, code=code)


async def test_a_login_is_confirmed_by_await(emulator: Emulator) -> None:
    client = emulator.async_client()
    created = await client.verify.v2.services.create(friendly_name="Shop")
    service = client.verify.v2.services(created.sid)
    await service.verifications.create(to=TO, channel="sms")
    code = emulator.verifications(to=TO)[0]["code"]
    assert (await service.verification_checks.create(to=TO, code=code)).status == "approved"


def test_a_call_runs_the_menu_that_the_webhook_gives(emulator: Emulator, server: Server) -> None:
    def answer(request: Request) -> Answer:
        response = ringback.VoiceResponse()
        if request.path == "/voice":
            gather = response.gather(num_digits=1, action=f"{server.url}/menu")
            gather.say("Press 1")
        elif request.path == "/menu":
            response.say("Goodbye")
            response.hangup()
        return Answer(body=str(response).encode(), headers={"Content-Type": "text/xml"})

    server.reply = answer
    call = emulator.client().calls.create(to=TO, from_=FROM, url=f"{server.url}/voice")
    until(lambda: call.fetch().status == "ringing", "the ringing")
    emulator.answer(call.sid)
    server.wait_for(CallSid=call.sid, CallStatus="in-progress")
    emulator.digits(call.sid, "1")
    server.wait_for(CallSid=call.sid, Digits="1")
    until(lambda: call.fetch().status == "completed", "the end")
    assert [step["verb"] for step in emulator.trace(call.sid)["steps"] if "verb" in step]


def test_a_call_takes_its_twiml_as_an_object(server: Server) -> None:
    response = ringback.VoiceResponse()
    response.say("Hello")
    server.client().calls.create(to=TO, from_=FROM, twiml=response)
    assert server.requests[0].form["Twiml"] == [str(response)]


def test_the_emulator_says_what_it_refuses(emulator: Emulator) -> None:
    with pytest.raises(ringback.NotFoundError):
        emulator.answer("CA0")
    with pytest.raises(ringback.InvalidArgumentError, match="from is missing"):
        emulator.control("POST", "calls", {})
    assert isinstance(emulator.events(), list)
    emulator.freeze()
    emulator.reset()
    emulator.stop()
    with pytest.raises(ringback.ConfigurationError, match="stopped"):
        emulator.reset()
