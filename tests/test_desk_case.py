"""A case at the console: its thread, a word to the resident, what one button does, where it can be sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from storage.audit_table import read_audits
from storage.district_table import save_district
from storage.migrate import migrate
from storage.photo_table import note_photo
from storage.store import Store
from storage.tables import cases, events, lessons
from tests.conftest import sample_district
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.keys import SECRETS
from tests.seats import Seat
from tests.town import Telephone, Town, copied

OFFICE, DIRECTOR, CLERK, MANAGER, DEPUTY = "OFFICE", "C01-D", "C01-W1", "C01-M12", "C01-M13"


@pytest.fixture
def town(template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble) -> Iterator[Town]:
    with Town(copied(template, tmp_path), "terminal", telegram, twilio) as made:
        yield made


@pytest.fixture
def resident(town: Town) -> Telephone:
    """She has a visit for her roof: today at 13:30."""
    telephone = town.telephone("李大爷", "+8613900000001")
    for words in ("我家屋顶漏雨了", "怡安小区7号楼2单元501", "1"):
        telephone.says(words)
        town.settle()
    telephone.shows()
    return telephone


def number(town: Town) -> str:
    with town.store.read() as connection:
        return str(connection.scalars(select(cases.c.number).order_by(cases.c.id.desc())).first())


def kept(town: Town, column: str) -> object:
    with town.store.read() as connection:
        return connection.scalars(select(cases.c[column]).order_by(cases.c.id.desc())).first()


def test_a_visit_from_the_inbox_to_settled(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, MANAGER), number(town)
    assert case in seat.get("/desk").text
    page = seat.get(f"/desk/cases/{case}").text
    assert "我家屋顶漏雨了" in page
    assert "怡安小区7号楼2单元501" in page
    assert "+86139****0001" in page  # telling, and too little to call
    assert "13900000001" not in page
    assert "已接单,已告诉居民" in seat.does(f"/desk/cases/{case}/deed", deed="accept")
    town.settle()
    assert "已接单" in resident.shows()[-1]
    assert "已发给居民" in seat.does(f"/desk/cases/{case}/say", words="我带梯子过去")
    town.settle()
    assert "我带梯子过去" in resident.shows()[-1]
    resident.says("好的,我在家")
    town.settle()
    page = seat.get(f"/desk/cases/{case}").text
    assert page.count("我带梯子过去") == 1  # the note and the message that carried it are one entry
    assert page.count("好的,我在家") == 1
    assert "已办完" in seat.does(f"/desk/cases/{case}/deed", deed="finish")
    town.settle()
    assert "办好" in resident.shows()[-1]
    resident.says("1")
    town.settle()
    assert kept(town, "status") == "settled"
    assert case not in seat.get("/desk").text
    assert case in seat.get("/desk?view=closed").text


def test_a_word_that_is_sent_twice_goes_once(town: Town, resident: Telephone) -> None:
    """By two presses, or by going back to the form; after an answer the same word is a new one."""
    seat, case = Seat(town, MANAGER), number(town)
    say = f"/desk/cases/{case}/say"
    assert "已发给居民" in seat.does(say, words="我在楼下")
    assert "没有再发一遍" in seat.does(say, words="我在楼下")
    town.settle()
    assert sum("我在楼下" in line for line in resident.shows()) == 1
    assert "已发给居民" in seat.does(say, words="我在门口")
    resident.says("马上")
    town.settle()
    assert "已发给居民" in seat.does(say, words="我在门口")
    part = {"to": "desk:utilities", "why": "请查水表", "part": "1"}
    for _press in range(2):
        seat.does(f"/desk/cases/{case}/route", **part)
    with town.store.read() as connection:
        assert len(list(connection.scalars(select(cases.c.number).where(cases.c.parent == case)))) == 1


def test_who_cannot_says_why_and_the_deputy_has_it(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, MANAGER), number(town)
    assert "请写明理由" in seat.does(f"/desk/cases/{case}/deed", deed="cannot")
    assert kept(town, "owner") == MANAGER
    assert "已转给下一位" in seat.does(f"/desk/cases/{case}/deed", deed="cannot", why="在外地学习")
    assert kept(town, "owner") == DEPUTY
    assert "在外地学习" in Seat(town, DEPUTY).get(f"/desk/cases/{case}").text


def test_what_was_done_goes_to_the_resident_in_words_and_with_a_photo(
    town: Town, resident: Telephone
) -> None:
    seat, case = Seat(town, MANAGER), number(town)
    path, jpeg = f"/desk/cases/{case}", b"\xff\xd8\xff and so on"
    form = {"csrf": seat.csrf, "deed": "finish", "words": "换了两片瓦"}
    no_photo = {"photo": ("a.exe", b"MZ", "image/jpeg")}
    answer = seat.send("POST", f"{path}/deed", data=form, files=no_photo)
    assert "只收照片" in seat.get(answer.headers["location"]).text
    assert kept(town, "status") != "done"
    answer = seat.send("POST", f"{path}/deed", data=form, files={"photo": ("a.jpg", jpeg, "image/jpeg")})
    page = seat.get(answer.headers["location"]).text
    assert "换了两片瓦" in page
    key = page.split(f'src="{path}/photos/')[1].split('"')[0]
    assert seat.get(f"{path}/photos/{key}").content == jpeg
    town.settle()
    assert "换了两片瓦" in resident.shows()[-1]
    assert 'value="cannot"' not in page
    assert 'value="finish"' not in page
    assert "现在不能这样办" in seat.does(f"{path}/deed", deed="cannot", why="去不了")


def test_a_visitor_says_at_the_console_too_that_she_sets_out_and_that_nobody_opened(
    town: Town, resident: Telephone
) -> None:
    seat, case = Seat(town, MANAGER), number(town)
    path = f"/desk/cases/{case}"
    assert 'value="no_entry"' not in seat.get(path).text
    assert 'value="on_way"' not in Seat(town, DIRECTOR).get(path).text
    assert "居民已知道您出发了" in seat.does(f"{path}/deed", deed="on_way")
    town.settle()
    assert "出发" in resident.shows()[-1]
    assert "没人开门,已记下" in seat.does(f"{path}/deed", deed="no_entry")
    town.settle()
    assert "没人开门" in resident.shows()[-1]
    assert (kept(town, "stage"), "现在不能这样办" in seat.does(f"{path}/deed", deed="on_way")) == (
        "missed",
        True,
    )


def test_only_its_owner_accepts_a_case(town: Town, resident: Telephone) -> None:
    case = number(town)
    assert "现在不能这样办" in Seat(town, CLERK).does(f"/desk/cases/{case}/deed", deed="accept")
    assert kept(town, "status") == "waiting"


def test_a_case_goes_to_a_window_a_worker_a_grid_with_a_reason(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, CLERK), number(town)
    path = f"/desk/cases/{case}/route"
    assert "请写明理由" in seat.does(path, to="desk:utilities")
    assert kept(town, "owner") == MANAGER
    assert "已转过去" in seat.does(path, to=f"worker:{DEPUTY}", why="胡文博手上太多")
    assert kept(town, "owner") == DEPUTY
    assert kept(town, "bounces") == 1
    with town.store.write() as connection:
        connection.execute(
            update(cases).values(bounces=0)
        )  # the second time it would be the office's to decide
    assert "已转过去" in seat.does(path, to="grid:C01-G20", why="地址记错了")
    assert (kept(town, "grid"), kept(town, "owner")) == ("C01-G20", "C01-M20")
    town.settle()
    page = seat.get(f"/desk/cases/{case}").text
    assert "胡文博手上太多" in page
    assert "地址记错了" in page
    assert "由区一办" not in page


def test_words_at_the_wrong_desk_teach_the_router_by_one_tap(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, DIRECTOR), number(town)
    assert "已转过去" in seat.does(f"/desk/cases/{case}/route", to="desk:social_org", why="是水管")
    assert (kept(town, "window"), taught(town)) == ("civilisation", [])
    page = seat.get("/desk/misroutes").text
    assert case in page
    assert "漏雨" in page
    assert "怡安小区7号楼" not in page, "the words alone are shown, as they would be learnt"
    assert "social_org" not in page
    assert "下次学习后生效" in seat.does(f"/desk/cases/{case}/lesson")
    assert taught(town) == [("social_org", "repair", DIRECTOR)]
    assert "没有可学的" in seat.does(f"/desk/cases/{case}/lesson")
    assert len(taught(town)) == 1
    assert f'action="/desk/cases/{case}/lesson"' not in seat.get("/desk/misroutes").text
    assert "记成例句" in seat.get(f"/desk/cases/{case}").text
    with town.store.read() as connection:
        assert "misroutes" in {audit.what for audit in read_audits(connection, by=DIRECTOR)}


def test_what_was_given_to_a_colleague_was_not_read_wrongly(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, CLERK), number(town)
    assert "已转过去" in seat.does(f"/desk/cases/{case}/route", to=f"worker:{DEPUTY}", why="手上太多")
    assert case not in seat.get("/desk/misroutes").text
    assert "没有可学的" in seat.does(f"/desk/cases/{case}/lesson")


def test_what_a_resident_has_put_right_is_an_example_when_the_office_says_so(town: Town) -> None:
    resident = town.telephone("王大妈", "+8613900000004")
    for words in ("路面有个大坑,怡安小区7号楼2单元501", "不是这类事", "4"):
        resident.says(words)
        town.settle()
    [(route, was, by)] = taught(town)
    assert (route, was, by) == ("public_security", "repair", "resident")
    with town.store.read() as connection:
        key = connection.scalars(select(lessons.c.id)).one()
    for code in (DIRECTOR, CLERK, MANAGER):
        assert "大坑" not in Seat(town, code).get("/desk/misroutes").text, (
            "it has no place: it is nobody's but the office's"
        )
        assert Seat(town, code).post(f"/desk/lessons/{key}").status_code == 404
    office = Seat(town, OFFICE)
    assert "大坑" in office.get("/desk/misroutes").text
    assert "下次学习后生效" in office.does(f"/desk/lessons/{key}")
    assert taught(town) == [("public_security", "repair", OFFICE)]
    assert "大坑" not in office.get("/desk/misroutes").text
    assert "没有可学的" in office.does(f"/desk/lessons/{key}")


def taught(town: Town) -> list[tuple[str, str, str]]:
    with town.store.read() as connection:
        return [(row.route, row.was, row.by) for row in connection.execute(select(lessons))]


def test_after_two_bounces_the_office_decides(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, CLERK), number(town)
    with town.store.write() as connection:
        connection.execute(update(cases).values(bounces=1))
    assert "区一办裁定" in seat.does(f"/desk/cases/{case}/route", to=f"worker:{DEPUTY}", why="还是不对")
    assert kept(town, "owner") == OFFICE
    assert "已转过去" in Seat(town, OFFICE).does(
        f"/desk/cases/{case}/route", to=f"worker:{DEPUTY}", why="就这么定"
    )
    assert kept(town, "owner") == DEPUTY


def test_a_quick_reply_is_in_the_residents_language(town: Town) -> None:
    telephone = town.telephone("Ann", "+8613900000003")
    for words in ("There is a leak in my roof", "怡安小区7号楼2单元501", "1"):
        telephone.says(words)
        town.settle()
    seat = Seat(town, MANAGER)
    assert "请发一张照片" in seat.get(f"/desk/cases/{number(town)}").text
    seat.does(f"/desk/cases/{number(town)}/say", quick="1")
    town.settle()
    assert "Please send us a photo of it." in telephone.shows()[-1]


def test_a_word_goes_to_all_who_joined_only_where_the_box_says_so(town: Town, resident: Telephone) -> None:
    neighbour = town.telephone("王大妈", "+8613900000004")
    for words in ("屋顶漏水,怡安7-1-602", "1"):
        neighbour.says(words)
        town.settle()
    seat, case = Seat(town, MANAGER), number(town)
    assert "也告诉另外1户" in seat.get(f"/desk/cases/{case}").text
    for telephone in (resident, neighbour):
        telephone.shows()
    seat.does(f"/desk/cases/{case}/say", words="钥匙放物业了")
    town.settle()
    assert ["钥匙" in text for text in resident.shows()[-1:]] == [True]
    assert not any("钥匙" in text for text in neighbour.shows())
    seat.does(f"/desk/cases/{case}/say", words="明天换防水", all="1")
    town.settle()
    heard = [sum("换防水" in text for text in phone.shows()) for phone in (resident, neighbour)]
    assert heard == [1, 1]
    assert "同样的话也告诉了" in seat.get(f"/desk/cases/{case}").text


def test_two_at_once_and_the_second_is_told(town: Town, resident: Telephone) -> None:
    """The page was shown before somebody else changed the case: nothing is done twice."""
    seat, case = Seat(town, MANAGER), number(town)
    seat.does(f"/desk/cases/{case}/deed", deed="finish")
    town.settle()
    before = len(resident.shows())
    assert "现在不能这样办" in seat.does(f"/desk/cases/{case}/deed", deed="finish")
    town.settle()
    assert before
    assert resident.shows() == []


def test_each_look_at_a_case_is_written_down(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, CLERK), number(town)
    seat.get(f"/desk/cases/{case}")
    seat.get(f"/desk/cases/{case}/news")  # tells nothing of anybody
    seat.get("/desk?view=all")
    with town.store.read() as connection:
        looked = [(audit.what, audit.detail) for audit in read_audits(connection, by=CLERK)]
    assert looked == [("list", case), ("case", case), ("sign in", "")]


def test_the_list_says_when_it_has_changed(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, MANAGER), number(town)
    before = seat.get("/desk/news?view=mine").json()
    assert seat.get("/desk/news?view=mine").json() == before
    seat.does(f"/desk/cases/{case}/deed", deed="accept")
    assert seat.get("/desk/news?view=mine").json() != before


def test_pages_of_a_list_go_on_by_key(town: Town, resident: Telephone) -> None:
    """Ninety cases: each is on exactly one page."""
    with town.store.write() as connection:
        row = dict(connection.execute(select(cases)).mappings().one())
        for n in range(89):
            late = {"due": town.clock.at - timedelta(hours=1)} if n < 5 else {}
            connection.execute(cases.insert().values(row | {"id": f"{n:032x}", "number": f"A2B{n}"} | late))
    seat, shown, path = Seat(town, MANAGER), list[str](), "/desk?view=mine"
    while path:
        page = seat.get(path).text
        shown += [line.split('"')[0] for line in page.split('<a href="/desk/cases/')[1:]]
        path = page.split('href="/desk?view=mine&amp;before=')[1].split('"')[0] if "下一页" in page else ""
        path = path and f"/desk?view=mine&before={path}"
    assert len(shown) == len(set(shown)) == 90
    assert "超时" in seat.get("/desk?view=overdue").text
    assert '<span class="count">5</span>' in seat.get("/desk").text


def test_a_photo_of_the_case_is_shown_and_no_other(town: Town, resident: Telephone) -> None:
    seat, case, jpeg = Seat(town, MANAGER), number(town), b"\xff\xd8\xff and so on"
    with town.store.write() as connection:
        for key in ("a" * 32, "b" * 32):
            note_photo(connection, key, "browser", "x", town.clock.machine(), "image/jpeg", jpeg)
        connection.execute(update(events).values(photos="a" * 32))
    assert f'src="/desk/cases/{case}/photos/{"a" * 32}"' in seat.get(f"/desk/cases/{case}").text
    shown = seat.get(f"/desk/cases/{case}/photos/{'a' * 32}")
    assert (shown.content, shown.headers["content-type"]) == (jpeg, "image/jpeg")
    assert seat.get(f"/desk/cases/{case}/photos/{'b' * 32}").status_code == 404
    with town.store.read() as connection:
        assert "photo" in [audit.what for audit in read_audits(connection, by=MANAGER)]


@pytest.mark.parametrize(
    "path",
    [
        "/desk/cases/%00",
        "/desk?view=%00",
        "/desk?view=all&before=%00",
        "/desk/residents/%0A",
        "/desk/reports?by=%00",
    ],
)
def test_signs_that_no_database_takes_are_in_no_address(town: Town, path: str) -> None:
    assert Seat(town, OFFICE).get(path).status_code == 404


def test_words_are_sent_without_signs_that_nobody_takes(town: Town, resident: Telephone) -> None:
    seat, case = Seat(town, MANAGER), number(town)
    seat.does(f"/desk/cases/{case}/say", words="\x00我带\u202e梯子\x1b过去")
    town.settle()
    assert "我带梯子过去" in resident.shows()[-1]


def test_a_longer_list_asks_the_database_no_more_often(town: Town, resident: Telephone) -> None:
    seat, asked = Seat(town, CLERK), list[str]()
    event.listen(town.store.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    def statements(path: str) -> int:
        asked.clear()
        assert seat.get(path).status_code == 200
        return len(asked)

    paths = ("/desk?view=all", "/desk/people", "/desk/calendar?view=week", "/desk/residents")
    few = [statements(path) for path in paths]
    with town.store.write() as connection:
        row = dict(connection.execute(select(cases)).mappings().one())
        for n in range(40):
            connection.execute(cases.insert().values(row | {"id": f"{n:032x}", "number": f"A2B{n}"}))
    assert [statements(path) for path in paths] == few


def test_the_same_on_postgresql(
    postgres_database: str, telegram: TelegramDouble, twilio: TwilioDouble
) -> None:
    """Every page, a word, a deed, a way to another window."""
    store = Store(postgres_database, SECRETS)
    migrate(store)
    with store.write() as connection:
        save_district(connection, sample_district())
    store.close()
    with Town(postgres_database, "terminal", telegram, twilio) as town:
        telephone = town.telephone("李大爷", "+8613900000001")
        for words in ("我家屋顶漏雨了", "怡安小区7号楼2单元501", "1"):
            telephone.says(words)
            town.settle()
        case, seat = number(town), Seat(town, OFFICE)
        for path in (
            *(f"/desk?view={view}" for view in ("mine", "overdue", "unassigned", "waiting", "all", "closed")),
            *(f"/desk/reports?by={by}" for by in ("week", "window", "grid", "community")),
            *(f"/desk/export/{name}" for name in ("cases.csv", "events.csv", "residents.xlsx", "audits.csv")),
            *("/desk/news?view=all", f"/desk/cases/{case}", f"/desk/cases/{case}/news"),
            *("/desk/calendar", "/desk/calendar?view=week", f"/desk/appointments/{case}"),
            *(
                "/desk/people",
                "/desk/residents",
                "/desk/directory/workers",
                "/desk/changes",
                "/desk/sessions",
            ),
        ):
            assert seat.get(path).status_code == 200, path
        for words in ("怡安7-2-501", "13900000001"):
            assert "+86139****0001" in seat.does("/desk/residents", words=words)
        manager = Seat(town, MANAGER)
        assert "已接单,已告诉居民" in manager.does(f"/desk/cases/{case}/deed", deed="accept")
        assert "已发给居民" in manager.does(f"/desk/cases/{case}/say", words="我带梯子过去")
        assert "已转过去" in seat.does(f"/desk/cases/{case}/route", to="desk:utilities", why="是水管")
        town.settle()
        assert kept(town, "window") == "utilities"
