"""The whole story in Python: an order ships, a login is confirmed, a text answered, a call made, a forger refused.

Everything is real HTTP over loopback, to the emulator inside this process: ``story.py [TO [FROM]]``.
"""

from __future__ import annotations

import http.client
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ringback import ApiError, Client, Emulator, MessagingResponse, RequestValidator, VoiceResponse

if TYPE_CHECKING:
    from ringback.rest.api.v2010.account.call import CallInstance

MENU = "Press 1 to hear where it is"
if TYPE_CHECKING:
    from collections.abc import Callable

Payload = dict[str, str]


class Shop:
    """The shop's own web server: it checks every signature before it believes anything, and answers with TwiML."""

    def __init__(self, validator: RequestValidator) -> None:
        self.validator = validator
        self.heard: list[Payload] = []
        self.news = threading.Condition()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, xml = shop.answer(self.path, body, self.headers.get("X-Twilio-Signature", ""))
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(xml)))
                self.end_headers()
                self.wfile.write(xml)

            def log_message(self, *args: object) -> None:
                """Stays quiet: the story is told by what the handlers print."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, body: bytes, signature: str) -> tuple[int, bytes]:
        """Checks a webhook first, then answers it by its path."""
        payload = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if not self.validator.validate(self.url + path, payload, signature):
            return 403, b""
        shown = [
            f"{name}={payload[name]}" for name in ("MessageStatus", "Body", "CallStatus", "Digits") if name in payload
        ]
        print(f"   ⇠ POST {path}  {' '.join(shown)}  (signature valid)")
        xml = self.twiml(path, payload)
        with self.news:
            self.heard.append(payload)
            self.news.notify_all()
        return 200, xml.encode()

    def twiml(self, path: str, payload: Payload) -> str:
        """What the shop says."""
        if path == "/sms":
            reply = MessagingResponse()
            if payload["Body"].strip().lower() == "status":
                reply.message("Order #1234 arrives at noon")
            return str(reply)
        if path == "/voice" or (path == "/menu" and payload.get("Digits") != "1"):
            voice = VoiceResponse()
            voice.say("Hello from the shop")
            voice.gather(num_digits=1, action="/menu").say(MENU)
            voice.redirect("/voice")
            return str(voice)
        if path == "/menu":
            voice = VoiceResponse()
            voice.say("It arrives at noon. Goodbye")
            voice.hangup()
            return str(voice)
        return ""

    def wait(self, **wanted: str) -> None:
        """Waits until a genuine webhook arrived that holds all of these."""

        def arrived() -> bool:
            return any(wanted.items() <= payload.items() for payload in self.heard)

        with self.news:
            if not self.news.wait_for(arrived, timeout=20):
                raise SystemExit(f"no webhook with {wanted} arrived")

    def forge(self) -> int:
        """Sends a webhook as a stranger would, who does not know the token."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        headers = {
            "X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", "/status", "MessageSid=SM1&MessageStatus=delivered", headers)
        status = connection.getresponse().status
        connection.close()
        return status


def expect(holds: bool, what: str) -> None:
    """Ends the story where it is not as it should be."""
    if not holds:
        raise SystemExit(f"not so: {what}")


def until(what: str, holds: Callable[[], bool]) -> None:
    """Looks again until something is so."""
    deadline = time.monotonic() + 20
    while not holds():
        expect(time.monotonic() < deadline, what)
        time.sleep(0.025)


def refused(code: int, attempt: Callable[[], object]) -> None:
    """Does what the service must refuse with this code."""
    try:
        attempt()
    except ApiError as error:
        print(f"   ← {error}")
        expect(error.code == code, f"the service says {code}")
    else:
        raise SystemExit("not so: the service refuses it")


