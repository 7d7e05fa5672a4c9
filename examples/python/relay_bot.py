"""Repeats what a caller says until the caller says goodbye, over ConversationRelay, with FastAPI.

It is run as ``stream_echo.py`` is, by ``relay_bot:app``.
"""

import json
import os
from collections.abc import Iterator

from fastapi import FastAPI, Request, Response, WebSocket

from ringback import RequestValidator, VoiceResponse, streams
from ringback.streams import relay

PUBLIC_URL = os.environ["PUBLIC_URL"].rstrip("/")

app = FastAPI()
validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])


@app.post("/voice")
async def voice(request: Request) -> Response:
    """Answers a call by connecting it to the bot."""
    signature = request.headers.get("x-twilio-signature", "")
    if not validator.validate(f"{PUBLIC_URL}/voice", await request.body(), signature):
        return Response(status_code=403)
    response = VoiceResponse()
    response.connect(action=f"{PUBLIC_URL}/done").conversation_relay(
        url=f"{PUBLIC_URL.replace('https://', 'wss://', 1)}/relay",
        welcome_greeting="Hello! I repeat what you say until you say goodbye",
        dtmf_detection=True,
    )
    return Response(str(response), media_type="text/xml")


@app.post("/done")
async def done(request: Request) -> Response:
    """Ends the call after the bot."""
    signature = request.headers.get("x-twilio-signature", "")
    if not validator.validate(f"{PUBLIC_URL}/done", await request.body(), signature):
        return Response(status_code=403)
    response = VoiceResponse()
    response.hangup()
    return Response(str(response), media_type="text/xml")


@app.websocket("/relay")
async def conversation(websocket: WebSocket) -> None:
    """Accepts the WebSocket if it is Twilio's, and talks with the caller."""
    if not streams.validate_handshake(validator, f"{PUBLIC_URL}/relay", websocket.headers):
        await websocket.close()  # before it is accepted, this is HTTP 403
        return
    await websocket.accept()
    async for message in websocket.iter_text():
        for reply in answer(relay.parse(message)):
            await websocket.send_text(reply)


def answer(message: relay.Message) -> Iterator[str]:
    """What to send for a message of Twilio's."""
    match message:
        case relay.Setup(call_sid=call, from_=caller):
            print(f"call {call} of {caller} begins", flush=True)
        case relay.Prompt(voice_prompt=words, last=True) if "goodbye" in words.lower():
            yield relay.text("Goodbye!")
            yield relay.end(json.dumps({"reason": "goodbye"}))
        case relay.Prompt(voice_prompt=words, last=True):
            yield relay.text(f"You said: {words}")
        case relay.Dtmf(digit=digit):
            yield relay.text(f"You pressed {digit}", interruptible=False)
        case relay.Interrupt(utterance_until_interrupt=heard):
            print(f"interrupted after {heard!r}", flush=True)
        case relay.Failure(description=description):
            print(f"error: {description}", flush=True)
