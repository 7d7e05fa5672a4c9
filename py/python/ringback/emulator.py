"""A Twilio inside this process, and what the people at the other end do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ringback import _ringback
from ringback.errors import InvalidArgumentError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

__all__ = ["Emulator"]

_REFUSED = 400
_NOT_FOUND = 404


class Emulator:
    """A running emulator; `with Emulator() as emulator:` ends it."""

    def __init__(self, *, port: int = 0) -> None:
        """Start it on a loopback port that the system chooses, unless one is given."""
        self._native = _ringback.NativeEmulator(port)
        self.account_sid, self.auth_token = self._native.account

    @property
    def url(self) -> str:
        """The address that it listens on, for `base_url`."""
        return self._native.url

    def client(self, **settings: Any) -> _ringback.Client:
        """Make a client of the emulator."""
        return _ringback.Client(**self._settings(settings))

    def async_client(self, **settings: Any) -> _ringback.AsyncClient:
        """Make a client of the emulator whose calls are awaited."""
        return _ringback.AsyncClient(**self._settings(settings))

    def _settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {"account_sid": self.account_sid, "auth_token": self.auth_token, "base_url": self.url, **settings}

    def environment(self) -> dict[str, str]:
        """Give the variables that make a client without arguments use the emulator."""
        return {
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "RINGBACK_BASE_URL": self.url,
        }

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call the control surface: `control("POST", "reset")`; what is refused raises."""
        status, answer = self._native.control(method, f"/_emulator/{path}", body)
        if status >= _REFUSED:
            kind = NotFoundError if status == _NOT_FOUND else InvalidArgumentError
            raise kind(answer["error"], status=status, method=method, uri=f"/_emulator/{path}")
        return answer

    def _post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        given = {name: value for name, value in (body or {}).items() if value is not None}
        return self.control("POST", path, given)

    def reset(self) -> None:
        """Forget everything."""
        self._post("reset")

    def receive_message(
        self,
        from_: str,
        to: str,
        body: str = "",
        *,
        media_url: str | list[str] | None = None,
        profile_name: str | None = None,
    ) -> Any:
        """Let a message arrive from the outside world: the number's webhook is called, and its TwiML obeyed."""
        media = [media_url] if isinstance(media_url, str) else media_url
        return self._post(
            "messages",
            {"from": from_, "to": to, "body": body, "media_url": media, "profile_name": profile_name},
        )

    message = receive_message

    def receive_call(self, from_: str, to: str) -> Any:
        """Let a call arrive."""
        return self._post("calls", {"from": from_, "to": to})

    def _act(self, sid: str, act: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._post(f"calls/{quote(sid, safe='')}/{act}", body)

    def answer(self, sid: str) -> Any:
        """Let the person at the other end answer the call."""
        return self._act(sid, "answer")

    def busy(self, sid: str) -> Any:
        """Let the other end be busy."""
        return self._act(sid, "busy")

    def no_answer(self, sid: str) -> Any:
        """Let nobody answer."""
        return self._act(sid, "no-answer")

    def digits(self, sid: str, digits: str) -> Any:
        """Let the person press keys."""
        return self._act(sid, "digits", {"digits": digits})

    def speech(self, sid: str, text: str) -> Any:
        """Let the person say something."""
        return self._act(sid, "speech", {"text": text})

    def hangup(self, sid: str) -> Any:
        """Let the person hang up."""
        return self._act(sid, "hangup")

    def trace(self, sid: str) -> Any:
        """Give what the call did: every verb, what was heard, every request made."""
        return self.control("GET", f"calls/{quote(sid, safe='')}/trace")

    def verifications(self, to: str | None = None) -> list[dict[str, Any]]:
        """Give the open verifications with their codes."""
        found: list[dict[str, Any]] = self.control("GET", "verifications" + _query(to=to))["verifications"]
        return found

    def events(self, since: int | None = None) -> list[dict[str, Any]]:
        """Give every request, state change and webhook, in order."""
        found: list[dict[str, Any]] = self.control("GET", "events" + _query(since=since))["events"]
        return found

    def replay(self, event_id: int | str) -> Any:
        """Send a webhook again."""
        return self._post(f"events/{quote(str(event_id), safe='')}/replay")

    def advance(self, seconds: float) -> Any:
        """Move the emulator's time."""
        return self._post("clock", {"advance": seconds})

    def freeze(self, *, frozen: bool = True) -> Any:
        """Stop the emulator's time, or let it go on."""
        return self._post("clock", {"freeze": frozen})

    def faults(
        self,
        match: Mapping[str, Any],
        fault: Mapping[str, Any],
        *,
        times: int | None = None,
        probability: float | None = None,
    ) -> Any:
        """Let requests that match meet a fault."""
        return self._post(
            "faults",
            {"match": dict(match), "fault": dict(fault), "times": times, "probability": probability},
        )

    def stop(self) -> None:
        """End it; a stopped emulator stays stopped."""
        self._native.stop()

    def __enter__(self) -> Emulator:
        """Give the emulator itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def __repr__(self) -> str:
        """Say where it listens."""
        return f"<Emulator {self.url}>"


def _query(**values: object) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return "?" + urlencode(given) if given else ""