class Story:
    """The client, the phone network, the shop's server, and the two numbers."""

    def __init__(self, emulator: Emulator, customer: str, number: str) -> None:
        self.emulator = emulator
        self.client: Client = emulator.client()
        self.shop = Shop(RequestValidator(emulator.auth_token))
        self.customer = customer
        self.number = number
        print(f"the emulator listens on {emulator.url}, the shop on {self.shop.url}")
        self.client.incoming_phone_numbers.create(
            phone_number=number, sms_url=f"{self.shop.url}/sms", voice_url=f"{self.shop.url}/voice"
        )

    def an_order_ships(self) -> None:
        """Text, picture, WhatsApp text and WhatsApp template, each followed to the phone."""
        print("\n1. An order ships")
        self.deliver("SMS", body="Your order #1234 has shipped")
        self.deliver("MMS", body="This is it", media_url=[f"{self.shop.url}/parcel.png"])
        # WhatsApp takes free text for a day after the person wrote
        self.emulator.receive_message(
            from_=f"whatsapp:{self.customer}", to=f"whatsapp:{self.number}", body="Where is it?"
        )
        self.deliver("WhatsApp text", "whatsapp:", body="Around the corner!")
        self.deliver("WhatsApp template", "whatsapp:", content_sid=f"HX{1:032}", content_variables='{"1":"#1234"}')

    def deliver(self, what: str, channel: str = "", **content: object) -> None:
        """Sends a message and follows its signed callbacks until it is delivered."""
        sent = {"from_": channel + self.number, "to": channel + self.customer, **content}
        print(f"   → {what}:", *(f"{name}={value}" for name, value in sent.items()))
        message = self.client.messages.create(
            to=channel + self.customer,
            from_=channel + self.number,
            status_callback=f"{self.shop.url}/status",
            **content,  # type: ignore[arg-type]
        )
        print(f"   ← {message.sid} {message.status}")
        self.shop.wait(MessageSid=str(message.sid), MessageStatus="delivered")
        message = message.fetch()
        print(f"   ← {message.sid} {message.status}")
        expect(message.status == "delivered", "the message is delivered")

    def a_login_is_confirmed(self) -> None:
        """A code goes out, a wrong one is refused, the right one approves, and then it is used up."""
        print("\n2. A login is confirmed")
        created = self.client.verify.v2.services.create(friendly_name="Shop")
        service = self.client.verify.v2.services(str(created.sid))
        started = service.verifications.create(to=self.customer, channel="sms")
        print(f"   → a code to {self.customer}\n   ← {started.status}")
        code = self.emulator.verifications(to=self.customer)[0]["code"]
        for attempt, expected in (("000000" if code != "000000" else "000001", "pending"), (code, "approved")):
            check = service.verification_checks.create(to=self.customer, code=attempt)
            print(f"   → code {attempt}\n   ← {check.status}")
            expect(check.status == expected, "the check says what it should")
        print(f"   → code {code} once more")
        refused(20404, lambda: service.verification_checks.create(to=self.customer, code=code))

    def a_text_is_answered(self) -> None:
        """The customer writes, the shop's TwiML answers, and the reply reaches the phone."""
        print('\n3. An incoming text is answered\n   → the customer writes "status"')
        self.emulator.receive_message(from_=self.customer, to=self.number, body="status")

        def replies() -> list[str]:
            messages = self.client.messages.list(to=self.customer)
            return [str(m.body) for m in messages if (m.direction, m.status) == ("outbound-reply", "delivered")]

        until("the reply reaches the phone", lambda: bool(replies()))
        print(f'   ← the phone shows "{replies()[0]}"')

    def a_call_is_made(self) -> None:
        """The phone rings, is answered, the menu is used, and the call ends by itself."""
        print("\n4. A call is made")
        call = self.client.calls.create(to=self.customer, from_=self.number, url=f"{self.shop.url}/voice")
        print(f"   → a call from {self.number} to {self.customer}\n   ← {call.sid} {call.status}")
        until("the phone rings", lambda: call.fetch().status == "ringing")
        self.emulator.answer(call.sid)
        self.shop.wait(CallSid=str(call.sid), CallStatus="in-progress")
        until("the menu is heard", lambda: any(step.get("text") == MENU for step in self.steps(call)))
        print("   → the customer presses 1")
        self.emulator.digits(call.sid, "1")
        self.shop.wait(CallSid=str(call.sid), Digits="1")
        until("the call completes", lambda: call.fetch().status == "completed")
        for step in self.steps(call):
            keys = ("kind", "verb", "status", "method", "url", "digits", "text")
            print("   ◦", *(step[key] for key in keys if step.get(key)))
        expect(bool(self.steps(call)), "the trace shows each verb")

    def steps(self, call: CallInstance) -> list[dict[str, Any]]:
        """What the call did so far."""
        trace: dict[str, list[dict[str, Any]]] = self.emulator.trace(str(call.sid))
        return trace["steps"]

    def what_is_wrong_is_refused(self) -> None:
        """A forger, a number that is none, and a wrong token."""
        print("\n5. What is wrong is refused")
        status = self.shop.forge()
        print(f"   → a forged webhook\n   ← HTTP {status}")
        expect(status == 403, "the forger is refused")
        print("   → a text to 555-123-4567")
        refused(21211, lambda: self.client.messages.create(to="555-123-4567", from_=self.number, body="hello"))
        print("   → a text with a wrong token")
        stranger = Client(self.emulator.account_sid, "not-the-token", base_url=self.emulator.url)
        refused(20003, lambda: stranger.messages.create(to=self.customer, from_=self.number, body="hello"))


def main() -> None:
    """Tells the story from beginning to end."""
    customer, number = [*sys.argv[1:], None, None][:2]
    with Emulator() as emulator:
        story = Story(
            emulator,
            customer or os.environ.get("RINGBACK_DEMO_TO") or "+15551234567",
            number or os.environ.get("RINGBACK_DEMO_FROM") or "+15557654321",
        )
        story.an_order_ships()
        story.a_login_is_confirmed()
        story.a_text_is_answered()
        story.a_call_is_made()
        story.what_is_wrong_is_refused()


if __name__ == "__main__":
    main()
