"""The stream examples talk with a Twilio that is played here, and with nobody else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

import ringback
from ringback.streams import media

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.client import ClientConnection

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"
PUBLIC_URL = "https://example.com"
TOKEN = "0123456789abcdef"
LONGEST = 60.0
VALIDATOR = ringback.RequestValidator(TOKEN)
FORGED = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="


class Example:
    """An example that is served by uvicorn on a port that the system chose."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "uvicorn", "--app-dir", str(EXAMPLES), f"{name}:app", "--port", "0"]
        environment = {**os.environ, "PUBLIC_URL": PUBLIC_URL, "TWILIO_AUTH_TOKEN": TOKEN}
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: Queue[str] = Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.address = self.says(r"Uvicorn running on http://(\S+)").group(1)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def says(self, pattern: str) -> re.Match[str]:
        """Wait until it says this."""
        while True:
            found = re.search(pattern, self.lines.get(timeout=LONGEST))
            if found:
                return found

    def connect(self, path: str, signature: str | None) -> ClientConnection:
        headers = {} if signature is None else {"X-Twilio-Signature": signature}
        return connect(
            f"ws://{self.address}{path}", additional_headers=headers, open_timeout=LONGEST, proxy=None, compression=None
        )

    def post(self, path: str, signature: str, **form: str) -> str:
        request = Request(f"http://{self.address}{path}", urlencode(form).encode(), {"X-Twilio-Signature": signature})
        with urlopen(request, timeout=LONGEST) as answer:  # noqa: S310 - it is loopback
            return str(answer.read().decode())

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def echo() -> Iterator[Example]:
    example = Example("stream_echo")
    yield example
    example.stop()


@pytest.fixture(scope="module")
def bot() -> Iterator[Example]:
    example = Example("relay_bot")
    yield example
    example.stop()


def signed(path: str) -> str:
    """Sign a handshake as Twilio does."""
    return VALIDATOR.compute_signature(f"wss://example.com{path}", {})


def hear(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=LONGEST))


def test_a_call_is_echoed_from_its_beginning_to_its_end(echo: Example) -> None:
    with echo.connect("/stream", signed("/stream")) as socket:
        sent = 0

        def say(event: str, said: dict[str, Any]) -> None:
            nonlocal sent
            sent += 1
            message = {"event": event, "sequenceNumber": str(sent), event: said, "streamSid": "MZ1"}
            socket.send(json.dumps(message))

        socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        say("start", {"streamSid": "MZ1", "accountSid": "AC1", "callSid": "CA1", "tracks": ["inbound"]})
        echo.says("call CA1 begins")
        for chunk in range(1, 51):
            payload = json.loads(media.media("MZ1", bytes([chunk]) * 160))["media"]["payload"]
            say("media", {"track": "inbound", "chunk": str(chunk), "timestamp": str(chunk * 20), "payload": payload})
            assert hear(socket) == {"event": "media", "streamSid": "MZ1", "media": {"payload": payload}}
        assert hear(socket) == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "second 1"}}
        say("mark", {"name": "second 1"})
        echo.says("second 1 was played, 0 to go")
        say("dtmf", {"track": "inbound_track", "digit": "5"})
        assert hear(socket) == {"event": "clear", "streamSid": "MZ1"}
        sent += 2  # two messages get lost
        say("stop", {"accountSid": "AC1", "callSid": "CA1"})
        echo.says("the call is over, 2 messages were lost")


def test_a_conversation_is_held_until_goodbye(bot: Example) -> None:
    with bot.connect("/relay", signed("/relay/")) as socket:
        socket.send(json.dumps({"type": "setup", "sessionId": "VX1", "callSid": "CA1", "from": "+15551234567"}))
        bot.says(r"call CA1 of \+15551234567 begins")
        socket.send(json.dumps({"type": "prompt", "voicePrompt": "Where", "lang": "en-US", "last": False}))
        socket.send(json.dumps({"type": "prompt", "voicePrompt": "Where is it?", "lang": "en-US", "last": True}))
        assert hear(socket) == {"type": "text", "token": "You said: Where is it?", "last": True}
        interrupt = {"type": "interrupt", "utteranceUntilInterrupt": "You s", "durationUntilInterruptMs": "460"}
        socket.send(json.dumps(interrupt))
        bot.says("interrupted after 'You s'")
        socket.send(json.dumps({"type": "dtmf", "digit": "7"}))
        assert hear(socket) == {"type": "text", "token": "You pressed 7", "last": True, "interruptible": False}
        socket.send(json.dumps({"type": "error", "description": "no such voice"}))
        bot.says("error: no such voice")
        socket.send(json.dumps({"type": "prompt", "voicePrompt": "Goodbye then", "lang": "en-US", "last": True}))
        assert hear(socket) == {"type": "text", "token": "Goodbye!", "last": True}
        assert hear(socket) == {"type": "end", "handoffData": '{"reason": "goodbye"}'}


@pytest.mark.parametrize(("name", "path"), [("echo", "/stream"), ("bot", "/relay")])
def test_a_forged_handshake_is_refused_before_the_upgrade(name: str, path: str, request: pytest.FixtureRequest) -> None:
    example: Example = request.getfixturevalue(name)
    other_token = ringback.RequestValidator("another token").compute_signature(f"wss://example.com{path}", {})
    for signature in (None, "", FORGED, other_token, signed("/voice")):
        with pytest.raises(InvalidStatus) as refused:
            example.connect(path, signature)
        assert refused.value.response.status_code == 403
    # the control: the same handshake with the signature that is right
    with example.connect(path, signed(path)):
        pass


@pytest.mark.parametrize(
    ("name", "path", "inside"),
    [
        ("echo", "/voice", '<Connect><Stream url="wss://example.com/stream" /></Connect>'),
        ("bot", "/voice", 'url="wss://example.com/relay"'),
        ("bot", "/done", "<Hangup />"),
    ],
)
def test_a_call_is_answered_and_a_forged_one_refused(
    name: str, path: str, inside: str, request: pytest.FixtureRequest
) -> None:
    example: Example = request.getfixturevalue(name)
    form = {"CallSid": "CA1", "From": "+15551234567"}
    assert inside in example.post(path, VALIDATOR.compute_signature(PUBLIC_URL + path, form), **form)
    with pytest.raises(HTTPError) as refused:
        example.post(path, FORGED, **form)
    assert refused.value.code == 403
    refused.value.close()
