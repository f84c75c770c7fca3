"""`gridbell chat`: the hotline in a terminal, read as an SMS would be; works beside a running `serve`."""

from __future__ import annotations

import asyncio

import click
import phonenumbers

from bot.loading import sample_hint
from bot.settings import Refused, Settings
from bot.wiring import build
from flows.message import Heard
from handlers.channels.screen import Terminal
from storage.arrivals import Arrived
from storage.district_table import district_version
from storage.keys import new_key
from storage.seals import blind
from storage.store import Store


def chat(store: Store, settings: Settings, phone: str) -> None:
    """Reads lines until the end of input (Ctrl-D)."""
    with store.read() as connection:
        if not district_version(connection):
            raise Refused(f"No district is loaded yet: gridbell load DIR. {sample_hint()}")
    asyncio.run(_talk(store, settings, telephone_number(phone)))


async def _talk(store: Store, settings: Settings, phone: str) -> None:
    unhurried = settings.model_copy(update={"messages_a_minute": 0})  # a whole talk may come through a pipe
    hotline = build(unhurried, store)
    hotline.channels.clear()  # what is for others waits for `serve`
    address = phone or "here"
    with (
        store.write() as connection
    ):  # each terminal is a channel of its own: what is for another waits for it
        channel = f"terminal {blind(connection, address)[:12]}"
    hotline.channels[channel] = Terminal(_show)
    click.echo("Write to the hotline; Ctrl-D ends. 写一句话试试,比如:我家屋顶漏雨了")
    while True:
        try:
            text = await asyncio.to_thread(input, "> ")
        except (EOFError, KeyboardInterrupt):
            break
        if text.strip():  # an empty line only looks whether something has come
            heard = Heard(text=text, channel="terminal")
            await hotline.accept.take(Arrived(channel, address, new_key(), heard, phone))
        hotline.work.turns.run_all()
        await hotline.work.deliver.run_all()
    await hotline.close()


def _show(text: str) -> None:
    for line in text.splitlines():
        click.echo(f"< {line}")


def telephone_number(phone: str) -> str:
    """As E.164; empty for nothing. Raises Refused."""
    if not phone:
        return ""
    try:
        number = phonenumbers.parse(phone, "CN")
    except phonenumbers.NumberParseException as error:
        raise Refused(f"{phone} is no telephone number. Write it like +8613800000000.") from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
