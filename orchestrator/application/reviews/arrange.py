"""What a run's pull requests on a forge are to be, slice by slice; nothing is changed yet."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from orchestrator.application.reviews.restack import Left, restack
from orchestrator.application.reviews.seen import Seen, look, merged_tasks
from orchestrator.application.slices.collate import BuiltSlice, Check, files_there
from orchestrator.application.slices.prs import PullRequest, PullRequests
from orchestrator.application.slices.publish import Publication
from orchestrator.domain.opening import Decision, Place, Room, decide
from orchestrator.domain.pulls import Pull
from orchestrator.domain.slices import SliceOptions
from orchestrator.ports.forge import Forge

_STANDS = "refs/leafcut/stands/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A run's slices and the forge that they are reviewed on.

    `pulls` has the forge's branches for the target's; `remembered` gives the branches that the run
    has pushed. `room` is how many may be open, `draft` and `labels` how new ones begin.
    """

    pulls: PullRequests
    forge: Forge
    remembered: Callable[[], Sequence[str]]
    room: Room = field(default_factory=Room)
    draft: bool = True
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """A slice that is not merged, the pull request that it has, and what becomes of that."""

    wanted: PullRequest
    pull: Pull | None
    decision: Decision

    @property
    def live(self) -> bool:
        """Whether its branch and its pull request are to be as Leafcut has them."""
        return self.decision.fate in {"kept", "opened"}

    @property
    def branch(self) -> str:
        """Its branch."""
        return self.wanted.built.branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """All slices of a run on a forge.

    `every` has the merged ones, too, as they were cut; `stands` on which commit of main what
    is left of stacks stands, by ref; `stray` the open pull requests that are in no slice any more.
    """

    seen: Seen
    slices: tuple[Arranged, ...]
    every: tuple[PullRequest, ...]
    stands: Mapping[str, str]
    stray: tuple[Pull, ...] = ()

    @property
    def merged(self) -> tuple[PullRequest, ...]:
        """The slices of which nothing is left."""
        left = {one.branch for one in self.slices}
        return tuple(pull for pull in self.every if pull.built.branch not in left)


def arrange(
    review: Review,
    options: SliceOptions,
    check: Check | None = None,
    executor: Executor | None = None,
) -> Arrangement:
    """Look at the run and at the forge; return what each slice is to be.

    With `check` the tips are checked, each on what it stands on.
    """
    pulls = review.pulls
    review.forge.main()  # a key that is refused is known before checks take their time
    every = pulls.check(options, check, executor) if check and executor else pulls.preview(options)
    branches = {pull.built.branch for pull in every}
    seen = look(review.forge, branches | set(review.remembered()))
    grounds = _Grounds(review, seen)
    left = restack(
        [pull.built for pull in every],
        merged_tasks(seen, pulls.origin.run, pulls.run.base, pulls.repository, pulls.memory),
        grounds.of,
        pulls.repository,
    )
    if check is not None:
        left = tuple(_checked(one, check, pulls) for one in left)
    return Arrangement(
        seen=seen,
        slices=_arranged(review, seen, every, left),
        every=every,
        stands=grounds.stands,
        stray=tuple(
            pull
            for branch, pull in seen.pulls.items()
            if pull.state == "open" and branch not in {one.built.branch for one in left}
        ),
    )


def _arranged(
    review: Review, seen: Seen, every: Sequence[PullRequest], left: Sequence[Left]
) -> tuple[Arranged, ...]:
    titled = {pull.built.branch: pull for pull in every}
    moves = review.pulls.publications([one.built for one in left])
    wanted = [
        replace(titled[one.built.branch], built=one.built, publication=_made_anew(move, seen))
        for one, move in zip(left, moves, strict=True)
    ]
    places = [
        Place(
            branch=pull.built.branch,
            below=pull.built.below,
            owners=pull.built.slice.owners,
            pull=seen.current(pull.built.branch),
            hindrance=one.hindrance or _hindrance(pull, seen),
        )
        for pull, one in zip(wanted, left, strict=True)
    ]
    decided = decide(places, review.room)
    return tuple(
        Arranged(wanted=pull, pull=place.pull, decision=decided[place.branch])
        for pull, place in zip(wanted, places, strict=True)
    )


def _made_anew(move: Publication, seen: Seen) -> Publication:
    """Return the move as one that makes the branch, where it is gone."""
    gone = move.ref not in seen.refs
    return replace(move, state="new", old=None) if gone else move


def _hindrance(pull: PullRequest, seen: Seen) -> str:
    move = pull.publication
    there = seen.pulls.get(pull.built.branch)
    if there is not None and there.state == "merged" and not seen.in_main(pull.built.branch):
        return f"merged into {there.base}, which is not merged yet"
    if move.state != "moved":
        return ""
    return f"{pull.built.branch} was moved by {move.owner or 'someone else'}"


def _checked(left: Left, check: Check, pulls: PullRequests) -> Left:
    """Return a slice with its checks, where it stands on another commit than it was checked on."""
    built = left.built
    if left.hindrance or built.checks:
        return left
    files = files_there(built, pulls.repository)
    checked = replace(built, checks=check(built.tip, files))
    red = [one.check for one in checked.checks if not one.green]
    return Left(checked, f"red on main: {', '.join(red)}" if red else "")


@dataclass(slots=True)
class _Grounds:
    """Which commit of main what is left of each stack stands on.

    It stays there until more of the stack is merged: a branch is not moved under its reviewers for
    every commit of main. `stands` collects what is to be remembered.
    """

    review: Review
    seen: Seen
    stands: dict[str, str] = field(default_factory=dict)

    def of(self, stack: Sequence[BuiltSlice]) -> str:
        merged = [piece.branch for piece in stack if self.seen.in_main(piece.branch)]
        refs = [_STANDS + branch for branch in merged or [stack[0].branch]]
        known = {self.review.pulls.repository.head(ref) for ref in refs}
        ground = known.pop() if len(known) == 1 else None
        if ground is None:
            ground = self.seen.tip
            self.review.forge.bring(ground)
            self.stands |= dict.fromkeys(refs, ground)
        return ground
