"""What became of sends that ended unknown: by the list of messages, and by the correlation id of a callback."""

from __future__ import annotations

import asyncio
import inspect
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

import ringback
from conftest import ACCOUNT, TOKEN, Answer, Server, message, until

if TYPE_CHECKING:
    from ringback.emulator import Emulator

ORDER: dict[str, Any] = {"to": "+15551234567", "from_": "+15557654321", "body": "Your order has shipped"}
CREATE = {"operation": "messages.create"}


def client_of(emulator: Emulator, **settings: Any) -> ringback.Client:
    """Give a client whose short time-out makes absence certain after half of it."""
    return emulator.client(timeout=2.0, **settings)


def lose(emulator: Emulator, client: ringback.Client, when: str, **order: Any) -> ringback.RingbackError:
    """Send a message whose answer is lost before or after the work is done."""
    emulator.faults(CREATE, {"reset": when}, times=1)
    with pytest.raises(ringback.RingbackError) as raised:
        client.messages.create(**(ORDER | order))
    assert raised.value.outcome == "unknown"
    return raised.value


def test_a_message_that_went_is_found_with_its_sid(emulator: Emulator) -> None:
    client = client_of(emulator)
    error = lose(emulator, client, "after")
    found = client.messages.reconcile(**ORDER, at=error)
    newest = client.messages.list(limit=1)[0]
    assert (found.status, found.sid) == ("found", newest.sid)
    assert found.message is not None
    assert found.message.body == ORDER["body"]
    assert found.message.fetch().sid == found.sid
    assert [one.sid for one in found.candidates] == [found.sid]
    assert repr(found) == f"<Reconciliation found: {found.sid}>"
    # by the moment as well, in whatever zone it is told
    assert error.begun_at is not None
    assert abs(error.begun_at - datetime.now(timezone.utc)) < timedelta(minutes=5)
    elsewhere = error.begun_at.astimezone(timezone(timedelta(hours=9)))
    assert client.messages.reconcile(**ORDER, at=elsewhere).sid == newest.sid


def test_a_message_that_did_not_go_is_absent(emulator: Emulator) -> None:
    client = client_of(emulator)
    error = lose(emulator, client, "before")
    found = client.messages.reconcile(**ORDER, at=error)
    assert (found.status, found.sid, found.message, found.candidates) == ("absent", None, None, [])
    # the control: the same text that is there is not taken for another recipient's
    client.messages.create(**(ORDER | {"to": "+15551234568"}))
    assert client.messages.reconcile(**ORDER, at=error).status == "absent"
    client.messages.create(**ORDER)
    assert client.messages.reconcile(**ORDER, at=error).status == "found"


def test_equal_messages_are_ambiguous_unless_the_others_are_known(emulator: Emulator) -> None:
    client = client_of(emulator)
    known = client.messages.create(**ORDER)
    error = lose(emulator, client, "after")
    found = client.messages.reconcile(**ORDER, at=error)
    assert (found.status, found.sid, found.message) == ("ambiguous", None, None)
    assert len(found.candidates) == 2
    assert known.sid is not None
    found = client.messages.reconcile(**ORDER, at=error, known=[known.sid])
    assert found.status == "found"
    assert found.sid != known.sid


async def test_it_is_awaited_too(emulator: Emulator) -> None:
    sync = client_of(emulator)
    async with emulator.async_client(timeout=2.0) as client:
        for when, status in (("before", "absent"), ("after", "found"), ("after", "ambiguous")):
            emulator.faults(CREATE, {"reset": when}, times=1)
            with pytest.raises(ringback.RingbackError) as raised:
                await client.messages.create(**ORDER)
            found = await client.messages.reconcile(**ORDER, at=raised.value)
            assert found.status == status
            assert (await sync.messages.reconcile_async(**ORDER, at=raised.value)).status == status
        fetched = await found.candidates[0].fetch()
        assert fetched.body == ORDER["body"]


