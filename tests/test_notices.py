"""Notices: to whom, once each whatever happens, little by little, held and let go, and what a reply to one means."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from flows.audience import Audience, Notice, Progress
from flows.case import Home
from flows.rule import NoticeRule, Rule
from flows.segments import weight
from handlers.notices import AHEAD, NoSuchNotice, Notices
from storage import tables
from storage.keys import new_key
from storage.migrate import migrate
from storage.outbox import LEASE, Mark, Outbound
from storage.pace import NOTICE, Pace, Rate, telegram_rate
from storage.person_table import merge, open_contact, settle
from storage.restored import settle_unsent
from storage.store import Store
from tests.conftest import sample_district
from tests.exchange import Exchange
from tests.keys import SECRETS
from tests.paper import MONDAY
from tests.test_upgrade import step

#: What is tested elsewhere holds nothing up here.
AT_ONCE = NoticeRule(approve_above=10_000, slowly=timedelta())
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WATER = "明天9:00-12:00停水检修,请提前存水。"
AT_HOME = Home("C01", "C01-G12", "怡安小区7号楼2单元501")
NEXT_DOOR = Home("C01", "C01-G12", "怡安小区8号楼1单元101")
ELSEWHERE = Home("C02", "C02-G01", "山水小区1号楼101")


@dataclass
class Office(Exchange):
    """An exchange with residents and notices."""

    channels: tuple[str, ...] = ("telegram", "sms")
    rule: Rule = field(default_factory=lambda: Rule(notices=AT_ONCE))
    rates: dict[str, Rate] = field(default_factory=lambda: {"telegram": telegram_rate(30), "sms": Rate(10)})

    def __post_init__(self) -> None:
        super().__post_init__()
        self.notices = Notices(self.store, self.keeper, self.clock, Pace(self.rates))

    def resident(self, *addresses: str, home: Home | None = None, **known: Any) -> str:
        """Somebody with a contact at each address: a number's is SMS. Heard at the last one last."""
        with self.store.write() as connection:
            person = ""
            for n, address in enumerate(addresses):
                channel = "sms" if address.startswith("+") else "telegram"
                contact = open_contact(
                    connection,
                    channel,
                    address,
                    MONDAY,
                    **({"phone": known["phone"]} if "phone" in known else {}),
                )
                hers = tables.contacts.c.id == contact.id
                person = person or connection.scalar(select(tables.contacts.c.person).where(hers)) or ""
                heard = {"person": person, "heard_at": MONDAY + n * SECOND}
                connection.execute(update(tables.contacts).where(hers).values(heard))
            values = {key: value for key, value in known.items() if key != "phone"}
            if home:
                values |= {"home": str(home), "community": home.community, "grid": home.grid}
            if values:
                connection.execute(update(tables.persons).where(tables.persons.c.id == person).values(values))
            return person

    def residents(self, count: int, channel: str = "telegram") -> None:
        with self.store.write() as connection:
            for n in range(count):
                open_contact(connection, channel, f"{channel} {n}", MONDAY)

    def draft(self, audience: Audience | None = None, text: str = WATER, **more: Any) -> Notice:
        return self.notices.draft(text, audience or Audience(), "office", **more)

    def starts(self, audience: Audience | None = None, text: str = WATER, **more: Any) -> str:
        return self.notices.start(self.draft(audience, text, **more)).id

    def acts(self, notice: str, deed: str, by: str = "office") -> Notice:
        return self.notices.act(self.notices.find(notice)[0], deed, by)

    def states(self, notice: str) -> Counter[str]:
        with self.store.read() as connection:
            query = select(tables.outbox.c.state).where(tables.outbox.c.notice == notice)
            return Counter(connection.scalars(query))

    def copies(self, notice: str) -> Counter[str]:
        """How many each person has, wherever."""
        query = select(tables.contacts.c.person).join(
            tables.outbox, tables.outbox.c.contact == tables.contacts.c.id
        )
        with self.store.read() as connection:
            return Counter(connection.scalars(query.where(tables.outbox.c.notice == notice)))

    def sends_all(self, *channels: str, state: str = "sent") -> list[Outbound]:
        sent = []
        while claimed := self.claims(*channels or self.channels):
            self.marks(*(Mark(message, state, provider_id=message.id) for message in claimed))
            sent += claimed
        return sent

    def runs(self, notice: str, ticks: int = 50) -> list[Outbound]:
        """Ticks and deliveries until it is done; what was sent, in order."""
        sent: list[Outbound] = []
        for _tick in range(ticks):
            self.notices.feed()
            sent += self.sends_all()
            self.clock.at += SECOND
            if self.state(notice) == "done":
                return sent
        raise AssertionError(f"it is {self.state(notice)} after {ticks} ticks")

    def state(self, notice: str) -> str:
        return self.notices.find(notice)[0].state

    def progress(self, notice: str) -> Progress:
        return self.notices.find(notice)[1]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


