"""The codemod agent: the playbook's own command, run on the task's files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.expressions import Value, for_shell
from orchestrator.domain.plan import Task
from orchestrator.ports.agent import AgentEnding, AgentReport, Desk
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import (
    MIB,
    Command,
    Completed,
    Hear,
    ResourceLimits,
    Sandbox,
)

NOT_FOUND = {126, 127}
"""Exit codes of a shell that could not run the command at all."""
MAX_COMMAND = 100_000
"""Longest command in bytes; Linux takes 131,072 in one argument."""
TRANSCRIPT = MIB
"""Bytes kept of each of the command's output streams."""


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
        desk: Desk,
    ) -> AgentReport:
        """Run the codemod in `worktree`; see the port."""
        command = self._command(spec.task, worktree.scratch, values, env)
        return self._applied(command, worktree.root, sandbox, desk.hear)

    def apply(
        self,
        task: Task,
        tree: Path,
        scratch: Path,
        sandbox: Sandbox,
        values: Mapping[str, Value],
        env: Mapping[str, str],
    ) -> AgentReport:
        """Run the codemod on a task's files in any tree; `scratch` is a folder beside it."""
        return self._applied(self._command(task, scratch, values, env), tree, sandbox)

    def _command(
        self, task: Task, scratch: Path, values: Mapping[str, Value], env: Mapping[str, str]
    ) -> Command | AgentReport:
        """Return the command, or why there can be none."""
        listed = scratch / "task-files"
        paths = [path.encode("utf-8", "surrogateescape") for path in task.files]
        listed.write_bytes(b"".join(path + b"\0" for path in paths))
        script = for_shell(self.command, {**values, "files_from": str(listed)})
        if (size := len(script.encode("utf-8", "surrogateescape"))) > MAX_COMMAND:
            return AgentReport(ending="gave_up", message=_too_long(len(paths), size))
        return Command(
            script=script,
            env=env,
            limits=ResourceLimits(wall_s=self.timeout_s, output=TRANSCRIPT),
            readable=self.readable,
            writable=(scratch, Path(env["LEAFCUT_NOTES"])),
        )

    def _applied(
        self,
        command: Command | AgentReport,
        tree: Path,
        sandbox: Sandbox,
        hear: Hear | None = None,
    ) -> AgentReport:
        if isinstance(command, AgentReport):
            return command
        completed = sandbox.run(tree, command, hear)
        return AgentReport(
            ending=_ending(completed),
            message=_message(completed, self.timeout_s),
            transcript=completed.stdout + completed.stderr,
        )


def _too_long(files: int, size: int) -> str:
    return (
        f"the codemod's command would be {size} bytes long for {files} files, more than one "
        "argument may be; let codemod.run read ${{ files_from }} instead of ${{ task.files }}"
    )


def _ending(completed: Completed) -> AgentEnding:
    if completed.ending == "timeout":
        return "timeout"
    if completed.exit_code in NOT_FOUND:
        return "environment"
    return "done" if completed.exit_code == 0 else "gave_up"


def _message(completed: Completed, timeout_s: float) -> str:
    """Return one line, empty after a success: how the command ended and the last that it said."""
    if completed.exit_code == 0:
        return ""
    how = {
        "exited": f"the codemod ended with exit code {completed.exit_code}",
        "timeout": f"the codemod did not end within {timeout_s:g} s",
        "memory": "the codemod used more memory than it may",
        "processes": "the codemod started more processes than it may",
        "disk": "the codemod wrote more to the disk than it may",
    }[completed.ending]
    said = (completed.stderr or completed.stdout).decode("utf-8", "replace").strip()
    return f"{how}: {said.splitlines()[-1]}" if said else how
