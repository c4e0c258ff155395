"""What `leafcut init` proposes for a target repository, and what to do then."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from shlex import quote

from orchestrator.application.next_steps import NextStep
from orchestrator.domain.detection.detect import Detected
from orchestrator.domain.detection.propose import CheckIdea, checks, runs_tests, setups


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a playbook would find: so many occurrences, for so many tasks.

    `tasks` is None where the time was over after `looked_at` of `files` files: then there may be
    more occurrences. `problem` says why nothing is known.
    """

    playbook: str
    title: str
    occurrences: int = 0
    tasks: int | None = None
    looked_at: int = 0
    files: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a look at a target repository came to.

    `config` is the path of its config file, empty for a bare repository, which has no place for
    one. `before` and `after` are its text as it is and as it would be; `before` is None where there
    is none. `sandbox` and `agents` say what this machine has.
    """

    target: str
    commit: str
    detected: Detected
    prospects: Sequence[Prospect]
    sandbox: str
    agents: str
    config: str
    before: str | None
    after: str

    @property
    def checks(self) -> tuple[CheckIdea, ...]:
        """The checks to use."""
        return checks(self.detected)

    @property
    def runs_tests(self) -> bool:
        """Whether any of the checks runs tests."""
        return runs_tests(self.detected)

    @property
    def setups(self) -> tuple[str, ...]:
        """The commands that a playbook for this repository needs as its setup."""
        return setups(self.detected)

    @property
    def adds(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.config) and self.after != (self.before or "")


def next_step(proposal: Proposal, *, here: bool) -> NextStep:
    """Return the one thing to do next.

    `here` says whether the person stands in the target. The checks are named in any case: those of
    the target's file count only once it is committed, and for a person who trusts it.
    """
    worth = [one for one in proposal.prospects if one.occurrences]
    if not worth:
        return NextStep(
            "no built-in playbook finds anything here; write one of your own",
            "leafcut playbook new --ask",
        )
    best = max(worth, key=lambda one: one.occurrences)
    words = ["leafcut", "run", best.playbook]
    words += [] if here else ["--repo", quote(proposal.target)]
    for check in proposal.checks:
        words += ["--check", quote(check.on_command_line)]
    return NextStep(f"see and start {best.playbook}", " ".join(words))


def document(proposal: Proposal, step: NextStep, *, written: bool) -> Mapping[str, object]:
    """Return what `leafcut init --json` prints."""
    return {
        "schema": 1,
        "target": proposal.target,
        "commit": proposal.commit,
        "languages": dict(proposal.detected.languages),
        "tools": [asdict(one) for one in proposal.detected.found],
        "nested": list(proposal.detected.nested),
        "faults": dict(proposal.detected.faults),
        "checks": [{**asdict(one), "option": one.on_command_line} for one in proposal.checks],
        "setup": list(proposal.setups),
        "playbooks": [asdict(one) for one in proposal.prospects],
        "sandbox": proposal.sandbox,
        "agents": proposal.agents,
        "config": {
            "path": proposal.config,
            "before": proposal.before,
            "after": proposal.after,
            "written": written,
        },
        "next": [asdict(step)],
    }
