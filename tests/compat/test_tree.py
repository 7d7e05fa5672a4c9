"""The names are the official ones: methods, their arguments, instances, short names and modules."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import warnings
from typing import Any

import answers
import recipes
import walk
import whole
from compare import ACCOUNT, TOKEN, Call
from recorder import Answer, Recorder
from ringback.twilio.rest import Client

CHANGED = {
    "accounts.v1.auth_token_promotion.update",
    "accounts.v1.secondary_auth_token.create",
    "accounts.v1.secondary_auth_token.delete",
    "api.v2010.account.call.create",
    "api.v2010.account.call.recording.create",
    "api.v2010.account.call.transcription.create",
    "api.v2010.account.conference.participant.create",
    "api.v2010.account.message.create",
    "insights.v2.report.create",
    "oauth.v2.authorize.fetch",
    "oauth.v2.token.create",
    "studio.v2.flow.create",
    "studio.v2.flow.update",
    "verify.v2.service.new_challenge.create",
    "verify.v2.service.verification.create",
}
"""The methods whose arguments later releases of the official package have changed."""


def parameters(method: Any) -> list[tuple[str, str]]:
    """Give the arguments of a method and what kind of default each has."""
    found = []
    for name, parameter in list(inspect.signature(method).parameters.items()):
        if name == "self":
            continue
        default = parameter.default
        kind = "needed" if default is inspect.Parameter.empty else "none" if default is None else "unset"
        found.append((name, kind))
    return found


def test_every_method_takes_the_same_arguments_in_the_same_order() -> None:
    theirs, client = whole.official().clients[False], whole.drop_in().clients[False]
    count = 0
    added = set()
    for place in walk.places(theirs):
        ours = place.of(client)
        for name, method in vars(place.kind).items():
            if name.startswith("_") or not inspect.isfunction(method) or name in {"get", "get_instance"}:
                continue
            count += 1
            found, expected = parameters(getattr(ours, name, None) or (lambda: None)), parameters(method)
            if found != expected:
                verb = name.partition("_with")[0].removesuffix("_async")
                added.add(f"{place.kind.__module__.removeprefix('twilio.rest.')}.{verb}")
    # what later releases of the official package have changed, and nothing else
    assert added <= CHANGED, sorted(added - CHANGED)
    assert count > 9000


def test_every_instance_is_shown_and_leads_on_alike() -> None:
    theirs, ours = whole.official(), whole.drop_in()
    recorders = theirs.recorders[False], ours.recorders[False]
    counts = {"instances": 0, "children": 0, "calls": 0}
    for place in walk.places(theirs.clients[False]):
        kind = place.sibling("Instance")
        if str(place) == "insights.v2.reports(report_id-3)":
            continue  # later releases create one on the list
        if "fetch" not in place.verbs or not place.kind.__name__.endswith("Context") or kind is None:
            continue
        counts["instances"] += 1
        call = Call(place, "fetch", every=False, answers=(Answer.of(answers.made_up(kind, 0)),))
        for recorder in recorders:
            recorder.expect(*call.answers)
        pair = theirs.invoke(call), ours.invoke(call)
        for name in walk.properties(kind):
            counts["children"] += 1
            assert repr(getattr(pair[1], name)) == repr(getattr(pair[0], name)), f"{place}.{name}"
        for verb in set(walk.VERBS) & set(vars(kind)):
            for form in walk.FORMS:
                assert hasattr(pair[1], verb + form), f"{place}.{verb}{form}"
            requests = []
            for instance, recorder in zip(pair, recorders, strict=True):
                recorder.expect(Answer.of(None, 204) if verb == "delete" else Answer.of({"sid": "X"}))
                chosen = recipes.Recipes(getattr(kind, verb), "plain").arguments(every=True)
                keywords = {name: recipes.build(value, type(instance)) for name, value in chosen.items()}
                getattr(instance, verb)(**keywords)
                requests.append([request.shown() for request in recorder.requests])
            counts["calls"] += 1
            # what differs here as it is meant is named in accepted.py
            if verb != "delete" and not str(place).startswith(("insights.v2.reports", "content.v1.contents")):
                assert requests[0] == requests[1], f"{place}.{verb}"
    assert min(counts.values()) > 200, counts


def test_every_enum_and_model_stands_where_it_did() -> None:
    count = 0
    for place in walk.places(whole.official().clients[False]):
        module = importlib.import_module("ringback." + place.kind.__module__)
        for suffix in ("Instance", "List", "Context"):
            kind = place.sibling(suffix)
            if kind is None:
                continue
            ours = getattr(module, kind.__name__)
            for name, nested in vars(kind).items():
                if recipes.is_enum(nested):
                    count += 1
                    texts = {member: value for member, value in vars(nested).items() if member.isupper()}
                    assert {member: str(getattr(ours, name)[member]) for member in texts} == texts, f"{kind}.{name}"
    assert count > 300


def test_every_short_name_leads_to_the_same_and_warns_alike() -> None:
    from twilio.base.domain import Domain

    theirs, ours = whole.official().clients[False], whole.drop_in().clients[False]
    warned = silent = 0
    unlike = []

    def touch(client: Any, *names: str) -> tuple[str, list[str]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for name in names:
                client = getattr(client, name, None)
            shown = repr(client() if inspect.ismethod(client) else client)
        return shown, [str(warning.message) for warning in caught if warning.category is DeprecationWarning]

    for domain in walk.properties(type(theirs)):
        try:
            found = getattr(theirs, domain)
        except ImportError:
            continue
        if not isinstance(found, Domain):
            assert touch(ours, domain) == touch(theirs, domain), domain
            continue
        for name in walk.properties(type(found)):
            expected = touch(theirs, domain, name)
            found_here = touch(ours, domain, name)
            # this release of the official package warns of a short name that it then does not have
            if found_here != expected and expected[0] != "None":
                unlike.append(f"{domain}.{name}: {expected} {found_here}")
            warned += bool(expected[1])
            silent += not expected[1]
    assert not unlike, "\n".join(unlike)
    assert warned > 100
    assert silent > 40


def test_every_module_of_resources_can_be_imported_with_its_classes() -> None:
    import twilio.rest

    modules = classes = 0
    for found in pkgutil.walk_packages(twilio.rest.__path__, "twilio.rest."):
        try:
            theirs = importlib.import_module(found.name)
        except ImportError:
            continue
        if found.name.endswith("Base"):
            continue  # what the domains derive from there
        modules += 1
        ours = importlib.import_module("ringback." + found.name)
        for name, kind in vars(theirs).items():
            if inspect.isclass(kind) and kind.__module__ == found.name:
                assert getattr(ours, name).__name__ in {name, "Version", "Domain"}, f"{found.name}.{name}"
                classes += 1
    assert modules > 500
    assert classes > 1500


def test_a_page_is_followed_to_our_own_origin_only() -> None:
    recorder = Recorder()
    evil = {"next_page_url": "https://evil.example.com/2010-04-01/next.json?Page=1", "key": "messages"}
    recorder.expect(Answer.of({"meta": evil, "messages": []}), Answer.of({"messages": []}))
    client = Client(ACCOUNT, TOKEN, http_client=recorder, region="ie1", edge="dublin")
    assert client.messages.list() == []
    urls = [request.url for request in recorder.requests]
    assert urls[1] == "https://api.dublin.ie1.twilio.com/2010-04-01/next.json?Page=1"
    client.messages.get_page("https://evil.example.com/x?y=1")
    assert recorder.requests[-1].url == "https://api.dublin.ie1.twilio.com/x?y=1"


def test_a_page_is_never_larger_than_twilio_gives() -> None:
    recorder = Recorder()
    recorder.expect(Answer.of({"messages": []}))
    Client(ACCOUNT, TOKEN, http_client=recorder).messages.list(limit=5000)
    assert recorder.requests[-1].params == {"PageSize": 1000}
    Client(ACCOUNT, TOKEN, http_client=recorder).messages.page(page_size=5000)
    assert recorder.requests[-1].params == {"PageSize": 1000}


def test_an_identifier_cannot_leave_its_place_in_the_path() -> None:
    recorder = Recorder()
    recorder.expect(Answer.of({}))
    client = Client(ACCOUNT, TOKEN, http_client=recorder)
    client.sync.v1.services("a b").documents("ü^|").fetch()
    assert recorder.requests[-1].url.endswith("/v1/Services/a%20b/Documents/%C3%BC%5E%7C")
    for wrong in ("", "..", "a/b"):
        try:
            client.messages(wrong).fetch()
        except ValueError:
            continue
        raise AssertionError(wrong)
