"""The pull requests of a run: cut, build, check, publish; a forge does the rest."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass

from orchestrator.application.pages.body import Links, Origin, Page, body, title
from orchestrator.application.slices.collate import BuiltSlice, Check, Collator, landed_commits
from orchestrator.application.slices.publish import (
    HEADS,
    Claims,
    Memory,
    Publication,
    WriteRefs,
    left_over,
    note_publication,
    publications,
    publish,
    published,
    unclaimed,
)
from orchestrator.domain.cutting import cut
from orchestrator.domain.hunks import hunks
from orchestrator.domain.opening import Decision, Place, Room, decide
from orchestrator.domain.patterns import reading
from orchestrator.domain.receipt import notes_ref
from orchestrator.domain.run import Run
from orchestrator.domain.slices import SliceOptions
from orchestrator.ports.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A slice with its title and with what publishing does to its branch.

    `blind` names the checks whose word is worth nothing: they stay green on a broken file.
    """

    title: str
    built: BuiltSlice
    publication: Publication
    blind: tuple[str, ...] = ()

    def facts(self) -> dict[str, object]:
        """Return what programs may read."""
        built = self.built
        added, removed = built.lines
        return {
            "number": built.number,
            "title": self.title,
            "key": built.slice.key,
            "stack": built.stack,
            "position": built.position,
            "stands_on": built.below,
            "branch": built.branch,
            "branch_state": self.publication.state,
            "branch_owner": self.publication.owner,
            "base": built.base,
            "tip": built.tip,
            "group": built.slice.group,
            "labels": list(built.slice.labels),
            "added": added,
            "removed": removed,
            "files": [asdict(file) for file in built.files],
            "tasks": [commit.task for commit in built.slice.commits],
            "checks": [
                {
                    "check": check.check,
                    "outcome": check.outcome,
                    "command": check.command,
                    "exit_code": check.exit_code,
                    "duration_s": round(check.duration_s, 3),
                    "known": check.known,
                    "cached": check.cached,
                    "blind": check.check in self.blind,
                }
                for check in built.checks
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequests:
    """The slices of one run.

    `branches` gives the target repository's `leafcut/*` branches by full ref name, `notes` the
    commit that its receipts are at, `write` sets some of these refs; `claims` knows what other
    runs wrote there, and `memory` where this one left each. `make_receipts` writes those of slices
    into the canonical repository and returns their commit. The branches may be a forge's as well.
    """

    run: Run
    repository: Repository
    origin: Origin
    branches: Callable[[], Mapping[str, str]]
    notes: Callable[[], str | None]
    merged: Callable[[], Collection[str]]
    write: WriteRefs
    make_receipts: Callable[[Sequence[BuiltSlice], Check], str]
    claims: Claims = unclaimed
    memory: Memory = published

    def preview(self, options: SliceOptions) -> tuple[PullRequest, ...]:
        """Return what `create` would do as long as every tip is green; nothing is moved."""
        collator = self._collator(options)
        return self._described(collator.build() if collator else ())

    def check(
        self, options: SliceOptions, check: Check, executor: Executor
    ) -> tuple[PullRequest, ...]:
        """Return the pull requests with their tips checked; only the last can be red."""
        collator = self._collator(options)
        return self._described(collator.check(check, executor) if collator else ())

    def receipts(self, wanted: Sequence[PullRequest], check: Check) -> Publication:
        """Write the receipts of all that has landed; return what publishing them does."""
        ref = notes_ref(self.origin.run)
        made = self.make_receipts([pull.built for pull in wanted], check)
        return note_publication(ref, made, self.repository, self.notes(), self.memory)

    def publish(self, wanted: Sequence[PullRequest], receipts: Publication) -> None:
        """Write the branches and the receipts into the target repository, all or none.

        Raises:
            InvalidInputError: a branch, or the receipts, are not where Leafcut left them.
        """
        moves = [*(pull.publication for pull in wanted), receipts]
        publish(moves, self.repository, self.write, self.memory)

    def decided(self, wanted: Sequence[PullRequest], room: Room) -> Mapping[str, Decision]:
        """Return by branch which slices may wait for review now and why others may not yet.

        One whose branch is merged into what the target has checked out is not among them.
        """
        merged = self.merged()
        places = [
            Place(branch=pull.built.branch, below=pull.built.below, owners=pull.built.slice.owners)
            for pull in wanted
            if pull.publication.ref not in merged
        ]
        return decide(places, room)

    def left_over(self, wanted: Sequence[PullRequest]) -> tuple[str, ...]:
        """Return the branches that this run wrote before and that are in no slice any more."""
        moves = [pull.publication for pull in wanted]
        refs = left_over(moves, self.repository, self.branches(), self.memory)
        return tuple(ref.removeprefix(HEADS) for ref in refs)

    def pages(
        self,
        wanted: Sequence[PullRequest],
        among: Sequence[PullRequest] | None = None,
        links: Links | None = None,
        longest: int | None = None,
    ) -> tuple[Page, ...]:
        """Return what a forge shows of each pull request, in at most `longest` characters.

        `among` are all slices of the run, if there are more; `links` has the pull requests that are
        open already, by branch.
        """
        slices = [pull.built for pull in among or wanted]
        return tuple(self._page(pull, slices, links, longest) for pull in wanted)

    def _page(
        self,
        pull: PullRequest,
        slices: Sequence[BuiltSlice],
        links: Links | None,
        longest: int | None,
    ) -> Page:
        built = pull.built
        diff = self.repository.diff(built.base, built.tip).decode("utf-8", "surrogateescape")
        read = reading(list(hunks(diff)))
        return Page(
            number=built.number,
            title=pull.title,
            body=body(built, slices, self.origin, read, links, longest),
            patch=self.repository.patch(built.base, built.tip),
            facts=pull.facts(),
        )

    def facts(self) -> dict[str, object]:
        """Return what holds for all of them."""
        return {
            "run": self.origin.run,
            "playbook": self.origin.playbook.name,
            "base": self.origin.base,
            "head": self.origin.head,
            "receipts": notes_ref(self.origin.run),
        }

    def _collator(self, options: SliceOptions) -> Collator | None:
        commits = landed_commits(self.run, self.repository)
        slices = cut(self.run.plan.playbook, commits, options)
        return Collator(self.repository, self.run, slices, options.stacked) if slices else None

    def publications(self, built: Sequence[BuiltSlice]) -> tuple[Publication, ...]:
        """Return what publishing would do to the branch of each slice."""
        branches = self.branches()
        return publications(built, self.repository, branches, self.claims, self.memory)

    def _described(self, built: Sequence[BuiltSlice]) -> tuple[PullRequest, ...]:
        moves = self.publications(built)
        return tuple(
            PullRequest(
                title=title(piece, len(built), self.origin),
                built=piece,
                publication=move,
                blind=self.origin.blind,
            )
            for piece, move in zip(built, moves, strict=True)
        )
