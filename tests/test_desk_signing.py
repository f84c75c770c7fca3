"""Signing in to the console: by a link, once, from a page of ours; and how it ends."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text

from bot.signing import sign_in
from flows.district import District
from storage.audit_table import read_audits
from storage.district_table import save_district
from storage.session_table import IDLE, make_signin
from storage.tables import sessions, signins
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.seats import ORIGIN, Seat
from tests.town import OnSms, Town, copied

CLERK, MANAGER = "C01-W1", "C01-M12"


@pytest.fixture
def town(template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble) -> Iterator[Town]:
    telegram.clear()
    twilio.clear()
    with Town(copied(template, tmp_path), "both", telegram, twilio) as made:
        yield made


def link_in(message: str) -> str:
    found = re.search(r"https://gridbell\.example(/desk/in\?t=\S+)", message)
    assert found, message
    return found[1]


@pytest.mark.parametrize("words", ["登录", "登陆", "desk", "Sign in", "/desk"])
def test_a_worker_asks_for_the_link_by_sms_and_is_in(town: Town, words: str) -> None:
    telephone = OnSms(town, town.district.workers[CLERK].phone)
    telephone.says(words)
    town.settle()
    answer = telephone.shows()[-1]
    seat, link = Seat(town), link_in(answer)
    for _preview in range(2):  # a messenger looks at the link by itself: that uses nothing up
        assert "周勇" in seat.get(link).text
    entered = seat.send("POST", "/desk/in", data={"t": link.partition("=")[2]})
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" in cookie
    assert 'action="/desk/out"' in seat.get("/desk").text
    again = Seat(town).send("POST", "/desk/in", data={"t": link.partition("=")[2]})
    assert again.status_code == 404
    assert "set-cookie" not in again.headers


def test_a_resident_gets_no_link(town: Town) -> None:
    telephone = OnSms(town, "+8613900000001")
    telephone.says("登录")
    town.settle()
    assert "/desk/" not in " ".join(telephone.shows())
    with town.store.read() as connection:
        assert connection.execute(select(signins)).all() == []


def test_a_link_is_good_for_ten_minutes(town: Town) -> None:
    link = sign_in(town.store, town.settings, CLERK)[-1]
    assert link.startswith(f"{ORIGIN}/desk/in?t=")
    with town.store.write() as connection:
        connection.execute(signins.update().values(until=town.clock.machine()))
    seat, token = Seat(town), link.partition("=")[2]
    assert seat.get(f"/desk/in?t={token}").status_code == 404
    assert seat.send("POST", "/desk/in", data={"t": token}).status_code == 404


def test_only_hashes_are_kept(town: Town) -> None:
    token = sign_in(town.store, town.settings, CLERK)[-1].partition("=")[2]
    seat = Seat(town, CLERK)
    held = seat.client.cookies["gridbell_desk"]
    with town.store.read() as connection:
        kept = [*connection.scalars(select(signins.c.hash)), *connection.scalars(select(sessions.c.hash))]
    assert kept
    assert not {token, held} & set(kept)


def test_a_form_without_the_sessions_token_or_from_elsewhere_changes_nothing(town: Town) -> None:
    seat, other = Seat(town, CLERK), Seat(town, MANAGER)
    for origin, csrf in [
        (ORIGIN, ""),
        (ORIGIN, other.csrf),
        ("https://evil.example", seat.csrf),
        ("null", seat.csrf),
        ("", seat.csrf),
    ]:
        headers = {"origin": origin} if origin else {"origin": ""}
        answer = seat.send("POST", "/desk/out", data={"csrf": csrf}, headers=headers)
        assert answer.status_code == 403, (origin, csrf)
    assert seat.get("/desk").status_code == 200


def test_pages_let_the_browser_name_its_origin_and_keep_nothing(town: Town) -> None:
    answer = Seat(town, CLERK).get("/desk")
    assert answer.headers["referrer-policy"] == "same-origin"  # with no-referrer a form comes from "null"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")


def test_a_session_ends_idle_and_in_any_case_after_a_week(town: Town) -> None:
    seat, began = Seat(town, CLERK), town.clock.at
    town.clock.at = began + timedelta(hours=11)
    assert seat.get("/desk").status_code == 200  # she was here: twelve hours from now
    town.clock.at += timedelta(hours=11)
    assert seat.get("/desk/news").status_code == 200  # the page asks by itself: nobody was here
    town.clock.at += timedelta(hours=2)
    assert seat.get("/desk").status_code == 401
    seat.signs_in()
    began = town.clock.at
    while town.clock.at - began < timedelta(days=7) - timedelta(hours=10):
        town.clock.at += timedelta(hours=10)
        assert seat.get("/desk").status_code == 200
    town.clock.at = began + timedelta(days=7)
    assert seat.get("/desk").status_code == 401


def test_who_leaves_the_directory_is_signed_out_at_once(town: Town) -> None:
    seat = Seat(town, CLERK)
    whole = sample_district()
    less = District(
        whole.communities,
        whole.grids,
        whole.buildings,
        {code: worker for code, worker in whole.workers.items() if code != CLERK},
        whole.services,
        whole.hours,
        whole.workdays,
    )
    with town.store.write() as connection:
        save_district(connection, less)
    assert seat.get("/desk").status_code == 401
    with town.store.write() as connection:
        save_district(connection, whole)
    assert seat.get("/desk").status_code == 401  # back in the list, she signs in anew


def test_she_sees_her_sessions_and_ends_one(town: Town) -> None:
    here, there, other = Seat(town, CLERK), Seat(town, CLERK), Seat(town, MANAGER)
    [hashed] = re.findall(r'name="session" value="(\w+)"', here.get("/desk/sessions").text)
    assert other.post("/desk/sessions/end", session=hashed).status_code == 404
    assert "那次登录已结束" in here.does("/desk/sessions/end", session=hashed)
    assert there.get("/desk").status_code == 401
    assert here.get("/desk").status_code == 200


def test_signing_in_and_out_is_written_down(town: Town) -> None:
    seat = Seat(town, CLERK)
    assert "已退出" in seat.get(seat.post("/desk/out").headers["location"]).text
    assert seat.get("/desk").status_code == 401
    with town.store.read() as connection:
        assert [audit.what for audit in read_audits(connection, by=CLERK)] == ["sign out", "sign in"]
        assert connection.scalar(text("SELECT count(*) FROM sessions")) == 0


def test_the_other_language_is_on_the_same_page(town: Town) -> None:
    seat = Seat(town, CLERK)
    page = seat.get("/desk/calendar?of=C01&view=week&said=moved").text
    back = html.unescape(re.findall(r'name="back" value="([^"]*)">\s*<button name="language"', page)[0])
    answer = seat.post("/desk/language", language="en", back=back)
    assert answer.headers["location"] == "/desk/calendar?of=C01&view=week"
    for elsewhere in ("https://evil.example", "//evil.example", ""):
        answer = seat.post("/desk/language", language="en", back=elsewhere)
        assert answer.headers["location"] == "/desk"


def test_the_language_is_the_workers_own(town: Town) -> None:
    seat = Seat(town, CLERK)
    assert 'lang="zh-CN"' in seat.get("/desk").text
    seat.post("/desk/language", language="en")
    page = seat.get("/desk").text
    assert '<html lang="en">' in page
    assert "Inbox" in page


def test_what_was_written_when_the_session_was_over_is_shown_to_be_copied(town: Town) -> None:
    seat = Seat(town, CLERK)
    town.clock.at += IDLE + timedelta(minutes=1)
    words = {"words": "我下午<b>带梯子</b>过去", "why": ""}
    answer = seat.send(
        "POST",
        "/desk/cases/K7M42/say",
        data={"csrf": seat.csrf, **words},
        headers={"referer": f"{ORIGIN}/desk/cases/K7M42"},
    )
    assert answer.status_code == 401
    assert "我下午&lt;b&gt;带梯子&lt;/b&gt;过去</textarea>" in answer.text
    assert answer.text.count("<textarea") == 1
    assert "发「登录」" in answer.text
    assert enters(seat, town).headers["location"] == "/desk/cases/K7M42"
    assert enters(seat, town).headers["location"] == "/desk"  # once
    old = seat.send("POST", "/desk/cases/K7M42/say", data={"csrf": "of the old session", **words})
    assert (old.status_code, "带梯子" in old.text) == (403, True)
    evil = {"origin": "https://evil.example"}
    other = seat.send("POST", "/desk/cases/K7M42/say", data=words, headers=evil)
    assert (other.status_code, "带梯子" in other.text) == (403, False)


@pytest.mark.parametrize(
    ("asked", "comes_to"),
    [
        ("/desk/notices?said=x", "/desk/notices?said=x"),
        ("/desk/calendar?of=C01&view=week", "/desk/calendar?of=C01&view=week"),
        ("/desk/news", "/desk"),
    ],
)
def test_who_signs_in_comes_to_the_page_she_asked_for(town: Town, asked: str, comes_to: str) -> None:
    seat = Seat(town)
    seat.get(asked)
    assert enters(seat, town).headers["location"] == comes_to


@pytest.mark.parametrize(
    "forged",
    ["https://evil.example", "//evil.example", "/desk@evil.example", "/deskevil", "/chat", "/desk%0Ax"],
)
def test_signing_in_leads_nowhere_else(town: Town, forged: str) -> None:
    seat = Seat(town)
    seat.client.cookies.set("gridbell_next", forged, path="/desk")
    assert enters(seat, town).headers["location"] == "/desk"


def enters(seat: Seat, town: Town) -> httpx.Response:
    with town.store.write() as connection:
        token = make_signin(connection, CLERK, town.clock.machine())
    return seat.send("POST", "/desk/in", data={"t": token})
