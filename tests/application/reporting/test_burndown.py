"""What was left over working time."""

from dataclasses import replace
from itertools import pairwise

from orchestrator.application.reporting.axis import Axis
from orchestrator.application.reporting.burndown import POINTS, burndown
from orchestrator.domain.events import HeadChecked, Reverted
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from tests.support.reported import BEGAN, Story, chain


def test_tasks_and_residue_fall_as_change_sets_land() -> None:
    points = chain().report().burndown
    assert [(one.worked, one.tasks, one.landed, one.residue) for one in points] == [
        (0.0, 3, 0, 3),
        (5.0, 2, 1, 2),
        (9.0, 1, 2, 1),
        (19.0, 0, 3, 0),
        (20.0, 0, 3, 0),
    ]


def test_the_last_figure_is_what_the_final_look_has_found() -> None:
    story = Story.of({"a": []}).attempt("a", 0, 1).landing(1, 2, "a").ended(3, residue=7)
    assert [one.residue for one in story.report().burndown] == [1, 0, 7]


def test_what_was_taken_back_is_left_again() -> None:
    story = Story.of({"a": []}).attempt("a", 0, 1).landing(1, 2, "a")
    story.at(3, HeadChecked(head="h", reverted=(Reverted(task="a", commit="c", revert="d"),)))
    assert [one.residue for one in story.report().burndown] == [1, 0, 1]


def test_failures_are_stuck_and_the_idle_time_between_processes_is_left_out() -> None:
    story = Story.of({"a": [], "b": ["a"]})
    for number in (1, 2, 3):
        story.attempt("a", number, number + 1, "rejected", number)
    points = story.ended(5).resumed(5000).ended(5001).report().burndown
    assert (points[-1].stuck, points[-1].tasks) == (2, 2)
    assert points[-1].worked == 6.0


def test_a_long_run_is_told_in_a_bounded_number_of_moments() -> None:
    count = 3 * POINTS
    story = Story.of({f"t{n}": [] for n in range(count)})
    for n in range(count):
        story.attempt(f"t{n}", n, n + 0.5).landing(n + 0.5, n + 1, f"t{n}")
    points = story.ended(count).report().burndown
    assert POINTS / 2 <= len(points) <= 2 * POINTS
    assert (points[0].tasks, points[-1].tasks) == (count, 0)
    assert all(one.tasks >= other.tasks for one, other in pairwise(points))


def test_without_a_baseline_the_plan_says_how_much_there_was() -> None:
    story = Story(make := chain().plan)
    run = Run(replace(make, tasks=make.tasks[:2]), Policy(agents=("codemod",)))
    story.attempt("a", 1, 2).landing(2, 3, "a")
    found = burndown(run, story.recorded, Axis([(BEGAN, BEGAN + 3)]))
    assert [one.residue for one in found] == [2, 1]
