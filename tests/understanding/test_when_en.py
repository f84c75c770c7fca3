"""Times said in English: tables of what is read, what is refused, and laws that hold for all dates and hours."""

from __future__ import annotations

import time as stopwatch
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.understanding.moments import When
from flows.understanding.normalise import normalise
from flows.understanding.when_en import times_in_english

#: A Wednesday.
NOW = datetime(2026, 11, 25, 10, 20)  # noqa: DTZ001


def read(text: str, now: datetime = NOW) -> list[When]:
    return times_in_english(normalise(text), now)


def written(text: str, now: datetime = NOW) -> str:
    """All that is read: a date for a day, a moment for a clock time, each with its end; other grains by name."""
    times = []
    for when in read(text, now):
        start = f"{when.start:%Y-%m-%dT%H:%M}" if when.grain in ("minute", "part") else f"{when.day}"
        if when.grain not in ("minute", "day"):
            times.append(f"{when.grain} {start}")
        else:
            times.append(start + (f" – {when.end:%m-%d %H:%M}" if when.end else ""))
    return ", ".join(times)


DAYS = [
    ("can someone come today", "2026-11-25"),
    ("I am free tomorow", "2026-11-26"),
    ("not today but tmrw", "2026-11-25, 2026-11-26"),
    ("the day after tomorrow please", "2026-11-27"),
    ("day before yesterday", "2026-11-23"),
    ("two days after tomorrow", "2026-11-28"),
    ("a week today", "2026-12-02"),
    ("in four days", "2026-11-29"),
    ("within 5 days", "2026-11-30"),
    ("2 days from now", "2026-11-27"),
    ("6 days later", "2026-12-01"),
    ("two weeks from tomorrow", "2026-12-10"),
    ("a week from Tuesday", "2026-12-08"),
    ("in a fortnight", "2026-12-09"),
    ("in two weeks' time", "2026-12-09"),
    ("in 3 months", "2027-02-25"),
    ("three days before Christmas", "2026-12-22"),
    ("4 days ago", "2026-11-21"),
]
WEEKDAYS = [
    ("come on Thursday", "2026-11-26"),
    ("Wednesday suits me", "2026-12-02"),
    ("thurs or fri", "2026-11-26, 2026-11-27"),
    ("tues. please", "2026-12-01"),
    ("next Thursday", "2026-12-03"),
    ("the following Monday", "2026-11-30"),
    ("this Friday", "2026-11-27"),
    ("this coming Wednesday", "2026-12-02"),
    ("this Monday", "2026-11-30"),
    ("last Tuesday", "2026-11-17"),
    ("Saturday of next week", "2026-12-05"),
    ("next week on Friday", "2026-12-04"),
    ("Friday week", "2026-12-04"),
    ("the Monday after next", "2026-12-07"),
    ("in 3 weeks on Monday", "2026-12-14"),
    ("see you sat", "2026-11-28"),
    ("sun, if that is fine", "2026-11-29"),
    ("Thursday 26", "2026-11-26"),
    ("Tue the 15th", "2026-12-15"),
    ("Friday 13", "2027-08-13"),
    ("mon 30th", "2026-11-30"),
    ("the weekend", "2026-11-28 – 11-30 00:00"),
    ("next weekend", "2026-12-05 – 12-07 00:00"),
    ("Monday to Wednesday", "2026-11-30 – 12-03 00:00"),
    ("between Friday and Monday", "2026-11-27 – 12-01 00:00"),
]
SPANS_OF_DAYS = [
    ("some time next week", "week 2026-11-30"),
    ("this week", "week 2026-11-23"),
    ("the week after next", "week 2026-12-07"),
    ("next month", "month 2026-12-01"),
    ("in March", "month 2027-03-01"),
    ("May 2027", "month 2027-05-01"),
    ("at the end of the month", "2026-11-30"),
    ("end of next month", "2026-12-31"),
    ("by the end of February", "2027-02-28"),
    ("the beginning of next week", "2026-11-30"),
    ("the last Monday of the month", "2026-11-30"),
    ("the second Tuesday of May", "2027-05-11"),
    ("the 9th of next month", "2026-12-09"),
    ("next month on the 9th", "2026-12-09"),
]
DATES = [
    ("9 March", "2027-03-09"),
    ("the ninth of march", "2027-03-09"),
    ("march 9th", "2027-03-09"),
    ("mar. 9", "2027-03-09"),
    ("9mar", "2027-03-09"),
    ("December the first", "2026-12-01"),
    ("twenty-second of June", "2027-06-22"),
    ("June twenty two", "2027-06-22"),
    ("July 7, 2028", "2028-07-07"),
    ("7 july in 2028", "2027-07-07"),
    ("may 6", "2027-05-06"),
    ("3/9", "2027-03-09"),
    ("on 3-9", "2027-03-09"),
    ("on 3.9", "2027-03-09"),
    ("27/04", "2027-04-27"),
    ("2027-03-09", "2027-03-09"),
    ("3/9/2027", "2027-03-09"),
    ("27/4/2027", "2027-04-27"),
    ("3/9/27", "2027-03-09"),
    ("9-Mar-2027", "2027-03-09"),
    ("29/2", "2028-02-29"),
    ("Sunday, 6 December", "2026-12-06"),
    ("Dec 6 (Sunday)", "2026-12-06"),
    ("the 17th", "2026-12-17"),
    ("on the 26th", "2026-11-26"),
    ("on the thirtieth", "2026-11-30"),
    ("Dec 3 - Dec 5", "2026-12-03 – 12-06 00:00"),
    ("June 3-5", "2027-06-03 – 06-06 00:00"),
    ("from 3 to 5 June", "2027-06-03 – 06-06 00:00"),
    ("Dec 28 to Jan 2", "2026-12-28 – 01-03 00:00"),
    ("from the 3rd to the 6th", "2026-12-03 – 12-07 00:00"),
    ("christmas", "2026-12-25"),
    ("New Year's Eve", "2026-12-31"),
    ("new years day", "2027-01-01"),
    ("is it open on National Day", "2027-10-01"),
    ("the day of the Spring Festival", "2027-02-06"),
    ("mid-autumn festival", "2027-09-15"),
]
HOURS = [
    ("at 4pm", "2026-11-25T16:00"),
    ("4 P.M.", "2026-11-25T16:00"),
    ("4 p m", "2026-11-25T16:00"),
    ("4:45", "2026-11-25T16:45"),
    ("11:45", "2026-11-25T11:45"),
    ("04:45", "2026-11-26T04:45"),
    ("16:45", "2026-11-25T16:45"),
    ("9.15 am", "2026-11-26T09:15"),
    ("645pm", "2026-11-25T18:45"),
    ("1645 hours", "2026-11-25T16:45"),
    ("16h45", "2026-11-25T16:45"),
    ("at 1645", "2026-11-25T16:45"),
    ("4 o'clock", "2026-11-25T16:00"),
    ("four oclock", "2026-11-25T16:00"),
    ("half past four", "2026-11-25T16:30"),
    ("half four", "2026-11-25T16:30"),
    ("a quarter to five", "2026-11-25T16:45"),
    ("quarter past 2", "2026-11-25T14:15"),
    ("twenty to three", "2026-11-25T14:40"),
    ("10 minutes past eleven", "2026-11-25T11:10"),
    ("four fifty", "2026-11-25T16:50"),
    ("eleven oh five", "2026-11-25T11:05"),
    ("noon", "2026-11-25T12:00"),
    ("midnight", "2026-11-26T00:00"),
    ("12am", "2026-11-26T00:00"),
    ("come at 2", "2026-11-25T14:00"),
    ("at nine", "2026-11-26T09:00"),
    ("around 5 please", "2026-11-25T17:00"),
    ("5ish", "2026-11-25T17:00"),
    ("9 at night", "2026-11-25T21:00"),
    ("six in the morning", "2026-11-26T06:00"),
    ("5am - 7", "2026-11-26T05:00 – 11-26 07:00"),
    ("2 to 4pm", "2026-11-25T14:00 – 11-25 16:00"),
    ("11 to 1pm", "2026-11-25T11:00 – 11-25 13:00"),
    ("between 2 and 4", "2026-11-25T14:00 – 11-25 16:00"),
    ("from 9 till 5", "2026-11-26T09:00 – 11-26 17:00"),
    ("13:30-15:00", "2026-11-25T13:30 – 11-25 15:00"),
    ("from 11pm to 2am", "2026-11-25T23:00 – 11-26 02:00"),
    ("in the afternoon", "part 2026-11-25T13:00"),
    ("are you there this evening", "part 2026-11-25T18:00"),
    ("in the morning", "part 2026-11-26T08:00"),
    ("tonight", "part 2026-11-25T18:00"),
]
LENGTHS = [
    ("in an hour", "2026-11-25T11:20"),
    ("in half an hour", "2026-11-25T10:50"),
    ("in a quarter of an hour", "2026-11-25T10:35"),
    ("40 minutes later", "2026-11-25T11:00"),
    ("an hour and a half from now", "2026-11-25T11:50"),
    ("in one and a half hours", "2026-11-25T11:50"),
    ("in 1.5 hours", "2026-11-25T11:50"),
    ("in 1d 3hr, and 10min", "2026-11-26T13:30"),
    ("in a couple of hours", "2026-11-25T12:20"),
    ("within 90 minutes", "2026-11-25T11:50"),
    ("half an hour ago", "2026-11-25T09:50"),
    ("right now", "2026-11-25T10:20"),
    ("ASAP", "2026-11-25T10:20"),
]
TOGETHER = [
    ("tomorrow at half past four", "2026-11-26T16:30"),
    ("4 pm on Thursday", "2026-11-26T16:00"),
    ("on Thursday, at about 4", "2026-11-26T16:00"),
    ("TOMORROW AT 4PM", "2026-11-26T16:00"),
    ("tomorrow4pm", "2026-11-26T16:00"),
    ("4pmtomorrow", "2026-11-26T16:00"),
    ("tomorrow 4", "2026-11-26T16:00"),
    ("4 tomorrow afternoon", "2026-11-26T16:00"),
    ("tomorrow night at 8", "2026-11-26T20:00"),
    ("tonight at 12", "2026-11-26T00:00"),
    ("tomorrow at midnight", "2026-11-27T00:00"),
    ("ten in the morning on the 4th", "2026-12-04T10:00"),
    ("on the 4th at 10", "2026-12-04T10:00"),
    ("Dec 4th, 10:30", "2026-12-04T10:30"),
    ("10:30am 12/4", "2026-12-04T10:30"),
    ("2026-12-04T10:30:00", "2026-12-04T10:30"),
    ("Monday the thirtieth at nine", "2026-11-30T09:00"),
    ("next Monday 2-4pm", "2026-11-30T14:00 – 11-30 16:00"),
    ("9:00 to 10:30 on Friday", "2026-11-27T09:00 – 11-27 10:30"),
    ("morning of the 4th", "part 2026-12-04T08:00"),
    ("Friday early in the morning", "part 2026-11-27T08:00"),
    ("Thursday PM", "part 2026-11-26T13:00"),
    ("yesterday evening", "part 2026-11-24T18:00"),
    ("Friday at 2 or Monday at 3", "2026-11-27T14:00, 2026-11-30T15:00"),
    ("move it from Friday to Monday 2pm", "2026-11-30T14:00"),
    ("please change my visit from Friday 3pm to Monday at 4", "2026-11-30T16:00"),
    ("reschedule the repair from 3pm to 4pm", "2026-11-25T16:00"),
    ("building 7 unit 2 room 501 leaks, Friday 3pm", "2026-11-27T15:00"),
]


