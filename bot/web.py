"""The web application: the webhooks, the browser's phones, health and metrics."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError, InterfaceError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import handlers
from bot.limits import Limits, not_kept
from bot.metrics import Metrics
from bot.rehearsal import keep_clock
from bot.webhooks import Webhooks, broken
from bot.wiring import Hotline
from handlers.chat import Chat
from handlers.demo import Demo
from handlers.desk.console import Console
from handlers.desk.pages import desk_routes
from handlers.desk.words import add_words
from handlers.hooks import Hook
from handlers.work import is_alive
from storage.trouble import is_trouble

if TYPE_CHECKING:
    from jinja2 import Environment

PAGES = Path(handlers.__file__).parent / "pages"
#: Whoever asks how we are is answered within so many seconds, whatever the database does.
HEALTH_WITHIN = 3.0
#: What may be the database's trouble.
TROUBLES = (DatabaseError, InterfaceError, PendingRollbackError, NoConnection)


def make_app(
    hotline: Hotline, start: Callable[[asyncio.Event], Coroutine[None, None, None]] | None = None
) -> Webhooks:
    """The application. `start` runs beside it until it stops (the workers, in one process)."""
    demo_mode = hotline.settings.is_demo
    chat = Chat(
        hotline.accept, hotline.store, hotline.clock, hotline.browser, hotline.settings.secret_key, demo_mode
    )

    figures = Metrics(hotline.store, hotline.clock, hotline.channels, hotline.settings.rule.quiet)

    async def home(request: Request) -> Response:
        if demo_mode:
            return await demo_page(request)
        return _page("home.html", name="社区热线", phone=hotline.settings.twilio_from)

    async def chat_page(request: Request) -> Response:
        if request.query_params.get("start"):
            return await chat.start(request)
        response = _page("chat.html")
        chat.remember(request, response, chat.who(request))
        return response

    async def demo_page(request: Request) -> Response:
        people = await asyncio.to_thread(demo.trio)
        return _page("demo.html", people=people)

    async def health(request: Request) -> Response:
        """What is known comes first: a database that only reads, or is locked, answers a question all the same."""
        if trouble := hotline.store.watch.trouble:
            return PlainTextResponse(f"the database cannot be written: {trouble}", 503)
        try:
            async with asyncio.timeout(HEALTH_WITHIN):
                alive = await asyncio.to_thread(is_alive, hotline.store, hotline.clock.machine())
        except TimeoutError:
            return PlainTextResponse(f"the database did not answer within {HEALTH_WITHIN:g} s", 503)
        except SQLAlchemyError as error:
            why = hotline.store.watch.trouble or type(error).__name__
            return PlainTextResponse(f"the database does not answer: {why}", 503)
        return PlainTextResponse("ok") if alive else PlainTextResponse("no worker runs: gridbell work", 503)

    async def metrics(request: Request) -> Response:
        try:
            async with asyncio.timeout(HEALTH_WITHIN):
                text = await asyncio.to_thread(figures.text)
        except TimeoutError:
            text = figures.text_without()
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    routes = [
        Route("/", home),
        Route("/healthz", health),
        Route("/metrics", metrics),
        Route("/chat", chat_page),
        Route("/chat/stream", chat.stream),
        Route("/chat/say", chat.say, methods=["POST"]),
        Route("/chat/photo", chat.send_photo, methods=["POST"]),
        Route("/chat/photo/{key}", chat.show_photo),
        *desk_routes(_console(hotline)),
        Mount("/static", StaticFiles(directory=PAGES / "static")),
    ]
    hooks: dict[str, Hook] = {}
    if hotline.telegram:
        hooks["/telegram"] = hotline.telegram.update
    if hotline.twilio:
        hooks["/twilio/sms"] = hotline.twilio.sms
        hooks["/twilio/status"] = hotline.twilio.status
    if demo_mode:
        demo = Demo(hotline.store, hotline.keeper, hotline.clock, keep_clock)
        demo.settle_residents()
        routes.append(Route("/demo", demo_page))
        routes.append(Route("/demo/people", demo.people))
        routes.append(Route("/demo/clock", demo.clock, methods=["GET", "POST"]))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        running = asyncio.create_task(start(stop)) if start else None
        try:
            yield
        finally:
            stop.set()
            if running:
                await running
            await hotline.close()

    async def fails(request: Request, error: Exception) -> Response:
        return broken()

    async def troubled(request: Request, error: Exception) -> Response:
        """The store has logged why."""
        if not is_trouble(error):
            raise error
        return not_kept()

    app = Starlette(
        routes=routes,
        middleware=[Middleware(Limits)],
        lifespan=lifespan,
        exception_handlers={500: fails, **dict.fromkeys(TROUBLES, troubled)},
    )
    # Only a page asks how it was reached: its cookie is for https alone where a proxy says https.
    proxies = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
    return Webhooks(hooks, ProxyHeadersMiddleware(app, proxies), app.routes)  # type: ignore[arg-type]


def _console(hotline: Hotline) -> Console:
    settings, wake = hotline.settings, hotline.work.sets.wake
    return Console(
        hotline.store, hotline.keeper, hotline.clock, wake, settings.address, settings.language, _templates
    )


def _page(name: str, /, **given: object) -> HTMLResponse:
    return HTMLResponse(_templates().get_template(name).render(**given))


@cache
def _templates() -> Environment:
    """Loaded when somebody looks at a page: a start need not wait for it."""
    from jinja2 import Environment, FileSystemLoader

    return add_words(Environment(loader=FileSystemLoader(PAGES / "templates"), autoescape=True))
