"""The calendar of a hall and of a manager: who comes when, checked in, not come, moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from storage.tables import absences, appointments, cases, reminders, seats
from tests.seats import Seat
from tests.town import ZONE, Telephone, Town

CLERK, MANAGER, OTHER = "C01-W6", "C01-M12", "C01-M13"


def booked(town: Town, *words: str) -> tuple[Telephone, str]:
    telephone = town.telephone("李大爷", "+8613900000001")
    for said in words:
        telephone.says(said)
        town.settle()
    telephone.shows()
    with town.store.read() as connection:
        return telephone, str(connection.scalars(select(cases.c.number).order_by(cases.c.id.desc())).first())


def visit(town: Town) -> tuple[Telephone, str]:
    """Today at 13:30 the manager comes."""
    return booked(town, "我家屋顶漏雨了", "怡安小区7号楼2单元501", "1")


def at_window(town: Town) -> tuple[Telephone, str]:
    return booked(town, "退休证年审怎么办", "1", "怡安小区7号楼2单元501", "1")


def test_the_day_of_a_manager_and_the_week(town: Town) -> None:
    _telephone, number = visit(town)
    seat = Seat(town, MANAGER)
    for path in ("/desk/calendar", "/desk/calendar?view=week", f"/desk/calendar?of={MANAGER}&day=2026-11-23"):
        page = seat.get(path).text
        assert number in page, path
        assert "13:30" in page
    assert number not in seat.get("/desk/calendar?day=2026-11-24").text
    assert "不开放" in seat.get("/desk/calendar?day=2026-11-28").text  # a Saturday
    assert seat.get("/desk/calendar?day=yesterday").status_code == 404
    assert seat.get("/desk/calendar?day=1999-01-01").status_code == 404


def test_the_hall_has_its_windows_side_by_side(town: Town) -> None:
    _telephone, number = at_window(town)
    page = Seat(town, CLERK).get("/desk/calendar?of=C01").text
    assert number in page
    assert "社会保障" in page
    assert "余" in page


def test_an_appointment_is_moved_and_everybody_hears_of_it(town: Town) -> None:
    telephone, number = visit(town)
    manager = town.telephone("胡文博", town.district.workers[MANAGER].phone)
    manager.says("今天")
    town.settle()
    manager.shows()
    seat = Seat(town, CLERK)
    page = seat.get(f"/desk/appointments/{number}").text
    slots = [part.split('"')[0] for part in page.split('<option value="')[1:]]
    assert slots
    with town.store.read() as connection:
        before = connection.execute(select(appointments)).one()
    assert "已改时间" in seat.does(f"/desk/appointments/{number}", slot=slots[3])
    town.settle()
    assert "时间改到" in telephone.shows()[-1]
    assert "改到" in manager.shows()[-1]
    with town.store.read() as connection:
        after = connection.execute(select(appointments)).one()
        held = connection.execute(select(seats)).all()
        waiting = connection.execute(select(reminders.c.version).where(reminders.c.state == "waiting")).all()
    assert after.start != before.start
    assert [seat.start for seat in held] == [after.start]
    assert {row.version for row in waiting} == {after.version}


def test_a_time_that_is_gone_is_not_given_twice(town: Town) -> None:
    _telephone, number = visit(town)
    seat = Seat(town, CLERK)
    page = seat.get(f"/desk/appointments/{number}").text
    slot = page.split('<option value="')[1].split('"')[0]
    start = datetime.fromisoformat(slot[:16] + "+00:00")
    with town.store.write() as connection:
        connection.execute(insert(seats).values(calendar=MANAGER, start=start, seat=1, appointment="x" * 32))
    assert "刚被约走" in seat.does(f"/desk/appointments/{number}", slot=slot)
    for nonsense in ("", "x", "2026-11-24T01:00Z+60x1@C01-M20"):
        assert "刚被约走" in seat.does(f"/desk/appointments/{number}", slot=nonsense)
    with town.store.read() as connection:
        [row] = connection.execute(select(appointments)).all()
    assert row.start.astimezone(ZONE).hour == 13


def test_checked_in_or_not_come(town: Town) -> None:
    telephone, number = at_window(town)
    with town.store.read() as connection:
        [row] = connection.execute(select(appointments)).all()
    seat, path = Seat(town, CLERK), f"/desk/cases/{number}/deed"
    assert "现在不能这样办" in seat.does(path, deed="missed")  # her time has not come yet
    town.clock.at = row.start.astimezone(ZONE) + timedelta(minutes=20)
    day = f"/desk/calendar?of=C01&view=day&day={town.clock.at.date()}"
    answer = seat.post(path, deed="missed", back=day)
    assert answer.headers["location"] == f"{day}&said=missed"  # back where she was
    assert (
        seat.post(path, deed="arrived", back="https://evil.example/").headers["location"].startswith("/desk/")
    )
    town.settle()
    assert "没等到您" in telephone.shows()[-1]
    assert "爽约" in seat.get("/desk/reports").text


def test_who_is_away_is_shown_as_away(town: Town) -> None:
    now = town.clock.at
    with town.store.write() as connection:
        for code, start in [(MANAGER, now - timedelta(hours=1)), (OTHER, now + timedelta(days=2))]:
            until = start + timedelta(days=1)
            row = {"worker": code, "start": start, "until": until, "deputy": "C01-M14", "at": now, "by": code}
            connection.execute(insert(absences).values(id=code.rjust(32, "0"), **row))
    page = Seat(town, CLERK).get("/desk/people").text
    hers = page.split('<th scope="row">网格员胡文博<')[1].split("</tr>")[0]
    assert "不在" in hers
    assert town.district.workers["C01-M14"].name in hers
    assert page.count('<span class="tag alarm">') == 1  # the other one is still there
    assert "在岗" in page
    assert "不在" in Seat(town, CLERK).get(f"/desk/calendar?of={MANAGER}").text
