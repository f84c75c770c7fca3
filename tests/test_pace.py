"""How fast things go out, held to the providers' limits over long stretches of a virtual clock, by one process and by
several that share a database: never faster, whoever sends; nobody forgotten; in order."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, insert, select

from bot.settings import read_settings
from flows.message import Line
from flows.segments import weight
from storage.migrate import migrate
from storage.outbox import Mark, Outbound, claim, claimable, mark, of_unsent, outbox_row
from storage.pace import ACK, KEPT_FOR_REPLIES, NOTICE, REMINDER, REPLY, Pace, Rate, Room, hold, telegram_rate
from storage.person_table import Contact, open_contact
from storage.store import Store
from storage.tables import contacts, outbox, paces
from tests.exchange import StillClock
from tests.keys import SECRETS
from tests.paper import MONDAY, ZONE

MS = timedelta(milliseconds=1)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BURST, GROUP_BURST, A_MINUTE = 8, 5, 20


@dataclass
class Sent:
    """One message as the provider got it."""

    at: datetime
    message: Outbound
    weight: int


@dataclass
class Process:
    """One process: a store and a pace of its own."""

    store: Store
    pace: Pace
    clock: StillClock

    def looks(self, channel: str = "telegram", most: int = 64) -> list[Outbound]:
        """As the sets do: it claims only where its pace says that there may be room."""
        machine = self.clock.machine()
        with self.store.read() as connection:
            if not claimable(connection, channel, machine, self.pace.last_lane(channel, machine)):
                return []
        return self.claims(channel, most)

    def claims(self, channel: str = "telegram", most: int = 64) -> list[Outbound]:
        with self.store.write() as connection:
            return claim(connection, channel, self.clock.machine(), most, self.pace)

    def marks(self, messages: Sequence[Outbound], state: str = "sent") -> None:
        with self.store.write() as connection:
            mark(connection, [Mark(m, state) for m in messages], self.clock.now(), self.clock.machine())


@dataclass
class Post:
    """The post office: what is to be said, the processes that send it, and what the provider got."""

    store: Store
    rates: Callable[[], Pace]
    clock: StillClock = field(default_factory=lambda: StillClock(ZONE))
    sent: list[Sent] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, Contact] = field(default_factory=dict)
    count: int = 0

    @contextmanager
    def processes(self, number: int) -> Iterator[list[Process]]:
        url = self.store.url.render_as_string(hide_password=False)
        with ExitStack() as stack:
            stores = [Store(url, SECRETS) for _ in range(number)]
            for store in stores:
                stack.callback(store.close)
                hurry(store)
            yield [Process(store, self.rates(), self.clock) for store in stores]

    def says(self, messages: Sequence[tuple[str, int]], channel: str = "telegram", text: str = "") -> None:
        """So many messages at once, each for an address and of a lane."""
        now, machine = self.clock.now(), self.clock.machine()
        with self.store.write() as connection:
            for address, _lane in messages:
                if address not in self.contacts:
                    self.contacts[address] = open_contact(connection, channel, address, MONDAY)
            rows = []
            for address, lane in messages:
                self.count += 1
                line = Line("", ack="press") if lane == ACK else Line(text or f"{self.count}")
                rows.append(outbox_row(self.contacts[address], line, now, machine, lane=lane))
                if lane == REPLY:
                    self.said[address].append(line.text)
            connection.execute(insert(outbox), rows)

    def takes(self, process: Process, channel: str = "telegram") -> int:
        """A process sends what it may, all of it at this moment."""
        messages = process.looks(channel)
        if messages:
            process.marks(messages)
        self.log(process, messages, channel)
        return len(messages)

    def log(self, process: Process, messages: Sequence[Outbound], channel: str = "telegram") -> None:
        rate = process.pace.of(channel)
        self.sent += [Sent(self.clock.at, message, rate.weigh(message.line)) for message in messages]

    def left(self) -> int:
        with self.store.read() as connection:
            return connection.scalar(select(func.count()).where(of_unsent(outbox))) or 0

    def runs_dry(
        self, processes: Sequence[Process], channel: str = "telegram", most: timedelta = HOUR
    ) -> None:
        """The processes take turns until nothing is left; the clock goes on whenever nobody may send."""
        end = self.clock.at + most
        chance = random.Random(1)
        while self.clock.at < end:
            chance.shuffle(processes := list(processes))
            if not sum(self.takes(process, channel) for process in processes):
                if not self.left():
                    return
                pauses = [process.pace.pause(self.clock.machine()) for process in processes]
                self.clock.at += min([p for p in pauses if p] + [250 * MS])
        raise AssertionError(f"{self.left()} left")

    # --- the laws ---

    def check(self, a_second: int) -> None:
        counted = [one for one in self.sent if one.message.lane > ACK]
        never_more(a_second, SECOND, [one.at for one in counted for _ in range(one.weight)])
        chats = defaultdict(list)
        for one in counted:
            chats[one.message.address].append(one)
        for address, his in chats.items():
            if address.startswith("-"):
                never_more(A_MINUTE, MINUTE, [one.at for one in his])
            elif his[0].message.channel == "telegram":
                _one_a_second_but_for_bursts([one.at for one in his])
            replies = [one.message.line.text for one in his if one.message.lane == REPLY]
            assert replies == self.said[address], "in the order they were said, each once"
        ids = [one.message.id for one in self.sent]
        assert len(ids) == len(set(ids)), "nothing twice"


def never_more(most: int, span: timedelta, times: Sequence[datetime]) -> None:
    for n, at in enumerate(times):
        assert bisect_left(times, at + span, n) - n <= most, f"more than {most} within {span} from {at}"


def _one_a_second_but_for_bursts(times: Sequence[datetime]) -> None:
    """Of any stretch: not more than a burst and one for each second of it."""
    lowest = float("inf")
    for n, at in enumerate(times):
        second = (at - times[0]) / SECOND
        lowest = min(lowest, n - second)
        assert n + 1 - second - lowest <= BURST + 1e-6


def hurry(store: Store) -> None:
    """What a crash would leave is not looked at here: on SQLite nothing need reach the disk."""
    if store.is_sqlite:

        @event.listens_for(store.engine, "connect")
        def prepare(connection: object, _record: object) -> None:
            connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]


def telegram(a_second: int = 30) -> Pace:
    return Pace({"telegram": telegram_rate(a_second)})


@pytest.fixture
def post(store: Store) -> Post:
    return Post(store, telegram)


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One file for all the examples of a law: each clears it."""
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('pace') / 'pace.db'}", SECRETS)
    migrate(made)
    yield made
    made.close()


