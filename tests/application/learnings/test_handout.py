"""What others learned, for agents without tools: a file that follows the board."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.application.learnings import handout as handouts
from orchestrator.application.learnings.handout import VARIABLE, handout
from orchestrator.application.learnings.sharing import Exchange
from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.learnings.search import MOST_FOUND
from orchestrator.domain.learnings.standing import LearningStatus, Standing
from orchestrator.domain.playbook import Sharing
from tests.support.workshop import Place, workshop

PATIENCE_S = 20.0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with workshop(tmp_path, {"a.py": b"one = 'OLD'\n"}) as made:
        yield made


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handouts, "EVERY_S", 0.01)


def lesson(text: str, status: LearningStatus = "trusted") -> Standing:
    by = Provenance(source="agent", run="r", who="other", task="b", attempt=1)
    learning = Learning(kind="fix", text=text, provenance=by)
    return Standing(learning=learning, status=status, revision=1)


def wait_for(path: Path, text: str) -> None:
    """Wait until a file has a text."""
    until = time.monotonic() + PATIENCE_S
    while text not in path.read_text():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_it_has_what_was_given_and_follows_the_board(place: Place, tmp_path: Path) -> None:
    given, later = lesson("call fetch"), lesson("never call get")
    exchange = Exchange(place.spec(learnings=(given.learning,)), place.shop, lambda _: None)
    with handout(exchange, tmp_path) as variables:
        path = Path(variables[VARIABLE])
        assert path.parent.parent == tmp_path
        assert "call fetch" in path.read_text()
        place.shop.board.put_up(lesson("unproven", "candidate"))
        place.shop.board.put_up(later)
        wait_for(path, "never call get")
        assert "unproven" not in path.read_text()
        assert os.listdir(path.parent) == ["learnings.md"]
    assert list(exchange.used) == [given.learning.id]


def test_it_has_all_trusted_ones_that_there_is_room_for(place: Place, tmp_path: Path) -> None:
    for number in range(MOST_FOUND + 3):
        place.shop.board.put_up(lesson(f"lesson {number}"))
    with handout(Exchange(place.spec(), place.shop, lambda _: None), tmp_path) as variables:
        text = Path(variables[VARIABLE]).read_text()
    assert all(f"lesson {number}\n" in text for number in range(MOST_FOUND + 3))


def test_there_is_none_where_nothing_is_shared(place: Place, tmp_path: Path) -> None:
    strategies: tuple[Sharing, ...] = ("none", "transcripts", "file")
    for strategy in strategies:
        shop = place.sharing(strategy).shop
        with handout(Exchange(place.spec(), shop, lambda _: None), tmp_path) as variables:
            assert variables == {}


def test_it_is_as_long_as_a_prompt_may_be(place: Place, tmp_path: Path) -> None:
    shop = place.sharing("shared", max_tokens=300).shop
    for number in range(10):
        shop.board.put_up(lesson(f"{number} " + "x" * 380))
    with handout(Exchange(place.spec(), shop, lambda _: None), tmp_path) as variables:
        text = Path(variables[VARIABLE]).read_text()
    assert 600 < len(text) <= 1200
    assert text.endswith("```\n")


def test_a_folder_that_an_agent_put_elsewhere_is_not_followed(place: Place, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "learnings.md").write_text("mine")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with handout(Exchange(place.spec(), place.shop, lambda _: None), scratch) as variables:
        folder = Path(variables[VARIABLE]).parent
        folder.rename(scratch / "moved")
        folder.symlink_to(mine)
        place.shop.board.put_up(lesson("never call get"))
        wait_for(scratch / "moved" / "learnings.md", "never call get")
        shutil.rmtree(scratch / "moved")
        place.shop.board.put_up(lesson("nor put"))
    assert (mine / "learnings.md").read_text() == "mine"
    assert os.listdir(mine) == ["learnings.md"]
