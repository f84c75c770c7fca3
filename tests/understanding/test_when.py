"""When: what the two grammars share, which of several times is meant, and laws for any text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.understanding import feasts
from flows.understanding.normalise import normalise
from flows.understanding.numerals import to_chinese
from flows.understanding.when import read_when, times_in, without_time

NOW = datetime(2026, 11, 25, 10)  # noqa: DTZ001 — a Wednesday, on the district's own clock
SHANGHAI = NOW.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
BERLIN = ZoneInfo("Europe/Berlin")


def words(text: str) -> list[str]:
    plain = normalise(text)
    return [plain[slice(*when.span)] for when in times_in(text, NOW)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("明天下午三点左右来,后天也行", ["明天下午三点左右", "后天"]),
        ("周三(25号)上午", ["周三(25号)上午"]),
        ("从三点到五点之间", ["三点到五点之间"]),
        ("周五前", ["周五前"]),
        ("昨天停的电,半小时后来", ["昨天", "半小时后"]),
        ("下 周 二", ["下 周 二"]),
        ("", []),
    ],
)
def test_all_times_of_a_text_in_order(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_grain_and_end() -> None:
    grains = {
        "下午三点": "minute",
        "下午": "part",
        "明天": "day",
        "3号到5号": "day",
        "下周": "week",
        "下个月": "month",
    }
    for text, grain in grains.items():
        when = read_when(text, NOW)
        assert when
        assert when.grain == grain
        assert (when.end is None) == (text in ("下午三点", "明天"))


def test_whether_a_day_was_said() -> None:
    for text, dated in {
        "三点": False,
        "下午": False,
        "今晚": True,
        "周三下午": True,
        "半小时后": True,
    }.items():
        when = read_when(text, NOW)
        assert when
        assert when.dated is dated


def test_a_time_of_day_that_is_over_is_tomorrows() -> None:
    late = NOW.replace(hour=15, minute=15)
    for text, day in {
        "下午三点": 26,
        "下午四点": 25,
        "上午": 26,
        "下午": 25,
        "今天上午": 25,
        "周三三点": 2,
    }.items():
        when = read_when(text, late)
        assert when
        assert when.day.day == day


def test_nothing_is_read_in_what_is_something_else_nor_across_it() -> None:
    assert read_when("7月14号院", NOW, [(0, 4)]) is None
    text = "明天5号三点"
    assert [when.written() for when in times_in(text, NOW, [(2, 4)])] == ["2026-11-26", "2026-11-25T15:00:00"]
    assert read_when(text, NOW, [(2, 4)]) == read_when("明天,,三点", NOW)


@pytest.mark.parametrize(
    "text",
    [
        "楼上又吵到十二点",
        "邻居半夜装修",
        "楼上半夜打麻将",
        "楼上晚上老在蹦",
        "neighbours partying at 2am every night",
        "noise every night at 11 pm",
    ],
)
def test_when_it_is_loud_is_no_time_to_come_and_stays_in_the_words(text: str) -> None:
    assert read_when(text, NOW) is None
    assert without_time(text) == text
    other = read_when(f"{text},明天下午三点来", NOW)
    assert other
    assert other.written() == "2026-11-26T15:00:00"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("后天上午不行下午行", "2026-11-27T13:00:00"),
        ("明天不行下午行", "2026-11-25T13:00:00"),
        ("我下午要去医院明天吧", "2026-11-26"),
        ("下晚儿", "2026-11-25T17:00:00"),
    ],
)
def test_what_is_meant_beside_what_does_not_suit(text: str, when: str) -> None:
    said = read_when(text, NOW)
    assert said
    assert said.written() == when


@pytest.mark.parametrize(
    ("text", "onwards"),
    [
        ("三点以后", True),
        ("明天三点之后", True),
        ("三点", False),
        ("三点到五点", False),
        ("after 3pm", True),
        ("at 3pm", False),
        ("from 3 to 5 pm", False),
        ("half past three", False),
    ],
)
def test_from_then_on(text: str, onwards: bool) -> None:
    said = read_when(text, NOW)
    assert said
    assert said.onwards == onwards


def test_both_languages_in_one_message() -> None:
    when = read_when("tomorrow 下午三点", NOW)
    assert when
    assert when.written() == "2026-11-26T15:00:00"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("明天下午三点来我家修屋顶", "来我家修屋顶"),
        ("修屋顶", "修屋顶"),
        ("我想在28号上午换WiFi", "我想换WiFi"),
        ("屋顶漏了,大概周三有人", "屋顶漏了,有人"),
        ("后天", ""),
        ("楼道灯坏了,晚上看不见", "楼道灯坏了,晚上看不见"),
    ],
)
def test_the_words_without_the_time(text: str, rest: str) -> None:
    assert without_time(text) == rest


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_is_the_same_in_all_its_forms(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    now = datetime(2026, 11, 25, 10)  # noqa: DTZ001
    for form in (
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{year}年{to_chinese(day.month)}月{to_chinese(day.day)}号",
        f"{day.year}/{day.month}/{day.day}号",
    ):
        when = read_when(form, now)
        assert when
        assert (when.day, when.grain) == (day, "day")


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_is_the_same_in_all_its_forms(hour: int, minute: int) -> None:
    hours, minutes = to_chinese(hour), to_chinese(minute)
    forms = [f"{hour:02d}:{minute:02d}"]
    if hour == 0 or hour > 5:
        forms += [
            f"{hour}点{minute}分",
            f"{hours}点{minutes}分",
            f"{hour}:{minute:02d}",
            f"{hours}时{minutes}分",
        ]
    if 13 <= hour <= 17:
        forms += [f"下午{hour - 12}点{minute}分", f"{hour - 12}:{minute:02d} pm"]
    for form in forms:
        when = read_when(form, NOW)
        assert when
        assert (when.start.hour, when.start.minute, when.grain) == (hour, minute, "minute")
        assert NOW <= when.start < NOW + timedelta(days=1)


PIECES = (
    "今天 明天 后儿 下周二 周三 周末 25号 三月五号 12/5 正月十五 月底 春节 国庆节后 第一个周一 上午 晚上 早 晚 "
    "三点 半 一刻 差五分 14:30 到 - 至 半小时后 三天 后 前 不是 改到 , 的 tomorrow at 3 pm 7号楼 二单元 501 "
    "点 周 月 年 十 二 0 9 . /"
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES.split()), max_size=12).map("".join))


@settings(deadline=None)  # the table of holidays is loaded when the first one is met
@given(TEXTS)
@example("2月30号")
@example("零零年零月零日零点")
@example("9999年12月31日晚上12点到两点")
def test_spans_lie_in_the_text_and_in_order(text: str) -> None:
    plain = normalise(text)
    spans = [when.span for when in times_in(text, NOW)]
    assert all(0 <= start < end <= len(plain) for start, end in spans)
    assert spans == sorted(spans)
    assert times_in(plain, NOW) == times_in(text, NOW)


@settings(deadline=None)  # the table of holidays is loaded when the first one is met
@given(TEXTS)
def test_the_result_is_of_the_same_kind_as_now(text: str) -> None:
    naive, aware = times_in(text, NOW), times_in(text, SHANGHAI)
    assert [when.written() for when in naive] == [when.written() for when in aware]
    assert all(when.start.tzinfo is None for when in naive)
    assert all(when.start.tzinfo is SHANGHAI.tzinfo for when in aware)
    assert all(when.end is None or when.end.tzinfo is SHANGHAI.tzinfo for when in aware)


@settings(deadline=None)  # the table of holidays is loaded when the first one is met
@given(TEXTS)
def test_what_is_left_has_no_more_than_the_text(text: str) -> None:
    assert len(without_time(text)) <= len(text) or not text.isascii()


def test_an_hour_the_zone_skips_is_moved_on_and_a_span_is_real_time() -> None:
    before = datetime(2027, 3, 28, 1, 30, tzinfo=BERLIN)  # at two the clocks go to three
    skipped, later = read_when("凌晨2点半", before), read_when("一小时后", before)
    assert skipped
    assert later
    assert (skipped.start.hour, skipped.start.minute) == (3, 30)
    assert (later.start.hour, later.start.minute) == (3, 30)


def test_solar_terms_are_those_of_the_almanac() -> None:
    assert [feasts.solar_term(year, 15).day for year in (2024, 2025, 2026, 2027, 2028)] == [
        4,
        4,
        5,
        5,
        4,
    ]  # 清明
    assert feasts.solar_term(2026, 270) == date(2026, 12, 22)  # 冬至
    assert feasts.solar_term(2027, 285) == date(2027, 1, 5)  # 小寒
    assert feasts.solar_term(2027, 315) == date(2027, 2, 4)  # 立春


def test_a_long_message_is_read_to_its_end() -> None:
    for junk in ("三点周一", "2026-1", "十月", "初大年", "过再半", "差一刻", "第一个"):
        read_when(junk * (10_000 // len(junk)), NOW)
    assert read_when("漏水" * 5000 + "明天", NOW) is not None
