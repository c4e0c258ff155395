"""The built-in guards: what no change set may do, whatever the checks say.

Each is a function from a case to failures whose check is `guard:<name>`; a playbook relaxes one
through its own field and the target repository never can. That a change set is not empty is the
attempt's to see: there would be nothing to look at.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.domain.guards.case import Examined, ReadBase
from orchestrator.domain.guards.laziness import laziness
from orchestrator.domain.guards.residue import residue
from orchestrator.domain.guards.safe_tree import safe_tree, unsafe
from orchestrator.domain.guards.scope import scope
from orchestrator.domain.guards.secrets import secrets
from orchestrator.domain.guards.size import changed_lines, size
from orchestrator.domain.guards.test_integrity import test_integrity
from orchestrator.domain.verdict import Failure

__all__ = ["GUARDS", "Examined", "Guard", "ReadBase", "changed_lines", "examine", "unsafe"]


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard. `means` says in a line what it stands for."""

    means: str
    failures: Callable[[Examined], Iterator[Failure]]


GUARDS: Mapping[str, Guard] = {
    "guard:scope": Guard("only the task's own files may change", scope),
    "guard:safe_tree": Guard("no path tricks, links out of the tree or devices", safe_tree),
    "guard:size": Guard("a change set stays small enough to review", size),
    "guard:residue": Guard("occurrences must go away", residue),
    "guard:laziness": Guard("no stubs, TODOs, silenced tools or code left out", laziness),
    "guard:test_integrity": Guard("no test is lost, weakened or switched off", test_integrity),
    "guard:secrets": Guard("no tokens or private keys", secrets),
}
"""Every guard by the name of its failures, in the order that they look."""


def examine(case: Examined) -> tuple[Failure, ...]:
    """Return everything that the guards hold against a change set."""
    return tuple(failure for guard in GUARDS.values() for failure in guard.failures(case))
