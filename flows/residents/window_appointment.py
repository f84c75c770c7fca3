"""A time at a window of the resident's own hall."""

from __future__ import annotations

from flows.calendar import Slot
from flows.desk import Desk
from flows.ledger import SeatTaken
from flows.message import Option
from flows.names import community_name, cut, papers, service_name, window_name
from flows.reminders import promise
from flows.residents.booked import say_booked
from flows.residents.place import home_of
from flows.residents.services import wish
from flows.residents.times import KEYS, MISROUTED, local, names_a_time, pick_time
from flows.talk import NothingToOffer, Talk
from flows.understanding.whose import whose_place
from flows.wording import _, appointment_time, gap


def window_appointment(talk: Talk, desk: Desk) -> None:
    window, service = wish(talk, desk)
    timed = names_a_time(talk, desk)
    home = home_of(talk, desk)
    hall = desk.district.communities[home.community]
    text = talk.given("text")
    words = cut(talk.fact("plain", lambda: desk.need_in(text)) or "") if text else ""
    what = service_name(service) if service else words or window_name(window)
    try:
        slot = pick_time(
            talk,
            desk,
            _("{what}, {hall} hall, {window} window.").format(
                what=what, hall=community_name(hall), window=window_name(window)
            ),
            _("When will you come?"),
            lambda: desk.free_at_window(home, window),
            *([Option(MISROUTED, _("This is about something else"))] if talk.given("routed") else []),
            timed=timed,
            hers=lambda: [] if whose_place(text) == "other" else desk.hers("window"),
        )
    except NothingToOffer:
        talk.say(
            _("This window has no free time in the next two weeks. Hall: {phone}.").format(phone=hall.phone)
        )
        talk.go("person", text=talk.given("text") or what, window=window)
    if not isinstance(slot, Slot):
        talk.go("ask", text=talk.given("text"), not_this=window)
    try:
        text, of = talk.given("text"), talk.given("of")
        number = talk.do("book", lambda: desk.book_window(home, window, slot, service, text, of=of))
    except SeatTaken:
        talk.again(*KEYS, because=_("That time has just gone. Please choose another."))
    card = _("ID card")
    of_the_card = card.casefold() in text.casefold()  # it may be the one that is lost
    bring = papers(service) if service else "" if of_the_card else card
    text = _("Booked: {when}, {hall} hall, {window} window, {what}. Number {number}.").format(
        when=appointment_time(local(desk, slot).start),
        hall=community_name(hall),
        window=window_name(window),
        what=what,
        number=number,
    )
    if bring:
        text += gap() + _("Bring: {papers}.").format(papers=bring)
    text += gap() + promise(desk, local(desk, slot).start)
    say_booked(talk, desk, number, text, hall.address or community_name(hall))