# --- to whom ---


def test_only_residents_who_want_notices_and_can_be_reached(office: Office) -> None:
    wang = office.resident("wang")
    office.resident("quiet", quiet=True)
    office.resident("joined worker", worker="C01-M12")
    worker = sample_district().workers["C01-M13"]
    office.resident(worker.phone, phone=worker.phone)  # told of tasks by SMS, never joined
    dead = office.resident("dead")
    with office.store.write() as connection:
        connection.execute(update(tables.contacts).where(tables.contacts.c.person == dead).values(dead=True))
        open_contact(connection, "terminal here", "here", MONDAY)
    assert office.notices.preview(office.draft()).people == {"telegram": 1}
    notice = office.starts()
    office.runs(notice)
    assert office.copies(notice) == {wang: 1}


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        (Audience(), "door else next nowhere"),
        (Audience(communities=("C01",)), "door next"),
        (Audience(communities=("C01", "C02")), "door else next"),
        (Audience(grids=("C02-G01",)), "else"),
        (Audience(buildings=(("怡安小区", "7号楼"),)), "door"),
        (Audience(grids=("C02-G01",), buildings=(("怡安小区", "8号楼"),)), "else next"),
    ],
    ids=str,
)
def test_the_audience_is_who_lives_in_any_of_the_places(office: Office, audience: Audience, who: str) -> None:
    for address, home in {"door": AT_HOME, "next": NEXT_DOOR, "else": ELSEWHERE, "nowhere": None}.items():
        office.resident(address, home=home)
    assert Audience.read(str(audience)) == audience
    assert office.notices.preview(office.draft(audience)).total == len(who.split())
    assert {message.address for message in office.runs(office.starts(audience))} == set(who.split())


def test_a_home_told_in_a_talk_is_known_by_its_codes(office: Office) -> None:
    for words in ("我家屋顶漏雨了", "怡安7-2-501", "3"):
        office.hears("wang", words)
        office.turns.run_all()
    assert office.notices.preview(office.draft(Audience(grids=("C01-G12",)))).total == 1


def test_a_home_of_a_list_is_known_by_its_codes(office: Office) -> None:
    office.resident("+8613800138000", phone="+8613800138000")
    with office.store.write() as connection:
        settle(connection, "+8613800138000", AT_HOME)
    assert office.notices.preview(office.draft(Audience(grids=("C01-G12",)))).total == 1


def test_who_comes_after_it_began_is_not_in_it(office: Office) -> None:
    wang = office.resident("wang")
    notice = office.starts()
    office.resident("late")
    office.runs(notice)
    assert office.copies(notice) == {wang: 1}


def test_the_preview_counts_channels_and_segments(office: Office) -> None:
    office.resident("wang")
    office.resident("+8613800138001")
    office.resident("+8613800138002", language="en")
    preview = office.notices.preview(office.draft(text=WATER * 4))
    assert preview.people == {"telegram": 1, "sms": 2}
    assert preview.segments == weight(preview.lines["zh"]) + weight(preview.lines["en"])
    assert preview.lines["zh"].text == f"{WATER * 4}\n——区一办。不想再收通知,回「别再发了」。"
    assert "NO MORE MESSAGES" in preview.lines["en"].text


