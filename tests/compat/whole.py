"""Calls every operation of the official package and of ours, side by side, and counts what is equal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import accepted
import answers
import walk
from compare import ACCOUNT, TOKEN, Call, Difference, Package, differences
from recorder import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recorder import Recorder
    from walk import Place

STYLES = ("plain", "odd", "text", "none")
TURNS = 7


@dataclass
class Comparison:
    """What was compared, and what differs."""

    calls: Counter[str] = field(default_factory=Counter)
    """How many calls each package made."""
    meant: int = 0
    """How many of them differ as they are meant to."""
    examples: int = 0
    """How many examples of the specification were read."""
    places: int = 0
    operations: int = 0
    unexpected: list[Difference] = field(default_factory=list)

    def rate(self) -> float:
        """The part of the calls that are equal."""
        return 1 - (self.meant + len({difference.call for difference in self.unexpected})) / sum(self.calls.values())

    def check(self, package: Package, call: Call, official: dict[str, Any], ours: dict[str, Any]) -> None:
        """Take one call of both."""
        self.calls[package.name] += 1
        differs = False
        for difference in differences(call, official, ours):
            differs = True
            reason = accepted.reason(call, official, difference)
            if reason:
                reason.seen += 1
            else:
                self.unexpected.append(Difference(f"{package.name}: {call}", *list(vars(difference).values())[1:]))
        self.meant += differs


def official() -> Package:
    """Give the official package."""
    from twilio.rest import Client

    return Package("twilio", lambda recorder: Client(ACCOUNT, TOKEN, http_client=recorder))


def drop_in() -> Package:
    """Give ours by the official names."""
    from ringback.twilio.rest import Client

    return Package("ringback.twilio", lambda recorder: Client(ACCOUNT, TOKEN, http_client=recorder))


def own() -> list[Package]:
    """Give ours by its own names, which wait or are awaited."""
    import ringback

    def waits(recorder: Recorder) -> Any:
        return ringback.Client(ACCOUNT, TOKEN, http_client=recorder)

    def awaits(recorder: Recorder) -> Any:
        return ringback.AsyncClient(ACCOUNT, TOKEN, http_client=recorder)

    return [Package("ringback", waits), Package("ringback, awaited", awaits, awaits=True)]


def reply(place: Place, verb: str, turn: int, base: str) -> tuple[Answer, ...]:
    """Make up the answer of a call."""
    if verb in {"list", "stream", "page"}:
        return tuple(answers.pages(place, turn, base))
    if verb == "delete":
        return (Answer.of(None, 204),)
    return (Answer.of(answers.made_up(place.sibling("Instance"), turn), 201 if verb == "create" else 200),)


def calls(place: Place, verb: str, turn: int, base: str) -> Iterator[Call]:
    """Give the calls of one method: every form, and every way to give its arguments."""
    said = reply(place, verb, turn, base)
    yield Call(place, verb, every=False, answers=said)
    for style in STYLES:
        yield Call(place, verb, style=style, answers=said)
    for form in walk.FORMS[1:]:
        yield Call(place, verb, form, answers=said)


def compare() -> Comparison:
    """Compare everything."""
    theirs, others = official(), own()
    ours = drop_in()
    found = Comparison()
    turn = 0
    for place in walk.places(theirs.clients[False]):
        found.places += 1
        base = place.of(theirs.clients[False])._version.domain.base_url
        for verb in place.verbs:
            found.operations += 1
            turn = (turn + 1) % TURNS
            for call in calls(place, verb, turn, base):
                expected = theirs.run(call)
                found.check(ours, call, expected, ours.run(call))
                if call.every and call.style == "plain" and not call.awaited:
                    for package in others:
                        found.check(package, call, expected, package.run(call))
            read_examples(found, theirs, ours, Call(place, verb, every=False, answers=reply(place, verb, turn, base)))
    return found


def read_examples(found: Comparison, theirs: Package, ours: Package, call: Call) -> None:
    """Compare what both packages read out of the examples of the specification."""
    theirs.run(call)
    requests = theirs.recorders[False].requests
    for answer in answers.examples(requests[0]) if requests else ():
        found.examples += 1
        # a page must not lead on for ever
        stop = Answer.of({"meta": {"key": "things"}, "things": []})
        with_example = Call(call.place, call.verb, style="example", every=False, answers=(answer, stop))
        expected = theirs.run(with_example)
        found.check(ours, with_example, expected, ours.run(with_example))
