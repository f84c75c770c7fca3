"""Help that no office gives: a nanny, company to the hospital, a haircut at home. Volunteers and small local services
do that; the community's culture clerk, with whom they are registered, finds one."""

from __future__ import annotations

from flows.desk import Desk
from flows.message import Option
from flows.residents.place import home_of
from flows.talk import Talk
from flows.wording import _

YES, OTHER = "yes", "other"
#: The window that knows the social organisations of a community (社区社会组织备案).
WINDOW = "civilisation"


def helpers(talk: Talk, desk: Desk) -> None:
    words = talk.given("text")
    picked = talk.choose(
        "ask",
        _("Volunteers and local helpers do this; some are paid. Shall the community find you one?"),
        lambda: [Option(YES, _("Yes, please")), Option(OTHER, _("Something else"))],
        loose=True,
    )
    if picked == OTHER:
        talk.go("ask", text=words, not_this="social_org")
    home = home_of(talk, desk)
    if desk.person.home is None:
        talk.do("live", lambda: desk.live_at(home))
    talk.go("person", text=words, window=WINDOW)
