"""The pages in a real Chromium: the demo's three telephones, at a desk and on a telephone, and who cannot see."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browsing import CHROMIUM, DESK, TELEPHONE, running_chromium, running_demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt install chromium"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`gridbell demo` on a port of its own."""
    with running_demo(tmp_path_factory.mktemp("demo"), 8000 + os.getpid() % 1000 + 100) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, demo: str) -> Iterator[Page]:
    """The demo page, its three lines open, on the morning of a working day."""
    context = chromium.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(demo)
    for kind in ("resident", "grid_manager", "clerk"):
        expect(page.locator(f"#{kind} [data-line][data-state=open]")).to_be_attached()
    yield page
    assert not wrong
    context.close()


def test_a_repair_from_the_first_word_to_the_password(page: Page) -> None:
    resident, manager = page.locator("#resident"), page.locator("#grid_manager")
    page.get_by_role("button", name="我家屋顶漏雨了").click()
    resident.locator(".offer button").first.click()
    expect(resident.get_by_text("约好了").last).to_be_visible()
    expect(manager.get_by_text("新任务").last).to_be_visible()
    manager.get_by_role("button", name="接单").last.click()
    expect(resident.get_by_text("对得上再开门").last).to_be_visible()


def test_put_forward_to_the_evening_everybody_is_reminded(page: Page) -> None:
    page.locator("#resident").get_by_role("textbox").fill("修水管")
    page.locator("#resident").get_by_role("button", name="发送").click()
    live = page.locator("#resident .offer button:enabled")
    live.filter(has_text="其他时间").click()
    live.filter(has_text="(周").nth(2).click()
    live.filter(has_text=":").first.click()
    expect(page.locator("#resident").get_by_text("约好了").last).to_be_visible()
    before = page.locator("#resident").get_by_text("提醒:").count()
    reminder = page.locator("#resident").get_by_text("提醒:").nth(before)
    for _evening in range(7):  # over a weekend, if need be
        shown = page.locator("[data-told]").text_content() or ""
        page.locator('[data-until="18:00"]').click()
        expect(page.locator("[data-told]")).not_to_have_text(shown)
        with suppress(AssertionError):  # not this evening yet
            expect(reminder).to_be_visible(timeout=3_000)
            break
    expect(reminder).to_be_visible(timeout=15_000)


def test_the_chips_are_in_the_language_of_the_page(page: Page) -> None:
    chip = page.locator("[data-say]").nth(2)
    expect(chip).to_have_text("菜单")
    chip.click()
    expect(page.locator("#resident").get_by_text("要办什么").last).to_be_visible()
    page.get_by_role("button", name="English", exact=True).click()
    expect(chip).to_have_text("menu")
    page.get_by_role("button", name="中文", exact=True).click()
    expect(chip).to_have_text("菜单")


def test_the_office_has_a_telephone_too_and_a_link_to_the_console(page: Page) -> None:
    staff = page.locator("#clerk")
    staff.locator("summary").click()
    first = staff.locator(".people li")
    expect(first.first).to_contain_text("区一办")
    expect(first.nth(1)).to_contain_text("社区主任")
    first.first.get_by_role("button").click()
    expect(staff.locator("[data-line][data-state=open]")).to_be_attached()
    staff.get_by_role("textbox").last.fill("登录")
    staff.get_by_role("button", name="发送").click()
    expect(staff.get_by_text("/desk/in?t=").last).to_be_visible()


def test_words_in_a_message_are_never_a_page(page: Page) -> None:
    resident = page.locator("#resident")
    resident.get_by_role("textbox").fill("<img src=x onerror=alert(1)> 你好")
    resident.get_by_role("button", name="发送").click()
    expect(resident.get_by_text("<img src=x").last).to_be_visible()
    assert resident.locator("img").count() == 0


def test_what_cannot_be_kept_just_now_is_sent_again_by_itself(chromium: Browser, demo: str) -> None:
    """The database is in trouble and answers 503: the words stay on the page and go out when it is over."""
    context = chromium.new_context(viewport=TELEPHONE, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    sent: list[str | None] = []

    def troubled(route: Route) -> None:
        sent.append(route.request.post_data)
        route.fulfill(status=503, json={"error": "…"}) if len(sent) == 1 else route.continue_()

    page.route("**/chat/say*", troubled)
    page.goto(f"{demo}/chat")
    page.get_by_role("textbox").fill("我家屋顶漏雨了")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("一连上就发")).to_be_visible()
    expect(page.get_by_text("哪栋楼").last).to_be_visible(timeout=20_000)
    assert sent == [sent[0]] * 2  # the same message, with the same id
    context.close()


@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("path", ["/", "/chat"])
def test_nothing_runs_over_and_nobody_is_shut_out(
    page: Page, demo: str, path: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(demo + path)
    expect(page.locator("[data-line][data-state=open]").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("path", "size"), [("/", DESK), ("/chat", DESK), ("/chat", TELEPHONE)], ids=["demo", "desk", "telephone"]
)
def test_a_long_talk_scrolls_in_its_phone_and_the_page_stays(
    chromium: Browser, demo: str, path: str, size: dict[str, int]
) -> None:
    context = chromium.new_context(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(demo + path)
    phone = page.locator("#resident" if path == "/" else "main")
    for _word in range(8):
        answers = phone.locator(".message:not(.mine)").count()
        phone.get_by_role("textbox").last.fill("菜单")
        phone.get_by_role("button", name="发送").click()
        expect(phone.locator(".message:not(.mine)")).not_to_have_count(answers)
    inside = phone.locator(".log").evaluate("log => [log.scrollHeight, log.clientHeight]")
    assert inside[0] > inside[1], "too short a talk to tell"
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    context.close()
