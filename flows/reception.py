"""The front desk (前台一口受理): what a message means before any flow, and when no flow waits for it."""

from __future__ import annotations

import re

from flows import deeds, duty
from flows.aside import as_a_room, wish_in
from flows.audience import read_notice_number
from flows.case import Home
from flows.desk import Desk
from flows.hearing import REPAIR, SURE
from flows.message import Heard
from flows.notices import AFTER_NOTICE
from flows.offer import is_yes, is_yes_or_no
from flows.residents.menu import item_called
from flows.talk import GoTo
from flows.understanding.commands import carrier_word, case_number, read_command
from flows.understanding.corrections import read_correction
from flows.understanding.courtesy import asks_who_we_are, is_abuse, is_greeting, is_thanks
from flows.understanding.emergency import read_emergency
from flows.understanding.follow_up import read_follow_up
from flows.understanding.muting import read_muting
from flows.understanding.numerals import choice_number
from flows.understanding.questions import read_question
from flows.workers.words import flow_of, round_of

#: Commands that are flows of the same name; the others (menu, back, cancel, person) the engine knows itself.
_COMMANDS = {
    "help": GoTo("help", {}),
    "mine": GoTo("affairs", {}),
    "stop": GoTo("stop", {}),
    "start": GoTo("start", {}),
    "language_en": GoTo("language", {"language": "en"}),
    "language_zh": GoTo("language", {"language": "zh"}),
    "book_window": GoTo("window_appointment", {}),
    "book_visit": GoTo("home_visit", {}),
    "repair": GoTo("repair", {}),
    "forget": GoTo("forget", {}),
}


#: Flows that end with a booking and a loose question about it.
AFTER_BOOKING = ("window_appointment", "home_visit", "repair", "move", "agree", "put_place")


def before_any_flow(heard: Heard, desk: Desk, asked: str = "") -> GoTo | None:
    """What comes first whatever is being talked about: emergencies, deeds, carriers' words, case numbers."""
    if heard.button.startswith("!"):
        deed, _space, number = heard.button[1:].partition(" ")
        return on_case(desk, number, deed)
    if heard.phone:
        return GoTo("phone", {"phone": heard.phone})
    if heard.start is not None:
        return _started(heard.start)
    if heard.kind != "text" or not heard.text:
        return None
    if found := read_emergency(heard.text):
        return GoTo("emergency", {"kind": found.kind, "call": "/".join(found.call), "text": heard.text})
    if (
        (word := carrier_word(heard.text))
        and heard.channel == "sms"
        and (word == "stop" or desk.person.quiet)
    ):
        return GoTo(word, {"channel": "sms"})
    if named := case_number(heard.text) or case_number_last(heard.text):
        return _on_number(desk, *named)
    if desk.worker and (named := read_notice_number(heard.text)):
        return _on_notice(*named)
    return _chosen(heard, desk, asked) if asked and asked != AFTER_NOTICE else None


def _chosen(heard: Heard, desk: Desk, asked: str) -> GoTo | None:
    """One of the deeds that were offered with a case, by its digit; by residents in a word, too."""
    number, *offered = asked.split(" ")
    digit = choice_number(heard.text)
    if digit is not None:
        return on_case(desk, number, next((deed for deed in offered if deeds.DIGITS[deed] == digit), ""))
    if desk.worker:
        return None
    meant = deeds.RESIDENT_WORDS.get(_plain(heard.text))
    if is_yes_or_no(heard):
        meant = next((deed for deed in offered if deed in (deeds.YES if is_yes(heard) else deeds.NO)), "")
    return on_case(desk, number, meant) if meant and meant in offered else None


