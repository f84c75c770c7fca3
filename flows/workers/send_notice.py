"""A worker sends a notice from her telephone: the words, to whom, how it looks and how many it reaches, then go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from flows import notices, sending
from flows.audience import KINDS, Audience, Notice, Reach
from flows.calendar import is_quiet
from flows.desk import Desk
from flows.district import Worker
from flows.message import Option
from flows.names import worker_title
from flows.plans import Plan, read_plan
from flows.talk import Question, Talk
from flows.wording import LANGUAGES, _, clock_time, gap, listed, speaking
from flows.workers.send_notice_to import to_whom

SEND, TEST, WHEN, ENGLISH, SAVE, URGENT = "send", "test", "when", "english", "save", "urgent"
#: As often may she look at it, try it out and change something before it goes.
MOST_ROUNDS = 12
#: Longest name of a list.
LONGEST_NAME = 20
#: The questions whose answer is somebody's own words, whatever they sound like: an alarm in a notice is none to us.
DICTATED = ("text", "english", "why")


def send_notice(talk: Talk, desk: Desk) -> None:
    me = desk.worker
    if me is None:
        talk.end(_("Only staff send notices."))
    text = talk.ask(
        Question(
            "text",
            lambda: _("What shall the notice say? Write it in one message; a photo may come with it."),
            _words,
            lambda: _("A notice has up to {most} characters.").format(most=notices.LONGEST_NOTICE),
            longest=notices.LONGEST_NOTICE + 1,
        )
    )
    kind = talk.choose(
        "kind",
        _("What is it about? Residents can mute one kind."),
        lambda: [Option(kind, notices.kind_name(kind)) for kind in KINDS],
    )
    audience = to_whom(talk, desk, me)
    draft = Notice("", desk.now, me.code, text, audience, kind=kind)
    if not talk.fact("people", lambda: "y" if desk.ledger.reach(replace(draft, urgent=True)).total else None):
        talk.again("to", "which", "people", because=_("Nobody there can be reached."))
    draft = _finished(talk, desk, me, draft)
    try:
        number = talk.do("send", lambda: sending.start(desk.ledger, draft).number)
    except sending.NobodyThere:
        talk.end(_("Nobody there can be reached and wants such notices."))
    _sent(talk, desk, number)


def _finished(talk: Talk, desk: Desk, me: Worker, draft: Notice) -> Notice:
    """She looks at it, and changes it, until it is to go."""
    for n in range(MOST_ROUNDS):
        draft = replace(draft, photo=talk.photos[-1] if talk.photos else "")
        reach = _counted_once(desk, draft)
        picked = talk.choose(f"next{n}", _looks(desk, draft, reach), _what_next(draft, reach))
        if picked == SEND:
            return draft
        draft = _changed(talk, desk, me, draft, picked, n)
    return draft


def _counted_once(desk: Desk, draft: Notice) -> Callable[[], Reach]:
    """Whom it reaches, looked up when it is first asked for."""
    return cache(lambda: desk.ledger.reach(draft))


def _looks(desk: Desk, draft: Notice, reach: Callable[[], Reach]) -> Callable[[], str]:
    """How it looks and whom it reaches, worked out when it is shown."""

    def text() -> str:
        made = notices.preview(reach(), draft, desk.district)
        with speaking("zh"):
            shown = [notices.worded(draft, desk.district).text]
        if draft.text_en:
            with speaking("en"):
                shown.append(notices.worded(draft, desk.district).text)
        shown += sending.remarks(desk.ledger, draft, made)
        return "\n".join(shown)

    return text


def _what_next(draft: Notice, reach: Callable[[], Reach]) -> Callable[[], list[Option]]:
    def options() -> list[Option]:
        found = [Option(SEND, _("Send it"))] if draft.starts or reach().total else []
        found += [
            Option(TEST, _("First to me alone")),
            Option(WHEN, _("At another time")),
            Option(SAVE, _("Keep this audience as a list")),
        ]
        found += [Option(ENGLISH, _("Add English"))] if not draft.text_en else []
        found += [Option(URGENT, _("It is urgent"))] if not draft.urgent else []
        return found

    return options


def _changed(talk: Talk, desk: Desk, me: Worker, draft: Notice, picked: str, n: int) -> Notice:
    if picked == TEST:
        talk.do(f"test{n}", lambda: _try_out(desk, draft))
    elif picked == WHEN:
        plan: Plan = talk.ask(
            Question(
                f"when{n}",
                lambda: _(
                    "When? For example: tomorrow at 8, every Monday at 9, every month on the 1st at 10."
                ),
                lambda words: read_plan(words, desk.now),
            )
        )
        return replace(draft, starts=plan.starts, every=plan.every)
    elif picked == ENGLISH:
        longest = notices.LONGEST_NOTICE + 1
        asked = Question(f"english{n}", lambda: _("The English words, please."), _words, longest=longest)
        return replace(draft, text_en=talk.ask(asked))
    elif picked == URGENT:
        why = talk.ask(
            Question(
                f"why{n}",
                lambda: _(
                    "It will go at night too, and to those who want no notices. Why? The office or the director has "
                    "to approve it, and reads this."
                ),
                _words,
            )
        )
        return replace(draft, urgent=True, why=why)
    else:
        name = talk.ask(
            Question(
                f"name{n}",
                lambda: _("How shall the list be called?"),
                lambda words: free_name(desk, me, words),
                lambda: _("That name is too long, or somebody else's."),
            )
        )
        talk.do(f"keep{n}", lambda: desk.ledger.keep_list(name, draft.audience))
    return draft


def _try_out(desk: Desk, draft: Notice) -> int:
    """As it will look, in each language it is in."""
    spoken = [language for language in LANGUAGES if language == "zh" or draft.text_en]
    for language in spoken:
        with speaking(language):
            line = notices.worded(draft, desk.district)
        desk.ledger.tell(desk.person.id, lambda line=line: line)  # type: ignore[misc]
    return len(spoken)


def _sent(talk: Talk, desk: Desk, number: str) -> None:
    kept = desk.ledger.notice(number)
    assert kept
    if kept.state == "asked":
        workers = desk.district.workers
        who = [worker_title(workers[code]) for code in kept.asked.split(";") if code in workers]
        text = _("{number} to {count} waits for a yes from: {who}. I will tell you.").format(
            number=number, count=kept.total, who=listed(who) or _("district office")
        )
    elif kept.state == "planned":
        text = _("{number} goes on {when}.").format(number=number, when=notices.when_said(kept, desk.now))
    elif is_quiet(desk.now, desk.ledger.rule.quiet) and not kept.urgent:
        text = _("{number} goes to {count} at {time}, when the quiet hours are over.").format(
            number=number, count=kept.total, time=clock_time(desk.ledger.rule.quiet[1])
        )
    else:
        text = _("{number} is going out to {count}, slowly at first.").format(number=number, count=kept.total)
        text += gap() + _("If there is a mistake in it, stop it now:")
    talk.say(text, offer=notices.deeds_on(kept), case=number)


def _words(text: str) -> str | None:
    return text.strip() if 0 < len(text.strip()) <= notices.LONGEST_NOTICE else None


def free_name(desk: Desk, me: Worker, words: str) -> str | None:
    """A name that is nobody's yet, or of a list that is hers to change."""
    name = " ".join(words.split())
    kept: Audience | None = desk.ledger.lists().get(name)
    if not name or len(name) > LONGEST_NAME or (kept and not kept.is_within(me, desk.district)):
        return None
    return name
