"""What is kept of a resident: shown, given out, put right, deleted.

Personal Information Protection Law of the People's Republic of China, in force since 1 November 2021: she may know and
decide (article 44), look and copy (45), have it put right (46) and deleted (47). What others are working on for her
stays until it is done: without it the office could not do what she has asked for (article 13, paragraph 1, number 3).
"""

from __future__ import annotations

from flows.desk import Desk
from flows.message import LONGEST_NAME, Option
from flows.names import described
from flows.neighbourhood import Household
from flows.residents.place import where_is_it
from flows.talk import Question, Talk
from flows.wording import _, full_date, gap, listed

COPY, CORRECT, HOUSEHOLD, FORGET = "copy", "correct", "household", "forget"
NAME, HOME = "name", "home"
#: As many numbers of open cases are named.
MOST_NAMED = 4


def my_data(talk: Talk, desk: Desk) -> None:
    """What is kept, and until when; then what she wants done with it."""
    _not_for_staff(talk, desk)
    picked = talk.choose(
        "what",
        lambda: _kept(desk),
        lambda: [
            Option(COPY, _("Give me a copy")),
            Option(CORRECT, _("Put it right")),
            *([Option(HOUSEHOLD, _("Delete what my household has told"))] if _household(desk) else []),
            Option(FORGET, _("Delete my data")),
        ],
        loose=True,
    )
    if picked == FORGET:
        talk.go("forget")
    if picked == COPY:
        _copy(talk, desk)
    elif picked == HOUSEHOLD:
        _withdraw(talk, desk)
    else:
        _correct(talk, desk)


def forget(talk: Talk, desk: Desk) -> None:
    """Asked once more, with what it means; then all of it goes."""
    _not_for_staff(talk, desk)
    numbers = talk.fact("open", lambda: listed([case.number for case in desk.cases()[:MOST_NAMED]]) or None)
    if numbers:
        talk.end(
            _(
                "Others are still working for you: {numbers}. Please call them off (MY), or wait until they are done, "
                "then write DELETE MY DATA again."
            ).format(numbers=numbers)
        )
    sure = talk.confirm(
        "sure",
        _(
            "Delete all we keep of you? Messages, address, telephone, name, photos and your cases go and cannot be "
            "brought back."
        ),
    )
    if not sure:
        talk.end(_("Nothing was deleted."))
    talk.do("forget", desk.ledger.forget)
    talk.say(_("Your data is deleted. If you write again, you are new to us. All the best."))


def _not_for_staff(talk: Talk, desk: Desk) -> None:
    if desk.worker:
        talk.end(_("The data of staff is kept by the office: please ask there."))


def _kept(desk: Desk) -> str:
    me, kept, rule = desk.person, desk.ledger.kept(), desk.ledger.rule
    lines = [_("We keep of you:")]
    if me.name:
        lines.append(_("Name: {name}").format(name=me.name))
    if me.phone:
        lines.append(_("Telephone: …{end}").format(end=me.phone[-4:]))
    if me.home:
        lines.append(_("Home: {where}").format(where=me.home.where))
    if household := _household(desk):
        lines.append(
            _("Told at your door: {told}. Agreed to on {day}.").format(
                told=described(household.told), day=full_date(household.agreed_at)
            )
        )
    held = _("Messages: {count}, kept {span}.").format(count=kept.messages, span=_span(rule.messages_days))
    if kept.cases:
        span = _span(rule.cases_days)
        held += gap() + _("Cases: {count}, kept {span} after they are over.").format(
            count=kept.cases, span=span
        )
    return "\n".join([*lines, held])


def _household(desk: Desk) -> Household | None:
    """What her household has told, if it was she who agreed: that she lives there is only what she says."""
    me = desk.person
    found = desk.ledger.household(me.home) if me.home and me.phone else None
    return found if found and found.phone == me.phone else None


def _withdraw(talk: Talk, desk: Desk) -> None:
    """The consent is taken back, and what it was for is deleted (article 15)."""
    talk.do("drop", lambda: _drop(desk))
    talk.say(_("Deleted. Nothing is kept of your household."))


def _drop(desk: Desk) -> None:
    if found := _household(desk):
        desk.ledger.drop_household(found.home)
        desk.ledger.looked("withdrawn", detail=found.door)


def _span(days: int) -> str:
    """Whole years are said as years: nobody reckons in 1,095 days."""
    years, rest = divmod(days, 365)
    return (
        _("{years} years").format(years=years)
        if years > 1 and not rest
        else _("{days} days").format(days=days)
    )


def _copy(talk: Talk, desk: Desk) -> None:
    """A file, where the channel can carry one. It is made as it is sent, and never kept in the answers."""
    if talk.given("channel") in ("telegram", "browser"):
        talk.say(_("Here is all that we keep of you."), file=desk.ledger.own_copy())
    else:
        talk.say(_("A text message carries no file. Ask for your copy at the hall, or here on Telegram."))


def _correct(talk: Talk, desk: Desk) -> None:
    which = talk.choose(
        "which_one", _("What is not right?"), lambda: [Option(HOME, _("Home")), Option(NAME, _("Name"))]
    )
    if which == HOME:
        home = where_is_it(talk, desk, to_visit=False)
        talk.do("home", lambda: desk.live_at(home))
        talk.say(_("Thank you. Home: {where}").format(where=home.where))
        return
    name = talk.ask(Question("called", lambda: _("What is your name?"), _name))
    talk.do("name", lambda: desk.ledger.change_person(name=name))
    talk.say(_("Thank you. Name: {name}").format(name=name))


def _name(text: str) -> str | None:
    name = " ".join(text.split())
    return name if 0 < len(name) <= LONGEST_NAME else None
