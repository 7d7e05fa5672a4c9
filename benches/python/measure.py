"""Measures one thing of one library and prints one number: `measure.py LIBRARY WHAT [URL] [COUNT]`."""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from functools import partial

SID = "AC00000000000000000000000000000001"
TOKEN = "token"
MESSAGE = {"to": "+15551234567", "from_": "+15557654321", "body": "Your order #1234 has shipped"}
IN_FLIGHT = 64
SIGNED = {
    "uri": "https://mycompany.com/myapp.php?foo=1&bar=2",
    "params": {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    },
    "signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
}


def processor_microseconds() -> float:
    """The processor time of this process, the system's share included."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e6


def client(library: str, url: str, asynchronous: bool = False):  # type: ignore[no-untyped-def]
    """A client of the library that sends to the fixed answer."""
    if library == "ringback":
        import ringback

        kind = ringback.AsyncClient if asynchronous else ringback.Client
        return kind(SID, TOKEN, base_url=url)
    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.rest import Client

    made = Client(SID, TOKEN, http_client=AsyncTwilioHttpClient() if asynchronous else None)
    made.api.base_url = url  # its own way to another host
    return made


def sync_send(library: str, url: str, count: int) -> float:
    """Processor time of one send after the other, in microseconds each."""
    messages = client(library, url).messages
    for _ in range(count // 10):
        messages.create(**MESSAGE)
    before = processor_microseconds()
    for _ in range(count):
        assert messages.create(**MESSAGE).sid.startswith("SM")
    return (processor_microseconds() - before) / count


def async_send(library: str, url: str, count: int, in_flight: int = IN_FLIGHT, rate: bool = False) -> float:
    """Processor time of a send with so many in flight, in microseconds each; or how many are sent in a second."""

    async def run() -> float:
        made = client(library, url, asynchronous=True)
        create = made.messages.create if library == "ringback" else made.messages.create_async

        async def worker(number: int) -> None:
            for _ in range(number):
                assert (await create(**MESSAGE)).sid.startswith("SM")

        before = began = 0.0
        for number in (count // 10, count):  # the first round opens the connections
            before, began = processor_microseconds(), time.perf_counter()
            await asyncio.gather(*(worker(number // in_flight) for _ in range(in_flight)))
        sent = count // in_flight * in_flight
        spent = (processor_microseconds() - before) / sent
        if rate:
            spent = sent / (time.perf_counter() - began)
        if library == "ringback":
            await made.close()
        else:
            await made.http_client.close()
        return spent

    return asyncio.run(run())


def many(library: str, url: str, count: int) -> float:
    """Processor time of a send of a batch, in microseconds; the official package has none, and sends one by one."""
    if library != "ringback":
        return sync_send(library, url, count)
    messages = client(library, url).messages
    before = 0.0
    for number in (count // 10, count):  # the first round opens the connections
        before = processor_microseconds()
        for sent in messages.create_many((MESSAGE for _ in range(number)), concurrency=IN_FLIGHT):
            assert sent.sid.startswith("SM")
    return (processor_microseconds() - before) / count


def listing(library: str, url: str, count: int) -> float:
    """Processor time to list 10,000 messages in pages of 1,000 and read a text of each, in milliseconds."""
    messages = client(library, url).messages
    before = processor_microseconds()
    for _ in range(count):
        found = messages.list(page_size=1000)
        assert len({message.sid for message in found}) == 10_000
    return (processor_microseconds() - before) / count / 1e3


def cold(library: str, url: str, processor: bool = False) -> float:
    """Time of the import, the first client and its first send, in milliseconds; a process measures it once."""
    before, began = processor_microseconds(), time.perf_counter()
    assert client(library, url).messages.create(**MESSAGE).sid.startswith("SM")
    if processor:
        return (processor_microseconds() - before) / 1e3
    return (time.perf_counter() - began) * 1e3


LAST = 10_000


def growth(library: str, url: str, count: int, memory: bool = False) -> float:
    """Processor time of each of the last 10,000 of many sends, in microseconds; or the memory after them, in MB."""
    messages = client(library, url).messages
    before = 0.0
    for number in range(count):
        if number == count - LAST:
            before = processor_microseconds()
        messages.create(**MESSAGE)
    return resident() / 1e6 if memory else (processor_microseconds() - before) / LAST


def signature(library: str, url: str, count: int) -> float:
    """Processor time of one signature check, in microseconds."""
    if library == "ringback":
        from ringback import RequestValidator
    else:
        from twilio.request_validator import RequestValidator
    validate = RequestValidator("12345").validate
    uri, params, signed = SIGNED["uri"], SIGNED["params"], SIGNED["signature"]
    assert validate(uri, params, signed)
    assert not validate(uri, params, "x" + str(signed)[1:])
    before = processor_microseconds()
    for _ in range(count):
        validate(uri, params, signed)
    return (processor_microseconds() - before) / count


def token(library: str, url: str, count: int) -> float:
    """Processor time to make and write an access token with an identity and two grants, in microseconds."""
    if library == "ringback":
        from ringback.tokens import AccessToken, ChatGrant, VoiceGrant
    else:
        from twilio.jwt.access_token import AccessToken
        from twilio.jwt.access_token.grants import ChatGrant, VoiceGrant

    def make() -> str:
        made = AccessToken(SID, "SK" + SID[2:], "an API secret of thirty-two bytes", identity="alice")
        made.add_grant(VoiceGrant(incoming_allow=True, outgoing_application_sid="AP" + SID[2:]))
        made.add_grant(ChatGrant(service_sid="IS" + SID[2:]))
        return made.to_jwt()

    assert make().count(".") == 2
    before = processor_microseconds()
    for _ in range(count):
        make()
    return (processor_microseconds() - before) / count


def twiml(library: str, url: str, count: int) -> float:
    """Processor time to build and render the menu of a phone system, in microseconds."""
    if library == "ringback":
        from ringback import VoiceResponse
    else:
        from twilio.twiml.voice_response import VoiceResponse

    def menu() -> str:
        response = VoiceResponse()
        response.say("Welcome to the bakery.", voice="alice", language="en-GB")
        gather = response.gather(num_digits=1, action="/menu", timeout=5)
        gather.say("For opening hours, press 1.")
        gather.say("To order, press 2.")
        gather.pause(length=1)
        response.say("We did not hear you.")
        response.redirect("/voice")
        return str(response)

    assert menu().endswith("</Response>")
    before = processor_microseconds()
    for _ in range(count):
        menu()
    return (processor_microseconds() - before) / count


def start(library: str, url: str, count: int) -> float:
    """Wall time of the import and the first client, in milliseconds; a process measures it once."""
    before = time.perf_counter()
    made = client(library, url)
    assert made.messages is not None
    return (time.perf_counter() - before) * 1e3


def memory(library: str, url: str, count: int) -> float:
    """What the import and the first client add to the process, in MB."""
    before = resident()
    made = client(library, url)
    assert made.messages is not None
    return (resident() - before) / 1e6


ATTRIBUTES = ("sid", "status", "to", "date_created", "num_segments")


def attributes(library: str, url: str, count: int) -> float:
    """Processor time to read an attribute of a message that was read before, in microseconds."""
    message = client(library, url).messages.create(**MESSAGE)
    for name in ATTRIBUTES:
        getattr(message, name)
    before = processor_microseconds()
    for _ in range(count):
        for name in ATTRIBUTES:
            getattr(message, name)
    return (processor_microseconds() - before) / (count * len(ATTRIBUTES))


def message(library: str, url: str, count: int) -> float:
    """Processor time to send a message and read five attributes of it for the first time, in microseconds."""
    messages = client(library, url).messages
    for _ in range(count // 10):
        messages.create(**MESSAGE)
    before = processor_microseconds()
    for _ in range(count):
        sent = messages.create(**MESSAGE)
        for name in ATTRIBUTES:
            getattr(sent, name)
    return (processor_microseconds() - before) / count


PRODUCTS = (
    "conversations",
    "intelligence",
    "lookups",
    "messaging",
    "numbers",
    "studio",
    "sync",
    "taskrouter",
    "verify",
)


def products(library: str, url: str, count: int) -> float:
    """Wall time of the first list of each of nine products, in milliseconds; a process measures it once."""
    made = client(library, url)
    lists = {
        "conversations": lambda: made.conversations.v1.conversations,
        "intelligence": lambda: made.intelligence.v2.transcripts,
        "lookups": lambda: made.lookups.v2.phone_numbers,
        "messaging": lambda: made.messaging.v1.services,
        "numbers": lambda: made.numbers.v2.regulatory_compliance.bundles,
        "studio": lambda: made.studio.v2.flows,
        "sync": lambda: made.sync.v1.services,
        "taskrouter": lambda: made.taskrouter.v1.workspaces,
        "verify": lambda: made.verify.v2.services,
    }
    before = time.perf_counter()
    for product in PRODUCTS:
        assert lists[product]() is not None
    return (time.perf_counter() - before) * 1e3


def resident() -> int:
    """The memory of this process that is in use, in bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    library, what, url, count = sys.argv[1:5]
    measures = {
        "sync": sync_send,
        "async": async_send,
        "many": many,
        "signature": signature,
        "token": token,
        "twiml": twiml,
        "start": start,
        "memory": memory,
        "attributes": attributes,
        "message": message,
        "products": products,
        "list": listing,
        "cold": lambda library, url, _: cold(library, url),
        "cold-processor": lambda library, url, _: cold(library, url, processor=True),
        "growth": growth,
        "growth-memory": lambda library, url, count: growth(library, url, count, memory=True),
        **{
            f"{name}-{number}": partial(async_send, in_flight=number, rate=name == "rate")
            for name in ("async", "rate")
            for number in (1, 8, 64, 256)
        },
    }
    print(measures[what](library, url, int(count)))
