from random import Random

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.graph import bridged, components, condensed, layers, longest_remaining
from tests.support.graphs import Files, graphs, reaches


def _networkx(graph: Files) -> "nx.DiGraph[str]":
    made: nx.DiGraph[str] = nx.DiGraph()
    made.add_nodes_from(graph)
    made.add_edges_from((node, to) for node in graph for to in graph[node])
    return made


def _numbered(graph: Files) -> dict[int, set[int]]:
    return condensed(graph, components(graph))


@given(graphs())
def test_components_are_those_of_networkx_dependencies_first(graph: Files) -> None:
    found = components(graph)

    theirs = nx.strongly_connected_components(_networkx(graph))
    assert sorted(found) == sorted(tuple(sorted(members)) for members in theirs)
    assert all(to <= at for at, targets in condensed(graph, found).items() for to in targets)


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(graph: Files, random: Random) -> None:
    nodes = list(graph)
    random.shuffle(nodes)

    assert components({node: graph[node] for node in nodes}) == components(graph)


def test_a_long_chain_needs_no_deep_recursion() -> None:
    graph = {n: [n + 1] for n in range(50_000)} | {50_000: []}

    assert components(graph)[0] == (50_000,)


def test_a_node_that_depends_on_itself_is_a_component_of_one() -> None:
    assert components({"a": ["a"]}) == [("a",)]
    assert condensed({"a": ["a"]}, [("a",)]) == {0: set()}


@given(graphs())
def test_depth_is_the_longest_chain_of_dependencies(graph: Files) -> None:
    numbered = _numbered(graph)

    depth = layers(sorted(numbered), numbered)

    theirs = nx.DiGraph((node, to) for node in numbered for to in numbered[node])
    theirs.add_nodes_from(numbered)
    for generation, nodes in enumerate(nx.topological_generations(theirs.reverse())):
        assert {depth[node] for node in nodes} == {generation}


@given(graphs(), st.data())
def test_the_longest_remaining_path_is_that_of_networkx(graph: Files, data: st.DataObject) -> None:
    numbered = _numbered(graph)
    cost = {node: float(data.draw(st.integers(1, 9))) for node in numbered}

    remaining = longest_remaining(sorted(numbered), numbered, cost)

    for start in numbered:
        waiting: nx.DiGraph[int] = nx.DiGraph()
        waiting.add_node(start)
        for node in numbered:
            for to in numbered[node]:
                waiting.add_edge(to, node, weight=cost[node])
        after = waiting.subgraph({start} | nx.descendants(waiting, start))
        assert remaining[start] == cost[start] + nx.dag_longest_path_length(after)


@given(graphs(), st.data())
def test_a_bridged_graph_keeps_what_reaches_what(graph: Files, data: st.DataObject) -> None:
    numbered = _numbered(graph)
    kept = data.draw(st.sets(st.sampled_from(sorted(numbered)))) if numbered else set()

    found = bridged(numbered, kept)

    assert set(found) == kept
    whole = {str(node): {str(to) for to in numbered[node]} for node in numbered}
    left = {str(node): {str(to) for to in found[node]} for node in found}
    for node, targets in left.items():
        assert reaches(left, node) == reaches(whole, node) & set(left)
        assert targets >= whole[node] & set(left)


def test_a_hub_that_is_not_kept_does_not_tie_all_to_all() -> None:
    below = {n: {n - 1} if n else set() for n in range(50)}
    above = {51 + n: {50, *({50 + n} if n else ())} for n in range(50)}

    found = bridged({**below, 50: set(below), **above}, [*below, *above])

    assert sum(map(len, found.values())) == 49 + 49 + 1
