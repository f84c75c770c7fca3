"""Every flow by the name that stands in stored conversations. New logic gets a new name; the old one stays here
until nobody waits in it."""

from __future__ import annotations

from collections.abc import Callable

from flows.desk import Desk
from flows.residents import (
    affairs,
    answers,
    ask,
    emergency,
    helpers,
    home_visit,
    menu,
    my_data,
    notices,
    person,
    repair,
    settings,
    welcome,
)
from flows.residents import window_appointment as window
from flows.talk import Talk
from flows.workers import (
    building,
    household,
    join,
    leave,
    notice,
    patrol,
    send_notice,
    signin,
    task,
    today,
    transfer,
)

Flow = Callable[[Talk, Desk], None]

FLOWS: dict[str, Flow] = {
    # residents
    "welcome": welcome.welcome,
    "menu": menu.menu,
    "ask": ask.ask,
    "answers": answers.answers,
    "helpers": helpers.helpers,
    "window_appointment": window.window_appointment,
    "home_visit": home_visit.home_visit,
    "repair": repair.repair,
    "affairs": affairs.affairs,
    "case": affairs.case,
    "add_word": affairs.add_word,
    "put_place": affairs.put_place,
    "move": affairs.move,
    "cancel": affairs.cancel,
    "settled": affairs.settled,
    "unsettled": affairs.unsettled,
    "keep": affairs.keep,
    "agree": affairs.agree,
    "photo": settings.photo,
    "person": person.person,
    "emergency": emergency.emergency,
    "language": settings.language,
    "help": settings.help_,
    "thanks": settings.thanks,
    "cannot_help": settings.cannot_help,
    "sorry": settings.sorry,
    "stop": settings.stop,
    "start": settings.start,
    "phone": settings.phone,
    "my_data": my_data.my_data,
    "forget": my_data.forget,
    "notice_reply": notices.notice_reply,
    "mute": notices.mute,
    "unmute": notices.unmute,
    # workers
    "join": join.join,
    "signin": signin.signin,
    "today": today.today,
    "task": task.task,
    "task_photo": task.photo,
    "lesson": transfer.lesson,
    "patrol": patrol.patrol,
    "patrol_log": patrol.patrol_log,
    "household": household.household,
    "building": building.building,
    "leave": leave.leave,
    "back_at_work": leave.back_at_work,
    "send_notice": send_notice.send_notice,
    "notices": notice.notices,
    "notice": notice.notice,
}
