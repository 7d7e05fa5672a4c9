"""Tokens: what they say as the vectors say it, who believes them, and requests that are signed on their way out."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt as pyjwt
import pytest

import ringback
from ringback import _ringback, tokens
from ringback.tokens import AccessToken, ChatGrant, ClientValidation, VideoGrant, VoiceGrant

if TYPE_CHECKING:
    from collections.abc import Iterator

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
TOKENS = json.loads((VECTORS / "tokens.json").read_text())
PRIVATE = (VECTORS / "tokens_private_key.pem").read_text()
PUBLIC = (VECTORS / "tokens_public_key.pem").read_text()
NOW = TOKENS["now"]
SECRET = TOKENS["secret"]
HIDDEN = "hunter2" * 10
"""As long as other libraries want it for every hash."""
GRANTS: dict[str, Any] = {
    "voice": tokens.VoiceGrant,
    "video": tokens.VideoGrant,
    "chat": tokens.ChatGrant,
    "data_sync": tokens.SyncGrant,
    "task_router": tokens.TaskRouterGrant,
    "player": tokens.PlaybackGrant,
}


def by_id(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", TOKENS[name], ids=lambda case: case["id"])


@pytest.fixture
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be the moment of the vectors."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def read(token: str) -> dict[str, Any]:
    """Read a token as somebody else would, whatever the time."""
    times = {"verify_exp": False, "verify_nbf": False}
    return dict(pyjwt.decode_complete(token, SECRET, algorithms=["HS256"], options=times))  # type: ignore[arg-type]


def compare(case: dict[str, Any], token: tokens.Jwt) -> None:
    assert (token.headers, token.payload) == (case["header"], case["claims"])
    found = read(token.to_jwt())
    assert (found["header"], found["payload"]) == (case["header"], case["claims"])


@pytest.mark.usefixtures("then")
@by_id("access")
def test_an_access_token_says_what_the_vector_says(case: dict[str, Any]) -> None:
    made = [
        GRANTS[given["key"]](**{name: value for name, value in given.items() if name != "key"})
        for given in case["grants"]
    ]
    token = AccessToken(
        TOKENS["account_sid"],
        TOKENS["signing_key_sid"],
        SECRET,
        identity=case["identity"],
        nbf=AccessToken.GENERATE if case["nbf"] == "now" else case["nbf"],
        ttl=case["ttl"],
        valid_until=case["valid_until"],
        region=case["region"],
    )
    for grant in made:
        token.add_grant(grant)
    compare(case, token)


@pytest.mark.usefixtures("then")
@by_id("capability")
def test_a_capability_token_says_what_the_vector_says(case: dict[str, Any]) -> None:
    token = tokens.ClientCapabilityToken(TOKENS["account_sid"], SECRET, ttl=case["ttl"])
    for step in case["steps"]:
        if step["allow"] == "outgoing":
            token.allow_client_outgoing(step["application_sid"], **dict(step.get("params", [])))
        elif step["allow"] == "incoming":
            token.allow_client_incoming(step["client_name"])
        else:
            token.allow_event_stream(**dict(step.get("params", [])))
    compare(case, token)


@pytest.mark.usefixtures("then")
@by_id("task_router")
def test_a_token_of_task_router_says_what_the_vector_says(case: dict[str, Any]) -> None:
    allowed = dict.fromkeys([f"allow_{name}" for name in case["allow"]], True)
    allowed |= dict.fromkeys([f"allow_{name}" for name in case["without"]], False)
    kinds: dict[str, Any] = {
        "worker": tokens.WorkerCapabilityToken,
        "task_queue": tokens.TaskQueueCapabilityToken,
        "workspace": tokens.WorkspaceCapabilityToken,
    }
    sids = [TOKENS["workspace_sid"]] + [case["sid"]] * (case["kind"] != "workspace")
    compare(case, kinds[case["kind"]](TOKENS["account_sid"], SECRET, *sids, **allowed))


def token(**given: Any) -> AccessToken:
    return AccessToken("AC1", "SK1", HIDDEN, **given)


def test_a_token_that_twilio_would_refuse_is_an_error() -> None:
    for wrong, told in (
        (token(ttl=86_401), "20104"),
        (token(ttl=0), "20104"),
        (token(valid_until=1), "20104"),
        (AccessToken("SK1", "SK1", "s"), "account_sid"),
        (AccessToken("AC1", "AC" + "0" * 32, "s"), "signing_key_sid .* a sid that starts with AC"),
        (AccessToken("AC1", "SK1", ""), "key"),
        (token(algorithm="RS256"), "HS256, HS384 or HS512"),
        (token(algorithm="none"), "algorithm"),
        (token(identity=object()), "identity"),
    ):
        with pytest.raises(ringback.RingbackError, match=told) as met:
            wrong.to_jwt()
        assert "hunter2" not in str(met.value)
    with pytest.raises(ValueError, match="AccessTokenGrant"):
        token(grants=["voice"])
    with pytest.raises(ValueError, match="AccessTokenGrant"):
        token().add_grant("voice")  # type: ignore[arg-type]
    assert pyjwt.decode(token(algorithm="HS512").to_jwt(), HIDDEN, algorithms=["HS512"])["sub"] == "AC1"


def test_nothing_shows_the_secret() -> None:
    made = token(identity="alice", grants=[VideoGrant("kitchen")])
    for shown in (
        repr(made),
        repr(made.grants),
        str(made.grants[0]),
        repr(ClientValidation("AC1", "SK1", "CR1", PRIVATE)),
    ):
        assert "hunter2" not in shown
        assert "PRIVATE" not in shown
    assert str(made.grants[0]) == "<VideoGrant {'room': 'kitchen'}>"


def test_grants_of_ones_own_are_taken_as_they_are() -> None:
    class Own(tokens.AccessTokenGrant):
        key = "own"

        def to_payload(self) -> dict[str, object]:
            return {"a": [1, None, {"b": "ü"}]}

    class Wider(VoiceGrant):
        def to_payload(self) -> dict[str, Any]:
            return {**super().to_payload(), "more": True}

    made = token(grants=[Own(), Wider(incoming_allow=True)])
    grants = pyjwt.decode(made.to_jwt(), HIDDEN, algorithms=["HS256"])["grants"]
    assert grants == {"own": {"a": [1, None, {"b": "ü"}]}, "voice": {"incoming": {"allow": True}, "more": True}}


@pytest.mark.parametrize("refuses", [True, False])
def test_a_subclass_that_says_the_same_writes_the_same(*, refuses: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.9)

    class Same(AccessToken):
        """Its payload is put together in Python."""

        _refuses = refuses

        def _generate_payload(self) -> dict[str, Any]:
            return super()._generate_payload()

    class Whole(AccessToken):
        """It is written in one call."""

        _refuses = refuses

    whens: list[dict[str, Any]] = [{}, {"nbf": None}, {"nbf": 5}, {"valid_until": 1_800_000_100}, {"ttl": 60}]
    grants: list[Any] = [
        VoiceGrant(
            incoming_allow=True,
            outgoing_application_sid="AP1",
            outgoing_application_params={"a": 1},
            push_credential_sid="CR1",
        ),
        ChatGrant("IS1"),
        tokens.PlaybackGrant({"a": []}),
    ]
    who: list[dict[str, Any]] = [{}, {"identity": "ü"}, {"identity": 0}, {"identity": {"a": None}}, {"region": "ie1"}]
    for given in [{**when, **one} for when in whens for one in who]:
        for chosen in (grants, grants[:1], []):
            for ttl in (None, 120):
                same, whole = (
                    kind("AC1", "SK1", SECRET, grants=list(chosen), **given).to_jwt(ttl) for kind in (Same, Whole)
                )
                assert read(same)["payload"] == read(whole)["payload"]
                assert read(same)["header"] == read(whole)["header"]

    class Marked(AccessToken):
        def _generate_headers(self) -> dict[str, Any]:
            return {**super()._generate_headers(), "kid": "k"}

    assert pyjwt.get_unverified_header(Marked("AC1", "SK1", HIDDEN).to_jwt())["kid"] == "k"


def test_what_is_no_text_is_no_token() -> None:
    for wrong in (None, 5, b"a.b.c", "a.\ud800.c", ""):
        with pytest.raises(tokens.JwtDecodeError):
            tokens.decode(wrong, HIDDEN, "HS256")  # type: ignore[arg-type]
        with pytest.raises(tokens.JwtDecodeError):
            AccessToken.from_jwt(wrong, HIDDEN)  # type: ignore[arg-type]


def test_a_token_of_another_algorithm_is_read_only_by_its_name() -> None:
    made = token(algorithm="HS512", identity="alice").to_jwt()
    with pytest.raises(tokens.JwtDecodeError):
        AccessToken.from_jwt(made, HIDDEN)
    read_back = AccessToken.from_jwt(made, HIDDEN, algorithm="HS512")
    assert (read_back.algorithm, read_back.payload["grants"]) == ("HS512", {"identity": "alice"})
    with pytest.raises(tokens.JwtDecodeError):
        AccessToken.from_jwt(made, HIDDEN[::-1], algorithm="HS512")


def test_a_token_of_nobody_names_no_issuer() -> None:
    class Plain(tokens.Jwt):
        def _generate_payload(self) -> dict[str, Any]:
            return {"a": 1}

    assert set(read(Plain(SECRET, None).to_jwt())["payload"]) == {"a", "nbf", "exp"}


def test_a_token_is_believed_by_a_key_and_an_algorithm_that_the_caller_chose() -> None:
    made = token(identity="alice").to_jwt()
    headers, claims = tokens.decode(made, HIDDEN, "HS256")
    assert (headers["cty"], claims["grants"]) == ("twilio-fpa;v=1", {"identity": "alice"})
    late = AccessToken("AC1", "SK1", HIDDEN, valid_until=int(time.time()) + 5).payload
    expired = {**late, "exp": int(time.time()) - 30}
    write = pyjwt.encode
    forged = {
        "another secret": (write(claims, HIDDEN[::-1]), HIDDEN, "HS256"),
        "another algorithm": (made, HIDDEN, "HS512"),
        "none": (write(claims, "", algorithm="none"), HIDDEN, "HS256"),
        "changed": (made[:-4] + "AAAA", HIDDEN, "HS256"),
        "expired": (write({**expired, "exp": expired["exp"] - 60}, HIDDEN), HIDDEN, "HS256"),
        "too early": (write({**claims, "nbf": int(time.time()) + 90}, HIDDEN), HIDDEN, "HS256"),
        "a public key for a secret": (made, PUBLIC, "HS256"),
        "by no algorithm": (made, HIDDEN, "none"),
        "no token": ("no token", HIDDEN, "HS256"),
    }
    for why, arguments in forged.items():
        try:
            tokens.decode(*arguments)
        except tokens.JwtDecodeError:
            continue
        pytest.fail(f"{why} was believed")
    almost = write(expired, HIDDEN)
    assert tokens.decode(almost, HIDDEN, "HS256")[1] == expired, "clocks may differ by a minute"
    with pytest.raises(tokens.JwtDecodeError, match="expired"):
        tokens.decode(almost, HIDDEN, "HS256", leeway=0)


def test_rsa_is_verified_by_others_and_others_are_verified() -> None:
    ours = _ringback.token_encode({}, {"a": 1}, PRIVATE, "RS256")
    assert pyjwt.decode(ours, PUBLIC, algorithms=["RS256"]) == {"a": 1}
    theirs = pyjwt.encode({"a": 1}, PRIVATE, algorithm="RS256")
    assert tokens.decode(theirs, PUBLIC, "RS256")[1] == {"a": 1}
    with pytest.raises(tokens.JwtDecodeError):
        tokens.decode(theirs[:-4] + "AAAA", PUBLIC, "RS256")


class Checking(BaseHTTPRequestHandler):
    """A service that believes what is signed, as Twilio's documents say how, and nothing else."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        why = self.refusal(body)
        answer = json.dumps({"sid": "SM1", "messages": []} if why is None else {"code": 1, "message": why}).encode()
        self.send_response(200 if why is None else 403)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def refusal(self, body: bytes) -> str | None:
        token = self.headers.get("Twilio-Client-Validation")
        if token is None:
            return "not signed"
        found = pyjwt.decode_complete(token, PUBLIC, algorithms=["RS256"])
        claims = found["payload"]
        path, _, query = self.path.partition("?")
        lines = [self.command, path, "&".join(sorted(query.split("&")))]
        lines += [f"{name}:{self.headers[name]}" for name in claims["hrh"].split(";")]
        lines += ["", claims["hrh"], hashlib.sha256(body).hexdigest() if body else ""]
        right = {
            "hash": hashlib.sha256("\n".join(lines).encode()).hexdigest() == claims["rqh"],
            "headers": claims["hrh"] == "authorization;host",
            "life": claims["exp"] - claims["nbf"] == 300,
            "who": (claims["iss"], claims["sub"]) == ("SK1", "AC1"),
            "kind": (found["header"]["cty"], found["header"]["kid"]) == ("twilio-pkrv;v=1", "CR1"),
        }
        return ", ".join(name for name, is_right in right.items() if not is_right) or None

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def checking() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Checking) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


