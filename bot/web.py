"""The web application: the webhooks, the browser's phones, health and metrics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from sqlalchemy.exc import DatabaseError, InterfaceError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import handlers
from bot.limits import Limits, not_kept
from bot.metrics import Metrics
from bot.rehearsal import keep_clock
from bot.wiring import Hotline
from handlers.chat import Chat
from handlers.demo import Demo
from handlers.desk.console import Console
from handlers.desk.pages import desk_routes
from handlers.work import is_alive
from storage.trouble import is_trouble

PAGES = Path(handlers.__file__).parent / "pages"
#: Whoever asks how we are is answered within so many seconds, whatever the database does.
HEALTH_WITHIN = 3.0
#: What may be the database's trouble.
TROUBLES = (DatabaseError, InterfaceError, PendingRollbackError, NoConnection)


def make_app(
    hotline: Hotline, start: Callable[[asyncio.Event], Coroutine[None, None, None]] | None = None
) -> Starlette:
    """The application. `start` runs beside it until it stops (the workers, in one process)."""
    pages = Environment(loader=FileSystemLoader(PAGES / "templates"), autoescape=True)
    demo_mode = hotline.settings.is_demo
    chat = Chat(
        hotline.accept, hotline.store, hotline.clock, hotline.browser, hotline.settings.secret_key, demo_mode
    )

    figures = Metrics(hotline.store, hotline.clock, hotline.channels, hotline.settings.rule.quiet)

    async def home(request: Request) -> Response:
        if demo_mode:
            return await demo_page(request)
        return HTMLResponse(
            pages.get_template("home.html").render(name="社区热线", phone=hotline.settings.twilio_from)
        )

    async def chat_page(request: Request) -> Response:
        if request.query_params.get("start"):
            return await chat.start(request)
        response = HTMLResponse(pages.get_template("chat.html").render())
        chat.remember(request, response, chat.who(request))
        return response

    async def demo_page(request: Request) -> Response:
        people = await asyncio.to_thread(demo.trio)
        return HTMLResponse(pages.get_template("demo.html").render(people=people))

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
        *desk_routes(_console(hotline, pages)),
        Mount("/static", StaticFiles(directory=PAGES / "static")),
    ]
    hooks = []  # asked for most, so looked at first
    if hotline.telegram:
        hooks.append(Route("/telegram", hotline.telegram.update, methods=["POST"]))
    if hotline.twilio:
        hooks.append(Route("/twilio/sms", hotline.twilio.sms, methods=["POST"]))
        hooks.append(Route("/twilio/status", hotline.twilio.status, methods=["POST"]))
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

    async def broken(request: Request, error: Exception) -> Response:
        return JSONResponse({"error": "Something went wrong here. Nothing is lost; please try again."}, 500)

    async def troubled(request: Request, error: Exception) -> Response:
        """The store has logged why."""
        if not is_trouble(error):
            raise error
        return not_kept()

    return Starlette(
        routes=[*hooks, *routes],
        middleware=[Middleware(Limits)],
        lifespan=lifespan,
        exception_handlers={500: broken, **dict.fromkeys(TROUBLES, troubled)},
    )


def _console(hotline: Hotline, pages: Environment) -> Console:
    settings, wake = hotline.settings, hotline.work.sets.wake
    return Console(
        hotline.store, hotline.keeper, hotline.clock, wake, settings.address, settings.language, pages
    )
