"""The sound of a name, for those who type by it."""

from __future__ import annotations

import pytest

from flows.understanding.pinyin import pinyin


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("怡安小区", "yianxiaoqu"),
        ("遗安小区", "yianxiaoqu"),
        ("颐景花园", "yijinghuayuan"),
        ("长安", "changan"),
        ("阿座", "azuo"),
        ("女绿", "nvlv"),
        ("瑞麟新村", "ruilinxincun"),
    ],
)
def test_a_name_has_a_sound(name: str, sound: str) -> None:
    assert pinyin(name) == sound


@pytest.mark.parametrize("name", ["", "7号楼", "yian", "怡安2", "㐂", "龘", "怡 安", "😀"])
def test_what_is_no_name_has_none(name: str) -> None:
    assert pinyin(name) == ""
