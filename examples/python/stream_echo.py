"""Echoes a call over its media stream, with FastAPI.

Where Twilio reaches this program as ``https://example.com``, the voice webhook of the number is
``https://example.com/voice``, and the program is run by::

    PUBLIC_URL=https://example.com TWILIO_AUTH_TOKEN=... uvicorn --app-dir examples/python stream_echo:app
"""

import os
from collections.abc import Iterator

from fastapi import FastAPI, Request, Response, WebSocket

from ringback import RequestValidator, VoiceResponse, streams
from ringback.streams import media

PUBLIC_URL = os.environ["PUBLIC_URL"].rstrip("/")
SECOND = 50  # the pieces of audio in a second

app = FastAPI()
validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])


@app.post("/voice")
async def voice(request: Request) -> Response:
    """Answers a call by connecting it to the stream."""
    signature = request.headers.get("x-twilio-signature", "")
    if not validator.validate(f"{PUBLIC_URL}/voice", await request.body(), signature):
        return Response(status_code=403)
    response = VoiceResponse()
    response.say("Say something, and press a key to be quiet")
    response.connect().stream(url=f"{PUBLIC_URL.replace('https://', 'wss://', 1)}/stream")
    return Response(str(response), media_type="text/xml")


@app.websocket("/stream")
async def stream(websocket: WebSocket) -> None:
    """Accepts the WebSocket if it is Twilio's, and echoes the call."""
    if not streams.validate_handshake(validator, f"{PUBLIC_URL}/stream", websocket.headers):
        await websocket.close()  # before it is accepted, this is HTTP 403
        return
    await websocket.accept()
    session = media.Session()
    async for text in websocket.iter_text():
        for reply in answer(session, text):
            await websocket.send_text(reply)
        if session.is_over:
            break


def answer(session: media.Session, text: str) -> Iterator[str]:
    """What to send for a message of Twilio's."""
    match session.receive(text):
        case media.Start(call_sid=call):
            print(f"call {call} begins", flush=True)
        case media.Media(payload=audio, chunk=chunk):
            yield session.media(audio)
            if chunk % SECOND == 0:
                yield session.mark(f"second {chunk // SECOND}")
        case media.Dtmf(digit=digit):
            print(f"key {digit}", flush=True)
            yield session.clear()
        case media.Mark(name=name):
            print(f"{name} was played, {len(session.pending_marks)} to go", flush=True)
        case media.Stop():
            print(f"the call is over, {session.missed} messages were lost", flush=True)
