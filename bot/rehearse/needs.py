"""What residents write in a rehearsal, how often, and when: sentences of our own, and the services of the district.

The shares are a guess of an ordinary day at a district's hotline, not a measurement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Literal

from flows.district import District

Kind = Literal["repair", "service", "visit", "question", "person", "vague", "helper", "emergency"]

#: How many of a hundred talks are of each kind.
SHARES: dict[Kind, float] = {
    "repair": 36, "service": 33, "visit": 8, "question": 9, "person": 5, "vague": 6, "helper": 2, "emergency": 1,
}  # fmt: skip
#: Of a hundred residents so many write English.
ENGLISH = 6
#: How many talks of a day begin in each hour: a peak from nine to eleven, a dip at noon, a few at night.
HOURS = (
    0.2, 0.2, 0.1, 0.1, 0.1, 0.3, 1, 3, 8, 14, 14, 9, 4, 7, 9, 8, 7, 4, 4, 4, 3, 1.5, 0.8, 0.4,
)  # fmt: skip

_WHERE = ("我家", "家里", "厨房", "卫生间", "阳台", "楼道", "单元门口", "楼前", "我们这栋楼")
_BROKEN = (
    "漏水了", "下水堵了", "灯不亮了", "往下掉墙皮", "窗户关不严", "返臭水", "水管子冻了", "门锁坏了", "扶手松了",
    "地砖翘起来绊人", "墙上裂了道大缝", "雨水管掉下来了",
)  # fmt: skip
_ASKING = ("", "", ",麻烦来看看", ",能派个人来修吗", ",好几天了")
_BROKEN_EN = (
    "The light on our stairs is broken", "Water comes through my ceiling", "The drain in the kitchen is blocked",
    "The front door does not close any more", "My window is broken",
)  # fmt: skip
_ABOUT = ("我要办{}", "办{}", "{}怎么办", "想问问{}", "{}在哪办", "麻烦办一下{}")
_ABOUT_EN = ("I need help with: {}", "{}", "How do I get this: {}")
_AT_HOME = ("请人上门办{},我妈腿脚不好", "{}能不能上门办", "老人出不了门,{}来家里办行吗")
_QUESTIONS = ("你们几点下班", "周六上班吗", "大厅在哪", "中午有人吗", "大厅电话多少", "今天开门吗")
_QUESTIONS_EN = ("When do you open?", "Are you open on Saturday?", "Where is the hall?")
_PERSON = ("找人工", "转人工", "我要找真人说话")
_PERSON_EN = ("I want to talk to a person",)
_VAGUE = ("有个事想问问", "在吗", "你好", "帮帮忙", "跟你们反映个情况", "谁管我们这片")
_VAGUE_EN = ("hello", "I have a problem")
_HELPERS = ("想找个钟点工", "有没有人陪老人去医院", "找人给老人理个发")
_EMERGENCY = ("厨房着火了", "屋里一股煤气味", "老人摔倒叫不醒了", "有人困在电梯里了")

#: What somebody adds when she is asked for words and has no plan for them.
MORE = ("还是那个问题,没弄好", "和昨天一样", "麻烦快一点", "就这些")
MORE_EN = ("It is still the same", "Please be quick", "That is all")
REASONS = ("等配件", "要等物业回话", "材料还差一份")
CANNOT = ("今天开会", "在另一户走不开", "人不在社区")
DONE = ("换好了", "修完了", "材料已收齐", "处理好了", "")
TO_RESIDENT = ("请把家门口的东西挪一挪", "来的时候带身份证原件", "我晚到十分钟", "明天再给您看一眼")
PART = ("请核对户籍", "请确认参保情况", "请到现场看一下墙体")


@dataclass(frozen=True, slots=True)
class Need:
    """The first words of a talk and what kind of talk it is."""

    kind: Kind
    text: str
    language: str = "zh"


def draw(district: District, chance: Random) -> Need:
    kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
    english = chance.random() * 100 < ENGLISH
    return Need(kind, _text(kind, district, chance, english), "en" if english else "zh")


def _text(kind: Kind, district: District, chance: Random, english: bool) -> str:
    if kind in ("service", "visit"):
        return _of_service(kind, district, chance, english)
    if kind == "repair" and not english:
        return chance.choice(_WHERE) + chance.choice(_BROKEN) + chance.choice(_ASKING)
    in_chinese, in_english = {
        "repair": ((), _BROKEN_EN),
        "question": (_QUESTIONS, _QUESTIONS_EN),
        "person": (_PERSON, _PERSON_EN),
        "vague": (_VAGUE, _VAGUE_EN),
        "helper": (_HELPERS, ("I look for somebody to go to hospital with my mother",)),
        "emergency": (_EMERGENCY, ("There is a fire in my kitchen",)),
    }[kind]
    return chance.choice(in_english if english else in_chinese)


def _of_service(kind: Kind, district: District, chance: Random, english: bool) -> str:
    """A service by its name or one of the words people have for it."""
    able = [s for s in district.services.values() if s.at_home or kind != "visit"]
    if not able:
        return chance.choice(_VAGUE_EN if english else _VAGUE)
    service = chance.choice(able)
    names = [name for name in (service.name, service.name_en, *service.aliases) if name]
    spoken = [name for name in names if name.isascii() == english] or names
    patterns = _ABOUT_EN if english else _AT_HOME if kind == "visit" else _ABOUT
    return chance.choice(patterns).format(chance.choice(spoken))


def moments(day: datetime, count: int, chance: Random) -> list[datetime]:
    """When so many talks of a day begin, in order; `day` is any moment of it, in the district's zone."""
    midnight = datetime.combine(day.date(), time(), day.tzinfo)
    hours = chance.choices(range(24), HOURS, k=count)
    return sorted(midnight + timedelta(hours=hour, seconds=chance.randrange(3600)) for hour in hours)
