"""What the checks of a rehearsal find: each is given a book, or a telephone company, that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.rehearse import checks
from bot.rehearse.place import Place, Sent, open_place, rehearsal_settings
from bot.rehearse.rules import Findings, Rule
from bot.rehearse.watcher import Watcher
from flows.calendar import Slot
from flows.case import Appointment, Case
from flows.message import Line
from flows.roster import Absence, Roster
from storage.absence_table import add_absence
from storage.case_table import case_row
from storage.outbox import Outbound
from storage.tables import cases
from tests.conftest import sample_district
from tests.test_rehearse import one_community

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a database and without settings."""
    monkeypatch.chdir(tmp_path)


def case(number: str = "K7M42", **changes: object) -> Case:
    known = {"owner": "C01-M12", "community": "C01", "grid": "C01-G12", "place": "怡安小区7号楼2单元501"}
    base = Case(number, number, "p", "repair", "accepted", "灯坏了", opened_at=NOON, **known)  # type: ignore[arg-type]
    return replace(base, **changes)  # type: ignore[arg-type]


def visit(number: str, start: datetime, key: str = "", **changes: object) -> Case:
    slot = Slot(start, "C01-M12", 60)
    return case(number, kind="visit", appointment=Appointment(key or f"a-{number}", slot), **changes)


class OneDistrict:
    """Of the premises, what the checks ask for."""

    def __init__(self, roster: Roster | None = None) -> None:
        self.district, self.roster = sample_district(), roster or Roster()
        self.rule = rehearsal_settings().rule


