"""What a slice was made from: learnings, run, tasks, what they cost, and its receipt."""

from orchestrator.application.pages.origin import Lesson, Origin, Spent, who
from orchestrator.application.pages.section import Section
from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.application.usage import in_words
from orchestrator.domain.counting import many
from orchestrator.domain.markdown import code, plain
from orchestrator.domain.receipt import notes_ref
from orchestrator.domain.slices import LandedCommit


def learnings(built: BuiltSlice, origin: Origin) -> tuple[Section, ...]:
    """Return what the attempts behind it were told; no section where that is nothing."""
    found = {
        lesson.id: lesson
        for commit in built.slice.commits
        for lesson in origin.lessons.get(commit.task, ())
    }
    if not found:
        return ()
    lines = ("The attempts behind these commits were told:", "")
    rows = tuple(_lesson(lesson) for lesson in found.values())
    return (Section(heading="Learnings used", lines=lines, rows=rows, noun="learning"),)


def _lesson(lesson: Lesson) -> str:
    counted = (
        f"{lesson.status}, told {many(lesson.told, 'time')}, "
        f"helped {lesson.helpful}, failed all the same {lesson.harmful}"
    )
    return f"- {plain(lesson.text)} ({code(lesson.id)}: {counted})"


def provenance(built: BuiltSlice, origin: Origin) -> Section:
    """Return run, commits, receipt and tasks."""
    verify = f"leafcut verify {built.base}..{built.tip}"
    lines = (
        f"- run {code(origin.run)}, playbook {code(origin.playbook.name)}",
        f"- base {code(origin.base)}, integration head {code(origin.head)}",
        f"- this tip {code(built.tip)}",
        f"- receipt: the git note in {code(notes_ref(origin.run))}; {code(verify)} checks it",
        f"- cost: {_total(built, origin)}",
    )
    rows = tuple(_task(commit, origin.spent.get(commit.task)) for commit in built.slice.commits)
    return Section(heading="Where it comes from", lines=lines, rows=rows, noun="task")


def _total(built: BuiltSlice, origin: Origin) -> str:
    spent = [origin.spent[one.task] for one in built.slice.commits if one.task in origin.spent]
    return _cost(sum(one.tokens for one in spent), sum(one.cost_usd for one in spent))


def _cost(tokens: int, usd: float) -> str:
    return in_words(tokens, usd) or "no tokens of a language model"


def _task(commit: LandedCommit, spent: Spent | None) -> str:
    made = f"landed as {code(commit.commit[:12])}, by {code(who(commit.agent))}"
    said = f"- task {code(commit.task)}, {made}"
    if spent is None:
        return said
    said += f", {many(spent.attempts, 'attempt')}"
    return f"{said}, {_cost(spent.tokens, spent.cost_usd)}" if spent.tokens else said
