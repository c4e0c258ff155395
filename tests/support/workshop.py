"""A workshop with a real repository, real worktrees and a sandbox; its agents are functions."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.hosts import HostProxy
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.adapters.sources.reader import read_facts
from orchestrator.application.accept import Acceptance
from orchestrator.application.attempt import attempt
from orchestrator.application.caches import CheckCaches
from orchestrator.application.find import Finder
from orchestrator.application.setup import Preparation
from orchestrator.application.telling import Tell
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.events import attempt_key
from orchestrator.domain.expressions import Value
from orchestrator.domain.plan import Task
from orchestrator.domain.playbook import Check, Find, Guards, Learnings, Setup, Sharing
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Sandbox
from tests.support.effects import FixedClock
from tests.support.landed import AUTHOR, make_target

Work = Callable[[AttemptSpec, Worktree, Desk], AgentReport]
COMPILE = Check(name="compile", run=f"{sys.executable} -m py_compile ${{{{ task.files }}}}")
DONE = AgentReport(ending="done")


@dataclass(frozen=True, slots=True)
class PlayedAgent:
    """Does what a function does."""

    name: str
    play: Work

    def work(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        sandbox: Sandbox,
        values: Mapping[str, Value],
        env: Mapping[str, str],
        desk: Desk,
    ) -> AgentReport:
        """Play the attempt."""
        assert sandbox.name
        assert values["task.id"] == spec.task.id
        assert Path(env["LEAFCUT_NOTES"]).is_dir()
        return self.play(spec, worktree, desk)


@dataclass(frozen=True, slots=True)
class Place:
    """A workshop and the base that its attempts stand on; `tell` hears what they tell."""

    shop: Workshop
    base: str
    folder: Path
    tell: Tell = lambda _: None

    def spec(self, **changes: object) -> AttemptSpec:
        """Return the first attempt at `a.py`, changed."""
        task = Task(id="a", title="a.py", files=("a.py",), occurrences=2)
        number = int(str(changes.get("number", 1)))
        made = AttemptSpec(
            run="r", task=task, number=number, agent="played", base=self.base,
            token=attempt_key("r", "a", number),
        )  # fmt: skip
        return replace(made, **changes)  # type: ignore[arg-type]

    def attempt(self, play: Work, **changes: object) -> AttemptResult:
        """Do an attempt."""
        shop = replace(self.shop, agents={"played": PlayedAgent("played", play)})
        return attempt(self.spec(**changes), shop, self.tell)

    def sharing(self, strategy: Sharing, **changes: object) -> "Place":
        """Return this with another way of sharing."""
        learnings = replace(Learnings(strategy=strategy), **changes)  # type: ignore[arg-type]
        return replace(self, shop=replace(self.shop, learnings=learnings))


@contextmanager
def workshop(
    folder: Path, files: Mapping[str, bytes], checks: Sequence[Check] = (COMPILE,)
) -> Iterator[Place]:
    """Set up a workshop whose base commit holds `files`; an occurrence is the word OLD."""
    target = make_target(folder / "target", files)
    base = target.resolve("HEAD")
    target.copy_to(folder / "canonical.git", base)
    repository = CanonicalRepository(folder / "canonical.git", AUTHOR, lambda: 1e9)
    sandbox = LocalSandbox()
    prepare = Preparation(
        setup=Setup(), repository=repository, sandbox=sandbox, values={}, open_hosts=HostProxy
    )
    judge = Acceptance(
        checks=checks,
        sandbox=sandbox,
        values={},
        tree_of=repository.objects.tree_of,
        prepare=prepare,
        caches=CheckCaches(folder / "caches"),
    )
    shop = Workshop(
        repository=repository,
        worktrees=WorktreePool(repository, folder / "worktrees"),
        sandbox=sandbox,
        agents={},
        judge=judge,
        prepare=prepare,
        scan=Finder(find=Find(regex=(r"OLD\b",)), values={}, sandbox=sandbox),
        guards=Guards(),
        sources=read_facts,
        values={},
        clock=FixedClock(),
        notes=folder / "notes",
        transcripts=folder / "transcripts",
        checks=checks,
    )
    try:
        yield Place(shop, base, folder)
    finally:
        sandbox.close()
        repository.close()