def test_one_community_speaks_in_its_own_name(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    preview = office.notices.preview(office.draft(Audience(grids=("C01-G12",))))
    assert "——怡安社区。" in preview.lines["zh"].text


@pytest.mark.parametrize("text", ["", "  ", "水" * 1001])
def test_a_text_that_is_none_is_refused(office: Office, text: str) -> None:
    with pytest.raises(ValueError, match="1 to 1000"):
        office.notices.preview(office.draft(text=text))


# --- once each ---


def test_with_two_channels_one_copy_goes_where_she_was_heard_last(office: Office) -> None:
    both = office.resident("wang", "+8613800138000")
    notice = office.starts()
    [message] = office.runs(notice)
    assert (message.channel, message.lane, message.person) == ("sms", NOTICE, both)


def test_who_turns_out_to_be_two_persons_in_the_middle_of_it_has_one_copy(office: Office) -> None:
    office.rates["telegram"] = telegram_rate(2)
    first = office.resident("first")
    office.residents(10)
    last = office.resident("last")
    notice = office.starts()
    office.notices.feed()
    assert office.copies(notice)[first] == 1
    with office.store.write() as connection:
        merge(connection, first, last)
    office.runs(notice)
    assert office.copies(notice)[last] == 1
    assert max(office.copies(notice).values()) == 1
    assert len(office.copies(notice)) == 11


def test_a_crash_in_the_midst_of_feeding_doubles_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.residents(70)
    notice = office.starts()
    office.notices.feed()
    with monkeypatch.context() as patch:
        patch.setattr("handlers.notices.move_on", lambda *_: 1 / 0)
        office.sends_all()
        with pytest.raises(ZeroDivisionError):
            office.notices.feed()
    assert len(office.copies(notice)) == 50, "rows and cursor stand or fall together"
    office.runs(notice)
    assert (len(office.copies(notice)), office.copies(notice).total()) == (70, 70)


def test_several_processes_feed_it_once(office: Office) -> None:
    office.residents(300)
    notice = office.starts()
    with office.elsewhere() as one, office.elsewhere() as other, ThreadPoolExecutor(3) as pool:
        offices = [Office(found.store, found.clock) for found in (office, one, other)]
        for _tick in range(12):
            list(pool.map(lambda there: there.notices.feed(), offices))
            office.sends_all()
            office.clock.at += SECOND
    assert office.state(notice) == "done"
    assert (len(office.copies(notice)), office.copies(notice).total()) == (300, 300)


def test_one_whose_fate_is_unknown_is_never_sent_again(office: Office) -> None:
    office.resident("wang")
    notice = office.starts()
    office.notices.feed()
    [message] = office.claims()
    office.clock.at += 2 * LEASE
    [again] = office.claims()
    assert again.resumed  # and then `handlers.deliver` gives it up
    office.marks(Mark(again, "failed", error="fate unknown"))
    office.notices.feed()
    assert office.progress(notice).failed == 1
    assert office.state(notice) == "done"
    assert message.notice == notice


# --- little by little ---


def test_two_seconds_of_the_pace_lie_ahead_in_the_order_of_the_keys(office: Office) -> None:
    office.residents(200)
    notice = office.starts()
    for _tick in range(3):
        office.notices.feed()
    assert office.states(notice) == {"waiting": AHEAD * 25}
    claimed = office.claims(most=20)
    office.marks(*(Mark(message, "sent") for message in claimed))
    office.notices.feed()
    assert office.states(notice) == {"waiting": 50, "sent": 20}
    people = [message.person for message in office.runs(notice)]
    assert people == sorted(people)


def test_nobody_is_passed_over_where_one_channel_is_full(office: Office) -> None:
    office.rates["sms"] = Rate(1)
    office.notices = Notices(office.store, office.keeper, office.clock, Pace(office.rates))
    for n in range(6):
        office.resident(f"+861380013800{n}")
        office.resident(f"telegram {n}")
    notice = office.starts()
    office.notices.feed()
    assert office.states(notice).total() == 4
    office.runs(notice)
    assert office.copies(notice).total() == 12


def test_those_who_cannot_be_reached_hold_up_nobody(office: Office) -> None:
    with office.store.write() as connection:
        rows = [{"id": new_key(), "language": "zh", "since": MONDAY} for _ in range(450)]
        connection.execute(insert(tables.persons), rows)
    office.resident("wang")
    notice = office.starts()
    office.notices.feed()
    assert office.states(notice) == {"waiting": 1}


def test_progress_tells_the_rate_and_the_time_that_is_left(office: Office) -> None:
    office.residents(100)
    notice = office.starts()
    office.notices.feed()
    first, *others = office.claims(most=25)
    office.marks(Mark(first, "failed"), *(Mark(message, "sent") for message in others))
    office.clock.at += SECOND
    seen = office.progress(notice)
    assert (seen.total, seen.sent, seen.failed, seen.waiting, seen.rate) == (100, 24, 1, 75, 24)
    assert seen.left == MINUTE * 75 / 24
    office.clock.at += 2 * MINUTE
    assert office.progress(notice).left is None


# --- held and let go ---


def test_pause_holds_what_waits_and_resume_lets_it_go(office: Office) -> None:
    office.residents(80)
    notice = office.starts()
    office.notices.feed()
    under_way = office.claims(most=5)
    office.acts(notice, "hold")
    assert office.claims() == []
    assert office.states(notice) == {"held": 45, "sending": 5}
    office.marks(*(Mark(message, "sent") for message in under_way))
    for _tick in range(3):
        assert not office.notices.feed()
    assert office.states(notice) == {"held": 45, "sent": 5}
    office.acts(notice, "resume")
    office.runs(notice)
    assert (len(office.copies(notice)), office.states(notice)) == (80, {"sent": 80})


def test_stop_drops_what_waits_for_good(office: Office) -> None:
    office.residents(80)
    notice = office.starts()
    office.notices.feed()
    office.claims(most=5)
    office.acts(notice, "stop")
    assert office.states(notice) == {"dropped": 45, "sending": 5}
    office.notices.feed()
    assert office.claims() == []
    with pytest.raises(NoSuchNotice, match="another state"):
        office.acts(notice, "stop")
    with pytest.raises(NoSuchNotice):
        office.acts(notice, "resume")


def test_stop_after_a_pause_drops_what_was_held(office: Office) -> None:
    office.residents(10)
    notice = office.starts()
    office.notices.feed()
    office.acts(notice, "hold")
    office.acts(notice, "stop")
    assert office.states(notice) == {"dropped": 10}


@pytest.mark.parametrize(("how", "state"), [("hold", "held"), ("stop", "dropped")])
def test_one_that_was_under_way_and_not_taken_does_not_go_later(office: Office, how: str, state: str) -> None:
    office.resident("wang")
    notice = office.starts()
    office.notices.feed()
    [message] = office.claims()
    office.acts(notice, how)
    office.marks(Mark(message, "waiting", due=office.clock.at + 2 * SECOND))
    office.notices.feed()
    assert office.states(notice) == {state: 1}
    office.clock.at += MINUTE
    assert office.claims() == []


def test_quiet_hours_hold_it_back(office: Office) -> None:
    office.residents(60)
    office.clock.at = MONDAY.replace(hour=20, minute=59, second=59)
    notice = office.starts()
    office.notices.feed()
    office.clock.at += SECOND
    office.notices.feed()
    assert office.claims() == []
    assert office.states(notice) == {"held": 50}
    office.clock.at = MONDAY.replace(day=24, hour=8)
    office.runs(notice)
    assert office.states(notice) == {"sent": 60}


def test_a_notice_holds_back_no_other_message(office: Office) -> None:
    """What staff send to themselves belongs to no notice: it goes though all are paused."""
    office.residents(3)
    notice = office.starts()
    office.notices.feed()
    office.acts(notice, "hold")
    with office.store.write() as connection:
        contact = open_contact(connection, "telegram", "me", MONDAY)
    office.notices.try_out(office.draft(), contact, "zh")
    office.notices.feed()
    assert [message.address for message in office.claims()] == ["me"]


def test_a_notice_is_found_by_its_number(office: Office) -> None:
    office.resident("wang")
    notice = office.notices.start(office.draft())
    assert office.notices.find(notice.number.lower())[0].text == WATER
    for which in ("", "no such"):
        with pytest.raises(NoSuchNotice, match="gridbell notice list"):
            office.notices.find(which)


def test_after_a_restore_a_notice_does_not_go_on(office: Office) -> None:
    """Whom it reached after the backup is not known there."""
    office.residents(80)
    paused, sending = office.starts(), office.starts()
    office.notices.feed()
    office.acts(paused, "hold")
    office.notices.feed()
    with office.store.write() as connection:
        settle_unsent(connection, office.clock.now(), office.clock.machine())
    office.notices.feed()
    assert office.state(paused) == office.state(sending) == "stopped"
    assert office.states(paused) == {"dropped": 50}
    assert all(message.resumed for message in office.claims()), "of these `handlers.deliver` sends none"


# --- the migration ---


def test_homes_of_before_are_known_by_their_codes_after_the_migration(database_url: str) -> None:
    step(database_url, "0003")
    store = Store(database_url, SECRETS)
    persons = tables.metadata.tables["persons"]
    with store.write() as connection:
        for n, home in enumerate((str(AT_HOME), "", "no home")):
            row = {"id": f"{n}", "language": "zh", "home": home, "since": MONDAY}
            connection.execute(insert(persons).values(row))
    migrate(store)
    with store.read() as connection:
        found = connection.execute(select(persons.c.community, persons.c.grid).order_by(persons.c.id)).all()
    assert [tuple(row) for row in found] == [("C01", "C01-G12"), ("", ""), ("", "")]
    store.close()