MESSAGE: Any = {"to": "+15551234567", "from_": "+15557654321", "body": "café & co"}


def test_a_client_signs_every_request(checking: str) -> None:
    validation = ClientValidation("AC1", "SK1", "CR1", PRIVATE.encode())
    keys: Any = {"account_sid": "AC1", "api_key": "SK1", "api_secret": "s", "base_url": checking}
    client = ringback.Client(**keys, client_validation=validation)
    assert client.messages.create(**MESSAGE).sid == "SM1"
    assert client.messages.list(to="+1 555", page_size=2) == []
    with pytest.raises(ringback.PermissionDeniedError, match="not signed"):
        ringback.Client(**keys).messages.create(**MESSAGE)
    other = ClientValidation("AC1", "SK2", "CR2", PRIVATE)
    with pytest.raises(ringback.PermissionDeniedError, match="who, kind"):
        ringback.Client(**keys, client_validation=other).messages.create(**MESSAGE)


async def test_an_awaiting_client_signs_too(checking: str) -> None:
    validation = ClientValidation("AC1", "SK1", "CR1", PRIVATE)
    async with ringback.AsyncClient(
        account_sid="AC1", api_key="SK1", api_secret="s", base_url=checking, client_validation=validation
    ) as client:
        assert (await client.messages.create(**MESSAGE)).sid == "SM1"


