"""Sends one text message: ``send_message.py TO FROM BODY``, with the account in the environment."""

from __future__ import annotations

import sys

from ringback import Client, RingbackError


def main() -> int:
    """Sends it and says what became of it."""
    to, from_, body = sys.argv[1:]
    with Client() as client:
        try:
            message = client.messages.create(to=to, from_=from_, body=body)
        except RingbackError as error:
            print(f"{error} (outcome: {error.outcome})", file=sys.stderr)
            return 3 if error.outcome == "unknown" else 1
    print(message.sid, message.status)
    return 0


if __name__ == "__main__":
    sys.exit(main())
