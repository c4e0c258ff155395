"""What a workflow's page shows: within GitHub's limits, and harmless whatever is in the run."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.actions.summary import (
    MOST_ANNOTATIONS,
    MOST_NODES,
    Annotation,
    annotations,
    published_page,
    summary,
)
from orchestrator.domain.plan import Task

HOSTILE = "a|b`</table><script>@mallory fixes #1\n::error::x\n```mermaid"


def status(count: int, state: str = "landed", reason: str = "", file: str = "a.py") -> Any:
    """Return what `status --json` says of a run with so many tasks."""
    tasks = [
        {
            "id": f"t{n}",
            "state": state,
            "files": [file],
            "attempts": 1,
            "commit": "0123456789" * 4 if state == "landed" else None,
            "reason": reason,
        }
        for n in range(count)
    ]
    return {
        "run": "r-1",
        "playbook": "p",
        "base": "0" * 40,
        "state": "done",
        "reason": "",
        "counts": {"landed": count},
        "tasks": tasks,
        "residue": {"before": count, "after": 0},
        "exit_criteria": [],
        "blind_checks": [],
    }


def chained(count: int) -> dict[str, Task]:
    """Return tasks of which each needs the one before it."""
    return {
        f"t{n}": Task(
            id=f"t{n}", title="", files=(), layer=n, depends_on=(f"t{n - 1}",) if n else ()
        )
        for n in range(count)
    }


def nodes(text: str) -> list[str]:
    """Return the lines of the graph that are a node."""
    return [line for line in text.splitlines() if '["' in line]


@pytest.mark.parametrize("count", [0, 1, MOST_NODES, MOST_NODES + 1, 2000])
def test_a_graph_has_no_more_nodes_than_can_be_read(count: int) -> None:
    text = summary(status(count), chained(count))
    assert len(nodes(text)) <= MOST_NODES
    assert bool(nodes(text)) == bool(count)
    assert ("layer 0: 1 of 1 done" in text) == (count > MOST_NODES)
    assert (f"and {count - 1000} more" in text) == (count > 1000)


def test_rows_go_when_there_is_no_room() -> None:
    text = summary(status(1000, "failed", "x" * 300), chained(1000), room=50_000)
    assert len(text.encode()) <= 50_000
    assert "more tasks." in text
    assert text.count("✗ failed") > 10
    assert len(summary(status(9), chained(9), room=10).encode()) <= 10


def test_what_is_not_done_comes_first() -> None:
    told = status(3)
    told["tasks"][2] |= {"state": "failed", "reason": "no luck"}
    text = summary(told, chained(3))
    assert text.index("no luck") < text.index("✓ landed")


def test_hostile_text_stays_text() -> None:
    text = summary(status(2, "failed", HOSTILE, HOSTILE), chained(2), "**Note**")
    assert "@mallory" not in text
    assert "#1" not in text
    assert "\n::" not in text
    assert text.count("\n```") == 2
    rows = [line for line in text.splitlines() if line.startswith("| ✗")]
    assert len(rows) == 2
    assert "**Note**" in text


@given(st.text(), st.text(), st.text())
def test_an_annotation_is_one_command_of_one_line(title: str, message: str, file: str) -> None:
    command = Annotation("error", title, message, file, 3).command()
    assert command.startswith("::error ")
    assert not {"\n", "\r"} & set(command)
    properties = command.removeprefix("::error ").partition("::")[0]
    assert properties.count("line=3") >= 1
    command.encode()


def test_annotations_stay_within_what_a_step_may_have() -> None:
    told = status(40, "failed", "no luck")
    told["blind_checks"] = [f"check {n}" for n in range(30)]
    found = annotations(told)
    for level in ("error", "warning"):
        mine = [one for one in found if one.level == level]
        assert len(mine) == MOST_ANNOTATIONS
        assert "more" in mine[-1].message
    assert annotations(status(3)) == ()


def test_the_page_of_what_was_published() -> None:
    one = {"branch": "leafcut/a", "state": "opened", "reason": "", "number": 7, "url": "http://x/7"}
    two = {**one, "branch": HOSTILE, "state": "left", "reason": HOSTILE, "number": None}
    text = published_page({"run": "r", "slices": [one, two]})
    assert "[#7](http://x/7)" in text
    assert "@mallory" not in text
    assert len([line for line in text.splitlines() if line.startswith("| `")]) >= 1
