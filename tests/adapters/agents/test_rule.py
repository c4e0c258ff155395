"""The agent that applies a rule to the files of a worktree."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.agents.rule import RuleAgent
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.changes import ChangeSet
from orchestrator.domain.plan import Task
from orchestrator.domain.synthesis.rule import Rewrite, rule_of
from orchestrator.errors import UsageError
from orchestrator.ports.repository import Worktree
from orchestrator.wiring.agents import build_rule
from tests.support.landed import AUTHOR, make_target
from tests.support.lines import Notebook

RULE = rule_of((Rewrite(language="python", pattern="old($A)", fix="new($A)"),))
FILES = {
    "a.py": b"old(1)\r\n",
    "dir/run.py": b"old(2)\n",
    "latin.py": b"old('\xe9')\n",
    "not-asked.py": b"old(3)\n",
    "notes.txt": b"old(4)\n",
}


@pytest.fixture
def worktree(tmp_path: Path) -> Iterator[Worktree]:
    target = make_target(tmp_path / "target", FILES)
    base = target.resolve("HEAD")
    target.copy_to(tmp_path / "run.git", base)
    repository = CanonicalRepository(tmp_path / "run.git", AUTHOR, lambda: 1e9)
    with WorktreePool(repository, tmp_path / "worktrees").lease() as leased:
        leased.reset(base)
        yield leased
    repository.close()


def work(worktree: Worktree, *paths: str) -> dict[str, tuple[str, bytes | None]]:
    """Let the rule work on these files; return what changed."""
    task = Task(id="t", title="t", files=paths)
    spec = AttemptSpec(run="r", task=task, number=1, agent=RULE.agent, base="", token="k")
    agent = RuleAgent(RULE.agent, RULE)
    report = agent.work(spec, worktree, LocalSandbox(), {}, {}, Notebook())
    assert (report.ending, report.usage.tokens) == ("done", 0)
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet), changes
    return {one.path: (one.mode, one.content) for one in changes.files}


def test_it_rewrites_the_files_of_its_task_and_no_others(worktree: Worktree) -> None:
    (worktree.root / "dir/run.py").chmod(0o755)
    assert work(worktree, "a.py", "dir/run.py", "latin.py", "notes.txt", "gone.py") == {
        "a.py": ("100644", b"new(1)\r\n"),
        "dir/run.py": ("100755", b"new(2)\n"),
    }


def test_links_are_not_followed(worktree: Worktree, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("old(1)\n")
    (worktree.root / "a.py").unlink()
    (worktree.root / "a.py").symlink_to(worktree.root / "not-asked.py")
    (worktree.root / "over").symlink_to(outside)
    RuleAgent(RULE.agent, RULE).work(
        AttemptSpec(
            run="r",
            task=Task(id="t", title="t", files=("a.py", "over/a.py")),
            number=1,
            agent=RULE.agent,
            base="",
            token="k",
        ),
        worktree,
        LocalSandbox(),
        {},
        {},
        Notebook(),
    )
    assert (worktree.root / "not-asked.py").read_bytes() == b"old(3)\n"
    assert (outside / "a.py").read_text() == "old(1)\n"
    assert (worktree.root / "a.py").is_symlink()


def test_a_rule_is_built_from_those_that_were_applied() -> None:
    assert build_rule(RULE.agent, [RULE]).name == RULE.agent
    with pytest.raises(UsageError, match="the run has no rule:other"):
        build_rule("rule:other", [RULE])
