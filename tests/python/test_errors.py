"""Errors: one class per kind, every field, pickles, and nothing secret in any of them."""

from __future__ import annotations

import pickle
import traceback

import pytest

import ringback
from conftest import TOKEN, Answer, Server
from ringback import _ringback, errors

FROM, TO = "+15557654321", "+15551234567"


@pytest.mark.parametrize("kind", _ringback.error_kinds())
def test_every_kind_has_its_class(kind: str) -> None:
    error = errors._make(kind, "a message", "a message (HTTP 400)", None, outcome="sent", status=400)
    assert isinstance(error, ringback.RingbackError)
    assert error.kind == kind
    named = "".join(part.capitalize() for part in kind.split("_")) + "Error"
    assert type(error).__name__ == ("RingbackError" if kind == "interrupted" else named)
    assert (error.message, str(error), error.outcome) == ("a message", "a message (HTTP 400)", "sent")


def test_classes_stand_where_callers_look_for_them() -> None:
    assert issubclass(ringback.InvalidArgumentError, ValueError)
    assert issubclass(ringback.TimedOutError, (ringback.TransportError, TimeoutError))
    said_no = ("Authentication", "PermissionDenied", "NotFound", "RateLimited", "Rejected", "Server")
    for name in said_no:
        assert issubclass(getattr(ringback, f"{name}Error"), ringback.ApiError)


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (400, ringback.RejectedError, "not_sent"),
        (401, ringback.AuthenticationError, "not_sent"),
        (403, ringback.PermissionDeniedError, "not_sent"),
        (404, ringback.NotFoundError, "not_sent"),
        (429, ringback.RateLimitedError, "not_sent"),
        (503, ringback.ServerError, "unknown"),
    ],
)
def test_an_answer_that_says_no_raises_with_all_its_fields(
    server: Server, status: int, kind: type[ringback.ApiError], outcome: str
) -> None:
    body = {"code": 20001, "message": "No.", "more_info": "https://example.com/20001", "details": {"a": [1]}}
    server.answers.append(Answer(status, body, {"Twilio-Request-Id": "RQ1", "Retry-After": "7"}))
    with pytest.raises(kind) as caught:
        server.client(max_retries=0).messages.create(to=TO, from_=FROM, body="a secret")
    error = caught.value
    assert (error.status, error.code, error.message, error.outcome) == (status, 20001, "No.", outcome)
    assert (error.more_info, error.details, error.request_id) == ("https://example.com/20001", {"a": [1]}, "RQ1")
    assert error.retry_after == 7.0
    assert error.method == "POST"
    assert error.uri == f"/2010-04-01/Accounts/{server.client().account_sid}/Messages.json"

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(copy) is type(error)
    assert (str(copy), copy.__dict__) == (str(error), error.__dict__)


def test_no_error_holds_a_secret(server: Server) -> None:
    server.answers.append(Answer(401, {"code": 20003, "message": "Authenticate"}))
    client = server.client()
    with pytest.raises(ringback.AuthenticationError) as caught:
        client.messages.list(to="+15550001111")
    shown = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value.__dict__) + repr(client)
    assert TOKEN not in shown
    assert "15550001111" not in shown
    assert TOKEN.encode() not in pickle.dumps(caught.value)
    with pytest.raises(TypeError):
        pickle.dumps(client)


def test_a_deadline_raises_what_timeouts_are(server: Server) -> None:
    server.reply = lambda _: Answer(seconds=60)
    with pytest.raises(TimeoutError) as caught:
        server.client(timeout=0.3).messages.create(to=TO, from_=FROM, body="x")
    assert isinstance(caught.value, ringback.TimedOutError)
    assert caught.value.outcome == "unknown"


def test_a_refused_connection_was_provably_not_sent_and_has_its_cause() -> None:
    client = ringback.Client("AC1", "t", base_url="http://127.0.0.1:9", max_retries=0)
    with pytest.raises(ringback.TransportError) as caught:
        client.messages.create(to=TO, from_=FROM, body="x")
    assert caught.value.outcome == "not_sent"
    assert isinstance(caught.value.__cause__, OSError)


def test_a_yes_that_is_no_json_is_a_decode_error_of_a_sent_request(server: Server) -> None:
    server.answers.append(Answer(201, b"<html>"))
    with pytest.raises(ringback.DecodeError) as caught:
        server.client().messages.create(to=TO, from_=FROM, body="x")
    assert (caught.value.outcome, caught.value.status) == ("sent", 201)