@pytest.mark.parametrize(
    ("text", "expected"), DAYS + WEEKDAYS + SPANS_OF_DAYS + DATES + HOURS + LENGTHS + TOGETHER
)
def test_what_is_read(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # What cannot be known
        *(
            "some day",
            "soon",
            "later",
            "whenever you like",
            "sometimes",
            "next time",
            "in a few minutes",
            "in a while",
        ),
        # Numbers of other things
        *(
            "building 7 unit 2 room 501",
            "apt 12",
            "no. 30",
            "line 3",
            "bus 14",
            "floor 5",
            "window 3",
            "reply 1",
        ),
        *(
            "she is 82 years old",
            "it costs $3.50",
            "300 yuan",
            "we lost 3:2",
            "a ratio of 1:20",
            "50%",
            "2 or 3 people",
        ),
        *(
            "call 13812345678",
            "021-5566-7788",
            "id 310101199001011234",
            "version 4.2",
            "2 of 5 work",
            "top 10",
        ),
        *(
            "3/4 full",
            "1/2 cup",
            "open 24/7",
            "5 to 6 people",
            "at 3 places",
            "about 3 people",
            "I live at 501",
        ),
        *(
            "between 3 and 5 people",
            "may 3 people come",
            "the 3 may be broken",
            "stuck on 5",
            "3 times a day",
        ),
        # Lengths that say no moment
        *("it took 2 hours", "for three days", "3 hours of noise", "two months of rent", "a second"),
        # How long it has been so
        *("dark since Monday", "no water since 9 this morning"),
        # Words that are also something else
        *(
            "may I ask something",
            "you may come",
            "we march to the office",
            "the march pension",
            "he sat down",
        ),
        *(
            "the sun is strong",
            "I sat at 3 tables",
            "second floor",
            "the second one",
            "the red one",
            "one by one",
        ),
        *(
            "5th floor",
            "on 2nd street",
            "at all",
            "at home",
            "at last",
            "good morning",
            "good evening, hello",
        ),
        *("happy new year", "am I late", "the end of the road", "a week is long"),
        # No such time
        *("25:00", "13:60", "feb 30", "31/11", "13/13", "the 32nd", "0pm"),
        *("", "3", "first", "路灯坏了"),
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert written(text) == ""


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("please come on friday at 3pm, thanks", "on friday at 3pm"),
        ("tap leaks, tomorrow afternoon around 3?", "tomorrow afternoon around 3"),
        ("i can't in the morning", "in the morning"),
        ("we are home after 6pm", "after 6pm"),
        ("the lamp, dec. 4th, is dark", "dec. 4th"),
    ],
)
def test_the_span_covers_what_was_said(text: str, covered: str) -> None:
    (when,) = times_in_english(text, NOW)
    assert text[slice(*when.span)] == covered


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("at 4pm", False),
        ("in the morning", False),
        ("today at 4pm", True),
        ("in an hour", True),
        ("friday", True),
    ],
)
def test_whether_a_day_was_said(text: str, dated: bool) -> None:
    assert [when.dated for when in read(text)] == [dated]


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(8, "2026-11-25T13:00:00"), (15, "2026-11-25T13:00:00"), (16, "2026-11-26T13:00:00")],
)
def test_an_afternoon_more_than_half_gone_is_the_next_one(hour: int, expected: str) -> None:
    (when,) = read("in the afternoon", NOW.replace(hour=hour))
    assert (when.written(), when.grain) == (expected, "part")


