"""Reports of small runs that tests make up event by event, folded by the real fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.application.reporting.facts import Report
from orchestrator.application.reporting.gather import Source, report_of
from orchestrator.domain.attempt import AttemptOutcome, AttemptResult, Usage
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    BaselineTaken,
    CheckingStarted,
    Event,
    Landed,
    LandingEnded,
    LandingStarted,
    RunEnded,
    RunResumed,
    RunStarted,
    SentBack,
)
from orchestrator.domain.fold import fold
from orchestrator.domain.plan import Plan
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from orchestrator.ports.journal import Recorded
from tests.support.plans import BASE, make_plan

BEGAN = 1_700_000_000.0
"""When the runs begin, in seconds since the epoch; all moments below count from it."""

GREEN = CheckResult(check="tests", outcome="passed", command="t", exit_code=0, duration_s=0.5)


def red(check: str, output: str) -> CheckResult:
    """Return what a check says that is red and prints this, its last line being what failed."""
    failed = (Failure(check, "", "", output.rpartition("\n")[2]),)
    return CheckResult(
        check=check, outcome="failed", command=f"run {check}", exit_code=1, duration_s=0.5,
        failures=failed, output=output,
    )  # fmt: skip


@dataclass(slots=True)
class Story:
    """What happens in a run, told in its order; moments are in seconds since it began."""

    plan: Plan
    events: list[tuple[float, Event]] = field(default_factory=list)
    batches: int = 0

    @classmethod
    def of(cls, edges: Mapping[str, Sequence[str]]) -> "Story":
        """Begin with a plan whose tasks are the keys, each with what it depends on."""
        return cls(make_plan(edges)).begun()

    def begun(self) -> "Story":
        """Let the run begin and look at its base, which has an occurrence a task."""
        started = RunStarted(
            run="r-1", plan_hash="h", base=BASE, branch="refs/heads/b", sandbox="local",
            agents=("codemod",), concurrency=2, version="1", python="3.12", platform="linux",
        )  # fmt: skip
        found = len(self.plan.tasks)
        return self.at(0, started, BaselineTaken(checks=(), residue=found))

    def at(self, moment: float, *events: Event) -> "Story":
        """Let these happen."""
        self.events += [(moment, event) for event in events]
        return self

    def attempt(  # noqa: PLR0913 - what an attempt may say
        self,
        task: str,
        began: float,
        ended: float,
        outcome: AttemptOutcome = "accepted",
        number: int = 1,
        reason: str = "",
        checks: tuple[CheckResult, ...] = (),
    ) -> "Story":
        """Let an attempt begin and end; its agent had ended half-way."""
        token = f"{task}/{number}"
        start = AttemptStarted(task=task, number=number, agent="codemod", base=BASE, token=token)
        result = AttemptResult(
            task=task, number=number, token=token, outcome=outcome, commit="c" * 40,
            files=(f"{task}.py",), change_hash=token, residue=0, reason=reason,
            verdict=Verdict(checks=checks),
            usage=Usage(tokens=100 * number, cost_usd=0.01), duration_s=ended - began,
        )  # fmt: skip
        checking = CheckingStarted(task=task, token=token)
        self.at(began, start).at((began + ended) / 2, checking).at(ended, AttemptEnded(result=result))  # fmt: skip  # noqa: E501
        return self

    def landing(
        self, began: float, ended: float, *tasks: str, sent_back: Sequence[str] = ()
    ) -> "Story":
        """Let a batch land, but for those that are sent back."""
        self.batches += 1
        landed = tuple(
            Landed(
                task=task, commit=f"{task:0<40}", checked=f"{task:0<40}", files=(f"{task}.py",),
                checks=(GREEN,),
            )
            for task in tasks
        )  # fmt: skip
        back = tuple(SentBack(task=one, reason_code="conflict", reason="conflict") for one in sent_back)  # fmt: skip  # noqa: E501
        head = landed[-1].commit if landed else BASE
        start = LandingStarted(batch=self.batches, head=BASE, tasks=(*tasks, *sent_back))
        end = LandingEnded(batch=self.batches, head=head, landed=landed, sent_back=back)
        return self.at(began, start).at(ended, end)

    def ended(self, moment: float, residue: int | None = 0) -> "Story":
        """Let the run end."""
        return self.at(moment, RunEnded(state="done", residue=residue))

    def resumed(self, moment: float) -> "Story":
        """Let another process go on."""
        return self.at(moment, RunResumed(concurrency=2))

    @property
    def recorded(self) -> list[Recorded]:
        """The journal: by time, what was told first of one moment first."""
        ordered = sorted(self.events, key=lambda one: one[0])
        return [Recorded(n, BEGAN + at, event) for n, (at, event) in enumerate(ordered, start=1)]

    def report(
        self, *, title: str = "Make it so", target: str = "/a/target", alive: bool = False
    ) -> Report:
        """Return the report of it, a minute after what was last recorded."""
        policy, recorded = Policy(agents=("codemod",)), self.recorded
        last = recorded[-1].at if recorded else BEGAN
        return report_of(
            Source(
                run=fold(self.plan, policy, [entry.event for entry in recorded]),
                fresh=Run(self.plan, policy),
                recorded=recorded,
                title=title,
                target=target,
                alive=alive,
                now=last + 60,
            )
        )


def chain() -> Story:
    """Return a run of three tasks, of which b is tried twice and c depends on a; it took 20 s."""
    return (
        Story.of({"a": [], "b": [], "c": ["a"]})
        .attempt("a", 1, 4)
        .attempt("b", 1, 6, "rejected", reason="tests: it is red")
        .landing(4, 5, "a")
        .attempt("c", 5, 15)
        .attempt("b", 6, 8, number=2)
        .landing(8, 9, "b")
        .landing(15, 19, "c")
        .ended(20)
    )
