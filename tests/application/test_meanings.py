"""What commands mean, in a sentence beforehand and in short afterwards."""

from typing import get_args

import pytest

from orchestrator.application.meanings import in_a_sentence, in_short
from orchestrator.domain.events import CommandAccepted, Steering
from tests.support.watching import Story


def failed() -> Story:
    story = Story({"a": [], "b": [], "c": []}, attempts=1).at(1.0).begin()
    for task in "ab":
        story.start(task).finish(task, "rejected", reason="compile: exit code 1")
    return story


def accepted(action: Steering, *tasks: str, rest: tuple[str, ...] = ()) -> CommandAccepted:
    return CommandAccepted(
        command=1, who="me", action=action, tasks=tasks, rest=rest, learnings=("l-1",)
    )


@pytest.mark.parametrize("action", get_args(Steering))
def test_every_command_has_a_sentence(action: Steering) -> None:
    assert in_a_sentence(failed().look().run, accepted(action, "a")).endswith(".")


@pytest.mark.parametrize(
    ("said", "short"),
    [
        (accepted("stop"), "asked"),
        (accepted("pause"), "no attempt starts until leafcut resume"),
        (accepted("hold", "a", "b"), "a, b"),
        (accepted("retry", "a", rest=("b",)), "a goes first; 1 more follow when it has landed"),
    ],
)
def test_who_gave_a_command_is_told_in_short(said: CommandAccepted, short: str) -> None:
    assert in_short(said) == short
