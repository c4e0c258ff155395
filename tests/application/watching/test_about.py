"""What is known of a task beside its attempts' own words."""

from orchestrator.application.watching.near.about import about
from orchestrator.application.watching.near.story import episodes
from orchestrator.domain.events import CommandAccepted, LearningAdded
from tests.support.learnings import lesson
from tests.support.watching import Story


def test_neighbours_come_with_the_most_urgent_first() -> None:
    story = Story({"a": [], "b": [], "c": ["a", "b"], "d": ["c"]}, attempts=1).begin()
    story.do("a").start("b").finish("b", "rejected")
    look = story.look()
    assert about(look, "c", []).needs == ("b", "a")
    assert about(look, "c", []).needed_by == ("d",)


def test_learnings_that_an_attempt_was_told_are_told() -> None:
    learning = lesson("annotate all")
    story = Story({"a": []}).begin().tell(LearningAdded(learning=learning))
    story.start("a").finish("a", "rejected", learnings=(learning.id, "l-unknown"))
    look = story.look()
    assert about(look, "a", episodes(look, "a")).learnings == (("candidate", "annotate all"),)


def test_the_history_has_attempts_and_landings_in_order() -> None:
    story = Story({"a": []}).at(1.0).begin().at(2.0).start("a").at(3.0).check("a").at(4.0)
    story.finish("a", "rejected", reason="types: no").at(5.0).start("a").at(6.0).finish("a")
    look = story.at(7.0).land("a").look()
    known = about(look, "a", episodes(look, "a"))
    assert [(one.at, one.what) for one in known.history] == [
        (2.0, "attempt 1 began: codemod"),
        (3.0, "attempt 1: its agent ended, checks began"),
        (4.0, "attempt 1 rejected: types: no"),
        (5.0, "attempt 2 began: codemod"),
        (6.0, "attempt 2: its agent ended, checks began"),
        (6.0, "attempt 2 accepted"),
        (7.0, "landing, batch 1, began"),
        (7.0, "landed as a-commit"),
    ]
    assert ("commit", "a-commit") in known.facts


def test_a_persons_choice_of_agent_and_note_are_told() -> None:
    story = Story({"a": []}, attempts=1).begin().start("a").finish("a", "rejected")
    story.tell(
        CommandAccepted(
            command=1, who="ann", action="retry", tasks=("a",), note="use X", agent="other"
        )
    )
    known = about(story.look(), "a", [])
    assert known.note == "use X"
    assert ("agent chosen by a person", "other") in known.facts
