"""What a run may spend."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.domain.attempt import Usage

FREE: Mapping[str, Usage] = {"codemod": Usage()}
"""Agents whose price is known before they have worked: a codemod is a command of the playbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A run's limits; None is no limit.

    Money is in US dollars, `attempts` counts all attempts of the run, `wall_s` is in seconds of
    work: time at a checkpoint, or at rest while the run is paused, does not count.
    """

    usd: float | None = None
    tokens: int | None = None
    attempts: int | None = None
    wall_s: float | None = None
