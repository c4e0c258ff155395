"""Graphs of files for property tests."""

from hypothesis import strategies as st

Files = dict[str, set[str]]


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> Files:
    """Return a graph whose nodes are paths in a few folders; edges go anywhere, to itself too."""
    count = draw(st.integers(0, most))
    folders = draw(
        st.lists(st.sampled_from(["", "a/", "b/", "a/c/"]), min_size=count, max_size=count)
    )
    names = [f"{folder}m{at:02}.py" for at, folder in enumerate(folders)]
    if not names:
        return {}
    edges = draw(
        st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=3 * count)
    )
    graph: Files = {name: set() for name in names}
    for source, target in edges:
        graph[source].add(target)
    return graph


def reaches(graph: Files, start: str) -> set[str]:
    """Return all nodes on paths of at least one edge from `start`."""
    seen: set[str] = set()
    pending = list(graph[start])
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending += graph[node]
    return seen
