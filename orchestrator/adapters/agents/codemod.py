"""The codemod agent: the playbook's own command, run on the task's files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.expressions import Value, for_shell
from orchestrator.ports.agent import AgentEnding, AgentReport
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Command, Completed, ResourceLimits, Sandbox

NOT_FOUND = {126, 127}


@dataclass(frozen=True, slots=True)
class CodemodAgent:
    """Runs `command` once an attempt; `timeout_s` bounds it, `readable` is what it may see."""

    name: str
    command: str
    timeout_s: float
    readable: tuple[Path, ...]

    def work(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        sandbox: Sandbox,
        values: Mapping[str, Value],
        env: Mapping[str, str],
    ) -> AgentReport:
        """Run the codemod in `worktree`; see the port."""
        listed = worktree.scratch / "task-files"
        paths = [path.encode("utf-8", "surrogateescape") for path in spec.task.files]
        listed.write_bytes(b"".join(path + b"\0" for path in paths))
        completed = sandbox.run(
            worktree.root,
            Command(
                script=for_shell(self.command, {**values, "files_from": str(listed)}),
                env=env,
                limits=ResourceLimits(wall_s=self.timeout_s),
                readable=self.readable,
                writable=(worktree.scratch, Path(env["LEAFCUT_NOTES"])),
            ),
        )
        return AgentReport(
            ending=_ending(completed),
            message=_message(completed),
            transcript=completed.stdout + completed.stderr,
        )


def _ending(completed: Completed) -> AgentEnding:
    if completed.ending == "timeout":
        return "timeout"
    if completed.exit_code in NOT_FOUND:
        return "environment"
    return "done" if completed.exit_code == 0 else "gave_up"


def _message(completed: Completed) -> str:
    said = (completed.stderr or completed.stdout).decode("utf-8", "replace").strip()
    last = said.splitlines()[-1] if said else ""
    if completed.exit_code == 0:
        return last
    how = f"exit code {completed.exit_code}" if completed.ending == "exited" else completed.ending
    return f"codemod ended with {how}: {last}" if last else f"codemod ended with {how}"
