"""Mistakes, each with the rules of mypy and of pyright that find it."""

import ringback
from ringback import AsyncClient, Client, VoiceResponse
from ringback.rest.api.v2010.account.message import MessageInstance
from ringback.rest.content.v1.content import ContentList
from ringback.webhooks import IncomingMessage, parse
from ringback.streams import media, relay

client = Client()
other = AsyncClient()

client.messages.create(to="+1", boddy="x")  # call-arg, reportCallIssue
client.messages.create(body="x")  # call-arg, reportCallIssue
client.messages.create(to=1)  # arg-type, reportArgumentType
client.messages.create("+1", media_url=1)  # arg-type, reportArgumentType
client.messages.list(limit="3")  # arg-type, reportArgumentType
client.messages(1)  # arg-type, reportArgumentType
client.messages()  # call-arg, reportCallIssue
client.mesages  # attr-defined, reportAttributeAccessIssue
client.verify.v3  # attr-defined, reportAttributeAccessIssue
client.messages.kreate("+1")  # attr-defined, reportAttributeAccessIssue
client.messages.create(to="+1").sidd  # attr-defined, reportAttributeAccessIssue
client.calls("CA1").update(status=MessageInstance.Status.SENT)  # arg-type, reportArgumentType
client.calls("CA1").update(status=3)  # arg-type, reportArgumentType
client.messages.create_with_http_info(body="x")  # call-arg, reportCallIssue
client.messages.create_with_http_info("+1", boddy="x")  # call-arg, reportCallIssue
client.messages.create_with_http_info("+1").sid  # attr-defined, reportAttributeAccessIssue
client.calls("CA1").update_with_http_info(status=MessageInstance.Status.SENT)  # arg-type, reportArgumentType
client.messages.create_many([], concurrency="8")  # arg-type, reportArgumentType
client.messages.create_many({1})  # arg-type, reportArgumentType
client.messages.create_many([])[0].sid  # union-attr, reportAttributeAccessIssue
client.messages.create_async("+1").sid  # attr-defined, reportAttributeAccessIssue
client.messages("SM1").fetch().update(boddy="x")  # call-arg, reportCallIssue
IncomingMessage.from_params({}).boddy  # attr-defined, reportAttributeAccessIssue
IncomingMessage.from_params(3)  # arg-type, reportArgumentType
IncomingMessage(body="x")  # call-arg, reportCallIssue
parse({}).message_sid  # union-attr, reportAttributeAccessIssue
client.insights.v2.inbound()  # call-arg, reportCallIssue
client.insights.v2.inbound.create()  # attr-defined, reportAttributeAccessIssue
client.content.v1.contents.create(3)  # arg-type, reportArgumentType
ContentList.TwilioText({"body": "hello"}).boddy  # attr-defined, reportAttributeAccessIssue
ContentList.TwilioText({"body": "hello"}).body = 3  # assignment, reportAttributeAccessIssue
other.messages.create("+1").sid  # attr-defined, reportAttributeAccessIssue
other.messages.create_async("+1")  # attr-defined, reportAttributeAccessIssue
ringback.text.Segments(1)  # arg-type, reportArgumentType
ringback.text.Address("a").kind = "fax"  # assignment, reportAttributeAccessIssue
Client("AC1", timeout="soon")  # call-overload, reportCallIssue
VoiceResponse().sey("x")  # attr-defined, reportAttributeAccessIssue
media.parse(7)  # arg-type, reportArgumentType
media.Session().media("text")  # arg-type, reportArgumentType
media.parse("").payload  # union-attr, reportAttributeAccessIssue
relay.text("x", "de-DE")  # call-arg, reportCallIssue