# --- the laws, over whatever is said ---

ADDRESSES = [str(n) for n in range(12)] + ["-100", "-200"]
MESSAGES = st.lists(
    st.tuples(st.sampled_from(ADDRESSES), st.sampled_from([REPLY, REMINDER, NOTICE])), max_size=60
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    waves=st.lists(st.tuples(st.integers(0, 4000), MESSAGES), min_size=1, max_size=6),
    a_second=st.sampled_from([1, 2, 7, 30]),
    processes=st.integers(1, 3),
)
def test_whatever_is_said_the_limits_hold_and_all_arrives(
    lite: Store, waves: list[tuple[int, list[tuple[str, int]]]], a_second: int, processes: int
) -> None:
    with lite.write() as connection:
        for table in (outbox, contacts, paces):
            connection.execute(delete(table))
    post = Post(lite, lambda: telegram(a_second))
    with post.processes(processes) as all_of_them:
        for wait, messages in waves:
            if messages:
                post.says(messages)
            until = post.clock.at + wait * MS
            while post.clock.at < until:
                for process in all_of_them:
                    post.takes(process)
                post.clock.at += 40 * MS
        post.runs_dry(all_of_them)
    post.check(a_second)
    assert len(post.sent) == post.count


@settings(max_examples=200, deadline=None)
@given(
    moments=st.lists(st.tuples(st.integers(0, 700), st.sampled_from([REPLY, NOTICE]), st.integers(1, 12))),
    a_second=st.integers(1, 30),
)
def test_whatever_a_message_weighs_no_second_takes_more(
    moments: list[tuple[int, int, int]], a_second: int
) -> None:
    """Segments: what weighs more than a second's worth goes alone, and the seconds after it stay empty."""
    recent, now = "", MONDAY
    went: list[tuple[datetime, int]] = []
    for wait, lane, units in moments:
        now += wait * MS
        room = Room(Rate(a_second), now, recent)
        if room.admits(lane, units):
            went.append((now, units))
            recent = room.recent
    for n, (at, _units) in enumerate(went):
        within = [units for other, units in went[n:] if other < at + SECOND]
        assert sum(within) <= max(a_second, within[0])
    if len(went) > 1:  # and over a long time the rate is kept
        took = (went[-1][0] - went[0][0]) / SECOND
        assert sum(units for _at, units in went[:-1]) <= a_second * (took + 1) + went[-2][1]


