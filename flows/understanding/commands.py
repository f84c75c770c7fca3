"""Temporary."""

from __future__ import annotations

import re

_C = {
    "菜单": "menu",
    "menu": "menu",
    "/menu": "menu",
    "返回": "back",
    "0": "back",
    "取消": "cancel",
    "cancel": "cancel",
    "人工": "person",
    "person": "person",
    "/person": "person",
    "我的": "mine",
    "my": "mine",
    "/my": "mine",
    "今天": "today",
    "today": "today",
    "帮助": "help",
    "help": "help",
    "/help": "help",
    "en": "language_en",
    "english": "language_en",
    "中文": "language_zh",
}


def read_command(text: str) -> str | None:
    return _C.get(text.strip().lower())


def carrier_word(text: str) -> str | None:
    t = text.strip().upper()
    return "stop" if t in ("STOP", "END", "QUIT", "CANCEL") else "start" if t in ("START", "YES") else None


_N = re.compile(
    r"\s*([A-HJ-KM-NP-Za-hj-km-np-z][2-9][A-HJ-KM-NP-Za-hj-km-np-z][2-9]{2,4})(?![0-9A-Za-z])\s*(.*)", re.S
)


def case_number(text: str) -> tuple[str, str] | None:
    m = _N.fullmatch(text)
    return (m[1].upper(), m[2]) if m else None
