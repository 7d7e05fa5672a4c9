"""A program that is right, to the last type."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from typing_extensions import assert_type

import ringback
from ringback import AsyncClient, Client, VoiceResponse
from ringback.rest.api.v2010.account.call import CallInstance
from ringback.rest.api.v2010.account.message import AsyncMessageInstance, MessageContext, MessageInstance, MessagePage
from ringback.rest.content.v1.content import ContentList
from ringback.webhooks import IncomingMessage, JsonText, Media, MessageLadder, MessageState, MessageStatus, parse
from ringback.streams import decode_mulaw, media, relay, validate_handshake

client = Client("AC1", "t", timeout=3)
message = client.messages.create("+1", from_="+2", body="x", media_url=["a"], send_at=datetime.now())
assert_type(message, MessageInstance)
sid: str = message.sid
same: bool = message.status == "queued" or message.status is message.Status.SENT
same = MessageInstance.Status.QUEUED == "queued"
text: str = MessageInstance.Status.QUEUED
assert_type(client.messages(sid), MessageContext)
client.messages(sid).media.list(limit=3)
client.calls.create(to="+1", from_="+2", twiml=VoiceResponse())
client.calls("CA1").update(status="completed")
client.calls("CA1").update(status=CallInstance.UpdateStatus.COMPLETED)
client.messages.list(date_sent_after=None, to=None, limit=None)

assert_type(ringback.text.Segments("x").unencodable[0].look_alike, str | None)
assert_type(ringback.text.message_prices(client, "US").estimate("x").lowest, Decimal)
assert_type(ringback.text.e164("+1"), str)

# short names, and the ways to the client's own account
client.verify.v2.services("VA1").verifications.create(to="+1", channel="sms")
client.verify.services("VA1").verification_checks.create(code="123456", to="+1")
client.api.v2010.account.messages.create("+1")
client.api.account.messages.create("+1")
client.api.messages.create("+1")
client.api.v2010.accounts("AC2").messages.create("+1")

# a resource whose path begins with a parameter
client.insights.v2.inbound("R1").create()

# webhooks
payload = parse({"MessageSid": "SM1", "MessageStatus": "sent"})
if isinstance(payload, MessageStatus):
    assert_type(payload.message_status, MessageState | str)
    assert_type(MessageLadder().climb(payload.message_sid, payload.message_status) == "late", bool)
incoming = IncomingMessage.from_params([("MessageSid", "SM1")])
assert_type(incoming, IncomingMessage)
assert_type(incoming.media, tuple[Media, ...])
assert_type(incoming.num_media, int | None)
assert_type(incoming.channel_metadata, JsonText | None)
written: str = incoming.body

# the other forms
answer = client.messages.create_with_http_info("+1")
assert_type(answer.data, MessageInstance)
assert_type(answer.status_code, int)
headers: Mapping[str, str] = answer.headers
assert_type(client.messages.page(), MessagePage)
assert_type(client.messages.list_with_http_info().data, list[MessageInstance])
assert_type(client.messages(sid).delete_with_http_info().data, bool)
records, status, headers = client.messages.stream_with_http_info()
assert_type(next(records), MessageInstance)
for one in client.messages.stream(limit=3):
    one.update(body="").delete()
    assert_type(one.update_with_http_info(body="").data, MessageInstance)

# JSON bodies: models, models in models, and plain mappings
body = ContentList.TwilioText({"body": "hello"})
body.body = "hi"
content = ContentList.ContentCreateRequest({"language": "en", "types": ContentList.Types({"twilio/text": body})})
client.content.v1.contents.create(content)
client.content.v1.contents.create({"language": "en", "types": {"twilio/text": {"body": "hello"}}})

try:
    client.messages(sid).fetch()
except ringback.NotFoundError as error:
    print(error.code, error.operation)


def send(requests: list[dict[str, str]]) -> None:
    """Send many at once."""
    for result in client.messages.create_many(requests, concurrency=8, per_second=2.5, ordered=False, progress=True):
        if isinstance(result, ringback.RingbackError):
            print(result.outcome)
        else:
            assert_type(result, MessageInstance)
    client.calls.create_many(iter(requests), progress=lambda done, total: print(done, total)).stop()


async def wait() -> None:
    """Await what can be awaited."""
    made = await client.messages.create_async("+1")
    assert_type(made, MessageInstance)
    await made.delete_async()
    assert_type((await made.fetch_with_http_info_async()).data, MessageInstance)
    async for one in await client.messages.stream_async():
        assert_type(one, MessageInstance)
    page = await client.messages.page_async()
    assert_type(await page.next_page_async(), MessagePage | None)
    await asyncio.gather(client.messages.create_async("+1"), client.messages.create_async("+2"))
    async with AsyncClient() as other:
        assert_type(await ringback.text.message_prices(other, "US"), ringback.text.MessagePrices)
        assert_type(await other.messages.create("+1"), AsyncMessageInstance)
        assert_type((await other.messages.create_with_http_info("+1")).data, AsyncMessageInstance)
        assert_type(await other.messages.list(), list[AsyncMessageInstance])
        assert_type(await other.messages.create_many([]), list[AsyncMessageInstance | ringback.RingbackError])
        async for result in other.messages.create_many([]):
            assert_type(result, AsyncMessageInstance | ringback.RingbackError)
        async for record in other.messages.stream(limit=3):
            await record.update(body="")
            await record.update_with_http_info(body="")
        records, _, _ = await other.messages.stream_with_http_info()
        async for record in records:
            assert_type(record, AsyncMessageInstance)


def talk(session: media.Session, said: str, headers: Mapping[str, str]) -> list[str]:
    """Answer what a caller says."""
    assert_type(validate_handshake(ringback.RequestValidator("t"), "wss://example.com", headers), bool)
    validate_handshake(ringback.RequestValidator("t"), "wss://example.com", [(b"host", b"example.com")])
    match session.receive(said):
        case media.Start(custom_parameters=parameters, media_format=form):
            assert_type(parameters, dict[str, str])
            assert_type(form.sample_rate, int)
        case media.Media(payload=audio):
            assert_type(decode_mulaw(audio), bytes)
            return [session.media(audio), session.mark("a"), *session.frames(audio)]
        case other:
            assert_type(other, media.Connected | media.Dtmf | media.Mark | media.Stop | media.Unknown)
    prompt = relay.parse(said)
    if isinstance(prompt, relay.Prompt):
        return [relay.text(prompt.voice_prompt, last=False, lang=prompt.lang), relay.end()]
    return []
