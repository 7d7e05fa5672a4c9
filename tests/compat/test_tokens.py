"""Tokens say what the official package's say, and each package reads the other's; names and arguments are the same."""

from __future__ import annotations

import importlib
import inspect
import itertools
import time
import warnings
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest

from compare import ACCOUNT

MODULES = (
    "jwt",
    "jwt.access_token",
    "jwt.access_token.grants",
    "jwt.client",
    "jwt.taskrouter",
    "jwt.taskrouter.capabilities",
    "jwt.validation",
    "http.validation_client",
)
SIGNING_KEY = "SK" + "1" * 32
SECRET = "a secret of an API key, which is long enough for every hash that is asked for here"
WORKSPACE = "WS" + "2" * 32
VECTORS = Path(__file__).resolve().parents[1] / "vectors"
PRIVATE = (VECTORS / "tokens_private_key.pem").read_text()
PUBLIC = (VECTORS / "tokens_public_key.pem").read_text()


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the clock stand still for both."""
    now = int(time.time())
    monkeypatch.setattr(time, "time", lambda: now + 0.75)
    return now


def both(name: str) -> tuple[Any, Any]:
    """Give a module of the official package, and ours."""
    return importlib.import_module(f"twilio.{name}"), importlib.import_module(f"ringback.twilio.{name}")


def compare(theirs: Any, ours: Any, algorithm: str = "HS256", public: str = SECRET) -> None:
    """Compare two tokens: what they say of themselves, and what others read in them."""
    assert (ours.headers, ours.payload) == (theirs.headers, theirs.payload)
    written = []
    for token in (theirs, ours):
        for ttl in (None, 60):
            found = pyjwt.decode_complete(
                token.to_jwt(ttl=ttl),
                public,
                algorithms=[algorithm],
                options={"verify_exp": False, "verify_nbf": False},
            )
            written.append((found["header"], found["payload"]))
    assert written[:2] == written[2:]
    assert written[0][1] == theirs.payload
    # each package reads what the other wrote
    for reader, text in ((theirs, ours.to_jwt()), (ours, theirs.to_jwt())):
        for given in (public, ""):
            read = type(reader).from_jwt(text, given)
            assert (read.payload, read.headers) == (theirs.payload, theirs.headers)


GRANTS: dict[str, list[dict[str, Any]]] = {
    "VoiceGrant": [
        {},
        {"incoming_allow": True},
        {"incoming_allow": False, "endpoint_id": "e"},
        {"incoming_allow": 1, "outgoing_application_sid": "AP1"},
        {"outgoing_application_params": {"a": 1}},
        {"outgoing_application_sid": "AP1", "outgoing_application_params": {}},
        {"outgoing_application_sid": "AP1", "outgoing_application_params": {"ü": ["x", None, 1.5, {"y": True}]}},
        {"push_credential_sid": "CR1", "incoming_allow": True, "outgoing_application_sid": ""},
    ],
    "VideoGrant": [{}, {"room": "kitchen"}, {"room": ""}, {"room": None}],
    "ChatGrant": [
        {},
        {"service_sid": "IS1"},
        {"endpoint_id": "e", "deployment_role_sid": "RL1"},
        {"push_credential_sid": "CR1"},
    ],
    "SyncGrant": [{}, {"service_sid": "IS1"}, {"service_sid": "IS1", "endpoint_id": "e"}],
    "TaskRouterGrant": [{}, {"workspace_sid": "WS1", "worker_sid": "WK1", "role": "worker"}, {"role": ""}],
    "PlaybackGrant": [{}, {"grant": {"playbackUrl": "https://example.com", "requestCredentials": None}}],
}


def options_of(now: int) -> list[dict[str, Any]]:
    """Give arguments of an access token."""
    return [
        {},
        {"identity": "alice"},
        {"identity": 'Zoë ☎ "x"'},
        {"identity": ""},
        {"identity": 42},
        {"region": "ie1"},
        {"region": 7},
        {"ttl": 5},
        {"ttl": 10**6},
        {"valid_until": now + 7},
        {"valid_until": datetime.fromtimestamp(now + 60, timezone.utc)},
        {"nbf": None},
        {"nbf": now - 5},
        {"identity": "alice", "region": "au1", "ttl": 86_400, "nbf": now},
    ]


def with_moments(payload: dict[str, Any]) -> dict[str, Any]:
    """Write moments as a token does."""
    return {name: int(value.timestamp()) if isinstance(value, datetime) else value for name, value in payload.items()}


def test_every_grant_says_the_same() -> None:
    theirs, ours = both("jwt.access_token.grants")
    tokens = both("jwt.access_token")
    count = 0
    for name, cases in GRANTS.items():
        for arguments in cases:
            pair = getattr(theirs, name)(**arguments), getattr(ours, name)(**arguments)
            assert pair[0].key == pair[1].key
            assert pair[0].to_payload() == pair[1].to_payload(), (name, arguments)
            assert str(pair[0]) == str(pair[1])
            assert vars(pair[0]) == vars(pair[1])
            made = [
                module.AccessToken(ACCOUNT, SIGNING_KEY, SECRET, grants=[grant])
                for module, grant in zip(tokens, pair, strict=True)
            ]
            compare(*made)
            count += 1
    assert count > 20


def test_every_option_of_an_access_token_says_the_same(now: int) -> None:
    modules = both("jwt.access_token")
    grants = both("jwt.access_token.grants")
    for options in options_of(now):
        made = []
        for module, kinds in zip(modules, grants, strict=True):
            token = module.AccessToken(ACCOUNT, SIGNING_KEY, SECRET, **options)
            token.add_grant(kinds.VoiceGrant(incoming_allow=True))
            token.add_grant(kinds.ChatGrant(service_sid="IS1"))
            made.append(token)
        theirs, ours = made
        assert ours.headers == theirs.headers
        assert ours.payload == with_moments(theirs.payload), options
        read = [
            pyjwt.decode(one.to_jwt(), SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_nbf": False})
            for one in made
        ]
        assert read[0] == read[1], options
        assert {name: value for name, value in vars(ours).items() if name not in {"grants", "nbf"}} == {
            name: value for name, value in vars(theirs).items() if name not in {"grants", "nbf"}
        }


def test_sids_that_twilio_would_refuse_are_taken_as_there() -> None:
    for arguments in (("account", "key", "secret"), ("", "", "secret" * 9), ("AC1", "AC1", b"secret" * 9)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            texts = [module.AccessToken(*arguments).to_jwt() for module in both("jwt.access_token")]
            read = [
                pyjwt.decode(
                    text, arguments[2], algorithms=["HS256"], options={"verify_nbf": False, "verify_exp": False}
                )
                for text in texts
            ]
        assert read[0] == read[1]


def test_capability_tokens_say_the_same() -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("allow_client_outgoing", {"application_sid": "AP1"}),
        ("allow_client_incoming", {"client_name": "zoë & co/+*~"}),
        ("allow_event_stream", {}),
        ("allow_client_outgoing", {"application_sid": "AP1", "b": "2 &", "a": ["x", "ü*~", 3], "c": True}),
        ("allow_event_stream", {"AccountSid": "AC1", "x": "y z"}),
    ]
    count = 0
    for length in range(4):
        for chosen in itertools.permutations(steps, length):
            made = []
            for module in both("jwt.client"):
                token = module.ClientCapabilityToken(ACCOUNT, SECRET, ttl=600 * length or 3600)
                for name, arguments in chosen:
                    getattr(token, name)(**arguments)
                made.append(token)
            compare(*made)
            count += 1
    assert count > 80
    arguments = {name: dict(given) for name, given in steps[:3]}
    compare(*(module.ClientCapabilityToken(ACCOUNT, SECRET, nbf=None, **arguments) for module in both("jwt.client")))
    theirs, ours = (module.ScopeURI("a", "b", {"z": 1, "y": "ü"}) for module in both("jwt.client"))
    assert str(ours) == str(theirs)


def test_tokens_of_task_router_say_the_same() -> None:
    names = ["web_sockets", "fetch_self", "update_self", "delete_self"]
    names += [f"{verb}_subresources" for verb in ("fetch", "update", "delete")]
    worker = [
        "fetch_activities",
        "fetch_reservations",
        "fetch_worker_reservations",
        "update_activities",
        "update_reservations",
    ]
    count = 0
    for kind, sids, more in (
        ("WorkerCapabilityToken", ("WK1",), worker),
        ("TaskQueueCapabilityToken", ("WQ1",), []),
        ("WorkspaceCapabilityToken", (), []),
    ):
        known = names + more
        for given in [
            {},
            *({f"allow_{name}": allowed} for name in known for allowed in (True, False)),
            {f"allow_{name}": True for name in known},
        ]:
            made = [
                getattr(module, kind)(ACCOUNT, SECRET, WORKSPACE, *sids, ttl=777, **given)
                for module in both("jwt.taskrouter.capabilities")
            ]
            assert made[1].policies == made[0].policies
            compare(*made)
            assert str(made[1]).split()[0] == str(made[0]).split()[0]
            count += 1
        for wrong in (
            ("SK1", WORKSPACE, *sids),
            (ACCOUNT, "AC1", *sids),
            (ACCOUNT, WORKSPACE, *("XX1" for _ in sids)) if sids else ("", ""),
        ):
            for module in both("jwt.taskrouter.capabilities"):
                with pytest.raises(ValueError, match="id"):
                    getattr(module, kind)(wrong[0], SECRET, *wrong[1:])
    assert count > 40


def test_requests_are_signed_the_same() -> None:
    pytest.importorskip("cryptography")
    validation, clients = both("jwt.validation"), both("http.validation_client")
    headers = {"Authorization": "Basic x", "Host": "api.twilio.com", "X-Many": ["b", "a"]}
    for method, path, query, body, signed in (
        ("POST", "/2010-04-01/Accounts.json", "", "To=%2B1&Body=caf%C3%A9", ["authorization", "host"]),
        ("GET", "/v1/x", "b=2&a=1&a=0&c", "", ["host", "authorization"]),
        ("POST", "/v1/x", "", "é😀", ["x-many", "host", "not-there"]),
        ("DELETE", "/", "", b"bytes", []),
    ):
        made = [
            module.ClientValidationJwt(
                ACCOUNT,
                SIGNING_KEY,
                "CR1",
                PRIVATE,
                client.ValidationPayload(method, path, query, headers, signed, body),
            )
            for module, client in zip(validation, clients, strict=True)
        ]
        compare(*made, algorithm="RS256", public=PUBLIC)


def test_what_is_not_believed_there_is_not_believed_here(now: int) -> None:
    claims = {"iss": "x", "exp": now + 3600, "nbf": now}
    for claimed, key, algorithm, is_right in (
        (claims, SECRET, "HS256", True),
        (claims, SECRET[::-1], "HS256", False),
        (claims, SECRET, "HS512", False),
        (claims, None, "none", False),
        ({**claims, "exp": now}, SECRET, "HS256", False),
        ({**claims, "exp": now - 1}, SECRET, "HS256", False),
        ({**claims, "nbf": now + 3600}, SECRET, "HS256", False),
        ({**claims, "iat": now + 3600}, SECRET, "HS256", False),
        ({**claims, "aud": "you"}, SECRET, "HS256", False),
    ):
        text = pyjwt.encode(claimed, key, algorithm=algorithm)
        for name, kind in (
            ("jwt", "Jwt"),
            ("jwt.access_token", "AccessToken"),
            ("jwt.client", "ClientCapabilityToken"),
        ):
            for module, base in zip(both(name), both("jwt"), strict=True):
                if is_right:
                    assert getattr(module, kind).from_jwt(text, SECRET).payload == claimed
                    continue
                with pytest.raises(base.JwtDecodeError):
                    getattr(module, kind).from_jwt(text, SECRET)
    for wrong in ("", "a.b", "a.b.c", "é"):
        for module in both("jwt"):
            with pytest.raises(module.JwtDecodeError):
                module.Jwt.from_jwt(wrong, SECRET)


def test_a_token_without_a_key_is_read_but_never_of_another_algorithm(now: int) -> None:
    claims = {"iss": "x", "exp": now + 3600}
    text = pyjwt.encode(claims, SECRET, algorithm="HS256")
    for module in both("jwt"):
        read = module.Jwt.from_jwt(text)
        assert (read.payload, read.issuer, read.valid_until) == (claims, "x", now + 3600)
        with pytest.raises(module.JwtDecodeError):
            module.Jwt.from_jwt(pyjwt.encode(claims, None, algorithm="none"))
        read.secret_key = None
        with pytest.raises(ValueError, match="key"):
            read.to_jwt()


def test_subclasses_of_ones_own_work_the_same() -> None:
    made = []
    for module in both("jwt"):

        class Own(module.Jwt):  # type: ignore[misc, name-defined]
            ALGORITHM = "HS384"

            def _generate_payload(self) -> dict[str, Any]:
                return {"own": [1, "ü"]}

            def _generate_headers(self) -> dict[str, Any]:
                return {"cty": "own"}

        made.append(Own(SECRET, "issuer", subject="subject", ttl=900))
    compare(*made, algorithm="HS384")
    for module in both("jwt"):
        with pytest.raises(NotImplementedError):
            module.Jwt(SECRET, "issuer").to_jwt()
    for module in both("jwt.access_token"):
        with pytest.raises(NotImplementedError):
            module.AccessTokenGrant().key  # noqa: B018 - asking is what fails
        with pytest.raises(ValueError, match="AccessTokenGrant"):
            module.AccessToken(ACCOUNT, SIGNING_KEY, SECRET, grants=[object()])


def test_a_deprecated_function_warns_the_same() -> None:
    for module in both("jwt.access_token.grants"):

        @module.deprecated
        def old() -> int:
            return 7

        with pytest.warns(DeprecationWarning, match="Call to deprecated function old"):
            assert old() == 7


def test_names_and_arguments_are_the_official_ones() -> None:
    count = 0
    for name in MODULES:
        theirs, ours = both(name)
        for known, kind in vars(theirs).items():
            if not inspect.isclass(kind) or kind.__module__ != theirs.__name__:
                continue
            mine = getattr(ours, known)
            for attribute, value in vars(kind).items():
                if attribute.startswith("_") and attribute not in {
                    "__init__",
                    "_generate_payload",
                    "_generate_headers",
                    "_from_jwt",
                }:
                    continue
                assert hasattr(mine, attribute), f"{name}.{known}.{attribute}"
                if inspect.isfunction(value):
                    names = [list(inspect.signature(one).parameters) for one in (value, getattr(mine, attribute))]
                    assert names[1][: len(names[0])] == names[0], f"{name}.{known}.{attribute}"
                    count += 1
    assert count > 50