def by_command(heard: Heard, desk: Desk) -> str | GoTo | None:
    """A whole-message command: the engine's own by name (menu, back, cancel, person), the others as a flow."""
    if heard.kind != "text" or not heard.text:
        return None
    if muting := read_muting(heard.text):
        return GoTo(muting[0], {"kind": muting[1]})
    if heard.text.strip().casefold() == "/lang":  # of the commands menu: the other one
        return GoTo("language", {})
    if desk.worker and (started := round_of(heard.text)):
        return started
    command = read_command(heard.text)
    if heard.channel == "sms" and carrier_word(heard.text):
        return None
    if command in ("today", "send_notice", "notices"):
        return GoTo(command, {}) if desk.worker else None
    if command == "desk":
        return GoTo("signin", {}) if desk.worker else None
    if command == "my_data":
        return GoTo("my_data", {"channel": heard.channel})
    return _COMMANDS.get(command or "", command)


def unbidden(heard: Heard, desk: Desk, came_from: str = "") -> GoTo:
    """What a message means when no flow waits for it."""
    if heard.place:
        return _at_place(heard, desk)
    text = heard.text.strip()
    if home := desk.only_place(text):
        return GoTo("welcome", {"home": str(home)})
    if heard.photos and not text:
        return GoTo("task_photo" if desk.worker else "photo", {})
    if desk.worker and came_from != "menu":
        return _put_right(text, desk, came_from) or _from_worker(desk, text)
    digit = choice_number(text)
    if digit is not None:
        waiting = desk.unsettled_cases()
        if len(waiting) == 1 and digit in (1, 2):
            return on_case(desk, waiting[0].number, deeds.SETTLED if digit == 1 else deeds.UNSETTLED)
        mine = waiting or desk.cases()
        return (
            on_case(desk, mine[0].number, "") if len(mine) == 1 else GoTo("affairs" if mine else "menu", {})
        )
    if not any(letter.isalnum() for letter in text):
        return GoTo("menu", {})
    if item := item_called(text):
        return GoTo(item, {})
    if grid := desk.district.grid_of_sign(text):
        return GoTo("welcome", {"grid": grid})
    if is_thanks(text):
        return GoTo("thanks", {})
    if is_greeting(text):
        return GoTo("welcome", {})
    if is_abuse(text):
        return GoTo("sorry", {})
    if asks_who_we_are(text):
        return GoTo("help", {})
    return (
        _put_right(text, desk, came_from)
        or _of_what_is_under_way(text, desk, came_from)
        or _asked(text, desk)
        or wish_in(text, desk)
    )


def _of_what_is_under_way(text: str, desk: Desk, came_from: str) -> GoTo | None:
    """几点来, 没人来, 修好了, 不用来了: about the case she has, about which of several she is asked."""
    said = read_follow_up(text)
    if said is None or not (mine := desk.cases()):
        return None
    if said == "new":
        return GoTo("menu", {})
    if said == "waits":
        return GoTo("thanks", {})
    done = [case for case in mine if case.status == "done"]
    meant = (
        done if said in ("fixed", "unfixed") and done else mine[:1] if came_from in AFTER_BOOKING else mine
    )
    if len(meant) != 1:
        return GoTo("affairs", {})
    [case] = meant
    coming = case.appointment is not None and case.appointment.slot.start > desk.now
    if said == "show" or (said == "absent" and coming):
        return on_case(desk, case.number, "")
    deed = _SAID.get(said) if done or said not in ("fixed", "unfixed") else None
    return on_case(desk, case.number, deed or "write", text)


def _put_right(text: str, desk: Desk, came_from: str) -> GoTo | None:
    """Another time for what has just been booked, 「改成周五下午」; another place is for the one who comes."""
    if came_from not in (*AFTER_BOOKING, "case"):
        return None
    booked = next((case for case in desk.cases() if case.appointment), None)
    if booked is None:
        return None
    right = read_correction(text)
    of_case = Home(booked.community, booked.grid, booked.place) if booked.place else desk.person.home
    if right and not desk.when_in(right.right) and (home := desk.place_in(as_a_room(right.right), of_case)):
        return GoTo("put_place", {"number": booked.number, "text": text, "home": str(home)})
    if _ASKS_IF.search(text):
        return None
    if not (desk.when_in(right.right) if right else desk.only_when(text) or desk.only_cannot(text)):
        return None
    assert booked.appointment
    on = booked.appointment.slot.start.astimezone(desk.now.tzinfo).date().isoformat()
    return GoTo("move", {"number": booked.number, "slot": text, "on": on})


