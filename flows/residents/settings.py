"""Small wishes: the language, no more unasked-for messages, how this works, a photo by itself."""

from __future__ import annotations

from flows.desk import Desk
from flows.message import Option
from flows.names import case_title, worker_title
from flows.talk import Talk
from flows.wording import LANGUAGES, _, gap, speaking

NEW = "new"


def language(talk: Talk, desk: Desk) -> None:
    wanted = talk.given("language") or next(code for code in LANGUAGES if code != desk.person.language)
    talk.do("speak", lambda: desk.speak(wanted))
    with speaking(wanted):
        talk.say(_("From now on in English."))
    talk.go("menu")


def stop(talk: Talk, desk: Desk) -> None:
    """On SMS the carrier answers a STOP itself and lets nothing of ours through: nothing is said there."""
    talk.do("quiet", lambda: desk.be_quiet(True))
    if talk.given("channel") != "sms":
        talk.say(
            _("I will send no more notices and reminders but what is urgent. Write START to have them again.")
        )


def start(talk: Talk, desk: Desk) -> None:
    talk.do("loud", lambda: desk.ledger.change_person(quiet=False, muted=()))
    talk.say(_("Welcome back. Reminders and notices are on."))
    talk.go("menu")


def help_(talk: Talk, desk: Desk) -> None:
    home = desk.person.home
    community = desk.district.communities.get(home.community) if home else None
    talk.say(
        _(
            "This is the community's automatic hotline. "
            "Write what you need, such as: my roof leaks. Digits choose; 0 goes back; MENU; "
            "MY shows your cases; PERSON brings a person; CHINESE for Chinese."
        )
        + (
            gap() + _("Telephone {phone}.").format(phone=community.phone)
            if community and community.phone
            else ""
        )
    )


def thanks(talk: Talk, desk: Desk) -> None:
    talk.say(_("You are welcome. Write any time."))


def photo(talk: Talk, desk: Desk) -> None:
    """A photo that came by itself: for an open case, or the start of a repair."""
    cases = talk.fact("cases", lambda: " ".join(case.number for case in desk.cases()[:4])) or ""
    if not cases:
        talk.go("repair", text=talk.given("text"))
    found = [case for number in cases.split() if (case := desk.case(number))]
    picked = talk.choose(
        "for",
        _("What is this photo for?"),
        lambda: [
            *(
                Option(
                    case.number, f"{case.number} {case_title(case, desk.district.services.get(case.service))}"
                )
                for case in found
            ),
            Option(NEW, _("Something new that is broken")),
        ],
    )
    if picked == NEW:
        talk.go("repair", text=talk.given("text"))
    talk.go("add_word", number=picked, text=talk.given("text"))


def phone(talk: Talk, desk: Desk) -> None:
    """The sender's own telephone number, shared on purpose: the same person on another channel is known by it."""
    talk.do("keep", lambda: desk.known_by(talk.given("phone")))
    worker = desk.worker
    if worker:
        talk.say(
            _("Welcome, {who}. Your tasks come here. TODAY shows your list.").format(who=worker_title(worker))
        )
    else:
        talk.say(_("Thank you, I have noted your telephone number. Nobody is shown it."))


def cannot_help(talk: Talk, desk: Desk) -> None:
    """Nothing that can be made out, or that no desk of the district does."""
    talk.say(_("I did not understand that, or it is not for the community hotline."))
    talk.go("menu")


def sorry(talk: Talk, desk: Desk) -> None:
    """To somebody who is angry: no quarrel, a person."""
    talk.say(_("I am sorry for the trouble. Reply PERSON and a person will call or write to you."))
    talk.go("menu")
