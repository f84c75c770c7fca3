"""Serving: the web application and the workers in one process, or the workers alone."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
from contextlib import suppress

import structlog
import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot.connections import MOST_CONNECTIONS, Connection
from bot.loading import sample_hint
from bot.settings import Refused, Settings
from bot.web import make_app
from bot.wiring import Hotline, build
from handlers.channels.telegram import register
from handlers.channels.telegram_polling import poll
from storage.facts import set_fact
from storage.trouble import failed

#: The name of the bot, kept so that `invite` need not ask.
BOT_NAME = "bot_name"

log = structlog.get_logger()


def serve(settings: Settings, *, workers: bool, note: str = "") -> None:
    """Serves until told to stop (SIGTERM, Ctrl-C); what is under way is finished first."""
    hotline = build(settings, starts=True)
    _make_room()

    async def beside(stop: asyncio.Event) -> None:
        try:
            _announce(hotline, note)
            if workers:
                alone = hotline.store.is_sqlite
                await hotline.work.run(stop, lambda stop: _telegram(hotline, stop), alone=alone)
            else:
                await asyncio.gather(_telegram(hotline, stop), hotline.work.tallies.run(hotline.store, stop))
        except Exception as error:  # a door without anybody behind it helps nobody: end, and be started again
            failed(error, "the workers ended")
            log.error("stopping: the workers could not go on", fix="the lines before say why; start it again")
            server.should_exit = True
            ended.append(error)

    ended: list[Exception] = []

    config = uvicorn.Config(
        make_app(hotline, beside),
        host=settings.host,
        port=settings.port,
        log_config=None,  # its lines go the way of all others: masked, and in the shape that was asked for
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # the pages see to it
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=3,
        http=Connection,
        limit_concurrency=MOST_CONNECTIONS,
    )
    server = uvicorn.Server(config)
    server.run(sockets=[_listening(settings)])
    if ended:
        sys.exit(1)


def _make_room() -> None:
    """Each connection is an open file; a usual limit of 1024 is less than what we answer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * MOST_CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _listening(settings: Settings) -> socket.socket:
    """The open door; raises Refused if it cannot be opened."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        door = socket.socket(family, kind, protocol)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
    except OSError as error:
        raise Refused(
            f"HOST {settings.host}, PORT {settings.port}: cannot listen there ({error.strerror}). "
            "Is another program on it? Write another PORT."
        ) from error
    return door


def work(settings: Settings) -> None:
    """The workers alone."""

    async def run() -> None:
        hotline = build(settings, starts=True)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        spare_the_collector()
        log.info("working; stop with Ctrl-C")
        await hotline.work.run(stop)
        await hotline.close()

    loops = uvicorn.Config(
        "", log_config=None
    ).get_loop_factory()  # uvloop where there is one, as for the web
    with asyncio.Runner(loop_factory=loops) as runner:
        runner.run(run())


def _announce(hotline: Hotline, note: str) -> None:
    settings = hotline.settings
    if not settings.is_demo:
        for line in hotline.off:
            log.info(line)
    with hotline.store.read() as connection:
        if not hotline.keeper.premises(connection).district.communities:
            log.warning(f"no district is loaded: gridbell load DIR. {sample_hint()}")
    spare_the_collector()
    log.info(f"Gridbell listens on http://{settings.host}:{settings.port}{note}")


def spare_the_collector() -> None:
    """Once everything is loaded: what comes and goes after that is seldom worth looking through."""
    gc.freeze()  # what is here now stays: the collector need not look at it again
    gc.set_threshold(100_000, 50, 100)  # a turn makes much and leaves nothing: a fifth more turns, measured
    gc.enable()


async def _telegram(hotline: Hotline, stop: asyncio.Event) -> None:
    """Registers the webhook, or clears it and polls; while Telegram does not answer, tries again."""
    bot, settings = hotline.bot, hotline.settings
    if bot is None or hotline.telegram is None:
        return
    pause = 2.0
    while True:
        try:
            await bot.initialize()
            await register(bot, settings.public_url, settings.webhook_secret)
            break
        except TelegramError as error:
            log.warning(
                "Telegram cannot be set up yet; tried again",
                error=type(error).__name__,
                fix="gridbell doctor says what is wrong",
            )
            if not await _slept(stop, pause):
                return
            pause = min(pause * 2, 60)
    with suppress(SQLAlchemyError):  # the store has said so; `invite` asks Telegram itself then
        await asyncio.to_thread(_keep_name, hotline, bot.username)
    how = "by webhook" if settings.public_url else "by polling"
    log.info(f"Telegram is on: https://t.me/{bot.username}, {how}")
    if not settings.public_url:
        await poll(bot, hotline.telegram, stop)


def _keep_name(hotline: Hotline, name: str) -> None:
    with hotline.store.write() as connection:
        set_fact(connection, BOT_NAME, name)


async def _slept(stop: asyncio.Event, seconds: float) -> bool:
    """Waits, but not longer than until told to stop; False then."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return True
    return False
