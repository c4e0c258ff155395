from collections.abc import Collection
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.feedback import cut
from orchestrator.domain.graph import components, without
from tests.support.graphs import Files, graphs


def _circle(length: int) -> Files:
    return {f"{n:02}": {f"{(n + 1) % length:02}"} for n in range(length)}


@given(graphs(), st.integers(1, 5))
def test_what_is_left_fits_and_no_cut_edge_can_be_put_back(graph: Files, most: int) -> None:
    def fits(members: Collection[str]) -> bool:
        return len(members) <= most

    for members in components(graph):
        cuts = cut(members, graph, fits)

        assert all(target in graph[source] for source, target in cuts)
        left = without(graph, cuts)
        assert all(fits(found) for found in components(left) if set(found) <= set(members))
        for edge in cuts:
            again = without(graph, set(cuts) - {edge})
            assert not all(fits(found) for found in components(again) if set(found) <= set(members))


@given(graphs(), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(graph: Files, most: int, random: Random) -> None:
    for members in components(graph):
        shuffled = list(members)
        random.shuffle(shuffled)
        turned = {node: sorted(graph[node], reverse=True) for node in reversed(list(graph))}

        found = cut(shuffled, turned, lambda some: len(some) <= most)

        assert found == cut(members, graph, lambda some: len(some) <= most)


def test_a_circle_is_cut_once() -> None:
    assert len(cut(sorted(_circle(20)), _circle(20), lambda some: len(some) <= 3)) == 1


def test_what_fits_is_left_whole() -> None:
    assert cut(sorted(_circle(3)), _circle(3), lambda some: len(some) <= 3) == ()


def test_the_edge_that_closes_most_circles_is_cut() -> None:
    # Nine small modules import the base, which imports one of them for its type.
    graph = {f"leaf{n}": {"base"} for n in range(9)} | {"base": {"middle"}, "middle": set()}
    graph["middle"] = {f"leaf{n}" for n in range(9)}

    assert cut(sorted(graph), graph, lambda some: len(some) == 1) == (("base", "middle"),)
