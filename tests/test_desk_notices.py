"""Notices at the console: who sees and does what, written with a live count, tried out, approved, held, planned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.audience import Audience, Notice
from handlers.desk.uploads import CHANNEL
from storage.audit_table import read_audits
from storage.notice_table import read_lists, read_notices
from storage.tables import photos
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.seats import Seat
from tests.town import Telephone, Town, copied

OFFICE, DIRECTOR, CLERK, MANAGER = "OFFICE", "C01-D", "C01-W1", "C01-M12"
WATER = {"text": "明天9点停水。", "kind": "outages", "where": "all"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def town(template: Path, tmp_path: Path, telegram: TelegramDouble, twilio: TwilioDouble) -> Iterator[Town]:
    telegram.clear()
    twilio.clear()
    with Town(copied(template, tmp_path), "sms", telegram, twilio) as made:
        yield made


@pytest.fixture
def wang(town: Town) -> Telephone:
    telephone = town.telephone("小王", "+8613900000001")
    telephone.says("怡安小区7号楼2单元501")
    town.settle()
    telephone.shows()
    return telephone


def notices(town: Town) -> list[Notice]:
    with town.store.read() as connection:
        return read_notices(connection)


def ticks(town: Town) -> None:
    town.hotline.work.tick()
    town.settle()


def test_written_counted_tried_out_sent_and_stopped(town: Town, wang: Telephone) -> None:
    clerk, seat = town.worker(CLERK), Seat(town, CLERK)
    assert "/desk/notices/new" in seat.get("/desk/notices").text
    page = seat.post("/desk/notices/new", do="count", **WATER).text
    assert "发给1人:短信 1。短信1条。" in page
    assert "明天9点停水。\n——怡安社区。不想收这类,回「不要停水停电通知」。" in page
    page = seat.post("/desk/notices/new", do="test", **WATER).text
    assert "只发给了您" in page
    town.settle()
    assert clerk.shows()[-1].startswith("明天9点停水。")
    assert (wang.shows(), notices(town)) == ([], [])
    assert "开始发了" in seat.does("/desk/notices/new", do="go", **WATER)
    ticks(town)
    assert wang.shows()[-1].startswith("明天9点停水。")
    [notice] = notices(town)
    page = seat.get(f"/desk/notices/{notice.number}").text
    assert 'max="1" value="1"' in page
    assert "已停止" in seat.does(f"/desk/notices/{notice.number}/deed", deed="stop")
    assert notices(town)[0].state == "stopped"
    assert "不能这样操作" in seat.does(f"/desk/notices/{notice.number}/deed", deed="resume")
    assert notice.number in seat.get("/desk/notices").text


def test_what_has_to_be_put_right_is_said_beside_it_and_nothing_written_is_lost(
    town: Town, wang: Telephone
) -> None:
    seat = Seat(town, CLERK)
    for wrong, said in (
        ({"text": ""}, "1到1000字"),
        ({"kind": "spam"}, "请选是哪类"),
        ({"kind": ""}, "请选是哪类"),
        ({"where": ""}, "请选发送范围"),
        ({"building": "月球小区"}, "您管的范围里没有这个"),
        ({"building": "山水小区"}, "您管的范围里没有这个"),
        ({"when": "昨天"}, "看不出将来的时间"),
        ({"urgent": "1"}, "请写明原因"),
    ):
        page = seat.post("/desk/notices/new", do="send", **(WATER | {"text_en": "No water"} | wrong))
        assert page.status_code == 200
        assert said in page.text
        assert 'aria-invalid="true"' in page.text
        assert "No water" in page.text
    assert notices(town) == []


@pytest.mark.parametrize(
    ("code", "where", "audience"),
    [
        (MANAGER, "all", Audience(grids=("C01-G12",))),
        (MANAGER, "grid:C01-G12", Audience(grids=("C01-G12",))),
        (CLERK, "all", Audience(communities=("C01",))),
        (DIRECTOR, "grid:C01-G12", Audience(grids=("C01-G12",))),
        (OFFICE, "all", Audience()),
        (OFFICE, "community:C01", Audience(communities=("C01",))),
    ],
)
def test_it_goes_to_the_place_that_was_chosen(
    town: Town, wang: Telephone, code: str, where: str, audience: Audience
) -> None:
    Seat(town, code).does("/desk/notices/new", do="go", **(WATER | {"where": where}))
    assert [notice.audience for notice in notices(town)] == [audience]


@pytest.mark.parametrize(
    ("code", "where"), [(MANAGER, "grid:C01-G13"), (MANAGER, "community:C01"), (DIRECTOR, "community:C02")]
)
def test_a_place_she_does_not_serve_is_not_to_be_had(
    town: Town, wang: Telephone, code: str, where: str
) -> None:
    for do in ("send", "go"):
        page = Seat(town, code).post("/desk/notices/new", do=do, **(WATER | {"where": where})).text
        assert "请选发送范围" in page
    assert notices(town) == []


def test_nothing_is_chosen_beforehand(town: Town) -> None:
    page = Seat(town, OFFICE).get("/desk/notices/new").text
    assert re.findall(r"<option[^>]* selected", page) == []
    assert re.findall(r'<select id="(\w+)"[^>]*><option value="">请选择', page) == ["kind", "where"]


def test_one_press_shows_it_as_it_arrives_and_the_next_one_sends_it(town: Town, wang: Telephone) -> None:
    seat = Seat(town, OFFICE)
    page = seat.post("/desk/notices/new", do="send", **(WATER | {"where": "community:C01"}))
    assert notices(town) == []
    assert "明天9点停水。\n——怡安社区。不想收这类,回「不要停水停电通知」。" in page.text
    assert "发给1人:短信 1。短信1条。" in page.text
    assert "停水停电停气" in page.text
    assert "确定,发给1人" in page.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    changed = seat.send("POST", "/desk/notices/new", data=hidden | {"do": "count"}).text
    assert "明天9点停水。</textarea>" in changed
    assert '<option value="outages" selected>' in changed
    for said in ("开始发了", "没有再发一遍"):  # the second one is the same form, sent twice
        answer = seat.send("POST", "/desk/notices/new", data=hidden | {"do": "go"})
        assert said in seat.get(answer.headers["location"]).text
    assert [notice.audience for notice in notices(town)] == [Audience(communities=("C01",))]
    ticks(town)
    assert len(wang.shows()) == 1


def test_what_nobody_would_get_is_not_shown_to_be_sent(town: Town) -> None:
    page = Seat(town, OFFICE).post("/desk/notices/new", do="send", **WATER).text
    assert "现在那里没人会收到" in page
    assert 'value="go"' not in page


def test_another_community_neither_finds_it_nor_does_anything_with_it(town: Town, wang: Telephone) -> None:
    Seat(town, CLERK).does("/desk/notices/new", do="go", **WATER)
    [notice] = notices(town)
    for code in ("C02-D", "C02-W1", "C01-W2", MANAGER):
        stranger = Seat(town, code)
        assert notice.number not in stranger.get("/desk/notices").text
        for path in ("", "/news", "/photo"):
            assert stranger.get(f"/desk/notices/{notice.number}{path}").status_code == 404
        assert stranger.post(f"/desk/notices/{notice.number}/deed", deed="stop").status_code == 404
    for code in (DIRECTOR, OFFICE):
        assert Seat(town, code).get(f"/desk/notices/{notice.number}").status_code == 200
    assert notices(town)[0].state == "sending"


@pytest.mark.parametrize(
    "path", ["/desk/notices", "/desk/notices/news", "/desk/notices/new", "/desk/notices/T8F3"]
)
def test_without_a_session_there_is_nothing(town: Town, path: str) -> None:
    assert Seat(town).get(path).status_code == 401


@pytest.mark.parametrize("path", ["/desk/notices/new", "/desk/notices/{number}/deed"])
def test_a_form_without_its_token_changes_nothing(town: Town, wang: Telephone, path: str) -> None:
    seat = Seat(town, CLERK)
    seat.does("/desk/notices/new", do="go", **WATER)
    path = path.format(number=notices(town)[0].number)
    answer = seat.send("POST", path, data=WATER | {"do": "send", "deed": "stop"})
    assert answer.status_code == 403
    answer = seat.send(
        "POST",
        path,
        data=WATER | {"csrf": seat.csrf, "deed": "stop"},
        headers={"origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert [notice.state for notice in notices(town)] == ["sending"]


def test_what_is_urgent_waits_for_the_director_who_reads_why(town: Town, wang: Telephone) -> None:
    director, seat = town.worker(DIRECTOR), Seat(town, CLERK)
    urgent = WATER | {"urgent": "1", "why": "大风红色预警", "kind": "safety"}
    assert "等另一个人审批" in seat.does("/desk/notices/new", do="go", **urgent)
    town.settle()
    [notice] = notices(town)
    assert notice.number in director.shows()[-1]
    path = f"/desk/notices/{notice.number}"
    assert 'value="approve"' not in seat.get(path).text
    assert "要由别人来办" in seat.does(f"{path}/deed", deed="approve")
    page = Seat(town, DIRECTOR).get(path).text
    assert "大风红色预警" in page
    assert "请写明理由" in Seat(town, DIRECTOR).does(f"{path}/deed", deed="refuse")
    assert "同意了" in Seat(town, DIRECTOR).does(f"{path}/deed", deed="approve")
    ticks(town)
    assert wang.shows()[-1].startswith("【紧急】")
    with town.store.read() as connection:
        done = {(audit.by, audit.what, audit.detail) for audit in read_audits(connection)}
    assert {(CLERK, "urgent notice", notice.number), (DIRECTOR, "notice approve", notice.number)} <= done


def test_planned_ones_are_shown_and_called_off(town: Town, wang: Telephone) -> None:
    seat = Seat(town, CLERK)
    assert "定好了" in seat.does("/desk/notices/new", do="go", **(WATER | {"when": "每周一8点"}))
    [notice] = notices(town)
    assert "11月30日周一8:00起,每周" in seat.get("/desk/notices").text
    page = seat.get(f"/desk/notices/{notice.number}").text
    assert "取消" in page
    assert "<progress" not in page
    seat.does(f"/desk/notices/{notice.number}/deed", deed="stop")
    assert notices(town)[0].state == "stopped"


def test_an_audience_is_kept_as_a_list_and_used_again(town: Town, wang: Telephone) -> None:
    seat = Seat(town, DIRECTOR)
    page = seat.post(
        "/desk/notices/new", do="save", name="十二网格", **(WATER | {"where": "grid:C01-G12"})
    ).text
    assert "存成名单:十二网格" in page
    assert 'value="list:十二网格"' in Seat(town, CLERK).get("/desk/notices/new").text
    assert "十二网格" not in Seat(town, "C02-D").get("/desk/notices/new").text
    assert (
        "别人用了" in Seat(town, "C02-D").post("/desk/notices/new", do="save", name="十二网格", **WATER).text
    )
    with town.store.read() as connection:
        assert read_lists(connection) == {"十二网格": Audience(grids=("C01-G12",))}
    seat.does("/desk/notices/new", do="go", **(WATER | {"where": "list:十二网格"}))
    assert notices(town)[0].audience == Audience(grids=("C01-G12",))


def test_staff_and_those_who_wait_are_chosen_by_what_they_are(town: Town, wang: Telephone) -> None:
    service = next(iter(town.district.services))
    page = (
        Seat(town, CLERK)
        .post("/desk/notices/new", do="count", **(WATER | {"who": f"service:{service}"}))
        .text
    )
    assert "现在那里没人会收到" in page
    page = Seat(town, DIRECTOR).post("/desk/notices/new", do="count", **(WATER | {"who": "role:clerk"})).text
    assert "发给7人:短信 7" in page
    page = Seat(town, MANAGER).post("/desk/notices/new", do="send", **(WATER | {"who": "role:clerk"})).text
    assert "您管的范围里没有这个" in page
    assert notices(town) == []


def test_a_photo_stays_with_the_form_and_only_its_senders(town: Town, wang: Telephone) -> None:
    seat, other = Seat(town, CLERK), Seat(town, DIRECTOR)
    form = {"csrf": seat.csrf, "do": "count"} | WATER
    page = seat.send(
        "POST", "/desk/notices/new", data=form, files={"photo": ("a.png", PNG, "image/png")}
    ).text
    found = re.search(r'name="kept_photo" value="(\w+)"', page)
    assert found
    key = found[1]
    assert seat.get(f"/desk/notices/new/photos/{key}").content == PNG
    assert other.get(f"/desk/notices/new/photos/{key}").status_code == 404
    assert f'value="{key}"' not in other.post("/desk/notices/new", do="count", kept_photo=key, **WATER).text
    seat.does("/desk/notices/new", do="go", kept_photo=key, **WATER)
    [notice] = notices(town)
    assert notice.photo == key
    assert other.get(f"/desk/notices/{notice.number}/photo").content == PNG
    with town.store.read() as connection:
        assert list(connection.execute(select(photos.c.channel, photos.c.ref))) == [(CHANNEL, CLERK)]
    form["csrf"] = seat.csrf
    page = seat.send(
        "POST", "/desk/notices/new", data=form, files={"photo": ("a.exe", b"MZ", "image/png")}
    ).text
    assert "只收照片" in page


def test_the_page_asks_whether_there_is_news(town: Town, wang: Telephone) -> None:
    seat = Seat(town, CLERK)
    seat.does("/desk/notices/new", do="go", **WATER)
    [notice] = notices(town)
    paths = ("/desk/notices/news", f"/desk/notices/{notice.number}/news")
    before = [seat.get(path).json() for path in paths]
    assert before == [seat.get(path).json() for path in paths]
    ticks(town)
    assert all(seat.get(path).json() != known for path, known in zip(paths, before, strict=True))


def test_it_speaks_english_too(town: Town, wang: Telephone) -> None:
    seat = Seat(town, CLERK)
    seat.post("/desk/language", language="en")
    page = seat.post("/desk/notices/new", do="count", **WATER).text
    assert "Goes to 1: SMS 1." in page
    assert "Write a notice" in page
