"""`gridbell demo`: the made-up district, its own database and key, a clock to put forward; nobody is reached."""

from __future__ import annotations

import os
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import storage.sample
from bot.loading import load_district
from bot.serving import serve
from bot.settings import own_secret, read_settings
from storage.district_table import district_version
from storage.migrate import migrate
from storage.store import Store

SAMPLE = Path(storage.sample.__file__).parent


def run_demo(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    zone = os.environ.get("TIMEZONE") or "Asia/Shanghai"
    settings = read_settings(
        demo=True,
        database_url=f"sqlite:///{folder / 'demo.db'}",
        secret_key=own_secret(folder),
        clock_start=_anchor(folder, zone),
        clock_speed=1.0,
        quiet_from=time(0),  # all three telephones ring at any hour: nobody sleeps in the demo
        quiet_until=time(0),
        public_url="",
        telegram_bot_token="",
        twilio_account_sid="",
    )
    store = Store(settings.database_url, settings.data_secrets)
    migrate(store)
    with store.read() as connection:
        empty = not district_version(connection)
    if empty:
        print("Loading the sample district …", flush=True)  # noqa: T201
        load_district(store, settings, SAMPLE)
    serve(settings, workers=True, note="  ← open this in a browser")


def _anchor(folder: Path, zone: str) -> datetime:
    """When this demo began: its clock goes on from there, also after a restart."""
    file = folder / "demo.began"
    if not file.exists():
        file.write_text(datetime.now(ZoneInfo(zone)).replace(tzinfo=None).isoformat("T", "minutes"))
    return datetime.fromisoformat(file.read_text())
