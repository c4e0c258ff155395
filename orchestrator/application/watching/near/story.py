"""One task from near: its attempts with what landing made of each, and what judged them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.application.timeline import AttemptSpan, LandingSpan
from orchestrator.application.watching.follow import Look
from orchestrator.domain.attempt import NO_CHANGE
from orchestrator.domain.blindness import blind
from orchestrator.domain.events import Landed, SentBack
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import CheckResult, Failure, Verdict

PaneName: TypeAlias = Literal["checks", "transcript", "diff", "prompt", "attempts", "about"]
Sign: TypeAlias = Literal["both", "new", "gone"]
"""Of a failure in two attempts: in both, in the later one only, in the earlier one only."""


@dataclass(frozen=True, slots=True)
class LandingLook:
    """What one landing said of a task; `span` is the whole landing."""

    span: LandingSpan
    said: Landed | SentBack

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """What looked at the tree; a landing says it of the whole batch where not of each."""
        whole = self.span.end.checks if self.span.end else ()
        return self.said.checks or (whole if isinstance(self.said, Landed) else ())


@dataclass(frozen=True, slots=True)
class Episode:
    """An attempt, and what landings said of its change set, in order."""

    span: AttemptSpan
    landings: tuple[LandingLook, ...] = ()

    @property
    def name(self) -> str:
        """What people call the attempt: its number, which trials count for themselves."""
        return f"{'trial ' if self.span.trial else ''}{self.span.number}"

    @property
    def commit(self) -> str | None:
        """The commit of its change set: the landed one, where it has landed."""
        for look in reversed(self.landings):
            if isinstance(look.said, Landed):
                return look.said.commit
        return self.span.result.commit if self.span.result else None

    @property
    def offered(self) -> str:
        """The hash of its change set; empty where it has none."""
        return self.span.result.change_hash if self.span.result else ""

    @property
    def reasons(self) -> tuple[Failure, ...]:
        """Everything that was held against it, what landing found first."""
        back = [look.said for look in self.landings if isinstance(look.said, SentBack)]
        found = [Verdict(failures=said.failures, checks=said.checks).reasons for said in back]
        own = self.span.result.verdict.reasons if self.span.result else ()
        return tuple(failure for some in reversed(found) for failure in some) + own


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Who judged a change set, what came of it, and what was said: guards first, then checks."""

    title: str
    good: bool | None
    reason: str = ""
    guards: tuple[Failure, ...] = ()
    checks: tuple[CheckResult, ...] = ()


def episodes(look: Look, task: str) -> list[Episode]:
    """Return a task's attempts, the oldest first, each with the landings that followed it."""
    spans = look.timeline.of(task)
    if not spans:
        return []
    landings, told = list(_landings(look, task)), []
    for span, after in zip(spans, [*spans[1:], None], strict=True):
        until = after.began if after else float("inf")
        mine = tuple(one for one in landings if span.began <= one.span.began < until)
        told.append(Episode(span, mine))
    return told


def _landings(look: Look, task: str) -> Iterator[LandingLook]:
    for span in look.timeline.landings:
        if task in span.tasks and span.end is not None:
            every: list[Landed | SentBack] = [*span.end.landed, *span.end.sent_back]
            yield from (LandingLook(span, said) for said in every if said.task == task)


def judgements(look: Look, task: str, episode: Episode | None) -> list[Judgement]:
    """Return who judged an attempt, the last one first.

    An attempt that had nothing new to offer is followed by the one that was turned down before it:
    only that says why.
    """
    if episode is None:
        return _before_the_first(look.run, task)
    before = _objected(look, task, episode)
    own = list(_of_episode(episode))
    return own if before is None else [*own, *_of_episode(before)]


def _objected(look: Look, task: str, last: Episode) -> Episode | None:
    """Return the attempt that says why a later one, the last, had nothing new to offer.

    None where that one offered something new, or nothing was held against any before it.
    """
    result = last.span.result
    if result is None:
        return None
    told = episodes(look, task)
    before = told[: next((at for at, one in enumerate(told) if one.span == last.span), 0)]
    objected = [one for one in before if one.reasons]
    if result.reason_code != NO_CHANGE:
        same = last.offered if result.outcome == "accepted" and not last.landings else ""
        objected = [one for one in objected if same and one.offered == same]
    return objected[-1] if objected else None


def _of_episode(episode: Episode) -> Iterator[Judgement]:
    yield from (_of_landing(one) for one in reversed(episode.landings))
    yield from _of_attempt(episode)


def _before_the_first(run: Run, task: str) -> list[Judgement]:
    """Return what a task knows from the one that it follows, before its own first attempt."""
    verdict = run.tasks[task].verdict
    if verdict is None:
        return []
    return [
        Judgement(
            title="the change that this task follows",
            good=False,
            guards=verdict.failures,
            checks=verdict.checks,
        )
    ]


def _of_landing(look: LandingLook) -> Judgement:
    said, name = look.said, f"landing, batch {look.span.batch}"
    if isinstance(said, Landed):
        return Judgement(
            title=f"{name}: landed as {said.commit[:10]}", good=True, checks=look.checks
        )
    return Judgement(
        title=f"{name}: sent back",
        good=False,
        reason=said.reason,
        guards=said.failures,
        checks=look.checks,
    )


def _of_attempt(episode: Episode) -> Iterator[Judgement]:
    span = episode.span
    name = f"attempt {episode.name}, {span.agent}"
    if span.result is None:
        under_way = "its checks are running" if span.checking else "its agent is at work"
        said = under_way if span.ended is None else "lost: its process was stopped or died"
        yield Judgement(title=f"{name}: {said}", good=None)
        return
    result = span.result
    yield Judgement(
        title=f"{name}: {result.outcome}",
        good={"accepted": True, "unchanged": None}.get(result.outcome, False),
        reason=result.reason,
        guards=result.verdict.failures,
        checks=result.verdict.checks,
    )


def on_the_base(run: Run, check: str) -> str:
    """Return what a check said of the base commit, in a few words; nothing where it never looked.

    Only failures that the base lacks count against a change.
    """
    if run.baseline is None:
        return ""
    found = next((one for one in run.baseline.checks if one.check == check), None)
    if found is None:
        return ""
    sees_nothing = check in blind(run)
    note = " (blind: it says nothing against a broken file)" if sees_nothing else ""
    if found.green:
        return f"green{note}"
    code = "no exit code" if found.exit_code is None else f"exit {found.exit_code}"
    return f"red, {code}, {len(found.failures)} known{note}"


def opening(look: Look, task: str) -> PaneName:
    """Return the pane that answers what a person most likely wants to know of a task."""
    state, latest = look.run.tasks[task].state, look.timeline.latest(task)
    if latest is None:
        return "about"
    if state in {"working", "parked"}:
        return "transcript"
    if state in {"landed", "queued"}:
        return "diff"
    return "checks"


def compared(before: Sequence[Failure], after: Sequence[Failure]) -> list[tuple[Sign, Failure]]:
    """Return the failures of two attempts, each once: what is new, what stays, what is gone."""
    old, new = ({failure.identity: failure for failure in some} for some in (before, after))
    come: list[tuple[Sign, Failure]] = [("new", new[key]) for key in new if key not in old]
    both: list[tuple[Sign, Failure]] = [("both", new[key]) for key in new if key in old]
    gone: list[tuple[Sign, Failure]] = [("gone", old[key]) for key in old if key not in new]
    return come + both + gone
