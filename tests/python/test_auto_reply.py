"""The example that answers texts, run as a program, with the emulator as Twilio."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from frameworks import until
from ringback import Emulator

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "python" / "auto_reply.py"


def test_a_text_is_answered_and_a_forged_one_refused() -> None:
    with Emulator() as emulator:
        environment = {**os.environ, "TWILIO_AUTH_TOKEN": emulator.auth_token}
        arguments = [sys.executable, str(PROGRAM), "0"]
        with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) as program:
            try:
                assert program.stdout
                url = program.stdout.readline().split()[-1]
                client = emulator.client()
                client.incoming_phone_numbers.create(phone_number="+15557654321", sms_url=url)
                emulator.receive_message(from_="+15551234567", to="+15557654321", body="status")

                def replies() -> list[str]:
                    messages = client.messages.list(to="+15551234567")
                    return [str(message.body) for message in messages]

                until("the reply", replies)
                assert replies() == ["Order #1234 arrives at noon"]

                connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
                connection.request("POST", "/sms", "MessageSid=SM1&Body=status", {"X-Twilio-Signature": "A" * 27 + "="})
                answer = connection.getresponse()
                assert (answer.status, answer.read()) == (403, b"")
                connection.close()
            finally:
                program.terminate()
