"""What a change set is held to: checks and guards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from orchestrator.domain.durations import seconds
from orchestrator.domain.sources import Laziness
from orchestrator.domain.strict import Strict

CheckMoment: TypeAlias = Literal["attempt", "landing", "both"]
ReportFormat: TypeAlias = Literal["exit", "lines", "junit", "sarif"]
Switch: TypeAlias = Literal["on", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Strict):
    """One acceptance command.

    `cache` names paths in the tree that carry over from earlier trusted runs of this check;
    `flaky_retries` is how often a red check is run again on the same tree. `covers` are globs of
    the files that the check is about: with `landing.affected` it runs when one of them depends on
    a changed file.
    """

    name: str
    run: str
    on: CheckMoment = "both"
    report: ReportFormat = "exit"
    timeout: str = "15m"
    cwd: str = "."
    cache: tuple[str, ...] = ()
    flaky_retries: int = 0
    covers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a timeout that is no duration and a negative number of reruns."""
        seconds(self.timeout)
        if self.flaky_retries < 0:
            message = "flaky_retries must not be negative"
            raise ValueError(message)

    def runs_on(self, moment: Literal["attempt", "landing"]) -> bool:
        """Say whether the check belongs to this moment."""
        return self.on in {moment, "both"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards(Strict):
    """How far the built-in guards are relaxed; the defaults are the strictest that make sense.

    `max_changed_lines` counts added plus removed lines of one change set; 0 lifts the limit.
    `allow_moves` are globs of where a task's file may move to. `test_renames` leads from the ids of
    tests, or regular expressions of them, to what they are called afterwards.
    """

    residue: Literal["zero", "reduce", "off"] = "zero"
    max_changed_lines: int = 600
    allow_new_files: tuple[str, ...] = ()
    allow_deleted: tuple[str, ...] = ()
    allow_moves: tuple[str, ...] = ()
    laziness: Switch = "on"
    allow_laziness: tuple[Laziness, ...] = ()
    test_integrity: Switch = "on"
    test_renames: Mapping[str, str] = field(default_factory=dict)
    secrets: Switch = "on"
