"""A new notice at the console: written, counted while it is, tried out on oneself, then sent, planned or asked for.

One form; its buttons say what is to be done with it. What cannot be done is said beside it, and nothing that was
written is lost. Nothing goes by one press: before it is sent it is shown as it arrives, with how many get it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.responses import Response

from flows import notices as words
from flows import sending
from flows.audience import KINDS, Audience, Notice
from flows.district import ROLES
from flows.plans import read_plan
from flows.wording import LANGUAGES, _, speaking
from flows.workers.send_notice import free_name
from flows.workers.send_notice_to import buildings_named, lists_of, served_by
from handlers.desk.console import Page
from handlers.desk.notices import path_of
from handlers.desk.uploads import CHANNEL, NotAPhoto, sent_photo
from handlers.desk.visit import NotThere, Visit
from storage.photo_table import photo

#: The same words to the same people are the same form sent twice when they come within so long.
AGAIN = timedelta(minutes=10)


class Wrong(Exception):
    """Something of the form has to be put right: which field, and what to write."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field, self.said = field, said


@dataclass(frozen=True, slots=True)
class Looks:
    """What the notice comes to as it is written so far."""

    preview: words.Preview
    lines: list[str]
    notes: list[str]


def blank(visit: Visit) -> Response:
    return _form(visit)


def given(visit: Visit) -> Response:
    """count, test, save or send: each button of the form is one; `go` is that of the page shown before it is sent."""
    wanted = visit.given("do")
    photo_key = ""
    try:
        photo_key = _photo(visit)
        draft = _draft(visit, photo_key)
        if wanted == "test":
            return _form(visit, draft, said=_tried(visit, draft))
        if wanted == "save":
            return _form(visit, draft, said=_saved(visit, draft.audience))
        if wanted == "send":
            return _shown_before(visit, draft)
        if wanted == "go":
            return _sent(visit, draft)
        return _form(visit, draft)
    except sending.NobodyThere:
        return _form(visit, draft, Wrong("where", _("Nobody there would get it now.")))
    except Wrong as wrong:
        return _form(visit, wrong=wrong, photo_key=photo_key)


# --- what was written ---


def _draft(visit: Visit, photo_key: str) -> Notice:
    """Raises Wrong."""
    text = visit.given("text")
    if not 0 < len(text) <= words.LONGEST_NOTICE:
        raise Wrong("text", _("A notice has 1 to {most} characters.").format(most=words.LONGEST_NOTICE))
    kind, urgent, why = visit.given("kind"), bool(visit.given("urgent")), visit.given("why")
    if kind not in KINDS:
        raise Wrong("kind", _("Please choose what it is about."))
    if urgent and not why:
        raise Wrong("why", _("What is urgent goes at night and to everybody: please write why."))
    draft = Notice("", visit.now, visit.worker.code, text, _audience(visit), kind=kind, photo=photo_key)
    draft = replace(
        draft,
        text_en=visit.given("text_en")[: words.LONGEST_NOTICE],
        urgent=urgent,
        why=why[: words.LONGEST_NOTICE] if urgent else "",
    )
    if said := visit.given("when"):
        plan = read_plan(said, visit.now)
        if plan is None:
            raise Wrong(
                "when", _("No time to come is said there. For example: tomorrow at 8, every Monday at 9.")
            )
        draft = replace(draft, starts=plan.starts, every=plan.every)
    return draft


def _audience(visit: Visit) -> Audience:
    """Of the place chosen or the building written, and who there. Raises Wrong for what she does not serve."""
    me, desk = visit.worker, visit.desk
    if building := visit.given("building"):
        found = buildings_named(desk, me, building)
        if found is None or not found.is_within(me, desk.district):
            raise Wrong("building", _("I do not find that among those you serve."))
        places = found
    else:
        chosen = dict(_places(visit)).get(visit.given("where"))
        if chosen is None:
            raise Wrong("where", _("Please choose where it goes."))
        places = chosen
    who, _colon, code = visit.given("who").partition(":")
    if who == "service" and code in desk.district.services:
        places = replace(places, services=(code,))
    elif who == "role" and code in ROLES:
        places = replace(places, roles=(code,))
    if not places.is_within(me, desk.district):
        raise Wrong("who", _("I do not find that among those you serve."))
    return places


def _places(visit: Visit) -> list[tuple[str, Audience]]:
    """What can be chosen as a place, by the value in the form: all she serves, parts of it, her lists."""
    me, scope = visit.worker, visit.scope
    found = [("all", served_by(me))]
    if scope.is_all:
        found += [(f"community:{c.code}", Audience(communities=(c.code,))) for c in scope.communities()]
    found += [(f"grid:{grid.code}", Audience(grids=(grid.code,))) for grid in scope.grids()]
    return [*found, *((f"list:{name}", audience) for name, audience in lists_of(visit.desk, me).items())]


