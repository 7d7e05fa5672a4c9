"""Sends one text to many numbers at once: ``send_many.py FROM BODY TO...``, with the account in the environment."""

from __future__ import annotations

import asyncio
import sys

from ringback import AsyncClient, RingbackError

IN_FLIGHT = 64


async def main() -> None:
    """Keeps a number of sends under way, and prints what became of each."""
    from_, body, *numbers = sys.argv[1:]
    turns = asyncio.Semaphore(IN_FLIGHT)

    async def send(to: str) -> None:
        async with turns:
            try:
                message = await client.messages.create(to=to, from_=from_, body=body)
                print(to, message.sid, message.status)
            except RingbackError as error:
                print(to, error.outcome, error)

    async with AsyncClient() as client:
        await asyncio.gather(*(send(to) for to in numbers))


if __name__ == "__main__":
    asyncio.run(main())
