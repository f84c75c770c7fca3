"""`gridbell doctor`: each setting, what was found, and how to mend it. Changes nothing but the tables' version."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from sqlalchemy import text
from telegram.error import InvalidToken, TelegramError
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.findings import Finding
from bot.loading import sample_hint
from bot.settings import LOOPBACK, Refused, Settings, read_settings
from bot.vitals import clock_finding, vitals
from flows.calendar import public_days
from handlers.channels.http import client
from handlers.channels.telegram import make_bot
from handlers.channels.twilio_http import HttpxTwilioClient
from storage.district_table import read_district
from storage.migrate import WrongDatabase, migrate
from storage.seals import Locked
from storage.store import Store

#: Telegram's last trouble with the webhook counts as today's for so long.
LATELY = timedelta(minutes=15)
#: More updates than this waiting at Telegram are a queue.
MOST_PENDING = 100
#: A balance at Twilio below this does not last the day, in the account's currency.
LOW_BALANCE = 5.0


def examine(say: Callable[[str], None]) -> int:
    """Says everything found; 0 if all is well, else 1."""
    try:
        settings = read_settings()
    except Refused as error:
        say(str(error))
        return 1
    findings = asyncio.run(_examine(settings))
    for finding in findings:
        mark = {True: "ok  ", False: "BAD ", None: "-   "}[finding.well]
        say(f"{mark}{finding.what}: {finding.found}")
        if finding.well is False:
            say(f"      → {finding.mend}")
    return 1 if any(finding.well is False for finding in findings) else 0


async def _examine(settings: Settings) -> list[Finding]:
    found = [_secret(settings), *_database(settings), *_calendar(settings)]
    checks: list[Callable[[Settings], Awaitable[list[Finding]]]] = [_public_url, _telegram, _twilio]
    for check in checks:
        found += await check(settings)
    return found


def _secret(settings: Settings) -> Finding:
    return Finding(
        "SECRET_KEY",
        len(settings.secret_key) >= 16,
        "set" if len(settings.secret_key) >= 16 else "missing or too short",
        "python3 -c 'import secrets; print(\"SECRET_KEY=\" + secrets.token_urlsafe(32))' >> .env",
    )


def _database(settings: Settings) -> Iterator[Finding]:
    """Migrated, writable (tried and taken back), and with a district in it."""
    try:
        store = Store(settings.database_url, settings.data_secrets)
        migrate(store)
        with store.write() as connection:
            attempt = connection.begin_nested()
            connection.execute(text("INSERT INTO facts (name, value) VALUES ('doctor', 'was here')"))
            attempt.rollback()
        with store.read() as connection:
            district = read_district(connection)
        alive = list(vitals(store, settings))
        store.close()
    except Locked as error:
        mend = "take the secrets of the day it was sealed from where you keep .env; gridbell keys shows which"
        yield Finding("SECRET_KEY, DATA_KEYS", False, str(error), mend)
        return
    except (WrongDatabase, Exception) as error:
        yield Finding(
            "DATABASE_URL", False, f"{type(error).__name__}: {error}", "see DATABASE_URL in .env.example"
        )
        return
    yield Finding("DATABASE_URL", True, f"{store.url.render_as_string()} can be written")
    size = f"{len(district.communities)} communities, {len(district.grids)} grids"
    yield Finding("district", bool(district.communities), size, f"gridbell load DIR. {sample_hint()}")
    vacant = [grid for grid in district.grids if district.manager_of(grid) is None]
    if vacant:
        yield Finding("grids without a manager", None, ", ".join(vacant[:10]))
    yield from alive


def _calendar(settings: Settings) -> Iterator[Finding]:
    yield Finding("TIMEZONE", True, f"{settings.timezone}, now {datetime.now(settings.zone):%Y-%m-%d %H:%M}")
    year = datetime.now(settings.zone).year
    known = public_days(year).known
    yield Finding(
        "public holidays",
        known,
        f"{year} with its make-up days" if known else f"{year} is not known yet",
        f"write the days of {year} into workdays.csv and load again, or update the `holidays` package",
    )
    if not public_days(year + 1).known:
        yield Finding(
            "public holidays", None, f"the make-up days of {year + 1} are not announced or not known yet"
        )
    if settings.is_rehearsal:
        yield Finding("CLOCK_START", None, "a rehearsal: the clock is not the real one")


async def _public_url(settings: Settings) -> list[Finding]:
    if not settings.public_url:
        return [Finding("PUBLIC_URL", None, "not set: Telegram is polled, SMS is off")]
    findings = []
    if (
        not settings.public_url.startswith("https://")
        and urlsplit(settings.public_url).hostname not in LOOPBACK
    ):
        findings.append(Finding("PUBLIC_URL", False, "is not https", "providers only call https addresses"))
    try:
        async with client() as web:
            answer = await web.get(f"{settings.public_url}/healthz")
    except httpx.HTTPError as error:
        mend = "start `gridbell serve`, and point your proxy or tunnel at its HOST and PORT"
        return [*findings, Finding("PUBLIC_URL", False, f"{type(error).__name__} at /healthz", mend)]
    well = answer.status_code == 200
    findings.append(
        Finding("PUBLIC_URL", well, f"/healthz answers {answer.status_code}", f"it says: {answer.text[:80]}")
    )
    return findings


async def _telegram(settings: Settings) -> list[Finding]:
    if not settings.has_telegram:
        return [Finding("TELEGRAM_BOT_TOKEN", None, "not set: Telegram is off")]
    findings = []
    try:
        async with make_bot(settings.telegram_bot_token, settings.telegram_api_url) as bot:
            findings.append(Finding("TELEGRAM_BOT_TOKEN", True, f"is that of @{bot.username}"))
            hook = await bot.get_webhook_info()
    except InvalidToken:
        return [
            Finding("TELEGRAM_BOT_TOKEN", False, "Telegram does not know it", "take the one BotFather shows")
        ]
    except TelegramError as error:
        mend = "is the network open to TELEGRAM_API_URL?"
        return [*findings, Finding("TELEGRAM_API_URL", False, type(error).__name__, mend)]
    findings += await _clock("Telegram's", settings.telegram_api_url)
    wanted = f"{settings.public_url}/telegram" if settings.public_url else ""
    findings.append(
        Finding(
            "Telegram webhook",
            hook.url == wanted,
            hook.url or "none (polling)",
            "start `gridbell serve`: it registers",
        )
    )
    mend = "see `/healthz` under PUBLIC_URL from outside, the proxy's log, and TELEGRAM_WEBHOOK_SECRET"
    if hook.last_error_message and hook.last_error_date:
        ago = datetime.now(UTC) - hook.last_error_date
        findings.append(
            Finding(
                "Telegram webhook",
                False if ago < LATELY else None,
                f"Telegram's last error there, {ago.total_seconds() / 60:.0f} min ago: {hook.last_error_message}",
                mend,
            )
        )
    findings.append(
        Finding(
            "Telegram updates",
            hook.pending_update_count <= MOST_PENDING,
            f"{hook.pending_update_count} wait at Telegram",
            f"they come when we take them: {mend}" if wanted else "start `gridbell serve`: it fetches them",
        )
    )
    return findings


async def _clock(whose: str, url: str) -> list[Finding]:
    """By the Date of any answer of somebody else's machine (RFC 9110, 6.6.1)."""
    try:
        async with client() as web:
            answer = await web.head(url)
        there = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return []
    return [clock_finding(whose, abs((there - datetime.now(UTC)).total_seconds()))]


