"""Running one check's command on the tree that a worktree shows, and reading what it says."""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from orchestrator.domain.durations import seconds
from orchestrator.domain.expressions import FILES, Value, for_shell, names
from orchestrator.domain.playbook import Check
from orchestrator.domain.reports import Said, failures
from orchestrator.domain.verdict import CheckResult, Failure
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import MIB, Command, Completed, ResourceLimits, Sandbox

MAX_COMMAND = 100_000
"""Longest command in bytes; Linux takes 131,072 in one argument."""
MAX_REPORT = 64 * MIB
"""How much of a report file is read, in bytes."""
KEPT_OUTPUT = 4000
"""How many characters of a check's output are kept with its result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRunner:
    """Runs checks in a sandbox; `values` are what commands may name, `readable` what they see."""

    sandbox: Sandbox
    values: Mapping[str, Value]
    readable: tuple[Path, ...]

    def run(self, check: Check, worktree: Worktree, files: Sequence[str]) -> CheckResult:
        """Run a check as it stands, in portions where its command would be too long.

        The result holds all failures: nothing has been compared with a baseline. A check that is
        about files passes when there are none.
        """
        if not files and names_files(check):
            return CheckResult(
                check=check.name, outcome="passed", command=check.run, exit_code=0, duration_s=0.0
            )
        parts = [
            self._portion(check, worktree, portion)
            for portion in portions(check.run, files, self.values)
        ]
        worst = max(parts, key=lambda part: (part.exit_code is None, not part.green))
        return replace(
            worst,
            failures=tuple(failure for part in parts for failure in part.failures),
            duration_s=sum(part.duration_s for part in parts),
        )

    def _portion(self, check: Check, worktree: Worktree, files: Sequence[str]) -> CheckResult:
        folder = _exchange(check, worktree)
        script = self._script(check, files, folder)
        completed = self.sandbox.run(
            worktree.root,
            Command(
                script=script,
                cwd=check.cwd,
                env={"LEAFCUT_REPORT": str(folder / "report")} if folder else {},
                limits=ResourceLimits(wall_s=seconds(check.timeout)),
                readable=self.readable,
                writable=(folder,) if folder else (),
            ),
        )
        said = Said(
            check=check.name,
            exit_code=completed.exit_code or 0,
            output=_text(completed),
            report=_read(folder / "report") if folder else None,
            tree=self.sandbox.tree_path(worktree.root),
            cwd=check.cwd,
        )
        cut_short = _cut_short(check, completed)
        found = cut_short or failures(check.report, said)
        return CheckResult(
            check=check.name,
            outcome="timeout" if completed.ending == "timeout" else "failed" if found else "passed",
            command=script,
            exit_code=None if cut_short else completed.exit_code,
            duration_s=completed.duration_s,
            failures=found,
            output=said.output[-KEPT_OUTPUT:] if found or completed.exit_code else "",
        )

    def _script(self, check: Check, files: Sequence[str], folder: Path | None) -> str:
        values = {**self.values, "task.files": tuple(files)}
        if folder:
            listed = folder / "files"
            listed.write_bytes(b"".join(os.fsencode(path) + b"\0" for path in files))
            values["files_from"] = str(listed)
        return for_shell(check.run, values)


def _exchange(check: Check, worktree: Worktree) -> Path | None:
    """Make the folder through which a command gets its list of files and hands in its report.

    Each has one of its own: where earlier commands could write, the names used might be links to
    files of the user. None when the command needs neither.
    """
    if check.report in {"exit", "lines"} and "files_from" not in names(check.run):
        return None
    return Path(mkdtemp(prefix="check-", dir=worktree.scratch))


def names_files(check: Check) -> bool:
    """Say whether a check's command is about the task's files, not about the whole tree."""
    return not FILES.isdisjoint(names(check.run))


def portions(
    run: str, files: Sequence[str], values: Mapping[str, Value]
) -> Sequence[Sequence[str]]:
    """Cut files into portions whose commands are short enough, halving until they are."""
    if len(files) <= 1 or "task.files" not in names(run):
        return [files]
    whole = for_shell(run, {**values, "task.files": tuple(files), "files_from": ""})
    if len(os.fsencode(whole)) <= MAX_COMMAND:
        return [files]
    middle = len(files) // 2
    return [*portions(run, files[:middle], values), *portions(run, files[middle:], values)]


_WHY = {
    "timeout": "did not end within {timeout}",
    "memory": "used more memory than it may",
    "processes": "started more processes than it may",
    "disk": "wrote more to the disk than it may",
}


def _cut_short(check: Check, completed: Completed) -> tuple[Failure, ...]:
    """Return why a command's word is not whole, nothing when it is."""
    if completed.ending != "exited":
        why = _WHY[completed.ending].format(timeout=check.timeout)
        return (Failure(check.name, "", completed.ending, why),)
    if completed.truncated and check.report == "lines":
        return (Failure(check.name, "", "output", "printed more lines than can be read"),)
    return ()


def _text(completed: Completed) -> str:
    both = completed.stdout + (b"\n" if completed.stderr else b"") + completed.stderr
    return both.decode("utf-8", "replace")


def _read(report: Path) -> bytes | None:
    """Return a report that a command wrote, but nothing that it made stand in its place."""
    try:
        descriptor = os.open(report, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_REPORT)
