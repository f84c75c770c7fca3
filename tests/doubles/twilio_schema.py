"""What Twilio takes and gives: the parameters of each call, its error numbers, its resources."""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.doubles.courier import is_loopback

VERSION = "2010-04-01"

Form = list[tuple[str, str]]

SEND = {
    "To", "StatusCallback", "ApplicationSid", "MaxPrice", "ProvideFeedback", "Attempt", "ValidityPeriod",
    "ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded", "PersistentAction",
    "TrafficType", "ShortenUrls", "ScheduleType", "SendAt", "SendAsMms", "ContentVariables", "MessageIntent",
    "RiskCheck", "From", "FallbackFrom", "MessagingServiceSid", "Body", "MediaUrl", "ContentSid",
}  # fmt: skip
LIST = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
NUMBERS = {"Beta", "FriendlyName", "PhoneNumber", "Origin", "PageSize", "Page", "PageToken"}
NUMBER = {
    "AccountSid", "ApiVersion", "FriendlyName", "SmsApplicationSid", "SmsFallbackMethod", "SmsFallbackUrl",
    "SmsMethod", "SmsUrl", "StatusCallback", "StatusCallbackMethod", "VoiceApplicationSid",
    "VoiceCallerIdLookup", "VoiceFallbackMethod", "VoiceFallbackUrl", "VoiceMethod", "VoiceUrl",
    "EmergencyStatus", "EmergencyAddressSid", "TrunkSid", "VoiceReceiveMode", "IdentitySid", "AddressSid",
    "BundleSid",
}  # fmt: skip
NEW_NUMBER: dict[str, Any] = {
    "address_requirements": "none", "address_sid": None, "api_version": VERSION, "beta": False,
    "bundle_sid": None, "capabilities": {"sms": True, "mms": True, "voice": True, "fax": False},
    "emergency_address_sid": None, "emergency_address_status": "unregistered", "emergency_status": "Inactive",
    "identity_sid": None, "origin": "twilio", "sms_application_sid": None, "sms_fallback_method": "POST",
    "sms_fallback_url": "", "sms_method": "POST", "sms_url": "", "status": "in-use", "status_callback": "",
    "status_callback_method": "POST", "trunk_sid": None, "type": "local", "voice_application_sid": None,
    "voice_caller_id_lookup": False, "voice_fallback_method": "POST", "voice_fallback_url": "",
    "voice_method": "POST", "voice_receive_mode": "voice", "voice_url": "",
}  # fmt: skip
REPEATED = {"MediaUrl", "PersistentAction"}

MOST_CHARACTERS, MOST_MEDIA, MOST_A_PAGE = 1600, 10, 1000


class Refused(Exception):
    """An error answer of Twilio. `wrong` marks what no correct program ever sends: a violation."""

    def __init__(self, status: int, code: int, message: str, *, wrong: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.wrong = wrong

    @property
    def raw(self) -> dict[str, Any]:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": more, "status": self.status}


def wrong(code: int, message: str) -> Refused:
    return Refused(400, code, message, wrong=True)


def known(given: Form, names: set[str]) -> dict[str, str]:
    """The form as a dict; refuses names that Twilio does not know (it would ignore them) or sees twice."""
    if unknown := {name for name, _ in given} - names:
        raise wrong(20001, f"Unknown parameters {sorted(unknown)}")
    counted = [name for name, _ in given if name not in REPEATED]
    if len(set(counted)) < len(counted):
        raise wrong(20001, f"A parameter is given twice in {counted}")
    return dict(given)


def check_message(given: Form, numbers: set[str], services: set[str]) -> dict[str, str]:
    """Refuse a message that Twilio would refuse, by its own error numbers."""
    form = known(given, SEND)
    to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
    if not to:
        raise wrong(21604, "A 'To' phone number is required.")
    if not re.fullmatch(r"(whatsapp:)?\+[1-9]\d{6,14}", to):
        raise wrong(21211, f"Invalid 'To' Phone Number: {to}")
    if bool(sender) == bool(service):
        raise wrong(21603, "A 'From' phone number is required: either From or MessagingServiceSid.")
    if sender and sender not in numbers:
        raise wrong(21606, f"The 'From' phone number {sender} is not a valid number of your account.")
    if sender and sender.startswith("whatsapp:") != to.startswith("whatsapp:"):
        raise wrong(63007, "Twilio could not find a Channel with the specified From address")
    if service and service not in services:
        raise wrong(21701, f"The Messaging Service {service} does not exist.")
    media = [value for name, value in given if name == "MediaUrl"]
    body = form.get("Body", "")
    if not body.strip() and not media and "ContentSid" not in form:
        raise wrong(21602, "Message body is required.")
    if len(body) > MOST_CHARACTERS:
        raise wrong(21617, f"The concatenated message body exceeds the {MOST_CHARACTERS} character limit.")
    if len(media) > MOST_MEDIA:
        raise wrong(21623, f"Number of media files exceeds allowed limit of {MOST_MEDIA}.")
    if not all(absolute(url) for url in media):
        raise wrong(21620, "Invalid media URL(s)")
    if "StatusCallback" in form and not absolute(form["StatusCallback"]):
        raise wrong(21609, f"The 'StatusCallback' URL {form['StatusCallback']} is not a valid URL.")
    return form


def absolute(url: str) -> bool:
    """An https URL with a host; http only at home."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))


def rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment.astimezone(UTC)) if moment else None


def wanted(moment: datetime, form: dict[str, str]) -> bool:
    """Whether a message of this moment passes the DateSent filters, which take a day or a moment in GMT."""
    at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name, fits in (("DateSent", operator.eq), ("DateSent<", operator.le), ("DateSent>", operator.ge)):
        limit = form.get(name, "")
        if limit and not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", limit):
            raise wrong(20001, f"{limit!r} is no date")
        limit = limit[:10] if name == "DateSent" else limit
        if not fits(at[: len(limit)], limit):
            return False
    return True


def page(name: str, everything: list[dict[str, Any]], form: dict[str, str], path: str) -> dict[str, Any]:
    """A page of a list in Twilio's envelope."""
    size, number = int(form.get("PageSize", 50)), int(form.get("Page", 0))
    if not 1 <= size <= MOST_A_PAGE:
        raise wrong(20001, f"PageSize must be 1-{MOST_A_PAGE}")
    start, end = number * size, min((number + 1) * size, len(everything))

    def uri(other: int) -> str:
        return f"{path}?{urlencode(form | {'PageSize': str(size), 'Page': str(other)})}"

    return {
        name: everything[start:end],
        "page": number, "page_size": size, "start": start, "end": max(end - 1, 0),
        "uri": uri(number), "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if end < len(everything) else None,
        "previous_page_uri": uri(number - 1) if number else None,
    }  # fmt: skip
