"""The console in a real Chromium: every role at a desk and on a telephone, by keys alone, and for who cannot see.

With DESK_SHOTS=folder every page is kept as a picture there, to be looked at.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import insert

from flows.case import Home
from flows.neighbourhood import AGREED_TO, ALONE, CONTACT, HELP, NO, PEOPLE, YES, Household
from storage.household_table import keep_household
from storage.keys import key_at
from storage.store import Store
from storage.tables import cases, events
from tests.browsing import CHROMIUM, DESK, GRIDBELL, TELEPHONE, running_chromium, running_demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt install chromium"),
]
ROLES = {"office": "OFFICE", "director": "C01-D", "clerk": "C01-W6", "grid_manager": "C01-M12"}
SHOTS = os.environ.get("DESK_SHOTS", "")


class House:
    """The demo, with some cases in it."""

    def __init__(self, folder: Path, url: str, port: int) -> None:
        self.url = url
        self._env = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{folder / 'var' / 'demo.db'}",
            "SECRET_KEY": (folder / "var" / "demo.key").read_text(),
            "PORT": str(port),
        }
        self._folder = folder

    def link(self, code: str) -> str:
        printed = subprocess.run(
            [GRIDBELL, "desk", code],
            env=self._env,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return printed.stdout.splitlines()[-1]

    def says(self, phone: str, *words: str) -> None:
        with httpx.Client(base_url=self.url, trust_env=False, params={"as": phone}) as client:
            for n, said in enumerate(words):
                key = f"{phone.strip('+')}-{n}-{abs(hash(said))}"
                assert client.post("/chat/say", json={"id": key, "text": said}).status_code == 202
                self._answered(client, said)

    def was_before(self, home: Home) -> None:
        """A household has told something, and cases of the last weeks are over."""
        store, now = Store(self._env["DATABASE_URL"], (self._env["SECRET_KEY"],)), datetime.now(UTC)
        told = {PEOPLE: "2", CONTACT: "女儿王芳 13912345678", AGREED_TO: YES, ALONE: YES, HELP: NO}
        with store.write() as connection:
            keep_household(connection, Household(home, told, "C01-M12", now, now))
            for n in range(40):
                at = now - timedelta(days=2 * n)
                case = {"id": key_at(at - timedelta(hours=n)), "number": f"A2B{n:03}", "person": "p"}
                place = {"community": "C01", "grid": "C01-G12", "window": "general" if n % 3 else ""}
                times = {"opened_at": at - timedelta(hours=n), "closed_at": at, "status": "settled"}
                its = {"kind": "repair", "text": "灯坏了"}
                connection.execute(insert(cases).values(case | place | times | its))
                answer = "settled" if n % 4 else "not settled: 还不亮"
                note = {"id": key_at(at), "case": case["id"], "at": at, "by": "resident", "text": answer}
                connection.execute(insert(events).values(note))
        store.close()

    def _answered(self, client: httpx.Client, said: str) -> None:
        """Each word is answered before the next one is said; where a person has the talk, nobody answers at once."""
        with client.stream("GET", "/chat/stream") as stream:
            heard, pauses = False, 0
            for line in stream.iter_lines():
                heard = heard or ('"mine": true' in line and f'"text": "{said}"' in line)
                pauses += line.startswith(": still here")
                if (heard and '"mine": false' in line) or pauses == 3:
                    return


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder, port = tmp_path_factory.mktemp("desk"), 8000 + os.getpid() % 1000 + 200
    with running_demo(folder, port) as url:
        house = House(folder, url, port)
        home = "怡安小区7号楼2单元501"
        house.says("+8613900000001", "我家屋顶漏雨了", home, "1")
        house.says("+8613900000002", "退休证年审怎么办", "1", home, "1")
        house.says("+8613900000003", "人工", "楼上半夜很吵")
        manager, neighbour = "+8610040000021", "+8610040000022"
        house.says(manager, "巡访 怡安小区7号楼2单元401 门口堆物", "3", "巡访 怡安7-2-402 无异常")
        house.says(neighbour, "巡访 怡安小区9号楼2单元401 墙皮掉了", "1")
        house.was_before(Home("C01", "C01-G12", home))
        yield house


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def states(chromium: Browser, house: House) -> dict[str, object]:
    """Everybody signs in once: the link, the button, the cookie."""
    found: dict[str, object] = {}
    for role, code in ROLES.items():
        context = chromium.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(house.link(code))
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="收件箱")).to_be_visible()
        found[role] = context.storage_state()
        context.close()
    return found


def is_wrong(said: ConsoleMessage) -> bool:
    """A form that comes back with its mistakes is a page like others, and so is that of who is signed out, but Chromium
    notes their status."""
    return said.type == "error" and not any(f"status of {status}" in said.text for status in (401, 422))


#: Opens a page of the console as a role: role, path, size of the window, and what else its context has.
Opens = Callable[..., Page]


@pytest.fixture
def at(chromium: Browser, house: House, states: dict[str, object]) -> Iterator[Opens]:
    """Opens the console as somebody, in a window of some size; nothing may go wrong in it."""
    contexts, wrong = [], list[str]()

    def opened(role: str, path: str = "/desk", size: dict[str, int] = DESK, **more: object) -> Page:
        context = chromium.new_context(
            viewport=size,
            locale="zh-CN",
            storage_state=states[role],
            base_url=house.url,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if is_wrong(said) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


PATHS = {
    "inbox": "/desk?view=all",
    "case": "the case",
    "appointment": "the appointment",
    "calendar-day": "/desk/calendar",
    "calendar-week": "/desk/calendar?view=week",
    "people": "/desk/people",
    "residents": "/desk/residents",
    "reports": "/desk/reports?by=week",
    "rounds": "/desk/rounds",
    "households": "/desk/rounds/households?grid=C01-G12",
    "household": "the household",
    "buildings": "/desk/rounds/buildings",
    "building": "the building",
    "sessions": "/desk/sessions",
    "directory": "/desk/directory",
    "lines": "/desk/directory/workers",
    "line": "/desk/directory/workers/line?key=C01-M12",
    "export": "/desk/export",
    "changes": "/desk/changes",
    "upload": "/desk/upload",
}
HEADS = ("directory", "lines", "line", "export")


def may_open(role: str, name: str) -> bool:
    if name in ("changes", "upload"):
        return role == "office"
    if name in ("rounds", "households", "household"):
        return role != "clerk"
    return role in ("office", "director") or name not in HEADS


def path_of(page: Page, name: str) -> str:
    if not PATHS[name].startswith("the"):
        return PATHS[name]
    if name in ("household", "building"):
        page.goto(PATHS[f"{name}s"])
        return page.locator(".scroll a, .cases a").first.get_attribute("href") or ""
    page.goto("/desk?view=all")
    with_time = page.locator(".cases a", has_text="屋顶").first
    number = (with_time.get_attribute("href") or "").rpartition("/")[2]
    return f"/desk/cases/{number}" if name == "case" else f"/desk/appointments/{number}"


@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("role", ROLES)
def test_nothing_runs_over_and_nobody_is_shut_out(at: Opens, role: str, size: dict[str, int]) -> None:
    page = at(role, size=size)
    for name in PATHS:
        if not may_open(role, name):
            continue
        page.goto(path_of(page, name))
        if name == "residents":
            page.get_by_label("姓名、电话").fill("怡安7-2-501")
            with page.expect_navigation():  # else the old page may be looked at while it goes
                page.get_by_role("button", name="查找").click()
        if size == TELEPHONE:
            assert page.locator(".top").evaluate("top => top.offsetHeight") < 110
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{role}-{size['width']}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{name} is {wide} wide"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_a_table_that_goes_on_beyond_the_edge_has_a_shadow_there(at: Opens) -> None:
    page = at("office", "/desk/directory/workers", TELEPHONE)
    inside = page.locator(".scroll").evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert inside[0] > inside[1]
    rows = page.locator(".scroll")
    corner = rows.bounding_box()
    assert corner
    edge = {"x": corner["x"] + corner["width"] - 4, "y": corner["y"], "width": 4, "height": 40}
    there = page.screenshot(clip=edge)  # type: ignore[arg-type]
    rows.evaluate("box => box.scrollLeft = box.scrollWidth")
    page.wait_for_timeout(200)
    assert page.screenshot(clip=edge) != there  # type: ignore[arg-type]
    assert rows.evaluate("box => getComputedStyle(box).backgroundImage") != "none"


def test_in_the_dark_and_in_english(at: Opens) -> None:
    page = at("office", color_scheme="dark")
    for name in ("inbox", "case", "calendar-week", "reports", "household", "building"):
        page.goto(path_of(page, name))
        assert Axe().run(page).violations_count == 0, name
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-dark.png", full_page=True)
    page.goto("/desk?view=all")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    for name in ("inbox", "case", "calendar-day", "reports", "rounds", "households", "building", "upload"):
        page.goto(path_of(page, name) if name != "case" else "/desk?view=all")
        said = page.locator("main").inner_text()
        assert Axe().run(page).violations_count == 0, name
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-english.png", full_page=True)
        assert said
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="用文件导入")).to_be_visible()


def test_without_a_session_one_is_told_how_to_sign_in(chromium: Browser, house: House) -> None:
    for size in (DESK, TELEPHONE):
        context = chromium.new_context(viewport=size, locale="zh-CN")
        page = context.new_page()
        page.goto(f"{house.url}/desk")
        expect(page.get_by_text("发「登录」")).to_be_visible()
        assert Axe().run(page).violations_count == 0
        page.goto(house.link("C01-W1"))
        assert Axe().run(page).violations_count == 0
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/in-{size['width']}.png")
        context.close()


def tabs_to(page: Page, there: str) -> None:
    for _press in range(60):
        if page.evaluate(there):
            return
        page.keyboard.press("Tab")
    raise AssertionError("it cannot be reached by the Tab key")


def test_by_keys_alone_from_the_inbox_to_a_word_to_the_resident(at: Opens) -> None:
    page = at("grid_manager")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tabs_to(page, "document.activeElement.closest('.cases') !== null")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="往来记录")).to_be_visible()
    tabs_to(page, "document.activeElement.id === 'words'")
    page.keyboard.type("我下午带梯子过去")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已发给居民")).to_be_visible()
    expect(page.locator(".thread").get_by_text("我下午带梯子过去")).to_be_visible()


def test_without_javascript_the_same_is_done(at: Opens) -> None:
    page = at("grid_manager", java_script_enabled=False)
    page.locator(".cases a").first.click()
    page.get_by_label("给居民带话").fill("人在路上")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已发给居民")).to_be_visible()
    page.get_by_role("link", name="改预约时间").click()
    page.get_by_label("改到").select_option(index=2)
    page.get_by_role("button", name="改时间并告诉居民").click()
    expect(page.get_by_text("已改时间")).to_be_visible()


def test_going_back_works_after_every_form(at: Opens) -> None:
    page = at("office", "/desk/residents")
    page.get_by_label("姓名、电话").fill("怡安7-2-501")
    page.get_by_role("button", name="查找").click()
    page.locator(".cases a").first.click()
    expect(page.get_by_text("联系渠道")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("姓名、电话")).to_have_value("怡安7-2-501")
    expect(page.locator(".cases a").first).to_be_visible()
    page.goto("/desk/notices/new")
    page.get_by_label("内容").fill("周六讲座。")
    page.get_by_label("是哪类通知").select_option(label="办事")
    page.get_by_label("范围").select_option(label="怡安社区")
    page.get_by_label("什么时候发").fill("每周一8点")
    page.get_by_role("button", name="发送").click()
    page.get_by_role("button", name="定下来").click()
    expect(page.get_by_text("定好了")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="发出前")).to_be_visible()
    page.get_by_role("button", name="定下来").click()
    expect(page.get_by_text("没有再发一遍")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    page.goto("/desk/directory/workers/line?key=C01-M12")
    page.get_by_label("姓名或名称").fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="工作人员").last.click()
    page.go_back()
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_case_that_comes_in_shows_by_itself(at: Opens, house: House) -> None:
    page = at("director", "/desk?view=all")
    expect(page.locator(".cases")).to_be_visible()
    house.says("+8613900000009", "楼道灯坏了", "怡安小区8号楼1单元101", "1")
    expect(page.get_by_text("楼道灯坏了")).to_be_visible(timeout=15_000)


def test_what_is_being_written_stays_while_the_thread_grows(at: Opens, house: House) -> None:
    page = at("grid_manager")
    page.locator(".cases a", has_text="屋顶").click()
    page.get_by_label("给居民带话").fill("还没写完")
    number = page.locator("h1").inner_text().split()[0]
    house.says("+8613900000001", f"{number} 窗户也漏")
    expect(page.locator(".thread").get_by_text("窗户也漏").last).to_be_visible(timeout=15_000)
    expect(page.get_by_label("给居民带话")).to_have_value("还没写完")


def test_what_is_being_written_stays_when_the_session_is_over(at: Opens) -> None:
    page = at("grid_manager")
    page.locator(".cases a", has_text="屋顶").click()
    page.get_by_label("给居民带话").fill("写了很久的话")
    page.context.clear_cookies()
    expect(page.get_by_text("离开前请先复制")).to_be_visible(timeout=15_000)
    expect(page.get_by_label("给居民带话")).to_have_value("写了很久的话")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_label("您写的内容")).to_have_value("写了很久的话")
    assert Axe().run(page).violations_count == 0


def test_an_appointment_is_dragged_to_a_free_time(at: Opens) -> None:
    page = at("grid_manager")
    page.locator(".cases a", has_text="屋顶").click()
    page.locator(".facts a", has_text="周").first.click()
    booked = page.locator("[data-move]").first
    free = page.locator("[data-slot]:not(:has([data-move]))").last
    wanted = free.locator("xpath=..").locator("th").inner_text()
    its_page = booked.get_attribute("data-move")
    booked.drag_to(free)
    expect(page.get_by_text("已改时间")).to_be_visible()
    moved = page.locator(f'[data-move="{its_page}"]')
    assert moved.locator("xpath=ancestor::tr").locator("th").inner_text() == wanted


@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_mistakes_in_an_upload_are_told_in_the_readers_language(at: Opens, size: dict[str, int]) -> None:
    page = at("office", "/desk/upload", size)
    wrong = {"name": "grids.csv", "mimeType": "text/csv", "buffer": b"code,community\nC01-G01,C99\n"}
    page.locator("input[type=file]").set_input_files(wrong)
    with page.expect_response("**/desk/upload") as answer:
        page.get_by_role("button", name="只检查").click()
    assert answer.value.status == 422
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("grids.csv 第1行 name 列:缺这一列")
    expect(alert).to_contain_text("services.csv:缺这个文件")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert Axe().run(page).violations_count == 0
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/mistakes-{size['width']}.png", full_page=True)


def test_what_is_taken_out_shows_how_far_it_is_and_is_saved(at: Opens) -> None:
    page = at("director", "/desk/export")
    bar = page.locator("[data-progress]")
    expect(bar).to_be_hidden()
    seen = page.evaluate_handle(
        """() => { const seen = []; const bar = document.querySelector("[data-progress]");
        new MutationObserver(() => seen.push([bar.hidden, bar.value])).observe(bar, { attributes: true });
        return seen; }"""
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="办件 CSV").click()
    assert download.value.suggested_filename == "cases.csv"
    assert "屋顶漏雨" in Path(download.value.path()).read_text()
    expect(bar).to_be_hidden()
    shown = seen.json_value()
    assert [False, 1] in shown  # all rows had come
    assert shown[-1][0]
