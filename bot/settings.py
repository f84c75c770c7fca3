"""The settings, from the environment or `.env`; `.env.example` says what each is for."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.logs import Format
from flows.calendar import is_quiet
from flows.rule import NoticeRule, Rule
from flows.segments import weight
from storage.pace import Pace, Rate, telegram_rate

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Refused(Exception):
    """A setting is missing or wrong; the message says which and what to write."""


def _clock_time(value: object) -> object:
    return value if not isinstance(value, str) or ":" in value else f"{value}:00"


LocalTime = Annotated[time, BeforeValidator(_clock_time)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    database_url: str = "sqlite:///gridbell.db"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = ""
    timezone: str = "Asia/Shanghai"
    locale: str = "zh_CN"
    secret_key: str = ""
    data_keys: str = ""

    telegram_bot_token: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_secret: str = ""

    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_url: str = ""

    telegram_per_second: int = Field(30, ge=0)
    twilio_per_second: int = Field(10, ge=0)

    remind_evening: LocalTime = time(18)
    remind_minutes_before: int = Field(60, ge=5, le=24 * 60)
    quiet_from: LocalTime = time(21)
    quiet_until: LocalTime = time(8)

    ack_grid_manager_minutes: int = Field(60, ge=5)
    ack_clerk_minutes: int = Field(30, ge=5)
    ack_director_minutes: int = Field(60, ge=5)
    ack_office_minutes: int = Field(120, ge=5)
    digest_at: LocalTime = time(8)
    pings_one_by_one: int = Field(20, ge=1)

    notice_approve_above: int = Field(500, ge=0)
    notice_approve_minutes: int = Field(60, ge=5)
    notices_a_week: int = Field(3, ge=1)
    sms_price: Decimal = Field(Decimal(0), ge=0)

    messages_a_minute: int = Field(60, ge=0)

    retain_messages_days: int = Field(90, ge=7)
    retain_cases_days: int = Field(3 * 365, ge=30)
    retain_at: LocalTime = time(3)

    log_format: Format = "text"
    log_messages: bool = False

    clock_start: datetime | None = None
    clock_speed: float = Field(1.0, gt=0, le=100_000)

    #: Anybody may speak as anybody: never to be had by a line in the environment.
    is_demo: ClassVar[bool] = False

    @field_validator("public_url", "telegram_api_url", "twilio_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("write a full address such as https://hotline.example.org")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("write a zone of the IANA table such as Asia/Shanghai") from None
        return value

    @field_validator("locale")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if not re.fullmatch(r"(zh|en)([_-]\w+)?", value):
            raise ValueError("write zh_CN or en_US: these are the languages the hotline speaks")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d+:[\w-]+", value):
            raise ValueError("write the token as BotFather shows it, like 123456789:AAF…")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value):
            raise ValueError("only letters, digits, _ and - (Telegram takes no others); or leave it empty")
        return value

    @field_validator("twilio_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value and not re.fullmatch(r"(whatsapp:)?\+\d{5,15}|\d{3,8}|[A-Za-z0-9]{1,11}", value):
            raise ValueError("write the number you bought, like +8613800000000")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not re.match(r"(sqlite|postgres|postgresql(\+psycopg)?)://", value):
            raise ValueError("write sqlite:///gridbell.db or postgresql://user:password@host/name")
        return value

    @field_validator("clock_start")
    @classmethod
    def _local(cls, value: datetime | None) -> datetime | None:
        if value and value.tzinfo:
            raise ValueError("write a local time without a zone such as 2026-11-23T09:00")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.twilio_account_sid and not self.twilio_auth_token:
            raise ValueError(
                "TWILIO_AUTH_TOKEN: missing; it stands beside the account SID in Twilio's console"
            )
        if self.has_sms and not (self.twilio_from or self.twilio_messaging_service_sid):
            raise ValueError(
                "TWILIO_FROM: missing; write the number you bought, or TWILIO_MESSAGING_SERVICE_SID"
            )
        if self.has_sms and not self.public_url:
            raise ValueError("PUBLIC_URL: missing; Twilio brings messages there and signs them with it")
        if is_quiet(datetime.combine(date.min, self.remind_evening), (self.quiet_from, self.quiet_until)):
            raise ValueError("REMIND_EVENING: lies between QUIET_FROM and QUIET_UNTIL, when nobody is woken")
        if self.has_telegram and self.public_url.startswith("http:"):
            hosts = urlsplit(self.public_url).hostname, urlsplit(self.telegram_api_url).hostname
            if not set(hosts) & set(LOOPBACK):
                raise ValueError("PUBLIC_URL: Telegram brings updates only to an https address")
        if self.is_rehearsal:
            self._on_loopback("TELEGRAM_API_URL", self.telegram_api_url, self.has_telegram)
            self._on_loopback("TWILIO_API_URL", self.twilio_api_url, self.has_sms)
        return self

    def _on_loopback(self, name: str, url: str, used: bool) -> None:
        if used and urlsplit(url).hostname not in LOOPBACK:
            raise ValueError(
                f"CLOCK_START and CLOCK_SPEED: a rehearsal must reach nobody; {name} has to be on this machine"
            )

    @field_validator("data_keys")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if any(len(key.strip()) < 16 for key in value.split(",") if key.strip()):
            raise ValueError("write secrets of 16 characters or more with commas between, the newest first")
        return value

    @property
    def data_secrets(self) -> list[str]:
        """The secrets what is kept is sealed with, the one for what is new first."""
        return [key.strip() for key in (*self.data_keys.split(","), self.secret_key) if key.strip()]

    @property
    def has_telegram(self) -> bool:
        return bool(self.telegram_bot_token)

    @property
    def has_sms(self) -> bool:
        return bool(self.twilio_account_sid)

    @property
    def is_rehearsal(self) -> bool:
        return self.clock_start is not None or self.clock_speed != 1.0

    @property
    def language(self) -> str:
        """What we speak until somebody shows that she speaks another."""
        return "zh" if self.locale.startswith("zh") else "en"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def rule(self) -> Rule:
        return Rule(
            self.remind_evening,
            timedelta(minutes=self.remind_minutes_before),
            (self.quiet_from, self.quiet_until),
            self.retain_messages_days,
            self.retain_cases_days,
            NoticeRule(
                self.notice_approve_above,
                self.notices_a_week,
                sms_price=self.sms_price,
                approve_within=self.notice_approve_minutes,
            ),
            {
                "grid_manager": self.ack_grid_manager_minutes,
                "clerk": self.ack_clerk_minutes,
                "director": self.ack_director_minutes,
                "office": self.ack_office_minutes,
            },
            self.digest_at,
            self.pings_one_by_one,
        )

    @property
    def pace(self) -> Pace:
        """How fast each channel may send; 0 in the settings is without a limit of ours."""
        rates = {"sms": Rate(self.twilio_per_second, weigh=weight)}
        if self.telegram_per_second:
            rates["telegram"] = telegram_rate(self.telegram_per_second, max(1.0, self.clock_speed))
        return Pace(rates)

    @property
    def webhook_secret(self) -> str:
        """TELEGRAM_WEBHOOK_SECRET, or one made from SECRET_KEY so that it is never empty and never changes."""
        if self.telegram_webhook_secret:
            return self.telegram_webhook_secret
        return hashlib.sha256(f"telegram webhook {self.secret_key}".encode()).hexdigest()

    @property
    def address(self) -> str:
        """Where browsers find us: PUBLIC_URL, or this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def fallback(self) -> str:
        """Where a worker's telephone number is an address."""
        return "sms" if self.has_sms else "browser" if self.is_demo else ""


class DemoSettings(Settings):
    is_demo: ClassVar[bool] = True


def read_settings(*, demo: bool = False, kind: type[Settings] = Settings, **given: object) -> Settings:
    """The settings; raises Refused naming every one that is wrong."""
    try:
        return (DemoSettings if demo else kind)(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        mistakes = []
        for mistake in error.errors():
            name = ".".join(str(part) for part in mistake["loc"]).upper()
            text = mistake["msg"].removeprefix("Value error, ")
            mistakes.append(f"  {name}: {text}" if name else f"  {text}")
        raise Refused("These settings (environment or .env) are wrong:\n" + "\n".join(mistakes)) from None


def need_secret(settings: Settings) -> None:
    if not settings.secret_key:
        raise Refused(
            "SECRET_KEY is missing: it signs the browser's cookies and the links. Make one with\n"
            "    python3 -c 'import secrets; print(\"SECRET_KEY=\" + secrets.token_urlsafe(32))' >> .env"
        )


def own_secret(folder: Path) -> str:
    """The demo's own key, made once and kept beside its database."""
    file = folder / "demo.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text()
