"""The same small site in every web framework, served over a real socket."""

from __future__ import annotations

import contextlib
import http.client
import inspect
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import flask
import uvicorn
from django.conf import settings as django_settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request  # noqa: TC002 - FastAPI looks it up
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket  # noqa: TC002
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server as make_werkzeug

from ringback import MessagingResponse
from ringback.webhooks import CheckedRequest, IncomingMessage, asgi, wsgi
from ringback.webhooks.django import Webhooks as DjangoWebhooks
from ringback.webhooks.django import checked as django_checked
from ringback.webhooks.fastapi import webhook
from ringback.webhooks.flask import Webhooks as FlaskWebhooks
from ringback.webhooks.flask import checked as flask_checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 20.0


def until(what: str, holds: Callable[[], object]) -> None:
    """Look again until something is so."""
    deadline = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.01)


@dataclass
class Site:
    """A running site, and what its handlers got."""

    url: str = ""
    runs: list[str] = field(default_factory=list)

    def told(self, checked: CheckedRequest, body: bytes) -> dict[str, Any]:
        """Say what a handler was given, and what it could still read."""
        self.runs.append(checked.url)
        return {"params": checked.params, "url": checked.url, "body": body.decode("latin-1")}

    def reply(self, message: IncomingMessage) -> str:
        """Answer a text."""
        self.runs.append(str(message.message_sid))
        answer = MessagingResponse()
        answer.message(f"You wrote: {message.body}")
        return str(answer)


@contextlib.contextmanager
def uvicorn_serves(site: Site, app: Any, **options: Any) -> Iterator[Site]:
    """Serve an ASGI application."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    options = {"proxy_headers": False, "ws": "websockets-sansio", **options}
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, **options))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        until("uvicorn starts", lambda: server.started)
        site.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield site
    finally:
        server.should_exit = True
        thread.join(LONGEST)
        listener.close()


@contextlib.contextmanager
def thread_serves(site: Site, server: Any) -> Iterator[Site]:
    """Serve by a server of the kind that `socketserver` has."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        site.url = f"http://127.0.0.1:{server.server_port}"
        yield site
    finally:
        server.shutdown()
        thread.join(LONGEST)
        server.server_close()


class Quiet(WSGIRequestHandler):
    """A handler that says nothing."""

    def log_message(self, *args: object) -> None:
        """Stay quiet."""


def wsgiref_serves(site: Site, app: Any) -> contextlib.AbstractContextManager[Site]:
    """Serve a WSGI application by the server of the standard library, which keeps no raw path."""
    return thread_serves(site, make_server("127.0.0.1", 0, app, handler_class=Quiet))


def starlette(site: Site, settings: Any) -> Any:
    """Starlette, with the whole application checked."""

    async def echo(request: Request) -> Response:
        return JSONResponse(site.told(request.state.twilio, await request.body()))

    async def sms(request: Request) -> Response:
        message = IncomingMessage.from_params(asgi.checked(request).params)
        return Response(site.reply(message), media_type="text/xml")

    async def stream(socket: WebSocket) -> None:
        site.runs.append(asgi.checked(socket).url)
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    methods = ["GET", "POST"]
    routes = [
        Route("/echo", echo, methods=methods),
        Route("/a b/{name}", echo, methods=methods),
        Mount("/mounted", routes=[Route("/echo", echo, methods=methods)]),
        Route("/sms", sms, methods=methods),
        WebSocketRoute("/stream", stream),
    ]
    return uvicorn_serves(site, asgi.WebhookMiddleware(Starlette(routes=routes), **settings))


def fastapi(site: Site, settings: Any) -> Any:
    """FastAPI, with typed payloads by a dependency, beside a mounted application of its own."""
    app = FastAPI()
    app.add_middleware(asgi.WebhookMiddleware, **settings)
    inner = FastAPI()
    methods = ["GET", "POST"]

    @inner.api_route("/echo", methods=methods)
    @app.api_route("/echo", methods=methods)
    async def echo(request: Request) -> dict[str, Any]:
        return site.told(request.state.twilio, await request.body())

    @app.api_route("/a b/{name}", methods=methods)
    async def named(name: str, request: Request) -> dict[str, Any]:
        assert name
        return site.told(request.state.twilio, await request.body())

    @app.api_route("/sms", methods=methods)
    async def sms(message: Annotated[IncomingMessage, Depends(webhook(IncomingMessage))]) -> Response:
        return Response(site.reply(message), media_type="text/xml")

    app.mount("/mounted", inner)
    return uvicorn_serves(site, app)


