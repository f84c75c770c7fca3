"""The booking talk as the peers speak it: Gridbell's sentences and keyboards, with next to nothing behind them.

No understanding, no directory, no calendar: the peers are charged for their frameworks, not for our work.
"""

from __future__ import annotations

import re

#: A text and the labels of its buttons.
Reply = tuple[str, tuple[str, ...]]

_TIMES = (
    "今天(周一)13:30",
    "今天(周一)14:30",
    "明天(周二)8:30",
    "其他时间",
    "不用等我,直接处理",
    "不是这类事",
)
_DAYS = (
    "今天(周一)", "明天(周二)", "11月25日(周三)", "11月26日(周四)", "11月27日(周五)", "11月30日(周一)", "12月1日(周二)",
)  # fmt: skip
_HOURS = ("13:30", "14:30", "15:30")
_ADDRESS = re.compile(r"(.+?)(\d+)号楼(\d+)单元(\d+)")


def ask_where() -> Reply:
    return "收到。您家在哪栋楼?例如:怡安小区7号楼2单元501。回「人工」找人。", ()


def is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def ask_time(address: str) -> Reply:
    return f"{address},归怡安第12网格。没有物业,由网格员兼管。什么时间上门?", _TIMES


def ask_day() -> Reply:
    return "哪一天?", _DAYS


def day_of(text: str) -> str | None:
    return _DAYS[int(text) - 1] if text.isdecimal() and 0 < int(text) <= len(_DAYS) else None


def ask_hour(day: str) -> Reply:
    return f"{day}几点?", _HOURS


def hour_of(text: str) -> str | None:
    return _HOURS[int(text) - 1] if text.isdecimal() and 0 < int(text) <= len(_HOURS) else None


def booked(need: str, day: str, hour: str, number: int) -> Reply:
    when = f"{day}{hour}"
    text = f"约好了:{when},网格员胡文博上门,{need}。编号W{number:04}。提前提醒您。有照片可以发来。"
    return text, ("改时间", "取消")
