"""What people type to see some tasks only."""

import pytest

from orchestrator.application.watching.query import Query
from tests.support.watching import Story


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "abc"),
        ("landed", "a"),
        ("state:land", "a"),
        ("A.PY", "a"),
        ("state:landed b", ""),
        ("agent:codemod", "abc"),
        ("agent:claude", ""),
        ("layer:0", "abc"),
        ("layer:", "abc"),
        ("stage:migrate", "abc"),
        ("owner:us", ""),
        ("what:ever", ""),
        ("types no", "b"),
    ],
)
def test_tasks_are_found_by_words_and_by_what_has_a_name(text: str, found: str) -> None:
    story = Story({"a": [], "b": [], "c": []}).at(1.0).begin().do("a")
    look = story.start("b").finish("b", "rejected", reason="types: b.py:1 no").look()
    query = Query.of(text)
    assert [task for task in "abc" if query.finds(look, task)] == list(found)
    assert bool(query) == (text not in {"", "layer:"})