PARIS = ZoneInfo("Europe/Paris")


def test_lengths_are_real_time_and_clock_times_are_on_the_wall() -> None:
    before_the_change = datetime(2026, 10, 24, 22, 0, tzinfo=PARIS)
    (length,) = read("in 12 hours", before_the_change)
    (clock,) = read("tomorrow at 10am", before_the_change)
    assert length.start == datetime(2026, 10, 25, 9, 0, tzinfo=PARIS)
    assert clock.start == datetime(2026, 10, 25, 10, 0, tzinfo=PARIS)
    assert length.start.utcoffset() == clock.start.utcoffset() == timedelta(hours=1)


def test_an_hour_that_the_zone_skips_is_moved_on() -> None:
    (when,) = read("tomorrow at 2:30 am", datetime(2026, 3, 28, 12, 0, tzinfo=PARIS))
    assert when.written() == "2026-03-29T03:30:00"


MONTHS = [f"{date(2026, month, 1):%B}" for month in range(1, 13)]
#: Where a year is said any will do; 4-digit years from 1970 on are years.
SOME_DAY = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@settings(deadline=None)
@given(SOME_DAY)
def test_a_date_with_its_year_reads_back_however_written(day: date) -> None:
    name = MONTHS[day.month - 1]
    forms = [
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
        f"{name} {day.day}, {day.year}",
        f"the {day.day}th of {name} {day.year}",
        f"{day.day} {name[:3]} {day.year}",
        f"{day.year}/{name[:3]}/{day.day}",
        f"{day:%A}, {day.day}-{name}-{day.year}",
    ]
    assert [[when.day for when in read(form)] for form in forms] == [[day]] * len(forms)