async def _twilio(settings: Settings) -> list[Finding]:
    if not settings.has_sms:
        return [Finding("TWILIO_ACCOUNT_SID", None, "not set: SMS is off")]
    http = HttpxTwilioClient(settings.twilio_api_url)
    account = Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http)
    findings = []
    try:
        found = await account.api.accounts(settings.twilio_account_sid).fetch_async()
        findings.append(
            Finding(
                "TWILIO_ACCOUNT_SID",
                found.status == "active",
                f"account is {found.status}",
                "see Twilio's console",
            )
        )
        if settings.twilio_from:
            findings += await _number(account, settings)
        findings.append(await _balance(account))
    except (TwilioRestException, httpx.HTTPError) as error:
        mend = "take the account SID and the auth token from Twilio's console"
        findings.append(Finding("TWILIO_AUTH_TOKEN", False, type(error).__name__, mend))
    finally:
        await http.close()
    return [*findings, await _signature(settings)]


async def _balance(account: Client) -> Finding:
    """https://www.twilio.com/docs/usage/api/account-balance: only for a main account."""
    try:
        told = await account.balance.fetch_async()
        left = float(told.balance)
    except (TwilioRestException, TypeError, ValueError):
        return Finding("Twilio balance", None, "not told; sub-accounts have none of their own")
    return Finding(
        "Twilio balance",
        left >= LOW_BALANCE,
        f"{left:.2f} {told.currency}",
        "top it up in Twilio's console, and switch on auto recharge: at nothing all SMS wait",
    )


async def _number(account: Client, settings: Settings) -> list[Finding]:
    """Whether the number can send, and Twilio brings its messages to us."""
    numbers = await account.incoming_phone_numbers.list_async(phone_number=settings.twilio_from, limit=1)
    wanted = f"{settings.public_url}/twilio/sms"
    if not numbers:
        return [
            Finding("TWILIO_FROM", False, "is no number of this account", "write one you bought, as +8613…")
        ]
    findings = []
    if not (numbers[0].capabilities or {}).get("sms", True):
        findings.append(Finding("TWILIO_FROM", False, "takes no SMS", "buy a number with SMS at Twilio"))
    url, _, retries = (numbers[0].sms_url or "nothing").partition("#")
    mend = f"at Twilio, set the number's “A message comes in” webhook to {wanted} (HTTP POST)"
    once = "" if retries else "; Twilio asks once: end it with #rc=5&rp=all, and it tries again"
    return [*findings, Finding("TWILIO_FROM", url == wanted, f"its messages go to {url}{once}", mend)]


async def _signature(settings: Settings) -> Finding:
    """Signs a receipt of no message as Twilio would and sends it to ourselves over PUBLIC_URL."""
    url = f"{settings.public_url}/twilio/status"
    form = {
        "AccountSid": settings.twilio_account_sid,
        "MessageSid": "SMdoctor",
        "MessageStatus": "sent",
        "To": "",
    }
    signature = RequestValidator(settings.twilio_auth_token).compute_signature(url, form)
    try:
        async with client() as web:
            answer = await web.post(url, data=form, headers={"X-Twilio-Signature": signature})
    except httpx.HTTPError as error:
        return Finding("signature over PUBLIC_URL", False, type(error).__name__, "see PUBLIC_URL above")
    mend = (
        "PUBLIC_URL must be exactly what the world calls, and the running `serve` must have the same settings"
    )
    return Finding(
        "signature over PUBLIC_URL", answer.status_code == 200, f"answered {answer.status_code}", mend
    )
