"""Which checks a change can reach: those about a file that depends on a changed one.

The regression test selection by class firewall (Kung et al., "Class firewall, test order, and
regression testing of object-oriented programs", 1995), with files for classes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from orchestrator.domain.graph import Graph
from orchestrator.domain.playbook import Check

Matches = Callable[[Sequence[str]], Callable[[str], bool]]
"""Makes a test of paths from globs."""


def importers(graph: Graph) -> dict[str, set[str]]:
    """Return the files that depend on each file directly."""
    found: dict[str, set[str]] = {file: set() for file in graph}
    for file, targets in graph.items():
        for target in targets:
            found.setdefault(target, set()).add(file)
    return found


def reached(changed: Collection[str], dependents: Mapping[str, Collection[str]]) -> set[str]:
    """Return the changed files and everything that depends on one of them, however far."""
    seen = set(changed)
    pending = list(seen)
    while pending:
        for file in dependents.get(pending.pop(), ()):
            if file not in seen:
                seen.add(file)
                pending.append(file)
    return seen


def affected(
    checks: Sequence[Check],
    changed: Collection[str],
    dependents: Mapping[str, Collection[str]],
    matches: Matches,
) -> list[Check]:
    """Return the checks that the change can reach.

    A check that does not say what it covers is always one of them, and all are when a changed file
    is none that the graph knows: nobody can tell what depends on it.
    """
    if any(file not in dependents for file in changed):
        return list(checks)
    far = reached(changed, dependents)
    return [check for check in checks if not check.covers or any(map(matches(check.covers), far))]
