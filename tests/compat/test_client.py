"""The client is made as the official one is: its arguments, what signs in, its HTTP clients, and `install()`."""

from __future__ import annotations

import base64
import inspect
import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

import ringback
from compare import ACCOUNT, TOKEN, wait
from recorder import Answer, AsyncRecorder, Recorder
from ringback.twilio.base import deserialize, obsolete, serialize, values
from ringback.twilio.base.exceptions import TwilioException
from ringback.twilio.credential.client_credential_provider import ClientCredentialProvider
from ringback.twilio.http import HttpClient
from ringback.twilio.http.async_http_client import AsyncTwilioHttpClient
from ringback.twilio.http.http_client import TwilioHttpClient
from ringback.twilio.http.request import Match, Request
from ringback.twilio.http.response import Response
from ringback.twilio.rest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLES = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_REGION", "TWILIO_EDGE", "RINGBACK_BASE_URL")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what could be set outside away."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


class Server:
    """An HTTP server on loopback that tells what it was asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((self.command, self.path, headers, body))
                answer = json.dumps(outer.answer(body)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_DELETE = handle_any

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, body: str) -> dict[str, Any]:
        """Give a token to who asks for one."""
        return {"access_token": token(60)} if "client_secret" in body else {"sid": "SM1", "status": "queued"}

    def close(self) -> None:
        """End it."""
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def token(seconds: float) -> str:
    """Make a token that ends in so many seconds."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + seconds}).encode()).decode().rstrip("=")
    return f"e30.{claims}.x"


def test_the_constructor_takes_what_the_official_one_takes() -> None:
    from twilio.rest import Client as Official

    theirs = list(inspect.signature(Official).parameters)
    assert list(inspect.signature(Client).parameters)[: len(theirs)] == theirs
    given = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_EDGE": "dublin", "TWILIO_REGION": "ie1"}
    for arguments in (
        {"environment": given},
        {"username": "SK1", "password": "s", "account_sid": ACCOUNT},
        {"username": ACCOUNT, "password": TOKEN, "region": "au1", "edge": "sydney", "user_agent_extensions": ["a/1"]},
    ):
        for name in ("username", "password", "account_sid", "auth", "region", "edge", "user_agent_extensions"):
            assert getattr(Client(**arguments), name) == getattr(Official(**arguments), name), name  # type: ignore[arg-type]
        assert repr(Client(**arguments)) == repr(Official(**arguments))  # type: ignore[arg-type]


def test_edge_and_region_make_the_address_that_the_official_package_makes() -> None:
    from twilio.rest import Client as Official

    for settings in ({}, {"region": "ie1"}, {"edge": "dublin"}, {"region": "ie1", "edge": "dublin"}):
        urls = []
        for make in (Official, Client):
            recorder = Recorder()
            recorder.expect(Answer.of({}))
            client = make(ACCOUNT, TOKEN, http_client=recorder, **settings)
            client.verify.v2.services("VA1").fetch()
            client.request("GET", "https://api.twilio.com/2010-04-01/Accounts.json?Page=1")
            urls.append([request.url for request in recorder.requests])
        assert urls[0] == urls[1]


def test_a_client_without_credentials_fails_with_its_first_request() -> None:
    client = Client()
    assert repr(client.messages) == "<Twilio.Api.V2010.MessageList>"
    with pytest.raises(TwilioException, match="TWILIO_ACCOUNT_SID") as caught:
        client.messages.create(to="+1", from_="+2", body="x")
    assert isinstance(caught.value, ringback.ConfigurationError)
    recorder = Recorder()
    recorder.expect(Answer.of({}))
    Client(http_client=recorder).verify.v2.services("VA1").fetch()
    assert recorder.requests[-1].auth is None


def test_an_own_request_goes_to_twilio_and_nowhere_else() -> None:
    recorder = Recorder()
    recorder.expect(Answer.of({}))
    client = Client(ACCOUNT, TOKEN, http_client=recorder)
    client.request("POST", "https://api.twilio.com/x.json", data={"A": None, "B": "1"}, headers={"X": "y"})
    request = recorder.requests[-1]
    assert (request.data, request.auth) == ({"B": "1"}, (ACCOUNT, TOKEN))
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    for foreign in ("https://evil.example.com/", "http://api.twilio.com/", "https://api.twilio.com.evil.example.com/"):
        with pytest.raises(ringback.InvalidArgumentError):
            client.request("GET", foreign)
    assert len(recorder.requests) == 1


