"""Services by name, windows by their words, and what is for the grid."""

from __future__ import annotations

import pytest

from flows.district import WINDOWS, District, Service
from flows.understanding.phrases import Phrases
from flows.understanding.what import Catalogue, is_repair, services_in, windows_in, wishes_in
from flows.understanding.windows import WORDS

SERVICES = (
    Service(
        "SS01",
        "social_security",
        "退休证年审",
        ("养老金认证", "刷脸认证"),
        name_en="Annual review of the pension card",
    ),
    Service("SS18", "social_security", "社会保障卡申领补换", ("社保卡", "社保卡丢了")),
    Service("SS19", "social_security", "社保卡激活", ("社保卡密码",)),
    Service("CA01", "civil_affairs", "最低生活保障申请", ("低保申请", "办低保")),
    Service("CA09", "civil_affairs", "残疾人证申领", ("残疾证",), name_en="Disability card"),
    Service("GE20", "general", "复印打印代办", ("复印",)),
    Service("UT01", "utilities", "水费代缴", ("水费", "交水费"), name_en="Paying the water bill"),
)
CATALOGUE = Catalogue(District(services={service.code: service for service in SERVICES}))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("退休证年审", "SS01"),
        ("我想办一下退休证的年审", "SS01"),
        ("年审退休证怎么弄", "SS01"),
        ("请问养老金认证在哪办理", "SS01"),
        ("社保卡丢了咋整", "SS18"),
        ("社保卡怎么激活", "SS19"),
        ("社保卡激活", "SS19"),
        ("怎么申请低保", "CA01"),
        ("低保要什么材料", "CA01"),
        ("帮我交一下水费", "UT01"),
        ("水费在哪交", "UT01"),
        ("how do I renew my disability card", "CA09"),
        ("where can I pay the water bill", "UT01"),
        ("Annual review of pension card", "SS01"),
        ("殘疾證", "CA09"),
    ],
)
def test_the_service_is_found(text: str, code: str) -> None:
    assert [match.code for match in CATALOGUE.services_in(text)][:1] == [code]


def test_every_name_finds_its_own_service_surely() -> None:
    for service in SERVICES:
        for name in (service.name, service.name_en, *service.aliases):
            if name:
                first = services_in(name, CATALOGUE)[0]
                assert first.code == service.code
                assert first.score >= 0.8
                assert first.words


@pytest.mark.parametrize(
    "text", ["", "你好", "今天天气不错", "屋顶漏雨", "怡安小区7号楼2单元501", "thank you"]
)
def test_no_service_is_meant(text: str) -> None:
    assert CATALOGUE.services_in(text) == []


def test_scores_are_shares_and_sorted() -> None:
    found = CATALOGUE.services_in("社保卡丢了,顺便复印一下,再交水费")
    assert {match.code for match in found} >= {"SS18", "GE20", "UT01"}
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("退休金这个月咋没开", "social_security"),
        ("孤寡老人有没有救助", "civil_affairs"),
        ("生二胎要办什么", "population_family"),
        ("被骗钱了找谁", "public_security"),
        ("想当志愿者", "civilisation"),
        ("自来水水压太低", "utilities"),
        ("幼儿园入学", "general"),
        ("unemployment insurance", "social_security"),
        ("gas bill", "utilities"),
    ],
)
def test_a_window_by_its_words(text: str, window: str) -> None:
    assert windows_in(text)[0][0] == window


def test_windows_are_shares_of_one() -> None:
    assert set(WORDS) == set(WINDOWS)
    found = windows_in("残疾人医保报销")
    assert sum(share for _, share in found) == pytest.approx(1, abs=0.01)
    assert windows_in("你好") == []


REPAIRS = (
    "屋顶漏雨|来我家修屋顶|通下水|换个灯泡|我家房盖漏了|棚顶渗水|水管漏水|暖气片漏水|暖气管爆了|下水道堵了|马葫芦盖丢了|马桶往上返水"
    "|单元门坏了|楼道灯不亮|声控灯憋了|墙皮脱落|外墙瓷砖掉了"
    "|井盖没了|楼梯扶手松了|电梯坏了|对讲不好使|停电了就我们楼|家里没水了|路面塌了个坑"
    "|窗户玻璃裂了|谁来修一下门锁|阳台滴水"
    "|my roof leaks|the pipe is leaking|drain blocked|the light in the hallway is out"
    "|the lift is broken|no water"
    "|the front door is broken|manhole cover missing"
)
NUISANCES = (
    "垃圾没人收|楼道堆满杂物|院里太埋汰了|楼上半夜蹦跶闹人|"
    "楼上吵|楼上又吵到十二点|隔壁开派对|neighbours partying all night"
    "|广场舞太吵|门口雪没人扫|道上结冰溜滑"
    "|烧烤摊油烟大|有人占道摆摊|私搭乱建|电动车进楼充电"
    "|狗屎没人管|小广告贴满了|流浪狗太多|下雨院里积水|树枝挡窗户该修剪了|rubbish everywhere"
    "|too noisy at night|snow not cleared"
    "|the street light is off|stray dogs"
)
NEITHER = (
    "水费怎么交|社保卡坏了换一张|退休证年审|低保怎么申请|你好|明天下午三点|怡安小区7号楼"
    "|想当志愿者|结婚登记|电费单在哪看|打疫苗|pay the water bill"
    "|good morning"
)


@pytest.mark.parametrize("text", REPAIRS.split("|"))
def test_what_is_broken(text: str) -> None:
    assert is_repair(text)
    assert wishes_in(text) == "grid"


@pytest.mark.parametrize("text", NUISANCES.split("|"))
def test_what_the_grid_manager_looks_at(text: str) -> None:
    assert wishes_in(text) == "grid"


@pytest.mark.parametrize("text", NEITHER.split("|"))
def test_what_is_not_for_the_grid(text: str) -> None:
    assert wishes_in(text) is None


@pytest.mark.parametrize(
    "text", ["想找个保姆", "老人送餐", "谁能上门理发", "need a babysitter", "陪老人看病"]
)
def test_what_a_helping_organisation_does(text: str) -> None:
    assert wishes_in(text) == "social_org"


def test_the_longest_phrase_wins_and_words_stay_whole() -> None:
    phrases = Phrases([("社保", 1), ("社保卡", 2), ("gas", 3), ("社保卡", 4)])
    assert [hit.found for hit in phrases.find("社保卡和社保")] == [(2, 4), (1,)]
    assert phrases.find("gasoline vegas") == []
    assert "社保" in phrases
