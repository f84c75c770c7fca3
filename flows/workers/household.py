"""What a household tells a worker at its door (信息采集): asked once, kept with its consent, shown the next time.

Personal Information Protection Law of the People's Republic of China: only with consent (article 13, paragraph 1,
number 1), freely given and knowing what for (14, 17), refused and withdrawn without a disadvantage (15, 16); what is
sensitive, with a consent of its own (29). http://www.npc.gov.cn/npc/c30834/202108/a8c4e3672c74491a80b53a172bb753fe.shtml
"""

from __future__ import annotations

from flows import rounds
from flows.case import Home
from flows.desk import Desk
from flows.message import Option
from flows.names import community_name, described, people
from flows.neighbourhood import AGREED_TO, ALONE, CONTACT, HELP, NO, PEOPLE, YES
from flows.talk import Talk
from flows.wording import _, full_date
from flows.workers.patrol import door_of

#: What is asked only with the second consent.
SENSITIVE = (ALONE, HELP)
UNSAID = "-"
SAME, CHANGED, WITHDRAWN = "same", "changed", "withdrawn"
#: More people than this are "five or more"; longer contacts are cut.
MOST_PEOPLE, LONGEST_CONTACT = 5, 60
#: Whoever agrees is none of the residents that the hotline knows there.
NOBODY = "nobody"


def household(talk: Talk, desk: Desk) -> None:
    """Asked for the first time, or shown and put right."""
    home = door_of(talk, desk, _("Which household? Write the address, or choose one:"), talk.given("text"))
    if not desk.has_door(home):
        talk.end(_("{where}: which unit and room? Please write it again in full.").format(where=home.where))
    kept = talk.fact("kept", lambda: "y" if desk.ledger.household(home) else None)
    if kept:
        _put_right(talk, desk, home)
    else:
        _ask(talk, desk, home)


def _ask(talk: Talk, desk: Desk, home: Home) -> None:
    agreed = talk.choose(
        "agreed",
        lambda: _("Please read it out:") + "\n" + notice(desk, home),
        lambda: [Option(YES, _("They agree")), Option(NO, _("They do not want to"))],
    )
    if agreed == NO:
        talk.end(_("That is their right. Nothing is kept, and nothing else changes for them."))
    told = {field: _asked(talk, field) for field in (PEOPLE, CONTACT)}
    told |= _sensitive(talk)
    phone = _who(talk, desk, home)
    told = {field: said for field, said in told.items() if said != UNSAID}
    talk.do("keep", lambda: rounds.agree(desk, home, told, phone))
    talk.say(
        _("Kept of {where}, with their consent of today: {told}. It is not asked again.").format(
            where=home.where, told=described(told)
        )
    )


def _put_right(talk: Talk, desk: Desk, home: Home) -> None:
    """Shown, and only what has changed is asked."""
    found = desk.ledger.household(home)
    if found is None:
        talk.end(_("Nothing is kept of {where} any more.").format(where=home.where))
    talk.do("looked", lambda: desk.ledger.looked("household", detail=found.door))
    picked = talk.choose(
        "what",
        f"{home.where}\n{described(found.told)}\n"
        + _("Agreed to on {day}.").format(day=full_date(found.agreed_at.astimezone(desk.now.tzinfo))),
        lambda: [
            Option(SAME, _("Nothing has changed")),
            Option(CHANGED, _("Something has changed")),
            Option(WITHDRAWN, _("They take back their consent")),
        ],
    )
    told = dict(found.told)
    if picked == WITHDRAWN:
        sure = talk.confirm("sure", _("Delete what is kept of {where}?").format(where=home.where))
        if sure:
            talk.do("drop", lambda: rounds.withdraw(desk, found))
        talk.end(_("Deleted. Nothing is kept of this household.") if sure else _("Nothing was deleted."))
    if picked == CHANGED:
        field = talk.choose("field", _("What has changed?"), _fields)
        new = (
            _sensitive(talk, field)
            if field in SENSITIVE and AGREED_TO not in told
            else {field: _asked(talk, field)}
        )
        told |= new
        told = {key: said for key, said in told.items() if said != UNSAID}
    talk.do("keep", lambda: rounds.change(desk, found, told))
    talk.say(_("Kept of {where}: {told}.").format(where=home.where, told=described(told)))


def _sensitive(talk: Talk, *fields: str) -> dict[str, str]:
    """What only a consent of its own allows to be asked (article 29)."""
    agreed = talk.choose(
        "sensitive",
        _(
            "Whether somebody lives alone or needs help is sensitive and needs a consent of its own: it is used only "
            "to look in and to help, and may be refused. Do they agree?"
        ),
        lambda: [Option(YES, _("They agree")), Option(NO, _("Do not ask this"))],
    )
    if agreed == NO:
        return {}
    return {AGREED_TO: YES} | {field: _asked(talk, field) for field in fields or SENSITIVE}


def _asked(talk: Talk, field: str) -> str:
    """One thing, by a digit; each of them may stay unsaid."""
    if field == CONTACT:
        return talk.choose(
            field,
            _("A relative to be told when something is wrong: name and telephone."),
            lambda: [Option(UNSAID, _("They would rather not say"))],
            free=lambda words: " ".join(words.split())[:LONGEST_CONTACT] or None,
        )
    question = {
        PEOPLE: _("How many people live there?"),
        ALONE: _("Does somebody over 70 live alone there?"),
        HELP: _("Does somebody there need help at home?"),
    }[field]
    return talk.choose(field, question, lambda: _answers(field))


def _answers(field: str) -> list[Option]:
    if field == PEOPLE:
        said = [Option(str(n), people(str(n))) for n in range(1, MOST_PEOPLE + 1)]
    else:
        said = [Option(YES, _("Yes")), Option(NO, _("No"))]
    return [*said, Option(UNSAID, _("They would rather not say"))]


def _fields() -> list[Option]:
    return [
        Option(PEOPLE, _("How many live there")),
        Option(CONTACT, _("A relative")),
        Option(ALONE, _("Over 70 and alone")),
        Option(HELP, _("Help at home")),
    ]


def _who(talk: Talk, desk: Desk, home: Home) -> str:
    """The telephone of who agreed, if the hotline knows her: asked, for everybody may say that she lives there."""
    known = talk.fact("known", lambda: " ".join(_phones(desk, home)) or None)
    if not known:
        return ""
    picked = talk.choose(
        "who",
        _(
            "Is the one who agrees known to us by one of these numbers? Then she can see and delete it herself."
        ),
        lambda: [
            *(Option(phone, _("The number …{end}").format(end=phone[-4:])) for phone in known.split()),
            Option(NOBODY, _("None of them")),
        ],
    )
    return "" if picked == NOBODY else picked


def _phones(desk: Desk, home: Home) -> list[str]:
    return [person.phone for person in desk.ledger.residents_at(home) if person.phone]


def notice(desk: Desk, home: Home) -> str:
    """What is asked, by whom, what for, how long it is kept, and that it may be refused (articles 14 and 17)."""
    community = desk.district.communities.get(home.community)
    by = community_name(community) if community else ""
    if community and community.phone:
        by = _("{community} ({phone})").format(community=by, phone=community.phone)
    return _(
        "{community} asks how many live here and for a relative to call; and, if you agree to that too, whether "
        "somebody over 70 lives alone or needs help. It is for visits and emergencies only, kept for two years after "
        "the last visit. You may refuse all or any of it, and take it back at any time; nothing else depends on it."
    ).format(community=by)
