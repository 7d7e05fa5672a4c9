"""What goes wrong is raised as the official package raises it, and is one of ringback's errors too."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import accepted
import ringback
import walk
import whole
from compare import ACCOUNT, TOKEN, Call, differences, wait
from recorder import Answer, AsyncRecorder, Recorder
from ringback.twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from ringback.twilio.rest import Client

NOT_FOUND = {"code": 20404, "message": "it was not found", "more_info": "https://example.com", "status": 404}
DETAILED = {"code": 60200, "message": "wrong", "status": 400, "details": {"field": "To"}}
PROBLEM = {
    "type": "https://example.com/p",
    "title": "Bad",
    "status": 400,
    "code": 70001,
    "detail": "very bad",
    "instance": "/x",
    "errors": [{"pointer": "#/to", "detail": "missing"}, {}],
}
BODIES: list[tuple[int, Any]] = [
    (404, NOT_FOUND),
    (400, DETAILED),
    (400, PROBLEM),
    (422, {**PROBLEM, "status": 422, "errors": None, "detail": None}),
    (500, {"status": 500}),
    (503, {}),
    (429, {"code": 20429, "message": "slow down"}),
    (401, {"code": 20003, "message": "Authenticate"}),
    (302, {"message": "elsewhere"}),
]


def client(status: int, body: Any) -> Client:
    """Give a client whose requests are all answered so."""
    recorder = Recorder()
    recorder.expect(Answer.of(body, status))
    return Client(ACCOUNT, TOKEN, http_client=recorder)


def test_every_operation_raises_what_the_official_package_raises() -> None:
    theirs, ours = whole.official(), whole.drop_in()
    count = 0
    for place in walk.places(theirs.clients[False]):
        for verb in place.verbs:
            status, body = BODIES[count % len(BODIES)]
            if status == 302 and verb == "fetch":
                continue
            call = Call(place, verb, answers=(Answer.of(body, status),))
            expected = theirs.run(call)
            if "class" in expected["result"] or str(place).endswith((".assistants_knowledge", ".assistants_tools")):
                continue  # what it fails with before it asks is among the differences that are meant
            found = ours.run(call)
            if verb in {"list", "stream", "page"}:
                # a page error has no type there, and is a TwilioRestException of ours
                assert "TwilioException" in found["result"]["raises"], call
            else:
                unlike = [one for one in differences(call, expected, found) if not accepted.reason(call, expected, one)]
                assert not unlike, "\n".join(map(str, unlike))
            count += 1
    assert count > 2000


@pytest.mark.parametrize(("status", "body"), BODIES)
def test_an_error_is_of_both_packages(status: int, body: Any) -> None:
    with pytest.raises(TwilioException) as caught:
        client(status, body).messages.create(to="+1", from_="+2", body="x")
    error = caught.value
    assert isinstance(error, ringback.ApiError)
    assert isinstance(error, TwilioServiceException if "type" in body else TwilioRestException)
    assert error.outcome == ("not_sent" if 400 <= status < 500 else "unknown")
    assert TOKEN not in str(error) + repr(error)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - it was made here
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.outcome == error.outcome


def test_a_body_that_is_no_json_leaves_the_status_to_speak() -> None:
    recorder = Recorder()
    recorder.expect(Answer(502, "<html>"))
    with pytest.raises(TwilioRestException) as caught:
        Client(ACCOUNT, TOKEN, http_client=recorder).messages("SM1").fetch()
    assert (caught.value.code, str(caught.value)) == (502, "HTTP 502 error: Unable to fetch record")


def test_a_page_error_is_typed_and_says_that_it_is_a_page() -> None:
    with pytest.raises(TwilioRestException, match="Unable to fetch page: it was not found") as caught:
        client(404, NOT_FOUND).messages.list()
    assert caught.value.uri == f"/Accounts/{ACCOUNT}/Messages.json"


def test_a_yes_that_cannot_be_read_is_an_error_that_was_sent() -> None:
    recorder = Recorder()
    recorder.expect(Answer(201, "<html>"))
    with pytest.raises(TwilioException) as caught:
        Client(ACCOUNT, TOKEN, http_client=recorder).messages.create(to="+1", from_="+2", body="x")
    assert isinstance(caught.value, ringback.DecodeError)
    assert caught.value.outcome == "sent"


def test_a_call_needs_a_client_of_its_kind() -> None:
    waits, awaits = Recorder(), AsyncRecorder()
    for recorder in (waits, awaits):
        recorder.expect(Answer.of({}))
    with pytest.raises(RuntimeError):
        wait(Client(ACCOUNT, TOKEN, http_client=waits).messages("SM1").fetch_async())
    with pytest.raises(RuntimeError):
        Client(ACCOUNT, TOKEN, http_client=awaits).messages("SM1").fetch()
    assert not waits.requests
    assert not awaits.requests


def test_an_error_of_the_http_client_passes_as_it_is() -> None:
    class Broken:
        is_async = False

        def request(self, *_args: Any, **_kwargs: Any) -> Answer:
            raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError, match="gone"):
        Client(ACCOUNT, TOKEN, http_client=Broken()).messages.create(to="+1", from_="+2", body="x")
