"""Reports by week, window, grid and community: as a page with plots, as CSV and as XLSX."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

from starlette.responses import Response

from flows.names import community_name, grid_name, window_name
from flows.wording import _, dated
from handlers.desk.console import Page
from handlers.desk.exports import XLSX
from handlers.desk.labels import by_name
from handlers.desk.plots import MOST, plot
from handlers.desk.visit import NotThere, Visit
from storage.report_query import BYS, LONGEST, By, Row, report
from storage.spreadsheets import Cell, csv_chunks, write_xlsx

#: What a report is about unless another time was asked for.
USUAL = timedelta(weeks=12)


def reports(visit: Visit) -> Response:
    by, since, until = _asked(visit)
    rows, whole = _report(visit, by, since, until)
    lines = [(label(visit, by, row.key), row) for row in rows]
    most = lines[-MOST:] if by == "week" else sorted(lines, key=lambda line: -line[1].opened)[:MOST]
    counts = [(name, row.opened, row.closed) for name, row in most]
    times = [(name, row.median, row.most) for name, row in most]
    answers = [(name, row.settled, row.unsettled) for name, row in most]
    return visit.page(
        "desk/reports.html",
        by=by,
        bys=_bys(visit),
        today=visit.now.date(),
        spans=[(name, visit.now.date() - span) for name, span in _spans()],
        since=since,
        until=until,
        lines=[[name, *_cells(row)] for name, row in lines],
        whole=_cells(whole),
        titles=_titles(),
        drawn=len(most),
        plots=[
            plot(_("Cases opened and closed"), (_("opened"), _("closed")), counts),
            plot(_("Hours until closed"), (_("median"), _("nine of ten")), times),
            plot(_("Is it settled?"), (_("residents: settled"), _("not settled")), answers),
        ],
    )


def as_file(visit: Visit) -> Response:
    kind = visit.at("kind")
    by, since, until = _asked(visit)
    rows, whole = _report(visit, by, since, until)
    titles = [by_name(by), *_titles()]
    lines = [[label(visit, by, row.key), *_cells(row)] for row in rows] + [[_("all"), *_cells(whole)]]
    name = f"report-{by}-{since}-{until}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if kind == "csv":
        return Response(
            b"".join(csv_chunks(titles, lines)), media_type="text/csv; charset=utf-8", headers=headers
        )
    if kind != "xlsx":
        raise NotThere
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write_xlsx(file, "report", titles, lines)
        return Response(file.read_bytes(), media_type=XLSX, headers=headers)


def _report(visit: Visit, by: By, since: date, until: date) -> tuple[list[Row], Row]:
    is_real = visit.clock.began is None  # a rehearsal may begin anew on an earlier day
    return report(visit.connection, visit.scope, by, since, until, visit.zone, in_order=is_real)


def _spans() -> list[tuple[str, timedelta]]:
    """The times that are asked for most, each up to today."""
    return [
        (_("12 weeks"), USUAL),
        (_("half a year"), timedelta(days=183)),
        (_("a year"), timedelta(days=365)),
        (_("two years"), timedelta(days=731)),
    ]


def _titles() -> list[str]:
    return [
        _("Cases opened"),
        _("Cases closed"),
        _("Median hours"),
        _("Nine of ten within, hours"),
        _("Sent on"),
        _("Reminders sent"),
        _("Missed visits"),
        _("Residents: settled"),
        _("Residents: not settled"),
        _("No answer"),
        _("Satisfied, %"),
    ]


def _cells(row: Row) -> list[Cell]:
    return [
        *(row.opened, row.closed, row.median, row.most, row.bounces, row.reminders, row.missed),
        *(row.settled, row.unsettled, row.silent, row.satisfaction),
    ]


def _bys(visit: Visit) -> list[By]:
    return [by for by in BYS if by != "community" or visit.scope.is_all]


def _asked(visit: Visit) -> tuple[By, date, date]:
    by = next((by for by in _bys(visit) if by == visit.asked("by", "week")), None)
    today = visit.now.date()
    try:
        until = date.fromisoformat(visit.asked("until") or today.isoformat())
        since = date.fromisoformat(visit.asked("since") or (until - USUAL).isoformat())
    except (ValueError, OverflowError):
        raise NotThere from None
    if by is None or since > until or until.year > today.year + 1 or since.year < 2000:
        raise NotThere
    return by, max(since, until - LONGEST), until


def label(visit: Visit, by: By, key: str) -> str:
    """What a line is about: for cases at no window the grid managers', for a week its Monday."""
    district = visit.district
    if by == "week":
        return _("from {day}").format(day=dated(date.fromisoformat(key), visit.now.date()))
    if by == "window":
        return window_name(key) if key else _("grid managers")
    if by == "grid":
        return grid_name(district.grids[key]) if key in district.grids else _("no grid known")
    return community_name(district.communities[key]) if key in district.communities else _("not known")


PAGES = (Page("/desk/reports", reports), Page("/desk/reports.{kind}", as_file))
