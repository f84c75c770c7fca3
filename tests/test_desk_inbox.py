"""The order of the inbox: emergencies, today's visits by their time, then what is due next; and what counts as late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from storage import inbox_pages
from storage.keys import key_at
from storage.tables import appointments, cases
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.seats import Seat
from tests.town import Town, copied


@pytest.fixture
def town(template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble) -> Iterator[Town]:
    with Town(copied(template, tmp_path), "terminal", telegram, twilio) as made:
        yield made


def opened(
    town: Town, number: str, minutes_ago: int, visit_at: datetime | None = None, **its: object
) -> None:
    """A case of the manager of grid 12."""
    now = town.clock.now()
    at = now - timedelta(minutes=minutes_ago)
    row = {"id": key_at(at), "number": number, "person": "p", "kind": "repair", "status": "waiting"}
    row |= {"text": "灯坏了", "community": "C01", "grid": "C01-G12", "owner": "C01-M12", "opened_at": at}
    with town.store.write() as connection:
        connection.execute(insert(cases).values(row | {"due": now + timedelta(days=3)} | its))
        if visit_at:
            slot = {"calendar": "C01-M12", "start": visit_at, "minutes": 30, "seats": 1}
            connection.execute(insert(appointments).values(id=row["id"], case=row["id"], **slot))


def numbers(page: str) -> list[str]:
    return re.findall(r'<a href="/desk/cases/(\w+)"><b>', page)


def late(page: str) -> str:
    found = re.search(r'已超时 <span class="count">(\d+)</span>', page)
    assert found, page
    return found[1]


def test_what_is_to_be_done_first_stands_first(town: Town) -> None:
    now = town.clock.now()
    today = now.replace(minute=0, second=0, microsecond=0)
    opened(town, "LATER", 1)
    opened(town, "OVERDUE", 5000, due=now - timedelta(hours=2))
    opened(town, "DONE", 10, status="done", due=now - timedelta(hours=5))
    opened(town, "NOLIMIT", 20, due=None)
    opened(town, "TOMORROW", 40, today + timedelta(days=1), kind="visit")
    opened(town, "AFTERNOON", 30, today + timedelta(hours=3), kind="visit")
    opened(town, "SOON", 6000, today + timedelta(hours=1), kind="visit")
    opened(town, "FIRE", 3, kind="alarm")
    page = Seat(town, "OFFICE").get("/desk?view=all").text
    assert numbers(page) == ["FIRE", "SOON", "AFTERNOON", "OVERDUE", "TOMORROW", "LATER", "NOLIMIT", "DONE"]
    assert numbers(Seat(town, "C01-M12").get("/desk").text)[:2] == ["FIRE", "SOON"]


def test_an_emergency_nobody_accepts_is_overdue_after_minutes_and_says_since_when(town: Town) -> None:
    opened(town, "FIRE", 4, kind="alarm", ack_by=town.clock.now() + timedelta(minutes=1))
    seat = Seat(town, "C01-D")
    page = seat.get("/desk?view=all").text
    assert (late(page), "无人接单" in page, "还剩" in page) == ("0", False, False)
    with town.store.write() as connection:  # it went on to the next one in line, with a clock of her own
        earlier = {"opened_at": town.clock.now() - timedelta(minutes=9)}
        connection.execute(update(cases).values(earlier))
    page = seat.get("/desk?view=all").text
    assert late(page) == "1"
    assert re.search(r'<span class="tag alarm">.*起无人接单,已9分钟</span>', page)
    assert "还剩" not in page
    assert numbers(seat.get("/desk?view=overdue").text) == ["FIRE"]
    assert "起无人接单,已9分钟" in seat.get("/desk/cases/FIRE").text
    with town.store.write() as connection:
        connection.execute(update(cases).values(status="accepted"))
    assert late(seat.get("/desk?view=all").text) == "0"


def test_every_case_is_on_one_page_of_a_long_list(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_pages, "PAGE", 3)
    same = town.clock.now() + timedelta(days=1)
    for n in range(8):
        opened(town, f"CASE{n}", n, due=same if n % 2 else None, kind="alarm" if n == 5 else "talk")
    seat, seen, path = Seat(town, "OFFICE"), list[str](), "/desk?view=all"
    for _page in range(3):
        page = seat.get(path).text
        seen += numbers(page)
        more = re.search(r'href="/desk\?view=all&amp;before=(\w+)', page)
        path = f"/desk?view=all&before={more[1]}" if more else ""
    assert path == ""
    assert seen == [f"CASE{n}" for n in (5, 7, 3, 1, 6, 4, 2, 0)]
    assert numbers(seat.get(f"/desk?view=all&before={'f' * 32}").text) == seen[:3]
