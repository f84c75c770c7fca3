"""Temporary."""

from __future__ import annotations

from dataclasses import dataclass

from flows.district import District


@dataclass(frozen=True)
class Match:
    code: str
    score: float
    words: tuple[str, ...] = ()


class Catalogue:
    def __init__(self, district: District) -> None:
        self.district = district

    def services_in(self, text: str) -> list[Match]:
        return [
            Match(s.code, 1.0)
            for s in self.district.services.values()
            if any(a and a.casefold() in text.casefold() for a in (s.name, *s.aliases))
        ]

    def windows_in(self, text: str) -> list[tuple[str, float]]:
        return []


def wishes_in(text: str) -> str | None:
    return "grid" if any(w in text for w in ("漏雨", "漏水", "堵", "坏", "leak", "broken")) else None
