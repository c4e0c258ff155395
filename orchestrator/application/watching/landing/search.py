"""Where the search for what makes a batch red has come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from orchestrator.application.watching.follow import Look
from orchestrator.domain.events import LandingLooked

Found: TypeAlias = Literal["checking", "green", "red", "suspect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is known of a batch under check, by task, and the same in a sentence.

    `places` says where in the chain a commit stands that was looked at. Before a look was red
    nothing is known.
    """

    said: str = ""
    states: Mapping[str, Found] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, look: Look) -> "Search":
        """Return where the search has come to.

        Where each commit is checked the first red one is the culprit. Where one check stands for
        the whole batch, it is one of those above the last green commit, up to the first red one.
        """
        looks = look.run.looks
        if not looks or look.run.landing is None:
            return cls()
        bisects = look.run.policy.fill_batches  # one check a batch: see `Policy.of`
        low, high = _bounds(looks) if bisects else (0, 0)
        return cls(
            said=_between(low, high, looks) if bisects else _first(looks),
            states=_states(looks, look.run.landing.tasks, range(low + 1, high + 1)),
            places={one.task: f"{one.at} of {one.of}" for one in looks},
        )


def _bounds(looks: Sequence[LandingLooked]) -> tuple[int, int]:
    """Return the last place known green (0: none) below the first known red one, and that."""
    high = min((one.at for one in looks if not one.green), default=looks[-1].of)
    return max((one.at for one in looks if one.green and one.at < high), default=0), high


def _first(looks: Sequence[LandingLooked]) -> str:
    red = min((one.at for one in looks if not one.green), default=0)
    return f"red at {red} of {looks[-1].of}; what stands before it lands"


def _between(low: int, high: int, looks: Sequence[LandingLooked]) -> str:
    if high - low == 1:
        return f"red: {high} of {looks[-1].of} is what makes it so"
    return f"red: searching for the culprit in {low + 1}–{high} of {looks[-1].of}"


def _states(
    looks: Sequence[LandingLooked], tasks: Sequence[str], suspects: range
) -> dict[str, Found]:
    """Return what is known of each task; places are known where no conflict left a task out."""
    states: dict[str, Found] = {}
    if suspects and looks[-1].of == len(tasks):
        for place, task in enumerate(tasks, 1):
            if place in suspects:
                states[task] = "suspect"
            elif place < suspects.start:
                states[task] = "green"
    return states | {one.task: "green" if one.green else "red" for one in looks}
