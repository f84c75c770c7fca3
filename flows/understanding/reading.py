"""A message as it is understood, in the order the design fixes: emergency, command, where, when, what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flows.understanding.commands import Command, read_command
from flows.understanding.emergency import Emergency, read_emergency
from flows.understanding.masking import blanked, private_numbers
from flows.understanding.normalise import normalise
from flows.understanding.refusals import Span, refusals_in
from flows.understanding.routes import Routed, Router
from flows.understanding.when import When, time_meant, times_in
from flows.understanding.where import Address, read_address


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` is normalised and every span counts its characters; `need` is what is left of it for the router.

    `never` is when somebody can not come or be there, if no other time is said.
    """

    text: str
    need: str
    private: list[tuple[int, int]]
    emergency: Emergency | None
    command: Command | None
    address: Address | None
    when: When | None
    never: tuple[Span, ...]
    routes: list[Routed]


def read_message(
    text: str, now: datetime, router: Router, address_of: Callable[[str], Address | None] = read_address
) -> Reading:
    """Everything a message says. Numbers that belong to somebody are blanked first, the address before the times."""
    text = normalise(text)
    private = private_numbers(text)
    plain = blanked(text, private)
    address = address_of(plain)
    there = [address.span] if address else []
    times = times_in(plain, now, there)
    when, never = time_meant(plain, times, now), _refused(plain, times, now)
    need = blanked(plain, [*there, *(said.span for said in times)])
    emergency, command = read_emergency(plain), read_command(text)
    if emergency:
        routes = [Routed("emergency", 1.0), *router.routes(need)]
    elif command:
        routes = [Routed("command", 1.0), *router.routes(need)]
    else:
        routes = router.routes(need)
    return Reading(text, need, private, emergency, command, address, when, never, routes)


def _refused(plain: str, times: list[When], now: datetime) -> tuple[Span, ...]:
    refused = tuple(span for refusal in refusals_in(plain, times, now) for span in refusal.times)
    return refused if len(refused) == len(times) else ()