@settings(deadline=None)
@given(SOME_DAY)
def test_a_date_without_its_year_is_the_next_one(day: date) -> None:
    for form in (f"{MONTHS[day.month - 1]} {day.day}", f"{day.day} {MONTHS[day.month - 1]}"):
        (when,) = read(form)
        assert (when.day.month, when.day.day) == (day.month, day.day)
        assert when.day >= NOW.date()


HOUR_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
MINUTE_WORDS = {
    10: "ten",
    15: "fifteen",
    20: "twenty",
    25: "twenty five",
    30: "thirty",
    45: "forty-five",
    55: "fifty five",
}


@settings(deadline=None)
@given(st.integers(1, 12), st.sampled_from(sorted(MINUTE_WORDS)), st.sampled_from(["am", "pm"]))
def test_an_hour_in_figures_and_in_words_reads_back(hour: int, minute: int, half: str) -> None:
    expected = datetime.combine(date(2026, 11, 26), time(hour % 12 + (12 if half == "pm" else 0), minute))
    forms = [
        f"{hour}:{minute} {half} tomorrow",
        f"tomorrow at {hour}{minute}{half}",
        f"tomorrow, {HOUR_WORDS.split('|')[hour - 1]} {MINUTE_WORDS[minute]} {half}",
        f"at {minute} minutes past {HOUR_WORDS.split('|')[hour - 1]} {half} tomorrow",
        f"tomorrow {expected:%H:%M}"
        if half == "pm" or hour < 10 or hour == 12
        else f"{expected:%H:%M} tomorrow",
    ]
    assert [[when.start for when in read(form)] for form in forms] == [[expected]] * len(forms)


