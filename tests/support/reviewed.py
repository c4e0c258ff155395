"""A run with landed commits whose slices are reviewed on a GitHub double, in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from github import Auth

from orchestrator.adapters.forges.address import address
from orchestrator.adapters.forges.github import GitHubForge
from orchestrator.adapters.forges.pace import Pace
from orchestrator.adapters.git.exchange import refs_below
from orchestrator.adapters.git.notes import write_notes
from orchestrator.application.pages.body import Origin
from orchestrator.application.reviews.arrange import Arrangement, Review, arrange
from orchestrator.application.reviews.perform import judged, perform
from orchestrator.application.slices.collate import BuiltSlice, Check
from orchestrator.application.slices.prs import PullRequests
from orchestrator.application.slices.publish import PUSHED, pushed
from orchestrator.domain.opening import Room
from orchestrator.domain.playbook import Find, Playbook
from orchestrator.domain.playbook import PullRequests as Wanted
from orchestrator.domain.receipt import notes_ref
from orchestrator.domain.slices import SliceOptions
from orchestrator.domain.verdict import CheckResult
from tests.support.github import GitHubDouble
from tests.support.landed import Edit, LandedRun
from tests.support.receipts import result

PLAYBOOK = Playbook(
    version=1,
    name="p",
    title="Tidy up",
    agents=("codemod",),
    find=Find(regex=("old",)),
    pull_requests=Wanted(title="Tidy ${{ slice.name }}"),
)


class Sleeper:
    """Sleeps without taking time, and remembers for how long."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.said: list[str] = []
        self.time = 1e9

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def pace(self) -> Pace:
        """Return a pace that sleeps so."""
        return Pace(self.said.append, self, lambda: self.time)


@dataclass
class Reviewed:
    """The run, the double, and how the one is reviewed on the other.

    `red` has the commits' trees that a check finds red; each look begins with a new client.
    """

    landed: LandedRun
    github: GitHubDouble
    room: Room = field(default_factory=Room)
    options: SliceOptions = field(default_factory=lambda: SliceOptions(stacked=True, max_lines=4))
    red: set[str] = field(default_factory=set)
    checked: list[str] = field(default_factory=list)
    sleeper: Sleeper = field(default_factory=Sleeper)

    def forge(self) -> GitHubForge:
        """Return a client with nothing looked up yet."""
        where = address(self.github.clone_url, named=True)
        auth = Auth.Token(self.github.token)
        return GitHubForge(where, auth, self.sleeper.pace(), self.landed.canonical.directory)

    def review(self, **changes: Any) -> Review:
        """Return what a new process would work with."""
        forge, canonical, run = self.forge(), self.landed.canonical, self.landed.run
        pulls = PullRequests(
            run=run,
            repository=canonical,
            origin=Origin(
                run="r",
                playbook=PLAYBOOK,
                params={},
                values={"playbook.title": "Tidy up"},
                base=run.base,
                head=run.head,
            ),
            branches=forge.refs,
            notes=lambda: forge.refs().get(notes_ref("r")),
            merged=tuple,
            write=lambda moves: forge.push(
                {ref: (old, new) for ref, (new, old) in moves.items() if old != new}
            ),
            make_receipts=self._receipts,
            memory=pushed,
        )
        review = Review(
            pulls=pulls, forge=forge, remembered=self.remembered, room=self.room, draft=False
        )
        return replace(review, **changes)

    def remembered(self) -> list[str]:
        """Return the branches that were pushed."""
        names = refs_below(self.landed.canonical.directory, PUSHED)
        return [f"leafcut/{n.removeprefix(PUSHED)}" for n in names if "/notes/" not in n]

    def preview(self) -> Arrangement:
        """Return what would be done."""
        return arrange(self.review(), self.options)

    def sync(self, **changes: Any) -> Arrangement:
        """Do it, as create and sync do."""
        review = self.review(**changes)
        arranged = arrange(review, self.options, self.check, _Now())  # type: ignore[arg-type]
        return judged(review, perform(review, arranged, self.check))

    def check(self, commit: str, _: Sequence[str]) -> tuple[CheckResult, ...]:
        """Look at a tree."""
        tree = self.landed.canonical.info(commit).tree
        self.checked.append(commit)
        return (result(outcome="failed" if tree in self.red else "passed"),)

    def _receipts(self, slices: Sequence[BuiltSlice], _: Check) -> str:
        texts = {built.tip: f"{built.branch}\n".encode() for built in slices}
        return write_notes(self.landed.canonical, notes_ref("r"), texts, "Receipts\n")

    def branches(self) -> Mapping[str, str]:
        """Return Leafcut's branches on the double."""
        found = self.github.bare.refs()
        return {n: oid for n, oid in found.items() if n.startswith("refs/heads/leafcut/")}


class _Now:
    """An executor that does at once what it is asked for."""

    def submit(self, act: Any, *given: Any) -> Any:
        return _Done(act(*given))


@dataclass
class _Done:
    value: Any

    def result(self) -> Any:
        return self.value


EDITS = tuple(Edit(f"t{n}", {f"d{n}/a": b"new\n", f"d{n}/b": b"new\n"}) for n in range(1, 5))
BASE = {f"d{n}/{name}": b"old\n" for n in range(1, 5) for name in "ab"}
