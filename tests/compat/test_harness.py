"""The comparison itself notices what it is there for."""

from __future__ import annotations

from typing import Any

import pytest

import whole
from compare import Call, Package, differences
from recorder import Answer
from walk import Place, Step


def call(verb: str = "create", **options: Any) -> Call:
    """Give a call of the messages."""
    from twilio.rest.api.v2010.account.message import MessageList

    place = Place((Step("api"), Step("v2010"), Step("account"), Step("messages")), MessageList)
    said = whole.reply(place, verb, 0, "https://api.twilio.com")
    return Call(place, verb, answers=options.pop("answers", said), **options)


def test_the_official_package_equals_itself() -> None:
    for one in (call(), call("list"), call("page", form="_async"), call("stream", form="_with_http_info")):
        assert not list(differences(one, whole.official().run(one), whole.official().run(one)))


@pytest.mark.parametrize("part", ["method", "url", "params", "data", "headers", "auth", "timeout", "allow_redirects"])
def test_an_altered_request_is_noticed(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = call()
    altered = whole.official()
    note = altered.recorders[False].note

    def alter(*args: Any, **kwargs: Any) -> Answer:
        answer = note(*args, **kwargs)
        request = altered.recorders[False].requests[-1]
        value = getattr(request, part)
        setattr(request, part, {**value, "X": "1"} if isinstance(value, dict) else ["altered"])
        return answer

    monkeypatch.setattr(altered.recorders[False], "note", alter)
    found = list(differences(one, whole.official().run(one), altered.run(one)))
    assert [difference.what.startswith(f"requests.0.{part}") for difference in found] == [True]


def test_an_altered_result_is_noticed() -> None:
    one = call()
    other = call(answers=(Answer.of({"sid": "SM1", "num_media": 0}, 201),))
    found = {difference.what for difference in differences(one, whole.official().run(one), whole.official().run(other))}
    assert {"result.sid", "result.num_media", "result.repr"} <= found


def test_a_request_that_is_not_made_is_noticed() -> None:
    class Silent(Package):
        def invoke(self, call: Call) -> Any:  # noqa: ARG002 - the call is not made
            return None

    one = call()
    silent = Silent("silent", lambda _recorder: whole.official().clients[False])
    assert {"requests", "result"} <= {
        difference.what for difference in differences(one, whole.official().run(one), silent.run(one))
    }


def test_truth_is_not_one_and_numbers_are_not_text() -> None:
    one = call()
    for left, right in ((True, 1), ("1", 1), (None, ""), ([1], [1, 2]), ({"a": 1}, {})):
        assert list(differences(one, {"result": left}, {"result": right})), (left, right)