VOCABULARY = (
    "at on in the of to from between and next last this week day month monday sat sun may march 3 12 30 3rd first "
    "half quarter past noon tonight tomorrow morning pm a.m. o'clock : / - , . hour minutes ago later after before "
    "2027 1530 christmas eve room no. one twenty-one 楼 weekend end now"
)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(VOCABULARY.split()), max_size=12).map(" ".join) | st.text(max_size=60),
    st.booleans(),
)
def test_any_text_gives_times_within_it(text: str, aware: bool) -> None:
    now = NOW.replace(tzinfo=PARIS) if aware else NOW
    plain = normalise(text)
    end = 0
    for when in times_in_english(plain, now):
        assert end <= when.span[0] < when.span[1] <= len(plain)
        end = when.span[1]
        assert (when.start.tzinfo is not None) == aware
        assert when.end is None or when.end > when.start


@pytest.mark.parametrize(
    "junk", ["3 to ", "1/", "3 hours and ", "monday, ", "at ", "(", "3pm ", "1", "p . m ", "no. 3 and "]
)
def test_ten_thousand_characters_of_junk_take_no_time(junk: str) -> None:
    text = normalise((junk * 10_000)[:10_000])
    times_in_english(text, NOW)
    begun = stopwatch.perf_counter()
    times_in_english(text, NOW)
    assert stopwatch.perf_counter() - begun < 2
