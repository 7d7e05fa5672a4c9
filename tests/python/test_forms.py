"""The forms of a method: with the status and headers, awaited from a client that waits, and both."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

import ringback
from conftest import ACCOUNT, Answer, Request, Server, message
from ringback.rest.api.v2010.account.message import AsyncMessageInstance, MessageInstance, MessagePage

HEADERS = {"Twilio-Request-Id": "RQ1"}


def reply(request: Request) -> Answer:
    """Answer a list of two pages, and one message for everything else."""
    if request.method == "DELETE":
        return Answer(204, b"", HEADERS)
    if request.method == "GET" and request.path.endswith("Messages.json"):
        last = "Page" in request.query
        uri = None if last else f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=2&Page=1"
        page = {"messages": [message(sid="SM1"), message(sid="SM2")], "next_page_uri": uri}
        return Answer(200, page, {"Twilio-Request-Id": "RQ2" if last else "RQ1"})
    return Answer(201, message(), HEADERS)


@pytest.fixture
def client(server: Server) -> ringback.Client:
    server.reply = reply
    return server.client()


def check(answer: Any, status: int, data: type) -> Any:
    assert type(answer) is ringback.ApiResponse
    assert (answer.status_code, type(answer.data)) == (status, data)
    assert answer.headers["Twilio-Request-Id"] == answer.headers["twilio-request-id"] == "RQ1"
    assert "TWILIO-REQUEST-ID" in answer.headers
    assert answer.headers.get("nothing") is None
    assert repr(answer) == f"ApiResponse(status_code={status}, data={data.__name__})"
    assert str(answer) == f"<ApiResponse [{status}] with {data.__name__}>"
    return answer.data


def test_a_waiting_client_tells_status_and_headers(client: ringback.Client) -> None:
    check(client.messages.create_with_http_info("+1"), 201, MessageInstance)
    instance = check(client.messages("SM1").fetch_with_http_info(), 201, MessageInstance)
    check(instance.update_with_http_info(body=""), 201, MessageInstance)
    assert check(instance.delete_with_http_info(), 204, bool) is True
    assert len(check(client.messages.list_with_http_info(), 200, list)) == 4
    page = check(client.messages.page_with_http_info(), 200, MessagePage)
    assert [one.sid for one in page] == ["SM1", "SM2"]
    records, status, headers = client.messages.stream_with_http_info(limit=3)
    assert ([one.sid for one in records], status, headers["twilio-request-id"]) == (["SM1", "SM2", "SM1"], 200, "RQ1")


async def test_a_waiting_client_can_be_awaited_too(client: ringback.Client) -> None:
    created = await client.messages.create_async("+1")
    assert type(created) is MessageInstance
    assert type(await created.fetch_async()) is MessageInstance
    assert await created.delete_async() is True
    assert check(await created.delete_with_http_info_async(), 204, bool)
    check(await client.messages.create_with_http_info_async("+1"), 201, MessageInstance)
    assert [one.sid for one in await client.messages.list_async(limit=3)] == ["SM1", "SM2", "SM1"]
    assert [one.sid async for one in await client.messages.stream_async()] == ["SM1", "SM2", "SM1", "SM2"]
    assert len(check(await client.messages.list_with_http_info_async(), 200, list)) == 4
    check(await client.messages.page_with_http_info_async(), 200, MessagePage)
    records, status, headers = await client.messages.stream_with_http_info_async(limit=1)
    assert ([one.sid async for one in records], status, headers["twilio-request-id"]) == (["SM1"], 200, "RQ1")
    both = await asyncio.gather(*[asyncio.create_task(client.messages.create_async("+1")) for _ in range(2)])
    assert [one.sid for one in both] == ["SM" + "b" * 32] * 2


async def test_pages_lead_to_those_beside_them_in_both_ways(client: ringback.Client) -> None:
    page = client.messages.page()
    assert page.next_page_url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=2&Page=1"
    assert page.previous_page_url is None
    assert page.previous_page() is None
    assert await page.previous_page_async() is None
    waited, awaited = page.next_page(), await page.next_page_async()
    assert waited is not None
    assert awaited is not None
    assert [one.sid for one in waited] == [one.sid for one in awaited] == ["SM1", "SM2"]
    assert waited.next_page() is None
    assert type(client.messages.get_page(page.next_page_url)) is MessagePage
    assert type(await client.messages.get_page_async(page.next_page_url)) is MessagePage


async def test_an_awaiting_client_tells_status_and_headers(server: Server) -> None:
    server.reply = reply
    client = server.async_client()
    instance = check(await client.messages.create_with_http_info("+1"), 201, AsyncMessageInstance)
    check(await instance.fetch_with_http_info(), 201, AsyncMessageInstance)
    assert len(check(await client.messages.list_with_http_info(), 200, list)) == 4
    records, status, _ = await client.messages.stream_with_http_info(limit=3)
    assert ([one.sid async for one in records], status) == (["SM1", "SM2", "SM1"], 200)


def test_a_delete_gives_the_body_that_is_answered(server: Server) -> None:
    server.answers.append(Answer(202, {"statusUrl": "/v1/Operations/1"}))
    answer: Any = server.client().messages("SM1").delete()
    assert answer == {"statusUrl": "/v1/Operations/1"}


async def test_an_error_is_the_same_in_every_form(server: Server) -> None:
    server.reply = lambda _: Answer(404, {"code": 20404, "message": "no such message"})
    context: Any = server.client().messages("SM1")
    for name in ("fetch", "fetch_async", "fetch_with_http_info", "fetch_with_http_info_async"):

        async def call(name: str = name) -> None:
            answer = getattr(context, name)()
            assert not inspect.isawaitable(answer) or await answer

        with pytest.raises(ringback.NotFoundError, match="no such message") as caught:
            await call()
        assert caught.value.operation == "api.v2010.accounts.messages.fetch"


def test_a_closed_client_is_closed_in_both_ways(server: Server) -> None:
    client = server.client()
    asyncio.run(client.messages("SM1").fetch_async())
    client.close()
    with pytest.raises(ringback.ConfigurationError, match="closed"):
        client.messages("SM1").fetch()
    with pytest.raises(ringback.ConfigurationError, match="closed"):
        asyncio.run(client.messages("SM1").fetch_async())


async def test_a_list_of_the_newer_standard_is_walked_by_tokens(server: Server) -> None:
    def reply(request: Request) -> Answer:
        is_last = "pageToken" in request.query
        meta = {
            "key": "observations",
            "nextToken": None if is_last else "T2",
            "previousToken": "T1" if is_last else None,
        }
        return Answer(200, {"meta": meta, "observations": [{"id": "O1"}, {"id": "O2"}]})

    server.reply = reply
    observations: Any = server.client().memory.v1.observations("S1", "P1")
    assert [one.id for one in observations.list(source="x", limit=3)] == ["O1", "O2", "O1"]
    assert [request.query for request in server.requests] == [
        {"source": ["x"], "pageSize": ["3"]},
        {"source": ["x"], "pageSize": ["3"], "pageToken": ["T2"]},
    ]
    assert len([one async for one in await observations.stream_async(page_size=2)]) == 4
    page = observations.page(page_size=2, page_token="T2")
    assert page.next_page() is None
    assert page.previous_page_url.startswith("https://memory.twilio.com/v1/Stores/S1/Profiles/P1/Observations?")
    assert len(list(page.previous_page())) == 2
    assert server.requests[-1].query == {"pageSize": ["2"], "pageToken": ["T1"]}
    observations.page(page_size=5000)
    assert server.requests[-1].query == {"pageSize": ["1000"]}
