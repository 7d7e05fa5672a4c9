"""Answers text messages with FastAPI: ``auto_reply.py [PORT]``, with the account's token in ``TWILIO_AUTH_TOKEN``.

Twilio must reach it as ``PUBLIC_URL``, such as ``https://example.com``; without one it is asked directly.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Response

from ringback import MessagingResponse
from ringback.webhooks import IncomingMessage
from ringback.webhooks.fastapi import WebhookMiddleware, webhook

app = FastAPI()


@app.post("/sms")
async def reply(message: Annotated[IncomingMessage, Depends(webhook(IncomingMessage))]) -> Response:
    """Runs for messages from Twilio only."""
    answer = MessagingResponse()
    if message.body.strip().lower() == "status":
        answer.message("Order #1234 arrives at noon")
    else:
        answer.message(f"You wrote: {message.body}")
    return Response(str(answer), media_type="text/xml")


def main() -> None:
    """Serves, and says where."""
    public_url = os.environ.get("PUBLIC_URL")
    checked = WebhookMiddleware(app, public_url=public_url) if public_url else WebhookMiddleware(app)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    config = uvicorn.Config(checked, port=port, log_level="warning")
    listener = config.bind_socket()
    listener.listen()  # what comes before the server runs waits for it
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}/sms", flush=True)
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