# --- long runs ---


def test_an_hour_of_waves_keeps_to_a_slow_rate(lite: Store) -> None:
    """An hour in which as much is said as may go, all of half a minute at once; then nobody was forgotten."""
    with lite.write() as connection:
        for table in (outbox, contacts, paces):
            connection.execute(delete(table))
    chance = random.Random(4)
    post = Post(lite, lambda: telegram(1))
    with post.processes(1) as [process]:
        end = post.clock.at + HOUR
        while post.clock.at < end:
            post.says(
                [(f"{chance.randrange(300)}", chance.choice([REPLY, REPLY, NOTICE])) for _ in range(26)]
            )
            until = post.clock.at + 30 * SECOND
            while post.clock.at < until:
                if not post.takes(process):
                    post.clock.at += process.pace.pause(process.clock.machine()) or 250 * MS
        post.runs_dry([process], most=3 * HOUR)
    post.check(1)
    assert len(post.sent) == post.count


def test_minutes_of_full_speed_by_several_processes(post: Post) -> None:
    chance = random.Random(5)
    number = 1 if post.store.is_sqlite else 3
    with post.processes(number) as processes:
        for _second in range(40):
            post.says(
                [(f"{chance.randrange(900)}", chance.choice([REPLY, REMINDER, NOTICE])) for _ in range(40)]
            )
            until = post.clock.at + SECOND
            while post.clock.at < until:
                for process in chance.sample(processes, number):
                    post.takes(process)
                post.clock.at += 50 * MS
        post.runs_dry(processes)
    post.check(30)
    assert len(post.sent) == post.count
    took = (post.sent[-1].at - post.sent[0].at) / SECOND
    assert post.count / took > 20, "and it is not slower than it need be"


def test_processes_that_claim_at_the_same_moment_share_one_second(post: Post) -> None:
    post.says([(f"{n}", REPLY) for n in range(200)])
    with post.processes(4) as processes, ThreadPoolExecutor(4) as pool:
        for _step in range(12):
            together = Barrier(4)

            def take(process: Process, together: Barrier = together) -> list[Outbound]:
                together.wait()
                return process.claims()

            for process, taken in zip(processes, pool.map(take, processes), strict=True):
                process.marks(taken)
                post.log(process, taken)
            post.clock.at += 350 * MS
    post.check(30)
    assert len(post.sent) == 120, "four seconds' worth"


def test_a_chat_that_another_process_is_changing_is_left_to_it(post: Post) -> None:
    """Else two processes wait for each other: one for the chat, one for the pace."""
    post.says([("a", REPLY), ("b", REPLY)])
    with post.processes(2) as [one, other]:
        if post.store.is_sqlite:
            pytest.skip("there is one writer at a time")
        with other.store.write() as connection:
            connection.execute(
                contacts.update().where(contacts.c.id == post.contacts["a"].id).values(dead=False)
            )
            assert [m.address for m in one.claims()] == ["b"]
        assert [m.address for m in one.claims()] == ["a"]


def test_a_flood_of_one_channel_met_while_another_is_claimed_stops_nobody(post: Post) -> None:
    """Else one process has the pace of Telegram and wants that of SMS, and another the other way round."""
    if post.store.is_sqlite:
        pytest.skip("there is one writer at a time")
    has_telegram, has_sms = Event(), Event()
    with post.processes(2) as [one, other]:
        for process in (one, other):
            process.pace = Pace({"telegram": telegram_rate(30), "sms": Rate(10)})
            for channel in ("sms", "telegram"):
                process.claims(channel)
        post.says([("a", REPLY)])
        post.says([("+8613800138000", REPLY)], "sms")

        def claims() -> list[str]:
            machine = post.clock.machine()
            with one.store.write() as connection:
                taken = claim(connection, "sms", machine, 64, one.pace)
                has_sms.set()
                has_telegram.wait(0.2)  # it does not come: the other one waits for us to end
                return [m.address for m in taken + claim(connection, "telegram", machine, 64, one.pace)]

        def meets_a_flood() -> list[str]:
            has_sms.wait(5)
            machine = post.clock.machine()
            with other.store.write() as connection:
                hold(connection, "telegram", machine + SECOND)
                has_telegram.set()
                return [m.address for m in claim(connection, "sms", machine, 64, other.pace)]

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(claims), pool.submit(meets_a_flood)]
            assert [done.result() for done in both] == [["+8613800138000", "a"], []]


