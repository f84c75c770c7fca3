"""How places, services, windows and people are called in the language now spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from flows.case import Case
from flows.district import Community, Grid, Hours, Service, Worker
from flows.neighbourhood import ALONE, CONTACT, HELP, PEOPLE, YES
from flows.wording import _, clock_time, day, day_and_time, either, language, listed

_WINDOWS = {
    "general": ("综合事务", "General Affairs"),
    "civil_affairs": ("民政事务", "Civil Affairs"),
    "population_family": ("人口计生", "Population and Family"),
    "public_security": ("综治信访", "Public Security and Petitions"),
    "civilisation": ("文明创建", "Community Culture"),
    "social_security": ("社会保障", "Social Security"),
    "utilities": ("水电费代缴", "Utility Payments"),
}

#: What a visitor says at the door: words everybody knows and nobody mishears, and how they sound.
PASSWORDS = {
    "石榴": "shiliu",
    "西瓜": "xigua",
    "玉米": "yumi",
    "大雁": "dayan",
    "白桦": "baihua",
    "松子": "songzi",
    "蓝莓": "lanmei",
    "木耳": "mu'er",
    "春风": "chunfeng",
    "灯笼": "denglong",
    "棉花": "mianhua",
    "核桃": "hetao",
    "红枣": "hongzao",
    "山楂": "shanzha",
    "豆角": "doujiao",
    "南瓜": "nangua",
}


def password(case: Case) -> str:
    """What the visitor of this case says at the door, empty if nobody comes to one."""
    word = case.appointment.password if case.appointment and case.kind == "visit" else ""
    return either(word, PASSWORDS.get(word, word))


def window_name(window: str) -> str:
    return either(*_WINDOWS[window])


def service_name(service: Service) -> str:
    latin = next((alias for alias in service.aliases if alias.isascii() and len(alias) > 2), "")
    return either(service.name, service.name_en or latin)


def papers(service: Service) -> str:
    """What to bring, empty if nothing is needed."""
    return listed(list(service.bring_en if language() == "en" and service.bring_en else service.bring))


def community_name(community: Community) -> str:
    """「怡安社区」, "Yi'an community"."""
    if language() == "en":
        return f"{community.name_en} community" if community.name_en else community.name
    return community.name if community.name.endswith("社区") else f"{community.name}社区"


def door(where: str) -> str:
    """An address said back: in English by its numbers, for Chinese letters would double an SMS."""
    numbers = re.findall(r"\d+", where)
    return either(where, "No. " + "-".join(numbers) if numbers else where)


def grid_name(grid: Grid) -> str:
    """「怡安第12网格」, "grid 12": an English number where the name has one."""
    digits = "".join(letter for letter in grid.name if letter.isdigit())
    return f"grid {digits}" if language() == "en" and digits else grid.name


def role_name(role: str) -> str:
    return {
        "grid_manager": _("grid manager"),
        "clerk": _("clerk"),
        "director": _("community director"),
        "office": _("district office"),
    }[role]


def worker_title(worker: Worker) -> str:
    """「网格员王芳」, "grid manager 王芳"."""
    title = role_name(worker.role)
    return f"{title} {worker.name}" if language() == "en" else f"{title}{worker.name}"


def worker_in_short(worker: Worker | None) -> str:
    """The same for a sentence that may do without the name: in English a Chinese name doubles an SMS."""
    if worker is None:
        return _("a colleague")
    return (
        worker_title(worker)
        if language() == "zh"
        else "the " + worker_title(worker).removesuffix(f" {worker.name}")
    )


def case_title(case: Case, service: Service | None) -> str:
    """A case in a few words: its service, else what the resident wrote, cut to fit a message."""
    if service:
        return service_name(service)
    text = " ".join(case.text.split())
    if text:
        return cut(text)
    return {
        "window": _("an appointment"),
        "visit": _("a visit"),
        "repair": _("a repair"),
        "talk": _("a talk with a person"),
        "alarm": _("an emergency"),
    }[case.kind]


def thing_name(thing: str) -> str:
    """What of a building is broken, by its key in `flows.understanding.shared`."""
    return {
        "lift": _("the lift"),
        "light": _("the light on the stairs"),
        "clutter": _("things left on the stairs"),
        "door": _("the door of the building"),
        "stairs": _("the stairs"),
        "roof": _("the roof"),
        "drain": _("the drain outside"),
        "wall": _("the outer wall"),
        "water": _("the water of the building"),
        "heating": _("the heating of the building"),
    }.get(thing, _("a repair"))


def described(told: Mapping[str, str]) -> str:
    """What a household has told, in a line."""
    said = []
    if PEOPLE in told:
        said.append(people(told[PEOPLE]))
    if ALONE in told:
        said.append(_("over 70 and alone") if told[ALONE] == YES else _("nobody over 70 alone"))
    if HELP in told:
        said.append(_("needs help at home") if told[HELP] == YES else _("no help needed"))
    if CONTACT in told:
        said.append(_("relative: {who}").format(who=told[CONTACT]))
    return listed(said) if said else _("nothing said")


def told_cells(told: Mapping[str, str]) -> dict[str, str]:
    """The same cell by cell, for a table; empty where nothing was said."""
    cells = {CONTACT: told.get(CONTACT, ""), PEOPLE: people(told[PEOPLE]) if PEOPLE in told else ""}
    for key in (ALONE, HELP):
        cells[key] = {"": "", YES: _("yes")}.get(told.get(key, ""), _("no"))
    return cells


def people(count: str) -> str:
    """5 stands for all that are more."""
    if count == "5":
        return _("5 people or more")
    return _("1 person") if count == "1" else _("{count} people").format(count=count)


def cut(text: str, width: int = 48) -> str:
    """A text that fits into `width` columns, two for a Chinese letter."""
    columns = 0
    for at, letter in enumerate(text):
        columns += 1 if letter.isascii() else 2
        if columns > width:
            return f"{text[: at - 1]}…"
    return text


def span_name(start: datetime, until: datetime, now: datetime) -> str:
    """From when to when somebody is away: whole days by their names, else with their clock times."""
    if start.time() != time() or until.time() != time():
        return _("{first} to {last}").format(first=day_and_time(start, now), last=day_and_time(until, now))
    first, last = (day(when.date(), now.date()) for when in (start, until - timedelta(days=1)))
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def status_name(case: Case) -> str:
    """For the resident."""
    return _("done, please confirm") if case.status == "done" else _state_name(case.status)


def state_name(status: str) -> str:
    """The same for staff: what is done waits for the resident, and they have nothing to confirm."""
    return _("waiting for the resident") if status == "done" else _state_name(status)


def _state_name(status: str) -> str:
    return {
        "waiting": _("waiting for an answer"),
        "accepted": _("under way"),
        "settled": _("settled"),
        "cancelled": _("cancelled"),
    }[status]


def weekly_hours(hours: tuple[Hours, ...]) -> str:
    """「周一至周五8:30-11:30、13:30-16:30」: the openings of a usual week, days of the same hours together."""
    days: dict[int, list[str]] = {}
    for opening in hours:
        span = f"{clock_time(opening.opens)}-{clock_time(opening.closes)}"
        days.setdefault(opening.weekday, []).append(span)
    runs: list[tuple[int, int, list[str]]] = []
    for weekday in sorted(days):
        if runs and runs[-1][1] == weekday - 1 and runs[-1][2] == days[weekday]:
            runs[-1] = (runs[-1][0], weekday, days[weekday])
        else:
            runs.append((weekday, weekday, days[weekday]))
    to, gap = ("-", " ") if language() == "en" else ("至", "")
    return listed(
        [
            f"{weekday_name(first)}{f'{to}{weekday_name(last)}' if last > first else ''}{gap}{listed(spans)}"
            for first, last, spans in runs
        ]
    )


def weekday_name(weekday: int) -> str:
    """1 is Monday."""
    names = "Mon Tue Wed Thu Fri Sat Sun" if language() == "en" else "周一 周二 周三 周四 周五 周六 周日"
    return names.split()[weekday - 1]