def found(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def test_an_open_case_without_an_owner_is_found() -> None:
    premises = OneDistrict()
    book = [
        case("A1A11"),
        case("B2B22", owner=""),
        case("C3C33", owner="GONE"),
        case("D4D44", owner="", status="settled"),
    ]
    said = found(checks.without_owner(book, premises, premises.roster, NOON))  # type: ignore[arg-type]
    assert "B2B22" in said
    assert "C3C33" in said
    assert "A1A11" not in said
    assert "D4D44" not in said


def test_a_case_with_somebody_who_is_away_is_found_unless_it_is_for_later() -> None:
    away = Absence("x", "C01-M12", NOON - timedelta(hours=1), NOON + timedelta(hours=10))
    premises = OneDistrict(Roster([away]))
    book = [
        case("A1A11"),
        visit("B2B22", NOON + timedelta(hours=2)),
        visit("C3C33", NOON + timedelta(days=1)),
    ]
    said = found(checks.without_owner(book, premises, premises.roster, NOON))  # type: ignore[arg-type]
    assert "A1A11" in said
    assert "B2B22" in said
    assert "C3C33" not in said


def test_what_waits_without_a_clock_is_found() -> None:
    book = [case("A1A11", status="waiting"), case("B2B22", status="waiting", ack_by=NOON)]
    assert found(checks.without_clock(book)).startswith("A1A11")
    assert "B2B22" not in found(checks.without_clock(book))


def test_seats_given_twice_lost_or_kept_after_the_end_are_found() -> None:
    at = NOON + timedelta(hours=3)
    book = [
        visit("A1A11", at),
        visit("B2B22", at),
        visit("C3C33", at + timedelta(hours=1)),
        visit("D4D44", at, status="cancelled"),
    ]
    taken = [("C01-M12", at.astimezone(UTC), f"a-{number}") for number in ("A1A11", "B2B22", "D4D44")]
    said = found(checks.seats_wrong(book, taken))
    assert "A1A11 B2B22 share 1 seat" in said
    assert "C3C33 has not exactly the seat" in said
    assert "D4D44 is cancelled and still has a seat" in said
    assert not found(checks.seats_wrong(book[:1], taken[:1]))


def test_a_visit_that_nothing_came_of_is_found() -> None:
    long_ago = NOON - timedelta(hours=4)
    book = [
        visit("A1A11", long_ago),
        visit("B2B22", long_ago, stage="arrived"),
        visit("C3C33", NOON - timedelta(hours=1)),
        visit("D4D44", long_ago, status="done"),
    ]
    assert [line[:5] for line in checks.visits_lost(book, NOON)] == ["A1A11"]


def sent(text: str, at: datetime = NOON, **changes: object) -> Sent:
    known: dict[str, object] = {
        "id": "m",
        "contact": "c",
        "person": "p",
        "channel": "sms",
        "address": "+8610000000001",
    }
    known |= {
        "lane": 1,
        "turn": 0,
        "reminder": None,
        "tries": 0,
        "resumed": False,
        "since": at,
        "line": Line(text),
    }
    return Sent(at, Outbound(**known | changes))  # type: ignore[arg-type]


def twice(*gone: Sent, **turns: list[datetime]) -> list[str]:
    causes = {"mine": ("c", "sms"), "mine2": ("c", "sms"), "hers": ("d", "sms")}
    return list(checks.said_twice(gone, causes, turns, sample_district()))


def test_the_same_words_twice_are_found() -> None:
    later = NOON + timedelta(hours=2)
    assert twice(sent("提醒"), sent("提醒", later))
    assert twice(sent("提醒", case="k"), sent("提醒", later, case="k"))
    assert not twice(sent("提醒", case="k"), sent("提醒", later, case="j"))
    assert not twice(sent("提醒"), sent("提醒", later, person="q"))
    assert not twice(sent("早上好"), sent("早上好", NOON + timedelta(days=1)))


def test_an_answer_to_each_of_two_messages_is_no_repeat_but_two_to_one_are() -> None:
    assert not twice(sent("哪栋楼", cause="mine"), sent("哪栋楼", cause="mine2"))
    assert twice(sent("哪栋楼", cause="mine"), sent("哪栋楼", cause="mine"))


def test_a_question_put_again_after_a_turn_of_the_case_is_no_repeat() -> None:
    later = NOON + timedelta(hours=2)
    pair = sent("办好了吗", case="k"), sent("办好了吗", later, case="k")
    assert twice(*pair)
    assert twice(*pair, k=[NOON - timedelta(minutes=1)])
    assert not twice(*pair, k=[NOON + timedelta(hours=1)])


def at_night(*gone: Sent, urgent: set[str] | None = None, **wrote: list[datetime]) -> list[str]:
    causes = {"mine": ("c", "sms"), "nudge": ("c", "patience"), "hers": ("d", "sms")}
    book = {"k": case(), "fire": case(kind="alarm")}
    return list(checks.at_night(gone, causes, wrote, book, OneDistrict(), urgent or set()))  # type: ignore[arg-type]


def test_what_goes_out_at_night_needs_a_cause() -> None:
    night = datetime(2026, 11, 23, 23, tzinfo=ZONE)
    assert at_night(sent("提醒", night))
    assert at_night(sent("新任务", night, cause="hers", case="k"))
    assert at_night(sent("还在吗", night, cause="nudge"))
    assert at_night(sent("通知", night, notice="n"))
    assert not at_night(sent("提醒", NOON))
    assert not at_night(sent("好的", night, cause="mine"))
    assert not at_night(sent("紧急", night, cause="hers", case="fire"))
    assert not at_night(sent("暴雪", night, notice="n"), urgent={"n"})
    assert not at_night(sent("有人接单了", night, cause="hers", case="k"), c=[night - timedelta(minutes=20)])
    assert at_night(sent("有人接单了", night, cause="hers", case="k"), c=[night - timedelta(hours=3)])


def test_two_copies_of_a_notice_and_none_are_found() -> None:
    gone = [sent("暴雪", lane=2), sent("暴雪", lane=2), sent("暴雪", lane=2, person="q")]
    assert list(checks.notice_wrong(gone, ["p", "q", "r"])) == ["p had 2 copies", "r had none"]
    assert not list(checks.notice_wrong(gone[2:], ["q"]))


def test_a_telephone_number_is_not_printed() -> None:
    clerk = sample_district().workers["C01-W6"]
    [line] = twice(sent("提醒", address=clerk.phone), sent("提醒", address=clerk.phone))
    assert "C01-W6" in line
    assert clerk.phone not in line
    [line] = twice(sent("提醒"), sent("提醒"))
    assert "+86" not in line


# --- what is seen only while it happens ---


def put(place: Place, *book: Case) -> None:
    with place.store.write() as connection:
        connection.execute(cases.insert(), [case_row(one) for one in book])


def test_the_watcher_finds_a_case_given_to_somebody_who_is_away() -> None:
    with open_place(rehearsal_settings(), one_community(), NOON) as place:
        findings = Findings()
        watcher = Watcher(place, findings)
        put(place, case("A1A11"))  # she had it before
        absence = Absence("", "C01-M12", NOON - timedelta(hours=4), NOON + timedelta(hours=8))
        with place.store.write() as connection:
            add_absence(connection, absence, place.clock.machine())
        watcher.look()
        put(place, case("B2B22"))
        watcher.look()
    assert findings.against[Rule.GIVEN] == ["B2B22 given to C01-M12, who is away"]


def test_the_watcher_finds_what_the_ticks_leave_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    late = {"due": NOON - timedelta(hours=1)}
    with open_place(rehearsal_settings(), one_community(), NOON) as place:
        put(place, case("A1A11", status="waiting", ack_by=NOON - timedelta(minutes=1)), case("B2B22", **late))
        findings = Findings()
        with monkeypatch.context() as broken:
            broken.setattr(type(place.hotline.work.watch), "look", lambda _watch: 0)
            Watcher(place, findings).tick()
        assert findings.against[Rule.ACCEPTED][0].startswith("A1A11")
        assert findings.against[Rule.LIMITS][0].startswith("B2B22")
        mended = Findings()
        Watcher(place, mended).tick()
    assert mended.all_well
