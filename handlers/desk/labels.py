"""What the parts and columns of the directory, of reports and of what is taken out are called."""

from __future__ import annotations

from flows.district import ROLES, WINDOWS
from flows.names import window_name
from flows.wording import _


def part_name(part: str) -> str:
    """A part of the directory, by the name of its file."""
    return {
        "communities": _("Communities"),
        "grids": _("Grids"),
        "buildings": _("Buildings"),
        "workers": _("Workers"),
        "services": _("Services"),
        "hours": _("Hours"),
        "workdays": _("Holidays and extra working days"),
    }[part]


def column_name(column: str) -> str:
    """A column of the directory's files and of what is taken out; its own name where it has no other."""
    return {
        "code": _("Code"),
        "name": _("Full name"),
        "name_en": _("Name in English"),
        "role": _("Role"),
        "phone": _("Telephone"),
        "community": _("Community"),
        "grid": _("Grid"),
        "grids": _("Grids"),
        "windows": _("Windows"),
        "window": _("Window"),
        "deputy": _("Deputy"),
        "address": _("Address"),
        "estate": _("Estate"),
        "building": _("Building"),
        "road": _("Road"),
        "roadno": _("Number in the road"),
        "property": _("Property company"),
        "aliases": _("Other names"),
        "bring": _("What to bring"),
        "bring_en": _("What to bring, in English"),
        "minutes": _("Minutes"),
        "at_home": _("At home"),
        "days": _("Time limit in days"),
        "for": _("For (community, community/window or worker)"),
        "weekday": _("Weekday (1 Monday to 7)"),
        "opens": _("Opens"),
        "closes": _("Closes"),
        "slot_minutes": _("Minutes of a time"),
        "seats": _("Seats"),
        "date": _("Date"),
        "open": _("Open"),
        "note": _("Note"),
        "number": _("Number"),
        "kind": _("Kind"),
        "status": _("State"),
        "stage": _("Visit"),
        "text": _("Words"),
        "place": _("Place"),
        "service": _("Service"),
        "owner": _("With"),
        "parent": _("Goes with"),
        "opened_at": _("Opened"),
        "due": _("Time limit"),
        "closed_at": _("Closed"),
        "bounces": _("Sent on"),
        "appointment": _("Appointment"),
        "case": _("Case"),
        "at": _("When"),
        "by": _("By"),
        "home": _("Home"),
        "language": _("Language"),
        "since": _("Since"),
        "worker": _("Worker"),
        "found": _("Found"),
        "people": _("How many live there"),
        "alone": _("Over 70 and alone"),
        "help": _("Help at home"),
        "contact": _("A relative"),
        "confirmed": _("Last confirmed on"),
        "agreed_at": _("Agreed on"),
        "what": _("What"),
        "whom": _("Whose (key)"),
        "detail": _("More"),
        "before": _("Before"),
        "after": _("After"),
    }.get(column, column)


def export_name(name: str) -> str:
    return {
        "cases": _("Cases"),
        "events": _("What was said and done"),
        "residents": _("Residents"),
        "households": _("Households"),
        "patrols": _("Patrol visits"),
        "changes": _("What was changed"),
        "audits": _("Who has seen what"),
    }[name]


def by_name(by: str) -> str:
    """What a report has a line for."""
    return {
        "week": _("Week"),
        "window": _("Window"),
        "grid": _("Grid"),
        "community": _("Community"),
    }[by]


def role_name(role: str) -> str:
    return {
        "grid_manager": _("Grid manager"),
        "clerk": _("Clerk"),
        "director": _("Community director"),
        "office": _("District office"),
    }.get(role, role)


def choices() -> dict[str, dict[str, str]]:
    """The columns of which only some values are possible, and what these are called."""
    yes_or_no = {"yes": _("yes"), "no": _("no")}
    return {
        "role": {role: role_name(role) for role in ROLES},
        "window": {window: window_name(window) for window in WINDOWS},
        "at_home": yes_or_no,
        "open": yes_or_no,
    }