#: 明天来吗 asks, and moves nothing.
_ASKS_IF = re.compile(r"来(?:人|修|上门)?[吗么嘛](?:[??]|$)|来不来")


def _asked(text: str, desk: Desk) -> GoTo | None:
    """A short question with no service in it: 「你们几点下班」."""
    if read_question(text) is None or desk.is_of_a_service(text):
        return None
    return GoTo("answers", {"text": text})


def reply_to_notice(heard: Heard, desk: Desk) -> GoTo | None:
    """What is written after a notice came answers it, unless it is courtesy or surely about something else."""
    text = heard.text.strip()
    if heard.kind != "text" or not text or desk.worker or desk.only_place(text) or item_called(text):
        return None
    if is_thanks(text) or is_greeting(text) or is_abuse(text) or desk.district.grid_of_sign(text):
        return None
    services = desk.ledger.catalogue.services_in(text)
    asks = bool(_ASKS.search(text))
    if (services and services[0].score >= SURE) or (_OF_THE_HALL.search(text) and read_question(text)):
        return None
    if not asks and desk.meant_by(text) == REPAIR:
        return None
    return GoTo("notice_reply", {"text": text})


#: A question about us, whatever a notice was about.
_OF_THE_HALL = re.compile(
    r"上班|下班|开门|关门|办公|大厅|窗口|\b(?:office|hall|window|close)\b", re.IGNORECASE
)
_ASKS = re.compile(
    r"[??]|[吗么呢嘛]$|几点|什么时|啥时|多久|哪|怎么|咋|多少|能不能|可不可以"
    r"|\b(?:when|where|what|how|who|which|why|can i|may i|is it|is there|are there)\b",
    re.IGNORECASE,
)


#: The deeds that a few words mean beside the number of a case, 「K7M42 咋样了」.
_SAID = {
    "show": "", "move": deeds.MOVE, "cancel": deeds.CANCEL, "fixed": deeds.SETTLED, "unfixed": deeds.UNSETTLED,
}  # fmt: skip


def on_case(desk: Desk, number: str, deed: str, text: str = "") -> GoTo:
    """A deed on a case, by the one it belongs to or the one who serves it; or on a notice, by staff."""
    if desk.worker and read_notice_number(number):
        return GoTo("notice", {"number": number, "deed": deed})
    case = desk.case(number)
    if desk.worker and (case is None or case.person != desk.person.id):
        return GoTo("task", {"number": number, "deed": deed, "text": text})
    flow = {
        deeds.KEEP: "keep",
        deeds.MOVE: "move",
        deeds.CANCEL: "cancel",
        deeds.SETTLED: "settled",
        deeds.UNSETTLED: "unsettled",
        deeds.AGREE: "agree",
        "write": "add_word",
    }.get(deed, "case")
    return GoTo(flow, {"number": number, "text": text})


def case_number_last(text: str) -> tuple[str, str] | None:
    """The deed before the number: 取消K7M42 is K7M42 取消."""
    found = re.fullmatch(r"\s*(\D{1,20}?)\s*([A-Za-z]\d[A-Za-z]\d{2,4}[B-Hb-h]?)\s*", text)
    if found is None or _plain(found[1]) not in deeds.RESIDENT_WORDS | deeds.WORKER_WORDS:
        return None
    named = case_number(found[2])
    return (named[0], found[1]) if named else None


