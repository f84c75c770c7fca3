"""Rehearsals: a small one from end to end, what its checks find in a book that is wrong, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.rehearse import checks, needs
from bot.rehearse.agenda import Agenda
from bot.rehearse.day import Plan, Rehearsal
from bot.rehearse.figures import Burden, Figures, Filled
from bot.rehearse.place import Place, Sent, find_district, open_place, rehearsal_settings
from bot.rehearse.report import run
from bot.rehearse.rules import Findings, Rule
from bot.rehearse.table import aligned, verdict
from bot.rehearse.watcher import Watcher
from bot.settings import Refused, read_settings
from flows.calendar import Slot
from flows.district import District
from flows.ledger import Appointment, Case
from flows.message import Line
from flows.roster import Absence, Roster
from flows.understanding.emergency import read_emergency
from storage.absence_table import add_absence
from storage.case_table import case_row
from storage.district_table import save_district
from storage.migrate import migrate
from storage.outbox import Outbound
from storage.store import Store
from storage.tables import cases
from tests.conftest import sample_district
from tests.keys import SECRETS

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 12, tzinfo=ZONE)


def one_community(code: str = "C01") -> District:
    """The sample district with one community of its twenty."""
    whole = sample_district()
    grids = {key: grid for key, grid in whole.grids.items() if grid.community == code}
    return District(
        {code: whole.communities[code]},
        grids,
        tuple(building for building in whole.buildings if building.grid in grids),
        {w.code: w for w in whole.workers.values() if w.community == code or w.role == "office"},
        whole.services,
        tuple(hours for hours in whole.hours if hours.of.startswith(code)),
        whole.workdays,
    )


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a database and without settings."""
    monkeypatch.chdir(tmp_path)


# --- the whole ---


def test_a_small_community_on_its_day() -> None:
    settings = rehearsal_settings()
    begins = datetime(2026, 11, 23, tzinfo=settings.zone)
    with open_place(settings, one_community(), begins) as place:
        rehearsal = Rehearsal(place, Plan(talks=60, absent=12), lambda _said: None)
        figures = rehearsal.run()
    assert rehearsal.findings.all_well, "\n".join(rehearsal.findings.lines())
    assert figures.talks == 60
    assert figures.endings.total() == 60
    assert figures.roles["grid_manager"].cases.total() > 10
    assert figures.roles["grid_manager"].minutes
    assert rehearsal.took_leave
    assert figures.to_booking
    assert rehearsal.expected  # the notice went to those who had written by then
    assert sum(figures.segments.values()) >= sum(figures.out.values())


def test_the_command_takes_a_folder_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["rehearse", "--talks", "0"])
    assert answer.exit_code == 1
    assert "--talks" in answer.output
    answer = CliRunner().invoke(main, ["rehearse", str(tmp_path / "nowhere")])
    assert answer.exit_code == 1
    assert "no folder" in answer.output
    assert not list(tmp_path.iterdir())


def test_an_empty_district_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "bot.rehearse.report.find_district", lambda _settings, _folder: (District(), "nothing")
    )
    with pytest.raises(Refused, match="nobody to rehearse"):
        run(Plan(), None, print, print)


# --- what it takes, and what it leaves alone ---


def test_the_district_of_the_database_is_read_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    store = Store(url, SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, one_community())
    store.close()
    before = (tmp_path / "own.db").read_bytes()
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DATA_KEYS", ",".join(SECRETS))
    district, where = find_district(rehearsal_settings(), None)
    assert list(district.communities) == ["C01"]
    assert "your database" in where
    assert (tmp_path / "own.db").read_bytes() == before


def test_without_a_database_the_sample_is_taken_and_none_is_made(tmp_path: Path) -> None:
    district, where = find_district(rehearsal_settings(), None)
    assert len(district.grids) == 524
    assert "sample" in where
    assert not list(tmp_path.iterdir())