# --- bursts, groups, acknowledgements, segments ---


def test_a_chat_takes_a_burst_of_eight_then_one_a_second(post: Post) -> None:
    post.says([("me", REPLY)] * 12)
    with post.processes(1) as [process]:
        post.runs_dry([process])
    times = [round((one.at - MONDAY) / SECOND) for one in post.sent]
    assert times == [0] * 8 + [1, 2, 3, 4]


def test_a_group_takes_twenty_a_minute(post: Post) -> None:
    post.says([("-100", REPLY)] * 45)
    with post.processes(1) as [process]:
        post.runs_dry([process])
    post.check(30)
    assert 2 * MINUTE < post.sent[-1].at - post.sent[0].at < 3 * MINUTE


def test_a_press_is_acknowledged_however_full_the_second_is(post: Post) -> None:
    with post.processes(1) as [process]:
        post.says([(f"{n}", REPLY) for n in range(40)])
        assert post.takes(process) == 30
        post.says([("7", ACK), ("8", ACK)])
        assert [m.lane for m in process.looks()] == [ACK, ACK]
        assert process.looks() == []


def test_acknowledgements_use_up_nothing(post: Post) -> None:
    with post.processes(1) as [process]:
        post.says([(f"{n}", ACK) for n in range(30)])
        assert post.takes(process) == 30
        post.says([(f"{n}", REPLY) for n in range(30)])
        assert post.takes(process) == 30


def test_photos_count_as_the_messages_they_are() -> None:
    rate = telegram_rate(30)
    assert rate.weigh(Line("seen", photos=("a", "b"))) == 3
    assert rate.weigh(Line("booked", calendar="BEGIN:VCALENDAR")) == 2


def test_twilio_takes_segments_at_the_senders_rate(store: Store) -> None:
    """Four segments each at 10 a second: two and a half texts a second."""
    post = Post(store, lambda: Pace({"sms": Rate(10, weigh=weight)}))
    text = "水" * 70 * 3
    assert weight(Line(text)) == 4
    post.says([(f"+86138{n:08}", REPLY) for n in range(20)], "sms", text)
    with post.processes(2) as processes:
        post.runs_dry(processes, "sms")
    post.check(10)
    took = (post.sent[-1].at - post.sent[0].at) / SECOND
    assert 9 <= took <= 10, "two texts fit into a second, the third would be over it"


def test_a_text_longer_than_a_second_goes_alone_and_the_next_waits_for_all_of_it() -> None:
    room = Room(Rate(1), MONDAY)
    assert room.admits(REPLY, 3)
    for seconds, free in ((1.1, False), (2.2, False), (3.0, False), (3.2, True)):
        later = Room(Rate(1), MONDAY + seconds * SECOND, room.recent)
        assert later.admits(REPLY, 1) is free


def test_a_light_message_does_not_overtake_a_heavy_one() -> None:
    room = Room(Rate(4), MONDAY)
    assert room.admits(REPLY, 2)
    assert not room.admits(REPLY, 3)
    assert not room.admits(REPLY, 1)
    assert room.admits(ACK, 1)


def test_the_settings_make_the_rates() -> None:
    known = read_settings(_env_file=None, secret_key="x" * 20, telegram_per_second=12, twilio_per_second=3)
    assert known.pace.of("telegram").a_second == 12
    assert known.pace.of("sms").a_second == 3
    assert known.pace.of("sms").weigh(Line("水" * 71)) == 2
    free = read_settings(_env_file=None, secret_key="x" * 20, telegram_per_second=0, twilio_per_second=0)
    assert free.pace.of("telegram").a_second == free.pace.of("sms").a_second == 0


# --- a flood wait ---


