"""Measures one thing of one library and prints one number: `measure.py LIBRARY WHAT [URL] [COUNT]`."""

from __future__ import annotations

import asyncio
import resource
import sys
import time

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


def async_send(library: str, url: str, count: int) -> float:
    """Processor time of a send with 64 in flight, in microseconds each."""

    async def run() -> float:
        made = client(library, url, asynchronous=True)
        create = made.messages.create if library == "ringback" else made.messages.create_async

        async def worker(number: int) -> None:
            for _ in range(number):
                assert (await create(**MESSAGE)).sid.startswith("SM")

        before = 0.0
        for number in (count // 10, count):  # the first round opens the connections
            before = processor_microseconds()
            await asyncio.gather(*(worker(number // IN_FLIGHT) for _ in range(IN_FLIGHT)))
        spent = (processor_microseconds() - before) / (count // IN_FLIGHT * IN_FLIGHT)
        if library == "ringback":
            await made.close()
        else:
            await made.http_client.close()
        return spent

    return asyncio.run(run())


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
        "signature": signature,
        "twiml": twiml,
        "start": start,
        "memory": memory,
        "attributes": attributes,
        "message": message,
        "products": products,
    }
    print(measures[what](library, url, int(count)))
