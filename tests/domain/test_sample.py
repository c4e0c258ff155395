"""Which tasks stand for the plan."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.plan import Task
from orchestrator.domain.sample import pick


def task(name: str, *needs: str, cost: float = 1.0) -> Task:
    return Task(id=name, title=name, files=(f"{name}.py",), depends_on=needs, cost=cost)


@st.composite
def plans(draw: st.DrawFn) -> list[Task]:
    """Return tasks of which each depends on some of those before it, in any order."""
    tasks: list[Task] = []
    for at in range(draw(st.integers(0, 30))):
        earlier = [one.id for one in tasks]
        needs = draw(st.sets(st.sampled_from(earlier), max_size=3)) if earlier else set()
        cost = draw(st.floats(0.1, 10))
        tasks.append(task(f"t{at:02}", *sorted(needs), cost=cost))
    return draw(st.permutations(tasks))


@given(plans(), st.integers(1, 40))
def test_a_sample_is_as_large_as_asked_and_closed_under_dependencies(
    tasks: list[Task], count: int
) -> None:
    chosen = pick(tasks, count, closed=True)
    assert len(set(chosen)) == len(chosen) == min(count, len(tasks))
    inside = set(chosen)
    assert all(inside.issuperset(one.depends_on) for one in tasks if one.id in inside)


@given(plans(), st.integers(1, 40), st.booleans(), st.randoms(use_true_random=False))
def test_the_same_plan_gives_the_same_sample_in_whatever_order(
    tasks: list[Task],
    count: int,
    closed: bool,  # noqa: FBT001 - drawn
    dice: Random,
) -> None:
    shuffled = dice.sample(tasks, len(tasks))
    assert pick(tasks, count, closed=closed) == pick(shuffled, count, closed=closed)


@given(plans(), st.integers(1, 40))
def test_a_trial_may_pick_anything(tasks: list[Task], count: int) -> None:
    assert len(pick(tasks, count, closed=False)) == min(count, len(tasks))


def test_every_layer_and_every_size_gives_its_share() -> None:
    shallow = [task(f"a{n:02}", cost=n + 1) for n in range(30)]
    deep = [task(f"b{n:02}", "a00", cost=n + 1) for n in range(30)]
    chosen = pick([*shallow, *deep], 12, closed=True)
    layers = Counter(name[0] for name in chosen)
    assert layers == {"a": 6, "b": 6}
    thirds = Counter(int(name[1:]) // 10 for name in chosen)
    assert min(thirds[0], thirds[1], thirds[2]) >= 3


def test_what_is_too_deep_for_the_sample_is_left_out() -> None:
    chain = [task("c0"), *(task(f"c{n}", f"c{n - 1}") for n in range(1, 9))]
    assert pick(chain, 3, closed=True) == ("c0", "c1", "c2")
    assert pick(chain, 3, closed=False) == ("c1", "c4", "c7")
