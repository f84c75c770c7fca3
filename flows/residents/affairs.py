"""My affairs: the list of a resident's open cases, and everything that can be done with one of them."""

from __future__ import annotations

from flows import ending, visiting
from flows.calendar import Slot
from flows.case import Case, Home
from flows.deeds import CANCEL, MOVE, SETTLED, UNSETTLED
from flows.desk import Desk, is_open
from flows.ledger import Changed, SeatTaken
from flows.message import Option
from flows.names import case_title, password, status_name, worker_title
from flows.reminders import promise
from flows.residents.booked import say_booked
from flows.residents.times import KEYS, local, pick_time
from flows.talk import NothingToOffer, Question, Talk
from flows.wording import _, appointment_time, gap

ADD, PERSON = "add", "person"
MOST_LISTED = 7


def affairs(talk: Talk, desk: Desk) -> None:
    """The list; one case is shown at once."""
    only = talk.fact("only", lambda: _all(desk)[0].number if len(_all(desk)) == 1 else None)
    if only:
        talk.go("case", number=only)
    try:
        number = talk.choose("number", _("Your open cases:"), lambda: _listed(desk), loose=True)
    except NothingToOffer:
        talk.say(_("You have no open case. Write what you need, or MENU for the list."))
        return
    talk.go("case", number=number)


def case(talk: Talk, desk: Desk) -> None:
    """One case: how it stands, and what to do with it."""
    found = one_of_mine(talk, desk, joined_too=True)
    hers = found.person == desk.person.id
    picked = talk.choose("deed", describe(found, desk), lambda: _deeds(found, hers), loose=True)
    if picked == PERSON:
        talk.go("person", text=case_title(found, desk.district.services.get(found.service)))
    talk.go(
        {ADD: "add_word", MOVE: "move", CANCEL: "cancel", SETTLED: "settled", UNSETTLED: "unsettled"}[picked],
        number=found.number,
    )


def add_word(talk: Talk, desk: Desk) -> None:
    """Something more for a case, photos too."""
    found = one_of_mine(talk, desk, joined_too=True)
    words = talk.given("text") or (
        "" if talk.photos else talk.ask(_words(_("What should I add? Photos are fine too.")))
    )
    told = talk.do("add", lambda: desk.add_word(found, words, talk.photos))
    who = desk.district.workers.get(found.owner)
    if told == "True" and who:
        talk.say(_("Passed on to {who} ({number}).").format(who=worker_title(who), number=found.number))
    else:
        talk.say(_("Added to {number}.").format(number=found.number))


def put_place(talk: Talk, desk: Desk) -> None:
    """The place of what is booked put right; where somebody else answers for it, the one who has it is told."""
    found, home = one_of_mine(talk, desk), Home.read(talk.given("home"))
    owner = desk.responsible(home) if home else None
    if home is None or found.kind not in ("visit", "repair") or owner is None or owner.code != found.owner:
        talk.go("add_word", number=found.number, text=talk.given("text"))
    talk.do("place", lambda: desk.put_place(found, home))
    if found.appointment is None:
        talk.end(_("Put right: {where}. Number {number}.").format(number=found.number, where=home.where))
    text = _("Put right: {where}, {when}. Number {number}.").format(
        where=home.where,
        when=appointment_time(local(desk, found.appointment.slot).start),
        number=found.number,
    )
    say_booked(talk, desk, found.number, text, home.where)


def move(talk: Talk, desk: Desk) -> None:
    """Another time for the same case; the old one is free in the same moment."""
    found = one_of_mine(talk, desk)
    if not found.appointment and found.kind != "visit":
        talk.say(_("{number} has no fixed time to move.").format(number=found.number))
        talk.go("case", number=found.number)
    now = found.appointment.slot.start if found.appointment else None
    is_on = _("{number} is on {when}.").format(number=found.number, when=appointment_time(now)) if now else ""
    try:
        slot = pick_time(
            talk,
            desk,
            is_on,
            _("Which other time?") if now else _("When may we come?"),
            lambda: desk.free_like(found),
            on=now.date().isoformat() if now else "",
            hers=lambda: desk.hers(found.kind, but=found.number),
        )
    except NothingToOffer:
        talk.say(_("There is no other free time in the next two weeks. Yours still holds."))
        return
    assert isinstance(slot, Slot)
    try:
        talk.do("move", lambda: desk.move(found, slot))
    except SeatTaken:
        talk.again(*KEYS, because=_("That time has just gone. Please choose another."))
    start = local(desk, slot).start
    text = _("Moved: {number} is now on {when}.").format(number=found.number, when=appointment_time(start))
    text += gap() + promise(desk, start)
    say_booked(talk, desk, found.number, text, found.place)