def test_names_of_programs_end_the_user_agent() -> None:
    recorder = Recorder()
    recorder.expect(Answer.of({}))
    client = Client(ACCOUNT, TOKEN, http_client=recorder, user_agent_extensions=["shop/1.2", "till/3"])
    client.messages("SM1").fetch()
    headers = recorder.requests[-1].headers
    assert headers["User-Agent"].startswith("ringback/")
    assert headers["User-Agent"].endswith(" shop/1.2 till/3")
    assert headers["X-Twilio-Client"] == f"ringback-{ringback.__version__}"


def test_our_own_connections_stand_in_for_the_official_http_client(server: Server) -> None:
    for http_client in (None, TwilioHttpClient(timeout=5, max_retries=0), AsyncTwilioHttpClient(timeout=5)):
        client = Client(ACCOUNT, TOKEN, http_client=http_client, base_url=server.url, user_agent_extensions=["shop/1"])
        assert client.messages.create(to="+1", from_="+2", body="x").sid == "SM1"
        assert wait(client.messages.create_async(to="+1", from_="+2", body="x")).status == "queued"
    method, path, headers, body = server.requests[-1]
    assert (method, path, body) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", "To=%2B1&From=%2B2&Body=x")
    assert headers["user-agent"].endswith(" shop/1")


def test_an_http_client_that_derives_from_the_official_one_sends_by_itself(server: Server) -> None:
    seen = []

    class Logging(TwilioHttpClient):
        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
            seen.append(method)
            return super().request(method, url, *args, **kwargs)

    class LoggingAsync(AsyncTwilioHttpClient):
        async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
            seen.append(method)
            return await super().request(method, url, *args, **kwargs)

    client = Client(ACCOUNT, TOKEN, http_client=Logging(), base_url=server.url)
    assert client.messages.create(to="+1", from_="+2", body="ä", media_url=["https://a", "https://b"]).sid == "SM1"
    basic = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    _, _, headers, body = server.requests[-1]
    assert sorted(body.split("&")) == [
        "Body=%C3%A4",
        "From=%2B2",
        "MediaUrl=https%3A%2F%2Fa",
        "MediaUrl=https%3A%2F%2Fb",
        "To=%2B1",
    ]
    assert (headers["authorization"], headers["host"]) == (basic, "api.twilio.com")
    client = Client(ACCOUNT, TOKEN, http_client=LoggingAsync(), base_url=server.url)
    assert wait(client.content.v1.contents.create_async({"friendly_name": "x"})).sid == "SM1"
    assert json.loads(server.requests[-1][3]) == {"friendly_name": "x"}
    assert seen == ["POST", "POST"]


class Forwarding(TwilioHttpClient):
    """An HTTP client of the caller's own."""


def test_client_credentials_sign_in_by_a_token_that_is_fetched_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_BASE_URL", server.url)
    for http_client in (None, Forwarding()):
        provider = ClientCredentialProvider("client", "hidden")
        client = Client(account_sid=ACCOUNT, credential_provider=provider, http_client=http_client)
        client.messages("SM1").fetch()
        client.messages("SM2").fetch()
        asked, first, second = server.requests[-3:]
        assert (asked[0], asked[1], asked[2]["host"]) == ("POST", "/v2/token", "oauth.twilio.com")
        assert "authorization" not in asked[2]
        assert first[2]["authorization"] == second[2]["authorization"]
        assert first[2]["authorization"].startswith("Bearer ")
    assert len(server.requests) == 6
    strategy = provider.to_auth_strategy()
    assert first[2]["authorization"] == f"Bearer {strategy.token}"
    assert strategy.is_token_expired(token(-1))
    assert strategy.is_token_expired("no token")
    assert not strategy.is_token_expired(token(60))


def test_what_other_http_libraries_know_is_refused_clearly() -> None:
    with pytest.raises(ValueError, match="request_hooks"):
        TwilioHttpClient(request_hooks={"response": print})
    with pytest.raises(ValueError, match="0"):
        TwilioHttpClient(timeout=0)
    with pytest.raises(TwilioException):
        HttpClient(None, is_async=False).request("GET", "https://api.twilio.com")


def test_requests_and_answers_compare_and_show_as_the_official_ones() -> None:
    from twilio.http.request import Request as OfficialRequest
    from twilio.http.response import Response as OfficialResponse

    given = {
        "method": "get",
        "url": "https://a",
        "params": {"a": "1"},
        "data": {"b": "2"},
        "headers": {"Authorization": "x"},
    }
    for arguments in ({}, given, {"method": "POST", "data": {}}):
        assert str(Request(**arguments).method) == str(OfficialRequest(**arguments).method)
        assert Request(**arguments) == Request(method=Match.ANY)
    assert Request(method="GET") != Request(method="POST")
    assert "Authorization" not in str(Request(**given))
    for status in (200, 404):
        theirs, ours = OfficialResponse(status, "x", {"a": "b"}), Response(status, "x", {"a": "b"})
        assert (repr(ours), ours.ok, ours.text, vars(ours)) == (repr(theirs), theirs.ok, theirs.text, vars(theirs))