def test_accounts_in_the_settings_are_not_used(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "TELEGRAM_BOT_TOKEN=1:secret\nTWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN=t\nTWILIO_FROM=+15005550006\n"
        "PUBLIC_URL=https://hotline.example.org\nQUIET_FROM=20\n"
    )
    assert read_settings().has_sms
    settings = rehearsal_settings()
    assert settings.rule.quiet[0].hour == 20
    with open_place(settings, one_community(), NOON) as place:
        assert place.hotline.bot is None
        assert place.hotline.twilio is None
        assert place.hotline.channels["sms"] is place.channel


def test_the_same_seed_makes_the_same_people() -> None:
    district = one_community()
    drawn = [[needs.draw(district, Random(seed)) for seed in range(200)] for _again in range(2)]
    assert drawn[0] == drawn[1]
    assert {need.kind for need in drawn[0]} == set(needs.SHARES)
    assert {need.language for need in drawn[0]} == {"zh", "en"}


def test_emergencies_are_heard_as_such() -> None:
    chance = Random(1)
    said = [
        need
        for need in (needs.draw(one_community(), chance) for _ in range(2000))
        if need.kind == "emergency"
    ]
    assert said
    assert all(read_emergency(need.text) for need in said), [
        n.text for n in said if not read_emergency(n.text)
    ]


def test_most_talks_begin_in_the_morning_and_a_few_at_night() -> None:
    hours = [at.hour for at in needs.moments(NOON, 3000, Random(7))]
    count = {hour: hours.count(hour) for hour in range(24)}
    assert count[9] + count[10] > 3000 / 5
    assert count[12] < count[11]
    assert count[12] < count[14]
    assert 0 < sum(count[hour] for hour in (23, 0, 1, 2, 3, 4)) < 100
    assert hours == sorted(hours)


def test_the_agenda_keeps_the_order_of_time_and_then_of_thought() -> None:
    agenda = Agenda("sms")
    for words, minutes in (("c", 2), ("a", 1), ("b", 1), ("", 0), ("d", 9)):
        agenda.add(NOON + timedelta(minutes=minutes), "+8610000000000", lambda words=words: words)  # type: ignore[misc]
    assert [one.heard.text for one in agenda.due(NOON + timedelta(minutes=5))] == ["a", "b", "c"]
    assert agenda.next() == NOON + timedelta(minutes=9)


# --- what is found in a book that is wrong ---


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


# --- what is printed ---


def test_findings_are_printed_with_their_first_examples() -> None:
    findings = Findings()
    findings.add(Rule.SEATS, [f"A{n}" for n in range(9)])
    findings.add(Rule.SEATS, ["A0"])
    lines = findings.lines()
    assert "✗ no seat was given twice: 9 times" in lines
    assert lines.count("    A0") == 1
    assert "    A5" not in lines
    assert f"✓ {Rule.NIGHT}" in lines


def test_columns_stand_one_under_the_other() -> None:
    assert list(aligned([("role", "cases"), ("clerk", 12)])) == ["role   cases", "clerk     12"]


def figures_of(calendars: list[Filled]) -> Figures:
    full = [one for one in calendars if one.taken >= one.times]
    figures = Figures({}, {}, calendars, 3000, 1, {}, [], {}, {})  # type: ignore[arg-type]
    return replace(figures, full=full)


def test_the_verdict_says_where_it_breaks_first() -> None:
    district = sample_district()
    calendars = [Filled("C01-M12", 12, 12), Filled("C01-M13", 3, 12), Filled("C01/general", 1, 20)]
    said = verdict(figures_of(calendars), district)
    assert said.startswith("This roster does not bear 3,000 talks a day everywhere: 1 of 2 grid managers")
    assert "C01-M12 (grid C01-G12)" in said
    said = verdict(figures_of(calendars[1:]), district)
    assert said.startswith("This roster bears 3,000 talks a day. It would break first at C01-M13")
    figures = replace(
        figures_of(calendars[1:]), burdens=[Burden("OFFICE", 660, 360), Burden("C01-M12", 60, 360)]
    )
    said = verdict(figures, district)
    assert "does not bear" in said
    assert "1 workers are asked for more than their day has, first OFFICE (office): 11.0 hours" in said
    assert "no hours" in verdict(figures_of([]), district)