def cancel(talk: Talk, desk: Desk) -> None:
    found = one_of_mine(talk, desk)
    if not talk.confirm("sure", _("Cancel {what}?").format(what=_short(found, desk))):
        talk.say(_("It stays as it is: {what}.").format(what=_short(found, desk)))
        return
    try:
        talk.do("cancel", lambda: desk.cancel(found))
    except Changed:
        talk.go("case", number=found.number)
    talk.say(_("Cancelled: {number}. Write any time if you need us.").format(number=found.number))


def settled(talk: Talk, desk: Desk) -> None:
    found = one_of_mine(talk, desk, joined_too=True)
    try:
        talk.do("settle", lambda: ending.settle(desk, found))
    except Changed:
        talk.go("case", number=found.number)
    talk.say(_("Thank you. {number} is settled.").format(number=found.number))


def unsettled(talk: Talk, desk: Desk) -> None:
    found = one_of_mine(talk, desk, settled_too=True, joined_too=True)
    words = talk.given("text") or talk.ask(_words(_("I am sorry. What is still missing?")))
    talk.do("reopen", lambda: ending.reopen(desk, found, words))
    talk.say(_("{number} goes on. I have told them.").format(number=found.number))


def keep(talk: Talk, desk: Desk) -> None:
    found = one_of_mine(talk, desk)
    talk.say(_("Good. {what}.").format(what=_short(found, desk)))


def agree(talk: Talk, desk: Desk) -> None:
    """Yes to the time that the worker has proposed."""
    found = one_of_mine(talk, desk)
    slot = talk.fact("slot", lambda: visiting.proposal(desk, found), Slot.read)
    if slot is None:
        talk.go("case", number=found.number)
    try:
        talk.do("move", lambda: desk.move(found, slot))
    except SeatTaken:
        talk.say(_("That time has just gone. Please choose another."))
        talk.go("move", number=found.number)
    start = local(desk, slot).start
    text = _("Agreed: {number} is now on {when}.").format(number=found.number, when=appointment_time(start))
    say_booked(talk, desk, found.number, text + gap() + promise(desk, start), found.place)


def one_of_mine(talk: Talk, desk: Desk, *, settled_too: bool = False, joined_too: bool = False) -> Case:
    """The open case of the given number; says so and ends where there is none of this person's. `settled_too`: one
    that was settled lately may be opened again; `joined_too`: a neighbour's whom she has joined will do."""
    found = desk.case(talk.given("number"))
    if found and found.person != desk.person.id and not desk.worker and not joined_too:
        talk.end(
            _("{what} was reported by a neighbour. Only the one who did can change that.").format(
                what=_short(found, desk)
            )
        )
    if found is None or (found.person != desk.person.id and desk.worker):
        talk.end(
            _("I find no case {number} of yours. Reply MY for your list.").format(number=talk.given("number"))
        )
    if not is_open(found) and not (settled_too and ending.can_reopen(desk, found)):
        talk.end(_("{what} is {status} already.").format(what=_short(found, desk), status=status_name(found)))
    return found


def describe(found: Case, desk: Desk) -> str:
    text = _("{what}: {status}.").format(what=_short(found, desk), status=status_name(found))
    who = desk.district.workers.get(found.owner)
    if who:
        text += gap() + _("With {who}.").format(who=worker_title(who))
    if (word := password(found)) and found.status == "accepted":
        text += gap() + _('Password at the door: "{password}".').format(password=word)
    return text


def _short(found: Case, desk: Desk) -> str:
    """「K7M42 退休证年审 11月24日周二9:00」."""
    title = case_title(found, desk.district.services.get(found.service))
    when = [appointment_time(found.appointment.slot.start)] if found.appointment else []
    return " ".join([found.number, title, *when])


def _all(desk: Desk) -> list[Case]:
    """Her own, then those of neighbours that she has joined."""
    return [*desk.cases(), *desk.joined()]


def _listed(desk: Desk) -> list[Option]:
    return [Option(found.number, _short(found, desk)) for found in _all(desk)[:MOST_LISTED]]


def _deeds(found: Case, hers: bool) -> list[Option]:
    if found.status == "done":
        return [
            Option(SETTLED, _("Yes, it is settled")),
            Option(UNSETTLED, _("Not yet")),
            Option(ADD, _("Add something")),
        ]
    if not hers:
        return [Option(ADD, _("Add something")), Option(PERSON, _("Ask a person"))]
    return [
        Option(ADD, _("Add something")),
        *([Option(MOVE, _("Another time"))] if found.appointment or found.kind == "visit" else []),
        Option(CANCEL, _("Call it off")),
        Option(PERSON, _("Ask a person")),
    ]


def _words(text: str) -> Question[str]:
    return Question("words", lambda: text, lambda said: said.strip() or None)