def test_what_cannot_sign_is_an_error_at_once() -> None:
    with pytest.raises(ringback.ConfigurationError, match="private_key"):
        ClientValidation("AC1", "SK1", "CR1", "no key")
    with pytest.raises(ringback.InvalidArgumentError, match="credential_sid"):
        ClientValidation("AC1", "SK1", "PK1", PRIVATE)
    with pytest.raises(ringback.ConfigurationError, match="client_validation"):
        ringback.Client("AC1", "t", client_validation="CR1")  # type: ignore[call-overload]
    validation = ClientValidation("AC1", "SK1", "CR1", PRIVATE)
    with pytest.raises(ringback.ConfigurationError, match="client_validation"):
        ringback.Client(account_sid="AC1", client_id="OQ1", client_secret="s", client_validation=validation)


def test_the_official_client_that_signs_does_so_here(checking: str) -> None:
    from ringback.twilio.base.exceptions import TwilioRestException
    from ringback.twilio.http.validation_client import ValidationClient
    from ringback.twilio.rest import Client

    http_client = ValidationClient("AC1", "SK1", "CR1", PRIVATE)
    client = Client("SK1", "s", "AC1", http_client=http_client, base_url=checking)
    assert client.messages.create(**MESSAGE).sid == "SM1"

    class Own(ValidationClient):
        count = 0

        def request(self, *args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return super().request(*args, **kwargs)

    own = Own("AC1", "SK1", "CR1", PRIVATE)
    client = Client("SK1", "s", "AC1", http_client=own, base_url=checking)
    assert (client.messages.create(**MESSAGE).sid, own.count) == ("SM1", 1)
    answer = http_client.request("GET", f"{checking}/x?b=2", {"a": "1 2"}, headers={}, auth=("SK1", "s"))
    assert answer.status_code == 200
    with pytest.raises(TwilioRestException, match="SSL"):
        own.validate_ssl_certificate(type("Failing", (), {"request": lambda *_: type("A", (), {"status_code": 500})})())
    with pytest.raises(TwilioRestException, match="not signed"):
        Client("SK1", "s", "AC1", base_url=checking).messages.create(**MESSAGE)


def test_tokens_are_found_from_the_package() -> None:
    assert ringback.AccessToken is AccessToken
    assert ringback.tokens is tokens
    assert ringback.AccessToken("AC1", "SK1", "s", grants=[ChatGrant("IS1")]).payload["grants"] == {
        "chat": {"service_sid": "IS1"}
    }
