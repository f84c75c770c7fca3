"""The console's pages of notices in a real Chromium: counted while one writes, sent, stopped; at a desk and on a
telephone, by keys, and for who cannot see."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from storage.person_table import open_contact, person_values, read_person
from storage.store import Store
from storage.tables import contacts, persons
from tests.browsing import CHROMIUM, DESK, GRIDBELL, TELEPHONE, _is_up, running_chromium
from tests.keys import SECRETS
from tests.paper import MONDAY
from tests.test_notices import AT_HOME

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt install chromium"),
]


@dataclass
class Hall:
    """A hotline that runs by itself, and the command that signs its workers in."""

    url: str
    env: dict[str, str]
    folder: Path

    def link(self, code: str) -> str:
        told = subprocess.run(
            [GRIDBELL, "desk", code],
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return told.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def hall(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """With one resident, who has written in the browser."""
    folder = tmp_path_factory.mktemp("hall")
    database = f"sqlite:///{shutil.copy(template, folder / 'hall.db')}"
    store = Store(database, SECRETS)
    with store.write() as connection:
        contact = open_contact(connection, "browser", "resident", MONDAY)
        connection.execute(update(contacts).where(contacts.c.id == contact.id).values(heard_at=MONDAY))
        person = connection.execute(persons.select()).one()
        known = read_person(connection, person.id)
        assert known
        home = {"home": str(AT_HOME), "community": "C01", "grid": "C01-G12"} | person_values(
            connection, known, ()
        )
        connection.execute(update(persons).values(home))
    store.close()
    port = 8000 + os.getpid() % 1000 + 1200
    url = f"http://127.0.0.1:{port}"
    env = {"PATH": os.environ["PATH"], "PORT": str(port), "DATABASE_URL": database, "SECRET_KEY": SECRETS[0]}
    env |= {"QUIET_FROM": "03:00", "QUIET_UNTIL": "03:01"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([GRIDBELL, "serve"], env=env, cwd=folder, stdout=log, stderr=log)
    deadline = time.monotonic() + 40
    while not _is_up(url):
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < deadline, (folder / "log").read_text()
    yield Hall(url, env, folder)
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) in (0, -signal.SIGTERM)
    assert "Traceback" not in (folder / "log").read_text()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(params=[DESK, TELEPHONE], ids=["desk", "telephone"])
def page(request: pytest.FixtureRequest, chromium: Browser, hall: Hall) -> Iterator[Page]:
    """The director's browser, signed in."""
    context = chromium.new_context(viewport=request.param, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(hall.link("C01-D"))
    page.get_by_role("main").get_by_role("button").click()
    yield page
    assert not wrong
    context.close()


def nobody_is_shut_out(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    if folder := os.environ.get("DESK_SHOTS"):
        name = page.url.partition("/desk/")[2].partition("?")[0].replace("/", "-")
        size = page.viewport_size
        page.screenshot(path=f"{folder}/{name}-{size['width'] if size else 0}.png", full_page=True)


def test_a_notice_is_counted_while_one_writes_sent_and_stopped(page: Page, hall: Hall) -> None:
    page.get_by_role("link", name="通知").click()
    nobody_is_shut_out(page)
    page.get_by_role("link", name="写通知").click()
    page.get_by_label("内容").fill("明天9点停水,请提前存水。")
    looks = page.locator("[data-part=looks]")
    page.get_by_label("是哪类通知").select_option(label="停水停电停气")
    page.get_by_label("范围").select_option(label="怡安社区")
    expect(looks.get_by_text("发给1人")).to_be_visible()
    expect(looks.get_by_text("不要停水停电通知")).to_be_visible()
    page.get_by_label("什么时候发").fill("每周一8点")
    expect(looks.get_by_text("每周")).to_be_visible()
    nobody_is_shut_out(page)
    page.get_by_label("什么时候发").fill("昨天")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert")).to_have_text("看不出将来的时间。例如:明天早上8点、每周一9点。")
    expect(page.get_by_label("内容")).to_have_value("明天9点停水,请提前存水。")
    nobody_is_shut_out(page)
    page.get_by_label("什么时候发").fill("每周一8点")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", name="发出前")).to_be_visible()
    nobody_is_shut_out(page)
    page.get_by_role("button", name="定下来").click()
    expect(page.get_by_text("定好了")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_text("已停止:没发的不再发")).to_be_visible()
    nobody_is_shut_out(page)


def test_progress_comes_by_itself(page: Page) -> None:
    page.goto(page.url.partition("/desk")[0] + "/desk/notices/new")
    page.get_by_label("内容").press_sequentially("周六讲座。")
    page.get_by_label("是哪类通知").select_option(label="办事")
    page.get_by_label("范围").select_option(label="怡安社区")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="发送").press("Enter")
    expect(page.get_by_text("发给1人:网页 1")).to_be_visible()
    page.get_by_role("button", name="确定,发给1人").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_label("已发1/1")).to_be_visible(timeout=20_000)
    nobody_is_shut_out(page)
