"""The differences that are meant, each with its reason; one that no longer occurs must leave this list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from compare import Call, Difference

Outcome = dict[str, Any]

ON_THE_LIST_ONLY = (
    "assistants.v1.assistants(id-3).assistants_knowledge",
    "assistants.v1.assistants(id-3).assistants_tools",
)
LATER = {
    ("accounts.v1.secondary_auth_token()", "delete"),
    ("content.v1.contents", "create"),
    ("content.v1.contents(sid-3)", "update"),
    ("insights.v2.reports(report_id-3)", "create"),
    ("oauth.v2.token", "create"),
}
SHARED = ("insights.v2.reports", "lookups.v2.lookup_overrides", "marketplace.v1.module_data_management")


@dataclass
class Accepted:
    """A difference that is meant: why, and how it is known."""

    reason: str
    knows: Callable[[Call, Outcome, Difference], bool]
    of_examples: bool = False
    """Whether only the examples of the specification show it, which are not there in every clone."""
    seen: int = field(default=0)


def _needs_body(_call: Call, official: Outcome, _difference: Difference) -> bool:
    result = official["result"]
    return isinstance(result, dict) and "no attribute 'to_dict'" in str(result.get("text"))


def _header_of_delete(call: Call, _official: Outcome, difference: Difference) -> bool:
    return (
        call.verb == "delete" and difference.what.startswith("requests.0.headers.") and difference.official == "missing"
    )


def _created_on_the_list(call: Call, _official: Outcome, _difference: Difference) -> bool:
    return call.verb == "create" and str(call.place) in ON_THE_LIST_ONLY


def _later(call: Call, _official: Outcome, _difference: Difference) -> bool:
    return (str(call.place), call.verb) in LATER


def _no_key(_call: Call, official: Outcome, difference: Difference) -> bool:
    # its words for a page whose records it does not find; ours are in the table
    raised = official["result"]
    return difference.call.endswith("[example]") and raised == {"raises": ["TwilioException"]}


def _decimal_of_float(_call: Call, _official: Outcome, difference: Difference) -> bool:
    both = difference.official, difference.ours
    if not all(isinstance(one, str) and one.startswith("Decimal ") for one in both):
        return False
    left, right = (float(one.split("'")[1]) for one in both)
    return left == right


def _leaked(call: Call, _official: Outcome, difference: Difference) -> bool:
    return difference.ours == "str 'missing'" and str(call.place).startswith(SHARED)


def _decimal_in_model(call: Call, _official: Outcome, difference: Difference) -> bool:
    return str(call.place).endswith(".usage") and difference.what == "requests.0.data.total_submitted"


ACCEPTED = [
    Accepted(
        "a JSON body that is left out is sent as {}, where the official package fails with AttributeError", _needs_body
    ),
    Accepted(
        "the header parameters of a DELETE are sent; the official package takes them and drops them", _header_of_delete
    ),
    Accepted(
        "a create that concerns one instance is refused on the list, where its path lacks the instance",
        _created_on_the_list,
    ),
    Accepted("the operation is as later releases of the official package have it", _later),
    Accepted("records whose page does not say where they are are found by the table", _no_key, of_examples=True),
    Accepted(
        "a number that came as 44.02 is the Decimal 44.02, not that of the nearest binary fraction",
        _decimal_of_float,
        of_examples=True,
    ),
    Accepted("attributes of another resource that shares a schema do not leak in; Twilio never sends them", _leaked),
    Accepted(
        "a number in a JSON body stays as it is given; the official package makes a Decimal, which is no JSON",
        _decimal_in_model,
    ),
]


def reason(call: Call, official: Outcome, difference: Difference) -> Accepted | None:
    """Find why a difference is meant."""
    return next((accepted for accepted in ACCEPTED if accepted.knows(call, official, difference)), None)
