"""The command line: `gridbell --help` lists it. Heavy imports wait until a command needs them."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click


class Commands(click.Group):
    """Errors that are the user's to mend are said in plain words, without a traceback; exit code 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Exception as error:
            from bot.settings import Refused
            from storage.district_csv import Mistakes
            from storage.migrate import WrongDatabase
            from storage.seals import Locked

            if not isinstance(error, Refused | WrongDatabase | Mistakes | Locked):
                raise
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=Commands)
def main() -> None:
    """Gridbell, the hotline of a city district."""
    from bot.logs import set_up_logs

    set_up_logs()  # whatever a command logs has no numbers and no words in it; those that serve choose its shape


@main.command()
@click.option("--no-workers", is_flag=True, help="Web only; run `gridbell work` beside it.")
def serve(no_workers: bool) -> None:
    """Web and workers in one process."""
    gc.disable()  # what is loaded stays: to look for what does not is a tenth of the start
    from bot.logs import set_up_logs
    from bot.serving import serve as run
    from bot.settings import need_secret, read_settings

    settings = read_settings()
    set_up_logs(settings.log_format)
    need_secret(settings)
    _migrated(settings)
    run(settings, workers=not no_workers)


@main.command()
def work() -> None:
    """Workers only; as many as you like on PostgreSQL."""
    from bot.logs import set_up_logs
    from bot.serving import work as run
    from bot.settings import need_secret, read_settings

    settings = read_settings()
    set_up_logs(settings.log_format)
    need_secret(settings)
    _migrated(settings)
    run(settings)


@main.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default="var", help="Where the demo keeps its database."
)
def demo(folder: Path) -> None:
    """The hotline with a made-up district and telephones in the browser; reaches nobody."""
    from bot.demo import run_demo

    run_demo(folder)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def load(folder: Path) -> None:
    """Read the district from the CSV files in DIR: all or nothing."""
    from bot.loading import load_district
    from bot.settings import read_settings

    settings = read_settings()
    click.echo(load_district(_migrated(settings), settings, folder))


@main.command()
@click.argument("code")
def invite(code: str) -> None:
    """Print the one-time joining link of worker CODE."""
    from bot.inviting import invite as make
    from bot.settings import read_settings

    settings = read_settings()
    for line in make(_migrated(settings), settings, code):
        click.echo(line)


@main.command()
@click.argument("code")
def desk(code: str) -> None:
    """Print a one-time link that signs worker CODE in to the console."""
    from bot.settings import read_settings
    from bot.signing import sign_in

    settings = read_settings()
    for line in sign_in(_migrated(settings), settings, code):
        click.echo(line)


@main.command()
@click.option("--as", "phone", metavar="PHONE", default="", help="Talk as this telephone number.")
def chat(phone: str) -> None:
    """Talk to the hotline in the terminal, as by SMS."""
    from bot.auditing import note_chat
    from bot.logs import set_up_logs
    from bot.settings import read_settings
    from bot.terminal import chat as run

    settings = read_settings()
    set_up_logs(settings.log_format)
    store = _migrated(settings)
    if phone:
        note_chat(store, phone)
    run(store, settings, phone)


@main.command()
@click.option("--explain", metavar="TEXT", help="Say in words how this one message is understood, and why.")
@click.option(
    "--model",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Read with what `learn --into FILE` wrote.",
)
def understand(explain: str | None, model: Path | None) -> None:
    """Read messages as JSON lines and write what each says: route, time, address."""
    from bot.understanding import explained, router_of
    from bot.understanding import understand as run

    router = router_of(model) if model else None
    if explain is not None:
        click.echo(explained(explain, router=router))
    elif not run(sys.stdin.buffer, click.echo, partial(click.echo, err=True), router):
        sys.exit(1)


