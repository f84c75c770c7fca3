"""The one place that builds things: from the settings to a hotline that can run."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from telegram import Bot

from bot.rehearsal import make_clock
from bot.settings import Settings
from handlers.accept import Accept
from handlers.bundles import Bundles
from handlers.channels.channel import Channel
from handlers.channels.screen import Browser
from handlers.channels.sms import Sms
from handlers.channels.telegram import Telegram, fetch_photo, make_bot
from handlers.channels.twilio_media import TwilioMedia
from handlers.clock import Clock
from handlers.counts import Counts
from handlers.deliver import Deliver
from handlers.digest import Digest
from handlers.flood import Flood
from handlers.hooks import TelegramHook, TwilioHooks
from handlers.notices import Notices
from handlers.photos import Fetch, Photos
from handlers.retain import Retain
from handlers.sets import Sets
from handlers.tallies import Tallies
from handlers.trail import Trail
from handlers.turns import Turns
from handlers.wake import Wake
from handlers.watch import Watch
from handlers.work import Work
from storage.premises import Keeper
from storage.receipt_table import is_anothers
from storage.store import Store


@dataclass(slots=True)
class Hotline:
    """Everything that runs, built and not yet started. `bot` and the hooks are None for channels that are off."""

    settings: Settings
    store: Store
    clock: Clock
    keeper: Keeper
    accept: Accept
    work: Work
    browser: Browser
    channels: dict[str, Channel]
    bot: Bot | None = None
    telegram: TelegramHook | None = None
    twilio: TwilioHooks | None = None
    media: TwilioMedia | None = None
    off: list[str] = field(default_factory=list)

    async def close(self) -> None:
        for channel in self.channels.values():
            await channel.close()
        if self.media:
            await self.media.close()
        self.store.close()


def build(
    settings: Settings, store: Store | None = None, clock: Clock | None = None, *, starts: bool = False
) -> Hotline:
    """A hotline of these settings. The database must have its tables already. `starts`: see `make_clock`."""
    store = store or Store(settings.database_url, settings.data_secrets)
    clock = clock or make_clock(settings, store, starts=starts)
    browser = Browser()
    channels: dict[str, Channel] = {"browser": browser}
    keeper = Keeper(settings.rule, settings.fallback, settings.address, channels)
    tallies, trail = Tallies(), Trail(settings.log_messages)
    accept = Accept(store, clock, settings.language, Flood(settings.messages_a_minute), tallies, trail)
    fetchers: dict[str, Fetch] = {}
    photos = Photos(store, fetchers)
    turns = Turns(store, keeper, clock)
    deliver = Deliver(store, keeper, clock, channels, settings.pace, tallies, trail)
    sets = Sets(store, clock, accept, turns, deliver, tallies, Wake(), trail)
    notices = Notices(store, keeper, clock, settings.pace)
    retain = Retain(store, clock, settings.rule, settings.retain_at)
    watch, digest = Watch(store, keeper, clock), Digest(store, keeper, clock, channels)
    bundles, counts = Bundles(store, keeper, clock), Counts(store, clock)
    ticking = (notices, retain, watch, digest, bundles, counts)
    work = Work(store, keeper, clock, turns, deliver, photos, sets, tallies, *ticking)
    hotline = Hotline(settings, store, clock, keeper, accept, work, browser, channels)
    _add_telegram(hotline, photos, fetchers)
    _add_sms(hotline, fetchers)
    return hotline


def _add_telegram(hotline: Hotline, photos: Photos, fetchers: dict[str, Fetch]) -> None:
    settings = hotline.settings
    if not settings.has_telegram:
        hotline.off.append("Telegram is off: no TELEGRAM_BOT_TOKEN")
        return
    bot = make_bot(settings.telegram_bot_token, settings.telegram_api_url)
    hotline.bot = bot
    hotline.channels["telegram"] = Telegram(bot, photos.for_telegram)
    hotline.telegram = TelegramHook(hotline.accept, hotline.store, hotline.clock, settings.webhook_secret)
    fetchers["telegram"] = fetch_photo(bot)


def _add_sms(hotline: Hotline, fetchers: dict[str, Fetch]) -> None:
    settings = hotline.settings
    if not settings.has_sms:
        hotline.off.append("SMS is off: no TWILIO_ACCOUNT_SID")
        return
    account, token = settings.twilio_account_sid, settings.twilio_auth_token
    hotline.channels["sms"] = Sms(
        account,
        token,
        settings.twilio_from,
        settings.twilio_messaging_service_sid,
        settings.twilio_api_url,
        f"{settings.public_url}/twilio/status",
        partial(_is_anothers, hotline.store),
    )
    hotline.twilio = TwilioHooks(
        hotline.accept,
        hotline.store,
        hotline.clock,
        token,
        account,
        settings.public_url,
        hotline.work.tallies,
        hotline.work.sets.trail,
    )
    hotline.media = TwilioMedia(account, token, settings.twilio_api_url)
    fetchers["sms"] = hotline.media.fetch


def _is_anothers(store: Store, provider_id: str, message: str) -> bool:
    with store.read() as connection:
        return is_anothers(connection, provider_id, message)
