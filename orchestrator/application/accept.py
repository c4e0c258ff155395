"""Acceptance: the playbook's checks on committed trees, compared with the baseline."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Literal

from orchestrator.application.attempt import Prepare
from orchestrator.application.caches import CheckCaches
from orchestrator.domain.baseline import Known, known, only_new
from orchestrator.domain.durations import seconds
from orchestrator.domain.expressions import Value, for_shell, names
from orchestrator.domain.playbook import Check
from orchestrator.domain.reports import Said, failures
from orchestrator.domain.verdict import CheckResult, Failure
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.repository import Worktree, Worktrees
from orchestrator.ports.sandbox import Command, Completed, ResourceLimits, Sandbox

Moment = Literal["attempt", "landing"]

MAX_COMMAND = 100_000
"""Longest command in characters; Linux takes 131,072 bytes in one argument."""
KEPT_OUTPUT = 4000
"""How many characters of a check's output are kept with its result."""
NOT_FOUND = {126, 127}
"""Exit codes of a shell that could not run the command at all."""


@dataclass(slots=True, kw_only=True)
class Acceptance:
    """Runs checks; may be used from any thread. `values` are what expressions may
    name, `readable` what commands may see beside the tree."""

    checks: Sequence[Check]
    sandbox: Sandbox
    values: Mapping[str, Value]
    tree_of: Callable[[str], str]
    prepare: Prepare
    caches: CheckCaches
    readable: tuple[Path, ...] = ()
    baseline: dict[str, Known] = field(default_factory=dict)
    _verdicts: dict[str, CheckResult] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def judge(
        self, worktree: Worktree, commit: str, files: Sequence[str], moment: Moment
    ) -> tuple[CheckResult, ...]:
        """Run the moment's checks on `commit` in playbook order, up to the first red one."""
        results: list[CheckResult] = []
        for check in self.checks:
            if check.runs_on(moment):
                results.append(self._cached(worktree, commit, files, check, moment))
                if not results[-1].green:
                    break
        return tuple(results)

    def judging(
        self, worktrees: Worktrees, moment: Moment
    ) -> Callable[[str, Sequence[str]], tuple[CheckResult, ...]]:
        """Return a function that judges a commit in a worktree of its own."""

        def judge(commit: str, files: Sequence[str]) -> tuple[CheckResult, ...]:
            with worktrees.lease() as worktree:
                return self.judge(worktree, commit, files, moment)

        return judge

    def take_baseline(
        self, worktree: Worktree, base: str, files: Sequence[str]
    ) -> tuple[CheckResult, ...]:
        """Run every check on the base and remember what it holds against it.

        Raises:
            MissingRequirementError: a check's command does not exist.
        """
        results = []
        for check in self.checks:
            result = self._run(worktree, base, files, check)
            if result.exit_code in NOT_FOUND:
                raise MissingRequirementError(
                    f"check {check.name!r} cannot run: {result.output.strip() or result.command}",
                    hint="install what it calls, or correct the check's command",
                )
            if result.outcome != "timeout":
                self.caches.keep(check, worktree.root)
            results.append(result)
        self.baseline = known(results)
        return tuple(results)

    def blind(self, worktree: Worktree, broken: str, files: Sequence[str]) -> tuple[str, ...]:
        """Return the checks that see nothing wrong with `broken`, a commit with a broken file."""
        return tuple(
            check.name
            for check in self.checks
            if not self._new_failures(check, self._run(worktree, broken, files, check))
        )

    def _cached(
        self,
        worktree: Worktree,
        commit: str,
        files: Sequence[str],
        check: Check,
        moment: Moment,
    ) -> CheckResult:
        key = self._key(commit, files, check)
        with self._lock:
            earlier = self._verdicts.get(key)
        if earlier is not None:
            return replace(earlier, cached=True, duration_s=0.0)
        result = self._steady(worktree, commit, files, check)
        if result.outcome in {"passed", "failed"}:
            with self._lock:
                self._verdicts[key] = result
        if moment == "landing" and result.green:
            self.caches.keep(check, worktree.root)
        return result

    def _steady(
        self, worktree: Worktree, commit: str, files: Sequence[str], check: Check
    ) -> CheckResult:
        """Run a check, again as often as allowed when it is red, and keep only new failures."""
        first = self._against_baseline(check, self._run(worktree, commit, files, check))
        for _ in range(0 if first.green else check.flaky_retries):
            again = self._against_baseline(check, self._run(worktree, commit, files, check))
            if again.green:
                return replace(again, outcome="flaky")
        return first

    def _against_baseline(self, check: Check, result: CheckResult) -> CheckResult:
        new = self._new_failures(check, result)
        counted = len(result.failures) - len(new)
        if new or result.outcome == "timeout":
            return replace(result, failures=new, known=max(0, counted))
        return replace(result, outcome="passed", failures=(), known=len(result.failures))

    def _new_failures(self, check: Check, result: CheckResult) -> tuple[Failure, ...]:
        base = self.baseline.get(check.name, Known())
        return only_new(check.name, result.failures, result.exit_code or 0, base)[0]

    def _run(
        self, worktree: Worktree, commit: str, files: Sequence[str], check: Check
    ) -> CheckResult:
        """Run a check as it stands, in portions where its command would be too long."""
        self.prepare(worktree, commit)
        self.caches.lend(check, worktree.root)
        parts = [
            self._portion(worktree, portion, check)
            for portion in _portions(check.run, files, self.values)
        ]
        worst = max(parts, key=lambda part: not part.green)
        return replace(
            worst,
            failures=tuple(failure for part in parts for failure in part.failures),
            duration_s=sum(part.duration_s for part in parts),
        )

    def _portion(self, worktree: Worktree, files: Sequence[str], check: Check) -> CheckResult:
        script, report = self._script(worktree, files, check)
        completed = self.sandbox.run(
            worktree.root,
            Command(
                script=script,
                cwd=check.cwd,
                env={"LEAFCUT_REPORT": str(report)},
                limits=ResourceLimits(wall_s=seconds(check.timeout)),
                readable=self.readable,
                writable=(worktree.scratch,),
            ),
        )
        said = Said(
            check=check.name,
            exit_code=completed.exit_code or 0,
            output=_text(completed),
            report=report.read_bytes() if report.is_file() else None,
            tree=self.sandbox.tree_path(worktree.root),
        )
        found = failures(check.report, said) if completed.ending == "exited" else _ended(check, completed)
        timed_out = completed.ending == "timeout"
        return CheckResult(
            check=check.name,
            outcome="timeout" if timed_out else "failed" if found else "passed",
            command=script,
            exit_code=completed.exit_code,
            duration_s=completed.duration_s,
            failures=found,
            output=said.output[-KEPT_OUTPUT:] if found or completed.exit_code else "",
        )

    def _script(
        self, worktree: Worktree, files: Sequence[str], check: Check
    ) -> tuple[str, Path]:
        listed = worktree.scratch / "files"
        listed.write_bytes(b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in files))
        report = worktree.scratch / "report"
        report.unlink(missing_ok=True)
        values = {**self.values, "task.files": tuple(files), "files_from": str(listed)}
        return for_shell(check.run, values), report

    def _key(self, commit: str, files: Sequence[str], check: Check) -> str:
        named = list(files) if {"task.files", "files_from"} & set(names(check.run)) else []
        parts = [self.tree_of(commit), check.name, check.run, check.timeout, check.cwd, named]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _portions(
    run: str, files: Sequence[str], values: Mapping[str, Value]
) -> Sequence[Sequence[str]]:
    if "task.files" not in names(run):
        return [files]
    whole = for_shell(run, {**values, "task.files": tuple(files), "files_from": ""})
    if len(whole.encode("utf-8", "surrogateescape")) <= MAX_COMMAND or len(files) < 2:  # noqa: PLR2004
        return [files]
    middle = len(files) // 2
    return [*_portions(run, files[:middle], values), *_portions(run, files[middle:], values)]


def _ended(check: Check, completed: Completed) -> tuple[Failure, ...]:
    why = {
        "timeout": f"did not end within {check.timeout}",
        "memory": "used more memory than it may",
        "processes": "started more processes than it may",
    }
    return (Failure(check.name, "", completed.ending, why[completed.ending]),)


def _text(completed: Completed) -> str:
    both = completed.stdout + (b"\n" if completed.stderr else b"") + completed.stderr
    return both.decode("utf-8", "replace")
