"""The learnings of a run for people: in what order, in what words, and who was told."""

from orchestrator.application.watching.lessons import Told, facts, ordered, source, told
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import AttemptEnded, AttemptStarted, LearningAdded
from orchestrator.domain.learnings.learning import Learning, Provenance, Scope
from orchestrator.domain.learnings.life import retired
from tests.support.watching import Story


def lesson(text: str, *paths: str, who: str = "smith") -> Learning:
    return Learning(
        kind="fix",
        text=text,
        scope=Scope(paths=paths),
        provenance=Provenance(source="agent", run="p-123456", who=who, task="a", attempt=2),
    )


def story(*lessons: Learning, suspected: str = "") -> Story:
    told_ = Story({"a": [], "b": []}, attempts=2).at(1.0).begin()
    for one in lessons:
        why = "asks for the network" if one.text == suspected else ""
        told_.tell(LearningAdded(learning=one, suspicion=why))
    return told_


def said(found: Story, words: str = "") -> list[str]:
    ledger = found.run.ledger
    return [ledger.standings[name].learning.text for name in ordered(ledger, words)]


def test_what_waits_for_a_person_stands_first_then_the_newest() -> None:
    found = story(lesson("one"), lesson("two"), lesson("three"), suspected="one")
    assert said(found) == ["one", "three", "two"]


def test_what_is_retired_stands_last() -> None:
    found = story(lesson("one"), lesson("two"))
    standing = found.run.ledger.standings[lesson("two").id]
    found.run.ledger.put(retired(standing, "wrong"))
    assert said(found) == ["one", "two"]


def test_all_words_must_be_found_wherever_they_stand() -> None:
    found = story(lesson("Use strict=True", "src/*.py"), lesson("sort", who="jones"))
    assert said(found, "STRICT src/") == ["Use strict=True"]
    assert said(found, "jones candidate") == ["sort"]
    assert said(found, "strict jones") == []


def test_a_learning_is_told_with_all_its_lines_and_no_empty_ones() -> None:
    found = story(lesson("mind it\n- old\n+ new", "src/*.py"))
    standing = found.run.ledger.standings[lesson("mind it\n- old\n+ new", "src/*.py").id]
    known = dict(facts(standing))
    assert source(standing) == "agent smith"
    assert known["says"] == ["mind it", "- old", "+ new"]
    assert known["from"] == ("agent smith at a #2",)
    assert known["files"] == ("src/*.py",)
    assert known["told"] == ("0 attempts: 0 helped, 0 hurt, 0 clean (never met it)",)
    assert known["commit"] == known["expires"] == ()


def test_attempts_that_were_told_are_named_latest_first_with_how_they_ended() -> None:
    one = lesson("one")
    found = story(one)
    for number, outcome in ((1, "rejected"), (2, "accepted")):
        found.tell(started("a", number, one))
        result = AttemptResult(
            task="a",
            number=number,
            token=f"a/{number}",
            outcome=outcome,  # type: ignore[arg-type]
            reason="types: arg-type" if outcome == "rejected" else "",
            learnings=(one.id,),
        )
        found.check("a").tell(AttemptEnded(result=result))
    found.tell(started("b", 1, one))
    assert told(found.look(), one.id) == [
        Told("b", 1, None, ""),
        Told("a", 2, "accepted", ""),
        Told("a", 1, "rejected", "types: arg-type"),
    ]
    assert told(found.look(), "l-none") == []


def started(task: str, number: int, one: Learning) -> AttemptStarted:
    return AttemptStarted(
        task=task,
        number=number,
        agent="codemod",
        base="b" * 40,
        token=f"{task}/{number}",
        learnings=(one.id,),
    )