@main.command()
@click.argument(
    "words", nargs=-1, required=True, metavar="TEXT | list | show|pause|resume|stop|approve|refuse ID"
)
@click.option("--community", multiple=True, metavar="CODE", help="To the residents of this community.")
@click.option("--grid", multiple=True, metavar="CODE", help="To those of this grid.")
@click.option("--building", multiple=True, metavar="NAME", help="To those of a building, or of an estate.")
@click.option("--service", multiple=True, metavar="CODE", help="Only to those who wait for this service.")
@click.option(
    "--role", multiple=True, metavar="ROLE", help="To staff: grid_manager, clerk, director, office."
)
@click.option("--list", "list_", default="", metavar="NAME", help="To those of an audience that was saved.")
@click.option("--everybody", is_flag=True, help="To all of the district.")
@click.option("--save", default="", metavar="NAME", help="Keep this audience under a name.")
@click.option("--english", default="", metavar="TEXT", help="What those read who speak English.")
@click.option(
    "--kind", default="", metavar="KIND", help="news, services, outages or safety: each can be muted."
)
@click.option("--at", default="", metavar="WHEN", help="Later: 2026-11-24T08:00, or in words.")
@click.option("--every", default="", metavar="day|week|month", help="Again and again, from --at on.")
@click.option("--urgent", is_flag=True, help="At night too, and to those who want no notices; needs a yes.")
@click.option("--why", default="", metavar="TEXT", help="Why it is urgent, or refused.")
@click.option(
    "--test", "test", metavar="CODE|PHONE", help="Only to this worker or number, to see how it looks."
)
@click.option("--yes", is_flag=True, help="Start without asking.")
def notice(
    words: tuple[str, ...],
    community: tuple[str, ...],
    grid: tuple[str, ...],
    building: tuple[str, ...],
    service: tuple[str, ...],
    role: tuple[str, ...],
    list_: str,
    everybody: bool,
    save: str,
    english: str,
    kind: str,
    at: str,
    every: str,
    urgent: bool,
    why: str,
    test: str | None,
    yes: bool,
) -> None:
    """Send a notice to many: shows whom it would reach, asks, and starts. Then list, show, pause, resume, stop.

    Options may be given several times; who is in any of the places gets it, once. To more people than
    NOTICE_APPROVE_ABOVE it waits for a second person: approve or refuse.
    """
    from bot.noticing import ACTS, Places, Wishes, act, send, try_out
    from bot.settings import read_settings

    settings = read_settings()
    store = _migrated(settings)
    places = Places(community, grid, building, service, role, list_, everybody)
    wishes = Wishes(english, kind, at, f"every {every}" if every else "", urgent, why, save)
    if words[0] in ACTS and len(words) <= 2:
        lines = act(store, settings, words[0], "".join(words[1:]), why)
    elif test is not None:
        lines = try_out(store, settings, " ".join(words), places, wishes, test)
    else:
        sure = partial(_sure, yes)
        lines = send(store, settings, " ".join(words), places, wishes, sure)
    for line in lines:
        click.echo(line)


def _sure(yes: bool) -> bool:
    return yes or click.confirm("Start it?")