def _photo(visit: Visit) -> str:
    """The key of the photo that comes along, or came before with this form. Raises Wrong."""
    try:
        if key := sent_photo(visit):
            return key
    except NotAPhoto:
        raise Wrong("photo", _("Only photos: JPEG, PNG, WebP or GIF.")) from None
    known = photo(visit.connection, visit.given("kept_photo"))
    return known.id if known and (known.channel, known.ref) == (CHANNEL, visit.worker.code) else ""


def kept_photo(visit: Visit) -> Response:
    """A photo of her own, before its notice is sent."""
    found = photo(visit.connection, visit.at("key"))
    if found is None or (found.channel, found.ref) != (CHANNEL, visit.worker.code) or not found.data:
        raise NotThere
    return Response(found.data, media_type=found.mime, headers={"Content-Disposition": "inline"})


# --- what is done ---


def _sent(visit: Visit, draft: Notice) -> Response:
    """Sent, planned or asked for; a form that comes a second time is not a second notice."""
    again = next((kept for kept in visit.ledger.notices() if _is_same(kept, draft)), None)
    kept = again or sending.start(visit.ledger, draft)
    said = {"asked": "notice_asked", "planned": "notice_planned"}.get(kept.state, "notice_sent")
    return visit.back(path_of(kept), "notice_once" if again else said)


def _is_same(kept: Notice, draft: Notice) -> bool:
    """Whether it is the notice of this form, sent by it a moment ago: by two presses, or by going back to the form."""

    def what(its: Notice) -> tuple[object, ...]:
        return its.by, its.text, its.text_en, its.audience, its.kind, its.every, its.urgent, bool(its.starts)

    gone = kept.state in ("stopped", "refused")
    return not gone and kept.at > draft.at - AGAIN and what(kept) == what(draft)


def _tried(visit: Visit, draft: Notice) -> str:
    for spoken in LANGUAGES:
        if spoken == "zh" or draft.text_en:
            with speaking(spoken):
                line = words.worded(draft, visit.district)
            if not visit.ledger.tell_worker(visit.worker.code, lambda line=line: line):  # type: ignore[misc]
                raise Wrong(
                    "text", _("You cannot be reached by message yourself yet: join on Telegram first.")
                )
    return _("Sent to you alone. Please look at your telephone.")


def _saved(visit: Visit, audience: Audience) -> str:
    name = free_name(visit.desk, visit.worker, visit.given("name"))
    if name is None:
        raise Wrong("name", _("That name is too long, or somebody else's."))
    visit.ledger.keep_list(name, audience)
    return _("Kept as the list: {name}").format(name=name)


# --- what is shown ---


def _form(
    visit: Visit,
    draft: Notice | None = None,
    wrong: Wrong | None = None,
    said: str = "",
    photo_key: str = "",
) -> Response:
    places = _places(visit)
    return visit.page(
        "desk/notice_new.html",
        given={field: visit.given(field) for field in visit.form},
        photo_key=draft.photo if draft else photo_key,
        looks=_looks(visit, draft) if draft else None,
        wrong=wrong,
        done=said,
        kinds=KINDS,
        places=[(value, _place_name(visit, value, audience)) for value, audience in places],
        services=list(visit.district.services.values()),
        roles=[] if visit.worker.role == "grid_manager" else ROLES[:3],
        longest=words.LONGEST_NOTICE,
        words=words,
    )


def _shown_before(visit: Visit, draft: Notice) -> Response:
    """The words as they will arrive, who gets them and how, what it costs; with the button that sends them."""
    looks = _looks(visit, draft)
    if not looks.preview.total and not draft.starts:
        raise sending.NobodyThere
    total = looks.preview.total + looks.preview.spent
    return visit.page(
        "desk/notice_check.html",
        given={
            field: visit.given(field) for field in visit.form if field not in ("csrf", "do", "kept_photo")
        },
        draft=draft,
        looks=looks,
        asks=sending.needs_approval(visit.ledger, replace(draft, total=total)),
        words=words,
    )


def _place_name(visit: Visit, value: str, audience: Audience) -> str:
    kind, _colon, name = value.partition(":")
    return (
        _("List: {name}").format(name=name)
        if kind == "list"
        else words.audience_name(audience, visit.district)
    )


def _looks(visit: Visit, draft: Notice) -> Looks:
    made = words.preview(visit.ledger.reach(draft), draft, visit.district)
    lines = []
    for spoken in LANGUAGES:
        if spoken == "zh" or draft.text_en:
            with speaking(spoken):
                lines.append(words.worded(draft, visit.district).text)
    return Looks(made, lines, sending.remarks(visit.ledger, draft, made))


PAGES = (
    Page("/desk/notices/new", blank),
    Page("/desk/notices/new", given, "POST"),
    Page("/desk/notices/new/photos/{key}", kept_photo),
)
