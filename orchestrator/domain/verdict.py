"""What checks and guards found, and the combined decision on a change set."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

CheckOutcome: TypeAlias = Literal["passed", "failed", "timeout", "flaky"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a check or a guard holds against a tree.

    Failures are compared without their position: `line` is for people and agents only. `rule` is
    a rule id, a test id or a guard's word for the fault; any field but `check` may be empty.
    `trace` has the files of a traceback, the one that raised first.
    """

    check: str
    path: str
    rule: str
    message: str
    line: int = 0
    trace: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The files that it blames, the likeliest first."""
        return self.trace or ((self.path,) if self.path else ())

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes two failures the same one."""
        return (self.check, self.path, self.rule, self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check on one tree.

    `failures` are only those that the baseline lacks; `known` counts those it has. `exit_code` is
    the command's own, None after a timeout. `output` is the bounded tail of what it printed.
    `cached` says that an earlier run on the same tree was used.
    """

    check: str
    outcome: CheckOutcome
    command: str
    exit_code: int | None
    duration_s: float
    failures: tuple[Failure, ...] = ()
    known: int = 0
    output: str = ""
    cached: bool = False

    @property
    def green(self) -> bool:
        """Whether the check speaks for the tree; a flaky pass does, and is reported as such."""
        return self.outcome in {"passed", "flaky"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The combined decision on a change set or on a tree."""

    failures: tuple[Failure, ...] = ()
    checks: tuple[CheckResult, ...] = ()

    @property
    def red(self) -> tuple[str, ...]:
        """The checks that speak against it."""
        return tuple(check.check for check in self.checks if not check.green)

    @property
    def accepted(self) -> bool:
        """Whether every guard and every check speaks for it."""
        return not self.failures and all(check.green for check in self.checks)

    @property
    def reasons(self) -> tuple[Failure, ...]:
        """Everything that speaks against it: the guards' failures first, then the checks'."""
        return self.failures + tuple(f for check in self.checks for f in check.failures)
