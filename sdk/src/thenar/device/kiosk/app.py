"""The page's addresses.

``GET /`` is the page, ``/screen`` a WebSocket that sends every change of the
screen, ``GET /words`` what the page says itself, ``GET /actions`` what can be started,
``POST /actions/NAME`` starts it, ``POST /cancel`` stops it; ``POST /choices/QUESTION/NAME``
answers what the screen asks, without a name it asks for more time. ``?lang=`` chooses the
language of the first three. Other sites' pages are refused by ``Host`` and ``Origin``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from thenar.device.attendant import Attendant
from thenar.device.display import Shown
from thenar.device.kiosk.tongue import LANGUAGES, Tongue, named

PAGE = Path(__file__).with_name("page")
_SECURITY = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def make_app(attendant: Attendant, *, host: str = "127.0.0.1", language: str = "en") -> Starlette:
    """The page of one terminal, for a browser that calls it by ``host`` or as localhost.

    Args:
        attendant: starts what the page and the till ask for.
        host: address that the page is served at.
        language: that the page begins with, and returns to after each customer.
    """
    display = attendant.terminal.display

    def tongue(connection: HTTPConnection) -> Tongue:
        wanted = connection.query_params.get("lang", language)
        return Tongue(wanted if wanted in LANGUAGES else language)

    async def words(request: Request) -> Response:
        said = tongue(request)
        return JSONResponse({"language": said.language, "languages": named(), "words": said.page()})

    async def screen(socket: WebSocket) -> None:
        said = tongue(socket)
        if not _is_own_page(socket):
            await socket.close(code=1008)
            return
        await socket.accept()
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tell(_: Shown) -> None:
            loop.call_soon_threadsafe(changed.set)

        unsubscribe = display.subscribe(tell)
        gone = asyncio.create_task(_until_gone(socket))
        try:
            while not gone.done():
                changed.clear()
                await socket.send_text(to_json(display.shown, said))
                waiting = asyncio.create_task(changed.wait())
                await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
        except WebSocketDisconnect:
            pass
        finally:
            unsubscribe()
            gone.cancel()

    async def actions(request: Request) -> Response:
        said = tongue(request)
        offered = [
            {"name": name, "label": said.say(action.label)}
            for name, action in attendant.actions.items()
            if action.label
        ]
        return JSONResponse(offered)

    async def start(request: Request) -> Response:
        name = request.path_params["name"]
        if not _is_own_page(request):
            return JSONResponse({"error": "asked by another site"}, status_code=403)
        if name not in attendant.actions:
            return JSONResponse({"error": f"no action {name!r}"}, status_code=404)
        try:
            sent = json.loads(await request.body() or b"{}")
        except ValueError:
            sent = None
        if not isinstance(sent, dict):
            return JSONResponse({"error": "expected a JSON object"}, status_code=400)
        if not attendant.start(name, sent):
            return JSONResponse({"error": "another customer is being served"}, status_code=409)
        return JSONResponse({"started": name}, status_code=202)

    async def choose(request: Request) -> Response:
        if not _is_own_page(request):
            return JSONResponse({"error": "asked by another site"}, status_code=403)
        question = request.path_params["question"]
        answer = request.path_params.get("choice")
        answers = attendant.terminal.answers
        known = answers.stay(question) if answer is None else answers.give(question, answer)
        if not known:
            return JSONResponse({"error": "that is not asked now"}, status_code=409)
        return Response(status_code=204)

    async def cancel(request: Request) -> Response:
        if not _is_own_page(request):
            return JSONResponse({"error": "asked by another site"}, status_code=403)
        attendant.terminal.cancel()
        return Response(status_code=204)

    return Starlette(
        routes=[
            WebSocketRoute("/screen", screen),
            Route("/words", words),
            Route("/actions", actions),
            Route("/actions/{name}", start, methods=["POST"]),
            Route("/choices/{question}", choose, methods=["POST"]),
            Route("/choices/{question}/{choice}", choose, methods=["POST"]),
            Route("/cancel", cancel, methods=["POST"]),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=[host, "localhost", "127.0.0.1"]),
            Middleware(_SecurityHeaders),
        ],
    )


def to_json(shown: Shown, said: Tongue) -> str:
    """What the page is told, in the customer's language."""
    title, detail = said.say(shown.title), said.say(shown.detail)
    choices = [
        {"name": one.name, "label": said.say(one.label), "detail": said.say(one.detail)}
        for one in shown.choices
    ]
    return json.dumps(attrs.asdict(shown) | {"title": title, "detail": detail, "choices": choices})


def _is_own_page(connection: HTTPConnection) -> bool:
    """A browser names the page that asks; a till's program names none."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


async def _until_gone(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive()
    except (WebSocketDisconnect, RuntimeError):
        return


class _SecurityHeaders:
    """Adds headers that keep the page to itself."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((key.encode(), value.encode()) for key, value in _SECURITY.items()),
                ]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
