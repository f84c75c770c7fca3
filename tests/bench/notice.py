"""A notice to 60,000 while people talk: how long replies take, how fast the notice goes, when pause and stop hold."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from bisect import bisect_left
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import insert

from storage.keys import new_key
from storage.seals import blind
from storage.store import Store
from storage.tables import contacts, conversations, persons
from tests.bench.load import Load
from tests.bench.program import hotline_in, started
from tests.outside import SAMPLE, Hotline
from tests.paper import MONDAY
from tests.postgres import running_postgres

FIRST = 8_000_000_000
TEXT = "明天9:00到12:00停水检修,请提前存水。"


async def main(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="./run bench notice", description=__doc__)
    options.add_argument("--people", type=int, default=60_000)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument(
        "--at-once", type=int, default=8, help="so many talk, a message in one and a half seconds each"
    )
    options.add_argument(
        "--postgres", action="store_true", help="on PostgreSQL, with two workers beside the web"
    )
    options.add_argument("--per-second", type=int, default=30, help="TELEGRAM_PER_SECOND")
    chosen = options.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'gridbell.db'}"
        if chosen.postgres:
            url = stack.enter_context(running_postgres(durable=True))
        load = Load(pause=1.5)
        async with load.standin as standin:
            env = {"DATABASE_URL": url, "TELEGRAM_PER_SECOND": str(chosen.per_second)}
            hotline = hotline_in(folder, standin.url, env)
            hotline.env["NOTICE_APPROVE_ABOVE"] = str(chosen.people)
            hotline.run("load", str(SAMPLE))
            _move_in(url, hotline.env["SECRET_KEY"], chosen.people)
            commands = ("serve --no-workers", "work", "work") if chosen.postgres else ("serve",)
            with started(hotline, commands) as program:
                await program.listening()
                arrived: list[tuple[float, int]] = []
                heard = standin.heard

                def listen(chat: int, text: str, labels: list[str]) -> None:
                    arrived.append((time.perf_counter(), chat))
                    if chat < FIRST:
                        heard(chat, text, labels)

                standin.heard = listen
                key = await _command(hotline, TEXT, "--everybody", "--yes")
                key = key.partition("notice show ")[2].split()[0]
                seen = await load.run(program, chosen.at_once, warm=3, seconds=chosen.seconds)
                delays = ", ".join(f"p{share:g} {seen.delay(share / 100):.0f} ms" for share in (50, 99, 100))
                print(f"{seen.turns / seen.seconds:.1f} replies/s: {delays}")
                _tell_rates(arrived)
                await _until_it_holds(hotline, arrived, key, "pause")
                await _command(hotline, "resume", key)
                await asyncio.sleep(3)
                await _until_it_holds(hotline, arrived, key, "stop")
                print((await _command(hotline, "show", key)).splitlines()[0])
                chats = [chat for _at, chat in arrived if chat >= FIRST]
                print(
                    f"twice: {len(chats) - len(set(chats))}; {program.cpu():.1f} s of processor time in all"
                )


def _move_in(url: str, secret: str, people: int) -> None:
    """So many residents who have written once, some day."""
    store = Store(url, [secret])
    with store.write() as connection:
        for begin in range(0, people, 5000):
            rows = [(new_key(), new_key(), str(FIRST + n)) for n in range(begin, min(people, begin + 5000))]
            connection.execute(
                insert(persons), [{"id": person, "language": "zh", "since": MONDAY} for person, _, _ in rows]
            )
            connection.execute(
                insert(contacts),
                [
                    {
                        "id": contact,
                        "person": person,
                        "channel": "telegram",
                        "address": chat,
                        "address_index": blind(connection, chat),
                        "heard_at": MONDAY,
                    }
                    for person, contact, chat in rows
                ],
            )
            connection.execute(insert(conversations), [{"contact": contact} for _, contact, _ in rows])
    store.close()


async def _command(hotline: Hotline, *words: str) -> str:
    return await asyncio.to_thread(hotline.run, "notice", *words)


def _tell_rates(arrived: list[tuple[float, int]]) -> None:
    times = [at for at, _chat in arrived]
    most = max(bisect_left(times, at + 1, n) - n for n, at in enumerate(times))
    notices = [at for at, chat in arrived if chat >= FIRST]
    rate = len(notices) / (notices[-1] - notices[0])
    print(
        f"notice: {rate:.1f}/s, {len(notices)} sent; never more than {most} messages in a second at the provider"
    )


async def _until_it_holds(hotline: Hotline, arrived: list[tuple[float, int]], key: str, how: str) -> None:
    """From the command's start, and its end, to the last copy that arrived."""
    began = time.perf_counter()
    await _command(hotline, how, key)
    ended = time.perf_counter()
    await asyncio.sleep(5)
    last = max((at for at, chat in arrived if chat >= FIRST), default=began)
    took, after = ended - began, max(0.0, last - ended)
    print(f"{how}: the command took {took:.2f} s, the last copy arrived {after:.2f} s after its end")
