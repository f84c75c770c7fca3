"""`gridbell understand`: messages in as JSON lines, what is understood out; `--explain` tells a person why."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.understanding.features import bucket, pieces
from flows.understanding.linear import Linear, NotAModel
from flows.understanding.masking import BLANK, masked
from flows.understanding.reading import Reading, read_message
from flows.understanding.routes import SURE, Router, shipped_router, words_for
from flows.understanding.where import PARTS

#: What a line can do wrong: no UTF-8, no JSON (or too deep), no text, a time that is none or beyond the calendar.
WRONG = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
EXAMPLE = 'A line is like {"id": "1", "text": "我家漏水", "now": "2026-11-25T09:00:00"}.'


def beside(model: Path) -> Path:
    """Where `gridbell learn --into` puts the embeddings."""
    return model.with_name(f"{model.name}.embeddings")


def router_of(file: Path) -> Router:
    """The router of a model in a file, with the embeddings beside it if there are any. Raises Refused."""
    from bot.settings import Refused
    from flows.understanding.embeddings import Embedded, NotNeighbours, hindrance

    reading = file
    try:
        model, embedded = Linear.read(file.read_bytes()), None
        reading = beside(file)
        if reading.exists():
            if why := hindrance():
                raise Refused(f"{reading}: {why}")
            embedded = Embedded.read(reading.read_bytes())
    except OSError as error:
        raise Refused(f"{reading} cannot be read: {error.strerror}.") from error
    except (NotAModel, NotNeighbours) as error:
        raise Refused(f"{reading} is not a model of this version ({error}); learn it again.") from error
    return Router(model, embedded)


def understand(
    lines: Iterable[bytes],
    say: Callable[[bytes], None],
    complain: Callable[[str], None],
    router: Router | None = None,
) -> bool:
    """Answers every line of UTF-8 that can be read; tells of the others by their number. True if all could be."""
    router, well = router or shipped_router(), True
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            say(_answered(line.removeprefix(BOM_UTF8).decode(), router))
        except WRONG as error:
            complain(f"line {number}: {type(error).__name__}: {str(error)[:200]}. {EXAMPLE}")
            well = False
    return well


def _answered(line: str, router: Router) -> bytes:
    """The answer to one line. Raises one of WRONG if the line is not as it should be."""
    asked = json.loads(line)
    if not isinstance(asked["text"], str):
        raise TypeError("text is no string")
    answer = _answer(read_message(asked["text"], _moment(asked.get("now")), router))
    return json.dumps({"id": asked.get("id"), **answer}, ensure_ascii=False).encode()


def _moment(text: str | None) -> datetime:
    """The local time the message came at, without an offset; the machine's if none is given."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else datetime.now()  # noqa: DTZ005


def _answer(reading: Reading) -> dict[str, Any]:
    first, *others = reading.routes
    return {
        "route": first.route,
        "score": first.score,
        "alternatives": [{"route": other.route, "score": other.score} for other in others[:3]],
        "when_start": reading.when and reading.when.written(),
        "when_end": reading.when and reading.when.end and reading.when.end.replace(tzinfo=None).isoformat(),
        "address": reading.address.parts if reading.address else dict.fromkeys(PARTS),
    }


def explained(text: str, now: datetime | None = None, router: Router | None = None) -> str:
    """How one message is understood, step by step, for a person who asks why."""
    router = router or shipped_router()
    reading = read_message(text, now or _moment(None), router)
    lines = [("read as", masked(reading.text))]
    if reading.private:
        lines.append(("not read", f"{len(reading.private)} number(s) that belong to somebody"))
    if found := reading.emergency:
        lines.append(
            ("emergency", f"{found.kind}: call {', '.join(found.call)} (because of {found.words!r})")
        )
    if reading.command:
        lines.append(("command", reading.command))
    if reading.address:
        parts = ", ".join(f"{name} {part}" for name, part in reading.address.parts.items() if part)
        lines.append(("where", f"{parts} (from {_said(reading, reading.address.span)!r})"))
    if when := reading.when:
        until = f" to {when.end:%Y-%m-%d %H:%M}" if when.end else ""
        lines.append(("when", f"{when.written()}{until}, {when.grain} (from {_said(reading, when.span)!r})"))
    lines.append(("left for what", masked(reading.need).replace(BLANK, "_") or "nothing"))
    lines += _why(reading, router)
    return "\n".join(f"{name + ':':<15}{said}" for name, said in lines)


def _why(reading: Reading, router: Router) -> list[tuple[str, str]]:
    """The likeliest routes, what the tables of words say for each, and the pieces that weigh most in the model."""
    plain = Router(router.model).routes(reading.need)[0]
    meant = router.embedded.likely(reading.need) if router.embedded and plain.score < SURE else {}
    said, chances, found = words_for(reading.need), router.model.likely(reading.need), pieces(reading.need)
    lines = []
    for route, score in reading.routes[:3]:
        how = f"score {score:.2f}"
        if route in chances:
            weighed = [(router.model.weight(bucket(piece), route, len(found)), piece) for piece in found]
            most = [
                f"{piece} {weight:+.2f}" for weight, piece in sorted(weighed, reverse=True)[:5] if weight > 0
            ]
            how += f" = words {said.get(route, 0):.2f}, model {chances[route]:.2f} ({', '.join(most) or '-'})"
            how += f", meaning {meant[route]:.2f}" if route in meant else ""
        lines.append((route, how))
    first = reading.routes[0]
    does = "routed without asking" if first.score >= SURE else "the two best are offered"
    return [*lines, ("so", f"{does} (sure from {SURE:.2f} on)")]


def _said(reading: Reading, span: tuple[int, int]) -> str:
    return reading.text[span[0] : span[1]]
