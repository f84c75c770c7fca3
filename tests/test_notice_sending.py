"""What staff do with a notice: who says yes, how slowly it begins, when it comes again, whom it leaves out, what the
night holds back; and who hears of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from flows import sending
from flows.audience import Audience, Notice, next_start
from flows.notices import causes
from flows.rule import NoticeRule, Rule
from flows.wording import speaking
from handlers.notices import AHEAD, AT_FIRST, NoSuchNotice
from storage import tables
from storage.audit_table import read_audits
from storage.outbox import Mark
from storage.pace import telegram_rate
from storage.receipt_table import receipt
from storage.restored import settle_unsent
from storage.retention import retain
from storage.store import Store
from tests.conftest import sample_district
from tests.paper import MONDAY, ZONE
from tests.test_notices import AT_HOME, ELSEWHERE, MINUTE, SECOND, WATER, Office

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HERE = Audience(communities=("C01",))
NIGHT = MONDAY.replace(hour=23)


def office_with(store: Store, **rule: Any) -> Office:
    return Office(store, rule=Rule(notices=NoticeRule(**({"slowly": timedelta()} | rule))))


@pytest.fixture
def office(store: Store) -> Office:
    return office_with(store)


def started(office: Office, audience: Audience = HERE, by: str = "C01-W1", **more: Any) -> Notice:
    return office.notices.start(office.notices.draft(WATER, audience, by, **more))


# --- the second person ---


def test_above_a_size_it_waits_for_a_second_persons_yes(store: Store) -> None:
    office = office_with(store, approve_above=2)
    office.resident("director", worker="C01-D")
    office.resident("clerk", worker="C01-W1")
    for n in range(2):
        office.resident(f"{n}", home=AT_HOME)
    assert started(office).state == "sending"
    office.resident("one more", home=AT_HOME)
    asked = started(office)
    assert asked.state == "asked"
    [ping] = [line for line in office.said("director") if asked.number in line]
    assert f"{asked.number} 窗口工作人员周勇要给3人发通知(怡安社区),请您审批:\n{WATER}" in ping
    office.notices.feed()
    assert office.states(asked.id) == {}
    for nobody in ("C01-W1", "C01-M12", "C02-D"):
        with pytest.raises(NoSuchNotice, match="somebody else"):
            office.acts(asked.id, "approve", nobody)
    assert office.acts(asked.id, "approve", "C01-D").state == "sending"
    assert office.notices.find(asked.id)[0].approved_by == "C01-D"
    assert f"{asked.number} 社区主任董婷婷同意了,正在发。" in office.said("clerk")[-1]
    with pytest.raises(NoSuchNotice, match="is sending"):
        office.acts(asked.id, "refuse", "OFFICE")
    office.runs(asked.id)
    assert len(office.copies(asked.id)) == 3
    with store.read() as connection:
        audits = [(a.by, a.what, a.detail) for a in read_audits(connection)]
    assert ("C01-W1", "notice", asked.number) in audits
    assert ("C01-D", "notice approve", asked.number) in audits


def test_what_is_refused_never_goes_and_its_author_hears_why(store: Store) -> None:
    office = office_with(store, approve_above=0)
    office.resident("wang", home=AT_HOME)
    office.resident("clerk", worker="C01-W1")
    asked = started(office)
    notice = office.notices.find(asked.id)[0]
    office.notices.act(notice, "refuse", "OFFICE", "日期错了")
    assert office.state(asked.id) == "refused"
    assert office.said("clerk")[-1].endswith("不同意发:日期错了")
    office.notices.feed()
    assert office.copies(asked.id) == {}


@pytest.mark.parametrize(
    ("by", "audience", "asked"),
    [
        ("C01-M12", Audience(grids=("C01-G12",)), "C01-D"),
        ("C01-W1", HERE, "C01-D"),
        ("C01-D", HERE, "OFFICE"),
        ("OFFICE", HERE, "C01-D"),
        ("gridbell root", Audience(), "OFFICE"),
    ],
)
def test_who_is_asked_first(by: str, audience: Audience, asked: str) -> None:
    notice = Notice("n", MONDAY, by, WATER, audience)
    district = sample_district()
    able = sending.approvers(district, notice)
    assert able[0].code == asked
    assert by not in [worker.code for worker in able]
    assert {worker.role for worker in able} <= {"office", "director"}


def test_one_that_nobody_can_be_asked_for_by_message_waits_for_whoever_looks(store: Store) -> None:
    office = office_with(store, approve_above=0)
    office.resident("wang", home=AT_HOME)
    asked = started(office)
    assert office.acts(asked.id, "approve", "OFFICE").state == "sending"


def test_two_who_say_yes_at_once_say_it_once(store: Store) -> None:
    office = office_with(store, approve_above=0)
    office.resident("wang", home=AT_HOME)
    notice = started(office)

    def says(code: str) -> str:
        try:
            return office.acts(notice.id, "approve", code).approved_by
        except NoSuchNotice:
            return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(says, ("C01-D", "OFFICE")))
    assert said[0] == ""
    assert office.notices.find(notice.id)[0].approved_by == said[1]


# --- what is urgent ---


def test_an_urgent_one_needs_a_reason_and_a_yes_and_goes_at_night_to_everybody(office: Office) -> None:
    office.clock.at = NIGHT
    office.resident("quiet", home=AT_HOME, quiet=True)
    office.resident("muted", home=AT_HOME, muted="safety")
    usual = started(office, kind="news")
    with pytest.raises(ValueError, match="why"):
        started(office, urgent=True, kind="safety")
    urgent = started(office, urgent=True, why="风暴", kind="safety")
    assert urgent.state == "asked"
    office.acts(urgent.id, "approve", "C01-D")
    office.runs(urgent.id)
    assert len(office.copies(urgent.id)) == 2
    assert office.states(usual.id) == {}, "and the night holds the other one back"
    with office.store.read() as connection:
        assert ("C01-W1", "urgent notice") in [(a.by, a.what) for a in read_audits(connection)]


def test_an_urgent_one_goes_before_the_others(office: Office) -> None:
    office.residents(100)
    usual = started(office, Audience(), "OFFICE")
    urgent = started(office, Audience(), "OFFICE", urgent=True, why="风暴")
    office.acts(urgent.id, "approve", "C01-D")
    office.notices.feed()
    assert (office.states(urgent.id), office.states(usual.id)) == ({"waiting": AHEAD * 25}, {})


# --- slowly at first ---


def test_in_the_first_minute_a_tenth_of_the_pace_is_used(store: Store) -> None:
    office = office_with(store, slowly=MINUTE)
    office.channels = ("telegram",)
    office.rates["telegram"] = telegram_rate(30)
    office.residents(400)
    notice = started(office, Audience(), "OFFICE")
    most = 0
    for second in range(60):
        office.notices.feed()
        office.sends_all()
        most = len(office.copies(notice.id))
        assert most <= (AHEAD + second) * (25 + 5) / AT_FIRST + 1
        office.clock.at += SECOND
    assert most > 60
    office.acts(notice.id, "stop")
    office.notices.feed()
    assert len(office.copies(notice.id)) == most, "a mistake has reached few"
    again = started(office, Audience(), "OFFICE")
    office.notices.feed()
    office.clock.at += MINUTE
    office.notices.feed()
    assert len(office.copies(again.id)) >= AHEAD * 25, "then all of it"


# --- enough for a week ---


def test_who_has_had_three_is_left_out_and_counted(office: Office) -> None:
    wang = office.resident("wang", home=AT_HOME)
    for _n in range(3):
        office.runs(started(office).id)
        office.clock.at += HOUR
    li = office.resident("li", home=AT_HOME)
    fourth = started(office)
    assert [message.person for message in office.runs(fourth.id)] == [li]
    seen = office.progress(fourth.id)
    assert (seen.total, seen.sent, seen.skipped, seen.dropped, seen.waiting) == (2, 1, 1, 0, 0)
    with speaking("zh"):
        assert causes(seen.errors) == {"本周已收满": 1}
    office.clock.at += 7 * DAY
    assert {message.person for message in office.runs(started(office).id)} == {wang, li}


def test_what_is_urgent_counts_for_no_week_and_heeds_none(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    for _n in range(4):
        urgent = started(office, urgent=True, why="风暴")
        office.acts(urgent.id, "approve", "C01-D")
        assert len(office.runs(urgent.id)) == 1
    assert len(office.runs(started(office).id)) == 1


# --- what came of the copies ---


def test_receipts_and_failures_are_told_by_cause(office: Office) -> None:
    for n in range(6):
        office.resident(f"+861380013800{n}", home=AT_HOME)
    notice = started(office)
    office.notices.feed()
    arrived, off, blocked, odd, *_more = messages = office.claims("sms")
    office.marks(*(Mark(m, "sent", provider_id=m.id) for m in messages if m not in (blocked, odd)))
    office.marks(
        Mark(blocked, "failed", error="HTTP 400 21610; she has blocked us or sent STOP", never="blocked"),
        Mark(odd, "failed", error="fate unknown; a notice is never sent twice"),
    )
    with office.store.write() as connection:
        for message, status, error in ((arrived, "delivered", ""), (off, "undelivered", "30003")):
            receipt(connection, message.id, status, error, message.id, MONDAY, MONDAY)
    seen = office.progress(notice.id)
    assert (seen.sent, seen.arrived, seen.failed) == (3, 1, 3)
    with speaking("zh"):
        assert causes(seen.errors) == {"关机": 1, "拉黑或停收": 1, "不知到没到": 1}


# --- planned, and again and again ---


def test_a_planned_one_begins_at_its_time_as_a_notice_of_its_own(office: Office) -> None:
    office.resident("clerk", worker="C01-W1")
    plan = started(office, starts=MONDAY + HOUR)
    assert plan.state == "planned"
    wang = office.resident("wang", home=AT_HOME)
    office.notices.feed()
    assert office.notices.all() == [(plan, office.progress(plan.id))]
    office.clock.at += HOUR
    office.notices.feed()
    run = office.notices.all()[-1][0]
    assert office.state(plan.id) == "done"
    assert (run.state, run.total, run.starts) == ("sending", 1, None)
    assert f"定时通知{plan.number}开始发,共1人,这次编号{run.number}。" in office.said("clerk")[-1]
    office.runs(run.id)
    assert office.copies(run.id) == {wang: 1}, "who came after it was planned has it too"


def test_after_days_without_power_it_goes_once(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    plan = started(office, starts=MONDAY + HOUR, every="daily")
    office.clock.at = MONDAY + 5 * DAY + 3 * HOUR
    for _tick in range(5):
        office.notices.feed()
        office.sends_all()
        office.clock.at += SECOND
    runs = [notice for notice, _progress in office.notices.all() if notice.id != plan.id]
    assert [office.copies(run.id).total() for run in runs] == [1]
    again = office.notices.find(plan.id)[0]
    assert (again.state, again.starts) == ("planned", MONDAY + 6 * DAY + HOUR)
    office.clock.at = MONDAY + 6 * DAY + HOUR
    office.notices.feed()
    assert len(office.notices.all()) == 3


def test_several_processes_begin_it_once(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    plan = started(office, starts=MONDAY + HOUR, every="weekly")
    office.clock.at += HOUR
    with office.elsewhere() as one, office.elsewhere() as other, ThreadPoolExecutor(3) as pool:
        offices = [Office(found.store, found.clock, rule=office.rule) for found in (office, one, other)]
        for _tick in range(3):
            list(pool.map(lambda there: there.notices.feed(), offices))
    assert len(office.notices.all()) == 2
    assert office.notices.find(plan.id)[0].starts == MONDAY + HOUR + 7 * DAY


def test_what_is_planned_for_the_night_begins_in_the_morning_unless_it_is_urgent(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    plan = started(office, starts=NIGHT)
    urgent = started(office, starts=NIGHT, urgent=True, why="风暴")
    assert office.acts(urgent.id, "approve", "C01-D").state == "planned"
    office.clock.at = NIGHT
    office.notices.feed()
    assert (office.state(plan.id), office.state(urgent.id)) == ("planned", "done")
    office.clock.at = MONDAY.replace(day=24, hour=8)
    office.notices.feed()
    assert office.state(plan.id) == "done"


def test_one_that_is_called_off_never_begins(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    plan = started(office, starts=MONDAY + HOUR, every="daily")
    office.acts(plan.id, "stop", "C01-W1")
    office.clock.at += 3 * DAY
    assert not office.notices.feed()
    assert [notice.id for notice, _progress in office.notices.all()] == [plan.id]


def test_one_whose_audience_has_grown_asks_when_it_is_to_begin(store: Store) -> None:
    office = office_with(store, approve_above=1)
    office.resident("director", worker="C01-D")
    office.resident("wang", home=AT_HOME)
    plan = started(office, starts=MONDAY + HOUR)
    assert plan.state == "planned"
    office.resident("li", home=AT_HOME)
    office.clock.at += HOUR
    office.notices.feed()
    run = office.notices.all()[-1][0]
    assert run.state == "asked"
    assert run.number in office.said("director")[-1]


def test_after_a_restore_what_has_gone_since_the_backup_does_not_go_again(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    once = started(office, starts=MONDAY + HOUR)
    daily = started(office, starts=MONDAY + HOUR, every="daily")
    later = started(office, starts=MONDAY + 9 * HOUR)
    office.clock.at += 2 * HOUR
    with office.store.write() as connection:
        settle_unsent(connection, office.clock.now(), office.clock.machine())
    assert not office.notices.feed()
    assert [office.state(notice.id) for notice in (once, daily, later)] == ["stopped", "planned", "planned"]
    assert office.notices.find(daily.id)[0].starts == MONDAY + DAY + HOUR


@pytest.mark.parametrize(
    ("starts", "every", "now", "next_"),
    [
        ("2026-11-23 09:00", "daily", "2026-11-23 09:00", "2026-11-24 09:00"),
        ("2026-11-23 09:00", "daily", "2026-12-01 08:59", "2026-12-01 09:00"),
        ("2026-11-23 09:00", "weekly", "2026-11-23 09:00", "2026-11-30 09:00"),
        ("2026-11-23 09:00", "weekly", "2026-12-08 10:00", "2026-12-14 09:00"),
        ("2026-11-23 09:00", "monthly", "2026-11-23 09:00", "2026-12-23 09:00"),
        ("2026-10-31 09:00", "monthly", "2026-10-31 09:00", "2026-12-31 09:00"),
        ("2026-11-23 09:00", "", "2026-11-23 09:00", None),
    ],
)
def test_when_it_comes_again(starts: str, every: str, now: str, next_: str | None) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)

    assert next_start(local(starts), every, local(now)) == (local(next_) if next_ else None)


def test_the_photo_of_what_is_planned_is_kept_while_it_is(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    with office.store.write() as connection:
        for key in ("0" * 32, "0" * 31 + "1"):
            row = {"id": key, "channel": "telegram", "ref": key, "at": MONDAY}
            connection.execute(tables.photos.insert().values(row))
    started(office, starts=MONDAY + 99 * DAY, photo="0" * 32)
    list(retain(office.store, office.rule, office.clock.machine() + 98 * DAY))
    with office.store.read() as connection:
        assert list(connection.scalars(select(tables.photos.c.id))) == ["0" * 32]


# --- to staff ---


def test_staff_have_one_each_whether_they_have_joined_or_never_wrote(store: Store) -> None:
    district = sample_district()
    office = Office(
        store, rule=Rule(notices=NoticeRule(approve_above=999, slowly=timedelta())), fallback="sms"
    )
    twice = district.workers["C01-D"]
    joined = office.resident("director", worker=twice.code)
    office.resident(twice.phone, phone=twice.phone)  # her number has been written to before she joined
    office.resident("a resident", home=AT_HOME, quiet=False)
    notice = started(office, Audience(communities=("C01",), roles=("director", "clerk")), "OFFICE")
    assert notice.total == 8
    sent = office.runs(notice.id)
    assert len(sent) == 8
    assert [message.address for message in sent if message.person == joined] == ["director"]
    numbers = {
        worker.phone for worker in district.workers.values() if worker.community == "C01" and worker.windows
    }
    assert {message.address for message in sent if message.person != joined} == numbers
    assert "不想" not in sent[0].line.text, "staff cannot leave what is their work"


# --- saved audiences, and what the words look like ---


def test_a_photo_goes_with_it_and_each_reads_her_language(office: Office) -> None:
    office.resident("wang", home=AT_HOME)
    office.resident("smith", home=AT_HOME, language="en")
    notice = started(office, text_en="No water tomorrow.", kind="outages", photo="p" * 32)
    said = {message.address: message.line for message in office.runs(notice.id)}
    assert said["wang"].text == f"{WATER}\n——怡安社区。不想收这类,回「不要停水停电通知」。"
    assert said["smith"].text.startswith(
        "No water tomorrow.\nFrom: Yi'an community. For no more of this kind"
    )
    assert {line.photos for line in said.values()} == {("p" * 32,)}


def test_others_who_may_hold_it_and_its_author_hears_of_it(office: Office) -> None:
    office.resident("clerk", worker="C01-W1")
    office.resident("wang", home=AT_HOME)
    office.resident("li", home=ELSEWHERE)
    notice = started(office)
    for stranger in ("C02-D", "C01-W2"):
        with pytest.raises(NoSuchNotice, match="somebody else"):
            office.acts(notice.id, "hold", stranger)
    office.acts(notice.id, "hold", "C01-D")
    assert office.said("clerk")[-1] == f"{notice.number} 社区主任董婷婷操作了:已暂停。"
    assert replace(office.notices.find(notice.id)[0], state="sending") == notice
