"""Who signs in: OAuth apps whose tokens are renewed, parts of an account, and processes that fork."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from conftest import ACCOUNT, LONGEST, TOKEN, Answer, Request, Server, message, until
from ringback.twilio.auth_strategy.auth_type import AuthType
from ringback.twilio.auth_strategy.no_auth_strategy import NoAuthStrategy
from ringback.twilio.credential.client_credential_provider import ClientCredentialProvider
from ringback.twilio.credential.credential_provider import CredentialProvider
from ringback.twilio.credential.orgs_credential_provider import OrgsCredentialProvider
from ringback.twilio.rest import Client as OfficialClient

if TYPE_CHECKING:
    from ringback.emulator import Emulator

SECRET = "client-secret-7f3a"
SENDING: dict[str, Any] = {"to": "+15551234567", "from_": "+15557654321", "body": "hello"}


class Tokens:
    """Numbers the tokens that a server gives, and refuses those before `oldest`."""

    def __init__(self, server: Server) -> None:
        self.made = 0
        self.oldest = 1
        self.seconds = 0.0
        self.lock = threading.Lock()
        self.server = server
        server.reply = self.reply

    def reply(self, request: Request) -> Answer:
        if request.path == "/v2/token":
            with self.lock:
                self.made += 1
                return Answer(200, {"access_token": f"token-{self.made}", "expires_in": 3600}, seconds=self.seconds)
        number = int(signed(request).removeprefix("Bearer token-") or 0)
        return Answer(201, message()) if number >= self.oldest else Answer(401, {"code": 20003, "message": "no"})

    def sent(self) -> list[str]:
        return [signed(request) for request in self.server.requests if request.path != "/v2/token"]


def signed(request: Request) -> str:
    """Give what a request is signed with."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return headers.get("authorization", "")


def client_of(server: Server, **settings: Any) -> ringback.Client:
    """Make a client that signs in as an OAuth app."""
    return ringback.Client(account_sid=ACCOUNT, client_id="OQ1", client_secret=SECRET, base_url=server.url, **settings)


def test_threads_and_event_loops_share_one_token(server: Server) -> None:
    tokens = Tokens(server)
    tokens.seconds = 0.05
    client = client_of(server)
    with ThreadPoolExecutor(16) as pool:
        sids = list(pool.map(lambda _: client.messages.create(**SENDING).sid, range(32)))
    assert (len(sids), tokens.made, set(tokens.sent())) == (32, 1, {"Bearer token-1"})
    assert "authorization" not in {name.lower() for name in server.requests[0].headers}
    assert server.requests[0].form["client_secret"] == [SECRET]

    async def send() -> None:
        async with ringback.AsyncClient(
            account_sid=ACCOUNT, client_id="OQ1", client_secret=SECRET, base_url=server.url
        ) as awaited:
            await asyncio.gather(*(awaited.messages.create(**SENDING) for _ in range(32)))

    asyncio.run(send())
    assert tokens.made == 2


def test_a_refused_token_is_renewed_once(server: Server) -> None:
    tokens = Tokens(server)
    client = client_of(server, max_retries=0)
    client.messages.create(**SENDING)
    tokens.oldest = 2
    client.messages.create(**SENDING)
    assert tokens.sent() == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    tokens.oldest = 1000
    with pytest.raises(ringback.AuthenticationError) as caught:
        client.messages.create(**SENDING)
    assert caught.value.outcome == "not_sent"
    assert len(tokens.sent()) == 5


def texts_of(error: BaseException, client: object) -> str:
    """Give every text that may be made of an error and a client."""
    parts = ["".join(traceback.format_exception(error)), repr(error), str(vars(error)), repr(client)]
    return "\n".join([*parts, repr(pickle.dumps(error))])