def test_a_flood_wait_holds_all_processes_and_those_that_start_later(post: Post) -> None:
    post.says([(f"{n}", lane) for n, lane in enumerate([ACK, REPLY, NOTICE])])
    with post.processes(2) as [one, other]:
        with one.store.write() as connection:
            hold(connection, "telegram", post.clock.machine() + 30 * SECOND)
            hold(connection, "telegram", post.clock.machine() + 10 * SECOND)  # a shorter one does not end it
        for seconds in (0, 11, 29.9):
            post.clock.at = MONDAY + seconds * SECOND
            assert one.claims() == other.claims() == []
        assert other.pace.pause(post.clock.machine()) == 0.1 * SECOND
    with post.processes(1) as [restarted]:
        assert restarted.claims() == []
        post.clock.at = MONDAY + 30 * SECOND
        assert len(restarted.claims()) == 3


def test_a_flood_of_one_channel_holds_no_other(post: Post) -> None:
    post.says([("+8613800138000", REPLY)], "sms")
    with post.processes(1) as [process]:
        with process.store.write() as connection:
            hold(connection, "telegram", post.clock.machine() + HOUR)
        assert len(process.claims("sms")) == 1


def test_a_channel_without_a_rate_is_held_too(store: Store) -> None:
    post = Post(store, lambda: Pace({}))
    post.says([("me", REPLY)])
    with post.processes(1) as [process]:
        with process.store.write() as connection:
            hold(connection, "telegram", post.clock.machine() + SECOND)
        assert process.claims() == []
        post.clock.at += SECOND
        assert len(process.claims()) == 1


# --- replies and notices ---


def test_while_a_notice_goes_out_room_is_kept_for_replies(post: Post) -> None:
    post.says([(f"{n}", NOTICE) for n in range(200)])
    with post.processes(1) as [process]:
        for _step in range(21):
            post.takes(process)
            post.clock.at += 50 * MS
        notices = [one.at for one in post.sent]
        post.says([(f"reply {n}", REPLY) for n in range(KEPT_FOR_REPLIES)])
        assert [m.lane for m in process.looks()] == [REPLY] * KEPT_FOR_REPLIES
    assert 20 <= len(notices) <= 25
    never_more(5, SECOND / 5, notices)  # spread over the second


def test_a_reply_waits_a_fifth_of_a_second_even_when_many_came_at_once(post: Post) -> None:
    post.says([(f"{n}", NOTICE) for n in range(300)])
    with post.processes(1) as [process]:
        for _step in range(60):
            if not post.takes(process):
                post.clock.at += process.pace.pause(post.clock.machine()) or SECOND
        said_at = post.clock.at
        post.says([(f"reply {n}", REPLY) for n in range(12)])
        while (
            any(one.message.lane == REPLY for one in post.sent) is False
            or post.sent[-1].at - said_at < SECOND
        ):
            if not post.takes(process):
                post.clock.at += process.pace.pause(post.clock.machine()) or 250 * MS
    waited = [one.at - said_at for one in post.sent if one.message.lane == REPLY]
    assert len(waited) == 12
    assert max(waited) <= 450 * MS


def test_notices_go_on_under_a_steady_stream_of_replies(post: Post) -> None:
    post.says([(f"{n}", NOTICE) for n in range(40)])
    with post.processes(1) as [process]:
        for second in range(12):
            post.says([(f"{second} {n}", REPLY) for n in range(20)])
            until = post.clock.at + SECOND
            while post.clock.at < until:
                post.takes(process)
                post.clock.at += 50 * MS
        with process.store.read() as connection:
            assert connection.scalar(select(outbox.c.id).where(outbox.c.state == "waiting").limit(1)) is None
    post.check(30)


def test_where_there_is_no_room_nobody_looks_before_there_is(post: Post) -> None:
    post.says([(f"{n}", REPLY) for n in range(31)])
    with post.processes(1) as [process]:
        assert process.pace.pause(post.clock.machine()) is None
        assert len(process.looks()) == 30
        pause = process.pace.pause(post.clock.machine())
        assert pause
        post.clock.at += pause - MS
        assert process.looks() == []
        post.clock.at = MONDAY + 1050 * MS
        assert len(process.looks()) == 1
        assert process.pace.pause(post.clock.machine()) is None


def test_the_file_of_settings_says_what_the_rates_are() -> None:
    text = (Path(__file__).parents[1] / ".env.example").read_text(encoding="utf-8")
    assert "#TELEGRAM_PER_SECOND=30" in text
    assert "#TWILIO_PER_SECOND=10" in text