@main.command()
@click.option(
    "--into", type=click.Path(path_type=Path), help="Write the model to this file, not the database."
)
@click.option(
    "--embeddings", is_flag=True, help="Learn their meaning too (minutes); needs gridbell[embeddings]."
)
def learn(into: Path | None, embeddings: bool) -> None:
    """Learn the words of residents anew, from the sayings and from what staff have put right."""
    from bot.learning import learn as run
    from bot.settings import read_settings

    settings = read_settings()
    store = None if into else _migrated(settings)
    for line in run(store, settings, into, embeddings):
        click.echo(line)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE, while the hotline runs."""
    from bot.auditing import note_if_it_can
    from bot.backup import backup as run
    from bot.settings import read_settings

    settings = read_settings()
    click.echo(run(settings, file))
    if warning := note_if_it_can(settings, "backup", file.name):
        click.echo(warning, err=True)


@main.command()
@click.option("--send", is_flag=True, help="Send what waits in it as it is: nothing was sent since.")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path, send: bool) -> None:
    """Fill an empty database from FILE, which `backup` wrote."""
    from bot.auditing import note_if_it_can
    from bot.backup import restore as run
    from bot.settings import read_settings

    settings = read_settings()
    for line in run(settings, file, send=send):
        click.echo(line)
    if warning := note_if_it_can(settings, "restore", file.name):
        click.echo(warning, err=True)


@main.group(invoke_without_command=True)
@click.pass_context
def keys(context: click.Context) -> None:
    """Show which keys hold how much of what is sealed."""
    from bot.keys import show
    from bot.settings import read_settings
    from storage.seals import Locked
    from storage.store import Store

    if context.invoked_subcommand is None:
        settings = read_settings()
        with suppress(Locked):  # it is shown which key is missing
            _migrated(settings)
        for line in show(Store(settings.database_url, settings.data_secrets), settings):
            click.echo(line)


@keys.command()
def new() -> None:
    """Print a new line DATA_KEYS for .env, and what to do with it."""
    from bot.keys import new as made
    from bot.settings import read_settings

    for line in made(read_settings()):
        click.echo(line)


@keys.command()
def rotate() -> None:
    """Seal everything with the first key, while the hotline runs; may be cut off and started again."""
    from bot.auditing import note
    from bot.keys import rotate as run
    from bot.settings import read_settings

    settings = read_settings()
    store = _migrated(settings)
    note(store, "rotate", detail=store.seals.first)
    for line in run(store):
        click.echo(line)


@main.command()
@click.option("--whom", metavar="PHONE", default="", help="Only what was done with her data.")
@click.option("--by", metavar="CODE", default="", help="Only what this worker did.")
def audit(whom: str, by: str) -> None:
    """Print who looked at, took out or deleted whose data; the newest first."""
    from bot.auditing import audit as run
    from bot.settings import read_settings

    settings = read_settings()
    for line in run(_migrated(settings), settings, whom, by):
        click.echo(line)


@main.command()
def retain() -> None:
    """Delete now what is over its time, as every night does."""
    from bot.retaining import retain as run
    from bot.settings import read_settings

    settings = read_settings()
    for line in run(_migrated(settings), settings):
        click.echo(line)


@main.command()
@click.argument("phone")
def forget(phone: str) -> None:
    """Delete all that is kept of the person with this telephone number."""
    from bot.rehearsal import make_clock
    from bot.retaining import forget as run
    from bot.settings import read_settings

    settings = read_settings()
    store = _migrated(settings)
    click.echo(run(store, make_clock(settings, store), phone))


@main.command()
@click.argument("community")
@click.argument("file", type=click.Path(path_type=Path))
def households(community: str, file: Path) -> None:
    """Write what the households of COMMUNITY have told and agreed to have kept to FILE, as CSV."""
    from bot.households import export
    from bot.settings import read_settings

    settings = read_settings()
    click.echo(export(_migrated(settings), settings, community, file))


@main.command()
@click.argument("which", metavar="ID|CASE")
def trace(which: str) -> None:
    """Print the way of a message, by its id in the log, or of the messages of a case, by its number."""
    from bot.settings import read_settings
    from bot.tracing import trace as run

    settings = read_settings()
    for line in run(_migrated(settings), settings, which):
        click.echo(line)


@main.command()
@click.option("--talks", default=3000, show_default=True, help="Talks of residents a day.")
@click.option("--absent", default=5.0, show_default=True, help="Of a hundred workers so many are on leave.")
@click.option("--seed", default=7, show_default=True, help="The same people do the same again.")
@click.option("--days", default=1, show_default=True, help="Days with talks.")
@click.option(
    "--from",
    "first",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-11-23",
    show_default=True,
    help="The first day.",
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def rehearse(talks: int, absent: float, seed: int, days: int, first: datetime, folder: Path | None) -> None:
    """Rehearse whole days with made-up people on a fast clock: what load the roster bears. Reaches nobody.

    Of the district in DIR, else of the database, else of the sample. Nothing is changed there.
    """
    from bot.rehearse.day import Plan
    from bot.rehearse.report import run

    plan = Plan(talks, absent, seed, days, first.date())
    if not run(plan, folder, click.echo, partial(click.echo, err=True)):
        sys.exit(1)


@main.command()
def doctor() -> None:
    """Check every setting and whether everybody can be reached; say how to mend what is not well."""
    from bot.doctor import examine

    sys.exit(examine(click.echo))


def _migrated(settings: Any) -> Any:
    """The database of these settings, with today's tables."""
    from storage.migrate import migrate
    from storage.store import Store

    store = Store(settings.database_url, settings.data_secrets)
    migrate(store)
    return store


if __name__ == "__main__":
    main()