def _on_number(desk: Desk, number: str, rest: str) -> GoTo:
    """A message that begins with the number of a case: alone, with a digit, or with words."""
    case = desk.case(number)
    known: tuple[str, ...]
    if desk.worker and (case is None or case.person != desk.person.id):
        return _on_task(desk, number, rest)
    if case and case.status in ("done", "settled"):
        words, known = deeds.RESIDENT_WORDS, (deeds.SETTLED, deeds.UNSETTLED)
    else:
        words, known = deeds.RESIDENT_WORDS, (deeds.KEEP, deeds.MOVE, deeds.CANCEL, deeds.AGREE)
    meant, digit = words.get(_plain(rest), _SAID.get(read_follow_up(rest) or "")), choice_number(rest)
    settles = meant in (deeds.SETTLED, deeds.UNSETTLED)
    if meant is not None and (not settles or deeds.SETTLED in known):
        return on_case(desk, number, meant)
    if digit is None:
        return on_case(desk, number, "write", rest)
    return on_case(desk, number, next((deed for deed in known if deeds.DIGITS[deed] == digit), ""))


def _on_task(desk: Desk, number: str, rest: str) -> GoTo:
    """The same from the one who serves: a digit, the words of a deed, with more of them after it, or a word to the
    resident: 「K7M42 办完了 换了灯泡」."""
    meant, digit = deeds.WORKER_WORDS.get(_plain(rest)), choice_number(rest)
    if meant is not None:
        return on_case(desk, number, meant)
    if digit is not None:
        known = {at: deed for deed, at in deeds.WORKER_DIGITS.items()}
        return on_case(desk, number, known.get(digit, ""))
    first, _gap, more = re.sub(r"[,,。::;]", " ", rest).strip().partition(" ")
    deed = deeds.WORKER_WORDS.get(_plain(first)) or (
        {n: d for d, n in deeds.WORKER_DIGITS.items()}.get(int(first)) if first.isdecimal() else None
    )
    if more.strip() and deed in deeds.WITH_WORDS:
        return on_case(desk, number, deed, more.strip())
    return on_case(desk, number, "write", rest)


def _on_notice(number: str, rest: str) -> GoTo:
    """「T8F3」 alone, with a digit, with words; what follows a deed is why."""
    first, _space, why = rest.partition(" ")
    digit = choice_number(first)
    of_notices = {deeds.DIGITS[deed]: deed for deed in deeds.NOTICE_WORDS.values() if deed}
    meant = of_notices.get(digit, "") if digit else deeds.NOTICE_WORDS.get(_plain(rest))
    if meant is None:
        meant = deeds.NOTICE_WORDS.get(_plain(first), "")
    return GoTo(
        "notice", {"number": number, "deed": meant, "text": why.strip() if meant == deeds.REFUSE else ""}
    )


def _plain(words: str) -> str:
    return words.strip(" ,。.!;:?").casefold()


def _started(payload: str) -> GoTo:
    """A deep link: `g-<grid>` on a grid's sign, otherwise a joining link; empty is a plain hello."""
    if payload.startswith("g-"):
        return GoTo("welcome", {"grid": payload[2:]})
    return GoTo("join", {"token": payload}) if payload else GoTo("welcome", {})


def _from_worker(desk: Desk, text: str) -> GoTo:
    """A bare digit answers the one assignment that waits; with several the list is shown to choose from."""
    if started := flow_of(text):
        return started
    digit = choice_number(text)
    waiting = duty.unanswered(desk) if digit in (1, 2, 3) else []
    if len(waiting) == 1:
        deed = {1: deeds.ACCEPT, 2: deeds.CANNOT, 3: deeds.DONE}[digit or 0]
        return GoTo("task", {"number": waiting[0].number, "deed": deed})
    return GoTo("today", {})


def _at_place(heard: Heard, desk: Desk) -> GoTo:
    """A location by itself belongs to the newest case; without one it opens a repair there."""
    assert heard.place
    spot = "{:.5f},{:.5f}".format(*heard.place)
    cases = desk.cases()
    if cases:
        return GoTo("add_word", {"number": cases[0].number, "text": f"📍{spot}"})
    return GoTo("repair", {"spot": spot})
