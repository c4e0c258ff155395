"""What a forge has of a run, looked up anew each time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from orchestrator.application.slices.publish import HEADS, Memory
from orchestrator.domain.messages import RUN, TASK
from orchestrator.domain.pulls import Pull
from orchestrator.ports.forge import Forge
from orchestrator.ports.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The main branch and its commit, Leafcut's refs, the newest pull request of each branch."""

    main: str
    tip: str
    refs: Mapping[str, str]
    pulls: Mapping[str, Pull]

    def in_main(self, branch: str) -> bool:
        """Say whether a branch's pull request is merged, into main or into one that is."""
        pull = self.pulls.get(branch)
        if pull is None or pull.state != "merged":
            return False
        return pull.base == self.main or (pull.base != branch and self.in_main(pull.base))

    def current(self, branch: str) -> Pull | None:
        """Return a branch's pull request, as far as it stands for what is still to be reviewed.

        A merged one is done with. One whose base is gone was closed by that and by nobody: GitHub
        cannot open it again.
        """
        pull = self.pulls.get(branch)
        if pull is None or self.in_main(branch):
            return None
        gone = pull.base != self.main and HEADS + pull.base not in self.refs
        return None if pull.state == "closed" and gone and self.in_main(pull.base) else pull


def look(forge: Forge, branches: Iterable[str]) -> Seen:
    """Ask the forge: pull requests first, so that main has all that they say is merged."""
    pulls = {pull.branch: pull for pull in forge.pulls(sorted(set(branches)))}
    refs = forge.refs()
    main, tip = forge.main()
    return Seen(main=main, tip=tip, refs=refs, pulls=pulls)


def merged_tasks(
    seen: Seen, run: str, base: str, repository: Repository, memory: Memory
) -> Collection[str]:
    """Return the tasks whose commits have come to main by pull requests.

    They are read from the commit that was merged, or from where the run left the branch when a
    person pushed to it before.
    """
    found: set[str] = set()
    for branch, pull in seen.pulls.items():
        if not seen.in_main(branch):
            continue
        head = repository.resolve(pull.head) or repository.head(memory(HEADS + branch))
        history = repository.history(base, head) if head else ()
        found |= {
            info.trailers[TASK]
            for info in history
            if info.trailers.get(RUN) == run and TASK in info.trailers
        }
    return found
