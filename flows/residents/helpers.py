"""Help that no office gives: a nanny, company to the hospital, a haircut at home. Volunteers and small local services
do that; the community's culture clerk, with whom they are registered, finds one."""

from __future__ import annotations

from flows.desk import Desk
from flows.message import Option
from flows.offer import YES
from flows.residents.place import home_of
from flows.talk import Talk
from flows.wording import _

FIND, OTHER = "yes", "other"
#: The window that knows the social organisations of a community (社区社会组织备案).
WINDOW = "civilisation"


def helpers(talk: Talk, desk: Desk) -> None:
    words = talk.given("text")
    picked = talk.choose(
        "ask",
        _("Volunteers and local helpers do this; some are paid. Shall the community find you one?"),
        lambda: [Option(FIND, _("Yes, please"), YES), Option(OTHER, _("Something else"))],
        loose=True,
    )
    if picked == OTHER:
        talk.go("ask", text=words, not_this="social_org")
    home = home_of(talk, desk)
    talk.go("person", text=words, window=WINDOW, home=str(home))
