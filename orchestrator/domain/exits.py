"""Exit criteria: what must hold on the integration head for a run to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orchestrator.domain.playbook import PERCENT, AtMost, Bound, ExitCriterion, Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """What became of one exit criterion.

    `at_most` is the limit as it was written, `before` what the base had, None where that does not
    matter. `files` has what was found by file, and is empty when the criterion is met.
    """

    name: str
    at_most: AtMost
    found: int
    met: bool
    before: int | None = None
    files: tuple[tuple[str, int], ...] = ()

    @property
    def said(self) -> str:
        """One line for a person."""
        share = f" of {self.before}" if self.before is not None else ""
        return f"{self.name}: {self.found}{share} left, at most {self.at_most}"


def criteria(playbook: Playbook) -> tuple[ExitCriterion, ...]:
    """Return what must hold at the end: a scaffold plan leaves neither world unless it says so."""
    own = playbook.exit_criteria
    if playbook.strategy != "scaffold":
        return own
    implied = []
    if not any(one.residue for one in own):
        implied.append(ExitCriterion(residue=Bound()))
    if not any(one.scaffold for one in own):
        implied.append(ExitCriterion(scaffold=Bound()))
    return (*implied, *own)


def is_share(at_most: AtMost) -> bool:
    """Say whether a limit depends on what the base had."""
    return isinstance(at_most, str)


def judged(name: str, at_most: AtMost, found: Mapping[str, int], before: int) -> CriterionResult:
    """Compare what was found, by file, with the limit; `before` is what the base had."""
    total = sum(found.values())
    met = total <= _limit(at_most, before)
    return CriterionResult(
        name=name,
        at_most=at_most,
        found=total,
        met=met,
        before=before if is_share(at_most) else None,
        files=() if met else tuple(sorted(found.items())),
    )


def _limit(at_most: AtMost, before: int) -> Fraction:
    if isinstance(at_most, int):
        return Fraction(at_most)
    share = PERCENT.fullmatch(at_most)
    return Fraction(share[1] if share else 0) * before / 100


def unmet(results: Sequence[CriterionResult]) -> str:
    """Return why a run is not done, nothing when every criterion is met."""
    return "; ".join(f"exit criterion not met: {one.said}" for one in results if not one.met)