def test_the_secret_is_in_no_text(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    says = {"code": 20003, "message": f"{SECRET} is wrong", "details": {"secret": SECRET}}
    server.reply = lambda _: Answer(401, says)
    client = client_of(server)
    with pytest.raises(ringback.AuthenticationError) as caught:
        client.messages.create(**SENDING)
    assert (caught.value.outcome, caught.value.uri) == ("not_sent", "/v2/token")
    assert SECRET not in texts_of(caught.value, client)
    assert SECRET not in caplog.text
    with pytest.raises(ringback.ConfigurationError) as wrong:
        ringback.Client(account_sid=ACCOUNT, client_id="OQ1", client_secret=f"{SECRET}\n")
    assert SECRET not in texts_of(wrong.value, client)
    # the control: the same search finds what is planted
    assert SECRET in texts_of(ValueError(SECRET), client)


def test_settings_of_an_app_are_checked(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    for name in ("TWILIO_CLIENT_ID", "TWILIO_CLIENT_SECRET", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ringback.ConfigurationError, match="TWILIO_CLIENT_SECRET"):
        ringback.Client(account_sid=ACCOUNT, client_id="OQ1")
    with pytest.raises(ringback.ConfigurationError, match="client_id must be text"):
        ringback.Client(account_sid=ACCOUNT, client_id=1, client_secret="x")  # type: ignore[call-overload]
    with pytest.raises(ringback.ConfigurationError, match="credential_provider"):
        client_of(server, http_client=object())
    monkeypatch.setenv("TWILIO_CLIENT_ID", "OQ1")
    monkeypatch.setenv("TWILIO_CLIENT_SECRET", SECRET)
    tokens = Tokens(server)
    ringback.Client(account_sid=ACCOUNT, base_url=server.url).messages.create(**SENDING)
    assert tokens.sent() == ["Bearer token-1"]


@pytest.mark.parametrize("provider", [ClientCredentialProvider, OrgsCredentialProvider])
def test_the_official_providers_need_no_http_client(server: Server, provider: type[ClientCredentialProvider]) -> None:
    tokens = Tokens(server)
    client = OfficialClient(account_sid=ACCOUNT, credential_provider=provider("OQ1", SECRET), base_url=server.url)
    client.messages.create(**SENDING)
    client.messages.create(**SENDING)
    assert (tokens.made, tokens.sent()) == (1, ["Bearer token-1"] * 2)
    agents = {request.headers.get("user-agent", request.headers.get("User-Agent", "")) for request in server.requests}
    assert all(agent.startswith("ringback/") for agent in agents), agents


def test_a_provider_of_the_callers_own_is_asked_for_every_request(server: Server) -> None:
    class Nobody(CredentialProvider):
        def to_auth_strategy(self) -> NoAuthStrategy:
            return NoAuthStrategy()

    server.reply = lambda _: Answer(201, message())
    client = OfficialClient(ACCOUNT, TOKEN, credential_provider=Nobody(AuthType.NO_AUTH), base_url=server.url)
    client.messages.create(**SENDING)
    assert not signed(server.requests[0])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_that_forks_while_a_token_is_fetched_fetches_its_own(server: Server) -> None:
    tokens = Tokens(server)
    tokens.seconds = 1.0
    client = client_of(server, timeout=LONGEST)
    sending = threading.Thread(target=lambda: client.messages.create(**SENDING))
    sending.start()
    until(lambda: tokens.made, "a request for a token")
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if client.messages.create(**SENDING).sid else 1)
        except BaseException:
            os._exit(2)
    ended = until(lambda: os.waitpid(child, os.WNOHANG)[1:] if not child_runs(child) else None, "the child's end")
    sending.join(LONGEST)
    assert ended
    assert tokens.made == 2
    assert sorted(tokens.sent()) == ["Bearer token-1", "Bearer token-2"]


def child_runs(child: int) -> bool:
    """Tell whether a child has not ended; it may still be asked how it did."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def test_a_main_account_acts_for_its_parts(emulator: Emulator) -> None:
    main = emulator.client()
    part = main.api.v2010.accounts.create(friendly_name="shop")
    assert main.api.v2010.accounts(part.sid).messages.create(**SENDING).account_sid == part.sid
    signed_in: dict[str, Any] = {
        "username": main.account_sid,
        "password": part_owner_token(main),
        "account_sid": part.sid,
    }
    for client in (
        ringback.Client(**signed_in, base_url=emulator.url),
        OfficialClient(**signed_in, base_url=emulator.url),
        ringback.Client(part.sid, part.auth_token, base_url=emulator.url),
    ):
        assert client.account_sid == part.sid
        assert client.messages.create(**SENDING).account_sid == part.sid
    other = ringback.Client(part.sid, part.auth_token, base_url=emulator.url)
    with pytest.raises(ringback.NotFoundError):
        other.api.v2010.accounts(main.account_sid).messages.create(**SENDING)


def part_owner_token(main: ringback.Client) -> str:
    """Give the token of the main account."""
    token: str = main.api.v2010.accounts(main.account_sid).fetch().auth_token
    return token


@pytest.mark.parametrize("region", ["", None, "ie1", "evil.com/", "IE1", "ié1", "-ie1", "a" * 64])
@pytest.mark.parametrize("edge", [None, "dublin", "..", "Dublin"])
def test_region_and_edge_name_the_host_or_are_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch, region: str | None, edge: str | None
) -> None:
    server.reply = lambda _: Answer(201, message())

    def hosts(**settings: Any) -> str:
        ringback.Client(ACCOUNT, TOKEN, base_url=server.url, **settings).messages.create(**SENDING)
        headers = {name.lower(): value for name, value in server.requests[-1].headers.items()}
        return headers["host"]

    given = {name: value for name, value in {"region": region, "edge": edge}.items() if value is not None}
    if region in {None, "ie1"} and edge in {None, "dublin"}:
        host = {(None, None): "", (None, "dublin"): ".dublin.us1", ("ie1", None): ".ie1"}
        expected = f"api{host.get((region, edge), '.dublin.ie1')}.twilio.com"
        assert hosts(**given) == expected
        for name, value in given.items():
            monkeypatch.setenv(f"TWILIO_{name.upper()}", value)
        assert hosts() == expected
    else:
        with pytest.raises(ringback.ConfigurationError, match="must be a name such as"):
            hosts(**given)
        assert not server.requests