async def test_a_cancelled_create_can_be_reconciled_and_a_cancelled_look_decides_nothing(server: Server) -> None:
    server.reply = lambda _: Answer(201, message(), seconds=20.0)
    client = server.async_client()
    begun: list[Any] = []

    async def send() -> None:
        try:
            await client.messages.create(**ORDER)
        except asyncio.CancelledError as error:
            begun.append(error)
            raise

    task = asyncio.create_task(send())
    await asyncio.to_thread(server.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert begun[0].outcome == "unknown"
    assert abs(begun[0].begun_at - datetime.now(timezone.utc)) < timedelta(minutes=5)

    async def look() -> None:
        try:
            await client.messages.reconcile(**ORDER, at=begun[0])
        except asyncio.CancelledError as error:
            begun.append(error)
            raise

    task = asyncio.create_task(look())
    await asyncio.to_thread(server.wait, 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert begun[1].outcome == "unknown"


def test_a_batch_tells_when_each_send_was_begun(emulator: Emulator) -> None:
    client = client_of(emulator)
    emulator.faults(CREATE, {"reset": "after"}, times=1)
    orders = [ORDER | {"body": str(number)} for number in range(4)]
    results = list(client.messages.create_many(orders))
    lost = [number for number, result in enumerate(results) if isinstance(result, ringback.RingbackError)]
    assert len(lost) == 1
    error = results[lost[0]]
    assert isinstance(error, ringback.RingbackError)
    assert client.messages.reconcile(**orders[lost[0]], at=error).status == "found"


def test_a_batch_that_was_stopped_tells_it_too(server: Server) -> None:
    server.reply = lambda got: Answer(201, message(), seconds=60 * (got.form["Body"] != ["0"]))
    orders = [ORDER | {"body": str(number)} for number in range(6)]
    results: Any = server.client().messages.create_many(orders, concurrency=2, ordered=False)
    next(results)
    server.wait(3)
    results.stop()
    errors = list(results)
    assert [error.outcome for error in errors].count("unknown") == 2
    for error in errors:
        assert (error.begun_at is not None) == (error.outcome == "unknown")


def test_wrong_input_is_refused_and_decides_nothing(emulator: Emulator) -> None:
    reconcile: Any = client_of(emulator).messages.reconcile
    now = datetime.now(timezone.utc)
    for arguments, words in [
        (ORDER | {"at": datetime(2026, 1, 2)}, "at needs a time zone"),
        (ORDER | {"at": "now"}, "at takes a datetime, or the error of the send"),
        (ORDER | {"at": None}, "at takes a datetime, or the error of the send"),
        (ORDER | {"at": ValueError("not ours")}, "at takes a datetime, or the error of the send"),
        (ORDER | {"at": now + timedelta(hours=1)}, "at lies in the future"),
        ({"to": ORDER["to"], "at": now}, "From or MessagingServiceSid"),
    ]:
        with pytest.raises(ringback.RingbackError, match=words) as raised:
            reconcile(**arguments)
        assert (raised.value.kind, raised.value.outcome) == ("invalid_argument", "unknown")
    for arguments, words in [
        (ORDER, "missing 1 required positional argument: 'at'"),
        (ORDER | {"at": now, "known": 3}, "known takes a list of sids"),
        (ORDER | {"at": now, "knownn": []}, "Did you mean 'known'"),
    ]:
        with pytest.raises(TypeError, match=words):
            reconcile(**arguments)


def test_an_error_of_the_look_leaves_the_message_unknown(server: Server) -> None:
    server.reply = lambda _: Answer(401, {"code": 20003, "message": "Authenticate"})
    with pytest.raises(ringback.RingbackError) as raised:
        server.client().messages.reconcile(**ORDER, at=datetime.now(timezone.utc))
    assert (raised.value.status, raised.value.outcome) == (401, "unknown")


def test_it_is_found_and_is_no_operation(emulator: Emulator) -> None:
    messages: Any = client_of(emulator).messages
    assert "reconcile" in dir(messages)
    assert not hasattr(messages.reconcile, "operation")
    names = list(inspect.signature(messages.reconcile).parameters)
    assert names[:2] == ["to", "at"]
    assert names[-1] == "known"
    assert not hasattr(client_of(emulator).calls, "reconcile")


def test_the_callback_of_a_lost_send_proves_that_it_went(emulator: Emulator, server: Server) -> None:
    client = client_of(emulator, correlate_callbacks=True)
    query = "?order=%2f1"
    error = lose(emulator, client, "after", status_callback=f"{server.url}/status{query}#rc=2")
    request = until(lambda: next(iter(server.requests), None), "the callback")
    form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    assert error.correlation_id is not None
    url = f"{server.url}/status{query}&ringback_correlation_id={error.correlation_id}"
    assert ringback.correlation_id(url) == error.correlation_id
    assert request.query == {"order": ["/1"], "ringback_correlation_id": [error.correlation_id]}
    assert form["MessageSid"] == client.messages.reconcile(**ORDER, at=error).sid
    # Twilio signs the URL with its query, to the byte
    validator = ringback.RequestValidator(emulator.auth_token)
    signature = request.headers["x-twilio-signature"]
    assert validator.validate(url, form, signature)
    assert not validator.validate(f"{server.url}/status{query}", form, signature)
    # of a send that did not go there is no callback, and each has another id; without the setting there is none
    other = lose(emulator, client, "before", status_callback=f"{server.url}/status")
    assert other.correlation_id not in (None, error.correlation_id)
    assert lose(emulator, client_of(emulator), "before", status_callback=server.url).correlation_id is None


def test_a_url_without_an_id_has_none() -> None:
    for url in ("", "/status", "https://shop.example/status?order=1", "/s#?ringback_correlation_id=7"):
        assert ringback.correlation_id(url) is None
    assert ringback.correlation_id("/status?ringback_correlation_id=7") == "7"


def test_correlating_is_a_setting_of_the_librarys_own_connections() -> None:
    with pytest.raises(ringback.RingbackError, match="correlate_callbacks must be true or false"):
        ringback.Client(ACCOUNT, TOKEN, correlate_callbacks="yes")  # type: ignore[call-overload]
    with pytest.raises(ringback.RingbackError, match="correlate_callbacks must be left out"):
        ringback.Client(ACCOUNT, TOKEN, correlate_callbacks=True, http_client=object())


def test_the_errors_of_the_other_packages_names_tell_it_too(emulator: Emulator) -> None:
    from ringback.twilio.base.exceptions import TwilioException
    from ringback.twilio.rest import Client

    client: Any = Client(emulator.account_sid, emulator.auth_token, base_url=emulator.url, timeout=2.0)
    emulator.faults(CREATE, {"reset": "after"}, times=1)
    with pytest.raises(TwilioException) as raised:
        client.messages.create(**ORDER)
    assert isinstance(raised.value, ringback.RingbackError)
    assert client.messages.reconcile(**ORDER, at=raised.value).status == "found"
