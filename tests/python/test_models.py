"""JSON bodies: models, models in models, and what is made of plain dicts."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from ringback.rest.api.v2010.account.message import MessageInstance
from ringback.rest.content.v1.content import ContentContext, ContentInstance, ContentList

if TYPE_CHECKING:
    from conftest import Server

TEXT = {"twilio/text": {"body": "hello"}}


def sent(server: Server) -> Any:
    request = server.requests[-1]
    assert request.headers["content-type"] == "application/json"
    return json.loads(request.body)


def test_a_model_holds_the_fields_of_its_json_as_attributes(server: Server) -> None:
    types = ContentList.Types({"twilio/text": ContentList.TwilioText({"body": "hello"})})
    content = ContentList.ContentCreateRequest({"friendly_name": "greeting", "types": types})
    assert (content.friendly_name, content.language) == ("greeting", None)
    assert isinstance(content.types, ContentList.Types)
    assert types.to_dict()["twilio/text"] == {"body": "hello"}
    content.language = "en"
    server.client().content.v1.contents.create(content)
    assert sent(server) == {"friendly_name": "greeting", "language": "en", "types": TEXT}
    assert repr(ContentList.TwilioText({"body": "x"})) == "ContentList.TwilioText({'body': 'x'})"
    assert pickle.loads(pickle.dumps(types)).to_dict() == types.to_dict()  # noqa: S301 - our own


def test_list_context_and_instance_have_the_same_models() -> None:
    assert ContentList.Types is ContentContext.Types is ContentInstance.Types
    assert ContentList.Types.__module__ == "ringback.rest.content.v1.content"


def test_a_list_of_models_and_a_dict_in_a_model_are_written(server: Server) -> None:
    item = ContentList.ListItem({"id": "1", "item": "one"})
    picker: Any = ContentList.TwilioListPicker({"body": "choose", "items": [item, {"id": "2", "item": None}]})
    server.client().content.v1.contents("HX1").update({"types": {"twilio/list-picker": picker}})
    wanted = {"body": "choose", "items": [{"id": "1", "item": "one"}, {"id": "2"}]}
    assert sent(server) == {"types": {"twilio/list-picker": wanted}}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"language": "en", "types": TEXT}, {"language": "en", "types": TEXT}),
        ({"language": None, "types": {"a": [None, 1, {"b": None}]}}, {"types": {"a": [1, {}]}}),
        ({}, {}),
    ],
)
def test_a_plain_dict_is_written_without_none(server: Server, given: Any, wanted: Any) -> None:
    server.client().content.v1.contents.create(content_create_request=given)
    assert sent(server) == wanted


def test_a_body_without_a_model_takes_any_json(server: Server) -> None:
    client: Any = server.client()
    for given in ({"a": [1, "b", True]}, [1, 2]):
        client.taskrouter.v1.workspaces("WS1").task_queues.bulk_real_time_statistics.create(body=given)
        assert sent(server) == given


def test_a_value_of_another_enum_is_refused(server: Server) -> None:
    calls: Any = server.client().calls
    for status in (calls("CA1").fetch().UpdateStatus.COMPLETED, "completed", MessageInstance.Status.CANCELED):
        calls("CA1").update(status=status)
    with pytest.raises(ringback.InvalidArgumentError, match=r"Status takes a value of UpdateStatus, not of .*Status"):
        calls("CA1").update(status=MessageInstance.Status.DELIVERED)
    calls("CA1").update(status="whatever-is-new")
    assert server.requests[-1].form == {"Status": ["whatever-is-new"]}


@pytest.mark.parametrize("bad", ["", ".", "..", "a\nb", "\ud800", "a/b", "a?b", "a#b", "100%"])
def test_a_bad_identifier_is_refused_before_anything_is_sent(server: Server, bad: str) -> None:
    with pytest.raises(ringback.InvalidArgumentError):
        server.client().messages(bad).fetch()
    assert server.requests == []


def test_the_nearest_name_is_told_for_a_misspelt_one(server: Server) -> None:
    client: Any = server.client()
    for place, name, near in (
        (client, "mesages", "messages"),
        (client.verify.v2, "servises", "services"),
        (client.messages, "creat", "create"),
        (client.messages("SM1"), "medias", "media"),
        (client.messages("SM1").fetch(), "date_creatd", "date_created"),
    ):
        with pytest.raises(AttributeError, match=f"Did you mean '{near}'"):
            getattr(place, name)
