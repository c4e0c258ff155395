"""The agent that applies a rule: in this process, to files as data, with no model."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestrator.adapters.git import files
from orchestrator.adapters.git.trees import MODES
from orchestrator.adapters.rewriting.parsing import MAX_BYTES
from orchestrator.adapters.rewriting.rewriter import rewritten
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.expressions import Value
from orchestrator.domain.synthesis.rule import Rule
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class RuleAgent:
    """Rewrites a task's files as `rule` says; what it cannot read it leaves alone."""

    name: str
    rule: Rule

    def work(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        sandbox: Sandbox,  # noqa: ARG002 - it runs nothing
        values: Mapping[str, Value],  # noqa: ARG002 - it expands nothing
        env: Mapping[str, str],  # noqa: ARG002 - as sandbox
        desk: Desk,  # noqa: ARG002 - it asks nothing
    ) -> AgentReport:
        """Rewrite the files in `worktree`, which is read and written without following a link."""
        changed = tuple(self._changes(spec, worktree))
        worktree.apply(ChangeSet(changed))
        said = [f"rewrote {change.path}" for change in changed]
        told = "\n".join(said or ["nothing to rewrite"]) + "\n"
        return AgentReport(ending="done", transcript=told.encode("utf-8", "surrogateescape"))

    def _changes(self, spec: AttemptSpec, worktree: Worktree) -> Iterator[FileChange]:
        with files.opened(os.fsencode(worktree.root)) as root:
            for path in sorted(set(spec.task.files)):
                found = files.read_plain(root, os.fsencode(path), MAX_BYTES)
                if found is None:
                    continue
                mode, content = found
                after = rewritten(path, content, self.rule.rewrites)
                if after != content:
                    yield FileChange(path, MODES[mode], after)
