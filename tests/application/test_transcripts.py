"""Everything that others did, within a budget."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.application.transcripts import keep, of_others
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from tests.support.workshop import Place, workshop


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with workshop(tmp_path, {"a.py": b"one = 'OLD'\n"}) as made:
        yield made


def kept(folder: Path, *texts: str) -> None:
    for at, text in enumerate(texts):
        keep(folder, f"t{at}-1", text)
        os.utime(folder / f"t{at}-1.told", (at, at))


def test_the_newest_come_first_and_a_tasks_own_are_left_out(tmp_path: Path) -> None:
    kept(tmp_path, "one", "two", "```three")
    assert of_others(tmp_path, "t1", 1000) == (
        "`t2-1`:\n````\n```three\n````\n\n`t0-1`:\n```\none\n```"
    )
    assert of_others(tmp_path / "none", "t1", 1000) == ""


def test_what_is_too_long_is_told_from_its_end(tmp_path: Path) -> None:
    kept(tmp_path, "older", "x" * 10_000 + " the end")
    told = of_others(tmp_path, "t9", 200)
    assert len(told) <= 800
    assert "…" in told
    assert " the end\n" in told
    assert "older" not in told


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=900), max_size=5), st.integers(1, 400)
)
def test_no_budget_is_passed(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], most: int
) -> None:
    folder = tmp_path_factory.mktemp("told")
    kept(folder, *texts)
    assert len(of_others(folder, "t9", most)) <= 4 * most


def test_an_attempt_tells_what_it_did_only_where_that_is_the_strategy(place: Place) -> None:
    shop = replace(place.shop, redact=lambda said: said.replace(b"hunter2", b"[secret]"))
    heard: list[object] = []

    def play(_: AttemptSpec, __: Worktree, desk: Desk) -> AgentReport:
        heard.append(desk.task()["transcripts"])
        return AgentReport(ending="done", transcript=b"raw", told="hunter2 was tried")

    open_ = replace(place, shop=shop).sharing("transcripts")
    other = replace(open_.spec().task, id="b")
    result = open_.attempt(play, task=other)
    assert result.learning_tokens == 0
    assert open_.attempt(play).learning_tokens > 0
    assert heard == ["", "`b-1`:\n```\n[secret] was tried\n```"]
    place.attempt(play, number=2)
    assert heard[2] == ""
