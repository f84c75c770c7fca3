"""`gridbell desk`: a link that signs a worker in to the console, once: for the first time, or without a telephone."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.loading import sample_hint
from bot.settings import Refused, Settings
from storage.district_table import read_district
from storage.session_table import LINK_LASTS, make_signin
from storage.store import Store


def sign_in(store: Store, settings: Settings, code: str) -> list[str]:
    """What to print; the link stands alone on the last line. Raises Refused."""
    with store.write() as connection:
        workers = read_district(connection).workers
        if not workers:
            raise Refused(f"No district is loaded yet: gridbell load DIR. {sample_hint()}")
        worker = workers.get(code)
        if worker is None:
            raise Refused(
                f"There is no worker {code}. The codes stand in workers.csv, as it was loaded last."
            )
        token = make_signin(connection, code, datetime.now(UTC))
    minutes = LINK_LASTS.seconds // 60
    return [
        f"{worker.name} ({worker.role}) signs in with this link, once, within {minutes} minutes:",
        f"{settings.address}/desk/in?t={token}",
    ]
