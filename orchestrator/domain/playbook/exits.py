"""Exit criteria: what must hold on the last commit for a run to be done."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from orchestrator.domain.playbook.find import Find, Select
from orchestrator.domain.strict import Strict

AtMost: TypeAlias = int | str
PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
"""A limit that is a share of what the base commit had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound(Strict):
    """How much may be left at the end: a number, or a percentage of what the base had."""

    at_most: AtMost = 0

    def __post_init__(self) -> None:
        """Refuse what is neither a number nor a percentage."""
        _must_be_limit(self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBound(Find):
    """How much of something else than the residue may be left, in files of its own choice."""

    name: str
    at_most: AtMost = 0
    select: Select | None = None

    def __post_init__(self) -> None:
        """Refuse what is no rule, and what is neither a number nor a percentage."""
        Find.__post_init__(self)
        _must_be_limit(self.at_most)


def _must_be_limit(at_most: AtMost) -> None:
    if isinstance(at_most, str):
        share = PERCENT.fullmatch(at_most)
        fits = share is not None and float(share[1]) <= 100  # noqa: PLR2004 - per cent
    else:
        fits = at_most >= 0
    if not fits:
        message = f'at_most is {at_most!r}, and must be a number such as 0, or "20%"'
        raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCriterion(Strict):
    """One thing that must hold at a run's end; exactly one of its keys is given.

    The residue is what the playbook's `find` finds in the selected files, `scaffold` the uses of
    the scaffold and the files that it added.
    """

    residue: Bound | None = None
    scaffold: Bound | None = None
    find: OwnBound | None = None
