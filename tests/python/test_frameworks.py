"""Webhooks in every web framework: genuine requests reach their handlers whole, all others are refused before."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import http.client
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from frameworks import SITES, Site, reverse_proxy, until, uvicorn_serves, wsgiref_serves
from ringback import ConfigurationError, Emulator, RequestValidator, _ringback
from ringback.idempotency import Begun, MemoryStore, ReplayGuard
from ringback.webhooks import CheckedRequest, IncomingMessage, asgi, wsgi
from ringback.webhooks.django import Webhooks as DjangoWebhooks
from ringback.webhooks.flask import Webhooks as FlaskWebhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "0123456789abcdef0123456789abcdef"
SETTINGS = {"auth_token": TOKEN, "max_body": 10_000}
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
PARAMS = [("Body", "café 😀 &="), ("Digits", ""), ("Media", "2"), ("Media", "1"), ("Media", "2")]
LARGE = "x" * 10_000
# servers of these keep no raw path and read no chunks
WITHOUT_CHUNKS = {"wsgi", "django-wsgi"}


def sign(url: str, params: Any = (), token: str = TOKEN) -> str:
    """Sign as Twilio does."""
    return RequestValidator(token).compute_signature(url, list(params))


def ask(
    site: str, target: str, headers: dict[str, str], body: bytes | None = None, **options: Any
) -> tuple[int, bytes]:
    """Send a request as Twilio does to `example.com`, and give the status and body of the answer."""
    connection = http.client.HTTPConnection(site.removeprefix("http://"), timeout=20)
    method = "GET" if body is None else "POST"
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a server may answer before it has read all
        connection.request(method, target, body, {"Host": "example.com", **headers}, **options)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def post(site: str, target: str, params: Any, headers: dict[str, str], **options: Any) -> tuple[int, bytes]:
    """Send a form."""
    return ask(site, target, {"Content-Type": FORM, **headers}, urlencode(params).encode(), **options)


@pytest.fixture(params=SITES)
def name(request: pytest.FixtureRequest) -> str:
    """Name a framework."""
    return str(request.param)


@pytest.fixture
def site(name: str) -> Iterator[Site]:
    """Serve the site in a framework."""
    with SITES[name](Site(), SETTINGS) as site:
        yield site


@pytest.mark.parametrize("target", ["/echo", "/echo?x=%2f&y=", "/a%20b/%C3%A9+c", "/mounted/echo?x=1"])
def test_a_genuine_form_reaches_its_handler_as_it_was_sent(site: Site, target: str) -> None:
    url = f"http://example.com{target}"
    status, answer = post(site.url, target, PARAMS, {"X-Twilio-Signature": sign(url, PARAMS)})
    assert status == 200
    told = json.loads(answer)
    assert [tuple(pair) for pair in told["params"]] == PARAMS
    assert (told["url"], told["body"]) == (url, urlencode(PARAMS))


def test_a_get_and_json_reach_their_handlers(site: Site, name: str) -> None:
    target = "/echo?Body=hi%20&From="
    status, answer = ask(site.url, target, {"X-Twilio-Signature": sign(f"http://example.com{target}")})
    assert (status, json.loads(answer)["params"]) == (200, [["Body", "hi "], ["From", ""]])

    body = b'[{"specversion": "1.0"}]'
    target = f"/echo?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": sign(f"http://example.com{target}")}
    status, answer = ask(site.url, target, headers, body)
    assert (status, json.loads(answer)["body"]) == (200, body.decode())
    assert ask(site.url, target, headers, body + b" ") == (403, b"")
    chunked = {**headers, "Transfer-Encoding": "chunked"}
    status, answer = ask(site.url, target, chunked, iter([body[:5], body[5:]]), encode_chunked=True)  # type: ignore[arg-type]
    if name in WITHOUT_CHUNKS:
        assert (status, answer) in {(411, b""), (403, b"")}
    else:
        assert (status, json.loads(answer)["body"]) == (200, body.decode())


def refusals(site: str) -> Iterator[tuple[str, int, bytes]]:
    """Send everything that must be refused."""
    params = [("Body", "hi")]
    genuine = {"X-Twilio-Signature": sign("http://example.com/echo", params)}
    secure = {"X-Twilio-Signature": sign("https://example.com/echo", params), "X-Forwarded-Proto": "https"}
    other = {"X-Twilio-Signature": sign("http://other.example/echo", params), "X-Forwarded-Host": "other.example"}
    large = [("Body", LARGE)]
    attempts: dict[str, Callable[[], tuple[int, bytes]]] = {
        "without a signature": lambda: post(site, "/echo", params, {}),
        "with an empty signature": lambda: post(site, "/echo", params, {"X-Twilio-Signature": ""}),
        "with a forged signature": lambda: post(site, "/echo", params, {"X-Twilio-Signature": "A" * 27 + "="}),
        "with another token": lambda: post(
            site, "/echo", params, {"X-Twilio-Signature": sign("http://example.com/echo", params, "another")}
        ),
        "with another body": lambda: post(site, "/echo", [("Body", "ho")], genuine),
        "with one more parameter": lambda: post(site, "/echo", [*params, ("Body", "ho")], genuine),
        "to another path": lambda: post(site, "/mounted/echo", params, genuine),
        "to another query": lambda: post(site, "/echo?x=1", params, genuine),
        "as JSON": lambda: ask(site, "/echo", {**genuine, "Content-Type": "application/json"}, b"Body=hi"),
        "to a typed handler": lambda: post(site, "/sms", params, genuine),
        "that says that it came by a proxy": lambda: post(site, "/echo", params, secure),
        "that says that it was for another host": lambda: post(site, "/echo", params, other),
        "that is too large": lambda: post(
            site, "/echo", large, {"X-Twilio-Signature": sign("http://example.com/echo", large)}
        ),
    }
    for which, answer in attempts.items():
        yield which, *answer()


def test_everything_else_is_refused_before_its_handler_runs_and_told_nothing(site: Site) -> None:
    for which, status, body in refusals(site.url):
        assert (status, body) == (413 if "large" in which else 403, b""), f"a request {which}"
    assert site.runs == []


def test_a_site_that_lets_everybody_in_is_caught() -> None:
    runs: list[str] = []

    # the control of the test above: an application that forgot to check
    def app(_: Any, start_response: Any) -> list[bytes]:
        runs.append("")
        start_response("200 OK", [])
        return [b""]

    with wsgiref_serves(Site(), app) as site:
        assert {status for _, status, _ in refusals(site.url)} == {200}
    assert len(runs) > 10


def test_a_large_body_in_chunks_is_refused(site: Site, name: str) -> None:
    headers = {"X-Twilio-Signature": sign("http://example.com/echo", [("Body", LARGE)]), "Transfer-Encoding": "chunked"}
    chunks = iter([b"Body=", *[b"x" * 100] * 100])
    headers["Content-Type"] = FORM
    status, body = ask(site.url, "/echo", headers, chunks, encode_chunked=True)  # type: ignore[arg-type]
    assert status in ({411, 403} if name in WITHOUT_CHUNKS else {413})
    assert (body, site.runs) == (b"", [])


def test_a_proxy_is_believed_only_if_it_is_listed(name: str) -> None:
    headers = {"X-Twilio-Signature": sign("https://example.com/echo", PARAMS)}
    spoofed = {"X-Twilio-Signature": sign("https://evil.example/echo", PARAMS), "X-Forwarded-Host": "evil.example"}
    cases: list[tuple[dict[str, Any], int]] = [
        ({"trusted_proxies": ["127.0.0.0/8"]}, 200),
        ({"trusted_proxies": ["10.0.0.0/8"]}, 403),
        ({"public_url": "https://example.com"}, 200),
        ({"public_url": "https://example.com/prefix"}, 403),
        ({"public_url": lambda _: "https://example.com/echo"}, 200),
        ({"public_url": lambda _: None}, 403),
        ({}, 403),
    ]
    for settings, status in cases:
        with SITES[name](Site(), {**SETTINGS, **settings}) as site, reverse_proxy(site.url) as proxy:
            assert post(proxy, "/echo", PARAMS, headers)[0] == status, settings
            # a proxy that adds its own word to a stranger's
            assert post(proxy, "/echo", PARAMS, spoofed)[0] == 403, settings
            assert len(site.runs) == (status == 200)


def test_a_site_that_trusts_every_proxy_is_caught(name: str) -> None:
    # the control of the test above: asked without a proxy, such a site believes what a stranger says
    headers = {"X-Twilio-Signature": sign("https://evil.example/echo", PARAMS), "X-Forwarded-Host": "evil.example"}
    headers["X-Forwarded-Proto"] = "https"
    with SITES[name](Site(), {**SETTINGS, "trusted_proxies": ["0.0.0.0/0"]}) as site:
        assert post(site.url, "/echo", PARAMS, headers)[0] == 200
    with SITES[name](Site(), {**SETTINGS, "trusted_proxies": ["10.0.0.0/8"]}) as site:
        assert post(site.url, "/echo", PARAMS, headers)[0] == 403


def test_a_handler_gets_its_payload_typed_and_a_reply_reaches_the_phone(name: str) -> None:
    with Emulator() as emulator, SITES[name](Site(), {"auth_token": emulator.auth_token}) as site:
        client = emulator.client()
        for number, method in (("+15557654321", "POST"), ("+15557654322", "GET")):
            client.incoming_phone_numbers.create(phone_number=number, sms_url=f"{site.url}/sms", sms_method=method)
            emulator.receive_message(from_="+15551234567", to=number, body=f"café 😀 {method}")

            def replied(number: str = number) -> list[str]:
                messages = client.messages.list(to="+15551234567", from_=number)
                return [str(message.body) for message in messages]

            until("the reply", replied)
            assert replied() == [f"You wrote: café 😀 {method}"]
        assert len(site.runs) == 2


def test_a_genuine_request_of_another_kind_is_not_handed_on(name: str) -> None:
    if name in {"starlette", "wsgi"}:
        pytest.skip("its handler reads the payload itself")
    params = [("CallSid", "CA1"), ("CallStatus", "ringing")]
    with SITES[name](Site(), SETTINGS) as site:
        status, _ = post(site.url, "/sms", params, {"X-Twilio-Signature": sign("http://example.com/sms", params)})
        assert (status, site.runs) == (400, [])


ACCOUNTS = {"AC" + "1" * 32: "token of one", "AC" + "2" * 32: ["old token of another", "token of another"]}


def test_each_account_has_its_own_token(name: str) -> None:
    asked: list[str | None] = []

    def tokens(account: str | None) -> Any:
        asked.append(account)
        return ACCOUNTS.get(account or "")

    async def tokens_async(account: str | None) -> Any:
        return tokens(account)

    ways = [tokens, tokens_async] if name in {"starlette", "fastapi", "django-asgi"} else [tokens]
    one, another = ACCOUNTS
    for way in ways:
        with SITES[name](Site(), {"auth_token": way}) as site:
            for accounts, token, status in [
                ([one], "token of one", 200),
                ([another], "token of another", 200),
                ([another], "token of one", 403),
                ([one, another], "token of one", 403),
                (["AC" + "3" * 32], "token of one", 403),
                (["x"], "token of one", 403),
                ([], "token of one", 403),
            ]:
                params = [("AccountSid", account) for account in accounts]
                headers = {"X-Twilio-Signature": sign("http://example.com/echo", params, token)}
                assert post(site.url, "/echo", params, headers)[0] == status, accounts
            assert len(site.runs) == 2
    assert "x" not in asked


def test_the_log_says_why_and_shows_no_secret(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    params = [("Body", "private words")]
    with caplog.at_level(logging.WARNING, "ringback.webhooks"):
        post(
            site.url,
            "/echo?secret=1",
            params,
            {"X-Twilio-Signature": sign("https://example.com/echo?secret=1", params)},
        )
    [record] = [record for record in caplog.records if record.name == "ringback.webhooks"]
    said = record.getMessage()
    assert "signature does not fit" in said
    assert "https" in said  # what would have fitted
    for secret in (TOKEN, "private words", "secret=1"):
        assert secret not in said


def test_the_handshake_of_a_websocket_is_checked() -> None:
    with SITES["starlette"](Site(), SETTINGS) as site:
        url = site.url.replace("http", "ws", 1) + "/stream"
        for signed in (url, url + "/"):
            with connect(url, additional_headers={"X-Twilio-Signature": sign(signed)}) as stream:
                stream.send("hello")
                assert stream.recv() == "hello"
        for headers in ({}, {"X-Twilio-Signature": sign(url.replace("ws", "http", 1))}, {"X-Twilio-Signature": "x"}):
            with pytest.raises(InvalidStatus) as refused:
                connect(url, additional_headers=headers)
            assert refused.value.response.status_code == 403
        assert len(site.runs) == 2
    # its signature is the same for every call, so none is a repetition
    with SITES["starlette"](Site(), {**SETTINGS, "replay_guard": ReplayGuard(MemoryStore())}) as site:
        url = site.url.replace("http", "ws", 1) + "/stream"
        for _ in range(3):
            with connect(url, additional_headers={"X-Twilio-Signature": sign(url)}) as stream:
                stream.send("hello")
                assert stream.recv() == "hello"


@pytest.mark.parametrize(
    "guard",
    [
        lambda **settings: asgi.WebhookMiddleware(None, **settings),
        lambda **settings: wsgi.WebhookMiddleware(print, **settings),  # type: ignore[arg-type]
        FlaskWebhooks,
        DjangoWebhooks,
    ],
)
def test_settings_that_are_missing_or_wrong_are_told_at_once(guard: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    settings: tuple[dict[str, Any], ...] = (
        {},
        {"auth_token": ""},
        {"auth_token": []},
        {"auth_token": TOKEN, "public_url": "example.com"},
        {"auth_token": TOKEN, "trusted_proxies": []},
        {"auth_token": TOKEN, "trusted_proxies": "127.0.0.1"},
        {"auth_token": TOKEN, "trusted_proxies": ["*"]},
        {"auth_token": TOKEN, "trusted_proxies": ["127.0.0.1"], "public_url": "https://example.com"},
        {"auth_token": TOKEN, "trusted_proxies": ["127.0.0.1"], "public_url": str},
    )
    for wrong in settings:
        with pytest.raises(ConfigurationError):
            guard(**wrong)
    with pytest.raises(TypeError):
        guard(auth_token=TOKEN, proxies=["127.0.0.1"])
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    guard()


def test_without_a_check_no_handler_runs() -> None:
    from fastapi import Depends, FastAPI

    from ringback.webhooks import fastapi, flask

    runs: list[Any] = []
    app = FastAPI()

    @app.post("/sms", dependencies=[Depends(fastapi.webhook(IncomingMessage))])
    async def sms() -> None:
        runs.append("")

    params = [("MessageSid", "SM1"), ("SmsStatus", "received")]
    headers = {"X-Twilio-Signature": sign("http://example.com/sms", params)}
    with uvicorn_serves(Site(), app) as site:
        assert post(site.url, "/sms", params, headers)[0] == 500
    assert runs == []
    import flask as framework

    with framework.Flask("site").test_request_context("/sms"), pytest.raises(ConfigurationError):
        flask.checked()
    with pytest.raises(ConfigurationError):
        wsgi.checked({"ringback.webhook": object()})
    with pytest.raises(ConfigurationError):
        asgi.checked({"state": {"twilio": object()}})


def test_one_request_of_flask_says_nothing_of_the_next() -> None:
    import flask as framework

    app = framework.Flask("site")
    runs: list[str | None] = []

    @app.post("/sms")
    @FlaskWebhooks(auth_token=TOKEN).webhook(CheckedRequest)
    def sms(checked: CheckedRequest) -> str:
        runs.append(checked.get("Body"))
        return ""

    # what Flask keeps for an application outlives its requests here
    with app.app_context():
        client = app.test_client()
        genuine = {"X-Twilio-Signature": sign("http://localhost/sms", [("Body", "hi")])}
        assert client.post("/sms", data={"Body": "hi"}, headers=genuine).status_code == 200
        assert client.post("/sms", data={"Body": "ho"}, headers=genuine).status_code == 403
        assert client.post("/sms", data={"Body": "ho"}).status_code == 403
    assert runs == ["hi"]


def test_a_body_that_something_read_before_is_refused() -> None:
    import flask as framework

    def answer(hook: Any, params: Any) -> int:
        app = framework.Flask("site")
        app.before_request(hook)

        @app.post("/sms")
        @FlaskWebhooks(auth_token=TOKEN).webhook(CheckedRequest)
        def sms(_: CheckedRequest) -> str:
            return str(framework.request.form["Body"])

        genuine = {"X-Twilio-Signature": sign("http://localhost/sms", params)}
        return app.test_client().post("/sms", data={"Body": "hi"}, headers=genuine).status_code

    def reads_the_form() -> None:
        assert framework.request.form["Body"] == "hi"

    def keeps_the_body() -> None:
        assert framework.request.get_data() == b"Body=hi"

    assert answer(reads_the_form, [("Body", "hi")]) == 400
    # the signature of no parameters, whose request another hook has read
    assert answer(reads_the_form, []) == 400
    assert answer(keeps_the_body, [("Body", "hi")]) == 200, "what is kept can be checked"
    assert answer(lambda: None, [("Body", "hi")]) == 200, "control: nobody read it"


def test_who_repeats_a_request_is_refused(name: str) -> None:
    stores: list[Any] = [MemoryStore(), MemoryStore(capacity=1)]
    params = [("Body", "hi")]

    def send(site: Site, target: str, **more: str) -> int:
        signature = sign(f"http://example.com{target}", params)
        return post(site.url, target, params, {"X-Twilio-Signature": signature, **more})[0]

    with SITES[name](Site(), {**SETTINGS, "replay_guard": ReplayGuard(stores[0])}) as site:
        assert send(site, "/echo") == 200
        assert send(site, "/echo") == 403
        assert send(site, "/echo", **{"I-Twilio-Idempotency-Token": "other"}) == 403
        assert send(site, "/echo?x=1", **{"I-Twilio-Idempotency-Token": "a"}) == 200
        assert send(site, "/echo?x=1", **{"I-Twilio-Idempotency-Token": "a"}) == 200, "Twilio tries again"
        assert len(site.runs) == 3
    with SITES[name](Site(), {**SETTINGS, "replay_guard": ReplayGuard(stores[1])}) as site:
        assert send(site, "/echo") == 200
        assert send(site, "/echo?x=1") == 503, "a store that is full remembers nobody"
        assert len(site.runs) == 1


def test_a_store_that_raises_lets_nobody_in_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def begin(self, key: str, /) -> Begun:
            raise OSError(f"no disk for {len(key)} letters")

    with SITES["wsgi"](Site(), {**SETTINGS, "replay_guard": ReplayGuard(Broken())}) as site:
        genuine = {"X-Twilio-Signature": sign("http://example.com/echo", [("Body", "hi")])}
        assert post(site.url, "/echo", [("Body", "hi")], genuine) == (503, b"")
        assert site.runs == []
    assert "no disk for" in caplog.text


def test_a_body_that_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "READ_WITHIN", 0.05)
    sent: list[Any] = []

    async def run(body: Any) -> None:
        async def application(*_arguments: Any) -> None:
            raise AssertionError

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": "/sms",
            "headers": [(b"host", b"example.com"), (b"x-twilio-signature", b"A" * 27 + b"=")],
        }
        await asgi.WebhookMiddleware(application, auth_token=TOKEN)(scope, body, send)

    async def endless() -> Any:
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"", "more_body": True}

    async def silent() -> Any:
        await asyncio.Event().wait()

    for body in (endless, silent):
        asyncio.run(run(body))
        assert sent.pop(0)["status"] == 400
        sent.clear()


def test_the_url_follows_from_the_request_and_the_settings() -> None:
    vectors = json.loads((Path(__file__).resolve().parents[1] / "vectors" / "public_url.json").read_text())
    assert len(vectors["vectors"]) > 40

    def guard(settings: dict[str, Any]) -> _ringback.WebhookGuard:
        given = {name: settings.get(name) for name in ("public_url", "trusted_proxies")}
        return _ringback.WebhookGuard([TOKEN], by_account=False, max_body=None, **given)

    for vector in vectors["vectors"]:
        headers = [(name.encode(), value.encode()) for name, value in [*vector["headers"], ["x-twilio-signature", "x"]]]
        scheme = vector.get("scheme", "http")
        found = guard(vector).admit("POST", scheme, vector["target"].encode(), vector.get("peer"), headers)
        assert getattr(found, "url", None) == vector["url"], vector["id"]
    for wrong in vectors["wrong_settings"]:
        with pytest.raises(ConfigurationError):
            guard(wrong)