def plain_wsgi(site: Site, settings: Any) -> Any:
    """A WSGI application without a framework."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        checked = wsgi.checked(environ)
        if environ["PATH_INFO"] == "/sms":
            kind, answer = "text/xml", site.reply(IncomingMessage.from_params(checked.params))
        else:
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            kind, answer = "application/json", json.dumps(site.told(checked, body))
        start_response("200 OK", [("Content-Type", kind)])
        return [answer.encode()]

    return wsgiref_serves(site, wsgi.WebhookMiddleware(app, **settings))


def in_flask(site: Site, settings: Any) -> Any:
    """Flask, with a checked blueprint, a decorated view, and the same behind a prefix that is taken away."""
    app = flask.Flask("site")
    webhooks = FlaskWebhooks(**settings)
    blueprint = flask.Blueprint("hooks", "site")
    webhooks.init_app(blueprint)

    @blueprint.route("/echo", methods=["GET", "POST"])
    @blueprint.route("/a b/<name>", methods=["GET", "POST"])
    def echo(name: str = "") -> Any:
        if flask.request.form:  # what is parsed must be what was checked
            assert list(flask.request.form.items(multi=True)) == sorted_by_name(flask_checked().params), name
        return flask.jsonify(site.told(flask_checked(), flask.request.get_data()))

    @app.route("/sms", methods=["GET", "POST"])
    @webhooks.webhook(IncomingMessage)
    def sms(message: IncomingMessage) -> Any:
        return flask.Response(site.reply(message), mimetype="text/xml")

    app.register_blueprint(blueprint)
    whole = DispatcherMiddleware(app, {"/mounted": app})
    return thread_serves(site, make_werkzeug("127.0.0.1", 0, whole, threaded=True))


def sorted_by_name(params: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Order parameters as a multidict does: all values of a name beside its first."""
    names = list(dict.fromkeys(name for name, _ in params))
    return [pair for name in names for pair in params if pair[0] == name]


def choose_urls(get_response: Any) -> Any:
    """Let each request be answered by the site that it was sent to."""

    def middleware(request: Any) -> Any:
        holder = request.scope if hasattr(request, "scope") else request.environ
        request.urlconf = holder["site.urls"]
        return get_response(request)

    return middleware


def django_urls(patterns: list[Any]) -> ModuleType:
    """Make a module of URLs, with the same behind a prefix."""
    if not django_settings.configured:
        django_settings.configure(
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="for tests",
            ROOT_URLCONF="frameworks",
            MIDDLEWARE=[
                "frameworks.choose_urls",
                "django.middleware.common.CommonMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware",
            ],
        )
        django.setup()
    urls = ModuleType("site_urls")
    urls.urlpatterns = [*patterns, path("mounted/", include(patterns))]  # type: ignore[attr-defined]
    return urls


def django_wsgi(site: Site, settings: Any) -> Any:
    """Django with views that wait, by WSGI."""
    webhooks = DjangoWebhooks(**settings)

    @webhooks.webhook(IncomingMessage)
    def sms(_: Any, message: IncomingMessage) -> Any:
        return HttpResponse(site.reply(message), content_type="text/xml")

    def echo(request: Any, name: str = "") -> Any:
        if request.POST:
            pairs = [(name, value) for name, values in request.POST.lists() for value in values]
            assert pairs == sorted_by_name(request.twilio.params), name
        return JsonResponse(site.told(django_checked(request), request.body))

    urls = django_urls(django_patterns(echo, sms, webhooks))
    handler = WSGIHandler()
    return wsgiref_serves(site, lambda environ, start: handler({**environ, "site.urls": urls}, start))


def django_patterns(echo: Any, sms: Any, webhooks: DjangoWebhooks) -> list[Any]:
    """List the paths of the site in Django."""

    async def echo_async(request: Any, _: Any, name: str = "") -> Any:
        return await echo(request, name)

    def echo_sync(request: Any, _: Any, name: str = "") -> Any:
        return echo(request, name)

    view = webhooks.webhook(CheckedRequest)(echo_async if inspect.iscoroutinefunction(echo) else echo_sync)
    return [path("echo", view), path("a b/<name>", view), path("sms", sms)]


def django_asgi(site: Site, settings: Any) -> Any:
    """Django with views that are awaited, by ASGI."""
    webhooks = DjangoWebhooks(**settings)

    @webhooks.webhook(IncomingMessage)
    async def sms(_: Any, message: IncomingMessage) -> Any:
        return HttpResponse(site.reply(message), content_type="text/xml")

    async def echo(request: Any, _: str = "") -> Any:
        return JsonResponse(site.told(request.twilio, request.body))

    urls = django_urls(django_patterns(echo, sms, webhooks))
    handler = ASGIHandler()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await handler({**scope, "site.urls": urls}, receive, send)

    return uvicorn_serves(site, app, lifespan="off")


SITES: dict[str, Callable[[Site, Any], Any]] = {
    "starlette": starlette,
    "fastapi": fastapi,
    "wsgi": plain_wsgi,
    "flask": in_flask,
    "django-wsgi": django_wsgi,
    "django-asgi": django_asgi,
}


@contextlib.contextmanager
def reverse_proxy(target: str) -> Iterator[str]:
    """Serve as a proxy that says what it was asked, and asks for another host inside."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            inside = http.client.HTTPConnection(target.removeprefix("http://"), timeout=LONGEST)
            inside.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in {"host", "connection"}:
                    inside.putheader(name, value)
            inside.putheader("Host", "inner")
            inside.putheader("X-Forwarded-For", self.client_address[0])
            inside.putheader("X-Forwarded-Proto", "https")
            inside.putheader("X-Forwarded-Host", self.headers["Host"])
            inside.endheaders(body)
            answer = inside.getresponse()
            content = answer.read()
            inside.close()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with thread_serves(Site(), server) as site:
        yield site.url