def test_what_is_written_and_read_by_hand_is_so_as_there() -> None:
    import datetime

    from twilio.base import deserialize as their_deserialize
    from twilio.base import serialize as their_serialize

    moment = datetime.datetime(2026, 1, 31, 12, 34, 56, tzinfo=datetime.timezone.utc)
    things: list[Any] = [
        True,
        False,
        "TRUE",
        None,
        0,
        moment,
        moment.date(),
        "2026-01-31",
        {"a": [1, None]},
        [1, {"b": 2}],
        1.5,
    ]
    for name in ("boolean_to_string", "iso8601_date", "iso8601_datetime", "object"):
        for thing in things:
            assert getattr(serialize, name)(thing) == getattr(their_serialize, name)(thing), (name, thing)
        assert getattr(serialize, name)(values.unset) is values.unset
    assert serialize.map([1, {"a": 1}], serialize.object) == [1, '{"a": 1}']
    assert serialize.prefixed_collapsible_map({"a": {"b": 1}, "c": 2}, "X") == {"X.a.b": 1, "X.c": 2}
    assert serialize.prefixed_collapsible_map(values.unset, "X") == {}
    assert values.of({"a": 1, "b": values.unset, "c": None}) == {"a": 1, "c": None}
    texts: list[Any] = [
        "2026-01-31",
        "2026-01-31T12:34:56Z",
        "Sat, 31 Jan 2026 12:34:56 +0000",
        "7",
        "1.5",
        "x",
        "",
        None,
        9,
        9.75,
    ]
    for name in ("iso8601_date", "iso8601_datetime", "integer"):
        for text in texts:
            assert getattr(deserialize, name)(text) == getattr(their_deserialize, name)(text), (name, text)
    for text in ("Sat, 31 Jan 2026 12:34:56 +0000", "x", None):
        assert deserialize.rfc2822_datetime(text) == their_deserialize.rfc2822_datetime(text)
    for text in ("1.5", "", None, 0, 2.25):
        assert deserialize.decimal(text) == their_deserialize.decimal(text)


def test_deprecations_warn_as_there() -> None:
    @obsolete.deprecated_method("new")
    def old() -> int:
        return 1

    with pytest.warns(DeprecationWarning, match=r"Function method .old\(\) is deprecated in favor of .new\(\)"):
        assert old() == 1
    with pytest.raises(obsolete.ObsoleteException):
        obsolete.obsolete_client(old)()


def run(program: str) -> str:
    """Run a program in a process of its own."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_install_makes_import_twilio_find_us_and_can_be_undone() -> None:
    shown = run("""
import sys
import ringback.twilio
ringback.twilio.install()
ringback.twilio.install()
import twilio
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.base.exceptions import TwilioRestException
from twilio.twiml.voice_response import VoiceResponse
from ringback.twilio.base import exceptions
import ringback
assert twilio is ringback.twilio and twilio.__spec__.name == "ringback.twilio"
assert TwilioRestException is exceptions.TwilioRestException
assert issubclass(Client, ringback.Client)
try:
    import twilio.rest.nothing
except ModuleNotFoundError as error:
    print(error.name)
ringback.twilio.uninstall()
ringback.twilio.uninstall()
assert not [name for name in sys.modules if name.split(".")[0] == "twilio"]
import twilio
assert twilio is not ringback.twilio
""")
    assert shown.split() == ["twilio.rest.nothing"]


def test_install_refuses_where_the_official_package_is_in_use_unless_it_is_told_to_replace_it() -> None:
    run("""
import twilio.base.exceptions as official
import ringback.twilio
try:
    ringback.twilio.install()
except RuntimeError as error:
    assert "replace=True" in str(error)
else:
    raise AssertionError("it was installed")
import twilio
assert twilio is not ringback.twilio
ringback.twilio.install(replace=True)
from twilio.base import exceptions
assert exceptions is not official
ringback.twilio.uninstall()
from twilio.base import exceptions
assert exceptions is official
""")


def test_awaited_calls_take_an_asynchronous_http_client_in_both_clients() -> None:
    recorder = AsyncRecorder()
    recorder.expect(Answer.of({"sid": "SM1"}))
    client = ringback.AsyncClient(ACCOUNT, TOKEN, http_client=recorder)
    assert wait(client.messages("SM1").fetch()).sid == "SM1"
    assert wait(Client(ACCOUNT, TOKEN, http_client=recorder).messages("SM1").fetch_async()).sid == "SM1"
    assert [request.method for request in recorder.requests] == ["GET", "GET"]
