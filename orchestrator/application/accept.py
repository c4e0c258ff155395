"""Acceptance: the playbook's checks on committed trees, compared with the baseline."""

import hashlib
import json
import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Literal, NoReturn

from orchestrator.application.caches import CheckCaches
from orchestrator.application.checking import CheckRunner, names_files
from orchestrator.application.redaction import Redact, as_it_is, clean_check
from orchestrator.application.workshop import Prepare
from orchestrator.domain.baseline import Known, known, only_new
from orchestrator.domain.expressions import Value
from orchestrator.domain.playbook import Check
from orchestrator.domain.reports import UNREADABLE
from orchestrator.domain.verdict import CheckOutcome, CheckResult, Failure
from orchestrator.errors import InvalidInputError, MissingRequirementError
from orchestrator.ports.repository import Worktree, Worktrees
from orchestrator.ports.sandbox import Sandbox

Moment = Literal["attempt", "landing"]
Choose = Callable[[Sequence[Check], Sequence[str]], Sequence[Check]]

NOT_FOUND = {126, 127}
"""Exit codes of a shell that could not run the command at all."""
_NO_MODULE = re.compile(r"python[\w.]*: No module named \S+$", re.MULTILINE)
"""What `python -m` says when there is no such tool; its exit code is 1."""


@dataclass(slots=True, kw_only=True)
class Acceptance:
    """Runs checks; may be used from any thread.

    `values` are what expressions may name, `readable` what commands may see beside the tree,
    `redact` takes secrets out of what checks print. `shared` are files that all tasks may edit and
    no check is told of.
    """

    checks: Sequence[Check]
    sandbox: Sandbox
    values: Mapping[str, Value]
    tree_of: Callable[[str], str]
    prepare: Prepare
    caches: CheckCaches
    readable: tuple[Path, ...] = ()
    redact: Redact = as_it_is
    shared: tuple[str, ...] = ()
    baseline: dict[str, Known] = field(default_factory=dict)
    _verdicts: dict[str, CheckResult] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def judge(
        self,
        worktree: Worktree,
        commit: str,
        files: Sequence[str],
        moment: Moment,
        choose: Choose | None = None,
    ) -> tuple[CheckResult, ...]:
        """Run the moment's checks on `commit` in playbook order, up to the first red one.

        `choose` says which of them matter for a change of these files.
        """
        results: list[CheckResult] = []
        files = [path for path in files if path not in self.shared]
        checks = [check for check in self.checks if check.runs_on(moment)]
        for check in choose(checks, files) if choose else checks:
            results.append(self._cached(worktree, commit, files, check, moment))
            if not results[-1].green:
                break
        return tuple(results)

    def judging(
        self, worktrees: Worktrees, moment: Moment, choose: Choose | None = None
    ) -> Callable[[str, Sequence[str]], tuple[CheckResult, ...]]:
        """Return a function that judges a commit in a worktree of its own."""

        def judge(commit: str, files: Sequence[str]) -> tuple[CheckResult, ...]:
            with worktrees.lease() as worktree:
                return self.judge(worktree, commit, files, moment, choose)

        return judge

    def take_baseline(
        self, worktree: Worktree, base: str, files: Sequence[str]
    ) -> tuple[CheckResult, ...]:
        """Run every check on the base and remember what it holds against it.

        Raises:
            MissingRequirementError: a check's command does not exist.
            InvalidInputError: a check says nothing on the base that a later run could be held
                against: it hangs, or writes no report.
        """
        results = []
        for check in self.checks:
            result = self._run(worktree, base, files, check)
            _must_speak(check, result)
            self.caches.keep(check, worktree.root)
            results.append(result)
        self.baseline = known(results)
        return tuple(results)

    def blind(self, worktree: Worktree, broken: str, files: Sequence[str]) -> tuple[str, ...]:
        """Return the checks that see nothing wrong with `broken`, a commit with a broken file."""
        return tuple(
            check.name
            for check in self.checks
            if self._against_baseline(check, self._run(worktree, broken, files, check)).green
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
        for _ in range(check.flaky_retries if first.outcome == "failed" else 0):
            again = self._against_baseline(check, self._run(worktree, commit, files, check))
            if again.green:
                return replace(again, outcome="flaky", output=first.output)
        return first

    def _against_baseline(self, check: Check, result: CheckResult) -> CheckResult:
        new, counted = only_new(check, result, self.baseline.get(check.name, Known()))
        outcome: CheckOutcome = "failed" if new else "passed"
        if result.outcome == "timeout":
            outcome = "timeout"
        return replace(result, outcome=outcome, failures=new, known=counted)

    def _run(
        self, worktree: Worktree, commit: str, files: Sequence[str], check: Check
    ) -> CheckResult:
        """Run a check on the tree of a commit that nothing else has touched since its reset."""
        self.prepare(worktree, commit)
        self.caches.lend(check, worktree.root)
        runner = CheckRunner(sandbox=self.sandbox, values=self.values, readable=self.readable)
        return clean_check(runner.run(check, worktree, files), self.redact)

    def _key(self, commit: str, files: Sequence[str], check: Check) -> str:
        """Name a verdict; what is the same in a whole run (values, environment) is left out."""
        named = list(files) if names_files(check) else []
        parts = [self.tree_of(commit), check.name, check.run, check.timeout, check.cwd, named]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _must_speak(check: Check, result: CheckResult) -> None:
    if result.exit_code in NOT_FOUND or (result.exit_code and _NO_MODULE.search(result.output)):
        raise MissingRequirementError(
            f"check {check.name!r} cannot run: {result.output.strip() or result.command}",
            hint=_how_to_get_it(result.command),
        )
    if result.exit_code is None:
        _refuse(check, result.failures[0], "raise its limit, or leave the check out")
    for failure in result.failures:
        if failure.rule == UNREADABLE:
            said = f"\n{result.output.strip()}" if result.output else ""
            _refuse(check, failure, f"see what this prints: {result.command}{said}")


def _refuse(check: Check, failure: Failure, hint: str) -> NoReturn:
    message = f"check {check.name!r} is of no use on the base commit: it {failure.message}"
    raise InvalidInputError(message, hint=hint)


def _how_to_get_it(command: str) -> str:
    """Return what to do about a program that was not found: it may be there all the same."""
    for word in command.split():
        if os.path.isabs(word) and os.access(word, os.X_OK):
            folder = shlex.quote(os.path.dirname(word))
            return (
                f"{word} is there, but the sandbox does not show it: put its folder on the PATH "
                f"(PATH={folder}:$PATH leafcut …), or --sandbox local"
            )
    return "install what it calls, or correct the check's command"
