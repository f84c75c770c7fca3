"""What the people of the benchmarks write, and how they see that the talk goes as it should.

    我家屋顶漏雨了 → 怡安小区7号楼2单元501 → 4 → 1 → 2

Needs, houses and doors differ from talk to talk, so that nothing can be answered from a cache of one text, and the
whole district writes, so that no calendar fills up.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import product

from tests.outside import SAMPLE

#: A word of each reply; a reply without it has left the way, and its talk is counted as strayed.
EXPECTED = ("哪栋楼", "什么时间", "哪一天", "几点", "约好了")
OTHER = "其他时间"

_GREETINGS = ("", "你好,", "麻烦一下,", "打扰了,")
_PLACES = ("我家", "家里", "我家阳台", "我家厨房", "我家卫生间", "我们家卧室")
_TROUBLES = (
    "屋顶漏雨了", "屋顶漏水了", "屋顶往下滴水", "楼顶漏雨了", "房顶漏雨", "房檐漏雨", "天花板漏水了", "水管漏水了",
    "下水道堵了", "马桶堵了", "墙皮掉了", "楼板漏水", "墙裂缝了", "窗户坏了",
)  # fmt: skip
_ENDINGS = ("", ",来看看吧", ",麻烦修一下")

NEEDS = tuple("".join(parts) for parts in product(_GREETINGS, _PLACES, _TROUBLES, _ENDINGS))


def houses() -> list[str]:
    """Every building of the sample district as a resident writes it, in the order of the file."""
    with (SAMPLE / "buildings.csv").open(encoding="utf-8") as file:
        return [row["estate"] + row["building"] for row in csv.DictReader(file)]


def talks(seed: int) -> Iterator[tuple[str, str]]:
    """A need and an address for one talk after another, without end, the same for the same seed."""
    chance = random.Random(seed)
    needs, streets = list(NEEDS), houses()
    chance.shuffle(needs)
    chance.shuffle(streets)
    number = 0
    while True:
        flat = f"{chance.randint(1, 6)}单元{chance.randint(1, 6)}0{chance.randint(1, 4)}"
        yield needs[number % len(needs)], streets[number % len(streets)] + flat
        number += 1


def question(text: str) -> int | None:
    """Which question of the talk a reply puts; the last is none but the word that all is booked."""
    return next((step for step, word in enumerate(EXPECTED) if word in text), None)


def digit(step: int, labels: list[str], chance: random.Random) -> str:
    """The answer to the reply of this step: another time, then one of the days but today, then one of the times."""
    if step == 1:
        return str(labels.index(OTHER) + 1) if OTHER in labels else "4"
    return str(chance.randint(2 if step == 2 and len(labels) > 1 else 1, max(len(labels), 1)))
