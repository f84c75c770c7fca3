"""`gridbell notice`: what it shows, asks, starts and refuses."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from storage.district_table import save_district
from storage.migrate import migrate
from storage.store import Store
from tests.conftest import sample_district
from tests.keys import SECRETS
from tests.test_notices import AT_HOME, WATER, Office


@pytest.fixture
def gridbell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A database that the command line works on, and an office beside it."""

    url = f"sqlite:///{tmp_path / 'cli.db'}"
    store = Store(url, SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    for name, value in {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRETS[0],
        "TELEGRAM_BOT_TOKEN": "1:AA",
        "CLOCK_START": "2026-11-23T09:00",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return Office(store)


def run(*arguments: str, says: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(main, ["notice", *arguments], input=says)
    return done.exit_code, done.output


def test_the_command_shows_asks_and_starts(gridbell: Office) -> None:
    for n in range(3):
        gridbell.resident(f"{n}", home=AT_HOME)
    code, shown = run(WATER, "--building", "怡安小区", says="n\n")
    assert code == 0
    assert f"{WATER}\n——怡安社区。" in shown
    assert "To 3 people: 3 by telegram." in shown
    assert "Nothing was sent." in shown
    assert run("list") == (0, "There is no notice yet.\n")
    code, shown = run(WATER, "--community", "C01", "--yes")
    key = shown.partition("notice show ")[2].split()[0]
    assert "sending: 0 of 3 sent, 3 to come" in run("show", key)[1]
    assert "paused" in run("pause", key)[1]
    assert "sending" in run("resume", key)[1]
    assert "stopped" in run("stop", key)[1]
    code, shown = run("pause", key)
    assert (code, "for a notice in another state" in shown) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([WATER], "To whom?"),
        ([WATER, "--everybody"], "Nobody would get it"),
        ([WATER, "--everybody", "--grid", "C01-G12"], "leaves nothing to choose"),
        ([WATER, "--community", "C99"], "no community C99"),
        ([WATER, "--grid", "G"], "no grid G"),
        ([WATER, "--building", "月球小区9号楼"], "no building or estate"),
        ([WATER, "--service", "S"], "no service S"),
        ([WATER, "--role", "mayor"], "write one of grid_manager"),
        ([WATER, "--list", "nobody"], "no list nobody"),
        ([WATER, "--list", "nobody", "--grid", "C01-G12"], "leave the other places out"),
        ([WATER, "--everybody", "--kind", "spam"], "write one of news"),
        ([WATER, "--everybody", "--urgent"], "say why with --why"),
        ([WATER, "--everybody", "--at", "2020-01-01T08:00"], "no time to come"),
        ([WATER, "--everybody", "--every", "year", "--at", "8:00"], "write day, week or month"),
        (["水" * 1001, "--everybody"], "1 to 1000"),
        ([WATER, "--test", "nobody"], "no telephone number"),
        ([WATER, "--test", "C01-M12"], "no contact yet"),
        (["show"], "the list has the IDs"),
        (["show", "ff"], "There is no notice ff"),
    ],
)
def test_the_command_refuses_with_what_to_do(gridbell: Office, arguments: list[str], said: str) -> None:
    code, shown = run(*arguments)
    assert code == 1
    assert said in shown


@pytest.mark.parametrize("when", [(), ("--at", "8:00", "--every", "day")])
def test_what_nobody_of_the_staff_would_get_is_not_planned_either(
    gridbell: Office, when: tuple[str, ...]
) -> None:
    code, shown = run(WATER, "--role", "clerk", *when, "--yes")
    assert (code, "Nobody would get it" in shown) == (1, True)
    assert run("list") == (0, "There is no notice yet.\n")


def test_a_list_has_the_times_of_the_district(gridbell: Office) -> None:
    code, shown = run(WATER, "--everybody", "--every", "day", "--at", "8:00", "--yes")
    assert code == 0
    assert "Nobody would get it now" in shown
    assert "goes 2026-11-24 08:00, daily" in run("list")[1]
    assert "UTC" not in run("list")[1]


def test_the_command_tries_it_out_on_one_worker(gridbell: Office) -> None:
    gridbell.resident("me", worker="C01-M12")
    gridbell.resident("wang")
    code, shown = run(WATER, "--everybody", "--test", "C01-M12")
    assert (code, "to nobody else" in shown) == (0, True)
    gridbell.clock.at += timedelta(days=36500)  # the command goes by the real machine's time
    assert [message.address for message in gridbell.claims()] == ["me"]


def test_the_command_plans_keeps_lists_and_asks_for_a_second_person(
    gridbell: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTICE_APPROVE_ABOVE", "1")
    for n in range(2):
        gridbell.resident(f"{n}", home=AT_HOME)
    options = (
        "--grid",
        "C01-G12",
        "--save",
        "old people",
        "--kind",
        "outages",
        "--english",
        "No water.",
        "--yes",
    )
    code, shown = run(WATER, *options)
    assert code == 0
    assert "--list old people means the same" in shown
    number = shown.partition(" waits for a second person's yes")[0].split()[-1]
    code, shown = run("approve", number)
    assert (code, "needs somebody else" in shown) == (1, True), "whoever ran the first command"
    monkeypatch.setattr("bot.noticing.by_command", lambda: "gridbell somebody else")
    assert "sending: 0 of 2 sent" in run("approve", number)[1]
    code, shown = run(WATER, "--list", "old people", "--every", "day", "--at", "8:00", "--yes")
    assert "It goes on 2026-11-24 at 08:00, then daily." in shown
    number = shown.partition(" waits for a second person's yes")[0].split()[-1]
    assert "goes 2026-11-24 08:00, daily" in run("list")[1]
    monkeypatch.setattr("bot.noticing.by_command", lambda: "gridbell a third")
    assert "refused" in run("refuse", number, "--why", "the date is wrong")[1]


def test_the_command_sends_what_is_urgent_only_with_a_yes(gridbell: Office) -> None:
    gridbell.resident("0", home=AT_HOME, quiet=True)
    code, shown = run(WATER, "--everybody", "--urgent", "--why", "storm", "--kind", "safety", "--yes")
    assert (code, "waits for a second person" in shown) == (0, True)
    assert "【紧急】" in shown
    assert "asked: 0 of 1 sent" in run("list")[1]


def test_the_command_says_what_sms_cost_and_writes_to_staff_and_to_who_waits(
    gridbell: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SMS_PRICE": "0.05",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t",
        "TWILIO_FROM": "+15005550006",
        "TWILIO_API_URL": "http://127.0.0.1:9",
        "PUBLIC_URL": "https://gridbell.example",
    }.items():
        monkeypatch.setenv(name, value)
    code, shown = run(WATER, "--role", "director", "--community", "C01", says="n\n")
    assert "To 1 people: 1 by sms.\nSMS segments: 1. They cost about 0.05." in shown
    service = next(iter(sample_district().services))
    code, shown = run(WATER, "--service", service)
    assert (code, "Nobody would get it" in shown) == (1, True)
