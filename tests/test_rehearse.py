"""A small rehearsal from end to end, what it takes and leaves alone, and what it prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.rehearse import needs
from bot.rehearse.agenda import Agenda
from bot.rehearse.day import Plan, Rehearsal
from bot.rehearse.figures import Burden, Figures, Filled
from bot.rehearse.place import find_district, open_place, rehearsal_settings
from bot.rehearse.report import run
from bot.rehearse.rules import Findings, Rule
from bot.rehearse.table import aligned, verdict
from bot.settings import Refused, read_settings
from flows.district import District
from flows.understanding.emergency import read_emergency
from storage.district_table import save_district
from storage.migrate import migrate
from storage.store import Store
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
    heavy = [Burden("C01-W6", 270, 360)]
    assert verdict(replace(figures_of(calendars[1:]), burdens=heavy), district).endswith(
        "It would break first with C01-W6 (clerk): 4.5 hours of work in a day of 6.0."
    )
    too_heavy = [Burden("OFFICE", 660, 360), *heavy]
    figures = replace(figures_of(calendars[1:]), burdens=too_heavy)
    said = verdict(figures, district)
    assert "does not bear" in said
    assert "more than their day has are 1 of 685 workers, first OFFICE (office): 11.0 hours" in said
    assert "no hours" in verdict(figures_of([]), district)
