"""A worker signs in to the console by a link that works once."""

from __future__ import annotations

from flows.desk import Desk
from flows.talk import Talk
from flows.wording import _


def signin(talk: Talk, desk: Desk) -> None:
    link = talk.do("link", desk.ledger.desk_link)
    talk.say(
        _("Your desk in the browser, for you alone. The link works once, within 10 minutes:\n{link}").format(
            link=link
        )
    )
