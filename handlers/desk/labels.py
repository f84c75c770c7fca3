"""What the parts and columns of the directory, of reports and of what is taken out are called."""

from __future__ import annotations

from flows.district import ROLES, WINDOWS, District
from flows.names import community_name, grid_name, weekday_name, window_name, worker_title
from flows.wording import _, listed


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
        "by": _("By whom"),
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
        "detail": _("Details"),
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


def cell_name(column: str, cell: str, district: District) -> str:
    """A cell of the directory for its reader: what is a code in the files is a name here; several stand between ;."""
    if column in ("code", "name") or not cell:
        return cell
    return listed([_name_of(column, one, district) for one in cell.split(";")])


def _name_of(column: str, code: str, district: District) -> str:
    if column in ("window", "windows"):
        return window_name(code) if code in WINDOWS else code
    if column == "community" and code in district.communities:
        return community_name(district.communities[code])
    if column in ("grid", "grids") and code in district.grids:
        return grid_name(district.grids[code])
    if column == "deputy" and code in district.workers:
        return worker_title(district.workers[code])
    if column == "for":
        return calendar_name(code, district)
    if column == "weekday":
        return weekday_name(int(code)) if code in "1234567" else code
    return choices().get(column, {}).get(code, code)


def calendar_name(calendar: str, district: District) -> str:
    """A hall, a window of one, or a worker."""
    code, slash, window = calendar.partition("/")
    community = district.communities.get(code)
    if slash and community and window in WINDOWS:
        return f"{community_name(community)} {window_name(window)}"
    if community:
        return _("{place}: the hall").format(place=community_name(community))
    worker = district.workers.get(calendar)
    return worker_title(worker) if worker else calendar


def choices() -> dict[str, dict[str, str]]:
    """The columns of which only some values are possible, and what these are called."""
    yes_or_no = {"yes": _("yes"), "no": _("no")}
    return {
        "role": {role: role_name(role) for role in ROLES},
        "window": {window: window_name(window) for window in WINDOWS},
        "at_home": yes_or_no,
        "open": yes_or_no,
    }
